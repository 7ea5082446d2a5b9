; With debug information a suspend state says where the await is.
; RUN: %opt -passes='print<corofold>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: async 'a::fut::{closure#0}'
; CHECK: state 3: suspended at 12:34

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
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null), !dbg !7
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx), !dbg !7
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
!4 = !DIFile(filename: "a.rs", directory: "")
!5 = distinct !DISubprogram(name: "fut", file: !4, line: 10, type: !6, unit: !3, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !{})
!7 = !DILocation(line: 12, column: 34, scope: !5)
!8 = !{i32 2, !"Debug Info Version", i32 3}
