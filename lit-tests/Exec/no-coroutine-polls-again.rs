// A raw coroutine that never returns and polls a future again after Ready: it is no async body, and the panic stays.
// RUN: %plain_rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t.plain
// RUN: not --crash %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t.proved
// RUN: not --crash %t.proved | diff %t.expected -

// LEFT: left as it is: it never returns, and may poll a future again that is done
// CHECK: child done
// CHECK-NEXT: drop 40
// CHECK-NEXT: work 40
// CHECK-NOT: {{.}}

#![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
use std::future::Future;
use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
static N: AtomicU32 = AtomicU32::new(0);
struct Leaf;
impl Future for Leaf {
    type Output = ();
    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let n = N.fetch_add(1, SeqCst);
        println!("leaf {n}");
        if n % 2 == 1 { Poll::Ready(()) } else { Poll::Pending }
    }
}
struct D(u32); impl Drop for D { #[inline(never)] fn drop(&mut self) { println!("drop {}", self.0); } }
async fn child(x: u32) { let _d = D(x); Leaf.await; println!("child done"); }
#[inline(never)]
fn work(x: u32) { println!("work {x}"); }
#[inline(never)]
fn resume<A, C: Coroutine<A>>(c: Pin<&mut C>, a: A) -> CoroutineState<C::Yield, C::Return> { c.resume(a) }
fn cx() -> &'static mut Context<'static> { Box::leak(Box::new(Context::from_waker(Waker::noop()))) }
fn main() {
    let seed = black_box(40);
    let mut c = pin!(
        #[coroutine]
        static move |mut cx: &'static mut Context<'static>| -> ! {
            let mut fut = child(seed);
            loop {
                loop {
                    // SAFETY: never moved
                    match unsafe { Pin::new_unchecked(&mut fut) }.poll(cx) { Poll::Ready(()) => work(seed), Poll::Pending => break }
                }
                cx = yield 7u8;
            }
        }
    );
    for _ in 0..4 {
        match resume(c.as_mut(), cx()) { CoroutineState::Yielded(n) => println!("{n}"), CoroutineState::Complete(n) => n }
    }
}
