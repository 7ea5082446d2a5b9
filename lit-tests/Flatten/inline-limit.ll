; What the child calls may have large locals: LLVM inlines nothing with more than 1024 bytes of them into a parent that took a child in, and into its
; drop glue.
; RUN: %opt -passes='corofold<pending;flatten;verify>,cgscc(inline)' -S %s | FileCheck %s
; RUN: sed 's/2048/1024/' %s | %opt -passes='corofold<pending;flatten;verify>,cgscc(inline)' -S - | FileCheck %s --check-prefix=AT-LIMIT

; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK-NOT: call i1 @_RNCNvC1a5inner0(
; CHECK: call void @fill(
; CHECK-LABEL: define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(
; CHECK: call void @drop_leaf(
; CHECK: ret void
; AT-LIMIT-LABEL: define i1 @_RNCNvC1a5outer0(
; AT-LIMIT: alloca [1024 x i8]
; AT-LIMIT-NOT: call void @fill(
; AT-LIMIT: call void @look(
; AT-LIMIT-LABEL: define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(
; AT-LIMIT-NOT: call void @drop_leaf(
; AT-LIMIT: call void @look(
; AT-LIMIT: ret void

define i1 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) {
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
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @_RNCNvC1a5inner0(ptr %slot3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
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

define internal i1 @_RNCNvC1a5inner0(ptr %frame, ptr %cx) {
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
  call void @fill()
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

define internal void @fill() {
  %buffer = alloca [2048 x i8], align 8
  call void @look(ptr %buffer)
  ret void
}

declare void @look(ptr)
declare i1 @leaf(ptr, ptr)
define internal void @drop_leaf(ptr %leaf) {
  call void @fill()
  ret void
}
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
