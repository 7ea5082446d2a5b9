//! `completed`: the drop glue of children that are done is not called.
//!
//! ```text
//! ready:   %value = ...                          ready:   %value = ...
//!          call drop_glue(child)   ; nothing ->
//! cleanup: call drop_glue(child)   ; nothing ->  cleanup:
//! ```
//! After Ready the child's cell is 1, after an unwind 2 (rule 2 of the contract), and the arms of
//! its drop glue for both do nothing, which is checked. Nothing touches the child between the poll
//! and the call: they are joined by a straight line without other calls, and without anything that
//! writes to the child's cell or to a place in the frame that is not known.
//!
//! On the way, calls of functions that only return their argument (`Pin::new_unchecked`) are
//! replaced by the argument: as invokes they would have an unwind edge of their own into the same
//! cleanup, where the child is not done. A function that does so here may check something, and
//! unwind, in another crate's copy of this code (rule 6), so these are the functions that an
//! `.await` calls; any where no copy checks more.
//!
//! Declines: children that are not recognised futures of this module; arms that do something.

use super::Transformation;
use crate::analysis::frame::{FrameAnalysis, Touch};
use crate::compilation::{has_every_check, is_whole_program};
use crate::llvm::{Function, Inst};
use crate::model::{
    AwaitSite, Bytes, Coroutine, DropGlue, Edge, Model, POISONED, RETURNED, does_nothing,
    first_call, names, returned_argument,
};
use crate::options::Options;
use crate::report::Outcome;
use std::cell::OnceCell;
use std::collections::HashMap;

/// See the head of this file.
pub struct CompletedChildren;

impl Transformation for CompletedChildren {
    fn name(&self) -> &'static str {
        "completed"
    }

    fn run(&self, model: &mut Model, options: &Options) -> bool {
        let mut changed = false;
        let is_whole = is_whole_program(options);
        for resume in model.futures() {
            let Some(coroutine) = model.coroutine(resume) else { continue };
            let has_all_checks = has_every_check() || model.has_no_copies(coroutine, is_whole);
            let may_go = |f: Function| has_all_checks || names::is_of_await(&f.symbol());
            let has_looked_through = look_through(resume, may_go);
            if has_looked_through {
                model.refresh(resume);
            }
            let Some(coroutine) = model.coroutine(resume) else { continue };
            let drops: Vec<_> = DoneChildren::of(model, coroutine).drops().collect();
            if drops.is_empty() && !has_looked_through {
                continue;
            }
            let coroutine = coroutine.clone();
            for (state, drop) in drops {
                drop.erase_call();
                let outcome = Outcome::passed("CompletedChildNotDropped", "the child is done");
                model.record(self.name(), &coroutine, Some(state), outcome);
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

/// Replaces calls of functions that do nothing but return an argument, where they `may_go`.
fn look_through(resume: Function, may_go: impl Fn(Function) -> bool) -> bool {
    let mut changed = false;
    let calls: Vec<Inst> = resume.instructions().filter(|inst| inst.is_call()).collect();
    for call in calls {
        let Some(callee) = call.callee() else { continue };
        let Some(index) = returned_argument(callee) else { continue };
        let counts = callee.instructions().any(Inst::is_profile_counter);
        let Some(argument) = call.arguments().get(index).copied() else { continue };
        if counts || argument.ty() != call.value().ty() || !may_go(callee) {
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

/// Finds the calls of drop glue that find a child returned or poisoned.
struct DoneChildren<'a> {
    model: &'a Model,
    coroutine: &'a Coroutine,
    /// What the resume function does to its frame, once somebody asks. `None`: too much to tell.
    touches: OnceCell<Option<HashMap<Inst, Vec<Touch>>>>,
}

/// The place of a child.
struct Place {
    offset: i64,
    cell: Bytes,
}

impl<'a> DoneChildren<'a> {
    fn of(model: &'a Model, coroutine: &'a Coroutine) -> Self {
        Self { model, coroutine, touches: OnceCell::new() }
    }

    /// The calls, each with the state in which the child is awaited.
    fn drops(&self) -> impl Iterator<Item = (u64, Inst)> {
        let sites = self.coroutine.await_sites.iter();
        sites.flat_map(|site| self.drops_at(site).into_iter().map(|drop| (site.state, drop)))
    }

    fn drops_at(&self, site: &AwaitSite) -> Vec<Inst> {
        let child = site.callee.and_then(|callee| self.model.coroutine(callee));
        let (Some(child), Some(offset)) = (child, site.offset) else { return Vec::new() };
        let Some(glue) = child.drop_glue.as_ref().filter(|_| child.is_future()) else {
            return Vec::new();
        };
        let cell = Bytes::of_cell(child.dispatch.cell).shifted(offset);
        let find = |edge: Edge| self.first_drop(edge, glue.function, &Place { offset, cell });
        let mut drops = Vec::new();
        if drops_nothing_in(glue, RETURNED) {
            drops.extend(find(site.ready_edge()));
        }
        if let Some((_, unwind)) = site.poll.as_invoke()
            && drops_nothing_in(glue, POISONED)
            && child.stores.iter().any(|store| store.state == POISONED)
        {
            drops.extend(find(Edge { from: site.poll.block(), to: unwind }));
        }
        drops
    }

    /// The drop glue of the child, if that is the first that is called.
    fn first_drop(&self, edge: Edge, glue: Function, child: &Place) -> Option<Inst> {
        let (line, call) = first_call(edge)?;
        let dispatch = &self.coroutine.dispatch;
        let place = dispatch.offset_of_first_argument(self.model.module, call);
        let is_drop = call.callee() == Some(glue) && place == Some(child.offset);
        (is_drop && self.leave_alone(child, &line)).then_some(call)
    }

    /// Do none of these write to the child's cell?
    fn leave_alone(&self, child: &Place, line: &[Inst]) -> bool {
        let Some(touches) = self.touches.get_or_init(|| self.find_touches()) else { return false };
        let mut touches = line.iter().filter_map(|inst| touches.get(inst)).flatten();
        !touches.any(|touch| touch.may_write(child.cell))
    }

    fn find_touches(&self) -> Option<HashMap<Inst, Vec<Touch>>> {
        let analysis = &mut FrameAnalysis::of_one_function(self.model.module);
        let found = analysis.touches(self.coroutine.dispatch.frame)?;
        let mut touches: HashMap<Inst, Vec<Touch>> = HashMap::new();
        for (inst, touch) in found.touches {
            touches.entry(inst).or_default().push(touch);
        }
        Some(touches)
    }
}

fn drops_nothing_in(glue: &DropGlue, state: u64) -> bool {
    glue.dispatch.as_ref().and_then(|dispatch| dispatch.target(state)).is_some_and(does_nothing)
}
