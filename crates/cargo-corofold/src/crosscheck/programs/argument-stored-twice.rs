#[inline(never)]
async fn holds(bytes: [u8; 100]) -> usize {
    let at = once(7).await;
    usize::from(std::hint::black_box(&bytes)[at])
}

async fn subject(input: usize) -> usize {
    holds([input as u8; 100]).await
}
