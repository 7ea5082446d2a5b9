; Awaits in a row, which differ at the end only: the comparison stops before it gets slow.
; RUN: %opt -passes='corofold<fold>,print<corofold>' -pass-remarks-missed=corofold -S %s -o %t.after 2> %t.model
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after
; RUN: FileCheck --input-file=%t.model %s

; CHECK: a::fut::{closure#0} (state 56): the function is too large to compare all its states
; CHECK: state 56: suspended

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
    i32 29, label %resume29
    i32 30, label %resume30
    i32 31, label %resume31
    i32 32, label %resume32
    i32 33, label %resume33
    i32 34, label %resume34
    i32 35, label %resume35
    i32 36, label %resume36
    i32 37, label %resume37
    i32 38, label %resume38
    i32 39, label %resume39
    i32 40, label %resume40
    i32 41, label %resume41
    i32 42, label %resume42
    i32 43, label %resume43
    i32 44, label %resume44
    i32 45, label %resume45
    i32 46, label %resume46
    i32 47, label %resume47
    i32 48, label %resume48
    i32 49, label %resume49
    i32 50, label %resume50
    i32 51, label %resume51
    i32 52, label %resume52
    i32 53, label %resume53
    i32 54, label %resume54
    i32 55, label %resume55
    i32 56, label %resume56
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
  br label %poll29
resume29:
  br label %poll29
poll29:
  %child29 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending29 = call i1 @leaf(ptr %child29, ptr %cx)
  br i1 %pending29, label %suspend29, label %ready29
suspend29:
  %cell29 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 29, ptr %cell29
  ret i1 true
ready29:
  %field29 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field29
  br label %poll30
resume30:
  br label %poll30
poll30:
  %child30 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending30 = call i1 @leaf(ptr %child30, ptr %cx)
  br i1 %pending30, label %suspend30, label %ready30
suspend30:
  %cell30 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 30, ptr %cell30
  ret i1 true
ready30:
  %field30 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field30
  br label %poll31
resume31:
  br label %poll31
poll31:
  %child31 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending31 = call i1 @leaf(ptr %child31, ptr %cx)
  br i1 %pending31, label %suspend31, label %ready31
suspend31:
  %cell31 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 31, ptr %cell31
  ret i1 true
ready31:
  %field31 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field31
  br label %poll32
resume32:
  br label %poll32
poll32:
  %child32 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending32 = call i1 @leaf(ptr %child32, ptr %cx)
  br i1 %pending32, label %suspend32, label %ready32
suspend32:
  %cell32 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 32, ptr %cell32
  ret i1 true
ready32:
  %field32 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field32
  br label %poll33
resume33:
  br label %poll33
poll33:
  %child33 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending33 = call i1 @leaf(ptr %child33, ptr %cx)
  br i1 %pending33, label %suspend33, label %ready33
suspend33:
  %cell33 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 33, ptr %cell33
  ret i1 true
ready33:
  %field33 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field33
  br label %poll34
resume34:
  br label %poll34
poll34:
  %child34 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending34 = call i1 @leaf(ptr %child34, ptr %cx)
  br i1 %pending34, label %suspend34, label %ready34
suspend34:
  %cell34 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 34, ptr %cell34
  ret i1 true
ready34:
  %field34 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field34
  br label %poll35
resume35:
  br label %poll35
poll35:
  %child35 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending35 = call i1 @leaf(ptr %child35, ptr %cx)
  br i1 %pending35, label %suspend35, label %ready35
suspend35:
  %cell35 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 35, ptr %cell35
  ret i1 true
ready35:
  %field35 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field35
  br label %poll36
resume36:
  br label %poll36
poll36:
  %child36 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending36 = call i1 @leaf(ptr %child36, ptr %cx)
  br i1 %pending36, label %suspend36, label %ready36
suspend36:
  %cell36 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 36, ptr %cell36
  ret i1 true
ready36:
  %field36 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field36
  br label %poll37
resume37:
  br label %poll37
poll37:
  %child37 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending37 = call i1 @leaf(ptr %child37, ptr %cx)
  br i1 %pending37, label %suspend37, label %ready37
suspend37:
  %cell37 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 37, ptr %cell37
  ret i1 true
ready37:
  %field37 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field37
  br label %poll38
resume38:
  br label %poll38
poll38:
  %child38 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending38 = call i1 @leaf(ptr %child38, ptr %cx)
  br i1 %pending38, label %suspend38, label %ready38
suspend38:
  %cell38 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 38, ptr %cell38
  ret i1 true
ready38:
  %field38 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field38
  br label %poll39
resume39:
  br label %poll39
poll39:
  %child39 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending39 = call i1 @leaf(ptr %child39, ptr %cx)
  br i1 %pending39, label %suspend39, label %ready39
suspend39:
  %cell39 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 39, ptr %cell39
  ret i1 true
ready39:
  %field39 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field39
  br label %poll40
resume40:
  br label %poll40
poll40:
  %child40 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending40 = call i1 @leaf(ptr %child40, ptr %cx)
  br i1 %pending40, label %suspend40, label %ready40
suspend40:
  %cell40 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 40, ptr %cell40
  ret i1 true
ready40:
  %field40 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field40
  br label %poll41
resume41:
  br label %poll41
poll41:
  %child41 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending41 = call i1 @leaf(ptr %child41, ptr %cx)
  br i1 %pending41, label %suspend41, label %ready41
suspend41:
  %cell41 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 41, ptr %cell41
  ret i1 true
ready41:
  %field41 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field41
  br label %poll42
resume42:
  br label %poll42
poll42:
  %child42 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending42 = call i1 @leaf(ptr %child42, ptr %cx)
  br i1 %pending42, label %suspend42, label %ready42
suspend42:
  %cell42 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 42, ptr %cell42
  ret i1 true
ready42:
  %field42 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field42
  br label %poll43
resume43:
  br label %poll43
poll43:
  %child43 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending43 = call i1 @leaf(ptr %child43, ptr %cx)
  br i1 %pending43, label %suspend43, label %ready43
suspend43:
  %cell43 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 43, ptr %cell43
  ret i1 true
ready43:
  %field43 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field43
  br label %poll44
resume44:
  br label %poll44
poll44:
  %child44 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending44 = call i1 @leaf(ptr %child44, ptr %cx)
  br i1 %pending44, label %suspend44, label %ready44
suspend44:
  %cell44 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 44, ptr %cell44
  ret i1 true
ready44:
  %field44 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field44
  br label %poll45
resume45:
  br label %poll45
poll45:
  %child45 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending45 = call i1 @leaf(ptr %child45, ptr %cx)
  br i1 %pending45, label %suspend45, label %ready45
suspend45:
  %cell45 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 45, ptr %cell45
  ret i1 true
ready45:
  %field45 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field45
  br label %poll46
resume46:
  br label %poll46
poll46:
  %child46 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending46 = call i1 @leaf(ptr %child46, ptr %cx)
  br i1 %pending46, label %suspend46, label %ready46
suspend46:
  %cell46 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 46, ptr %cell46
  ret i1 true
ready46:
  %field46 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field46
  br label %poll47
resume47:
  br label %poll47
poll47:
  %child47 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending47 = call i1 @leaf(ptr %child47, ptr %cx)
  br i1 %pending47, label %suspend47, label %ready47
suspend47:
  %cell47 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 47, ptr %cell47
  ret i1 true
ready47:
  %field47 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field47
  br label %poll48
resume48:
  br label %poll48
poll48:
  %child48 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending48 = call i1 @leaf(ptr %child48, ptr %cx)
  br i1 %pending48, label %suspend48, label %ready48
suspend48:
  %cell48 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 48, ptr %cell48
  ret i1 true
ready48:
  %field48 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field48
  br label %poll49
resume49:
  br label %poll49
poll49:
  %child49 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending49 = call i1 @leaf(ptr %child49, ptr %cx)
  br i1 %pending49, label %suspend49, label %ready49
suspend49:
  %cell49 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 49, ptr %cell49
  ret i1 true
ready49:
  %field49 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field49
  br label %poll50
resume50:
  br label %poll50
poll50:
  %child50 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending50 = call i1 @leaf(ptr %child50, ptr %cx)
  br i1 %pending50, label %suspend50, label %ready50
suspend50:
  %cell50 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 50, ptr %cell50
  ret i1 true
ready50:
  %field50 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field50
  br label %poll51
resume51:
  br label %poll51
poll51:
  %child51 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending51 = call i1 @leaf(ptr %child51, ptr %cx)
  br i1 %pending51, label %suspend51, label %ready51
suspend51:
  %cell51 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 51, ptr %cell51
  ret i1 true
ready51:
  %field51 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field51
  br label %poll52
resume52:
  br label %poll52
poll52:
  %child52 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending52 = call i1 @leaf(ptr %child52, ptr %cx)
  br i1 %pending52, label %suspend52, label %ready52
suspend52:
  %cell52 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 52, ptr %cell52
  ret i1 true
ready52:
  %field52 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field52
  br label %poll53
resume53:
  br label %poll53
poll53:
  %child53 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending53 = call i1 @leaf(ptr %child53, ptr %cx)
  br i1 %pending53, label %suspend53, label %ready53
suspend53:
  %cell53 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 53, ptr %cell53
  ret i1 true
ready53:
  %field53 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field53
  br label %poll54
resume54:
  br label %poll54
poll54:
  %child54 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending54 = call i1 @leaf(ptr %child54, ptr %cx)
  br i1 %pending54, label %suspend54, label %ready54
suspend54:
  %cell54 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 54, ptr %cell54
  ret i1 true
ready54:
  %field54 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field54
  br label %poll55
resume55:
  br label %poll55
poll55:
  %child55 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending55 = call i1 @leaf(ptr %child55, ptr %cx)
  br i1 %pending55, label %suspend55, label %ready55
suspend55:
  %cell55 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 55, ptr %cell55
  ret i1 true
ready55:
  %field55 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field55
  br label %poll56
resume56:
  br label %poll56
poll56:
  %child56 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending56 = call i1 @leaf(ptr %child56, ptr %cx)
  br i1 %pending56, label %suspend56, label %ready56
suspend56:
  %cell56 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 56, ptr %cell56
  ret i1 true
ready56:
  %field56 = getelementptr inbounds i8, ptr %frame, i64 24
  store i32 5, ptr %field56
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
    i32 29, label %drop29
    i32 30, label %drop30
    i32 31, label %drop31
    i32 32, label %drop32
    i32 33, label %drop33
    i32 34, label %drop34
    i32 35, label %drop35
    i32 36, label %drop36
    i32 37, label %drop37
    i32 38, label %drop38
    i32 39, label %drop39
    i32 40, label %drop40
    i32 41, label %drop41
    i32 42, label %drop42
    i32 43, label %drop43
    i32 44, label %drop44
    i32 45, label %drop45
    i32 46, label %drop46
    i32 47, label %drop47
    i32 48, label %drop48
    i32 49, label %drop49
    i32 50, label %drop50
    i32 51, label %drop51
    i32 52, label %drop52
    i32 53, label %drop53
    i32 54, label %drop54
    i32 55, label %drop55
    i32 56, label %drop56
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
drop29:
  %slot29 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot29)
  br label %nothing
drop30:
  %slot30 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot30)
  br label %nothing
drop31:
  %slot31 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot31)
  br label %nothing
drop32:
  %slot32 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot32)
  br label %nothing
drop33:
  %slot33 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot33)
  br label %nothing
drop34:
  %slot34 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot34)
  br label %nothing
drop35:
  %slot35 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot35)
  br label %nothing
drop36:
  %slot36 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot36)
  br label %nothing
drop37:
  %slot37 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot37)
  br label %nothing
drop38:
  %slot38 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot38)
  br label %nothing
drop39:
  %slot39 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot39)
  br label %nothing
drop40:
  %slot40 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot40)
  br label %nothing
drop41:
  %slot41 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot41)
  br label %nothing
drop42:
  %slot42 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot42)
  br label %nothing
drop43:
  %slot43 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot43)
  br label %nothing
drop44:
  %slot44 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot44)
  br label %nothing
drop45:
  %slot45 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot45)
  br label %nothing
drop46:
  %slot46 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot46)
  br label %nothing
drop47:
  %slot47 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot47)
  br label %nothing
drop48:
  %slot48 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot48)
  br label %nothing
drop49:
  %slot49 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot49)
  br label %nothing
drop50:
  %slot50 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot50)
  br label %nothing
drop51:
  %slot51 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot51)
  br label %nothing
drop52:
  %slot52 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot52)
  br label %nothing
drop53:
  %slot53 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot53)
  br label %nothing
drop54:
  %slot54 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot54)
  br label %nothing
drop55:
  %slot55 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot55)
  br label %nothing
drop56:
  %slot56 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot56)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 57}
