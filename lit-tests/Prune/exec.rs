// Awaits behind conditions that are never true, in between others: the rest runs as before.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: env COROFOLD=only=prune %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=PRUNED
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("../Exec/Inputs/block_on.rs");

// PRUNED: outer::{closure#0} (state {{[0-9]+}}): no path suspends in this state
// CHECK: first
// CHECK: done
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

const TRACING: bool = false;

async fn trace(text: &str) {
    let _held = Named("trace");
    Yield(1).await;
    println!("{text}");
}

async fn outer() {
    let _first = Named("first");
    Yield(2).await;
    println!("first");
    if TRACING {
        trace("between").await;
        Yield(1).await;
    }
    let _second = Named("second");
    Yield(1).await;
    println!("second");
}

fn main() {
    block_on(outer());
    for polls in 0..4 {
        let mut future = Box::pin(outer());
        for _ in 0..polls {
            assert!(poll_once(future.as_mut()).is_pending());
        }
        println!("polled {polls}");
    }
    println!("done");
}
