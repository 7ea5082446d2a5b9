// A child that is compiled for other CPU features than its parent passes vectors in other registers; it
// is not inlined into it.
// rustc 1.85 knows `target_feature` on unsafe functions only.
// REQUIRES: llvm22
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 %s -o %t.with
// RUN: llvm-nm %t.with | FileCheck %s --check-prefix=SYMBOLS --implicit-check-not=panic_const_async_fn_resumed
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Cpanic=abort -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("Inputs/block_on.rs");

// SYMBOLS: T main
// CHECK: sum 104
use std::arch::x86_64::{__m256i, _mm256_set1_epi32};

#[target_feature(enable = "avx2")]
#[inline(never)]
extern "C" fn sum(vector: __m256i) -> i32 {
    // SAFETY: both are eight 32-bit integers.
    let lanes: [i32; 8] = unsafe { std::mem::transmute(vector) };
    lanes.iter().sum()
}

#[target_feature(enable = "avx2")]
async fn child(x: i32) -> i32 {
    Yield(2).await;
    let total = sum(_mm256_set1_epi32(std::hint::black_box(x)));
    Yield(1).await;
    total
}

async fn parent(x: i32) -> i32 {
    // SAFETY: the test asks for AVX2.
    unsafe { child(x) }.await
}

fn main() {
    println!("sum {}", block_on(parent(13)));
}
