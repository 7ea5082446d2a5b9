// A child gives away a reference to what it captured first, which has the child's own address, and ends in a slice: rustc says how
// large the part before the slice is. The slice is read all the same, also where LLVM passes the original for a copy.
// With rustc 1.85 no child is taken in.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=SLOTS
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=1 -Ccodegen-units=1 -Cpanic=abort %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=z -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -

// SLOTS: child::{closure#0} became part of it
// CHECK: ready after 2 polls
// CHECK-NEXT: 663
// CHECK: ready after 2 polls
// CHECK-NEXT: 663

include!("Inputs/block_on.rs");

use std::hint::black_box;

#[derive(Clone, Copy)]
struct List<T: ?Sized> {
    head: u64,
    tail: T,
}

#[inline(never)]
fn total(list: &List<[u64]>, result: &mut u64) {
    *result = list.tail.iter().fold(list.head, |total, number| total * 3 + number);
}

fn child(list: List<[u64; 4]>) -> impl Future<Output = u64> {
    async move {
        let result = {
            let mut result = 0;
            total(&list, &mut result);
            result
        };
        Yield(1).await;
        result
    }
}

fn copying_child(list: List<[u64; 4]>) -> impl Future<Output = u64> {
    async move {
        let result = {
            let (copy, mut result) = (list, 0);
            total(&copy, &mut result);
            result
        };
        Yield(1).await;
        result
    }
}

fn list(x: u64) -> List<[u64; 4]> {
    List { head: x, tail: [x + 1, x + 2, x + 3, x + 4] }
}

async fn parent(x: u64) -> u64 {
    child(list(x)).await
}

async fn other_parent(x: u64) -> u64 {
    copying_child(list(x)).await
}

fn main() {
    let future: Pin<Box<dyn Future<Output = u64>>> = Box::pin(parent(black_box(5)));
    println!("{}", block_on(black_box(future)));
    let future: Pin<Box<dyn Future<Output = u64>>> = Box::pin(other_parent(black_box(5)));
    println!("{}", block_on(black_box(future)));
}
