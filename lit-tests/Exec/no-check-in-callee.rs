// Whether std checks preconditions that are unsafe to break is up to the crate that code is generated for (`ub_checks`, on with debug assertions), also
// where it is inlined or called in another crate's future: `Vec::set_len` reads the capacity then. A copy without checks, which polls first, has to write it all the same.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=3 %s -o %t/liblibrary.rlib
// RUN: %plain_rustc_stable --extern library=%t/liblibrary.rlib -Copt-level=3 -Cdebug-assertions=on %s -o %t/plain
// RUN: %t/plain | FileCheck %s
// RUN: %rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Cremark=corofold %s -o %t/liblibrary.rlib 2>&1 | FileCheck %s --check-prefix=DONE
// RUN: %plain_rustc_stable --extern library=%t/liblibrary.rlib -Copt-level=3 -Cdebug-assertions=on %s -o %t/with
// RUN: %t/with | FileCheck %s

// DONE: library::body::body::{closure#0} (state 1): returns Pending when resumed
// DONE-NOT: bytes of it are not needed
// CHECK: Pending
// CHECK-NEXT: Ready(0)

#[cfg(library)]
mod body {
    include!("Inputs/block_on.rs");
    include!("Inputs/polled.rs");
    use std::mem::ManuallyDrop;

    struct Leaked {
        list: ManuallyDrop<Vec<u32>>,
    }

    #[inline]
    fn take_first(list: &mut ManuallyDrop<Vec<u32>>) -> u32 {
        list.swap_remove(0)
    }

    // What is leaked is never dropped, so nothing else reads the capacity.
    async fn body(n: u32) -> u32 {
        let mut leaked = Leaked { list: ManuallyDrop::new(Vec::from_iter(0..n)) };
        Yield(1).await;
        take_first(&mut leaked.list)
    }

    #[inline(never)]
    pub fn make(n: u32) -> Polled<impl Future<Output = u32>> {
        Polled::new(body(n))
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
    use std::task::{Context, Waker};

    let context = &mut Context::from_waker(Waker::noop());
    let library::Polled { mut future, poll_there } = library::make(10 * std::env::args().count() as u32);
    println!("{:?}", poll_there(future.as_mut(), context));
    println!("{:?}", future.as_mut().poll(context));
}
