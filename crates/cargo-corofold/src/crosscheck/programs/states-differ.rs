#[inline(never)]
async fn send(byte: usize) -> usize {
    once(byte).await + 1
}

#[inline(never)]
async fn subject(input: usize) -> usize {
    match input {
        1 => send(10).await + 5,
        2 => send(20).await + 6,
        _ => 0,
    }
}
