; The end of one way is like a third, but by then it has a phi, and is left alone.
; RUN: %opt -passes='corofold<join;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0(
; CHECK: store i32 7, ptr %slot4
; CHECK: arm5:
; CHECK-NEXT: %[[X:.+]] = phi i32 [ 9, %unresumed ], [ 8, %joined.way ]
; CHECK: call void @note(i32 1)
; CHECK-NOT: call void @note
; CHECK: store i32 %[[X]], ptr %slot5

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
    i32 2, label %arm5
  ]
arm3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 7, ptr %slot3
  br label %poll3
arm4:
  call void @note(i32 1)
  br label %built4
built4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 8, ptr %slot4
  br label %poll3
arm5:
  call void @note(i32 1)
  br label %built5
built5:
  %slot5 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 9, ptr %slot5
  br label %poll3
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %child3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @leaf(ptr %child3, ptr %cx)
  br i1 %pending3, label %suspend3, label %done
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @note(i32)
declare void @other(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
