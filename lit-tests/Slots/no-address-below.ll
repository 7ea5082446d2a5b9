; A callee may read from the address that it is given upwards: the store there stays, and the one below goes. What a call of
; rustc's code reads around the address is not in the list.
; RUN: %opt -passes='corofold-unread-stores' -S %s | FileCheck %s

; CHECK-NOT: store i32 1
; CHECK: store i32 2, ptr %a3
; CHECK: call void @_RNvC1a5apply(ptr %a2)

define void @poll(ptr "corofold-unread"="4-8,32-36" %frame) {
  %a1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 1, ptr %a1
  %a2 = getelementptr inbounds i8, ptr %frame, i64 8
  %a3 = getelementptr inbounds i8, ptr %frame, i64 32
  store i32 2, ptr %a3
  call void @_RNvC1a5apply(ptr %a2)
  ret void
}

declare void @_RNvC1a5apply(ptr)
