// A table of two polls: neither is the drop glue of the other.
// RUN: %plain_rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=16 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Cpanic=abort -Ccodegen-units=16 -Cremark=corofold %s -o %t.with 2>&1 \
// RUN:   | FileCheck %s --check-prefix=GLUE
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Ccodegen-units=16 %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=3 -Cpanic=abort -Ccodegen-units=16 -Clto=fat %s -o %t.with
// RUN: %t.with | diff %t.expected -

// GLUE: second::{closure#0}: its drop glue is not in this module
// CHECK: one 1
// CHECK: two 1
// CHECK: Ready(())

include!("Inputs/block_on.rs");
async fn first(n: u64) {
    Yield(1).await;
    println!("one {n}");
    Yield(1).await;
    println!("two {n}");
}
async fn second(n: u64) {
    Yield(1).await;
    println!("one {n}");
    if false {
        Yield(1).await;
        println!("never {n}");
    }
}
mod tables {
    use super::*;
    pub type P<F> = fn(Pin<&mut F>, &mut Context<'_>) -> Poll<()>;
    #[repr(C)]
    pub struct Table<F, G> {
        pub first: P<F>,
        pub second: P<G>,
    }
    struct Of<F, G>(F, G);
    impl<F: Future<Output = ()>, G: Future<Output = ()>> Of<F, G> {
        const TABLE: Table<F, G> = Table { first: F::poll, second: G::poll };
    }
    #[inline(never)]
    pub fn table_of<F: Future<Output = ()>, G: Future<Output = ()>>(
        _: &F,
        _: &G,
    ) -> &'static Table<F, G> {
        const { &Of::<F, G>::TABLE }
    }
}
fn main() {
    let n = std::env::args().count() as u64;
    let (mut f, mut g) = (Box::pin(first(n)), Box::pin(second(n)));
    let t = tables::table_of(&*f, &*g);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        println!("{:?}", (t.first)(f.as_mut(), &mut cx));
    }
    for _ in 0..2 {
        println!("{:?}", (t.second)(g.as_mut(), &mut cx));
    }
}
