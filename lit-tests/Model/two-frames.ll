; A state that is loaded from a frame other than the first parameter makes no coroutine.
; RUN: %opt -passes='corofold<verify>,print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: left alone 'a::two::{closure#0}'
; CHECK-NEXT: because:

define i1 @_RNCNvC1a3two0(ptr %frame, ptr %cx, ptr %other) {
start:
  %state = load i8, ptr %other
  switch i8 %state, label %never [
    i8 0, label %unresumed
    i8 1, label %returned
  ]
never:
  unreachable
unresumed:
  store i8 1, ptr %other
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
