// A program may have a crate that is called `core` as well. Its panic is not the one of a resumed future, and what calls it is a closure like others.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %plain_rustc_stable --cfg library --crate-type rlib --crate-name core -Copt-level=2 %s -o %t/libcore.rlib
// RUN: %plain_rustc_stable --extern own=%t/libcore.rlib -Copt-level=2 %s -o %t/plain
// RUN: not %t/plain > %t/expected
// RUN: FileCheck %s --input-file=%t/expected
// RUN: %rustc_stable --extern own=%t/libcore.rlib -Copt-level=2 -Cremark=corofold %s -o %t/with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: not %t/with | diff %t/expected -

// LEFT-NOT: Pending
// LEFT: main::{closure#0}: left as it is: two crates of this program are called `core`, and nothing tells which is the real one
// LEFT-NOT: Pending
// CHECK: false
// CHECK-NEXT: false
// CHECK-NEXT: true
// CHECK-NEXT: resumed
// CHECK-NOT: {{.}}

#[cfg(library)]
pub mod panicking {
    pub mod panic_const {
        #[inline(never)]
        pub fn panic_const_async_fn_resumed() -> ! {
            println!("resumed");
            std::process::exit(1)
        }
    }
}

#[cfg(not(library))]
include!("Inputs/state.rs");

#[cfg(not(library))]
fn main() {
    use own::panicking::panic_const::panic_const_async_fn_resumed;
    use std::hint::black_box;

    #[inline(never)]
    fn is_ready(steps: &mut u32) -> bool {
        *steps += 1;
        *steps > 2
    }

    let (mut state, mut steps) = (black_box(State::Start), 0);
    let mut machine = move |log: &mut Vec<u32>| {
        match state {
            State::Start => log.push(0),
            State::Done => panic_const_async_fn_resumed(),
            State::Waiting => log.push(3),
        }
        if !is_ready(&mut steps) {
            state = State::Waiting;
            return false;
        }
        state = State::Done;
        true
    };
    let machine: &mut dyn FnMut(&mut Vec<u32>) -> bool = black_box(&mut machine);
    for _ in 0..4 {
        println!("{}", machine(&mut vec![]));
    }
}
