//! Arms that await the same call with what their variant carries.

macro_rules! program {
    ($($n:literal)*) => {
        #[cfg(not(by_hand))]
        async fn program(message: [u32; 2]) -> i32 {
            match message {
                $([$n, payload] => step(payload.wrapping_mul(5 + $n)).await,)*
                _ => 0,
            }
        }

        #[cfg(by_hand)]
        async fn program(message: [u32; 2]) -> i32 {
            let id = match message {
                $([$n, payload] => payload.wrapping_mul(5 + $n),)*
                _ => return 0,
            };
            step(id).await
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(kind: u32) -> i32 {
            drive(core::pin::pin!(program([kind, kind ^ 0x55])))
        }
    };
}
