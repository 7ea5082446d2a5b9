; The results are pairs that are spilled and read again.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0C1a(
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[RESUME:(resume|poll|drop)[0-9]+]] [
; CHECK-COUNT-1: call { i32, i32 } @pair
; CHECK-NOT: @pair(
; CHECK: }

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
start:
  %result3 = alloca [8 x i8], align 4
  %result4 = alloca [8 x i8], align 4
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
  %polled3 = call { i32, i32 } @pair(ptr %child3, ptr %cx)
  %tag3 = extractvalue { i32, i32 } %polled3, 0
  %value3 = extractvalue { i32, i32 } %polled3, 1
  store i32 %tag3, ptr %result3
  %second3 = getelementptr inbounds i8, ptr %result3, i64 4
  store i32 %value3, ptr %second3
  %again3 = load i32, ptr %result3, !range !1
  %long3 = zext i32 %again3 to i64
  %pending3 = trunc nuw i64 %long3 to i1
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %place3 = getelementptr inbounds i8, ptr %result3, i64 4
  %got3 = load i32, ptr %place3
  %to3 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 %got3, ptr %to3
  br label %done
resume4:
  br label %poll4
poll4:
  %child4 = getelementptr inbounds i8, ptr %frame, i64 16
  %polled4 = call { i32, i32 } @pair(ptr %child4, ptr %cx)
  %tag4 = extractvalue { i32, i32 } %polled4, 0
  %value4 = extractvalue { i32, i32 } %polled4, 1
  store i32 %tag4, ptr %result4
  %second4 = getelementptr inbounds i8, ptr %result4, i64 4
  store i32 %value4, ptr %second4
  %again4 = load i32, ptr %result4, !range !1
  %long4 = zext i32 %again4 to i64
  %pending4 = trunc nuw i64 %long4 to i1
  br i1 %pending4, label %suspend4, label %ready4
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4
  ret i1 true
ready4:
  %place4 = getelementptr inbounds i8, ptr %result4, i64 4
  %got4 = load i32, ptr %place4
  %to4 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 %got4, ptr %to4
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
declare { i32, i32 } @pair(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 5}
!1 = !{i32 0, i32 2}
