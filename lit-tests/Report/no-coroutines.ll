; A module without coroutines gets no section.
; RUN: %opt -passes='corofold<report>' -S %s | FileCheck %s

; CHECK-NOT: module asm
; CHECK: define void @nothing()

define void @nothing() {
  ret void
}
