// A future in static memory asks where one of its captured values is, and then uses the value by its name. Where the answer is yes
// LLVM reads by the address of the static, so the store stays.
// With LLVM 19 no child is taken in.
// REQUIRES: llvm22
// RUN: %plain_rustc_nightly -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=TAKEN
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Ccodegen-units=1 -Cpanic=abort %s -o %t.with
// RUN: %t.with | diff %t.expected -

// TAKEN: parent::<{{.*}} became part of it
// CHECK: true 1122334455

include!("Inputs/block_on.rs");

use std::hint::black_box;

impl Drop for Yield {
    #[inline(never)]
    fn drop(&mut self) {
        black_box(());
    }
}

#[repr(align(64))]
struct Memory([u8; 512]);
static mut POOL: Memory = Memory([0xA7; 512]);

#[inline(never)]
fn opaque() {
    black_box(());
}
#[inline(never)]
fn same(x: u64) -> u64 {
    black_box(x)
}
#[inline(never)]
fn say(is_there: bool, x: u64) {
    println!("{is_there} {x:x}");
}

/// `offset`: where `x` is in the frame of `parent`.
fn child<const OFFSET: usize>(w: u64, x: u64) -> impl Future<Output = u64> {
    async move {
        same(w);
        opaque();
        if std::ptr::eq(
            (&raw const x).cast::<u8>(),
            (&raw const POOL).cast::<u8>().wrapping_add(OFFSET),
        ) {
            opaque();
            say(true, same(x)); // reads `x` itself, not through the pool
        } else {
            opaque();
            say(false, 0);
        }
        Yield(1).await;
        5
    }
}
async fn parent<const OFFSET: usize>(x: u64) -> u64 {
    let a = same(x);
    child::<OFFSET>(a * 5, a).await
}
fn run<F: Future<Output = u64> + 'static>(f: F) {
    assert!(size_of::<F>() <= 512);
    // SAFETY: static memory, large and aligned enough, used by one future at a time, never moved.
    let mut f: Pin<&mut dyn Future<Output = u64>> = unsafe {
        let place = (&raw mut POOL).cast::<F>();
        place.write(f);
        Pin::new_unchecked(&mut *black_box(place))
    };
    while poll_once(f.as_mut()).is_pending() {}
}
fn main() {
    run(parent::<8>(black_box(0x1122334455)));
    run(parent::<16>(black_box(0x1122334455)));
    run(parent::<24>(black_box(0x1122334455)));
}
