// With unwinding, and through each toolchain: the child becomes part of the future that awaits it.
// rustc 1.85 calls Pin::new_unchecked before each poll, and flatten declines.
// REQUIRES: llvm22
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: %rustc_stable --crate-type=lib -Copt-level=2 -Ccodegen-units=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: %rustc_debian --crate-type=lib -Copt-level=s -Ccodegen-units=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "Rust" {
    safe fn work(value: u32) -> bool;
}

async fn inner(value: u32) -> u32 {
    poll_fn(|_| if work(value) { Poll::Ready(()) } else { Poll::Pending }).await;
    value
}

// CHECK: unwind::outer::{closure#0} (state 3): unwind::inner::{closure#0} became part of it
async fn outer(value: u32) -> u32 {
    inner(value).await + 1
}

pub fn boxed(value: u32) -> Box<dyn Future<Output = u32>> {
    Box::new(outer(value))
}
