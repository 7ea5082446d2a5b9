; Cells of widths that rustc has no use for, and one whose states do not fit into 64 bits.
; RUN: %opt -passes='corofold<verify>,print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::one::{closure#0}'
; CHECK-NEXT: cell: offset 0, i7
; CHECK: async 'a::two::{closure#0}'
; CHECK-NEXT: cell: offset 0, i128
; CHECK: left alone 'a::big::{closure#0}'

define i1 @_RNCNvC1a3one0(ptr %frame, ptr %cx) {
start:
  %state = load i7, ptr %frame
  switch i7 %state, label %never [
    i7 0, label %unresumed
    i7 1, label %returned
  ]
never:
  unreachable
unresumed:
  store i7 1, ptr %frame
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

define i1 @_RNCNvC1a3two0(ptr %frame, ptr %cx) {
start:
  %state = load i128, ptr %frame
  switch i128 %state, label %never [
    i128 0, label %unresumed
    i128 1, label %returned
  ]
never:
  unreachable
unresumed:
  store i128 1, ptr %frame
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

define i1 @_RNCNvC1a3big0(ptr %frame, ptr %cx) {
start:
  %state = load i128, ptr %frame
  switch i128 %state, label %never [
    i128 0, label %unresumed
    i128 36893488147419103232, label %returned
  ]
never:
  unreachable
unresumed:
  store i128 1, ptr %frame
  ret i1 false
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
