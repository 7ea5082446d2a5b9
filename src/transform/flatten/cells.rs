//! Step 1 of `flatten`: states are stored on the way into an await site.
//!
//! Between the entry edge of site k and its suspend exit only the child runs, which cannot name the
//! parent's cell (rule 1). On the resume edge the cell holds k, or a state that was folded into k
//! and behaves like it. So at the exit it holds k whichever way was taken, and the store there is
//! not needed. An unwind stores 2 and a return 1, as before: no way leads from the poll block out of
//! the function without a store, which is checked.
//!
//! Until `thread` has found the exits of inlined children by their stores, both stores are there.

use crate::llvm::{Block, Function, Inst, Opcode};
use crate::model::{AwaitSite, Callers, Coroutine, Model, SuspendExit};
use crate::planted::{Fault, planted};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The states of each resume function that are stored on entry.
pub type EarlyStates = HashMap<Function, HashSet<u64>>;

/// Adds the stores on the entry edges.
pub fn store_on_entry(model: &Model) -> EarlyStates {
    let mut early = EarlyStates::new();
    for coroutine in model.coroutines().iter().filter(|coroutine| coroutine.is_future()) {
        let sites = without_twins(coroutine.await_sites.iter().map(|site| (site.state, site)));
        let exits = without_twins(coroutine.exits.iter().map(|exit| (exit.state, exit)));
        let unstored = leave_unstored(coroutine);
        for site in sites.into_values() {
            let Some(exit) = exits.get(&site.state) else { continue };
            if !unstored.contains(&site.poll_block) && add_entry_store(coroutine, site, exit) {
                early.entry(coroutine.resume).or_default().insert(site.state);
            }
        }
    }
    early
}

/// What is the only one of its state, by state.
fn without_twins<T>(all: impl Iterator<Item = (u64, T)>) -> BTreeMap<u64, T> {
    let (mut first, mut twins) = (BTreeMap::new(), Vec::new());
    for (state, item) in all {
        if first.insert(state, item).is_some() {
            twins.push(state);
        }
    }
    twins.iter().for_each(|state| drop(first.remove(state)));
    first
}

/// The blocks from whose head a way leads out of the function without a store to the cell. What is
/// stored on entry would stay there, where before there was something else.
fn leave_unstored(coroutine: &Coroutine) -> HashSet<Block> {
    let stores: HashSet<Inst> = coroutine.stores.iter().map(|store| store.store).collect();
    // rustc knows that nothing unwinds where there is no landing pad. That is taken from it, unless
    // somebody who awaits this coroutine would clean up after it.
    let polls = match &coroutine.callers {
        Callers::AwaitSites(polls) => &polls[..],
        _ => &[],
    };
    let unwinds =
        coroutine.resume.has_personality() || polls.iter().any(|poll| poll.as_invoke().is_some());
    let (mut unstored, mut storing) = (HashSet::new(), HashSet::new());
    for block in coroutine.resume.blocks() {
        let leaves = |inst: &Inst| inst.is(Opcode::LLVMRet) || unwinds && inst.may_unwind();
        match block.walk().find(|inst| stores.contains(inst) || leaves(inst)) {
            Some(first) if stores.contains(&first) => drop(storing.insert(block)),
            Some(_) => drop(unstored.insert(block)),
            None => {}
        }
    }
    let mut pending: Vec<Block> = unstored.iter().copied().collect();
    while let Some(block) = pending.pop() {
        for before in block.predecessors() {
            if !storing.contains(&before) && unstored.insert(before) {
                pending.push(before);
            }
        }
    }
    unstored
}

fn add_entry_store(coroutine: &Coroutine, site: &AwaitSite, exit: &SuspendExit) -> bool {
    if !site.is_entered_at_poll(&coroutine.dispatch) {
        return false;
    }
    let entries = site.entries(&coroutine.dispatch);
    let target = if planted(Fault::SkippedPoll) { site.pending } else { site.poll_block };
    let landing = landing(coroutine, exit.store, target);
    for entry in entries {
        entry.redirect(landing);
    }
    true
}

/// A block that stores the state as the exit does, and goes on to the poll.
fn landing(coroutine: &Coroutine, exit_store: Inst, poll_block: Block) -> Block {
    let dispatch = &coroutine.dispatch;
    let block = coroutine.resume.append_block("await.entry");
    // The address that the exit computed for itself is not available here.
    let cell = block.append_address(dispatch.frame, dispatch.cell.offset);
    let address = exit_store.pointer();
    if !planted(Fault::LostState) {
        exit_store
            .clone_to_end(block, |operand| if Some(operand) == address { cell } else { operand });
    }
    block.branch_to(poll_block);
    block
}

/// Removes the stores at the exits of coroutines that were not inlined elsewhere.
pub fn remove_exit_stores(model: &Model, early: &EarlyStates, inlined: &HashSet<Function>) {
    for coroutine in model.coroutines().iter().filter(|own| !inlined.contains(&own.resume)) {
        let Some(states) = early.get(&coroutine.resume) else { continue };
        for exit in coroutine.exits.iter().filter(|exit| states.contains(&exit.state)) {
            exit.store.erase();
        }
    }
}
