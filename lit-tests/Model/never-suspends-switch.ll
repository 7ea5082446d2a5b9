; A switch with an unreachable default tests the tag, as with rustc 1.85.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::child::{closure#0}'
; CHECK: Pending: i8 1 at 0 (from its await sites)

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
start:
  %result = alloca [24 x i8]
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
  %slot = getelementptr inbounds i8, ptr %frame, i64 4
  %polled = call i32 @_RNCNvC1a5child0(ptr %slot, ptr %cx)
  %carried = alloca [4 x i8]
  store i32 %polled, ptr %carried
  call void @llvm.memcpy.p0.p0.i64(ptr %result, ptr %carried, i64 4, i1 false)
  %tag = load i8, ptr %result, !range !1
  %wide_tag = zext i8 %tag to i64
  switch i64 %wide_tag, label %never [
    i64 0, label %ready
    i64 1, label %suspend
  ]
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define internal i32 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i32 0
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
