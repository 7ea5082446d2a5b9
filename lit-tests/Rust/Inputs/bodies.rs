// Eight coroutines: each kind of body, and two instances of a generic one. `all_futures` hands
// them out as `dyn Future`, so all of them are reachable.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Countdown(u32);

impl Future for Countdown {
    type Output = u32;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        if self.0 == 0 {
            return Poll::Ready(7);
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn function(count: u32) -> u32 {
    Countdown(count).await + Countdown(count / 2).await
}

trait Steps {
    async fn steps(&self) -> u32;
}

impl Steps for u8 {
    async fn steps(&self) -> u32 {
        function(u32::from(*self)).await
    }
}

impl Steps for u16 {
    async fn steps(&self) -> u32 {
        Countdown(u32::from(*self)).await
    }
}

async fn generic<S: Steps>(steps: S) -> u32 {
    steps.steps().await * 2
}

type Boxed = Pin<Box<dyn Future<Output = u32>>>;

#[unsafe(no_mangle)]
pub fn all_futures(count: u32) -> [Boxed; 4] {
    let closure = async move |more: u32| Countdown(count + more).await;
    [
        Box::pin(generic(count as u8)),
        Box::pin(generic(count as u16)),
        Box::pin(async move { Countdown(count).await + 1 }),
        Box::pin(async move { closure(3).await }),
    ]
}
