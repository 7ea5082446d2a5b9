; A program may have a crate that is called `core` as well: what has the path of one of core's functions may be that crate's.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s
; RUN: sed -e 's/NtCs7_4core4cell/NtCs1_4core4cell/' %s | %opt -passes='print<corofold>' -disable-output 2>&1 | FileCheck %s --check-prefix=ONE
; RUN: sed -e 's/NtCs7_4core4cell/NtCs7_5other4cell/' %s | %opt -passes='print<corofold>' -disable-output 2>&1 | FileCheck %s --check-prefix=ONE

; CHECK-NOT: {{^}}async
; CHECK: left alone 'a::fut::{closure#0}'
; CHECK-NEXT: because: two crates of this program are called `core`, and nothing tells which is the real one

; ONE: async 'a::fut::{closure#0}'

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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
  call void @_RNvNtNtCs1_4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
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
  call void @_RNvNtCs7_4core4cell3get(ptr %frame)
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtCs1_4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtCs7_4core4cell3get(ptr)

!0 = !{i8 0, i8 4}
