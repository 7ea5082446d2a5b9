//! A coroutine as a graph of states.

use crate::llvm::{Block, Inst, Opcode};
use crate::model::{AwaitSite, Coroutine, POISONED, RETURNED, UNRESUMED, names, returned_argument};
use corofold_report::{self as report, Location, Machine, Role, State};
use std::collections::HashSet;

/// Describes a coroutine whose model holds.
pub fn of(coroutine: &Coroutine) -> Machine {
    Machine {
        states: states(coroutine),
        await_sites: coroutine.await_sites.iter().map(await_site).collect(),
        pending: coroutine.pending.as_ref().ok().map(ToString::to_string),
        resumed_panics: coroutine.resumed_panics.len(),
        instructions: coroutine.resume.instructions().count(),
        passes_through: passes_through(coroutine),
    }
}

fn states(coroutine: &Coroutine) -> Vec<State> {
    let all = reached(coroutine.resume.entry().into_iter().collect(), &[]);
    let folded = coroutine.folded_states();
    let cases = coroutine.dispatch.cases.iter();
    let states = cases.map(|case| State {
        state: case.state,
        role: match case.state {
            UNRESUMED => Role::Unresumed,
            RETURNED => Role::Returned,
            POISONED => Role::Poisoned,
            _ => Role::Suspended,
        },
        folded_into: folded.get(&case.state).copied(),
        next: next(coroutine, case.target),
        leads_to: leads_to(coroutine, case.state, case.target),
        own_instructions: own_instructions(coroutine, case.state, &all),
    });
    states.collect()
}

/// The states that are stored on ways from `head`.
fn next(coroutine: &Coroutine, head: Block) -> Vec<u64> {
    let reached = reached(vec![head], &[]);
    let stores = coroutine.stores.iter().filter(|store| reached.contains(&store.store.block()));
    let mut next: Vec<u64> = stores.map(|store| store.state).collect();
    next.sort_unstable();
    next.dedup();
    next
}

/// The states of the await sites that come next after that of `state`, and the states without one
/// that are stored on the way to them, unless something panics.
fn leads_to(coroutine: &Coroutine, state: u64, head: Block) -> Vec<u64> {
    let sites = &coroutine.await_sites;
    let has_site = |state| sites.iter().any(|site| site.state == state);
    let start = sites.iter().find(|site| site.state == state).map_or(head, |site| site.ready);
    let polls: Vec<Block> = sites.iter().map(|site| site.poll_block).collect();
    let reached = without_unwinding(start, |block| polls.contains(&block));
    let awaited = sites.iter().filter(|site| reached.contains(&site.poll_block));
    let stored = coroutine.stores.iter().filter(|store| reached.contains(&store.store.block()));
    let stored = stored.map(|store| store.state).filter(|state| !has_site(*state));
    let mut leads_to: Vec<u64> = awaited.map(|site| site.state).chain(stored).collect();
    leads_to.sort_unstable();
    leads_to.dedup();
    leads_to
}

/// Instructions that are reached only through the head of the state or through its await site.
fn own_instructions(coroutine: &Coroutine, state: u64, all: &HashSet<Block>) -> usize {
    let Some(head) = coroutine.dispatch.target(state) else { return 0 };
    let site = coroutine.await_sites.iter().find(|site| site.state == state);
    let without: Vec<Block> = site.map(|site| site.poll_block).into_iter().chain([head]).collect();
    let others = reached(coroutine.resume.entry().into_iter().collect(), &without);
    let own = all.iter().filter(|block| !others.contains(block));
    own.map(|block| block.instructions().len()).sum()
}

/// The blocks on all ways from `heads` that do not enter `without`.
fn reached(heads: Vec<Block>, without: &[Block]) -> HashSet<Block> {
    let mut reached = HashSet::new();
    let mut waiting = heads;
    while let Some(block) = waiting.pop() {
        if !without.contains(&block) && reached.insert(block) {
            waiting.extend(block.successors());
        }
    }
    reached
}

fn await_site(site: &AwaitSite) -> report::AwaitSite {
    let symbol = site.callee.map(|callee| callee.symbol());
    report::AwaitSite {
        state: site.state,
        awaits: symbol.as_deref().map(names::readable),
        symbol,
        offset: site.offset,
        location: place(site.poll),
    }
}

fn place(inst: Inst) -> Option<Location> {
    let (line, column) = inst.line_and_column()?;
    Some(Location { file: inst.file()?, line, column })
}

/// Does it make one future, await it and return what that returned?
///
/// What it does unless something panics is then: one call that makes the future, moves of bytes and
/// drop glue, and no decision but whether the future is ready.
fn passes_through(coroutine: &Coroutine) -> bool {
    let [site] = &coroutine.await_sites[..] else { return false };
    if coroutine.suspend_states().count() != 1 || site.callee.is_none() {
        return false;
    }
    let panics: Vec<Block> = coroutine.resumed_panics.iter().map(|panic| panic.head).collect();
    let decides = [coroutine.dispatch.terminator.block(), site.test_block];
    let mut calls = 0;
    let Some(entry) = coroutine.resume.entry() else { return false };
    let blocks = without_unwinding(entry, |block| panics.contains(&block));
    for block in blocks.into_iter().filter(|block| !panics.contains(block)) {
        let is_decision = block.successors().len() > 1
            && block.terminator().is_some_and(|last| last.as_invoke().is_none());
        let works = block.instructions().into_iter().any(is_work);
        if !decides.contains(&block) && (is_decision || works) {
            return false;
        }
        let own = block.instructions().into_iter().filter(|inst| inst.is_call());
        calls += own.filter(|call| *call != site.poll && !moves_or_drops(*call)).count();
    }
    calls <= 1
}

/// The blocks that are reached from `start` if nothing unwinds, up to those where the way ends.
fn without_unwinding(start: Block, ends: impl Fn(Block) -> bool) -> HashSet<Block> {
    let mut reached = HashSet::new();
    let mut waiting = vec![start];
    while let Some(block) = waiting.pop() {
        if block.is_unreachable() || !reached.insert(block) || ends(block) {
            continue;
        }
        match block.terminator().and_then(Inst::as_invoke) {
            Some((normal, _)) => waiting.push(normal),
            None => waiting.extend(block.successors()),
        }
    }
    reached
}

/// Arithmetic, and not a part of moving a value.
fn is_work(inst: Inst) -> bool {
    use Opcode::{LLVMExtractValue, LLVMLoad, LLVMPHI, LLVMTrunc, LLVMZExt};
    let moves = [LLVMLoad, LLVMPHI, LLVMExtractValue, LLVMZExt, LLVMTrunc];
    let is_number = inst.value().ty().integer_width().is_some();
    is_number && !moves.contains(&inst.opcode()) && !inst.is_call()
}

/// A call that moves bytes, looks through a wrapper, or drops.
fn moves_or_drops(call: Inst) -> bool {
    let Some(callee) = call.callee() else { return false };
    let is_named = |part: &[u8]| {
        callee.value().with_name(|name| name.windows(part.len()).any(|at| at == part))
    };
    call.is_intrinsic("llvm.")
        || returned_argument(callee).is_some()
        || is_named(b"9drop_glue")
        || is_named(b"13drop_in_place")
        || is_named(b"11into_future")
}
