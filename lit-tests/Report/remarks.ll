; Passed, missed and analysis remarks have the pass name corofold, and name the path in Rust.
; RUN: %opt -passes='corofold<pending;poisoned=keep>' -disable-output -pass-remarks=corofold -pass-remarks-missed=corofold -pass-remarks-analysis=corofold %s 2>&1 | FileCheck %s
; RUN: %opt -passes='corofold<pending;poisoned=keep>' -disable-output -pass-remarks-output=%t.yaml %s
; RUN: FileCheck %s --check-prefix=YAML --input-file=%t.yaml

; CHECK: remark: {{.*}}: a::fut::{closure#0}: async, 1 suspend state(s), callers: {{.+}}
; CHECK: remark: {{.*}}: a::odd::{closure#0}: left as it is: its first block does not dispatch on a state
; CHECK: remark: {{.*}}: a::fut::{closure#0} (state 1): returns Pending when resumed
; CHECK: remark: {{.*}}: a::fut::{closure#0} (state 2): poisoned=keep asks for it

; YAML: --- !Analysis
; YAML-NEXT: Pass: corofold
; YAML-NEXT: Name: Coroutine
; YAML: --- !Missed
; YAML-NEXT: Pass: corofold
; YAML-NEXT: Name: NotRecognised
; YAML: --- !Passed
; YAML-NEXT: Pass: corofold
; YAML-NEXT: Name: ResumedReturnsPending
; YAML: --- !Missed
; YAML-NEXT: Pass: corofold
; YAML-NEXT: Name: ResumedPanicKept

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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

; It panics like a coroutine, and has no states.
define i1 @_RNCNvC1a3odd0(ptr %frame, ptr %cx) {
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
