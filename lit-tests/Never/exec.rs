// Futures that never suspend run once, in order, and drop what they hold; polled by hand they behave.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: env COROFOLD=only=never %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=NEVER
// RUN: %t.with | diff %t.expected -
// RUN: env COROFOLD=only=never %rustc_stable -Copt-level=s %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=z %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("../Exec/Inputs/block_on.rs");

// NEVER-DAG: outer::{closure#0} (state {{[0-9]+}}): what it awaits is always ready
// NEVER-DAG: outer::{closure#0} (state {{[0-9]+}}): what it awaits is always ready
// CHECK: say one
// CHECK: done
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn say(name: Named, panics: bool) -> usize {
    println!("say {}", name.0);
    assert!(!panics, "as asked");
    name.0.len()
}

async fn wrap(name: Named, panics: bool) -> usize {
    say(name, panics).await + 1
}

async fn outer(panics: bool) -> usize {
    let first = wrap(Named("one"), false).await;
    Yield(1).await;
    let mut sum = first;
    for _ in 0..2 {
        sum += wrap(Named("three"), panics).await;
    }
    sum
}

fn main() {
    println!("{}", block_on(outer(false)));
    println!("{}", std::panic::catch_unwind(|| block_on(outer(true))).is_err());
    let mut abandoned = Box::pin(outer(false));
    assert!(poll_once(abandoned.as_mut()).is_pending());
    drop(abandoned);
    drop(wrap(Named("unpolled"), false));
    let mut by_hand = pin!(wrap(Named("by hand"), false));
    println!("{:?}", poll_once(by_hand.as_mut()));
    println!("done");
}
