// A raw coroutine that never returns, with a captured `PhantomPinned`, so that nothing in the IR tells that it is `Unpin`: it is resumed, moved, and
// resumed by another one. It is no async body, and is not taken for a future that was never polled.
// rustc 1.85 gives it another shape, which is not taken for one.
// REQUIRES: llvm22
// RUN: rm -rf %t && mkdir -p %t/plain %t/with
// RUN: %plain_rustc_nightly --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t/plain/liblibrary.rlib
// RUN: %plain_rustc_nightly --extern library=%t/plain/liblibrary.rlib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t/plain/program
// RUN: %t/plain/program > %t/expected
// RUN: FileCheck %s --input-file=%t/expected
// RUN: %rustc_nightly --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 %s -o %t/with/liblibrary.rlib
// RUN: %rustc_nightly --extern library=%t/with/liblibrary.rlib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold %s -o %t/with/program 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t/with/program | diff %t/expected -

// LEFT-DAG: library::child::started::{closure#0}: left as it is: it never returns, and pins what it polls in another way than `.await`
// LEFT-DAG: parent::run::{closure#0}: left as it is: it never returns, and pins what it polls in another way than `.await`
// CHECK-COUNT-1: child begins 5
// CHECK-NOT: child begins

#![feature(coroutines, coroutine_trait, stmt_expr_attributes)]

#[cfg(library)]
pub mod child {
    use std::future::Future;
    use std::marker::PhantomPinned;
    use std::ops::Coroutine;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use std::task::{Context, Poll, Waker};

    static POLLS: AtomicU32 = AtomicU32::new(0);
    struct Leaf(#[allow(dead_code)] u64);
    impl Future for Leaf {
        type Output = ();
        #[inline(never)]
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            let polls = POLLS.fetch_add(1, SeqCst);
            println!("leaf {polls}");
            if polls % 3 == 2 { Poll::Ready(()) } else { Poll::Pending }
        }
    }
    struct Guard(u32);
    impl Drop for Guard {
        #[inline(never)]
        fn drop(&mut self) {
            println!("drop {}", self.0);
        }
    }
    #[inline(never)]
    pub fn say(what: &str, x: u32) {
        println!("{what} {x}");
    }

    pub type Argument = &'static u64;

    /// It was resumed once when it is returned.
    #[inline(never)]
    pub fn started(x: u32) -> impl Coroutine<Argument, Yield = u8, Return = u8> + Unpin {
        let pinned = PhantomPinned;
        let mut child = #[coroutine]
        move |mut argument: Argument| -> u8 {
            let guard = Guard(x);
            let _captured = &pinned;
            say("child begins", x);
            let mut leaf = Leaf(1);
            loop {
                while let Poll::Pending = Pin::new(&mut leaf).poll(&mut Context::from_waker(Waker::noop())) {
                    argument = yield 7u8;
                }
                say("first", guard.0);
                while let Poll::Pending = Pin::new(&mut leaf).poll(&mut Context::from_waker(Waker::noop())) {
                    argument = yield 7u8;
                }
                say("second", guard.0 + (*argument as u32));
            }
        };
        let _ = Pin::new(&mut child).resume(&7);
        child
    }
}

#[cfg(not(library))]
mod parent {
    use library::child::{Argument, started};
    use std::marker::PhantomPinned;
    use std::ops::{Coroutine, CoroutineState};
    use std::pin::Pin;

    #[inline(never)]
    fn resume<A, C: Coroutine<A>>(coroutine: Pin<&mut C>, argument: A) -> CoroutineState<C::Yield, C::Return> {
        coroutine.resume(argument)
    }

    pub fn run() {
        let pinned = PhantomPinned;
        let mut parent = #[coroutine]
        move |mut argument: Argument| -> u8 {
            let _captured = &pinned;
            let mut next = started(5);
            loop {
                {
                    let mut current = next;
                    loop {
                        match Pin::new(&mut current).resume(argument) {
                            CoroutineState::Yielded(_) => {}
                            CoroutineState::Complete(_) => break,
                        }
                        argument = yield 7u8;
                    }
                }
                next = started(6);
            }
        };
        for _ in 0..4 {
            match resume(Pin::new(&mut parent), &7) {
                CoroutineState::Yielded(state) => println!("{state}"),
                CoroutineState::Complete(state) => println!("complete {state}"),
            }
        }
    }
}

#[cfg(not(library))]
fn main() {
    parent::run();
}
