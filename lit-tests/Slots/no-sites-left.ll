; A parent without a store that `flatten` could move took its child in: its await site is gone, and nothing looks there.
; A later run knows that the child's cell is part of it, which other copies read.
; RUN: %opt -passes='corofold<verify>' -pass-remarks=corofold -S %s -o %t.ll 2>&1 | FileCheck %s
; RUN: %opt -passes='corofold<verify>' -pass-remarks-missed=corofold -S %t.ll -o %t.twice.ll 2>&1 | FileCheck --check-prefix=TWICE %s
; RUN: FileCheck --check-prefix=CELL --input-file=%t.twice.ll %s

; CHECK: became part of it
; CHECK-NOT: PLEASE submit
; TWICE: a::outer::{closure#0}: futures became part of it in an earlier run
; CELL: define i1 @_RNCNvC1a5outer0C1a(ptr %frame
; CELL: store i8 3, {{.*}} !corofold.child.state
define i1 @_RNCNvC1a5outer0C1a(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
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
poisoned:
  br i1 false, label %poisoned, label %panic2
panic2:
  call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @_RNCNvC1a5inner0C1a(ptr %slot3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  invoke void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
    to label %dropped unwind label %cleanup
dropped:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
cleanup:
  %exception = landingpad { ptr, i32 } cleanup
  %poison = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 2, ptr %poison
  resume { ptr, i32 } %exception
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %nothing
}

define internal i1 @_RNCNvC1a5inner0C1a(ptr %frame, ptr %cx) {
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
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 8
  %pending3 = call i1 @leaf(ptr %slot3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 8
  call void @drop_leaf(ptr %slot3)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare i32 @rust_eh_personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 6}
