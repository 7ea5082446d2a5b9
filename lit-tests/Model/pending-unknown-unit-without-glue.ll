; The same as never-suspends-unit.ll without drop glue: it may be a closure that rustc inlined a coroutine into, and what that
; returns for Pending does not show.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::child::{closure#0}'
; CHECK: Pending: unknown: the future never suspends

define i1 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i1 false
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!1 = !{i8 0, i8 2}
