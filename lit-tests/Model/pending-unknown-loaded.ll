; What is loaded may change: the global is no constant.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: Pending: unknown: its suspend exits do more than return a constant

define { i64, i64 } @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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
  %polled = call { i64, i64 } @leaf(ptr %frame, ptr %cx)
  %polled_tag = extractvalue { i64, i64 } %polled, 0
  %is_pending = icmp eq i64 %polled_tag, 1
  br i1 %is_pending, label %suspend, label %ready
suspend:
  %tag = load i64, ptr @pending
  %payload = load i64, ptr getelementptr inbounds (i8, ptr @pending, i64 8)
  store i8 3, ptr %cell
  %partial = insertvalue { i64, i64 } poison, i64 %tag, 0
  %whole = insertvalue { i64, i64 } %partial, i64 %payload, 1
  ret { i64, i64 } %whole
ready:
  store i8 1, ptr %cell
  ret { i64, i64 } poison
}

@pending = private unnamed_addr global <{ [8 x i8], [8 x i8] }> <{ [8 x i8] c"\01\00\00\00\00\00\00\00", [8 x i8] undef }>

declare { i64, i64 } @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
