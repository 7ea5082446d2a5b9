// Branches, loops, nested awaits, dropped futures and values of all kinds: the program prints the
// same with and without the plugin.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 %s -o %t.with
// RUN: llvm-nm %t.with | FileCheck %s --check-prefix=SYMBOLS --implicit-check-not=panic_const_async_fn_resumed
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Cpanic=abort -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("Inputs/block_on.rs");

// SYMBOLS: T main
// CHECK: ready after
// CHECK: done
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn step(count: u32) -> u32 {
    let _guard = Named("step");
    Yield(count).await;
    count * 2
}

async fn branches(which: u32) -> Result<u32, String> {
    let value = match which {
        0 => step(1).await,
        1 => step(1).await + step(2).await,
        2 => {
            let held = Named("held");
            Yield(3).await;
            drop(held);
            9
        }
        _ => return Err(format!("no {which}")),
    };
    for turn in 0..value {
        Yield(turn % 2).await;
    }
    Ok(value)
}

async fn tree(depth: u32) -> u32 {
    if depth == 0 {
        return step(1).await;
    }
    let boxed: Pin<Box<dyn Future<Output = u32>>> = Box::pin(tree(depth - 1));
    boxed.await + 1
}

fn main() {
    for which in 0..4 {
        println!("{:?}", block_on(branches(which)));
    }
    println!("{}", block_on(tree(3)));
    let mut abandoned = Box::pin(branches(1));
    assert!(poll_once(abandoned.as_mut()).is_pending());
    drop(abandoned);
    println!("done");
}
