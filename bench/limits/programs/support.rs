//! What every program shares: the world outside (played by `driver.rs` in behaviour runs), the only
//! hand-written futures, and the async functions that the programs await.

extern crate alloc;

use alloc::boxed::Box;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

unsafe extern "C-unwind" {
    /// Whether the event has happened: what each poll of a leaf asks.
    pub safe fn ready(event: u32) -> bool;
    /// A visible side effect.
    pub safe fn note(what: u32);
    /// Where a dropped [`Guard`] is seen.
    pub safe fn dropped(guard: u32);
}

unsafe extern "Rust" {
    /// Polls the future to its end, or gives up before.
    pub safe fn drive(future: Pin<&mut dyn Future<Output = i32>>) -> i32;
    /// The same for futures that can fail.
    pub safe fn drive_result(future: Pin<&mut dyn Future<Output = Result<i32, i32>>>) -> i32;
    /// The same for futures that are handed out in a box.
    pub safe fn drive_box(future: Pin<Box<dyn Future<Output = i32>>>) -> i32;
}

/// The leaf: suspends until its event has happened.
pub struct Event(pub u32);

impl Future for Event {
    type Output = i32;

    // Without `#[inline]` a copy that nothing calls would be exported from the object, and count.
    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<i32> {
        if ready(self.0) { Poll::Ready(self.0 as i32) } else { Poll::Pending }
    }
}

/// A local with a destructor.
pub struct Guard(pub u32);

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        dropped(self.0);
    }
}

/// Two awaits: what the programs await.
pub async fn step(id: u32) -> i32 {
    let first = Event(id).await;
    note(id);
    first.wrapping_add(Event(id.wrapping_add(1)).await)
}

/// The same, and it fails for every odd result.
pub async fn try_step(id: u32) -> Result<i32, i32> {
    let first = Event(id).await;
    note(id);
    let sum = first.wrapping_add(Event(id.wrapping_add(2)).await);
    if sum & 2 == 0 { Ok(sum) } else { Err(sum) }
}

/// Polls a future in place that is ready at the first poll.
#[inline(always)]
pub fn poll_once<F: Future<Output = i32>>(future: Pin<&mut F>) -> i32 {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => -1,
    }
}

/// The size of what the function returns, which for an async function has no name.
pub const fn size_of_result<R>(_: &impl Fn(u32, u32) -> R) -> usize {
    size_of::<R>()
}
