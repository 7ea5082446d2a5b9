; A check for overflow whose outcome LLVM knows: what stands behind it may run in a copy that does not check.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s
; RUN: sed -e 's/br i1 true/br i1 %%overflows/' %s | %opt -passes='print<corofold>' -disable-output 2>&1 | FileCheck %s --check-prefix=OPEN

; CHECK-NOT: {{^}}async
; CHECK: left alone 'a::fut::{closure#0}'
; CHECK-NEXT: because: a check for overflow in it always fails; copies in other crates may go without it

; OPEN: async 'a::fut::{closure#0}'

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
  %x = load i32, ptr %frame
  %overflows = icmp eq i32 %x, -1
  br i1 true, label %overflow, label %done
overflow:
  call void @_RNvNtNtC4core9panicking11panic_const24panic_const_add_overflow(ptr null)
  unreachable
done:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const24panic_const_add_overflow(ptr)

!0 = !{i8 0, i8 4}
