; A call that got an address in the frame in rustc's code reads no listed byte by it: what it reads was known when the bytes were listed. Without the note
; the address may have come later, and the call may read what lies above.
; RUN: %opt -passes='corofold-unread-stores' -S %s | FileCheck %s
; RUN: sed -e 's/"corofold-frame-argument"//' %s | %opt -passes='corofold-unread-stores' -S | FileCheck %s --check-prefix=KEPT
; RUN: sed -e 's/@leaf(ptr "corofold-frame-argument" %a1, ptr null)/@leaf(ptr "corofold-frame-argument" %a1, ptr %a0)/' %s | %opt -passes='corofold-unread-stores' -S | FileCheck %s --check-prefix=KEPT

; CHECK-NOT: store
; CHECK: call i1 @leaf
; CHECK-NOT: store
; KEPT: store i32 1, ptr %a2
; KEPT: call i1 @leaf

define i1 @poll(ptr "corofold-unread"="16-20" %frame) {
  %a0 = getelementptr inbounds i8, ptr %frame, i64 4
  %a1 = getelementptr inbounds i8, ptr %frame, i64 8
  %a2 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 1, ptr %a2
  %pending = call i1 @leaf(ptr "corofold-frame-argument" %a1, ptr null)
  ret i1 %pending
}

declare i1 @leaf(ptr, ptr)
