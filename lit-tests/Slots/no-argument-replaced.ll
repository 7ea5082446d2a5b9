; A copy of what is in the frame is passed by reference. LLVM passes the address in the frame instead: then the store is needed.
; RUN: %opt -passes='memcpyopt,corofold-unread-stores' -S %s | FileCheck %s

; CHECK: store i32 1, ptr %a1
; CHECK: call void @_RNvC1a5apply(ptr {{.*}}%a1)
; CHECK: ret

define void @poll(ptr noalias align 8 "corofold-unread"="16-40" %frame) {
  %copy = alloca [24 x i8], align 8
  %a1 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 1, ptr %a1
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %copy, ptr align 8 %a1, i64 24, i1 false)
  call void @_RNvC1a5apply(ptr noalias readonly nocapture align 8 dereferenceable(24) %copy)
  %a2 = getelementptr inbounds i8, ptr %frame, i64 8
  store i32 2, ptr %a2
  ret void
}

declare void @_RNvC1a5apply(ptr noalias readonly nocapture align 8 dereferenceable(24)) nounwind
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
