; The same body as in endless.ll, but what it polls is pinned by `Pin::new`: a raw coroutine whose `Unpin` does not show may do so, and
; it may be moved after a poll.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: left alone 'a::fut::{closure#0}'
; CHECK-NEXT: because: it never returns, and pins what it polls in another way than `.await`

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
  %pinned = call ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE3newC1a(ptr %frame)
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

define internal ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE3newC1a(ptr %pointer) {
  ret ptr %pointer
}

!0 = !{i8 0, i8 4}
