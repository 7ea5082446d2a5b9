//! Step 3 of `flatten`: the drop glue of a child becomes part of the parent's.
//!
//! In the arm for state k of the parent's glue the child's cell is a suspend state (rule 4), so the
//! child's arms for other states are not reached. Where the child's glue is called from there only,
//! it is inlined and its dispatch narrowed to the suspend states.

use crate::analysis::stack::{Stack, limit_inlining};
use crate::llvm::{Block, Function, Inst, Module};
use crate::model::{
    AwaitSite, Coroutine, Dispatch, Model, RESERVED_STATES, UNRESUMED, direct_calls,
};
use crate::planted::{Fault, planted};

/// Inlines the child's drop glue into the parent's, where it can. What becomes unreachable there
/// is left to the caller.
pub fn inline_child(
    model: &Model,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
    stack: &mut Stack,
) {
    let (Some(outer), Some(inner)) = (&parent.drop_glue, &child.drop_glue) else { return };
    let (Some(dispatch), Some(inner_dispatch)) = (&outer.dispatch, &inner.dispatch) else {
        return;
    };
    let Some(call) = the_only_call(inner.function) else { return };
    let reaches = call_of_arm(dispatch, site.state) == Some(call);
    let at_child = dispatch.offset_of_first_argument(model.module, call) == site.offset;
    let is_own = inner.function.has_local_linkage()
        && !inner.function.has_attribute("noinline")
        && outer.function.may_inline(inner.function)
        && stack.fits_into_caller(inner.function);
    if !reaches || !at_child || !is_own {
        return;
    }
    if planted(Fault::LostDrop) {
        return call.erase_call();
    }
    let suspended: Vec<u64> = child
        .dispatch
        .cases
        .iter()
        .map(|case| case.state)
        .filter(|state| *state >= RESERVED_STATES)
        .collect();
    let explicit = suspended.iter().all(|state| inner_dispatch.case(*state).is_some());
    let head = call.split_before();
    if !call.inline() {
        return;
    }
    limit_inlining(outer.function);
    narrow(model.module, head, dispatch, &suspended, explicit);
}

fn the_only_call(glue: Function) -> Option<Inst> {
    match direct_calls(glue)?[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// The first call in the arm of `state`, if no other arm leads to it.
pub fn call_of_arm(dispatch: &Dispatch, state: u64) -> Option<Inst> {
    const LIMIT: usize = 8;
    let mut block = dispatch.target(state)?;
    let mut before = dispatch.terminator.block();
    if !block.has_single_edge() {
        return None;
    }
    for _ in 0..LIMIT {
        if block.single_predecessor() != Some(before) {
            return None;
        }
        let mut calls = block.instructions().into_iter();
        if let Some(call) = calls.find(|inst| inst.is_call() && !inst.is_intrinsic("llvm.")) {
            return Some(call);
        }
        (before, block) = (block, block.terminator()?.as_unconditional_branch()?);
    }
    None
}

/// Leaves only the edges of suspend states.
fn narrow(module: Module, head: Block, outer: &Dispatch, suspended: &[u64], explicit: bool) {
    let Some(dispatch) = Dispatch::in_block(module, head, outer.frame) else { return };
    let mut targets: Vec<Block> =
        suspended.iter().filter_map(|state| dispatch.target(*state)).collect();
    targets.dedup();
    if targets.len() == 1 && targets[0].phis().is_empty() {
        for successor in head.successors().into_iter().filter(|next| *next != targets[0]) {
            successor.remove_predecessor(head);
        }
        dispatch.end_with_jump(targets[0]);
        return;
    }
    dispatch.remove_cases(&(UNRESUMED..RESERVED_STATES).collect());
    if let (true, Some(default)) = (explicit, dispatch.default)
        && dispatch.terminator.as_switch().is_some()
    {
        let never = head.function().append_block("state.never");
        never.end_unreachable();
        default.remove_predecessor(head);
        dispatch.terminator.set_successor(0, never);
    }
}
