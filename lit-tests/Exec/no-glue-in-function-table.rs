// A table of functions with a poll last and something else first is no vtable: the first is no drop glue.
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

// GLUE: work::{closure#0}: its drop glue is not in this module
// CHECK: a task
// CHECK: drop

include!("Inputs/block_on.rs");
pub struct Guard(u64);
impl Drop for Guard {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}
mod tables {
    use super::*;
    pub struct Table<F> {
        pub name: fn(&F),
        pub poll: fn(Pin<&mut F>, &mut Context<'_>) -> Poll<()>,
    }
    fn name<F>(_: &F) {
        println!("a task");
    }
    trait HasTable: Sized {
        const TABLE: Table<Self>;
    }
    impl<F: Future<Output = ()>> HasTable for F {
        const TABLE: Table<F> = Table { name: name::<F>, poll: <F as Future>::poll };
    }
    #[inline(never)]
    pub fn table_of<F: Future<Output = ()>>(_: &F) -> &'static Table<F> {
        const { &F::TABLE }
    }
}
#[inline(never)]
fn run<F>(mut f: Pin<Box<F>>, t: &tables::Table<F>) {
    (t.name)(&f);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        let _ = (t.poll)(f.as_mut(), &mut cx);
    }
}
async fn work(n: u64) {
    if n == 100 {
        return;
    }
    let _g = Guard(n * 7);
    loop {
        Yield(1).await;
    }
}
fn main() {
    let n = std::env::args().count() as u64 * 3;
    let f = Box::pin(work(n));
    let t = tables::table_of(&*f);
    run(f, t);
}
