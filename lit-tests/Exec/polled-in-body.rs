// An async body that polls a future of its own by hand, and again after completion, is no await
// site: with proved it panics as without the plugin.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 -Zmir-opt-level=4 -Cpanic=abort -Ccodegen-units=1 %s -o %t
// RUN: not --crash %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_stable -Copt-level=3 -Ccodegen-units=1 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefixes=ALL,PENDS

include!("Inputs/block_on.rs");

async fn number(count: u32) -> u32 {
    Yield(count).await;
    7
}

async fn by_hand() -> u32 {
    let mut future = number(1);
    for turn in 0..4 {
        // SAFETY: it is not moved any more.
        let polled = poll_once(unsafe { Pin::new_unchecked(&mut future) });
        println!("turn {turn} {polled:?}");
        Yield(1).await;
    }
    5
}

// ALL: turn 0 Pending
// ALL: turn 1 Ready(7)
// PANICS: `async fn` resumed after completion
// PENDS: turn 2 Pending
// PENDS: turn 3 Pending
// PENDS: result 5
fn main() {
    println!("result {}", block_on(by_hand()));
}
