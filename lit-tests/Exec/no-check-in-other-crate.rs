// A body comes from a crate that checks for overflow, and is polled first by a copy in a crate that does not: where its arms are equal there, they
// are not in the other copy, which polls it next. Nothing is left of the shifts but their operands.
// RUN: rm -rf %t && mkdir -p %t/plain %t/with
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=2 -Coverflow-checks=on %s -o %t/plain/liblibrary.rlib
// RUN: %plain_rustc_stable --extern library=%t/plain/liblibrary.rlib -Copt-level=2 %s -o %t/plain/program
// RUN: %t/plain/program > %t/expected
// RUN: FileCheck %s --input-file=%t/expected
// RUN: %rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=2 -Coverflow-checks=on %s -o %t/with/liblibrary.rlib
// RUN: %rustc_stable --extern library=%t/with/liblibrary.rlib -Copt-level=2 -Cremark=corofold %s -o %t/with/program 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t/with/program | diff %t/expected -

// LEFT: library::body::body::{closure#0} (state 3): it is of another crate, whose checks for overflow may tell its arms apart in a copy
// CHECK: Pending
// CHECK-NEXT: line 32
// CHECK-NOT: dropped

#[cfg(library)]
mod body {
    include!("Inputs/block_on.rs");
    include!("Inputs/polled.rs");

    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            println!("dropped");
        }
    }

    async fn body(which: u32, sum: u32, shift: u32) -> u32 {
        match which {
            0 => { Yield(1).await; let _guard = Guard; let _ = sum << shift; }
            _ => { Yield(1).await; let _ = sum << shift; let _guard = Guard; }
        }
        sum
    }

    #[inline(never)]
    pub fn make(which: u32, sum: u32, shift: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(body(which, sum, shift))
    }
}
#[cfg(library)]
pub use body::{Polled, make};

#[cfg(not(library))]
fn main() {
    use std::future::Future;
    use std::task::{Context, Waker};

    std::panic::set_hook(Box::new(|info| println!("line {}", info.location().map_or(0, |at| at.line()))));
    let library::Polled { mut future, poll_there } = library::make(1, 5, 77);
    let context = &mut Context::from_waker(Waker::noop());
    println!("{:?}", future.as_mut().poll(context));
    let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll_there(future.as_mut(), context)));
    assert!(polled.is_err());
}
