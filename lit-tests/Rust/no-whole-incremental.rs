// The object of an incremental build may be used again in a build of several units, so it is not taken for the whole program, not even where somebody says so.
// With LLVM 19 no child is taken in.
// REQUIRES: llvm22
// RUN: rm -rf %t && mkdir -p %t
// RUN: %rustc_stable --crate-type bin -Copt-level=s -Ccodegen-units=1 -Cremark=corofold %s -o %t/clean 2>&1 | FileCheck %s --check-prefix=GONE
// RUN: %rustc_stable --crate-type bin -Copt-level=s -Ccodegen-units=1 -Cincremental=%t/first -Cremark=corofold %s -o %t/incremental 2>&1 | FileCheck %s --check-prefix=KEPT
// RUN: env COROFOLD=whole %rustc_stable --crate-type bin -Copt-level=s -Ccodegen-units=1 -Cincremental=%t/second -Cremark=corofold %s -o %t/incremental 2>&1 | FileCheck %s --check-prefix=KEPT

// GONE: outer::{closure#0}: the states of 1 futures that became part of it are gone
// KEPT: inner::{closure#0} became part of it
// KEPT-NOT: that became part of it are gone

include!("../Exec/Inputs/block_on.rs");

async fn inner(n: u32) -> u32 {
    Yield(n).await;
    n + 1
}

async fn outer(n: u32) -> u32 {
    inner(n).await + 1
}

fn main() {
    println!("{}", block_on(outer(std::env::args().count() as u32)));
}
