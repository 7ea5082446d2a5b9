#[inline(never)]
async fn subject(input: usize) -> usize {
    let buffer = [input; 64];
    let at = once(input).await;
    std::hint::black_box(&buffer)[at % buffer.len()]
}
