; A body that never returns and cannot unwind has no resumed panic; its await sites tell that it is a future, by what they poll
; and by how they pin it.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: state 0: unresumed
; CHECK-NEXT: state 3: suspended
; CHECK-NEXT: await site: state 3 polls <a::Leaf as core::future::future::Future>::poll
; CHECK: Pending: i1 true

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr dereferenceable(32) %cx) {
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
  %pinned = call ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE13new_uncheckedC1a(ptr %frame)
  %pending = call i1 @_RNvXC1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll(ptr %pinned, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  br label %poll
}

declare i1 @_RNvXC1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll(ptr, ptr)

; Only a coroutine has drop glue that dispatches on the same cell.
define void @_RINvNtC4core3ptr9drop_glueNCNvC1a3fut0E(ptr %frame) {
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

define internal ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE13new_uncheckedC1a(ptr %pointer) {
  ret ptr %pointer
}

!0 = !{i8 0, i8 4}
