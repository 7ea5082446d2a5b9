; Several constants of different types come by a phi each, from the block of their way.
; RUN: %opt -passes='corofold<join;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0(
; CHECK: i32 0, label %[[WAY:joined.way]]
; CHECK-NEXT: i32 1, label %arm4
; CHECK: arm4:
; CHECK-DAG: %[[BYTE:.+]] = phi i8 [ 24, %unresumed ], [ 23, %[[WAY]] ]
; CHECK-DAG: %[[FIRST:.+]] = phi i32 [ 14, %unresumed ], [ 13, %[[WAY]] ]
; CHECK-DAG: %[[SECOND:.+]] = phi i64 [ 34, %unresumed ], [ 33, %[[WAY]] ]
; CHECK: call void @two(i32 %[[FIRST]], i64 %[[SECOND]])
; CHECK: store i8 %[[BYTE]], ptr %slot4
; CHECK-NOT: call void @two

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
  ]
arm3:
  call void @two(i32 13, i64 33)
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i8 23, ptr %slot3
  call void @note(i32 5)
  call void @note(i32 6)
  br label %poll3
arm4:
  call void @two(i32 14, i64 34)
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i8 24, ptr %slot4
  call void @note(i32 5)
  call void @note(i32 6)
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
declare void @two(i32, i64)
declare void @note(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
