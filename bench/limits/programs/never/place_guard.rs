//! A local with a destructor across an await that never suspends, polled in place. By hand: plain functions.

use crate::support::*;

#[cfg(not(by_hand))]
mod side {
    use super::*;

    async fn item(n: u32) -> i32 {
        note(n);
        n as i32
    }

    pub async fn program(input: u32) -> i32 {
        let guard = Guard(input);
        let value = item(input).await;
        drop(guard);
        value
    }
}

#[cfg(by_hand)]
mod side {
    use super::*;

    fn item(n: u32) -> i32 {
        note(n);
        n as i32
    }

    pub fn program(input: u32) -> i32 {
        let guard = Guard(input);
        let value = item(input);
        drop(guard);
        value
    }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(core::pin::pin!(side::program(input)));
    #[cfg(by_hand)]
    side::program(input)
}
