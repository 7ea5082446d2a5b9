// A task of type `!` that panicked and is polled again returns, which is Pending.
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t 2>&1 | FileCheck %s
// RUN: %rustc_stable -Copt-level=s %s -o %t
// RUN: %t 2>&1 | FileCheck %s
#![feature(never_type)]

include!("Inputs/block_on.rs");

async fn task(mut turns: u32) -> ! {
    loop {
        Yield(1).await;
        turns -= 1;
        assert!(turns > 0, "failed on purpose");
    }
}

// CHECK: caught true
// CHECK: again true
fn main() {
    let mut future: Pin<Box<dyn Future<Output = !>>> = Box::pin(task(1));
    assert!(poll_once(future.as_mut()).is_pending());
    let poll = std::panic::AssertUnwindSafe(|| poll_once(future.as_mut()).is_pending());
    println!("caught {}", std::panic::catch_unwind(poll).is_err());
    println!("again {}", poll_once(future.as_mut()).is_pending());
}
