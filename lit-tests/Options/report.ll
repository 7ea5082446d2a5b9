; The report of a module lists its coroutines, and what was done and what was left.
; RUN: rm -rf %t && mkdir %t
; RUN: %opt -passes='corofold<pending;report=%t>' -disable-output %s
; RUN: cat %t/*.json | FileCheck %s

; CHECK: "coroutines": [
; CHECK: "name": "a::fut::{closure#0}"
; CHECK: "kind": "async"
; CHECK: "suspend-states": 1
; CHECK: "resumed-panics-left": 0
; CHECK: "polled-by": "1 await site(s) only"
; CHECK: "name": "a::child::{closure#0}"
; CHECK: "resumed-panics-left": 1
; CHECK: "records": [
; CHECK: "transformation": "pending"
; CHECK: "state": 1
; CHECK: "done": true
; CHECK: "remark": "ResumedPanicUnreachable"
; CHECK: "coroutine": "a::child::{closure#0}"
; CHECK: "done": false
; CHECK: "text": "the future never suspends

define internal i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
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
poisoned:
  br i1 false, label %poisoned, label %panic2
panic2:
  call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr null)
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

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
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
  %pending = call i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define i8 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i8 0
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
