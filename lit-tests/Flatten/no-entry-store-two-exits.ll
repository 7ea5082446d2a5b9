; Two exits store one state: the stores stay.
; RUN: %opt -passes='corofold<flatten>,print<corofold>' -S %s -o %t.ll 2> %t.model
; RUN: FileCheck --input-file=%t.ll %s
; RUN: FileCheck --input-file=%t.model --check-prefix=MODEL %s

; MODEL: state 3: suspended
; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK: unresumed:
; CHECK-NEXT: br label %poll3
; CHECK: suspend3b:
; CHECK: store i8 3,
; CHECK: suspend3:
; CHECK: store i8 3,

define i1 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume3
  ]
never:
  unreachable
unresumed:
  br label %poll3
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %result3 = call i8 @maybe(ptr %slot3, ptr %cx)
  switch i8 %result3, label %ready3 [
  i8 2, label %suspend3
  i8 3, label %suspend3b
  ]
suspend3b:
  %cellb = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cellb
  ret i1 true
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare i8 @maybe(ptr, ptr)

!0 = !{i8 0, i8 6}
