const LOGS: bool = false;

#[inline(never)]
async fn log(input: usize) -> usize {
    once(input).await
}

#[inline(never)]
async fn subject(input: usize) -> usize {
    if LOGS {
        log(input).await;
    }
    once(input + 1).await
}
