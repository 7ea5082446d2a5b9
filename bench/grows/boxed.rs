// A large future is boxed: the drop glue of its child becomes part of its own, which LLVM then does not inline where the box is made, and for
// that call the future is made on the stack first.
include!("common.rs");
include!("fill.rs");

struct Guard(u32);

impl Drop for Guard {
    #[inline(never)]
    fn drop(&mut self) {
        black_box(self.0);
    }
}

async fn work(value: u32) -> u32 {
    let mut buffer = [0; 4000];
    fill(&mut buffer, value);
    let _guard = Guard(value);
    let first = Leaf(false).await;
    fill(&mut buffer, first);
    let boxed = Box::new(Guard(first));
    let second = Leaf(false).await;
    let all = vec![boxed];
    let third = second ^ Leaf(false).await;
    u32::from(buffer[3]) ^ third ^ all.len() as u32
}

async fn root(value: u32) -> u32 {
    work(value).await
}
