; The shape and the Location constant as rustc emits them for a big-endian MIPS.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}' at src/a.rs:263:21
; CHECK-NEXT: cell: offset 8, i8
; CHECK: await site: state 3 polls leaf at offset 4
; CHECK: Pending: i1 true

target datalayout = "E-m:m-p:32:32-i8:8:32-i16:16:32-i64:64-n32-S64"
target triple = "mipsisa32r6-unknown-linux-gnu"

@file = private constant [8 x i8] c"src/a.rs"
@location = private constant <{ ptr, [12 x i8] }> <{ ptr @file, [12 x i8] c"\00\00\00\08\00\00\01\07\00\00\00\15" }>

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i32 8
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
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr @location)
  unreachable
resume:
  br label %poll
poll:
  %slot = getelementptr inbounds i8, ptr %frame, i32 4
  %pending = call i1 @leaf(ptr %slot, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
