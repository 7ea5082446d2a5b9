// What each program has: a future that suspends once, and who boxes its `root`.
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

struct Leaf(bool);

impl Future for Leaf {
    type Output = u32;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if self.0 {
            return Poll::Ready(black_box(7));
        }
        self.0 = true;
        Poll::Pending
    }
}

#[unsafe(no_mangle)]
fn make(value: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(root(value))
}
