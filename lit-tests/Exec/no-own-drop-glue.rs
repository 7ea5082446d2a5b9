// A program's own `core::ptr::drop_glue` is no drop glue.
// RUN: %plain_rustc_stable -Copt-level=3 -Cpanic=abort -Ccodegen-units=16 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Cpanic=abort -Ccodegen-units=16 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -
// RUN: %plain_rustc_nightly -Copt-level=s -Cpanic=abort -Ccodegen-units=16 %s -o %t.plain
// RUN: %rustc_nightly -Copt-level=s -Cpanic=abort -Ccodegen-units=16 %s -o %t.with
// RUN: %t.with | diff %t.expected -

// LEFT: guarded::{closure#0}: its drop glue is not in this module
// CHECK: pending
// CHECK-NEXT: disposing
// CHECK-NEXT: drop 43

include!("Inputs/block_on.rs");

use std::hint::black_box;

mod core {
    pub mod ptr {
        #[inline]
        pub fn drop_glue<T>(_: &mut T) {}
    }
}

struct Guard(u64);

impl Drop for Guard {
    #[inline(never)]
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn guarded(n: u64) {
    if n == 0 {
        return;
    }
    let _guard = Guard(n + 1);
    loop {
        Yield(1).await;
    }
}

mod polls {
    use super::*;

    #[inline(never)]
    pub fn run<F: Future>(future: Pin<&mut F>) -> bool {
        black_box(crate::core::ptr::drop_glue::<F> as fn(&mut F));
        poll_once(future).is_ready()
    }
}

mod drops {
    #[inline(never)]
    pub fn dispose<T>(future: std::pin::Pin<Box<T>>) {
        println!("disposing");
        drop(future);
    }
}

fn main() {
    let mut future = Box::pin(guarded(black_box(42)));
    println!("{}", if polls::run(future.as_mut()) { "ready" } else { "pending" });
    drops::dispose(future);
}
