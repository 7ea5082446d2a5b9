; A future of type `!` that unwound returns from poll, which says Pending.
; RUN: %opt -passes='corofold<pending;verify>' -S %s | FileCheck %s

; CHECK-NOT: call {{.*}}panic_const_
; CHECK-LABEL: define {{.*}}@_RNCNvC1a3fut0(
; CHECK: switch i32
; CHECK: i32 2, label %[[AGAIN:[^ ]+]]
; CHECK: [[AGAIN]]:
; CHECK-NEXT: ret void
; CHECK-NOT: call {{.*}}panic_const_

define void @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 2, label %poisoned
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
poisoned:
  br i1 false, label %poisoned, label %panic2
panic2:
  call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr null)
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret void
ready:
  br label %poll
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
