// An incremental build after a change gives the same object code as one from scratch, and the plugin ran in both.
// The names of the members hold the session, so they are left out.
// RUN: rm -rf %t && mkdir %t
// RUN: %rustc_nightly --crate-type=rlib -Copt-level=3 -Cincremental=%t/old --cfg before %s -o %t/lib.rlib
// RUN: %rustc_nightly --crate-type=rlib -Copt-level=3 -Cincremental=%t/old %s -o %t/lib.rlib
// RUN: llvm-objdump -d %t/lib.rlib | grep -v 'file format' > %t/incremental
// RUN: %rustc_nightly --crate-type=rlib -Copt-level=3 -Cincremental=%t/new %s -o %t/lib.rlib
// RUN: llvm-objdump -d %t/lib.rlib | grep -v 'file format' > %t/clean
// RUN: cmp %t/incremental %t/clean
// RUN: llvm-nm %t/lib.rlib | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed

// CHECK: T all_futures

include!("../Rust/Inputs/bodies.rs");

pub fn changed(x: u32) -> u32 {
    if cfg!(before) { x + 1 } else { x * 3 }
}
