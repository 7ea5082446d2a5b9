// A raw coroutine that never returns looks like an endless async body, but what it calls may go beyond what it is given.
// RUN: %plain_rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -

// LEFT: left as it is: it never returns, and what it awaits is not known to be a future
// CHECK: work
// CHECK: 82
// CHECK: 164

#![feature(coroutines, coroutine_trait, stmt_expr_attributes)]

use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

static SUM: AtomicU64 = AtomicU64::new(0);

#[repr(C)]
struct Pair {
    first: u64,
    second: u64,
}

struct Guard(u64);

impl Drop for Guard {
    #[inline(never)]
    fn drop(&mut self) {
        SUM.fetch_add(self.0, SeqCst);
    }
}

/// Looks at what lies before `second` as well.
#[inline(never)]
unsafe fn is_ready(second: *mut u64, device: &u64) -> bool {
    let second = black_box(second);
    // SAFETY: the caller gives a part of a `Pair`.
    unsafe {
        *second += 1;
        SUM.fetch_add(*second.sub(1) + *device, SeqCst) % 2 == 0
    }
}

#[inline(never)]
fn resume<A, C: Coroutine<A>>(coroutine: Pin<&mut C>, argument: A) -> CoroutineState<C::Yield, C::Return> {
    coroutine.resume(argument)
}

#[inline(never)]
fn work() {
    println!("work");
}

fn main() {
    static DEVICE: u64 = 0;
    let seed = black_box(40);
    let mut coroutine = pin!(
        #[coroutine]
        static move |mut device: &'static u64| -> ! {
            let _guard = Guard(seed);
            let mut pair = Pair { first: seed + 1, second: 0 };
            loop {
                // SAFETY: a part of a `Pair`.
                while unsafe { is_ready(&raw mut pair.second, device) } {
                    work();
                }
                device = yield 7u8;
            }
        }
    );
    for _ in 0..4 {
        match resume(coroutine.as_mut(), &DEVICE) {
            CoroutineState::Yielded(number) => println!("{number}"),
            CoroutineState::Complete(never) => never,
        }
        println!("{}", SUM.load(SeqCst));
    }
}
