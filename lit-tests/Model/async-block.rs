// An async block is a coroutine of the function that it stands in, and found at its own place.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s

use std::future::{Future, Ready};

pub fn make(ready: Ready<u32>) -> Box<dyn Future<Output = u32>> {
    // CHECK: async 'async_block::make::{closure#0}' at {{.*}}async-block.rs:[[@LINE+4]]:14
    // CHECK: await site: state 3 polls <core::future::ready::Ready<u32> as
    // CHECK: drop glue: core::ptr::{{drop_glue|drop_in_place}}::<async_block::make::{closure#0}>
    // CHECK-NEXT: polled by: its address is taken
    Box::new(async move { ready.await })
}
