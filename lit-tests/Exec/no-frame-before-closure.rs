// rustc inlines a small async body into a closure, which has all of its shape, and reads what lies before the frame by a pointer that is
// good for both: what the parent wrote there stays.
// rustc 1.85 does not inline it.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=TAKEN
// RUN: %t.with | diff %t.expected -

// TAKEN: outer::{closure#0}::{closure#0}::{closure#0}: async, 0 suspend state(s)
// CHECK-COUNT-3: pending
// CHECK-NEXT: 6060

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

static COUNT: AtomicU64 = AtomicU64::new(0);

struct Yield(bool);
impl Future for Yield {
    type Output = ();
    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Too much to be inlined twice.
#[inline(always)]
fn work() {
    macro_rules! many { ($($n:literal)*) => { $(COUNT.fetch_add(black_box($n), Relaxed); COUNT.fetch_xor(black_box($n), Relaxed); )* } }
    many!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40);
}
async fn done() { work() }
struct Token;
#[repr(C)]
struct Pair<F> { first: u64, second: F }

fn typed<F>(_: fn() -> F, second: *mut F) -> *mut F { second }

async fn outer(n: u64) -> u64 {
    let mut sum = 0;
    let mut pair = Pair { first: 0, second: done() };
    // SAFETY (of the closures): they are given a pointer to the second part of a pair that stays where it is.
    let reader = |second: *mut _| {
        let (second, token) = (typed(done, second), Token);
        move |cx: &mut Context<'_>| unsafe {
            let _token = token;
            let first = *(second as *const u64).sub(1);
            match Pin::new_unchecked(&mut *second).poll(cx) { Poll::Ready(()) => first, Poll::Pending => 0 }
        }
    };
    for i in 1..=n {
        pair.first = i * 10;
        pair.second = done();
        let whole = &raw mut pair;
        sum += reader(unsafe { &raw mut (*whole).second })(&mut Context::from_waker(Waker::noop()));
        pair.first = i * 1000;
        pair.second = done();
        let whole = &raw mut pair;
        sum += reader(unsafe { &raw mut (*whole).second })(&mut Context::from_waker(Waker::noop()));
        Yield(false).await;
    }
    sum
}
fn main() {
    let mut f = pin!(outer(black_box(3)));
    loop {
        match f.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(v) => return println!("{v}"),
            Poll::Pending => println!("pending"),
        }
    }
}
