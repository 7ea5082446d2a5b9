; An invoke leads into the folded await.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0C1a(
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[RESUME:(resume|poll|drop)[0-9]+]] [
; CHECK: to label %[[ENTRY:.+]] unwind label %cleanup
; CHECK: [[ENTRY]]:
; CHECK-NEXT: br label %poll3

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 2, label %poisoned
    i32 3, label %resume3
    i32 4, label %resume4
  ]
never:
  unreachable
unresumed:
  %which = load i1, ptr %frame
  br i1 %which, label %poll3, label %second
second:
  invoke void @make(ptr %frame)
    to label %poll4 unwind label %cleanup
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
  br label %done
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
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
cleanup:
  %exception = landingpad { ptr, i32 } cleanup
  %poison_cell = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 2, ptr %poison_cell
  resume { ptr, i32 } %exception
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
declare void @make(ptr)
declare i32 @rust_eh_personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)


!0 = !{i8 0, i8 5}
