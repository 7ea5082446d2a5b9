; A coroutine as rustc lowers it: `log(7)`, await of a child, await of a leaf, a local that is
; dropped at the end. The tests change one line each.

define i8 @_RNCNvC1a5outer0(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
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
  invoke void @log(i32 7)
    to label %begun unwind label %cleanup
begun:
  %local = getelementptr inbounds i8, ptr %frame, i64 12
  store i32 77, ptr %local
  %padding = getelementptr inbounds i8, ptr %frame, i64 30
  store i8 undef, ptr %padding
  %new3 = getelementptr inbounds i8, ptr %frame, i64 20
  store i8 0, ptr %new3
  br label %poll3
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
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = invoke i1 @_RNCNvC1a5inner0(ptr %slot3, ptr %cx)
    to label %polled3 unwind label %cleanup3
polled3:
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i8 2
ready3:
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  %new4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i16 4, ptr %new4
  br label %poll4
resume4:
  br label %poll4
poll4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending4 = invoke i8 @leaf4(ptr %slot4, ptr %cx)
    to label %polled4 unwind label %cleanup4
polled4:
  %is4 = icmp eq i8 %pending4, 2
  br i1 %is4, label %suspend4, label %ready4
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4
  ret i8 2
ready4:
  call void @drop_leaf4(ptr %slot4)
  %locald = getelementptr inbounds i8, ptr %frame, i64 12
  call void @drop_local(ptr %locald)
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i8 %pending4
cleanup3:
  %exception3 = landingpad { ptr, i32 } cleanup
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %poison
cleanup4:
  %exception4 = landingpad { ptr, i32 } cleanup
  call void @drop_leaf4(ptr %slot4)
  br label %poison
poison:
  %exception = phi { ptr, i32 } [ %exception3, %cleanup3 ], [ %exception4, %cleanup4 ]
  %localp = getelementptr inbounds i8, ptr %frame, i64 12
  call void @drop_local(ptr %localp)
  %cellp = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 2, ptr %cellp
  resume { ptr, i32 } %exception
cleanup:
  %exception0 = landingpad { ptr, i32 } cleanup
  %cell2 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 2, ptr %cell2
  resume { ptr, i32 } %exception0
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a5outer0E(ptr %frame) {
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
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %local
drop4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf4(ptr %slot4)
  br label %local
local:
  %locald = getelementptr inbounds i8, ptr %frame, i64 12
  call void @drop_local(ptr %locald)
  ret void
}

define internal i1 @_RNCNvC1a5inner0(ptr %frame, ptr %cx) personality ptr @rust_eh_personality {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 3, label %poll3
  ]
never:
  unreachable
unresumed:
  br label %poll3
poll3:
  %pending3 = invoke i1 @leaf(ptr %frame, ptr %cx)
    to label %polled3 unwind label %cleanup
polled3:
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 1, ptr %cell1
  ret i1 false
cleanup:
  %exception = landingpad { ptr, i32 } cleanup
  %cell2 = getelementptr inbounds i8, ptr %frame, i64 4
  store i8 2, ptr %cell2
  resume { ptr, i32 } %exception
}

define internal void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 4
  %state = load i8, ptr %cell, !range !1
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
  ]
nothing:
  ret void
drop3:
  call void @drop_leaf(ptr %frame)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare i8 @leaf4(ptr, ptr)
declare void @log(i32)
declare void @drop_leaf(ptr) nounwind
declare void @drop_leaf4(ptr) nounwind
declare void @drop_local(ptr) nounwind
declare i32 @rust_eh_personality(...)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const34panic_const_async_fn_resumed_panic(ptr)

!0 = !{i8 0, i8 5}
!1 = !{i8 0, i8 4}
