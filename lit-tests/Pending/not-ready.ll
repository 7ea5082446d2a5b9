; A future that returns one bit and never suspends returns the other bit.
; RUN: %opt -passes='corofold<pending;verify>' -S %s | FileCheck %s

; CHECK-NOT: call {{.*}}panic_const_
; CHECK-LABEL: define {{.*}}@_RNCNvC1a5child0(
; CHECK: br i1 %is_returned, label %[[AGAIN:[^ ,]+]],
; CHECK: [[AGAIN]]:
; CHECK-NEXT: ret i1 true
; CHECK-NOT: call {{.*}}panic_const_

define i1 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i1 false
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

!1 = !{i8 0, i8 2}
