; A function that panics like a coroutine and does not dispatch on a state. It is left exactly as it was.
; RUN: %opt -passes='corofold<pending>,print<corofold>' -S %s -o %t.after 2> %t.model
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.model %s

; CHECK: left alone 'a::fut::{closure#0}'
; CHECK-NEXT: because: its first block does not dispatch on a state stored in the future

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
