// A future with the copy of its poll that belongs to the crate which makes it. Behind block_on.rs.
pub struct Polled<F: Future> {
    pub future: Pin<Box<F>>,
    pub poll_there: fn(Pin<&mut F>, &mut Context<'_>) -> Poll<F::Output>,
}

impl<F: Future> Polled<F> {
    pub fn new(future: F) -> Self {
        Self { future: Box::pin(future), poll_there }
    }
}

#[inline(never)]
fn poll_there<F: Future>(future: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(context)
}
