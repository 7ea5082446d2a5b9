// A recursion through boxed futures, in which only the innermost level polls `innermost`, which the test defines.
include!("block_on.rs");
include!("ten_times.rs");

use std::hint::black_box;
use std::thread::Builder;

const DEPTH: u32 = 200;
const LOCALS: usize = 16 * 1024;

#[inline(never)]
fn plus_one(value: u32) -> u32 {
    black_box(value) + 1
}

// Adds a thousand: too much code for LLVM to inline it by itself.
macro_rules! add_at_length {
    ($value:ident) => { ten_times! { ten_times! { ten_times! { $value = plus_one($value); } } } };
}

async fn walk(depth: u32) -> u32 {
    if depth == 0 {
        return innermost(7).await;
    }
    let below: Pin<Box<dyn Future<Output = u32>>> = Box::pin(walk(depth - 1));
    below.await + 1
}

fn main() {
    // Half of what the locals of all levels would take.
    let stack_size = DEPTH as usize * LOCALS / 2;
    let thread = Builder::new().stack_size(stack_size).spawn(|| block_on(walk(DEPTH)));
    println!("{}", thread.unwrap().join().unwrap());
}
