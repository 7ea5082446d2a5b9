// Codegen units are compiled on several threads, with local ThinLTO or without: none keeps a resumed panic.
// RUN: %rustc_nightly --crate-type=rlib -Copt-level=3 -Ccodegen-units=8 %s -o %t.rlib
// RUN: llvm-nm %t.rlib | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=rlib -Copt-level=3 -Ccodegen-units=8 -Clto=off %s -o %t.rlib
// RUN: llvm-nm %t.rlib | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed

// CHECK: T all_futures

include!("Inputs/bodies.rs");
