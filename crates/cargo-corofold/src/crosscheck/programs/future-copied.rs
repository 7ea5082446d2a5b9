#[inline(never)]
async fn child(input: usize) -> usize {
    let numbers = [input; 16];
    let at = once(input).await;
    std::hint::black_box(&numbers)[at % numbers.len()]
}

#[inline(never)]
async fn subject(input: usize) -> usize {
    let waiting = child(input);
    let first = once(input).await;
    first + waiting.await
}
