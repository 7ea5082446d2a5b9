; A file of debug information that is relative to a folder is reported with it, and another as it is.
; RUN: rm -rf %t && mkdir %t
; RUN: %opt -passes='corofold<pending;report=%t>' -disable-output %s
; RUN: cat %t/*.json | FileCheck %s

; CHECK: "name": "a::fut::{closure#0}"
; CHECK: "file": "/deps/a-1.0/src/a.rs",
; CHECK-NEXT: "line": 10
; CHECK: "await-sites":
; CHECK: "file": "/shared/b.rs",
; CHECK-NEXT: "line": 12
; CHECK: "transformation": "pending"

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) !dbg !5 {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume
  ]
never:
  unreachable
unresumed:
  br label %poll
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx), !dbg !10
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!llvm.dbg.cu = !{!3}
!llvm.module.flags = !{!8}
!0 = !{i8 0, i8 4}
!3 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !4, emissionKind: LineTablesOnly)
!4 = !DIFile(filename: "src/a.rs", directory: "/deps/a-1.0")
!5 = distinct !DISubprogram(name: "fut", file: !4, line: 10, type: !6, unit: !3, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !{})
!7 = !DIFile(filename: "/shared/b.rs", directory: "/deps/a-1.0")
!8 = !{i32 2, !"Debug Info Version", i32 3}
!9 = !DILexicalBlockFile(scope: !5, file: !7, discriminator: 0)
!10 = !DILocation(line: 12, column: 34, scope: !9)
