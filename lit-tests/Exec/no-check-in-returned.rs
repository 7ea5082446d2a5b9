// A check for overflow in a function that only returns its argument: code without checks has nothing left of it. The crate `unchecked`, which
// defines the futures, has no checks, and its copies poll first; then the program polls, whose copies check and panic. Where the call stands says what is to be dropped.
// RUN: rm -rf %t && mkdir -p %t/plain %t/with
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Coverflow-checks=on %s -o %t/plain/liblibrary.rlib
// RUN: %plain_rustc_stable --cfg unchecked --crate-type rlib --crate-name unchecked --extern library=%t/plain/liblibrary.rlib -Copt-level=3 %s -o %t/plain/libunchecked.rlib
// RUN: %plain_rustc_stable --extern unchecked=%t/plain/libunchecked.rlib -L %t/plain -Copt-level=3 -Coverflow-checks=on %s -o %t/plain/program
// RUN: %t/plain/program | FileCheck %s
// RUN: %rustc_stable --cfg library --crate-type rlib --crate-name library -Copt-level=3 -Coverflow-checks=on %s -o %t/with/liblibrary.rlib
// RUN: %rustc_stable --cfg unchecked --crate-type rlib --crate-name unchecked --extern library=%t/with/liblibrary.rlib -Copt-level=3 -Cremark=corofold %s -o %t/with/libunchecked.rlib 2>&1 | FileCheck %s --check-prefix=DONE
// RUN: %rustc_stable --extern unchecked=%t/with/libunchecked.rlib -L %t/with -Copt-level=3 -Coverflow-checks=on %s -o %t/with/program
// RUN: %t/with/program | FileCheck %s

// DONE: unchecked::body::folded::{closure#0} (state 1): returns Pending when resumed
// CHECK: folded 0: Pending, dropped 0, panicked
// CHECK-NEXT: folded 1: Pending, panicked
// CHECK-NEXT: inlined 0: Pending, dropped 0, panicked
// CHECK-NEXT: inlined 1: Pending, panicked
// CHECK-NEXT: flagged 0, memory of 0: Pending, panicked
// CHECK-NEXT: flagged 1, memory of 0: Pending, dropped 77, panicked
// CHECK-NEXT: flagged 0, memory of 1: Pending, panicked
// CHECK-NEXT: flagged 1, memory of 1: Pending, dropped 77, panicked
// CHECK-NOT: {{.}}

#[cfg(library)]
pub trait Limits {
    const LOW: u32;
    const HIGH: u32;
}

#[cfg(library)]
#[inline]
pub fn check<L: Limits>(x: &u8) -> &u8 {
    let _ = L::HIGH - L::LOW;
    x
}

#[cfg(unchecked)]
mod body {
    include!("Inputs/block_on.rs");
    include!("Inputs/polled.rs");

    struct Wrong;
    impl library::Limits for Wrong {
        const LOW: u32 = 1;
        const HIGH: u32 = 0;
    }

    // rustc inlines the other crate's check into it.
    #[inline]
    fn check(x: &u8) -> &u8 {
        library::check::<Wrong>(x)
    }

    struct Guard(u32);
    impl Drop for Guard {
        #[inline(never)]
        fn drop(&mut self) {
            print!("dropped {}, ", self.0);
        }
    }

    async fn folded(which: u32) {
        match which {
            0 => {
                Yield(1).await;
                let _guard = Guard(0);
                library::check::<Wrong>(&0);
            }
            _ => {
                Yield(1).await;
                library::check::<Wrong>(&0);
                let _guard = Guard(0);
            }
        }
    }

    async fn inlined(which: u32) {
        match which {
            0 => {
                Yield(1).await;
                let _guard = Guard(0);
                check(&0);
            }
            _ => {
                Yield(1).await;
                check(&0);
                let _guard = Guard(0);
            }
        }
    }

    async fn flagged(made: u32, x: u32) {
        Yield(1).await;
        if made == 2 {
            return;
        }
        let guard;
        if made == 1 {
            guard = Guard(x);
        }
        library::check::<Wrong>(&0);
        loop {}
    }

    #[inline(never)]
    pub fn make_folded(which: u32) -> Polled<impl Future<Output = ()>> {
        Polled::new(folded(which))
    }
    #[inline(never)]
    pub fn make_inlined(which: u32) -> Polled<impl Future<Output = ()>> {
        Polled::new(inlined(which))
    }
    #[inline(never)]
    pub fn make_flagged(made: u32) -> Polled<impl Future<Output = ()>> {
        Polled::new(flagged(made, 77))
    }
}
#[cfg(unchecked)]
pub use body::{Polled, make_flagged, make_folded, make_inlined};

#[cfg(not(any(library, unchecked)))]
mod filled {
    include!("Inputs/filled.rs");
}

#[cfg(not(any(library, unchecked)))]
fn main() {
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
    use std::sync::atomic::Ordering::Relaxed;
    use std::task::{Context, Waker};

    fn turns<F: Future<Output = ()>>(polled: unchecked::Polled<F>) {
        let unchecked::Polled { mut future, poll_there } = polled;
        let context = &mut Context::from_waker(Waker::noop());
        let first = poll_there(future.as_mut(), context);
        assert!(first.is_pending());
        print!("Pending, ");
        let second = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        println!("{}", if second.is_err() { "panicked" } else { "not panicked" });
    }

    set_hook(Box::new(|_| {}));
    for which in [0, 1] {
        print!("folded {which}: ");
        turns(unchecked::make_folded(which));
    }
    for which in [0, 1] {
        print!("inlined {which}: ");
        turns(unchecked::make_inlined(which));
    }
    for (made, fill) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        filled::FILL.store(fill, Relaxed);
        print!("flagged {made}, memory of {fill}: ");
        turns(unchecked::make_flagged(made));
    }
}
