//! `Box::pin` of a future that never suspends, polled where it is made. By hand: a plain call, no allocation.

extern crate alloc;

use crate::support::*;

#[cfg(not(by_hand))]
async fn inner(n: u32) -> i32 {
    n.wrapping_mul(3) as i32
}

#[cfg(not(by_hand))]
async fn outer(n: u32) -> i32 {
    inner(n).await.wrapping_add(1)
}

#[cfg(by_hand)]
fn outer(n: u32) -> i32 {
    (n.wrapping_mul(3) as i32).wrapping_add(1)
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(alloc::boxed::Box::pin(outer(input)).as_mut());
    #[cfg(by_hand)]
    outer(input)
}
