// The report tells futures that await one other future and do nothing else.
// rustc 1.85 puts the functions of a module in another order.
// REQUIRES: llvm22
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=off,report=%t %rustc_nightly --crate-type=lib -Ccodegen-units=1 -Copt-level=s --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=off,report=%t %rustc_debian --crate-type=lib -Ccodegen-units=1 -Copt-level=s -Cpanic=abort -Cdebuginfo=2 --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s

// CHECK: "name": "passes_through::adds::{closure#0}"
// CHECK: "passes-through": false
// CHECK: "name": "passes_through::leaf::{closure#0}"
// CHECK: "passes-through": false
// CHECK: "name": "passes_through::logs::{closure#0}"
// CHECK: "passes-through": false
// CHECK: "name": "passes_through::twice::{closure#0}"
// CHECK: "passes-through": false
// CHECK: "name": "passes_through::through::{closure#0}"
// CHECK: "passes-through": true

use std::future::Future;
use std::pin::Pin;
pub fn start(n: u32) -> [Pin<Box<dyn Future<Output = u32>>>; 4] {
    [Box::pin(through(n)), Box::pin(adds(n)), Box::pin(twice(n)), Box::pin(logs(n))]
}
async fn through(n: u32) -> u32 {
    leaf(n).await
}

async fn adds(n: u32) -> u32 {
    leaf(n).await + 1
}

async fn twice(n: u32) -> u32 {
    leaf(n).await;
    leaf(n).await
}

async fn logs(n: u32) -> u32 {
    log(n);
    leaf(n).await
}

#[inline(never)]
fn log(n: u32) {
    std::hint::black_box(n);
}

async fn leaf(n: u32) -> u32 {
    std::future::ready(n).await;
    std::future::ready(n).await
}
