; Await sites are listed by state with the child that they poll and its offset in the frame.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: await site: state 3 polls leaf at offset 16
; CHECK-NEXT: await site: state 4 polls a::child::{closure#0} at offset 32

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume
    i32 4, label %resume4
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
  %slot = getelementptr inbounds i8, ptr %frame, i64 16
  %pending = call i1 @leaf(ptr %slot, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  br label %poll4
resume4:
  br label %poll4
poll4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 32
  %pending4 = call i1 @_RNCNvC1a5child0(ptr %slot4, ptr %cx)
  br i1 %pending4, label %suspend4, label %done
suspend4:
  store i8 4, ptr %cell
  ret i1 true
done:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare i1 @_RNCNvC1a5child0(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 5}
