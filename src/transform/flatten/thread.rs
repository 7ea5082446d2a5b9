//! Step 2 of `flatten`: a child is inlined at its one await site, and its dispatch threaded.
//!
//! ```text
//! entry --> poll block --> [call child::poll] --> test --> suspend exit | ready
//! resume ------^
//! ```
//! becomes
//! ```text
//! entry  --> poll block --> child's unresumed state --> ... child's suspend exits --> suspend exit
//! resume --> child's suspend states (one: no load, no compare)  ... ready exits ----> ready
//! ```
//! Each step is sound by itself, so where a later one declines the function stays correct. The plan
//! is checked before anything is changed.

use super::cells::EarlyStates;
use crate::analysis::stack::Stack;
use crate::llvm::{Block, Inst, Module, Opcode, Value};
use crate::model::{
    AwaitSite, Callers, Coroutine, Dispatch, Edge, Model, POISONED, RESERVED_STATES, RETURNED,
    SuspendExit, UNRESUMED, hide_outcomes, returns_constant, straight_line,
};
use crate::planted::{Fault, planted};
use std::collections::{HashMap, HashSet};
use thiserror::Error;

/// Why a child stays a function of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Rule 5, and one caller: else its code would be there more than once.
    #[error("it is polled in more than one place")]
    NotOneCaller,
    /// `#[inline(never)]`.
    #[error("it asks not to be inlined")]
    NoInline,
    /// `#[target_feature]`, sanitizers and the like.
    #[error("it is compiled for other CPU features, or with other instrumentation")]
    OtherTarget,
    /// See [`Stack::fits_into_caller`].
    #[error("its locals take too much of the stack")]
    LargeLocals,
    /// Its resumed panics are still there.
    #[error("it may be resumed after completion")]
    Resumable,
    /// The parent's exit does more than return a constant.
    #[error("the awaiting future does more than return when this one is pending")]
    ParentExit,
    /// The child's exits share blocks with other ways out.
    #[error("its ways out are shared")]
    ChildExit,
    /// See [`super::CHAIN_LIMIT`].
    #[error("it already holds a long chain of futures")]
    LongChain,
    /// There is other code around the poll.
    #[error("there is other code around the poll")]
    PollSurroundings,
    /// LLVM's inliner declined.
    #[error("LLVM cannot inline it")]
    NotInlinable,
}

/// Inlines and threads. Returns where the child is in the frame of its parent.
pub fn inline_child(
    model: &Model,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
    early: &EarlyStates,
    stack: &mut Stack,
) -> Result<i64, Refusal> {
    let module = model.module;
    check(module, parent, site, child, stack)?;
    let offset = site.offset.ok_or(Refusal::PollSurroundings)?;
    let forget_done = model.done_is_unobservable(child);
    let test = site.test_block.terminator().ok_or(Refusal::PollSurroundings)?;
    // LLVM simplifies what it inlines, and what copies elsewhere read has to be there for `slots`.
    hide_outcomes(child.resume);
    let poll_block = site.poll.split_before();
    let behind = poll_block.next();
    if !site.poll.inline() {
        return Err(Refusal::NotInlinable);
    }
    // LLVM puts what it inlines between the block of the call and the next.
    let added: Vec<Block> = std::iter::successors(Some(poll_block), |block| block.next())
        .take_while(|block| Some(*block) != behind)
        .collect();
    thread_dispatch(module, parent, site, poll_block);
    let cell = offset + child.dispatch.cell.offset;
    let stores = stores_to(module, parent.dispatch.frame, cell, &added);
    let is_early = |state: u64| early.get(&child.resume).is_some_and(|set| set.contains(&state));
    let added: HashSet<Block> = added.into_iter().collect();
    let mut redirected = 0;
    for (state, store) in stores {
        store.mark_child_state();
        match state {
            RETURNED | POISONED if forget_done => store.erase(),
            RESERVED_STATES.. => {
                let Some(exit) = edge_to_test(store.block(), &added, test.block()) else {
                    if planted(Fault::StaleChild) {
                        store.erase();
                    }
                    continue;
                };
                exit.to.remove_predecessor(exit.from);
                exit.redirect(site.pending);
                redirected += 1;
                if is_early(state) {
                    store.erase();
                }
            }
            _ => {}
        }
    }
    if redirected == child.exits.len() {
        decide_ready(test, site);
    }
    Ok(offset)
}

/// The result is Ready whenever the test is reached.
pub fn decide_ready(test: Inst, site: &AwaitSite) {
    let block = test.block();
    let Some(ready) = site.ready_behind(block) else { return };
    site.pending.remove_predecessor(block);
    test.erase();
    block.branch_to(ready);
}

fn check(
    module: Module,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
    stack: &mut Stack,
) -> Result<(), Refusal> {
    match &child.callers {
        Callers::AwaitSites(polls) if polls[..] == [site.poll] => {}
        _ => return Err(Refusal::NotOneCaller),
    }
    if child.resume.has_attribute("noinline") {
        return Err(Refusal::NoInline);
    }
    if !parent.resume.may_inline(child.resume) {
        return Err(Refusal::OtherTarget);
    }
    if !stack.fits_into_caller(child.resume) {
        return Err(Refusal::LargeLocals);
    }
    let done_states = [RETURNED, POISONED];
    if done_states.iter().any(|state| child.dispatch.target(*state).is_some()) {
        return Err(Refusal::Resumable);
    }
    let is_plain = |exit: &SuspendExit| {
        exit.blocks[0] == site.pending && returns_constant(module, &parent.dispatch, exit)
    };
    if !parent.exits.iter().any(is_plain) {
        return Err(Refusal::ParentExit);
    }
    let returns = child.resume.instructions().filter(|inst| inst.is(Opcode::LLVMRet)).count();
    if child.exits.is_empty() || returns < 2 || !child.exits.iter().all(is_exclusive) {
        return Err(Refusal::ChildExit);
    }
    let is_alone = site.is_entered_at_poll(&parent.dispatch) && spills_only(module, site);
    if !is_alone || !head_is_movable(module, child) {
        return Err(Refusal::PollSurroundings);
    }
    prefix(site)
        .iter()
        .all(|inst| Movable::of(module, parent.dispatch.frame, *inst).is_some())
        .then_some(())
        .ok_or(Refusal::PollSurroundings)
}

/// From the store to the return there is one way, and nothing else takes it.
fn is_exclusive(exit: &SuspendExit) -> bool {
    let from = exit.blocks.iter().position(|block| *block == exit.store.block()).unwrap_or(0);
    exit.blocks[from..].windows(2).all(|pair| pair[1].single_predecessor() == Some(pair[0]))
}

/// Between the poll and the end of the test there is nothing but looking at the result.
fn spills_only(module: Module, site: &AwaitSite) -> bool {
    let from = site.poll.as_invoke().map_or(site.poll.block(), |(normal, _)| normal);
    let Some(line) = straight_line(from, site.test_block) else { return false };
    let after_poll = line.iter().position(|inst| *inst == site.poll).map_or(0, |at| at + 1);
    line[after_poll..].iter().all(|inst| {
        let spills = inst.is(Opcode::LLVMStore)
            && inst.is_simple_access()
            && inst.pointer().is_some_and(|pointer| module.base_and_offset(pointer).0.is_alloca());
        spills || inst.is_marker() || inst.successor_count() > 0 || !inst.has_side_effects()
    })
}

/// What stands between the head of the poll block and the poll.
fn prefix(site: &AwaitSite) -> Vec<Inst> {
    let line = straight_line(site.poll_block, site.poll.block()).unwrap_or_default();
    line.into_iter().take_while(|inst| *inst != site.poll).collect()
}

/// How an instruction before a dispatch gets out of the way when the resume edge leaves it out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Movable {
    /// An address within the frame: computed at the head of the function instead.
    Address,
    /// Prepares locals: done on both edges.
    Copied,
    /// Part of the dispatch, or a jump.
    Dispatch,
}

impl Movable {
    fn of(module: Module, frame: Value, inst: Inst) -> Option<Self> {
        let is_frame_address =
            inst.is(Opcode::LLVMGetElementPtr) && module.base_and_offset(inst.value()).0 == frame;
        let is_spill = inst.is(Opcode::LLVMStore)
            && inst.is_simple_access()
            && inst.operand(0).is_some_and(|stored| stored.is_argument() || stored.is_constant())
            && inst.pointer().is_some_and(Value::is_alloca);
        if is_frame_address {
            Some(Self::Address)
        } else if inst.is_marker()
            || is_spill
            || inst.is_intrinsic("llvm.experimental.noalias.scope")
        {
            Some(Self::Copied)
        } else {
            inst.as_unconditional_branch().map(|_| Self::Dispatch)
        }
    }
}

/// Can the child's head be left out on the resume edge? Addresses, spills and the dispatch itself.
fn head_is_movable(module: Module, child: &Coroutine) -> bool {
    let head = child.dispatch.load.block();
    head.instructions().into_iter().all(|inst| {
        inst.value().is_alloca()
            || Movable::of(module, child.dispatch.frame, inst).is_some()
            || is_dispatch_part(&child.dispatch, inst)
    })
}

/// The load, the jump, and what is computed from the load for the jump alone.
fn is_dispatch_part(dispatch: &Dispatch, inst: Inst) -> bool {
    // Between the load and the jump stand a widening and a comparison at most.
    const STEP_LIMIT: usize = 4;
    if inst == dispatch.terminator {
        return true;
    }
    let mut part = inst;
    for _ in 0..STEP_LIMIT {
        let is_step = matches!(
            part.opcode(),
            Opcode::LLVMLoad | Opcode::LLVMZExt | Opcode::LLVMTrunc | Opcode::LLVMICmp
        );
        if !is_step || !is_used_in_its_block_only(part) {
            return false;
        }
        if part == dispatch.load {
            return true;
        }
        let Some(operand) = part.operand(0).and_then(Value::as_instruction) else { return false };
        part = operand;
    }
    false
}

fn is_used_in_its_block_only(inst: Inst) -> bool {
    let is_here = |user: Value| user.as_instruction().is_some_and(|u| u.block() == inst.block());
    inst.value().walk_users().all(is_here)
}

/// Sends the entry edge to the unresumed state and the resume edge to the suspend states.
/// Leaves the dispatch as it is where its parts cannot be told apart.
fn thread_dispatch(module: Module, parent: &Coroutine, site: &AwaitSite, head: Block) -> bool {
    let frame = parent.dispatch.frame;
    let Some(mut dispatch) = Dispatch::in_block(module, head, frame) else { return false };
    dispatch.resolve_suspended();
    let Some(unresumed) = dispatch.target(UNRESUMED) else { return false };
    let before_head = prefix_blocks(site.poll_block, head);
    let all: Vec<Inst> =
        before_head.into_iter().chain([head]).flat_map(Block::instructions).collect();
    let is_known = |inst: &Inst| {
        is_dispatch_part(&dispatch, *inst) || Movable::of(module, frame, *inst).is_some()
    };
    let has_phis = head.successors().into_iter().any(|next| !next.phis().is_empty());
    let addresses =
        all.iter().filter(|inst| Movable::of(module, frame, **inst) == Some(Movable::Address));
    let addresses: Vec<Inst> = addresses.copied().collect();
    if !all.iter().all(is_known) || has_phis || !may_move(&addresses, parent.dispatch.load) {
        return false;
    }
    let resumed = parent.resume.append_block("await.resumed");
    for inst in all {
        if is_dispatch_part(&dispatch, inst) {
            continue;
        }
        match Movable::of(module, frame, inst) {
            Some(Movable::Address) => inst.move_before(parent.dispatch.load),
            Some(Movable::Copied) => {
                inst.clone_to_end(resumed, |operand| operand);
            }
            _ => {}
        }
    }
    dispatch_suspended(&dispatch, resumed);
    redirect_resume_edge(parent, site, resumed);
    for successor in head.successors().into_iter().filter(|next| *next != unresumed) {
        successor.remove_predecessor(head);
    }
    dispatch.end_with_jump(unresumed);
    true
}

/// Is everything that these addresses are computed from known before `load`, if they move there in
/// this order?
fn may_move(addresses: &[Inst], load: Inst) -> bool {
    let mut known: HashSet<Inst> = load.block().walk().take_while(|inst| *inst != load).collect();
    addresses.iter().all(|address| {
        let mut parts = address.operands().into_iter().filter_map(Value::as_instruction);
        let is_known = parts.all(|part| known.contains(&part));
        known.insert(*address);
        is_known
    })
}

/// The blocks from the poll block up to, but without, `head`.
fn prefix_blocks(from: Block, head: Block) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block = from;
    while block != head {
        blocks.push(block);
        match block.terminator().and_then(Inst::as_unconditional_branch) {
            Some(next) => block = next,
            None => break,
        }
    }
    blocks
}

/// Jumps to where the child suspended. With one such place there is nothing to look at.
fn dispatch_suspended(dispatch: &Dispatch, block: Block) {
    let mut targets: Vec<Block> = dispatch
        .cases
        .iter()
        .filter(|case| case.state >= RESERVED_STATES)
        .map(|case| case.target)
        .collect();
    targets.dedup();
    if let [only] = targets[..] {
        block.branch_to(only);
        return;
    }
    let mut copies: HashMap<Value, Value> = HashMap::new();
    let parts = dispatch.load.block().instructions();
    for part in parts.into_iter().filter(|inst| is_dispatch_part(dispatch, *inst)) {
        let copy =
            part.clone_to_end(block, |operand| copies.get(&operand).copied().unwrap_or(operand));
        copies.insert(part.value(), copy.value());
    }
    let Some(switch) = block.terminator() else { return };
    let cases = switch.as_switch().map(|(_, cases)| cases).unwrap_or_default();
    for (index, (value, _)) in cases.into_iter().enumerate().rev() {
        if value.as_integer().is_some_and(|state| state < RESERVED_STATES) {
            switch.remove_switch_case(index as u32);
        }
    }
}

fn redirect_resume_edge(parent: &Coroutine, site: &AwaitSite, resumed: Block) {
    if let Some(last) = site.resume_line().last() {
        Edge { from: *last, to: site.poll_block }.redirect(resumed);
        return;
    }
    let cases = parent.dispatch.cases.iter().filter(|case| case.target == site.poll_block);
    parent.dispatch.redirect_cases(&cases.map(|case| (case.state, resumed)).collect());
}

/// Constant stores to a cell in the given blocks.
fn stores_to(module: Module, frame: Value, cell: i64, blocks: &[Block]) -> Vec<(u64, Inst)> {
    let instructions = blocks.iter().flat_map(|block| block.instructions());
    instructions
        .filter(|inst| inst.is(Opcode::LLVMStore))
        .filter(|inst| {
            inst.pointer().is_some_and(|pointer| module.base_and_offset(pointer) == (frame, cell))
        })
        .filter_map(|inst| Some((inst.operand(0)?.as_integer()?, inst)))
        .collect()
}

/// The edge by which an inlined exit leaves for the code after the call. A store on an entry edge
/// has none.
fn edge_to_test(from: Block, added: &HashSet<Block>, test_block: Block) -> Option<Edge> {
    const LIMIT: usize = 16;
    let mut block = from;
    for _ in 0..LIMIT {
        let next = block.terminator()?.as_unconditional_branch()?;
        let is_shared = next.single_predecessor().is_none();
        if is_shared || !added.contains(&next) {
            let line = straight_line(next, test_block)?;
            let calls = line.iter().any(|inst| inst.is_call() && !inst.is_intrinsic("llvm."));
            return (!calls).then_some(Edge { from: block, to: next });
        }
        block = next;
    }
    None
}
