// A match whose arms await the same async fn has one suspend state, as if the await were hoisted.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=s -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=2 -Cpanic=abort -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_debian --crate-type=lib -Copt-level=z -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "Rust" {
    safe fn work(value: u32) -> bool;
}

async fn leaf(value: u32) -> u32 {
    poll_fn(|_| if work(value) { Poll::Ready(()) } else { Poll::Pending }).await;
    value
}

// CHECK: async 'match_arms::four::{closure#0}'
// CHECK: state 3: suspended
// CHECK-NEXT: state 4: folded into state 3
// CHECK-NEXT: state 5: folded into state 3
// CHECK-NEXT: state 6: folded into state 3
// CHECK-NEXT: await site: state 3 polls match_arms::leaf::{closure#0}
// CHECK-NEXT: Pending
async fn four(which: u32) -> u32 {
    match which {
        0 => leaf(10).await,
        1 => leaf(20).await,
        2 => leaf(30).await,
        _ => leaf(which).await,
    }
}

pub fn boxed(which: u32) -> Box<dyn Future<Output = u32>> {
    Box::new(four(which))
}
