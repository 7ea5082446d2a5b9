// Two `async fn inner` in two blocks print as one path. The first is forgotten, so that its drop glue
// is not in the module; it must not be given that of the second, which drops a guard.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Cpanic=abort -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("Inputs/block_on.rs");

// REMARK: plus_one::{closure#0}: polled once
// CHECK: ready 6
// CHECK-NEXT: pending
// CHECK-NEXT: drop 5
struct Guard(u32);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn plus_one(x: u32) -> u32 {
    std::hint::black_box(x) + 1
}

fn both(x: u32) -> (impl Future<Output = u32>, impl Future<Output = u32>) {
    let forgotten = {
        async fn inner(x: u32) -> u32 {
            let ready = plus_one(x).await;
            std::hint::black_box(ready)
        }
        inner(x)
    };
    let guarded = {
        async fn inner(x: u32) -> u32 {
            let guard = Guard(x);
            Yield(2).await;
            guard.0
        }
        inner(x)
    };
    (forgotten, guarded)
}

fn show(poll: Poll<u32>) {
    match poll {
        Poll::Ready(value) => println!("ready {value}"),
        Poll::Pending => println!("pending"),
    }
}

fn main() {
    let (forgotten, guarded) = both(std::hint::black_box(5));
    let mut forgotten = std::mem::ManuallyDrop::new(forgotten);
    // SAFETY: it is neither moved nor dropped.
    show(poll_once(unsafe { Pin::new_unchecked(&mut *forgotten) }));
    show(poll_once(pin!(guarded)));
    block_on(async { Yield(0).await });
}
