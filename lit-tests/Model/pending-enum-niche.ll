; Poll of an enum with niches is one byte; the first free value is Pending.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: Pending: i8 5 at 0 (from its suspend exits)

define i8 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %ret = alloca [16 x i8]
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
  %polled = call i8 @leaf(ptr %frame, ptr %cx)
  %is_pending = icmp eq i8 %polled, 5
  br i1 %is_pending, label %suspend, label %ready
suspend:
  store i8 5, ptr %ret
  store i8 3, ptr %cell
  %value = load i8, ptr %ret
  ret i8 %value
ready:
  store i8 1, ptr %cell
  ret i8 poison
}

declare i8 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
