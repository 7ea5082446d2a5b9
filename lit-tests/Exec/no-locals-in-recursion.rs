// A child with large locals stays a function of its own: its parent is on the stack once for each level of a recursion, and would have them each time.
// With rustc 1.85 `flatten` declines for another reason.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=s %s -o %t.plain
// RUN: %t.plain | FileCheck %s
// RUN: %rustc_stable -Copt-level=s -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | FileCheck %s

// LEFT: no_locals_in_recursion::walk::{closure#0} (state 3): no_locals_in_recursion::innermost::{closure#0}: its locals take too much of the stack
// CHECK: ready after 2 polls
// CHECK-NEXT: 1207

include!("Inputs/recursion.rs");

async fn innermost(mut value: u32) -> u32 {
    black_box(&mut [0_u8; LOCALS]);
    Yield(1).await;
    add_at_length!(value);
    value
}
