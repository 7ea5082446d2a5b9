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
//! A future that awaits only such futures becomes one itself, so children go first.
//!
//! Where it is polled from await sites only, each poll is the first (rule 3), so its own dispatch
//! goes straight to the unresumed state. Then it takes what it captured as parameters and becomes a
//! plain function, see [`by_value`].
//!
//! One that is handed out (`Box<dyn Future>`) is not made ready at every poll: running its body
//! again would hand out what it captured twice, and a captured token without size leaves no trace in
//! the IR. It returns Pending like any other (see `pending`).
//!
//! Declines: futures that are not recognised; the dispatch of one that is polled by
//! hand.

mod by_value;
mod result;

use super::Transformation;
use super::flatten::decide_ready;
use super::prune::{enter_unresumed, remove_states};
use crate::llvm::Function;
use crate::model::{AwaitSite, Callers, Coroutine, Model};
use crate::options::Options;
use crate::planted::{Fault, planted};
use crate::report::Outcome;
use by_value::take_by_value;
use std::collections::HashSet;

/// See the head of this file.
pub struct NeverSuspending;

impl Transformation for NeverSuspending {
    fn name(&self) -> &'static str {
        "never"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let (mut never, mut polled_once) = (HashSet::new(), Vec::new());
        let mut changed = false;
        // A future becomes one that never suspends when its children do, so one walk is enough.
        for resume in model.children_first() {
            changed |= decide_sites(model, resume, &never);
            let Some(coroutine) = model.coroutine(resume) else { continue };
            let is_taken = planted(Fault::LostSuspension) && coroutine.exits.len() == 1;
            if coroutine.never_suspends() || is_taken {
                never.insert(resume);
                // As it is now: afterwards no test shows where it is awaited.
                let is_awaited = matches!(coroutine.callers, Callers::AwaitSites(_));
                polled_once.extend(is_awaited.then(|| coroutine.clone()));
            }
        }
        if changed {
            model.connect();
        }
        let mut replaced = HashSet::new();
        for coroutine in polled_once {
            changed |= forget_state(model, &coroutine);
            replaced.extend(pass_by_value(model, &coroutine).then_some(coroutine.resume));
        }
        // Not before: a new function might get the address of one that is gone.
        model.forget(&replaced);
        replaced.into_iter().for_each(Function::delete);
        changed
    }
}

/// Decides the tests of the await sites of one future that poll one of `never`.
fn decide_sites(model: &mut Model, resume: Function, never: &HashSet<Function>) -> bool {
    let is_decided = |site: &&AwaitSite| {
        site.offset.is_some() && site.callee.is_some_and(|callee| never.contains(&callee))
    };
    let awaits_any =
        |coroutine: &&Coroutine| coroutine.await_sites.iter().any(|site| is_decided(&site));
    let coroutine = model.coroutine(resume).filter(|coroutine| coroutine.is_future());
    let Some(coroutine) = coroutine.filter(awaits_any).cloned() else { return false };
    let decided: Vec<&AwaitSite> = coroutine.await_sites.iter().filter(is_decided).collect();
    for site in &decided {
        if let Some(test) = site.test_block.terminator() {
            decide_ready(test, site);
        }
        let outcome = Outcome::passed("NeverSuspends", "what it awaits is always ready");
        model.record(NeverSuspending.name(), &coroutine, Some(site.state), outcome);
    }
    remove_states(model, &coroutine, &decided.iter().map(|site| site.state).collect());
    true
}

/// A future that is only ever polled once goes straight to its first state, and stores no state
/// that nobody reads.
fn forget_state(model: &mut Model, coroutine: &Coroutine) -> bool {
    let has_dispatch = model.coroutine(coroutine.resume).is_some_and(Coroutine::is_future);
    if has_dispatch {
        enter_unresumed(model, coroutine);
    }
    let mut changed = has_dispatch;
    if model.done_is_unobservable(coroutine)
        && let Some(known) = model.coroutine_mut(coroutine.resume)
    {
        changed |= !known.stores.is_empty();
        known.stores.drain(..).for_each(|store| store.store.erase());
    }
    let outcome = Outcome::passed("PolledOnce", "polled once, so its state is not looked at");
    model.record(NeverSuspending.name(), coroutine, None, outcome);
    changed
}

/// See [`by_value`]. Returns whether it was done.
fn pass_by_value(model: &mut Model, coroutine: &Coroutine) -> bool {
    let (function, outcome) = match take_by_value(model, coroutine) {
        Ok(moved) => {
            (moved, Outcome::passed("PassedByValue", "takes what it captured as parameters"))
        }
        Err(refusal) => {
            (coroutine.resume, Outcome::missed("NotPassedByValue", refusal.to_string()))
        }
    };
    let is_done = outcome.is_passed();
    let named = Coroutine { resume: function, ..coroutine.clone() };
    model.record(NeverSuspending.name(), &named, None, outcome);
    is_done
}
