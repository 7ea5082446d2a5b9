; The poll of a child that became part of its parent is gone, and the model still knows its line.
; Memory that was freed does not look as before.
; RUN: env GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=90 %opt -passes='corofold<pending;flatten>,print<corofold>' -S %s -o %t.ll 2> %t.model
; RUN: FileCheck --input-file=%t.ll %s
; RUN: FileCheck --input-file=%t.model --check-prefix=MODEL %s

; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK-NOT: call i1 @_RNCNvC1a5inner0
; MODEL: async 'a::outer::{closure#0}'
; MODEL: state 3: suspended at 12:34

define i1 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) !dbg !5 {
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
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null), !dbg !7
  unreachable
resume3:
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @_RNCNvC1a5inner0(ptr %slot3, ptr %cx), !dbg !7
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
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %nothing
}

define internal i1 @_RNCNvC1a5inner0(ptr %frame, ptr %cx) !dbg !9 {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
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
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null), !dbg !10
  unreachable
resume3:
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 8
  %pending3 = call i1 @leaf(ptr %slot3, ptr %cx), !dbg !10
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 8
  call void @drop_leaf(ptr %slot3)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!llvm.dbg.cu = !{!3}
!llvm.module.flags = !{!8}
!0 = !{i8 0, i8 6}
!3 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !4, emissionKind: LineTablesOnly)
!4 = !DIFile(filename: "a.rs", directory: "")
!5 = distinct !DISubprogram(name: "outer", file: !4, line: 10, type: !6, unit: !3, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !{})
!7 = !DILocation(line: 12, column: 34, scope: !5)
!8 = !{i32 2, !"Debug Info Version", i32 3}
!9 = distinct !DISubprogram(name: "inner", file: !4, line: 20, type: !6, unit: !3, spFlags: DISPFlagDefinition)
!10 = !DILocation(line: 22, column: 9, scope: !9)
