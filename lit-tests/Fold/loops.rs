// Arms that await in a loop around the match, in loops of their own, and with a value to drop.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=s -Cpanic=abort -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
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

// CHECK: async 'loops::around::{closure#0}'
// CHECK: state 3: suspended
// CHECK-NEXT: state 4: folded into state 3
async fn around(first: bool) -> u32 {
    let mut sum = 0;
    for turn in 0..7 {
        sum += match first {
            true => leaf(1).await,
            false => leaf(turn).await,
        };
    }
    sum
}

// CHECK: async 'loops::within::{closure#0}'
// CHECK: state 3: suspended
// CHECK-NEXT: state 4: folded into state 3
async fn within(first: bool) {
    if first { while leaf(1).await > 0 {} } else { while leaf(1).await > 0 {} }
}

// CHECK: async 'loops::holding::{closure#0}'
// CHECK: state 3: suspended
// CHECK-NEXT: state 4: folded into state 3
async fn holding(first: bool, held: Box<u32>) -> u32 {
    let value = if first { leaf(1).await } else { leaf(*held).await };
    value + *held
}

pub fn boxed(first: bool) -> [Box<dyn Future<Output = ()>>; 1] {
    [Box::new(async move {
        around(first).await;
        within(first).await;
        holding(first, Box::new(1)).await;
    })]
}
