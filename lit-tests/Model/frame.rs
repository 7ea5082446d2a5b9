// The report knows the frame of a future, what lives across each await, and where the await is.
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=off,report=%t %rustc_nightly --crate-type=lib -Cdebuginfo=2 -Ccodegen-units=1 -Copt-level=s --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=off,report=%t %rustc_debian --crate-type=lib -Cdebuginfo=2 -Ccodegen-units=1 -Copt-level=s --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s
// Without debug information there is none.
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=off,report=%t %rustc_nightly --crate-type=lib -Ccodegen-units=1 -Copt-level=s --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s --check-prefix=NONE

use std::future::{Future, Ready};
use std::pin::Pin;

pub fn start() -> Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(holds([0; 100]))
}

// CHECK: "name": "frame::holds::{closure#0}"
// CHECK: "construct": "async fn"
// CHECK-NEXT: "bytes": {{[2-9][0-9][0-9]}}
// CHECK: "captured": [
// CHECK: "name": "buffer",
// CHECK-NEXT: "type": "[u8; 100]",
// CHECK-NEXT: "offset": {{[0-9]+}},
// CHECK-NEXT: "bytes": 100
// CHECK: "suspended": [
// CHECK: "state": 3,
// CHECK: "line": [[#@LINE + 13]],
// CHECK: "name": "buffer",
// CHECK-NEXT: "type": "[u8; 100]",
// CHECK: "name": "__awaitee",
// CHECK-NEXT: "type": "core::future::ready::Ready<u8>",
// CHECK: "before": {
// CHECK: "await-sites": [
// CHECK: "line": [[#@LINE + 6]],
// CHECK-NEXT: "column": {{[1-9]}}

// NONE: "name": "frame::holds::{closure#0}"
// NONE: "frame": null
async fn holds(buffer: [u8; 100]) -> u8 {
    let first = ready().await;
    std::hint::black_box(&buffer);
    first
}

fn ready() -> Ready<u8> {
    std::future::ready(7)
}
