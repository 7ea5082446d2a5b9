//! A chain of constants behind `Box<dyn Future>`. By hand: a future of the
//! same size that is ready at every poll.

extern crate alloc;

use core::mem::MaybeUninit;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::support::*;

async fn program(_: u32, _: u32) -> i32 {
    let x = async { 42 }.await;
    x
}

const REST: usize = size_of_result(&program) - 2 * size_of::<u32>();

/// As large as the future of `program`; the last bytes stand where its state is.
struct ByHand {
    a: u32,
    b: u32,
    _rest: MaybeUninit<[u8; REST]>,
}

impl Future for ByHand {
    type Output = i32;

    // As in `support.rs`: a copy that nothing calls would count.
    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<i32> {
        Poll::Ready(42)
    }
}

const _: () = assert!(size_of_result(&program) == size_of::<ByHand>());

#[unsafe(no_mangle)]
pub extern "C-unwind" fn run(input: u32) -> i32 {
    #[cfg(not(by_hand))]
    let future = program(input, input ^ 1);
    #[cfg(by_hand)]
    let future = ByHand { a: input, b: input ^ 1, _rest: MaybeUninit::uninit() };
    drive_box(alloc::boxed::Box::pin(future))
}
