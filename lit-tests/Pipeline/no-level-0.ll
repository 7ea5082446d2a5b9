; At level 0 no pass of the plugin is in the pipeline, at level 1 they are.
; RUN: env COROFOLD=only=pending %opt -passes='default<O0>' -print-pipeline-passes -disable-output %s | FileCheck %s --implicit-check-not=corofold
; RUN: %opt -passes='default<O0>,print<corofold>' -disable-output %s 2>&1 | FileCheck %s --check-prefix=LOADED

; CHECK: always-inline
; LOADED: async 'a::fut::{closure#0}'

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
