#[inline(never)]
async fn send(byte: usize) -> usize {
    once(byte).await + 1
}

#[inline(never)]
async fn subject(input: usize) -> usize {
    match input {
        1 => send(10).await,
        2 => send(20).await,
        3 => send(30).await,
        _ => 0,
    }
}
