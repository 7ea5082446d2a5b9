; A slot that is copied onto itself many times before the test: following the copies back ends.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: await site: state 3 polls leaf at offset 16
; CHECK-NEXT: Pending: i1 true at 0 (from its suspend exits)

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %slot = alloca i8
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
  %child = getelementptr inbounds i8, ptr %frame, i64 16
  %pending = call i1 @leaf(ptr %child, ptr %cx)
  %byte = zext i1 %pending to i8
  store i8 %byte, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %slot, i64 1, i1 false)
  %again = load i8, ptr %slot
  %is_pending = trunc i8 %again to i1
  br i1 %is_pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
