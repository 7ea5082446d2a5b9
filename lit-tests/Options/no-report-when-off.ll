; With off the report lists what there is, and nothing done.
; RUN: rm -rf %t && mkdir %t
; RUN: %opt -passes='corofold<off;report=%t>' -disable-output %s
; RUN: cat %t/*.json | FileCheck %s

; CHECK: "name": "a::fut::{closure#0}"
; CHECK: "resumed-panics-left": 1
; CHECK: "records": []

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
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

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
