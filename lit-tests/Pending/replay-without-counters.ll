; Coverage counters and lifetime markers of the exit are not replayed.
; RUN: %opt -passes='corofold<pending;verify>' -S %s | FileCheck %s

; CHECK-NOT: call {{.*}}panic_const_
; CHECK-LABEL: define {{.*}}@_RNCNvC1a3fut0(
; CHECK: switch i32
; CHECK: i32 1, label %[[AGAIN:[^ ]+]]
; CHECK: [[AGAIN]]:
; CHECK-NEXT: ret i1 true
; CHECK-NOT: call {{.*}}panic_const_

@__profn_fut = private constant [3 x i8] c"fut"

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %local = alloca i64
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  call void @llvm.lifetime.end.p0(i64 8, ptr %local)
  call void @llvm.instrprof.increment(ptr @__profn_fut, i64 1, i32 2, i32 1)
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
