//! Layers with code after the await. By hand: one async function
//! with the code of all layers and of the leaf.

macro_rules! layers {
    ($layer:ident $n:literal $inner:ident $($rest:tt)*) => {
        async fn $layer(id: u32) -> i32 {
            let value = $inner(id).await;
            note(1000 + $n);
            value
        }
        layers! { $inner $($rest)* }
    };
    ($leaf:ident) => {};
}

/// What each layer does after its await, the innermost first.
#[cfg(by_hand)]
macro_rules! after {
    ($layer:ident $n:literal $($inner:tt)*) => {
        after! { $($inner)* }
        note(1000 + $n);
    };
    () => {};
}

macro_rules! program {
    ($top:ident $($rest:tt)*) => {
        #[cfg(not(by_hand))]
        layers! { $top $($rest)* step }

        #[cfg(by_hand)]
        async fn $top(id: u32) -> i32 {
            let first = Event(id).await;
            note(id);
            let value = first.wrapping_add(Event(id.wrapping_add(1)).await);
            after! { $top $($rest)* }
            value
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(id: u32) -> i32 {
            drive(core::pin::pin!($top(id)))
        }
    };
}
