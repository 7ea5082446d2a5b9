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
//! Children first, so that a whole chain ends up in its root. A coroutine whose stores were moved, or
//! that took a child in, is marked as final and not touched again.

mod cells;
mod children;
mod glue;
mod thread;

pub(super) use thread::decide_ready;

use super::Transformation;
use crate::analysis::stack::Stack;
use crate::llvm::Function;
use crate::model::{AwaitSite, Coroutine, Model};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::{HashMap, HashSet};
use thread::Refusal;

/// See the head of this file.
pub struct Flatten;

/// Longest chain of futures that become one function. The code of the innermost is copied once per
/// layer above it, so a limit keeps the time linear in the size of the module.
const CHAIN_LIMIT: usize = 64;

/// What was done so far.
struct Progress {
    early: cells::EarlyStates,
    inlined: HashSet<Function>,
    /// How long a chain each resume function has taken in.
    chains: HashMap<Function, usize>,
    stack: Stack,
}

impl Transformation for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let futures = model.futures();
        let named = name_all_children(model);
        let mut progress = Progress {
            early: cells::store_on_entry(model),
            inlined: HashSet::new(),
            chains: HashMap::new(),
            stack: Stack::of(model.module, model.coroutines()),
        };
        for parent in model.children_first() {
            flatten_into(model, parent, &mut progress);
        }
        let Progress { early, inlined, .. } = progress;
        let changed = named || !early.is_empty() || !inlined.is_empty();
        cells::remove_exit_stores(model, &early, &inlined);
        for resume in futures {
            resume.remove_unreachable_blocks();
            if let Some(coroutine) = model.coroutine_mut(resume)
                && (early.contains_key(&resume) || !coroutine.has_its_polls())
            {
                coroutine.becomes_final();
            }
        }
        changed
    }
}

/// See [`children`]. Returns whether some had no name before.
pub(super) fn name_all_children(model: &Model) -> bool {
    let coroutines = model.coroutines().iter();
    let futures = coroutines.filter(|coroutine| coroutine.is_future() && coroutine.has_its_polls());
    futures.fold(false, |named, coroutine| children::name_children(model.module, coroutine) | named)
}

/// Inlines the children of one coroutine.
fn flatten_into(model: &mut Model, parent: Function, progress: &mut Progress) {
    let Some(parent) = model.coroutine(parent).filter(|parent| parent.is_future()).cloned() else {
        return;
    };
    for site in &parent.await_sites {
        let child = site.callee.and_then(|callee| model.coroutine(callee));
        let Some(child) = child.filter(|child| child.is_future()) else { continue };
        let child = child.clone();
        let outcome = match inline_child(model, &parent, site, &child, progress) {
            Ok(offset) => {
                if let Some(parent) = model.coroutine_mut(parent.resume) {
                    parent.takes_in(&child, offset);
                }
                Outcome::passed("ChildFlattened", format!("{} became part of it", child.name))
            }
            Err(refusal) => {
                Outcome::missed("ChildNotFlattened", format!("{}: {refusal}", child.name))
            }
        };
        model.record(Flatten.name(), &parent, Some(site.state), outcome);
    }
    if let Some(glue) = &parent.drop_glue {
        glue.function.remove_unreachable_blocks();
    }
}

/// Returns where the child is in the frame of its parent.
fn inline_child(
    model: &Model,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
    progress: &mut Progress,
) -> Result<i64, Refusal> {
    let chain = 1 + progress.chains.get(&child.resume).copied().unwrap_or_default();
    if chain > CHAIN_LIMIT {
        return Err(Refusal::LongChain);
    }
    let Progress { early, stack, .. } = progress;
    let offset = thread::inline_child(model, parent, site, child, early, stack)?;
    stack.takes_in(parent.resume, child.resume, offset);
    glue::inline_child(model, parent, site, child, stack);
    progress.inlined.insert(child.resume);
    let longest = progress.chains.entry(parent.resume).or_default();
    *longest = chain.max(*longest);
    Ok(offset)
}
