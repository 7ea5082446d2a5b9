// A function awaits many futures that are no async functions: a state is stored on the way into each await, and the exit is far.
include!("common.rs");

macro_rules! four_times {
    ($($text:tt)*) => { $($text)* $($text)* $($text)* $($text)* };
}

#[inline(never)]
fn step(value: u32) -> u32 {
    black_box(value).rotate_left(3)
}

async fn root(mut value: u32) -> u32 {
    four_times! { four_times! { four_times! { value = step(value ^ Leaf(false).await); } } }
    value
}
