// A child with a large local that a call makes which may unwind stays a function of its own: LLVM cannot have the value made in the frame.
// With rustc 1.85 `flatten` declines for another reason.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=s %s -o %t.plain
// RUN: %t.plain | FileCheck %s
// RUN: %rustc_stable -Copt-level=s -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | FileCheck %s

// LEFT: no_locals_made_in_recursion::walk::{closure#0} (state 3): no_locals_made_in_recursion::innermost::{closure#0}: its locals take too much of the stack
// CHECK: ready after 2 polls
// CHECK-NEXT: 1214

include!("Inputs/block_on.rs");

use std::hint::black_box;
use std::thread::Builder;

const DEPTH: u32 = 200;
const LOCALS: usize = 16 * 1024;

#[inline(never)]
fn plus_one(value: u32) -> u32 {
    black_box(value) + 1
}

#[inline(never)]
fn filled(value: u32) -> [u8; LOCALS] {
    if value == u32::MAX { panic!("{value}") }
    let mut all = [0; LOCALS];
    black_box(&mut all)[5] = value as u8;
    all
}

macro_rules! ten_times {
    ($($text:tt)*) => { $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* };
}

struct Held {
    value: u32,
    bytes: [u8; LOCALS],
}

// Too much code for LLVM to inline it by itself.
async fn innermost(mut value: u32) -> u32 {
    let held = Held { value, bytes: filled(value) };
    Yield(1).await;
    ten_times! { ten_times! { ten_times! { value = plus_one(value); } } }
    value + black_box(&held).bytes[5] as u32
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
