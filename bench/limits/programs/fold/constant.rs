//! Arms that differ in a constant argument only.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> i32 {
            match kind {
                $($n => step(100 + 3 * $n).await,)*
                _ => 0,
            }
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> i32 {
            let id = match kind {
                $($n => 100 + 3 * $n,)*
                _ => return 0,
            };
            step(id).await
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program(kind)))
        }
    };
}
