// What a child calls has large locals. LLVM would make these part of the child, which is a function of its own without the plugin, and not of its
// parent.
// With rustc 1.85 `flatten` declines.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 %s -o %t.plain
// RUN: %t.plain | FileCheck %s
// RUN: %rustc_stable -Copt-level=3 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=TAKEN
// RUN: %t.with | FileCheck %s
// RUN: %rustc_stable -Copt-level=s %s -o %t.with
// RUN: %t.with | FileCheck %s

// TAKEN: innermost::{closure#0} became part of it
// CHECK: ready after 2 polls
// CHECK-NEXT: 1214

include!("Inputs/recursion.rs");

fn helper(value: u32) -> u32 {
    let mut buffer = [0_u8; LOCALS];
    black_box(&mut buffer)[5] = value as u8;
    buffer[5] as u32
}

async fn innermost(mut value: u32) -> u32 {
    value += helper(value);
    Yield(1).await;
    add_at_length!(value);
    value
}
