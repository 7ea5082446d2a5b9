; With poisoned=keep alone the panic after a panic stays.
; RUN: %opt -passes='corofold<pending;poisoned=keep>' -pass-remarks-missed=corofold -S %s -o %t.after 2> %t.remarks
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.remarks %s

; CHECK: a::fut::{closure#0} (state 2): poisoned=keep asks for it

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 2, label %poisoned
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
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
  br label %poll
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
