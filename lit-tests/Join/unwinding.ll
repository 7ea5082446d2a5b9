; Each way has a landing pad of its own; they lead to one cleanup.
; RUN: %opt -passes='corofold<join;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0(
; CHECK: %[[X:.+]] = phi i32 [ 9, %unresumed ], [ 7, %joined.way ]
; CHECK-NEXT: invoke void @note(i32 %[[X]])
; CHECK-NOT: invoke
; CHECK-COUNT-1: landingpad
; CHECK-NOT: landingpad

define i1 @_RNCNvC1a3fut0(ptr %frame, ptr %cx) personality ptr @personality {
start:
  %slot = alloca { ptr, i32 }, align 8
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
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
  ]
arm3:
  invoke void @note(i32 7) to label %noted3 unwind label %pad3
noted3:
  br label %poll3
pad3:
  %exception3 = landingpad { ptr, i32 } cleanup
  store { ptr, i32 } %exception3, ptr %slot
  br label %cleanup
arm4:
  invoke void @note(i32 9) to label %noted4 unwind label %pad4
noted4:
  br label %poll3
pad4:
  %exception4 = landingpad { ptr, i32 } cleanup
  store { ptr, i32 } %exception4, ptr %slot
  br label %cleanup
cleanup:
  %cell2 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 2, ptr %cell2
  %caught = load { ptr, i32 }, ptr %slot
  resume { ptr, i32 } %caught
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
declare void @note(i32)
declare void @other(i32)
declare i32 @personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)

!0 = !{i8 0, i8 4}
