; Awaits in a row, which differ at the end only: the comparison stops before it gets slow.
; RUN: %opt -passes='corofold<fold>,print<corofold>' -pass-remarks-missed=corofold -S %s -o %t.after 2> %t.model
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.model %s

; CHECK: a::fut::{closure#0} (state 28): the function is too large to compare all its states
; CHECK: state 28: suspended

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
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
    i32 7, label %resume7
    i32 8, label %resume8
    i32 9, label %resume9
    i32 10, label %resume10
    i32 11, label %resume11
    i32 12, label %resume12
    i32 13, label %resume13
    i32 14, label %resume14
    i32 15, label %resume15
    i32 16, label %resume16
    i32 17, label %resume17
    i32 18, label %resume18
    i32 19, label %resume19
    i32 20, label %resume20
    i32 21, label %resume21
    i32 22, label %resume22
    i32 23, label %resume23
    i32 24, label %resume24
    i32 25, label %resume25
    i32 26, label %resume26
    i32 27, label %resume27
    i32 28, label %resume28
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
  %child3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @leaf(ptr %child3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %field3 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field3
  br label %poll4
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
  %field4 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field4
  br label %poll5
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
  %field5 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field5
  br label %poll6
resume6:
  br label %poll6
poll6:
  %child6 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending6 = call i1 @leaf(ptr %child6, ptr %cx)
  br i1 %pending6, label %suspend6, label %ready6
suspend6:
  %cell6 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 6, ptr %cell6
  ret i1 true
ready6:
  %field6 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field6
  br label %poll7
resume7:
  br label %poll7
poll7:
  %child7 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending7 = call i1 @leaf(ptr %child7, ptr %cx)
  br i1 %pending7, label %suspend7, label %ready7
suspend7:
  %cell7 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 7, ptr %cell7
  ret i1 true
ready7:
  %field7 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field7
  br label %poll8
resume8:
  br label %poll8
poll8:
  %child8 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending8 = call i1 @leaf(ptr %child8, ptr %cx)
  br i1 %pending8, label %suspend8, label %ready8
suspend8:
  %cell8 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 8, ptr %cell8
  ret i1 true
ready8:
  %field8 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field8
  br label %poll9
resume9:
  br label %poll9
poll9:
  %child9 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending9 = call i1 @leaf(ptr %child9, ptr %cx)
  br i1 %pending9, label %suspend9, label %ready9
suspend9:
  %cell9 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 9, ptr %cell9
  ret i1 true
ready9:
  %field9 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field9
  br label %poll10
resume10:
  br label %poll10
poll10:
  %child10 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending10 = call i1 @leaf(ptr %child10, ptr %cx)
  br i1 %pending10, label %suspend10, label %ready10
suspend10:
  %cell10 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 10, ptr %cell10
  ret i1 true
ready10:
  %field10 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field10
  br label %poll11
resume11:
  br label %poll11
poll11:
  %child11 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending11 = call i1 @leaf(ptr %child11, ptr %cx)
  br i1 %pending11, label %suspend11, label %ready11
suspend11:
  %cell11 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 11, ptr %cell11
  ret i1 true
ready11:
  %field11 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field11
  br label %poll12
resume12:
  br label %poll12
poll12:
  %child12 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending12 = call i1 @leaf(ptr %child12, ptr %cx)
  br i1 %pending12, label %suspend12, label %ready12
suspend12:
  %cell12 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 12, ptr %cell12
  ret i1 true
ready12:
  %field12 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field12
  br label %poll13
resume13:
  br label %poll13
poll13:
  %child13 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending13 = call i1 @leaf(ptr %child13, ptr %cx)
  br i1 %pending13, label %suspend13, label %ready13
suspend13:
  %cell13 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 13, ptr %cell13
  ret i1 true
ready13:
  %field13 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field13
  br label %poll14
resume14:
  br label %poll14
poll14:
  %child14 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending14 = call i1 @leaf(ptr %child14, ptr %cx)
  br i1 %pending14, label %suspend14, label %ready14
suspend14:
  %cell14 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 14, ptr %cell14
  ret i1 true
ready14:
  %field14 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field14
  br label %poll15
resume15:
  br label %poll15
poll15:
  %child15 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending15 = call i1 @leaf(ptr %child15, ptr %cx)
  br i1 %pending15, label %suspend15, label %ready15
suspend15:
  %cell15 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 15, ptr %cell15
  ret i1 true
ready15:
  %field15 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field15
  br label %poll16
resume16:
  br label %poll16
poll16:
  %child16 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending16 = call i1 @leaf(ptr %child16, ptr %cx)
  br i1 %pending16, label %suspend16, label %ready16
suspend16:
  %cell16 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 16, ptr %cell16
  ret i1 true
ready16:
  %field16 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field16
  br label %poll17
resume17:
  br label %poll17
poll17:
  %child17 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending17 = call i1 @leaf(ptr %child17, ptr %cx)
  br i1 %pending17, label %suspend17, label %ready17
suspend17:
  %cell17 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 17, ptr %cell17
  ret i1 true
ready17:
  %field17 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field17
  br label %poll18
resume18:
  br label %poll18
poll18:
  %child18 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending18 = call i1 @leaf(ptr %child18, ptr %cx)
  br i1 %pending18, label %suspend18, label %ready18
suspend18:
  %cell18 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 18, ptr %cell18
  ret i1 true
ready18:
  %field18 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field18
  br label %poll19
resume19:
  br label %poll19
poll19:
  %child19 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending19 = call i1 @leaf(ptr %child19, ptr %cx)
  br i1 %pending19, label %suspend19, label %ready19
suspend19:
  %cell19 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 19, ptr %cell19
  ret i1 true
ready19:
  %field19 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field19
  br label %poll20
resume20:
  br label %poll20
poll20:
  %child20 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending20 = call i1 @leaf(ptr %child20, ptr %cx)
  br i1 %pending20, label %suspend20, label %ready20
suspend20:
  %cell20 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 20, ptr %cell20
  ret i1 true
ready20:
  %field20 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field20
  br label %poll21
resume21:
  br label %poll21
poll21:
  %child21 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending21 = call i1 @leaf(ptr %child21, ptr %cx)
  br i1 %pending21, label %suspend21, label %ready21
suspend21:
  %cell21 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 21, ptr %cell21
  ret i1 true
ready21:
  %field21 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field21
  br label %poll22
resume22:
  br label %poll22
poll22:
  %child22 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending22 = call i1 @leaf(ptr %child22, ptr %cx)
  br i1 %pending22, label %suspend22, label %ready22
suspend22:
  %cell22 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 22, ptr %cell22
  ret i1 true
ready22:
  %field22 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field22
  br label %poll23
resume23:
  br label %poll23
poll23:
  %child23 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending23 = call i1 @leaf(ptr %child23, ptr %cx)
  br i1 %pending23, label %suspend23, label %ready23
suspend23:
  %cell23 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 23, ptr %cell23
  ret i1 true
ready23:
  %field23 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field23
  br label %poll24
resume24:
  br label %poll24
poll24:
  %child24 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending24 = call i1 @leaf(ptr %child24, ptr %cx)
  br i1 %pending24, label %suspend24, label %ready24
suspend24:
  %cell24 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 24, ptr %cell24
  ret i1 true
ready24:
  %field24 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field24
  br label %poll25
resume25:
  br label %poll25
poll25:
  %child25 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending25 = call i1 @leaf(ptr %child25, ptr %cx)
  br i1 %pending25, label %suspend25, label %ready25
suspend25:
  %cell25 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 25, ptr %cell25
  ret i1 true
ready25:
  %field25 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field25
  br label %poll26
resume26:
  br label %poll26
poll26:
  %child26 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending26 = call i1 @leaf(ptr %child26, ptr %cx)
  br i1 %pending26, label %suspend26, label %ready26
suspend26:
  %cell26 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 26, ptr %cell26
  ret i1 true
ready26:
  %field26 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field26
  br label %poll27
resume27:
  br label %poll27
poll27:
  %child27 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending27 = call i1 @leaf(ptr %child27, ptr %cx)
  br i1 %pending27, label %suspend27, label %ready27
suspend27:
  %cell27 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 27, ptr %cell27
  ret i1 true
ready27:
  %field27 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field27
  br label %poll28
resume28:
  br label %poll28
poll28:
  %child28 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending28 = call i1 @leaf(ptr %child28, ptr %cx)
  br i1 %pending28, label %suspend28, label %ready28
suspend28:
  %cell28 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 28, ptr %cell28
  ret i1 true
ready28:
  %field28 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field28
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
    i32 7, label %drop7
    i32 8, label %drop8
    i32 9, label %drop9
    i32 10, label %drop10
    i32 11, label %drop11
    i32 12, label %drop12
    i32 13, label %drop13
    i32 14, label %drop14
    i32 15, label %drop15
    i32 16, label %drop16
    i32 17, label %drop17
    i32 18, label %drop18
    i32 19, label %drop19
    i32 20, label %drop20
    i32 21, label %drop21
    i32 22, label %drop22
    i32 23, label %drop23
    i32 24, label %drop24
    i32 25, label %drop25
    i32 26, label %drop26
    i32 27, label %drop27
    i32 28, label %drop28
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
drop7:
  %slot7 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot7)
  br label %nothing
drop8:
  %slot8 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot8)
  br label %nothing
drop9:
  %slot9 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot9)
  br label %nothing
drop10:
  %slot10 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot10)
  br label %nothing
drop11:
  %slot11 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot11)
  br label %nothing
drop12:
  %slot12 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot12)
  br label %nothing
drop13:
  %slot13 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot13)
  br label %nothing
drop14:
  %slot14 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot14)
  br label %nothing
drop15:
  %slot15 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot15)
  br label %nothing
drop16:
  %slot16 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot16)
  br label %nothing
drop17:
  %slot17 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot17)
  br label %nothing
drop18:
  %slot18 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot18)
  br label %nothing
drop19:
  %slot19 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot19)
  br label %nothing
drop20:
  %slot20 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot20)
  br label %nothing
drop21:
  %slot21 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot21)
  br label %nothing
drop22:
  %slot22 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot22)
  br label %nothing
drop23:
  %slot23 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot23)
  br label %nothing
drop24:
  %slot24 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot24)
  br label %nothing
drop25:
  %slot25 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot25)
  br label %nothing
drop26:
  %slot26 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot26)
  br label %nothing
drop27:
  %slot27 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot27)
  br label %nothing
drop28:
  %slot28 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot28)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 29}
