; The kept way's local is in use where the other way starts: its address was handed out, and nothing
; mentions it later.
; RUN: %opt -passes='corofold<join;verify>,print<corofold>' -pass-remarks=corofold -S %s -o %t.after 2>%t.model
; RUN: FileCheck %s --input-file=%t.after
; RUN: FileCheck %s --check-prefix=MODEL --input-file=%t.model
; Its lifetime ended before: then the ways are one.
; RUN: sed -e 's/^;ends //' %s | %opt -passes='corofold<join;verify>' -S | FileCheck %s --check-prefix=SAME
; It was not handed out: the same.
; RUN: sed -e '/call void @hand_out/d' %s | %opt -passes='corofold<join;verify>' -S | FileCheck %s --check-prefix=SAME

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0(
; CHECK-COUNT-2: call void @llvm.memcpy
; MODEL-NOT: WaysJoined
; MODEL-NOT: became part of others
; MODEL: state 3: suspended
; MODEL-NEXT: await site: state 3 polls leaf at offset 16
; SAME-LABEL: define i1 @_RNCNvC1a3fut0(
; SAME-COUNT-1: call void @llvm.memcpy
; SAME-NOT: call void @llvm.memcpy
; SAME: declare

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) {
start:
  %local3 = alloca i32, align 4
  %local4 = alloca i32, align 4
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
  call void @llvm.lifetime.start.p0(i64 4, ptr %local3)
  store i32 5, ptr %local3
  call void @hand_out(ptr %local3)
;ends   call void @llvm.lifetime.end.p0(i64 4, ptr %local3)
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
  ]
arm3:
  call void @llvm.lifetime.start.p0(i64 4, ptr %local3)
  store i32 7, ptr %local3
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @llvm.memcpy.p0.p0.i64(ptr %slot3, ptr %local3, i64 4, i1 false)
  call void @llvm.lifetime.end.p0(i64 4, ptr %local3)
  br label %poll3
arm4:
  call void @llvm.lifetime.start.p0(i64 4, ptr %local4)
  store i32 7, ptr %local4
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @llvm.memcpy.p0.p0.i64(ptr %slot4, ptr %local4, i64 4, i1 false)
  call void @llvm.lifetime.end.p0(i64 4, ptr %local4)
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
  br i1 %pending3, label %suspend3, label %done
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

declare void @hand_out(ptr)
declare i1 @leaf(ptr, ptr)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
