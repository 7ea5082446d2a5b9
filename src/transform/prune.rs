//! `prune`: suspend states that no path reaches go.
//!
//! `if false { f().await }` leaves the state of that await, its poll of `f` and all of `f` in the
//! object, since the case of the state is an edge of the switch (rust#135468).
//!
//! A state can be resumed only if some exit stored it, and that exit runs only after state 0 or
//! another reachable state. What is not reached from state 0 that way is never stored: by this
//! copy of the resume function or by any other, as all have the same body. Its case is removed
//! from the resume function and from the drop glue.
//!
//! Declines: states that were folded into others, which other copies may still store.

use super::Transformation;
use crate::llvm::{Block, Function};
use crate::model::{Coroutine, Model, RESERVED_STATES, UNRESUMED};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::HashSet;

/// See the head of this file.
pub struct PruneStates;

impl Transformation for PruneStates {
    fn name(&self) -> &'static str {
        "prune"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let mut changed = false;
        for resume in model.futures() {
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            let unreachable = unreachable_states(&coroutine);
            if unreachable.is_empty() {
                continue;
            }
            coroutine.remove_states(&unreachable);
            for state in unreachable {
                let outcome = Outcome::passed("StatePruned", "no path suspends in this state");
                model.record(self.name(), &coroutine, Some(state), outcome);
            }
            model.refresh(resume);
            changed = true;
        }
        if changed {
            model.connect();
        }
        changed
    }
}

fn unreachable_states(coroutine: &Coroutine) -> Vec<u64> {
    let mut reached: HashSet<Block> = HashSet::new();
    let mut states: HashSet<u64> = HashSet::new();
    let mut heads: Vec<Block> = coroutine.dispatch.target(UNRESUMED).into_iter().collect();
    while let Some(head) = heads.pop() {
        walk(head, &mut reached);
        for exit in &coroutine.exits {
            if reached.contains(&exit.store.block()) && states.insert(exit.state) {
                heads.extend(coroutine.dispatch.target(exit.state));
            }
        }
    }
    let cases = coroutine.dispatch.cases.iter().map(|case| case.state);
    cases
        .filter(|state| *state >= RESERVED_STATES && !states.contains(state))
        .filter(|state| coroutine.folded_into(*state).is_none())
        .collect()
}

fn walk(head: Block, reached: &mut HashSet<Block>) {
    let mut pending = vec![head];
    while let Some(block) = pending.pop() {
        if reached.insert(block) {
            pending.extend(block.successors());
        }
    }
}

impl Coroutine {
    /// Removes the cases of states that the cell never holds, from the resume function and from
    /// the drop glue.
    pub(super) fn remove_states(&self, states: &[u64]) {
        let glue = self.drop_glue.as_ref();
        let dispatches = [Some(&self.dispatch), glue.and_then(|glue| glue.dispatch.as_ref())];
        for dispatch in dispatches.into_iter().flatten() {
            for state in states {
                dispatch.remove_case(*state);
            }
        }
        self.mark();
        let functions: [Option<Function>; 2] = [Some(self.resume), glue.map(|glue| glue.function)];
        for function in functions.into_iter().flatten() {
            function.remove_unreachable_blocks();
        }
    }
}
