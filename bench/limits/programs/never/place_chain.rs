//! Three functions that never suspend, each awaiting the next, polled in place. By hand: plain functions.

use crate::support::*;

#[cfg(not(by_hand))]
mod side {
    use super::*;

    async fn inner(n: u32) -> i32 {
        note(n);
        n.wrapping_mul(3) as i32
    }

    async fn middle(n: u32) -> i32 {
        inner(n ^ 5).await
    }

    pub async fn program(input: u32) -> i32 {
        middle(input).await.wrapping_add(1)
    }
}

#[cfg(by_hand)]
mod side {
    use super::*;

    fn inner(n: u32) -> i32 {
        note(n);
        n.wrapping_mul(3) as i32
    }

    fn middle(n: u32) -> i32 {
        inner(n ^ 5)
    }

    pub fn program(input: u32) -> i32 {
        middle(input).wrapping_add(1)
    }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(core::pin::pin!(side::program(input)));
    #[cfg(by_hand)]
    side::program(input)
}
