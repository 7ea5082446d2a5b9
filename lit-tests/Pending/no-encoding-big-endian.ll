; Where a tag lies in a carried integer is known with the low byte first only.
; RUN: %opt -passes='corofold<pending;verify>' -pass-remarks-missed=corofold -S %s 2> %t.remarks | FileCheck %s
; RUN: FileCheck --check-prefix=WHY --input-file=%t.remarks %s

; WHY: a::child::{closure#0} (state 1): its Pending cannot be written in its return type
; CHECK-LABEL: define {{.*}}@_RNCNvC1a5child0(
; CHECK: call {{.*}}panic_const_async_fn_resumed

target datalayout = "E-p:32:32"

@vtable = constant ptr @_RNCNvC1a5child0

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
start:
  %result = alloca [24 x i8]
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
  %polled = call i32 @_RNCNvC1a5child0(ptr %frame, ptr %cx)
  store i32 %polled, ptr %result
  %place = getelementptr inbounds i8, ptr %result, i64 2
  %tag = load i8, ptr %place
  %is_pending = icmp eq i8 %tag, 3
  br i1 %is_pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define internal i32 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i32 0
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
