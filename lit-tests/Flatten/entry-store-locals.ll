; What the resume edge prepares stays there; the entry edge stores the state.
; RUN: %opt -passes='corofold<pending;flatten;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a5outer0(
; CHECK: resume3:
; CHECK-NEXT: call void @llvm.lifetime.start.p0({{.*}}ptr %moved)
; CHECK-NEXT: br label %poll3
; CHECK: store i8 3,
; CHECK-NEXT: br label %poll3

define i1 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) {
start:
  %moved = alloca [8 x i8]
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
  call void @llvm.lifetime.start.p0(i64 8, ptr %moved)
  br label %poll3
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  call void @llvm.lifetime.start.p0(i64 8, ptr %moved)
  br label %poll3
poll3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @leaf(ptr %slot3, ptr %cx)
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

declare i1 @leaf(ptr, ptr)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 6}
