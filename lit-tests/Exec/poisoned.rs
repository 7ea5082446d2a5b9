// What a future does that is polled after it panicked: it returns Pending, unless poisoned=keep.
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefix=PENDS
// RUN: %rustc_stable -Copt-level=s %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefix=PENDS
// RUN: env COROFOLD=poisoned=keep %rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefix=PANICS
// RUN: env COROFOLD=poisoned=keep %rustc_stable -Copt-level=s %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefix=PANICS

include!("Inputs/block_on.rs");

async fn fails(count: u32) -> u32 {
    Yield(count).await;
    panic!("failed on purpose")
}

// PENDS: failed on purpose
// PENDS: caught true
// PENDS: again Pending
// PANICS: caught true
// PANICS: `async fn` resumed after panicking
fn main() {
    let mut future: Pin<Box<dyn Future<Output = u32>>> = Box::pin(fails(1));
    assert!(poll_once(future.as_mut()).is_pending());
    let poll = std::panic::AssertUnwindSafe(|| poll_once(future.as_mut()));
    println!("caught {}", std::panic::catch_unwind(poll).is_err());
    println!("again {:?}", poll_once(future.as_mut()));
}
