; What stands for both arms has the line of neither; what has one line in both keeps it.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s

; CHECK: call i1 @leaf(ptr %child3, ptr %cx), !dbg ![[MERGED:[0-9]+]]
; CHECK-NEXT: br i1 %pending3, {{.*}}, !dbg ![[SAME:[0-9]+]]
; CHECK: store i8 3, {{.*}}, !dbg ![[HEAD:[0-9]+]]
; CHECK-DAG: ![[MERGED]] = !DILocation(line: 0, scope:
; CHECK-DAG: ![[SAME]] = !DILocation(line: 13, column: 9, scope:
; CHECK-DAG: ![[HEAD]] = !DILocation(line: 10, column: 1, scope:

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) !dbg !8 {
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
  %pending3 = call i1 @leaf(ptr %child3, ptr %cx), !dbg !13
  br i1 %pending3, label %suspend3, label %ready3, !dbg !23
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3, !dbg !20
  ret i1 true
ready3:
  br label %done
resume4:
  br label %poll4
poll4:
  %child4 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending4 = call i1 @leaf(ptr %child4, ptr %cx), !dbg !14
  br i1 %pending4, label %suspend4, label %ready4, !dbg !24
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4, !dbg !20
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
!llvm.dbg.cu = !{!5}
!llvm.module.flags = !{!6}

!0 = !{i8 0, i8 5}
!5 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !7, emissionKind: FullDebug)
!6 = !{i32 2, !"Debug Info Version", i32 3}
!7 = !DIFile(filename: "a.rs", directory: "")
!8 = distinct !DISubprogram(name: "fut", scope: !7, file: !7, line: 10, type: !9, unit: !5)
!9 = !DISubroutineType(types: !10)
!10 = !{}
!13 = !DILocation(line: 12, column: 5, scope: !8)
!14 = !DILocation(line: 15, column: 5, scope: !8)
!20 = !DILocation(line: 10, column: 1, scope: !8)
!23 = !DILocation(line: 13, column: 9, scope: !8)
!24 = !DILocation(line: 13, column: 9, scope: !8)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
