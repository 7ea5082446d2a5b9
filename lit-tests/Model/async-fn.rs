// The bodies of an async fn: name, place, the await, the way it is polled.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_debian --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s

use std::future::{Future, Ready};

// CHECK: async 'async_fn::named::{closure#0}' at {{.*}}async-fn.rs:[[@LINE+7]]:42
// CHECK-NEXT: cell: offset {{[0-9]+}}, i8
// CHECK-NEXT: state 0: unresumed
// CHECK-NEXT: state 1: returned, panics when resumed
// CHECK: state 3: suspended
// CHECK: await site: state 3 polls <core::future::ready::Ready<u32> as core::future::future::Future>::poll at offset
// CHECK: Pending: i32 1 at 0 (from its suspend exits)
async fn named(ready: Ready<u32>) -> u32 {
    ready.await
}

pub fn make() -> Box<dyn Future<Output = u32>> {
    Box::new(named(std::future::ready(7)))
}
