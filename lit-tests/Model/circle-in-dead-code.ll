; In code that nothing reaches an instruction may be its own operand: looking for the returned bit ends.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: Pending: unknown

define internal i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
  ]
never:
  unreachable
unresumed:
  store i8 1, ptr %frame
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
dead:
  %one = zext i1 %other to i8
  %other = trunc i8 %one to i1
  ret i1 %other
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 2}
