; LLVM inlines calls with their notes into other functions: a note counts for the frame that it names, at the place that it names.
; RUN: %opt -passes='corofold-unread-stores' -S %s | FileCheck %s

; CHECK-LABEL: define void @of_this_frame(
; CHECK-NOT: store
; CHECK-LABEL: define void @of_another_frame(
; CHECK: store i32 1
; CHECK-LABEL: define void @at_another_place(
; CHECK: store i32 1

define void @of_this_frame(ptr "corofold-unread"="4-8" %frame) #0 {
  %a = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 1, ptr %a
  call void @look(ptr "corofold-frame-argument"="one+4" %a)
  ret void
}

define void @of_another_frame(ptr "corofold-unread"="4-8" %frame) #0 {
  %a = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 1, ptr %a
  call void @look(ptr "corofold-frame-argument"="other+4" %a)
  ret void
}

define void @at_another_place(ptr "corofold-unread"="4-8" %frame) #0 {
  %a = getelementptr inbounds i8, ptr %frame, i64 4
  store i32 1, ptr %a
  call void @look(ptr "corofold-frame-argument"="one+8" %a)
  ret void
}

declare void @look(ptr)

attributes #0 = { "corofold-frame"="one" }
