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
//! Declines: states that were folded into others, which other copies may still store; what may be a
//! closure that rustc inlined an async body into, since it is not a copy of the others.

use super::Transformation;
use crate::llvm::Block;
use crate::model::{Coroutine, Model, RESERVED_STATES, UNRESUMED};
use crate::options::Options;
use crate::planted::{Fault, planted};
use crate::report::Outcome;
use std::collections::{BTreeSet, HashMap, HashSet};

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
            if !model.is_no_closure(&coroutine) {
                let outcome = Outcome::missed(
                    "StateNotPruned",
                    "it may be a closure with the code of a future",
                );
                model.record(self.name(), &coroutine, None, outcome);
                continue;
            }
            remove_states(model, &coroutine, &unreachable);
            for state in unreachable {
                let outcome = Outcome::passed("StatePruned", "no path suspends in this state");
                model.record(self.name(), &coroutine, Some(state), outcome);
            }
            changed = true;
        }
        if changed {
            model.connect();
        }
        changed
    }
}

fn unreachable_states(coroutine: &Coroutine) -> BTreeSet<u64> {
    let mut stored_in: HashMap<Block, Vec<u64>> = HashMap::new();
    for exit in &coroutine.exits {
        stored_in.entry(exit.store.block()).or_default().push(exit.state);
    }
    let mut reached: HashSet<Block> = HashSet::new();
    let mut states: HashSet<u64> = HashSet::new();
    let mut pending: Vec<Block> = coroutine.dispatch.target(UNRESUMED).into_iter().collect();
    while let Some(block) = pending.pop() {
        if !reached.insert(block) {
            continue;
        }
        pending.extend(block.successors());
        for state in stored_in.get(&block).into_iter().flatten() {
            states.insert(*state);
            pending.extend(coroutine.dispatch.target(*state));
        }
    }
    if planted(Fault::PrunedState) {
        states = states.iter().min().into_iter().copied().collect();
    }
    let cases = coroutine.dispatch.cases.iter().map(|case| case.state);
    let unreachable = cases.filter(|state| *state >= RESERVED_STATES && !states.contains(state));
    let folded = coroutine.folded_states();
    unreachable.filter(|state| !folded.contains_key(state)).collect()
}

/// Removes the cases of states that the cell never holds, from the resume function and from the
/// drop glue.
pub(super) fn remove_states(model: &mut Model, coroutine: &Coroutine, states: &BTreeSet<u64>) {
    if let Some(glue) = &coroutine.drop_glue
        && let Some(dispatch) = &glue.dispatch
    {
        dispatch.remove_cases(states);
        glue.function.remove_unreachable_blocks();
    }
    remove_cases(model, coroutine, states);
}

/// The same in the resume function alone.
pub(super) fn remove_cases(model: &mut Model, coroutine: &Coroutine, states: &BTreeSet<u64>) {
    let mut cases = coroutine.dispatch.cases.iter().map(|case| case.state);
    if cases.all(|state| state == UNRESUMED || states.contains(&state)) {
        enter_unresumed(model, coroutine);
        return;
    }
    coroutine.dispatch.remove_cases(states);
    coroutine.mark();
    coroutine.resume.remove_unreachable_blocks();
    model.refresh(coroutine.resume);
}

/// Replaces the dispatch by a jump to the unresumed state, where the cell holds no other.
pub(super) fn enter_unresumed(model: &mut Model, coroutine: &Coroutine) {
    let dispatch = &coroutine.dispatch;
    let Some(first) = dispatch.target(UNRESUMED) else { return };
    let block = dispatch.terminator.block();
    let mut skipped = block.successors();
    // The edge that stays; there may be more than one to the same block.
    skipped.remove(skipped.iter().position(|successor| *successor == first).unwrap_or_default());
    skipped.into_iter().for_each(|successor| successor.remove_predecessor(block));
    dispatch.terminator.erase();
    block.branch_to(first);
    coroutine.resume.remove_unreachable_blocks();
    model.becomes_stateless(coroutine.resume);
}
