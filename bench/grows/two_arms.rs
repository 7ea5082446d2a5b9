// Two arms await the same large child, behind a buffer that lives as long: `fold` leaves one call, LLVM inlines it, and each access to the
// child's locals gets an offset of four bytes instead of one.
include!("common.rs");
include!("fill.rs");

async fn configure(mode: u32) -> u32 {
    let [mut a, mut b, mut c, mut d] = [mode, mode ^ 1, mode ^ 2, mode ^ 3];
    let [mut e, mut f] = [mode ^ 4, mode ^ 5];
    for _ in 0..3 {
        let x = Leaf(false).await;
        (a, b, c, d, e, f) = (a ^ x, b + a, c ^ b | x, d + c, e ^ d, f + e);
        let x = Leaf(false).await;
        (f, e, d, c, b, a) = (f ^ x, e + f, d ^ e | x, c + d, b ^ c, a + b);
        let x = Leaf(false).await;
        (a, c, e, b, d, f) = (a + x, c ^ a, e + c | x, b ^ e, d + b, f ^ d);
        let x = Leaf(false).await;
        (f, d, b, e, c, a) = (f + x, d ^ f, b + d | x, e ^ b, c + e, a ^ c);
    }
    a ^ b ^ c ^ d ^ e ^ f
}

async fn root(mode: u32) -> u32 {
    let mut buffer = [0; 256];
    fill(&mut buffer, mode);
    Leaf(false).await;
    let result = match mode % 2 {
        0 => configure(1).await,
        _ => configure(mode).await,
    };
    fill(&mut buffer, result);
    Leaf(false).await;
    result ^ u32::from(buffer[3])
}
