// LLVM inlines a future that is polled by hand into another one, and the calls in it are given places in the frame of that one: what is
// known of their arguments is known of another frame.
// With rustc 1.85 no child is taken in.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=SLOTS
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=2 %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=s -Ccodegen-units=1 -Clto=thin %s -o %t.with
// RUN: %t.with | diff %t.expected -

// SLOTS: outer::{closure#0}: {{.*}} bytes of it are not needed while it is suspended
// CHECK: ready after 2 polls
// CHECK-NEXT: 71

include!("Inputs/block_on.rs");

use std::hint::black_box;

#[inline(never)]
fn weigh(numbers: &[u64; 4], sum: &mut u64) {
    *sum = numbers[0] + 2 * numbers[1] + 3 * numbers[2] + 4 * numbers[3];
}

struct Known(u64);

impl Future for Known {
    type Output = u64;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        if self.0 == 7 { Poll::Pending } else { Poll::Ready(self.0) }
    }
}

async fn known(x: u64) -> u64 {
    Known(x).await
}

fn polled_by_hand(numbers: [u64; 4]) -> impl Future<Output = u64> {
    async move {
        let sum = {
            let mut sum = 0;
            weigh(&numbers, &mut sum);
            sum
        };
        known(sum).await + 1
    }
}

#[inline]
fn now_or_never<F: Future<Output = u64>>(future: F) -> u64 {
    match poll_once(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => 0,
    }
}

fn inner<F: Future<Output = u64>>(future: F) -> impl Future<Output = u64> {
    async move {
        let value = now_or_never(future);
        Yield(1).await;
        value
    }
}

async fn outer(x: u64) -> u64 {
    inner(polled_by_hand([x, x + 1, x + 2, x + 3])).await
}

fn main() {
    let future: Pin<Box<dyn Future<Output = u64>>> = Box::pin(outer(black_box(5)));
    println!("{}", block_on(black_box(future)));
}
