// A function that is named like the one with which core panics makes no async body of what calls it.
// RUN: %plain_rustc_stable -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -

// LEFT-NOT: Machine
// LEFT: finished::{closure#0}: async
// LEFT-NOT: Machine
// CHECK: false false true
// CHECK-NEXT: resumed: [0, 3, 3]

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};

#[inline(never)]
pub fn panic_const_async_fn_resumed(log: &[u32]) -> ! {
    println!("resumed: {log:?}");
    std::process::exit(0)
}

include!("Inputs/state.rs");

struct Machine {
    state: State,
    steps: u32,
}

impl Machine {
    #[inline(never)]
    fn is_ready(&mut self) -> bool {
        self.steps += 1;
        self.steps > 2
    }

    #[inline(never)]
    fn step(&mut self, log: &mut Vec<u32>) -> bool {
        match self.state {
            State::Start => log.push(0),
            State::Done => panic_const_async_fn_resumed(log),
            State::Waiting => log.push(3),
        }
        if !self.is_ready() {
            self.state = State::Waiting;
            return false;
        }
        self.state = State::Done;
        true
    }
}

/// Shows that the plugin is there.
async fn finished() {
    println!("finished");
}

fn main() {
    let _ = pin!(finished()).poll(&mut Context::from_waker(Waker::noop()));
    let (mut log, mut machine) = (vec![], Machine { state: black_box(State::Start), steps: 0 });
    println!("{} {} {}", machine.step(&mut log), machine.step(&mut log), machine.step(&mut log));
    machine.step(&mut log);
}
