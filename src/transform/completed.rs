//! `completed`: the drop glue of children that are done is not called.
//!
//! ```text
//! ready:   %value = ...                          ready:   %value = ...
//!          call drop_glue(child)   ; nothing ->
//! cleanup: call drop_glue(child)   ; nothing ->  cleanup:
//! ```
//! After Ready the child's cell is 1, after an unwind 2 (rule 2 of the contract), and the arms of
//! its drop glue for both do nothing, which is checked. Nothing touches the child between the poll
//! and the call: they are joined by a straight line without other calls.
//!
//! On the way, calls of functions that only return their argument (`Pin::new_unchecked`) are
//! replaced by the argument: as invokes they would have an unwind edge of their own into the same
//! cleanup, where the child is not done.
//!
//! Declines: children that are not recognised futures of this module; arms that do something.

use super::Transformation;
use crate::llvm::{Block, Function, Inst, Module};
use crate::model::{
    AwaitSite, Coroutine, DropGlue, Model, POISONED, RETURNED, does_nothing, offset_in_frame,
    returned_argument,
};
use crate::options::Options;
use crate::report::Outcome;

/// See the head of this file.
pub struct CompletedChildren;

impl Transformation for CompletedChildren {
    fn name(&self) -> &'static str {
        "completed"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let mut changed = false;
        for resume in model.futures() {
            if !look_through(resume) && !has_children(model, resume) {
                continue;
            }
            model.refresh(resume);
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            for site in &coroutine.await_sites {
                for drop in drops_of_done_child(model, &coroutine, site) {
                    drop.erase_call();
                    let outcome = Outcome::passed("CompletedChildNotDropped", "the child is done");
                    model.record(self.name(), &coroutine, Some(site.state), outcome);
                }
            }
            coroutine.mark();
            resume.remove_unreachable_blocks();
            model.refresh(resume);
            changed = true;
        }
        if changed {
            model.connect();
        }
        changed
    }
}

fn has_children(model: &Model, resume: Function) -> bool {
    let Some(coroutine) = model.coroutine(resume) else { return false };
    coroutine.await_sites.iter().any(|site| !drops_of_done_child(model, coroutine, site).is_empty())
}

/// Replaces calls of functions that do nothing but return an argument.
fn look_through(resume: Function) -> bool {
    let mut changed = false;
    let calls: Vec<Inst> = resume.instructions().filter(|inst| inst.is_call()).collect();
    for call in calls {
        let Some(callee) = call.callee() else { continue };
        let Some(index) = returned_argument(callee) else { continue };
        let counts = callee.instructions().any(Inst::is_profile_counter);
        let Some(argument) = call.arguments().get(index).copied() else { continue };
        if counts || argument.ty() != call.value().ty() {
            continue;
        }
        call.value().replace_all_uses_with(argument);
        call.erase_call();
        changed = true;
    }
    if changed {
        resume.remove_unreachable_blocks();
    }
    changed
}

/// Calls of the child's drop glue that find the child returned or poisoned.
fn drops_of_done_child(model: &Model, coroutine: &Coroutine, site: &AwaitSite) -> Vec<Inst> {
    let child = site.callee.and_then(|callee| model.coroutine(callee));
    let (Some(child), Some(offset)) = (child, site.offset) else { return Vec::new() };
    let Some(glue) = child.drop_glue.as_ref().filter(|_| child.is_future()) else {
        return Vec::new();
    };
    let find = |from: Block, edge_from: Block| {
        let place = Place { frame_of: coroutine, offset };
        drop_on_straight_line(model.module, from, edge_from, glue.function, place)
    };
    let mut drops = Vec::new();
    if drops_nothing_in(glue, RETURNED) {
        drops.extend(find(site.ready, site.test_block));
    }
    if let Some((_, unwind)) = site.poll.as_invoke()
        && drops_nothing_in(glue, POISONED)
        && child.stores.iter().any(|store| store.state == POISONED)
    {
        drops.extend(find(unwind, site.poll.block()));
    }
    drops
}

/// The place of a child.
struct Place<'a> {
    frame_of: &'a Coroutine,
    offset: i64,
}

fn drops_nothing_in(glue: &DropGlue, state: u64) -> bool {
    glue.dispatch.as_ref().and_then(|dispatch| dispatch.target(state)).is_some_and(does_nothing)
}

/// Follows a line of blocks that each have one predecessor, to the first call.
fn drop_on_straight_line(
    module: Module,
    from: Block,
    edge_from: Block,
    glue: Function,
    place: Place,
) -> Option<Inst> {
    const LIMIT: usize = 8;
    let (mut block, mut before) = (from, edge_from);
    for _ in 0..LIMIT {
        if block.single_predecessor() != Some(before) {
            return None;
        }
        for inst in block.instructions() {
            if !inst.is_call() || inst.is_intrinsic("llvm.") {
                continue;
            }
            let frame = place.frame_of.dispatch.frame;
            let is_drop = inst.callee() == Some(glue)
                && inst.arguments().first().is_some_and(|pointer| {
                    offset_in_frame(module, frame, *pointer) == Some(place.offset)
                });
            return is_drop.then_some(inst);
        }
        (before, block) = (block, block.terminator()?.as_unconditional_branch()?);
    }
    None
}
