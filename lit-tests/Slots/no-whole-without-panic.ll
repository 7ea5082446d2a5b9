; A child has no panic by which its code would be known in other functions: its cell at 20 is kept. (What rustc makes has none if it never returns.)
; RUN: %opt -passes='corofold<completed;pending;flatten;slots;whole;verify>,function(early-cse,corofold-unread-stores),verify' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvCs1_1a4root0Cs1_1a(
; CHECK: store i8 3
; CHECK: call i1 @_RNvXC1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll
; CHECK: store i8 3
; CHECK-NOT: call i1 @_RNCNvCs1_1a5child0
; CHECK: define void @_RINvNtC4core3ptr9drop_glueNCNvCs1_1a4root0E

define i1 @_RNCNvCs1_1a4root0Cs1_1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume3
  ]
never:
  unreachable
unresumed:
  br label %poll3
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %child = getelementptr inbounds i8, ptr %frame, i64 16
  %pending = call i1 @_RNCNvCs1_1a5child0Cs1_1a(ptr %child, ptr %cx)
  br i1 %pending, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

define void @_RINvNtC4core3ptr9drop_glueNCNvCs1_1a4root0ECs1_1a(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  switch i8 %state, label %nothing [
    i8 3, label %suspended
  ]
nothing:
  ret void
suspended:
  %child = getelementptr inbounds i8, ptr %frame, i64 16
  call void @_RINvNtC4core3ptr9drop_glueNCNvCs1_1a5child0ECs1_1a(ptr %child)
  ret void
}

define internal i1 @_RNCNvCs1_1a5child0Cs1_1a(ptr %frame, ptr dereferenceable(32) %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 3, label %resume3
  ]
never:
  unreachable
unresumed:
  br label %poll3
resume3:
  br label %poll3
poll3:
  %child = getelementptr inbounds i8, ptr %frame, i64 16
  %pinned = call ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE13new_uncheckedCs1_1a(ptr %child)
  %pending = call i1 @_RNvXC1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll(ptr %pinned, ptr dereferenceable(32) %cx)
  br i1 %pending, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvCs1_1a5child0ECs1_1a(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  switch i8 %state, label %nothing [
    i8 3, label %suspended
  ]
nothing:
  ret void
suspended:
  ret void
}


define internal ptr @_RNvMs4_NtC4core3pinINtB5_3PinQNtC1a4LeafE13new_uncheckedCs1_1a(ptr %pointer) {
  ret ptr %pointer
}

declare i1 @_RNvXC1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
!1 = !{i8 0, i8 4}
