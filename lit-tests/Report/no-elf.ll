; An object format without such sections is an error that names the other way.
; RUN: not %opt -mtriple=wasm32-unknown-unknown -passes='corofold<report>' -disable-output %s 2>&1 | FileCheck %s

; CHECK: error: {{.*}}corofold: the report cannot be put into the object file: `wasm32-unknown-unknown` does not use ELF; use `report=DIR`

define void @nothing() {
  ret void
}
