//! Modules of one shape, in any size.

use crate::emit::{Coroutine, Entry, State, module};
use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Pairs of a coroutine and the one that it awaits
    Coroutines,
    /// One coroutine: arms of a match that all behave alike
    EqualStates,
    /// One coroutine: arms that differ in what follows their await
    UnequalStates,
    /// One coroutine: awaits one after the other
    Sequence,
    /// One coroutine whose suspend states have no await site
    HiddenStates,
    /// One coroutine: awaits that no path reaches
    DeadStates,
    /// One coroutine: equal arms with a local each
    Locals,
    /// One coroutine that awaits another one in each of its states
    Children,
    /// A chain of coroutines, each awaiting the next
    Layers,
    /// The same, and the innermost never suspends
    ReadyLayers,
    /// Coroutines that await each other in a circle
    Recursive,
    /// One coroutine among functions that are none
    Functions,
}

impl Shape {
    /// The module with `size` of what the shape has many of.
    pub fn module(self, size: usize) -> String {
        match self {
            Shape::Coroutines => module(&pairs(size)),
            Shape::EqualStates => one(Entry::Each, size, |_| State::of_leaf()),
            Shape::UnequalStates => {
                one(Entry::Each, size, |i| State { then: format!("  store i32 {i}, ptr %frame\n"), ..State::of_leaf() })
            }
            Shape::Sequence => {
                one(Entry::First, size, |i| State { next: (i + 1 < size).then_some(i + 1), ..State::of_leaf() })
            }
            Shape::HiddenStates => one(Entry::Each, size, |_| State { hidden: true, ..State::of_leaf() }),
            Shape::DeadStates => one(Entry::Never, size, |_| State::of_leaf()),
            Shape::Locals => one(Entry::Each, size, |_| State { spills: true, ..State::of_leaf() }),
            Shape::Children => {
                let mut all = vec![root(Entry::Each, (1..=size).map(State::of).collect())];
                all.extend((1..=size).map(|number| Coroutine::new(number, Entry::First, vec![State::of_leaf()])));
                module(&all)
            }
            Shape::Layers => module(&chain(size, vec![State::of_leaf()])),
            Shape::ReadyLayers => module(&chain(size, vec![])),
            Shape::Recursive => {
                let next = |number| vec![State::of((number + 1) % size), State::of_leaf()];
                let all: Vec<_> = (0..size).map(|number| Coroutine::new(number, Entry::Each, next(number))).collect();
                module(&all)
            }
            Shape::Functions => one(Entry::Each, 2, |_| State::of_leaf()) + &functions(size),
        }
    }
}

/// The coroutine that other modules poll.
fn root(entry: Entry, states: Vec<State>) -> Coroutine {
    Coroutine { exported: true, ..Coroutine::new(0, entry, states) }
}

fn one(entry: Entry, size: usize, state: impl Fn(usize) -> State) -> String {
    module(&[root(entry, (0..size).map(state).collect())])
}

fn pairs(size: usize) -> Vec<Coroutine> {
    let pair = |number: usize| {
        let outer = vec![State::of(number + 1), State::of_leaf(), State::of_leaf()];
        let outer = Coroutine { exported: true, ..Coroutine::new(number, Entry::Each, outer) };
        [outer, Coroutine::new(number + 1, Entry::First, vec![State::of_leaf()])]
    };
    (0..size / 2).flat_map(|i| pair(2 * i)).collect()
}

fn chain(size: usize, innermost: Vec<State>) -> Vec<Coroutine> {
    let mut all = vec![root(Entry::First, vec![State::of(1)])];
    all.extend((1..size).map(|number| Coroutine::new(number, Entry::First, vec![State::of(number + 1)])));
    let entry = if innermost.is_empty() { Entry::Never } else { Entry::First };
    all.push(Coroutine::new(size, entry, innermost));
    all
}

/// Functions of ten lines each.
fn functions(lines: usize) -> String {
    let body = "  call void @other()\n".repeat(7);
    (0..lines / 10).map(|i| format!("define void @plain{i}() {{\n{body}  ret void\n}}\n")).collect()
}
