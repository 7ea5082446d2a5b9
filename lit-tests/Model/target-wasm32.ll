; The shape and the Location constant as rustc emits them for wasm32.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}' at src/a.rs:263:21
; CHECK-NEXT: cell: offset 8, i8
; CHECK: await site: state 3 polls leaf at offset 4
; CHECK: Pending: i1 true

target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-unknown"

@file = private constant [8 x i8] c"src/a.rs"
@location = private constant <{ ptr, [12 x i8] }> <{ ptr @file, [12 x i8] c"\08\00\00\00\07\01\00\00\15\00\00\00" }>

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
