trait Device {
    async fn read(&self) -> usize;
}

struct Fixed(usize);

impl Device for Fixed {
    // The trait asks for a future.
    #[inline(never)]
    async fn read(&self) -> usize {
        self.0 * 3
    }
}

async fn subject(input: usize) -> usize {
    let device = Fixed(input);
    once(input).await + device.read().await
}
