//! An await that is never reached (rust#135468). By hand: without it.

use crate::support::*;

unsafe extern "Rust" {
    safe fn log(text: &str);
}

#[cfg(not(by_hand))]
async fn f() -> i32 {
    let sum = step(3).await;
    log("only f has this string");
    sum
}

async fn program(id: u32) -> i32 {
    #[cfg(not(by_hand))]
    if false {
        f().await;
    }
    step(id).await
}

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(id: u32) -> i32 {
    drive(core::pin::pin!(program(id)))
}
