async fn subject(input: usize) -> usize {
    once(input).await
}
