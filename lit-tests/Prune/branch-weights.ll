; The weight of a case goes with the case.
; RUN: %opt -passes='corofold<prune;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define {{.*}}@_RNCNvC1a3fut0(
; CHECK: switch i32 %wide, label %never [
; CHECK-NEXT: i32 0, label %unresumed
; CHECK-NEXT: i32 1, label %returned
; CHECK-NEXT: i32 3, label %first
; CHECK-NEXT: ], !prof ![[LEFT:[0-9]+]]
; CHECK: ![[LEFT]] = !{!"branch_weights", i32 0, i32 10, i32 20, i32 30}

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %first
    i32 4, label %second
  ], !prof !1
never:
  unreachable
unresumed:
  br label %first
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
first:
  %first.pending = call i1 @leaf(ptr %frame, ptr %cx)
  br i1 %first.pending, label %suspend.first, label %ready
second:
  %second.pending = call i1 @other(ptr %frame, ptr %cx)
  br i1 %second.pending, label %suspend.second, label %ready
suspend.first:
  store i8 3, ptr %cell
  ret i1 true
suspend.second:
  store i8 4, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare i1 @other(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

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

!0 = !{i8 0, i8 5}
!1 = !{!"branch_weights", i32 0, i32 10, i32 20, i32 30, i32 40}
