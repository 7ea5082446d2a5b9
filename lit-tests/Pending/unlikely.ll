; The way to the block that returns Pending is as unlikely as the way to the panic was.
; RUN: %opt -passes='corofold<pending;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define {{.*}}@_RNCNvC1a6switch0(
; CHECK: switch i32 %wide, label %never [
; CHECK-NEXT: i32 0,
; CHECK-NEXT: i32 1, label %resumed.pending
; CHECK-NEXT: i32 3,
; CHECK-NEXT: ], !prof ![[SWITCH:[0-9]+]]
; CHECK-LABEL: define {{.*}}@_RNCNvC1a6branch0(
; CHECK: br i1 %completed, label %resumed.pending, label %unresumed, !prof ![[BRANCH:[0-9]+]]
; CHECK-DAG: ![[SWITCH]] = !{!"branch_weights", i32 0, i32 2000, i32 1, i32 2000}
; CHECK-DAG: ![[BRANCH]] = !{!"branch_weights", i32 1, i32 2000}

define i1 @_RNCNvC1a6switch0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define i1 @_RNCNvC1a6branch0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !1
  %completed = trunc nuw i8 %state to i1
  br i1 %completed, label %returned, label %unresumed
unresumed:
  call void @work()
  store i8 1, ptr %cell
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

; Only a coroutine has drop glue that dispatches on the same cell.
define void @_RINvNtC4core3ptr9drop_glueNCNvC1a6branch0E(ptr %frame) {
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !1
  %unresumed = icmp eq i8 %state, 0
  br i1 %unresumed, label %drop, label %done
drop:
  ret void
done:
  ret void
}

declare i1 @leaf(ptr, ptr)
declare void @work()
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
