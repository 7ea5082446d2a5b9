//! `?` after awaits that never suspend, polled in place. By hand: plain functions.

use crate::support::*;

#[cfg(not(by_hand))]
mod side {
    use super::*;

    async fn check(n: u32) -> Result<i32, i32> {
        note(n);
        if n & 4 == 0 { Ok(n as i32) } else { Err(-1) }
    }

    async fn checked(n: u32) -> Result<i32, i32> {
        let first = check(n).await?;
        let second = check(n.wrapping_add(1)).await?;
        Ok(first.wrapping_add(second))
    }

    pub async fn program(input: u32) -> i32 {
        match checked(input).await {
            Ok(value) | Err(value) => value,
        }
    }
}

#[cfg(by_hand)]
mod side {
    use super::*;

    fn check(n: u32) -> Result<i32, i32> {
        note(n);
        if n & 4 == 0 { Ok(n as i32) } else { Err(-1) }
    }

    fn checked(n: u32) -> Result<i32, i32> {
        let first = check(n)?;
        let second = check(n.wrapping_add(1))?;
        Ok(first.wrapping_add(second))
    }

    pub fn program(input: u32) -> i32 {
        match checked(input) {
            Ok(value) | Err(value) => value,
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    return poll_once(core::pin::pin!(side::program(input)));
    #[cfg(by_hand)]
    side::program(input)
}
