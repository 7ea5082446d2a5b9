// An async closure has one coroutine per way of calling it; here it is awaited where it was made.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s

use std::future::{Future, ready};

pub fn make(base: u32) -> Box<dyn Future<Output = u32>> {
    let closure = async move |more: u32| ready(base + more).await;
    // CHECK-DAG: async 'async_closure::make::{closure#0}::{closure#0}{{.*}}' at {{.*}}async-closure.rs:[[@LINE-1]]:42
    // CHECK-DAG: async 'async_closure::make::{closure#1}' at {{.*}}async-closure.rs:[[@LINE+2]]:14
    // CHECK-DAG: await site: state 3 polls async_closure::make::{closure#0}::{closure#0}
    Box::new(async move { closure(1).await })
}
