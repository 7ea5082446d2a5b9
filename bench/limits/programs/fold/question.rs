//! Arms whose await ends in `?`.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(kind: u32) -> Result<i32, i32> {
            let value = match kind {
                $($n => {
                    note($n);
                    try_step(9).await?
                })*
                _ => return Ok(0),
            };
            note(99);
            Ok(value.wrapping_add(1))
        }

        #[cfg(by_hand)]
        async fn program(kind: u32) -> Result<i32, i32> {
            match kind {
                $($n => note($n),)*
                _ => return Ok(0),
            }
            let value = try_step(9).await?;
            note(99);
            Ok(value.wrapping_add(1))
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive_result(core::pin::pin!(program(kind)))
        }
    };
}
