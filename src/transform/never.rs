//! `never`: futures that never suspend are plain functions where they are awaited.
//!
//! ```text
//! async fn f(x: u32) -> u32 { x + 1 }        // no suspend exit: ready at its first poll
//! poll block: %r = call f::poll              poll block: %r = call f::poll
//!             br (%r is Pending), exit, ready            br ready
//! ```
//! A coroutine without suspend exit returns Ready whenever it returns, so the test of an await site
//! that polls it is decided, the suspend exit behind it is dead, and its state is never stored: by
//! no copy of the resume function, since all have the same body. The case goes from both switches.
//! A future that awaits only such futures becomes one itself, so this repeats to a fixpoint.
//!
//! Where it is polled from await sites only, each poll is the first (rule 3), so its own dispatch
//! goes straight to the unresumed state.
//!
//! Where it is handed out (`Box<dyn Future>`) and its body only computes with numbers of the frame and
//! writes the result, with nothing to drop, running it again makes no difference but the panic: it is
//! ready at every poll, and its state is neither looked at nor stored. Not under `proved` or `trap`.
//!
//! Declines: futures that are not recognised; the dispatch of one that is polled by
//! hand and whose body is not harmless.

use super::Transformation;
use super::flatten::decide_ready;
use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use crate::model::{AwaitSite, Callers, Coroutine, Model, UNRESUMED, does_nothing};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::HashSet;

/// See the head of this file.
pub struct NeverSuspending;

impl Transformation for NeverSuspending {
    fn name(&self) -> &'static str {
        "never"
    }

    fn run(&self, model: &mut Model, options: &Options) -> bool {
        let mut polled_once = Vec::new();
        let mut changed = false;
        while one_round(model, &mut polled_once) {
            changed = true;
        }
        for coroutine in polled_once {
            changed |= enter_unresumed(model, &coroutine, Reason::PolledOnce);
        }
        if !options.proved && !options.trap {
            changed |= ready_at_every_poll(model);
        }
        changed
    }
}

/// Why a future need not look at its state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Each poll is the first.
    PolledOnce,
    /// Its body may run again.
    Harmless,
}

/// Futures that are handed out, whose body can be run again without a difference.
fn ready_at_every_poll(model: &mut Model) -> bool {
    let harmless: Vec<Coroutine> = model
        .coroutines
        .iter()
        .filter(|coroutine| coroutine.is_future() && coroutine.never_suspends())
        .filter(|coroutine| is_repeatable(model.module, coroutine))
        .cloned()
        .collect();
    let mut changed = false;
    for coroutine in harmless {
        changed |= enter_unresumed(model, &coroutine, Reason::Harmless);
    }
    changed
}

/// From the unresumed state to the return there is nothing but reading the frame, computing, and
/// writing locals and the result; and the drop glue does nothing, whether it has run or not.
fn is_repeatable(module: Module, coroutine: &Coroutine) -> bool {
    let dispatch = &coroutine.dispatch;
    let Some(first) = dispatch.target(UNRESUMED) else { return false };
    let drops_nothing = coroutine.drop_glue.as_ref().is_some_and(|glue| {
        let dispatch = glue.dispatch.as_ref();
        let arm = dispatch.and_then(|dispatch| dispatch.target(UNRESUMED));
        arm.is_some_and(does_nothing)
    });
    drops_nothing
        && reachable(first).into_iter().flat_map(Block::instructions).all(|inst| {
            let stores_state = coroutine.stores.iter().any(|store| store.store == inst);
            stores_state || is_harmless(module, coroutine, inst)
        })
}

fn is_harmless(module: Module, coroutine: &Coroutine, inst: Inst) -> bool {
    let function = coroutine.resume;
    let sret = function.sret_type().and_then(|_| function.parameters().first().copied());
    let is_own = |pointer: Value| {
        let (base, _) = module.base_and_offset(pointer);
        Some(base) == sret || base.as_instruction().is_some_and(|base| base.is(Opcode::LLVMAlloca))
    };
    match inst.opcode() {
        Opcode::LLVMStore => inst.is_simple_access() && inst.pointer().is_some_and(is_own),
        Opcode::LLVMLoad => {
            let is_frame = |pointer| module.base_and_offset(pointer).0 == coroutine.dispatch.frame;
            let reads = |pointer| is_own(pointer) || is_frame(pointer) && is_computed_with(inst);
            inst.is_simple_access() && inst.pointer().is_some_and(reads)
        }
        Opcode::LLVMCall => inst.is_marker(),
        Opcode::LLVMRet | Opcode::LLVMBr | Opcode::LLVMSwitch => true,
        _ => inst.successor_count() == 0 && !inst.has_side_effects(),
    }
}

/// Is what was loaded a number that is only computed with? A value that is handed on as it is may
/// be one that must not exist twice, such as a `&mut` or a token.
fn is_computed_with(load: Inst) -> bool {
    use Opcode::*;
    load.value().ty().integer_width().is_some()
        && load.value().users().into_iter().filter_map(Value::as_instruction).all(|user| {
            matches!(
                user.opcode(),
                LLVMAdd
                    | LLVMSub
                    | LLVMMul
                    | LLVMAnd
                    | LLVMOr
                    | LLVMXor
                    | LLVMShl
                    | LLVMLShr
                    | LLVMAShr
                    | LLVMICmp
                    | LLVMSwitch
                    | LLVMUDiv
                    | LLVMSDiv
                    | LLVMURem
                    | LLVMSRem
            )
        })
}

fn reachable(first: Block) -> Vec<Block> {
    let (mut seen, mut pending) = (Vec::new(), vec![first]);
    while let Some(block) = pending.pop() {
        if !seen.contains(&block) {
            seen.push(block);
            pending.extend(block.successors());
        }
    }
    seen
}

/// Decides the tests of all await sites that poll a future without suspend exits. Those that are
/// polled there only are added to `polled_once`, as they were: afterwards no test shows the site.
fn one_round(model: &mut Model, polled_once: &mut Vec<Coroutine>) -> bool {
    let never: HashSet<Function> = model
        .coroutines
        .iter()
        .filter(|coroutine| coroutine.is_future() && coroutine.never_suspends())
        .map(|coroutine| coroutine.resume)
        .collect();
    let awaited = model.coroutines.iter().filter(|coroutine| {
        never.contains(&coroutine.resume)
            && matches!(coroutine.callers, Callers::AwaitSites(_))
            && polled_once.iter().all(|known| known.resume != coroutine.resume)
    });
    polled_once.extend(awaited.cloned().collect::<Vec<_>>());
    let mut changed = false;
    for resume in model.futures() {
        let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
        let is_decided = |site: &&AwaitSite| {
            site.offset.is_some() && site.callee.is_some_and(|callee| never.contains(&callee))
        };
        let decided: Vec<&AwaitSite> = coroutine.await_sites.iter().filter(is_decided).collect();
        if decided.is_empty() {
            continue;
        }
        for site in &decided {
            if let Some(test) = site.test_block.terminator() {
                decide_ready(test, site);
            }
            let outcome = Outcome::passed("NeverSuspends", "what it awaits is always ready");
            model.record(NeverSuspending.name(), &coroutine, Some(site.state), outcome);
        }
        let states: Vec<u64> = decided.iter().map(|site| site.state).collect();
        coroutine.remove_states(&states);
        model.refresh(resume);
        changed = true;
    }
    if changed {
        model.connect();
    }
    changed
}

/// The dispatch of a future that is only ever polled once goes straight to its first state.
fn enter_unresumed(model: &mut Model, coroutine: &Coroutine, reason: Reason) -> bool {
    let dispatch = &coroutine.dispatch;
    let Some(first) = dispatch.target(UNRESUMED).filter(|first| first.phis().is_empty()) else {
        return false;
    };
    let block = dispatch.terminator.block();
    for successor in block.successors().into_iter().filter(|successor| *successor != first) {
        successor.remove_predecessor(block);
    }
    dispatch.terminator.erase();
    block.branch_to(first);
    if reason == Reason::Harmless || model.done_is_unobservable(coroutine) {
        coroutine.stores.iter().for_each(|store| store.store.erase());
    }
    coroutine.resume.remove_unreachable_blocks();
    // Its shape is gone; the model keeps it as it was, for those who await it.
    if let Some(kept) = model.coroutines.iter_mut().find(|kept| kept.resume == coroutine.resume) {
        kept.is_final = true;
        kept.resumed_panics.clear();
        kept.mark();
    }
    let outcome = match reason {
        Reason::PolledOnce => Outcome::passed("PolledOnce", "its state is not looked at"),
        Reason::Harmless => Outcome::passed("ReadyAtEveryPoll", "harmless to run again"),
    };
    model.record(NeverSuspending.name(), coroutine, None, outcome);
    true
}
