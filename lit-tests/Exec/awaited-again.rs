// A future that is awaited through a reference can be awaited again after completion: nothing is
// proved for it, so with proved it panics as without the plugin.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=3 -Zmir-opt-level=4 -Cpanic=abort %s -o %t
// RUN: not --crash %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: env COROFOLD=proved %rustc_stable -Copt-level=s -Ccodegen-units=1 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s --check-prefixes=ALL,PANICS
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t 2>&1 | FileCheck %s --check-prefixes=ALL,PENDS

include!("Inputs/block_on.rs");

async fn number(count: u32) -> u32 {
    Yield(count).await;
    7
}

async fn twice() -> u32 {
    let mut future = pin!(number(1));
    println!("first {}", future.as_mut().await);
    future.as_mut().await
}

// ALL: first 7
// PANICS: `async fn` resumed after completion
// PENDS: still pending
fn main() {
    let mut future = pin!(twice());
    for _ in 0..4 {
        assert!(poll_once(future.as_mut()).is_pending());
    }
    println!("still pending");
}
