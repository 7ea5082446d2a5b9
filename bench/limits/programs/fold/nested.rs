//! Matches in the arms of a match: every inner arm awaits (twice as many arms as the number says).

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> i32 {
            match kind & 1 {
                0 => match kind >> 1 {
                    $($n => step(100 + 3 * $n).await,)*
                    _ => 0,
                },
                _ => match kind >> 1 {
                    $($n => {
                        note($n);
                        step(7).await
                    })*
                    _ => 0,
                },
            }
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> i32 {
            let id = match kind & 1 {
                0 => match kind >> 1 {
                    $($n => 100 + 3 * $n,)*
                    _ => return 0,
                },
                _ => {
                    match kind >> 1 {
                        $($n => note($n),)*
                        _ => return 0,
                    }
                    7
                }
            };
            step(id).await
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program(kind)))
        }
    };
}
