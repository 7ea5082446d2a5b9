; What lies first in a child has the child's address. A call that is given that is no poll of the child: it may get to all of
; the local, and 28-32 may be part of it.
; RUN: %opt -passes='corofold<pending;flatten;slots;verify>' -S %s | FileCheck %s

; CHECK: define i1 @_RNCNvCs1_1a4root0Cs1_1a(ptr "corofold-unread"="4-8" %frame,

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
  %captured = load i32, ptr %frame
  %a1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 %captured, ptr %a1
  %p1 = getelementptr inbounds i8, ptr %frame, i64 4
  %v = load i32, ptr %p1
  call void @use(i32 %v)
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
  %a1 = getelementptr inbounds i8, ptr %frame, i64 12
  store i32 7, ptr %a1
  call void @look(ptr dereferenceable(4) %frame)
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


declare i1 @leaf(ptr, ptr)
declare void @look(ptr)
declare void @use(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
