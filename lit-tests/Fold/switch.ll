; The results are told apart by a switch.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0C1a(
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[RESUME:(resume|poll|drop)[0-9]+]] [

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
  ]
never:
  unreachable
unresumed:
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
  ]
arm3:
  %new3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 3, ptr %new3
  br label %poll3
arm4:
  %new4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 4, ptr %new4
  br label %poll4
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %child3 = getelementptr inbounds i8, ptr %frame, i64 16
  %tested3 = call i8 @maybe(ptr %child3, ptr %cx)
  switch i8 %tested3, label %ready3 [
  i8 3, label %suspend3
  ]
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
  %tested4 = call i8 @maybe(ptr %child4, ptr %cx)
  switch i8 %tested4, label %ready4 [
  i8 3, label %suspend4
  ]
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4
  ret i1 true
ready4:
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
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare i8 @maybe(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 5}
