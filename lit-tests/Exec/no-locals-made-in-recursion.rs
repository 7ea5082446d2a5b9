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

include!("Inputs/recursion.rs");

#[inline(never)]
fn filled(value: u32) -> [u8; LOCALS] {
    if value == u32::MAX {
        panic!("{value}");
    }
    let mut all = [0; LOCALS];
    black_box(&mut all)[5] = value as u8;
    all
}

struct Held {
    value: u32,
    bytes: [u8; LOCALS],
}

async fn innermost(mut value: u32) -> u32 {
    let held = Held { value, bytes: filled(value) };
    Yield(1).await;
    add_at_length!(value);
    value + black_box(&held).bytes[5] as u32
}
