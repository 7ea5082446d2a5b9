// Folded arms run as before: by any of them, resumed, dropped while suspended, and unwinding.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=FOLDED
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=s %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: env COROFOLD=only=fold %rustc_stable -Copt-level=z -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_debian -Copt-level=2 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("../Exec/Inputs/block_on.rs");

// FOLDED: arms::{closure#0} (state {{[0-9]+}}): behaves like state
// CHECK: arms 0
// CHECK: done
struct Named(u32);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn step(count: u32, panics: bool) -> u32 {
    let _guard = Named(count);
    Yield(count).await;
    assert!(!panics, "as asked");
    count * 2
}

async fn arms(which: u32, panics: bool) -> u32 {
    let held = Named(100 + which);
    let value = match which {
        0 => step(3, panics).await,
        1 => step(1, panics).await,
        2 => step(2, panics).await,
        _ => step(which, panics).await,
    };
    println!("held {}", held.0);
    value
}

async fn loops(first: bool, mut turns: u32) -> u32 {
    let mut sum = 0;
    if first {
        while turns > 0 {
            sum += step(1, false).await;
            turns -= 1;
        }
    } else {
        while turns > 0 {
            sum += step(turns, false).await;
            turns -= 1;
        }
    }
    sum
}

fn main() {
    for which in 0..5 {
        println!("arms {which}");
        println!("{}", block_on(arms(which, false)));
        let mut abandoned = Box::pin(arms(which, false));
        assert!(poll_once(abandoned.as_mut()).is_pending());
        drop(abandoned);
        let panicked = std::panic::catch_unwind(|| block_on(arms(which, true)));
        println!("panicked {}", panicked.is_err());
        println!("{} {}", block_on(loops(true, which)), block_on(loops(false, which)));
    }
    println!("done");
}
