; Two arms that poll the same future: one poll is left, entered from both arms; the case stays.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s
; RUN: %opt -passes='corofold<fold>,print<corofold>' -disable-output %s 2>&1 | FileCheck %s --check-prefix=MODEL

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0C1a(
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[RESUME:(resume|poll|drop)[0-9]+]] [
; CHECK: arm3:
; CHECK: store i32 3,
; CHECK: br label %[[ENTRY:.+]]
; CHECK: arm4:
; CHECK: store i32 4,
; CHECK-NEXT: br label %[[ENTRY]]
; CHECK: call i1 @leaf
; CHECK-NOT: call i1 @leaf
; CHECK: store i8 3,
; CHECK-NOT: store i8 4,
; CHECK: [[ENTRY]]:
; CHECK-NEXT: br label %poll3
; CHECK-LABEL: define {{.*}}drop_glue
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[DROP:(resume|poll|drop)[0-9]+]] [
; MODEL: state 3: suspended
; MODEL-NEXT: state 4: folded into state 3
; MODEL-NEXT: await site: state 3 polls leaf at offset 16
; MODEL-NEXT: Pending

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
  %pending4 = call i1 @leaf(ptr %child4, ptr %cx)
  br i1 %pending4, label %suspend4, label %ready4
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
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 5}
