//! A chain of constants, polled in place. By hand: plain functions.

use crate::support::*;

#[cfg(not(by_hand))]
async fn wrap() -> i32 {
    let x = async { 42 }.await;
    x
}

#[cfg(by_hand)]
fn wrap() -> i32 {
    42
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(_: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(core::pin::pin!(wrap()));
    #[cfg(by_hand)]
    wrap()
}
