; What a call reads by an address that it got in rustc's code is known when the bytes are listed, so at the end it does not count again: the store above
; goes. Without the note at the argument it may be the original of a copy, and the call may read what lies above.
; LLVM may drop the note that the call is the poll of a child.
; RUN: %opt -passes='corofold<slots;verify>' -S %s | sed -e 's/, !corofold.child.call ![0-9]*//' > %t.ll
; RUN: %opt -passes='function(early-cse,corofold-unread-stores),verify' -S %t.ll | FileCheck %s
; RUN: sed -e 's/"corofold-frame-argument"="[^"]*"//' %t.ll | %opt -passes='function(early-cse,corofold-unread-stores),verify' -S | FileCheck %s --check-prefix=KEPT

; CHECK-LABEL: define i1 @_RNCNvCs1_1a4root0Cs1_1a(ptr "corofold-unread"="24-28" %frame,
; CHECK: %captured = load i32
; CHECK-NOT: store
; CHECK: call void @use(i32 %captured)
; CHECK: store i32 %captured, ptr %a2
; CHECK-NOT: store
; CHECK: call i1 @leaf(ptr dereferenceable(4) "corofold-frame-argument"="{{[0-9a-f]+}}+16" %{{.*}}, ptr %cx)
; KEPT: store i32 %captured, ptr %a1
; KEPT: store i32 %captured, ptr %a2

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
  %a1 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 %captured, ptr %a1
  %p1 = getelementptr inbounds i8, ptr %frame, i64 24
  %v = load i32, ptr %p1
  call void @use(i32 %v)
  %a2 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 %captured, ptr %a2
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
  %pending = call i1 @leaf(ptr dereferenceable(4) %child, ptr %cx)
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

define i1 @leaf(ptr dereferenceable(4) %self, ptr %cx) noinline {
  %left = load i32, ptr %self
  %pending = icmp ne i32 %left, 0
  ret i1 %pending
}

declare void @use(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
