; A library call that LLVM may have made may read everything: both stores stay.
; RUN: %opt -passes='corofold-unread-stores' -S %s | FileCheck %s

; CHECK: store i32 1, ptr %a1
; CHECK: store i32 2, ptr %a2
; CHECK: call i32 @memcmp

define i32 @poll(ptr "corofold-unread"="4-8,12-16" %frame, ptr %other) {
  %a1 = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 1, ptr %a1
  %a2 = getelementptr inbounds i8, ptr %frame, i64 12
  store i32 2, ptr %a2
  %order = call i32 @memcmp(ptr %a1, ptr %other, i64 4)
  ret i32 %order
}

declare i32 @memcmp(ptr, ptr, i64)
