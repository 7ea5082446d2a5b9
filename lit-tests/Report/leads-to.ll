; Where the code goes on from each state, with no other await between: the first await leads to the second, and the
; second back to the first or to the end. That everything can panic is no way on.
; RUN: rm -rf %t && mkdir %t
; RUN: %opt -passes='corofold<pending;report=%t>' -disable-output %s
; RUN: cat %t/*.json | tr -d '\n ' | FileCheck %s

; CHECK: "state":0,"role":"unresumed","folded-into":null,"next":[1,2,3,4],"leads-to":[3],
; CHECK: "state":1,"role":"returned","folded-into":null,"next":[],"leads-to":[],
; CHECK: "state":2,"role":"poisoned","folded-into":null,"next":[],"leads-to":[],
; CHECK: "state":3,"role":"suspended","folded-into":null,"next":[1,2,3,4],"leads-to":[4],
; CHECK: "state":4,"role":"suspended","folded-into":null,"next":[1,2,3,4],"leads-to":[1,3],
; CHECK: "after":{
; CHECK: "state":3,{{.*}}"leads-to":[4],
; CHECK: "state":4,{{.*}}"leads-to":[1,3],

define internal i1 @_RNCNvC1a4loop0(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
    i32 3, label %resume3
    i32 4, label %resume4
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
  %pending3 = invoke i1 @leaf(ptr %frame, ptr %cx)
          to label %test3 unwind label %unwinds
test3:
  br i1 %pending3, label %suspend3, label %between
suspend3:
  store i8 3, ptr %cell
  ret i1 true
between:
  br label %poll4
resume4:
  br label %poll4
poll4:
  %pending4 = invoke i1 @leaf(ptr %frame, ptr %cx)
          to label %test4 unwind label %unwinds
test4:
  br i1 %pending4, label %suspend4, label %again
suspend4:
  store i8 4, ptr %cell
  ret i1 true
again:
  %more = call i1 @more()
  br i1 %more, label %poll3, label %ready
ready:
  store i8 1, ptr %cell
  ret i1 false
unwinds:
  %pad = landingpad { ptr, i32 } cleanup
  store i8 2, ptr %cell
  resume { ptr, i32 } %pad
}

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
  %result = call i1 @_RNCNvC1a4loop0(ptr %frame, ptr %cx)
  ret i1 %result
}

declare i1 @leaf(ptr, ptr)
declare i1 @more()
declare i32 @rust_eh_personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 5}
