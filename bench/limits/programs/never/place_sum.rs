//! A sum of two awaits that never suspend, polled in place. By hand: plain functions.

use crate::support::*;

#[cfg(not(by_hand))]
mod side {
    use super::*;

    async fn term(n: u32) -> i32 {
        note(n);
        n as i32
    }

    pub async fn program(input: u32) -> i32 {
        term(input).await + term(input ^ 1).await
    }
}

#[cfg(by_hand)]
mod side {
    use super::*;

    fn term(n: u32) -> i32 {
        note(n);
        n as i32
    }

    pub fn program(input: u32) -> i32 {
        term(input) + term(input ^ 1)
    }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(core::pin::pin!(side::program(input)));
    #[cfg(by_hand)]
    side::program(input)
}
