// rustc inlines a small async body into the poll of a future written by hand, which makes something else of the result: it is no
// async body, and not always ready.
// rustc 1.85 cannot name the type of a future this way.
// REQUIRES: llvm22
// RUN: %plain_rustc_nightly -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -

// LEFT: Retry as core::future::future::Future>::poll: left as it is: it is an ordinary function that rustc inlined an async body into
// CHECK: 0: pending
// CHECK-NEXT: 1: pending
// CHECK-NEXT: 2: pending
// CHECK-NEXT: 3: 12

#![feature(type_alias_impl_trait)]

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub type Attempt = impl Future<Output = u32>;

#[define_opaque(Attempt)]
#[inline(never)]
pub fn attempt(numbers: [u32; 6]) -> Attempt {
    async move { numbers[3] }
}

/// Tries again a few times: replaces the future in place when it has completed.
pub struct Retry {
    left: u32,
    attempt: Attempt,
}

impl Future for Retry {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: pinned as a part of `self`.
        match unsafe { Pin::new_unchecked(&mut this.attempt) }.poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(number) if this.left == 0 => Poll::Ready(number),
            Poll::Ready(number) => {
                this.left -= 1;
                // SAFETY: as above.
                unsafe { Pin::new_unchecked(&mut this.attempt) }.set(attempt([number + 1; 6]));
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

async fn parent(n: u32) -> u32 {
    Retry { left: n, attempt: attempt([n; 6]) }.await * 2
}

fn main() {
    let mut future = pin!(parent(black_box(3)));
    for round in 0..8 {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => println!("{round}: pending"),
            Poll::Ready(number) => {
                println!("{round}: {number}");
                break;
            }
        }
    }
}
