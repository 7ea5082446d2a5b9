; A pointer follows the reference that may be one to a vtable: of what ends in a `dyn` rustc leaves out the size. No slot is listed. A pointer that
; somebody may write to is no vtable, and none is so small.
; RUN: %opt -passes='corofold<slots;verify>' -S %s | FileCheck %s
; RUN: sed 's/dereferenceable(24)/dereferenceable(16)/' %s | %opt -passes='corofold<slots;verify>' -S - | FileCheck %s --check-prefix=LISTED
; RUN: sed 's/readonly //' %s | %opt -passes='corofold<slots;verify>' -S - | FileCheck %s --check-prefix=LISTED

; CHECK: define i1 @_RNCNvCs1_1a4root0Cs1_1a(ptr %frame,
; CHECK: !corofold.child.frame
; LISTED: define i1 @_RNCNvCs1_1a4root0Cs1_1a(ptr "corofold-unread"="{{.*}}12-16{{.*}}" %frame,

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
  %a2 = getelementptr inbounds i8, ptr %frame, i64 12
  store i32 %captured, ptr %a2
  call void @look(ptr dereferenceable(4) %a1, ptr readonly dereferenceable(24) @vtable)
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
  ret void
}
@vtable = external constant [3 x i64]

define internal void @look(ptr %object, ptr %vtable) {
  %value = load i16, ptr %object
  call void @use(i16 %value)
  ret void
}

declare i1 @leaf(ptr, ptr)
declare void @use(i16)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
