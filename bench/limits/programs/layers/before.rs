//! Layers with code before the await. By hand: one async function
//! with the code of all layers and of the leaf.

macro_rules! layers {
    ($layer:ident $n:literal $inner:ident $($rest:tt)*) => {
        async fn $layer(id: u32) -> i32 {
            note(1000 + $n);
            $inner(id).await
        }
        layers! { $inner $($rest)* }
    };
    ($leaf:ident) => {};
}

/// What each layer does before its await.
#[cfg(by_hand)]
macro_rules! before {
    ($($layer:ident $n:literal)*) => {
        $(note(1000 + $n);)*
    };
}

macro_rules! program {
    ($top:ident $($rest:tt)*) => {
        #[cfg(not(by_hand))]
        layers! { $top $($rest)* step }

        #[cfg(by_hand)]
        async fn $top(id: u32) -> i32 {
            before! { $top $($rest)* }
            let first = Event(id).await;
            note(id);
            let value = first.wrapping_add(Event(id.wrapping_add(1)).await);
            value
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(id: u32) -> i32 {
            drive(core::pin::pin!($top(id)))
        }
    };
}
