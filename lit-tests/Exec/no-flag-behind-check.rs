// Whether a local was made that is declared after an await: the flag is false from the first poll on, and only the panic of a check for overflow
// looks at it. A copy without checks, which polls first, has to write it all the same.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Coverflow-checks=on %s -o %t/liblibrary.rlib
// RUN: %plain_rustc_stable --extern library=%t/liblibrary.rlib -Copt-level=3 %s -o %t/plain
// RUN: %t/plain | FileCheck %s
// RUN: %rustc_stable --extern library=%t/liblibrary.rlib -Copt-level=3 -Cremark=corofold %s -o %t/with 2>&1 | FileCheck %s --check-prefix=KEPT
// RUN: %t/with | FileCheck %s

// KEPT: library::body::body::{closure#0}: copies of it in other crates may check for overflow, and need more of its slots
// CHECK: made 0, memory of 0: Pending
// CHECK-NEXT: made 1, memory of 0: Pending
// CHECK-NEXT: drop 4294967295
// CHECK-NEXT: made 0, memory of 1: Pending
// CHECK-NEXT: made 1, memory of 1: Pending
// CHECK-NEXT: drop 4294967295
// CHECK-NOT: {{.}}

#[cfg(library)]
mod body {
    include!("Inputs/block_on.rs");
    include!("Inputs/polled.rs");

    struct Guard(u32);
    impl Drop for Guard {
        #[inline(never)]
        fn drop(&mut self) {
            println!("drop {}", self.0);
        }
    }

    async fn body(made: u32, x: u32) -> u32 {
        Yield(1).await;
        if made == 2 { return x }
        let guard;
        if made == 1 { guard = Guard(x); }
        let _ = x + 1;
        loop {}
    }

    #[inline(never)]
    pub fn make(made: u32, x: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(body(made, x))
    }
}
#[cfg(library)]
pub use body::{Polled, make};

#[cfg(not(library))]
mod filled {
    include!("Inputs/filled.rs");
}

#[cfg(not(library))]
fn main() {
    use std::future::Future;
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
    use std::sync::atomic::Ordering::Relaxed;
    use std::task::{Context, Waker};

    set_hook(Box::new(|_| {}));
    let context = &mut Context::from_waker(Waker::noop());
    for (made, fill) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        filled::FILL.store(fill, Relaxed);
        let library::Polled { mut future, poll_there } = library::make(made, u32::MAX);
        println!("made {made}, memory of {fill}: {:?}", future.as_mut().poll(context));
        let polled = catch_unwind(AssertUnwindSafe(|| poll_there(future.as_mut(), context)));
        assert!(polled.is_err());
    }
}
