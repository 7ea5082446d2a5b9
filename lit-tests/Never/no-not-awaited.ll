; Nobody awaits it.
; RUN: %opt -passes='corofold<never>,print<corofold>' -S %s -o %t.after 2> %t.model
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.model %s

; CHECK: polled by: code outside this module

define i1 @_RNCNvC1a5inner0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
  ]
never:
  unreachable
unresumed:
  br label %done
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 0, label %drop0
  ]
nothing:
  ret void
drop0:
  %slot0 = getelementptr inbounds i8, ptr %frame, i64 8
  call void @drop_leaf(ptr %slot0)
  br label %nothing
}

declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
