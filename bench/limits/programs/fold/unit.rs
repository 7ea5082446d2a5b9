//! Arms that do something of their own, then await the same call.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> i32 {
            match kind {
                $($n => {
                    note($n);
                    step(7).await
                })*
                _ => 0,
            }
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> i32 {
            match kind {
                $($n => note($n),)*
                _ => return 0,
            }
            step(7).await
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program(kind)))
        }
    };
}
