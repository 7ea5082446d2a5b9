// What children drop, and when, is the same: after Ready, after a panic, while suspended, unpolled.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: env COROFOLD=only=completed %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=DONE
// RUN: %t.with | diff %t.expected -
// RUN: env COROFOLD=only=completed %rustc_stable -Copt-level=s %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("../Exec/Inputs/block_on.rs");

// DONE: outer::{closure#0} (state 3): the child is done
// CHECK: drop argument
// CHECK: done
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn inner(argument: Named, panics: bool) -> Named {
    let _held = Named("held");
    Yield(1).await;
    assert!(!panics, "as asked");
    println!("{}", argument.0);
    Named("result")
}

async fn outer(panics: bool) -> Named {
    let result = inner(Named("argument"), panics).await;
    println!("got {}", result.0);
    Yield(1).await;
    result
}

fn main() {
    drop(block_on(outer(false)));
    println!("{}", std::panic::catch_unwind(|| block_on(outer(true))).is_err());
    drop(outer(false));
    for polls in 1..4 {
        let mut future = Box::pin(outer(false));
        for _ in 0..polls {
            if poll_once(future.as_mut()).is_ready() {
                break;
            }
        }
        println!("polled {polls}");
    }
    println!("done");
}
