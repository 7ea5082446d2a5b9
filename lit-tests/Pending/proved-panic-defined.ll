; The same with panicking functions that are defined in the module, as whole-program builds of core have them.
; RUN: %opt -passes='corofold<pending;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define {{.*}}@_RNCNvC1a3fut0(
; CHECK: switch i32 %wide, label %never [
; CHECK-NEXT: i32 0,
; CHECK-NEXT: i32 3,
; CHECK-NEXT: ]
; CHECK: ret i1 true
; CHECK-NOT: ret i1 true
; CHECK: ret i1 false
; CHECK-LABEL: define {{.*}}@_RNCNvC1a4root0(

define internal i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
start:
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
  %pending = call i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
define internal void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr %location) {
  unreachable
}
define internal void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr %location) {
  unreachable
}

!0 = !{i8 0, i8 4}
