//! Arms inside a loop.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> i32 {
            let mut sum = 0_i32;
            for round in 0..3 {
                sum = sum.wrapping_add(match kind.wrapping_add(round) {
                    $($n => {
                        note($n);
                        step(7).await
                    })*
                    _ => break,
                });
            }
            sum
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> i32 {
            let mut sum = 0_i32;
            for round in 0..3 {
                match kind.wrapping_add(round) {
                    $($n => note($n),)*
                    _ => break,
                }
                sum = sum.wrapping_add(step(7).await);
            }
            sum
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program(kind)))
        }
    };
}
