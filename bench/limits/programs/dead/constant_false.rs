//! An await behind a constant that is false. By hand: without it.

use crate::support::*;

unsafe extern "Rust" {
    safe fn log(text: &str);
}

#[cfg(not(by_hand))]
const ENABLED: bool = cfg!(no_such_feature);

#[cfg(not(by_hand))]
async fn f(id: u32) -> i32 {
    let _guard = Guard(id);
    let sum = step(id).await;
    log("only f has this string");
    sum
}

async fn program(id: u32) -> i32 {
    #[cfg(not(by_hand))]
    if ENABLED {
        return f(id).await;
    }
    step(id).await
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(id: u32) -> i32 {
    drive(core::pin::pin!(program(id)))
}
