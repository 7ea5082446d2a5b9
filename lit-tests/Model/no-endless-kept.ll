; What never returns and keeps a child that needs to be dropped after Ready is no async body, though another child is written in its place
; before the next poll.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: polled by: polled by hand in a::root::{closure#0}
; CHECK-NEXT: left alone 'a::root::{closure#0}'
; CHECK-NEXT: because: it never returns, and may poll a future again that is done

define i1 @_RNCNvC1a4root0(ptr %frame, ptr dereferenceable(32) %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
resume:
  br label %poll
poll:
  %pinned = call ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNCNvC1a5child0E13new_uncheckedC1a(ptr %frame)
  %polled = call i8 @_RNCNvC1a5child0(ptr %pinned, ptr %cx)
  %is_ready = icmp eq i8 %polled, 0
  br i1 %is_ready, label %ready, label %suspend
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 0, ptr %frame
  br label %poll
}

define internal i8 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i8 0
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

; Only a coroutine has drop glue that dispatches on the same cell.
define void @_RINvNtC4core3ptr9drop_glueNCNvC1a4root0E(ptr %frame) {
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %done [
    i32 3, label %suspended
  ]
suspended:
  ret void
done:
  ret void
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5child0E(ptr %frame) {
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %done [
    i32 0, label %unresumed
  ]
unresumed:
  call void @drop_captured(ptr %frame)
  ret void
done:
  ret void
}

declare void @drop_captured(ptr)

define internal ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNCNvC1a5child0E13new_uncheckedC1a(ptr %pointer) {
  ret ptr %pointer
}

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
