; `report` puts the report into the object file, in a section that is not loaded.
; RUN: %opt -passes='corofold<pending;report>' -S %s | FileCheck %s
; RUN: %opt -passes='corofold<pending;report>' %s | llc -mtriple=thumbv7em-none-eabihf -filetype=obj -o %t.o
; RUN: llvm-readelf -SW %t.o | FileCheck %s --check-prefix=ELF
; RUN: llvm-objcopy --dump-section .corofold=%t.json %t.o /dev/null
; RUN: FileCheck %s --check-prefix=DOCUMENT --input-file=%t.json

; CHECK: module asm ".pushsection .corofold,\22\22,%progbits"
; CHECK: module asm ".popsection"

; No flag A, which would make it a part of the program.
; ELF: .corofold PROGBITS 00000000 {{[0-9a-f]+ [0-9a-f]+}} 00 0 0 1

; One line, so that a linker can put several after one another.
; DOCUMENT: {"schema":1,{{.*}}"options":"{{[^"]*}}report"{{.*}}"symbol":"_RNCNvC1a3fut0"{{.*}}"before":{{.*}}"after":{"states"{{.*}}"records":[{{.*}}]}{{$}}
; DOCUMENT-NOT: {{.}}

define internal i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
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
poisoned:
  br i1 false, label %poisoned, label %panic2
panic2:
  call void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr null)
  unreachable
resume:
  br label %poll
poll:
  %pending = call i1 @leaf(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define i1 @_RNCNvC1a4root0(ptr %frame, ptr %cx) {
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
  %pending = call i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx)
  br i1 %pending, label %suspend, label %ready
suspend:
  store i8 3, ptr %cell
  ret i1 true
ready:
  store i8 1, ptr %cell
  ret i1 false
}

define i8 @_RNCNvC1a5child0(ptr %frame, ptr %cx) {
start:
  %state = load i8, ptr %frame, !range !1
  %wide = zext i8 %state to i32
  %is_returned = trunc nuw i32 %wide to i1
  br i1 %is_returned, label %returned, label %unresumed
returned:
  br i1 false, label %returned, label %panic
unresumed:
  store i8 1, ptr %frame
  ret i8 0
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
}

declare i1 @leaf(ptr, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 4}
!1 = !{i8 0, i8 2}
