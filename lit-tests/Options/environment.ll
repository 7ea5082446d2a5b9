; Under a default pipeline the words come from the environment.
; RUN: env COROFOLD=trap,poisoned=keep,only=pending %opt -passes='default<O1>' -S %s | FileCheck %s

; CHECK-LABEL: define {{.*}}@_RNCNvC1a3fut0C1a(
; CHECK-DAG: call void @llvm.trap()
; CHECK-DAG: call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
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
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
