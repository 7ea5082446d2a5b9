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
//! One that is handed out (`Box<dyn Future>`) is not made ready at every poll: running its body
//! again would hand out what it captured twice, and a captured token without size leaves no trace in
//! the IR. It returns Pending like any other (see `pending`).
//!
//! Declines: futures that are not recognised; the dispatch of one that is polled by
//! hand.

use super::Transformation;
use super::flatten::decide_ready;
use super::prune::{enter_unresumed, remove_states};
use crate::llvm::Function;
use crate::model::{AwaitSite, Callers, Coroutine, Model};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::HashSet;

/// See the head of this file.
pub struct NeverSuspending;

impl Transformation for NeverSuspending {
    fn name(&self) -> &'static str {
        "never"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let mut polled_once = Vec::new();
        let mut changed = false;
        while one_round(model, &mut polled_once) {
            changed = true;
        }
        for coroutine in polled_once {
            changed |= forget_state(model, &coroutine);
        }
        changed
    }
}

/// Decides the tests of all await sites that poll a future without suspend exits. Those that are
/// polled there only are added to `polled_once`, as they were: afterwards no test shows the site.
fn one_round(model: &mut Model, polled_once: &mut Vec<Coroutine>) -> bool {
    let never = model.coroutines.iter().filter(|coroutine| coroutine.never_suspends());
    let awaited = never.clone().filter(|coroutine| {
        matches!(coroutine.callers, Callers::AwaitSites(_))
            && polled_once.iter().all(|known| known.resume != coroutine.resume)
    });
    polled_once.extend(awaited.cloned().collect::<Vec<_>>());
    let never: HashSet<Function> = never.map(|coroutine| coroutine.resume).collect();
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
        remove_states(model, &coroutine, &states);
        changed = true;
    }
    if changed {
        model.connect();
    }
    changed
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
