// Layers that only pass through become part of the outermost one: one dispatch, no call.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
// RUN: %rustc_stable --crate-type=lib -Copt-level=z -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "Rust" {
    safe fn work(value: u32) -> bool;
}

async fn leaf(value: u32) -> u32 {
    poll_fn(|_| if work(value) { Poll::Ready(()) } else { Poll::Pending }).await;
    value
}

async fn inner(value: u32) -> u32 {
    leaf(value).await + 1
}

async fn middle(value: u32) -> u32 {
    inner(value).await
}

// CHECK-NOT: define {{.*}}pass_through5inner0
// CHECK-NOT: define {{.*}}pass_through6middle0
// CHECK: define {{.*}}pass_through5outer0
// CHECK: load i8
// CHECK-NOT: load i8
// CHECK: ret
// CHECK-NOT: define {{.*}}pass_through5inner0
// CHECK-NOT: define {{.*}}pass_through6middle0
async fn outer(value: u32) -> u32 {
    middle(value).await
}

pub fn boxed(value: u32) -> Box<dyn Future<Output = u32>> {
    Box::new(outer(value))
}
