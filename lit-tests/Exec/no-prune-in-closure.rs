// Made to inline more, rustc makes an async body part of a closure that rules Pending out: in that copy nothing suspends, and yet a
// future comes there that was suspended before.
// rustc 1.85 cannot name the type of a future this way.
// REQUIRES: llvm22
// RUN: %plain_rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Zinline-mir-threshold=1000 -Zinline-mir-hint-threshold=1000 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Zinline-mir-threshold=1000 -Zinline-mir-hint-threshold=1000 \
// RUN:   -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -

// LEFT: main::{closure#0}: it may be a closure with the code of a future
// CHECK: pending true
// CHECK: done

#![feature(type_alias_impl_trait)]
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

static READY: AtomicU32 = AtomicU32::new(0);
struct Leaf;
impl Future for Leaf {
    type Output = ();
    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let r = READY.load(SeqCst);
        println!("leaf {r}");
        if r > 0 { Poll::Ready(()) } else { Poll::Pending }
    }
}
#[inline(never)]
fn start() { println!("start"); }
type Body = impl Future<Output = ()>;
#[define_opaque(Body)]
fn body() -> Body { async { start(); Leaf.await } }

trait Else { unsafe fn get(); }
struct Never;
impl Else for Never { #[inline(always)] unsafe fn get() { unsafe { std::hint::unreachable_unchecked() } } }

#[inline]
unsafe fn ready_or<E: Else>(f: Pin<&mut Body>, cx: &mut Context<'_>) {
    match f.poll(cx) { Poll::Ready(v) => v, Poll::Pending => unsafe { E::get() } }
}
#[inline(never)]
fn call<A, R>(run: impl FnOnce(Pin<&mut A>, &mut Context<'_>) -> R, f: Pin<&mut A>) -> R {
    run(f, &mut Context::from_waker(Waker::noop()))
}
#[inline(never)]
fn first<F: Future>(f: Pin<&mut F>) -> bool { f.poll(&mut Context::from_waker(Waker::noop())).is_pending() }

fn main() {
    let mut f = pin!(body());
    println!("pending {}", first(f.as_mut()));
    READY.store(5, SeqCst);
    call(|f, cx| unsafe { ready_or::<Never>(f, cx) }, f.as_mut());
    println!("done");
}
