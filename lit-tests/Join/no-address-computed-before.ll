; The address was computed before, in a local that starts anew on one way only. The other way reads
; what the local held before.
; RUN: %opt -passes='corofold<join;verify>,print<corofold>' -pass-remarks=corofold -S %s -o %t.after 2>%t.model
; RUN: FileCheck %s --input-file=%t.after
; RUN: FileCheck %s --check-prefix=MODEL --input-file=%t.model

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0(
; CHECK: call void @log(i32 %value4)
; CHECK: call void @log(i32 %value3)
; MODEL-NOT: WaysJoined
; MODEL-NOT: became part of others
; MODEL: state 3: suspended
; MODEL-NEXT: await site: state 3 polls leaf at offset 16

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
  call void @llvm.lifetime.start.p0(i64 4, ptr %local4)
  %before = getelementptr inbounds i8, ptr %local4, i64 0
  store i32 7, ptr %before
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %ended4
    i32 1, label %arm3
  ]
ended4:
  call void @llvm.lifetime.end.p0(i64 4, ptr %local4)
  br label %arm4
arm4:
  call void @llvm.lifetime.start.p0(i64 4, ptr %local4)
  store i32 1, ptr %local4
  %value4 = load i32, ptr %before
  call void @log(i32 %value4)
  call void @llvm.lifetime.end.p0(i64 4, ptr %local4)
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 9, ptr %slot4
  br label %poll3
arm3:
  call void @llvm.lifetime.start.p0(i64 4, ptr %local3)
  store i32 1, ptr %local3
  %value3 = load i32, ptr %before
  call void @log(i32 %value3)
  call void @llvm.lifetime.end.p0(i64 4, ptr %local3)
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 9, ptr %slot3
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

declare i1 @leaf(ptr, ptr)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
declare void @log(i32)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
