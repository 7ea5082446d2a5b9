//! Layers that only pass through. By hand: they return the inner future.

macro_rules! layers {
    ($layer:ident $n:literal $inner:ident $($rest:tt)*) => {
        #[cfg(not(by_hand))]
        async fn $layer(id: u32) -> i32 {
            $inner(id).await
        }

        #[cfg(by_hand)]
        fn $layer(id: u32) -> impl Future<Output = i32> {
            $inner(id)
        }

        layers! { $inner $($rest)* }
    };
    ($leaf:ident) => {};
}

macro_rules! program {
    ($top:ident $($rest:tt)*) => {
        layers! { $top $($rest)* step }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(id: u32) -> i32 {
            drive(core::pin::pin!($top(id)))
        }
    };
}
