// A check for overflow that always fails, in a body of a crate that checks. Where code is generated for another crate that checks, LLVM takes away what stands
// behind it; in a copy without checks that code runs, and reads what lives across the await.
// With LLVM 19 no child is taken in.
// REQUIRES: llvm22
// RUN: rm -rf %t && mkdir -p %t/plain %t/with
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=2 -Coverflow-checks=on %s -o %t/plain/liblibrary.rlib
// RUN: %plain_rustc_stable --cfg unchecked --crate-type rlib --crate-name unchecked --extern library=%t/plain/liblibrary.rlib -Copt-level=2 %s -o %t/plain/libunchecked.rlib
// RUN: %plain_rustc_stable --extern unchecked=%t/plain/libunchecked.rlib -L %t/plain -Copt-level=2 -Coverflow-checks=on %s -o %t/plain/program
// RUN: %t/plain/program | FileCheck %s
// RUN: %rustc_stable --extern unchecked=%t/plain/libunchecked.rlib -L %t/plain -Copt-level=2 -Coverflow-checks=on -Cremark=corofold %s -o %t/with/program 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t/with/program | FileCheck %s

// LEFT-DAG: library::body::constant::{closure#0}: left as it is: a check for overflow in it always fails; copies in other crates may go without it
// LEFT-DAG: library::body::inner::{closure#0} became part of it
// LEFT-DAG: library::body::generic::<0>::{closure#0}: left as it is: a check for overflow in it always fails; copies in other crates may go without it
// CHECK: Pending, Ready(15)
// CHECK-NEXT: Pending, Ready(15)
// CHECK-NEXT: Pending, Ready(15)

#[cfg(library)]
mod body {
    include!("Inputs/block_on.rs");

    pub async fn constant(x: u32) -> u32 {
        let y = x.wrapping_mul(3);
        Yield(1).await;
        let max = u32::MAX;
        let _ = max + 1;
        y
    }

    pub async fn generic<const N: u32>(x: u32) -> u32 {
        let y = x.wrapping_mul(3);
        Yield(1).await;
        let _ = N - 1;
        y
    }

    async fn inner(x: u32) -> u32 {
        let y = x.wrapping_mul(3);
        Yield(1).await;
        let _ = 1_u32 << (x | 32);
        y
    }

    /// LLVM knows the outcome as soon as it looks at more than constants, as it does to inline.
    pub async fn outer(x: u32) -> u32 {
        inner(x).await
    }
}
#[cfg(library)]
pub use body::{constant, generic, outer};

#[cfg(unchecked)]
mod unchecked {
    include!("Inputs/block_on.rs");
    include!("Inputs/polled.rs");

    #[inline(never)]
    pub fn constant(x: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(library::constant(x))
    }
    #[inline(never)]
    pub fn generic(x: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(library::generic::<0>(x))
    }
    #[inline(never)]
    pub fn outer(x: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(library::outer(x))
    }
}
#[cfg(unchecked)]
pub use unchecked::{Polled, constant, generic, outer};

#[cfg(not(any(library, unchecked)))]
fn main() {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    #[inline(never)]
    fn poll<F: Future>(future: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
        future.poll(context)
    }
    fn in_turns<F: Future<Output = u32>>(polled: unchecked::Polled<F>) {
        let unchecked::Polled { mut future, poll_there } = polled;
        let context = &mut Context::from_waker(Waker::noop());
        let first = poll(future.as_mut(), context);
        println!("{first:?}, {:?}", poll_there(future.as_mut(), context));
    }
    in_turns(unchecked::constant(5));
    in_turns(unchecked::generic(5));
    in_turns(unchecked::outer(5));
}
