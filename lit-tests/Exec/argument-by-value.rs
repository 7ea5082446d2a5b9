// A copy in the frame is passed by value: LLVM gives the callee the address in the frame instead of that of a local, so the
// stores to the frame stay, though rustc's code only copies from there.
// With rustc 1.85 the child stays a function of its own, and nothing of the frame is without need.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=SLOTS
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=s -Cpanic=abort %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=z -Ccodegen-units=1 -Clto=fat %s -o %t.with
// RUN: %t.with | diff %t.expected -

// SLOTS: parent::{closure#0}: {{.*}} bytes of it are not needed while it is suspended
// CHECK: Pending
// CHECK-NEXT: Ready(654)
// CHECK-NEXT: 4254
// CHECK-NEXT: 7494

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}

#[derive(Clone, Copy)]
struct Config {
    a: u64,
    b: u64,
    c: u64,
}

#[inline(never)]
fn apply(config: Config) -> u64 {
    config.a + config.b * 10 + config.c * 100
}

async fn child(config: Config) -> u64 {
    let applied = apply(config);
    Yield(false).await;
    applied
}

async fn parent(n: u64) -> u64 {
    child(Config { a: n, b: n + 1, c: n + 2 }).await
}

#[derive(Clone, Copy)]
struct Window {
    digits: [u64; 4],
}

#[inline(never)]
fn number(window: Window) -> u64 {
    window.digits.iter().rev().fold(0, |number, digit| number * 10 + digit)
}

/// In a loop, and without a child.
async fn numbers(n: u64) {
    for round in 0..2 {
        let digits = [n, n + 1 + round * 4, n * round + 2 * (1 - round), n + 3 * round];
        let window = Window { digits: digits.map(|digit| digit % 10) };
        let number = number(window);
        Yield(false).await;
        println!("{number}");
    }
}

fn main() {
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(parent(black_box(4)));
    for _ in 0..2 {
        println!("{:?}", future.as_mut().poll(&mut context));
    }
    let mut future = pin!(numbers(black_box(4)));
    while future.as_mut().poll(&mut context).is_pending() {}
}
