use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Waits once, then gives its number.
struct Once {
    number: usize,
    has_waited: bool,
}

fn once(number: usize) -> Once {
    Once { number, has_waited: false }
}

impl Future for Once {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<usize> {
        if std::mem::replace(&mut self.has_waited, true) {
            Poll::Ready(self.number)
        } else {
            Poll::Pending
        }
    }
}
