async fn inner(input: usize) -> usize {
    once(input).await + once(input + 1).await
}

#[inline(never)]
async fn outer(input: usize) -> usize {
    inner(input).await
}

async fn subject(input: usize) -> usize {
    outer(input).await + 1
}
