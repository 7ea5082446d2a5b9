; A large value is made by a function that does more than to move values: it may not be inlined, and may look at the frame, so that LLVM cannot let it
; make the value there. So there is a local.
; RUN: %opt -passes='corofold<pending;flatten;verify>' -pass-remarks-missed=corofold -S %s -o %t.ll 2> %t.remarks
; RUN: FileCheck --input-file=%t.ll %s
; RUN: FileCheck --input-file=%t.remarks --check-prefix=WHY %s

; WHY: (state 3): a::inner::{closure#0}: its locals take too much of the stack
; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK: call i1 @_RNCNvC1a5inner0(

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
  %buffer0 = alloca [2048 x i8], align 8
  %buffer1 = alloca [2048 x i8], align 8
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
  call void @make(ptr sret([2048 x i8]) %buffer0)
  call void @_RNvXs_NtNtC4core6future11into_futureNtC1a4LeafNtB4_10IntoFuture11into_futureC1a(ptr sret([2048 x i8]) %buffer1, ptr %buffer0)
  %slot = getelementptr inbounds i8, ptr %frame, i64 8
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %buffer1, i64 2048, i1 false)
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

define internal void @make(ptr sret([2048 x i8]) %result) {
  call void @write(ptr %result)
  ret void
}

declare void @write(ptr)
define internal void @_RNvXs_NtNtC4core6future11into_futureNtC1a4LeafNtB4_10IntoFuture11into_futureC1a(ptr sret([2048 x i8]) %result, ptr %self) {
  call void @llvm.memcpy.p0.p0.i64(ptr %result, ptr %self, i64 2048, i1 false)
  ret void
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
