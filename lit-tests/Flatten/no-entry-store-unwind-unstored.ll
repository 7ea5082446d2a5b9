; A way leads out of the function without a store of a state: what is stored on entry would stay.
; RUN: %opt -passes='corofold<pending;flatten>,print<corofold>' -S %s -o %t.ll 2> %t.model
; RUN: FileCheck --input-file=%t.ll %s
; RUN: FileCheck --input-file=%t.model --check-prefix=MODEL %s
; With the store the state is stored on entry:
; RUN: sed -e 's/  ; store i8 2/  store i8 2/' %s | %opt -passes='corofold<pending;flatten;verify>' -S | FileCheck --check-prefix=STORED %s

; MODEL: state 3: suspended
; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK: suspend3:
; CHECK: store i8 3,
; CHECK: ret i1 true
; CHECK-NOT: store i8 3,
; CHECK: declare

; STORED: suspend3:
; STORED-NOT: store
; STORED: ret i1 true
; STORED: store i8 3,

define i1 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
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
poisoned:
  br i1 false, label %poisoned, label %panic2
panic2:
  call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = invoke i1 @leaf(ptr %slot3, ptr %cx)
    to label %polled3 unwind label %cleanup
polled3:
  br i1 %pending3, label %suspend3, label %ready3
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
cleanup:
  %exception = landingpad { ptr, i32 } cleanup
  %poison = getelementptr inbounds i8, ptr %frame, i64 8
  ; store i8 2, ptr %poison
  resume { ptr, i32 } %exception
}

declare i1 @leaf(ptr, ptr)
declare i32 @rust_eh_personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 6}
