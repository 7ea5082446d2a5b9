// Neither more nor fewer MIR optimisations hide a coroutine.
// Without MIR passes rustc 1.85 spills the frame pointer, and the futures are not recognised.
// REQUIRES: llvm22
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=report=%t %rustc_nightly --crate-type=lib -Ccodegen-units=1 --emit=obj -Copt-level=3 -Zmir-opt-level=0 %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: cat %t/*.json | FileCheck %s --check-prefix=FOUND
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=report=%t %rustc_nightly --crate-type=lib -Ccodegen-units=1 --emit=obj -Copt-level=3 -Zmir-opt-level=4 %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: cat %t/*.json | FileCheck %s --check-prefix=FOUND
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=report=%t %rustc_stable --crate-type=lib -Ccodegen-units=1 --emit=obj -Copt-level=3 -Zmir-opt-level=0 %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: cat %t/*.json | FileCheck %s --check-prefix=FOUND
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=report=%t %rustc_stable --crate-type=lib -Ccodegen-units=1 --emit=obj -Copt-level=3 -Zmir-opt-level=4 %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: cat %t/*.json | FileCheck %s --check-prefix=FOUND

// CHECK: T all_futures

// FOUND-COUNT-8: "kind": "async"
// FOUND-NOT: "kind": "async"

include!("Inputs/bodies.rs");
