//! The world around a program in a behaviour run: events that happen after some polls, futures that
//! are given up, and panics. Prints a trace of all that the program does; pairs must agree on it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

unsafe extern "C-unwind" {
    safe fn run(input: u32) -> i32;
}

const INPUTS: u32 = 28;
const MOST_POLLS: u32 = 9;
const MOST_CALLS_BEFORE_PANIC: u32 = 12;

/// One run of the program.
#[derive(Default)]
struct World {
    /// Polls after which the future is dropped.
    polls: u32,
    /// Calls out of the program until one panics.
    calls_before_panic: Option<u32>,
    /// How often each event was asked for.
    asked: HashMap<u32, u32>,
    trace: Vec<String>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
}

fn record(what: String) {
    WORLD.with_borrow_mut(|world| world.trace.push(what));
}

/// Records a call out of the program, and panics if it is its turn.
fn called(what: String) {
    record(what);
    let panics = WORLD.with_borrow_mut(|world| match &mut world.calls_before_panic {
        Some(0) => world.calls_before_panic.take().is_some(),
        Some(left) => {
            *left -= 1;
            false
        }
        None => false,
    });
    assert!(!panics, "this call panics");
}

#[unsafe(no_mangle)]
extern "C-unwind" fn ready(event: u32) -> bool {
    called(format!("ready({event})"));
    WORLD.with_borrow_mut(|world| {
        let asked = world.asked.entry(event).or_default();
        *asked = (*asked + 1) % (event % 3 + 1);
        *asked == 0
    })
}

#[unsafe(no_mangle)]
extern "C-unwind" fn note(what: u32) {
    called(format!("note({what})"));
}

#[unsafe(no_mangle)]
extern "C-unwind" fn dropped(guard: u32) {
    record(format!("dropped({guard})"));
}

#[unsafe(no_mangle)]
fn log(text: &str) {
    called(format!("log({text})"));
}

/// Polls until the future is ready or is to be given up.
fn poll_for_a_while<T>(mut future: Pin<&mut dyn Future<Output = T>>) -> Option<T> {
    for _ in 0..WORLD.with_borrow(|world| world.polls) {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(value);
        }
        record("pending".to_string());
    }
    None
}

#[unsafe(no_mangle)]
fn drive(future: Pin<&mut dyn Future<Output = i32>>) -> i32 {
    poll_for_a_while(future).unwrap_or(-1)
}

#[unsafe(no_mangle)]
fn drive_result(future: Pin<&mut dyn Future<Output = Result<i32, i32>>>) -> i32 {
    let result = poll_for_a_while(future);
    record(format!("{result:?}"));
    result.map_or(-1, |result| result.unwrap_or(-2))
}

#[unsafe(no_mangle)]
fn drive_box(mut future: Pin<Box<dyn Future<Output = i32>>>) -> i32 {
    poll_for_a_while(future.as_mut()).unwrap_or(-1)
}

fn main() {
    set_hook(Box::new(|_| ()));
    let may_panic = std::env::args().nth(1).is_some_and(|panic| panic == "unwind");
    let last = if may_panic { MOST_CALLS_BEFORE_PANIC } else { 0 };
    for input in 0..INPUTS {
        for polls in 0..=MOST_POLLS {
            for calls_before_panic in std::iter::once(None).chain((0..last).map(Some)) {
                WORLD.set(World { polls, calls_before_panic, ..World::default() });
                let result = catch_unwind(AssertUnwindSafe(|| run(input))).ok();
                let trace = WORLD.take().trace.join(" ");
                println!(
                    "input {input}, {polls} polls, panic {calls_before_panic:?}: {trace} -> {result:?}"
                );
            }
        }
    }
}
