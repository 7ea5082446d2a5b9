//! Arms with a local of their own that is dropped after the await.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> i32 {
            match kind {
                $($n => {
                    let _guard = Guard(50 + $n);
                    step(7).await
                })*
                _ => 0,
            }
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> i32 {
            let _guard = Guard(match kind {
                $($n => 50 + $n,)*
                _ => return 0,
            });
            step(7).await
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program(kind)))
        }
    };
}
