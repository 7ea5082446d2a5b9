; Four arms that poll two functions: two classes.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s
; RUN: %opt -passes='corofold<fold>,print<corofold>' -disable-output %s 2>&1 | FileCheck %s --check-prefix=MODEL

; CHECK: i32 3, label %[[FIRST:.+]]
; CHECK-NEXT: i32 4, label %[[SECOND:.+]]
; CHECK-NEXT: i32 5, label %[[FIRST]]
; CHECK-NEXT: i32 6, label %[[SECOND]]
; CHECK-COUNT-1: call i1 @leaf
; CHECK-COUNT-1: call i1 @other
; CHECK-NOT: call i1 @
; MODEL: state 5: folded into state 3
; MODEL-NEXT: state 6: folded into state 4

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume3
    i32 4, label %resume4
    i32 5, label %resume5
    i32 6, label %resume6
  ]
never:
  unreachable
unresumed:
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
    i32 2, label %arm5
    i32 3, label %arm6
  ]
arm3:
  %new3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 3, ptr %new3
  br label %poll3
arm4:
  %new4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 4, ptr %new4
  br label %poll4
arm5:
  %new5 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 5, ptr %new5
  br label %poll5
arm6:
  %new6 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 6, ptr %new6
  br label %poll6
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %child3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @leaf(ptr %child3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  br label %done
resume4:
  br label %poll4
poll4:
  %child4 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending4 = call i1 @other(ptr %child4, ptr %cx)
  br i1 %pending4, label %suspend4, label %ready4
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4
  ret i1 true
ready4:
  br label %done
resume5:
  br label %poll5
poll5:
  %child5 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending5 = call i1 @leaf(ptr %child5, ptr %cx)
  br i1 %pending5, label %suspend5, label %ready5
suspend5:
  %cell5 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 5, ptr %cell5
  ret i1 true
ready5:
  br label %done
resume6:
  br label %poll6
poll6:
  %child6 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending6 = call i1 @other(ptr %child6, ptr %cx)
  br i1 %pending6, label %suspend6, label %ready6
suspend6:
  %cell6 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 6, ptr %cell6
  ret i1 true
ready6:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a3fut0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
    i32 4, label %drop4
    i32 5, label %drop5
    i32 6, label %drop6
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot3)
  br label %nothing
drop4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot4)
  br label %nothing
drop5:
  %slot5 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot5)
  br label %nothing
drop6:
  %slot6 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot6)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare i1 @other(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 7}
