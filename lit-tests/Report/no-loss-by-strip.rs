// The report survives what strips symbols and debug information, and goes when it is asked to.
// RUN: env COROFOLD=report %rustc_nightly --crate-type=bin -Copt-level=s -Cstrip=symbols %s -o %t
// RUN: llvm-readelf -SW %t | FileCheck %s
// RUN: strip %t
// RUN: llvm-readelf -SW %t | FileCheck %s
// RUN: strip --remove-section=.corofold %t
// RUN: llvm-readelf -SW %t | FileCheck %s --check-prefix=GONE

// CHECK: .corofold
// GONE-NOT: .corofold
// GONE: .shstrtab

use std::pin::pin;
use std::task::{Context, Waker};

fn main() {
    let future = pin!(async { std::future::ready(5).await });
    let _ = future.poll(&mut Context::from_waker(Waker::noop()));
}
