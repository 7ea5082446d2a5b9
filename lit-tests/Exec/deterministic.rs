// Two builds give identical objects, with several codegen threads as well.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t.1.o
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t.2.o
// RUN: cmp %t.1.o %t.2.o
// RUN: llvm-nm %t.1.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=rlib -Copt-level=s -Ccodegen-units=8 %s -o %t.1.rlib
// RUN: mv %t.1.rlib %t.first.rlib
// RUN: %rustc_stable --crate-type=rlib -Copt-level=s -Ccodegen-units=8 %s -o %t.1.rlib
// RUN: cmp %t.first.rlib %t.1.rlib

// CHECK: T all_futures

include!("../Rust/Inputs/bodies.rs");
