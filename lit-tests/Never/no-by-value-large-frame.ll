; Its frame may be on the heap, and has more than 1024 bytes in use: a local of that size is a burden to whoever is on the stack many times.
; RUN: %opt -passes='corofold<never;verify>' -pass-remarks-missed=corofold -S %s 2> %t.remarks | FileCheck %s
; RUN: FileCheck --check-prefix=WHY --input-file=%t.remarks %s
; RUN: sed 's/i64 1021/i64 1020/' %s | %opt -passes='corofold<never;verify>' -S - | FileCheck %s --check-prefix=AT-LIMIT

; WHY: a::inner::{closure#0}: its frame takes too much of the stack
; CHECK: define internal i1 @_RNCNvC1a5inner0(ptr
; AT-LIMIT: define internal i1 @_RNCNvC1a5inner0(i32

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
  %built = alloca [8 x i8], align 4
  %value = load i32, ptr %frame
  store i32 %value, ptr %built
  %zero = getelementptr inbounds i8, ptr %built, i64 4
  store i8 0, ptr %zero
  %into = getelementptr inbounds i8, ptr %frame, i64 16
  call void @llvm.memcpy.p0.p0.i64(ptr %into, ptr %built, i64 8, i1 false)
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
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

define internal i1 @_RNCNvC1a5inner0(ptr align 4 %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
  ]
never:
  unreachable
unresumed:
  %x = load i32, ptr %frame
  %local = getelementptr inbounds i8, ptr %frame, i64 1021
  store i32 %x, ptr %local, align 1
  call void @use(i32 %x)
  %again = load i32, ptr %local, align 1
  call void @use(i32 %again)
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %frame) {
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 0, label %drop0
  ]
nothing:
  ret void
drop0:
  ret void
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(ptr %frame) {
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

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @use(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
!1 = !{i8 0, i8 3}
