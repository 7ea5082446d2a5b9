; What the local holds that the Poll is loaded from may have changed since it was stored.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s
; RUN: sed -e '/call void @change/d' %s | %opt -passes='print<corofold>' -disable-output 2>&1 \
; RUN:   | FileCheck %s --check-prefix=SAME

; CHECK: async 'a::child::{closure#0}'
; CHECK: Pending: unknown
; SAME: Pending: i1 true (the value that Ready is not)

define i1 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %result = alloca i8
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 0, ptr %result
  call void @change(ptr %result)
  store i8 1, ptr %frame
  %byte = load i8, ptr %result
  %bit = trunc i8 %byte to i1
  ret i1 %bit
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

; Only a coroutine has drop glue that dispatches on the same cell.
define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5child0E(ptr %frame) {
  %cell = getelementptr inbounds i8, ptr %frame, i64 0
  %state = load i8, ptr %cell, !range !1
  %unresumed = icmp eq i8 %state, 0
  br i1 %unresumed, label %drop, label %done
drop:
  ret void
done:
  ret void
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

declare void @change(ptr)

!1 = !{i8 0, i8 2}
