; Poll<NonZero<u32>> says Pending with 0.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: Pending: i32 0 at 0 (from its suspend exits)

define i32 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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
  %polled = call i32 @leaf(ptr %frame, ptr %cx)
  %is_pending = icmp eq i32 %polled, 0
  br i1 %is_pending, label %suspend, label %ready
suspend:
  store i32 0, ptr %ret
  store i8 3, ptr %cell
  %value = load i32, ptr %ret
  ret i32 %value
ready:
  store i8 1, ptr %cell
  ret i32 poison
}

declare i32 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
