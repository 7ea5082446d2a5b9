// What a future does that is polled after completion: what the options say, and nothing else.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefix=PANICS
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefix=PENDS
// RUN: %rustc_stable -Copt-level=s -Cpanic=abort %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefix=PENDS
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefix=PANICS
// RUN: env COROFOLD=trap %rustc_nightly -Copt-level=3 %s -o %t
// RUN: not --crash %t 2>&1 | FileCheck %s --check-prefix=TRAPS

include!("Inputs/block_on.rs");

async fn number(count: u32) -> u32 {
    Yield(count).await;
    7
}

// PANICS: first Ready(7)
// PANICS: `async fn` resumed after completion
// PENDS: first Ready(7)
// PENDS-NEXT: again Pending
// PENDS-NEXT: again Pending
// TRAPS: first Ready(7)
// TRAPS-NOT: again
// TRAPS-NOT: resumed after completion
fn main() {
    let mut future: Pin<Box<dyn Future<Output = u32>>> = Box::pin(number(1));
    assert!(poll_once(future.as_mut()).is_pending());
    println!("first {:?}", poll_once(future.as_mut()));
    for _ in 0..2 {
        println!("again {:?}", poll_once(future.as_mut()));
    }
}
