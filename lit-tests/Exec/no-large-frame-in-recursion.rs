// A future that never suspends goes on to live in its parent's frame, in a box, where it is large: as a local it would be on the stack once for each
// level of a recursion.
// With rustc 1.85 drop glue is not paired.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 %s -o %t.plain
// RUN: %t.plain | FileCheck %s
// RUN: %rustc_stable -Copt-level=3 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | FileCheck %s

// LEFT: no_large_frame_in_recursion::level::{closure#0}: its frame takes too much of the stack
// CHECK: 690504067997145270

include!("Inputs/block_on.rs");

use std::hint::black_box;

type Buffer = [u64; 2048];
static TABLE: Buffer = [7; 2048];

#[inline(never)]
fn total(buffer: Buffer, sum: u64) -> u64 {
    buffer.iter().fold(sum, |sum, number| sum.wrapping_mul(3).wrapping_add(*number))
}

async fn tick(number: Box<u32>) -> Box<u32> {
    if *number == u32::MAX { panic!("{number}") }
    number
}

async fn level(depth: u32) -> u64 {
    let mut buffer = TABLE;
    buffer[5] = depth as u64;
    let number = tick(Box::new(depth)).await;
    let below = if depth == 0 { 0 } else { descend(depth - 1) };
    total(buffer, below ^ *number as u64)
}

async fn parent(depth: u32) -> u64 {
    level(depth).await ^ 1
}

#[inline(never)]
fn descend(depth: u32) -> u64 {
    let mut future = Box::pin(parent(black_box(depth)));
    match poll_once(future.as_mut()) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!(),
    }
}

const DEPTH: u32 = 510;

fn main() {
    println!("{}", descend(DEPTH));
}
