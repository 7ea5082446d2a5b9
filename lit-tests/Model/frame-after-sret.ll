; With a result in memory the frame is the parameter after the sret slot.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK-NEXT: cell: offset 8, i8
; CHECK: await site: state 3 polls leaf at offset 0
; CHECK: Pending: i64 -9223372036854775808 at 0

define void @_RNCNvC1a3fut0(ptr sret([24 x i8]) %ret, ptr %frame, ptr %cx) {
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
  call void @leaf(ptr sret([24 x i8]) %ret, ptr %frame, ptr %cx)
  %tag = load i64, ptr %ret
  %is_pending = icmp eq i64 %tag, -9223372036854775808
  br i1 %is_pending, label %suspend, label %ready
suspend:
  store i64 -9223372036854775808, ptr %ret
  store i8 3, ptr %cell
  ret void
ready:
  store i8 1, ptr %cell
  ret void
}

declare void @leaf(ptr sret([24 x i8]), ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
