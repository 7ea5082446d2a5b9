//! Layers that map the result. By hand: one async function
//! with the code of all layers and of the leaf.

macro_rules! layers {
    ($layer:ident $n:literal $inner:ident $($rest:tt)*) => {
        async fn $layer(id: u32) -> i32 {
            $inner(id).await.wrapping_mul(2 * $n + 1) ^ $n
        }
        layers! { $inner $($rest)* }
    };
    ($leaf:ident) => {};
}

/// What the layers make of the result, the innermost first.
#[cfg(by_hand)]
macro_rules! mapped {
    ($value:ident, $layer:ident $n:literal $($inner:tt)*) => {
        mapped!($value, $($inner)*).wrapping_mul(2 * $n + 1) ^ $n
    };
    ($value:ident,) => {
        $value
    };
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
            mapped!(value, $top $($rest)*)
        }

        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn run(id: u32) -> i32 {
            drive(core::pin::pin!($top(id)))
        }
    };
}
