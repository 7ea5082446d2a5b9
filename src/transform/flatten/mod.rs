//! `flatten`: a poll goes straight to where it suspended, without climbing a ladder.
//!
//! ```text
//! async fn outer(x: u32) -> u32 { inner(x).await }
//!
//! before: outer::poll: state = cell; 0 -> build inner; 3 -> poll      after: outer::poll:
//!           poll: call inner::poll; Pending -> cell = 3, return        cell 0 -> build inner, cells = 3,
//!         inner::poll: state = cell; 0 -> ...; 3 -> poll leaf                    inner's first part
//!           Pending -> cell = 3, return                                cell 3 -> poll leaf, Pending -> return
//! ```
//! Three steps, in this order:
//! 1. [`cells`]: a state is stored on the way into its await site instead of on the way out. On the
//!    resume edge the cell holds it already, so a poll that stays pending stores nothing.
//! 2. [`thread`]: a child that is polled at one await site only is inlined there. The entry edge
//!    goes to its unresumed state (its cell is 0), the resume edge to its suspend states (never 0,
//!    1 or 2: rule 4), its suspend exits straight to the suspend exit of the parent.
//! 3. [`glue`]: the same for the drop glue of the child in that of the parent.
//!
//! Every cell that other code may look at holds what it always held whenever a poll returns, so
//! frames can be handed to copies of these functions in other codegen units, transformed or not.
//! Numbering combined states in the root's cell would break that; see `docs/soundness.md`.
//!
//! Children first, so that a whole chain ends up in its root. A coroutine whose stores were moved
//! is marked as final and not touched again.

mod cells;
mod glue;
mod thread;

pub(super) use thread::decide_ready;

use super::Transformation;
use crate::llvm::Function;
use crate::model::Model;
use crate::options::Options;
use crate::report::Outcome;
use std::collections::HashSet;

/// See the head of this file.
pub struct Flatten;

impl Transformation for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let futures = model.futures();
        let early = cells::store_on_entry(model);
        let mut changed = !early.is_empty();
        let mut inlined = HashSet::new();
        for parent in children_first(model) {
            changed |= flatten_into(model, parent, &early, &mut inlined);
        }
        cells::remove_exit_stores(model, &early, &inlined);
        for resume in futures {
            resume.remove_unreachable_blocks();
        }
        changed
    }
}

/// Inlines the children of one coroutine.
fn flatten_into(
    model: &mut Model,
    parent: Function,
    early: &cells::EarlyStates,
    inlined: &mut HashSet<Function>,
) -> bool {
    let Some(parent) = model.coroutine(parent).filter(|parent| parent.is_future()).cloned() else {
        return false;
    };
    let mut changed = false;
    for site in &parent.await_sites {
        let child = site.callee.and_then(|callee| model.coroutine(callee));
        let Some(child) = child.filter(|child| child.is_future()).cloned() else { continue };
        let outcome = match thread::inline_child(model, &parent, site, &child, early) {
            Ok(()) => {
                inlined.insert(child.resume);
                changed = true;
                glue::inline_child(model, &parent, site, &child);
                Outcome::passed("ChildFlattened", format!("{} became part of it", child.name))
            }
            Err(refusal) => {
                Outcome::missed("ChildNotFlattened", format!("{}: {refusal}", child.name))
            }
        };
        model.record(Flatten.name(), &parent, Some(site.state), outcome);
    }
    changed
}

/// Resume functions, each after those it polls.
fn children_first(model: &Model) -> Vec<Function> {
    fn visit(
        model: &Model,
        resume: Function,
        seen: &mut HashSet<Function>,
        order: &mut Vec<Function>,
    ) {
        if !seen.insert(resume) {
            return;
        }
        let Some(coroutine) = model.coroutine(resume) else { return };
        for callee in coroutine.await_sites.iter().filter_map(|site| site.callee) {
            visit(model, callee, seen, order);
        }
        order.push(resume);
    }
    let (mut seen, mut order) = (HashSet::new(), Vec::new());
    for resume in model.futures() {
        visit(model, resume, &mut seen, &mut order);
    }
    order
}
