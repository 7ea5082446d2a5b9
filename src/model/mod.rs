//! The model: every coroutine of a module, recognised once.
//!
//! Only this folder knows rustc's layout (reserved states, symbol names, the shape of suspend
//! exits and await sites). Transformations ask it, and keep it true when they change the IR.

mod await_site;
mod callers;
mod coroutine;
mod dispatch;
mod drop_glue;
mod exit;
mod mangling;
pub mod names;
mod pending;
mod print;
mod reason;
mod resumed;

pub use await_site::{
    AwaitSite, Edge, PendingTest, ResultPart, offset_in_frame, returned_argument, straight_line,
};
pub use callers::Callers;
pub use coroutine::{Coroutine, CoroutineKind, MARK, Stage};
pub use dispatch::{Case, Dispatch, StateCell};
pub use drop_glue::{DropGlue, direct_calls, does_nothing};
pub use exit::{StateStore, SuspendExit};
pub use pending::{ConstantWrite, PendingEncoding, replayed, returns_constant};
pub use reason::{NotRecognised, PendingUnknown};
pub use resumed::{ResumedPanic, SourceLocation, is_big_endian};

use crate::llvm::{Function, Inst, Module};
use drop_glue::DropGlueIndex;
use std::collections::HashMap;

/// The state before the first poll.
pub const UNRESUMED: u64 = 0;
/// The state after `Poll::Ready`.
pub const RETURNED: u64 = 1;
/// The state after a panic; absent with `panic=abort`.
pub const POISONED: u64 = 2;
/// Suspend states start here.
pub const RESERVED_STATES: u64 = 3;

/// A function that looks like a coroutine and is left alone.
#[derive(Clone, Debug)]
pub struct Unrecognised {
    /// The function.
    pub function: Function,
    /// Its path in Rust.
    pub name: String,
    /// Why.
    pub reason: NotRecognised,
}

/// All coroutines of a module, in the order of its functions.
#[derive(Clone, Debug)]
pub struct Model {
    /// The module.
    pub module: Module,
    /// What was recognised.
    pub coroutines: Vec<Coroutine>,
    /// What looked like a coroutine and is left exactly as it was.
    pub unrecognised: Vec<Unrecognised>,
    /// What transformations did and left, in order.
    pub records: Vec<crate::report::Record>,
}

impl Model {
    /// The model of a module in which nothing is touched.
    pub fn empty(module: Module) -> Self {
        Self { module, coroutines: Vec::new(), unrecognised: Vec::new(), records: Vec::new() }
    }

    /// Recognises the coroutines of `module`.
    pub fn of(module: Module) -> Self {
        let mut model = Self::empty(module);
        let candidates = candidates(module);
        if candidates.is_empty() {
            return model;
        }
        let drop_glue = DropGlueIndex::of(module);
        for function in candidates {
            match Coroutine::of(module, function, &drop_glue) {
                Ok(Some(coroutine)) => model.coroutines.push(coroutine),
                Ok(None) => {}
                Err(reason) => {
                    let name = names::readable(&function.symbol());
                    model.unrecognised.push(Unrecognised { function, name, reason });
                }
            }
        }
        model.unpair_shared_glue();
        model.connect();
        model
    }

    /// Drop glue belongs to one type: what two coroutines were paired with belongs to neither.
    fn unpair_shared_glue(&mut self) {
        let mut owners: HashMap<Function, usize> = HashMap::new();
        for glue in self.coroutines.iter().filter_map(|coroutine| coroutine.drop_glue.as_ref()) {
            *owners.entry(glue.function).or_default() += 1;
        }
        for coroutine in &mut self.coroutines {
            coroutine.drop_glue.take_if(|glue| owners.get(&glue.function) != Some(&1));
        }
    }

    /// Recognises one coroutine again after its resume function changed. What it was paired with
    /// stays. A function that lost its shape is dropped from the model.
    pub fn refresh(&mut self, resume: Function) {
        let Some(index) = self.index_of(resume) else { return };
        match self.coroutines[index].again(self.module) {
            Some(fresh) => self.coroutines[index] = fresh,
            None => drop(self.coroutines.remove(index)),
        }
    }

    /// Updates one coroutine after its dispatch was replaced by a jump to the unresumed state.
    pub fn becomes_stateless(&mut self, resume: Function) {
        let module = self.module;
        if let Some(coroutine) = self.coroutine_mut(resume) {
            coroutine.becomes_stateless(module);
        }
    }

    /// The coroutine with this resume function, for those who change it.
    pub fn coroutine_mut(&mut self, resume: Function) -> Option<&mut Coroutine> {
        self.coroutines.iter_mut().find(|coroutine| coroutine.resume == resume)
    }

    /// The coroutine with this resume function.
    pub fn coroutine(&self, resume: Function) -> Option<&Coroutine> {
        self.coroutines.iter().find(|coroutine| coroutine.resume == resume)
    }

    /// Can nobody see that `coroutine` returned or unwound? It is polled from await sites only, and
    /// none of the functions that poll it calls its drop glue.
    pub fn done_is_unobservable(&self, coroutine: &Coroutine) -> bool {
        let Callers::AwaitSites(polls) = &coroutine.callers else { return false };
        let Some(glue) = &coroutine.drop_glue else { return false };
        let Some(drops) = direct_calls(glue.function) else { return false };
        let polling: Vec<Function> = polls.iter().map(|poll| poll.block().function()).collect();
        drops.iter().all(|drop| !polling.contains(&drop.block().function()))
    }

    /// The resume functions of all futures.
    pub fn futures(&self) -> Vec<Function> {
        let futures = self.coroutines.iter().filter(|coroutine| coroutine.is_future());
        futures.map(|coroutine| coroutine.resume).collect()
    }

    fn index_of(&self, resume: Function) -> Option<usize> {
        self.coroutines.iter().position(|coroutine| coroutine.resume == resume)
    }

    /// Fills in what only the whole module shows: who polls whom, and encodings that only the
    /// awaiting side knows.
    pub fn connect(&mut self) {
        let mut polls: HashMap<Inst, Function> = HashMap::new();
        let mut tests: HashMap<Function, Vec<Option<PendingTest>>> = HashMap::new();
        for coroutine in self.coroutines.iter().filter(|coroutine| coroutine.is_future()) {
            for site in &coroutine.await_sites {
                let Some(callee) = site.callee else { continue };
                tests.entry(callee).or_default().push(site.test);
                if site.offset.is_some() {
                    polls.insert(site.poll, coroutine.resume);
                }
            }
        }
        for coroutine in &mut self.coroutines {
            coroutine.callers = Callers::of(coroutine, &polls);
            if let Err(PendingUnknown::NeverSuspendsNorAwaited) = coroutine.pending
                && let Some(tests) = tests.get(&coroutine.resume)
            {
                coroutine.pending = agreed(tests);
            }
        }
    }
}

/// All tests must say the same.
fn agreed(tests: &[Option<PendingTest>]) -> Result<PendingEncoding, PendingUnknown> {
    match tests {
        [Some(first), rest @ ..] if rest.iter().all(|test| *test == Some(*first)) => {
            Ok(PendingEncoding::AwaitSites(*first))
        }
        _ => Err(PendingUnknown::TestAmbiguous),
    }
}

/// Functions that may be resume functions: cheap to tell, and wide enough to miss none.
fn candidates(module: Module) -> Vec<Function> {
    let functions = module.functions();
    let panicking: Vec<Function> = functions
        .iter()
        .filter(|function| resumed::panicking_kind(**function).is_some())
        .flat_map(|panic| panic.value().users())
        .filter_map(|user| user.as_instruction())
        .map(|call| call.block().function())
        .collect();
    let panicking: std::collections::HashSet<Function> = panicking.into_iter().collect();
    functions
        .into_iter()
        .filter(|function| {
            function.is_defined()
                && (panicking.contains(function)
                    || function.value().with_name(names::may_be_resume_function)
                    || function.string_attribute(MARK).is_some())
        })
        .collect()
}
