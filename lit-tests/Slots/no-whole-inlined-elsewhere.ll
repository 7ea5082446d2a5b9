; The body of a future has become part of an ordinary function, with that of the child: its cell at 20 is read there.
; RUN: %opt -passes='corofold<pending;flatten;slots;whole;verify>,function(early-cse,corofold-unread-stores),verify' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvCs1_1a4root0Cs1_1a(
; CHECK: store i8 3
; CHECK: call i1 @leaf
; CHECK: store i8 3
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

define internal i1 @_RNCNvCs1_1a5child0Cs1_1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
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
  %pending = call i1 @leaf(ptr %child, ptr %cx)
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
  %state = load i8, ptr %cell, !range !0
  switch i8 %state, label %nothing [
    i8 3, label %suspended
  ]
nothing:
  ret void
suspended:
  ret void
}

define i1 @_RNvCs1_1a7by_handCs1_1a(ptr %future, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %future, i64 20
  %state = load i8, ptr %cell, !range !0
  %is.done = icmp eq i8 %state, 1
  br i1 %is.done, label %panic, label %poll
poll:
  %leaf = getelementptr inbounds i8, ptr %future, i64 32
  %pending = call i1 @leaf(ptr %leaf, ptr %cx)
  ret i1 %pending
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare i1 @leaf(ptr, ptr)
declare void @use(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
