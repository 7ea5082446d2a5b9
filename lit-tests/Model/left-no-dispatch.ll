; A function that panics like a coroutine and does not dispatch on a state.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK-NOT: {{^}}async
; CHECK: left alone 'a::fut::{closure#0}'
; CHECK-NEXT: because: its first block does not dispatch on a state stored in the future

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
