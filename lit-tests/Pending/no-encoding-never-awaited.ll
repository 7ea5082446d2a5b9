; No exit and no await site: Pending is not guessed.
; RUN: %opt -passes='corofold<pending>' -pass-remarks-missed=corofold -S %s -o %t.after 2> %t.remarks
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.remarks %s

; CHECK: a::child::{closure#0} (state 1): the future never suspends, and nothing here awaits it to show how Pending looks

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

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!1 = !{i8 0, i8 2}
