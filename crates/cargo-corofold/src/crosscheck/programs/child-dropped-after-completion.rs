#[inline(never)]
async fn child(name: String) -> usize {
    once(name.len()).await + name.len()
}

#[inline(never)]
async fn subject(input: usize) -> usize {
    child(input.to_string()).await + 1
}
