//! The model: every coroutine of a module, recognised once.
//!
//! Only this folder knows rustc's layout (reserved states, symbol names, the shape of suspend
//! exits and await sites). Transformations ask it, and keep it true when they change the IR.

mod await_site;
mod bytes;
mod callers;
mod coroutine;
mod dispatch;
mod drop_glue;
mod exit;
mod mangling;
pub mod names;
mod overflow;
mod pending;
mod print;
mod reason;
mod renewal;
mod resumed;

pub use await_site::{
    AwaitSite, Edge, PendingTest, ResultPart, first_call, offset_in_frame, returned_argument,
    straight_line,
};
pub use bytes::Bytes;
pub use callers::Callers;
pub use coroutine::{BY_VALUE, Coroutine, CoroutineKind, InnerCell, MARK, Stage};
pub use dispatch::{Case, Dispatch, StateCell};
pub use drop_glue::{DropGlue, direct_calls, does_nothing};
pub use exit::{StateStore, SuspendExit};
pub use overflow::hide_outcomes;
pub use pending::{ConstantWrite, PendingEncoding, replayed, returns_constant};
pub use reason::{NotRecognised, PendingUnknown};
pub use resumed::{ResumedPanic, SourceLocation};

use crate::compilation::checks_for_overflow;
use crate::llvm::{Function, Inst, Module, Value};
use crate::planted::{Fault, planted};
use drop_glue::DropGlueIndex;
use renewal::is_renewed_after_ready;
use std::cell::{LazyCell, OnceCell};
use std::collections::{HashMap, HashSet};

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
    coroutines: Vec<Coroutine>,
    /// Where each is in `coroutines`, by its resume function.
    places: HashMap<Function, usize>,
    /// What looked like a coroutine and is left exactly as it was.
    pub unrecognised: Vec<Unrecognised>,
    /// What transformations did and left, in order.
    pub records: Vec<corofold_report::Record>,
    /// The crate that the module is compiled for, by its identity in symbols; looked for when it is
    /// asked for.
    own_crate: OnceCell<Option<String>>,
    /// Has other code been given the body of a coroutine? See [`panics_elsewhere`].
    is_inlined_elsewhere: bool,
    /// What there was before the transformations, if a report is asked for.
    pub before: Option<crate::report::Snapshot>,
}

impl Model {
    /// The model of a module in which nothing is touched.
    pub fn empty(module: Module) -> Self {
        Self {
            module,
            coroutines: Vec::new(),
            places: HashMap::new(),
            unrecognised: Vec::new(),
            records: Vec::new(),
            own_crate: OnceCell::new(),
            is_inlined_elsewhere: false,
            before: None,
        }
    }

    /// Recognises the coroutines of `module`.
    pub fn of(module: Module) -> Self {
        let mut model = Self::empty(module);
        let candidates = candidates(module);
        if candidates.is_empty() {
            return model;
        }
        let drop_glue = DropGlueIndex::of(module);
        let is_core_known = LazyCell::new(|| !names_several_cores(module));
        for function in candidates {
            match Coroutine::of(module, function, &drop_glue) {
                Ok(Some(coroutine)) if *is_core_known => model.coroutines.push(coroutine),
                Ok(Some(_)) => model.leave(function, NotRecognised::SeveralCores),
                Ok(None) => {}
                Err(reason) => model.leave(function, reason),
            }
        }
        model.find_places();
        for place in 0..model.coroutines.len() {
            model.remove_unclear_sites(place);
        }
        model.unpair_shared_glue();
        model.remove_doubtful_bodies();
        model.is_inlined_elsewhere = panics_elsewhere(&model);
        model.connect();
        model
    }

    fn leave(&mut self, function: Function, reason: NotRecognised) {
        let name = names::readable(&function.symbol());
        self.unrecognised.push(Unrecognised { function, name, reason });
    }

    fn find_places(&mut self) {
        let resumes = self.coroutines.iter().map(|coroutine| coroutine.resume);
        self.places = resumes.enumerate().map(|(place, resume)| (resume, place)).collect();
    }

    /// All that were recognised.
    pub fn coroutines(&self) -> &[Coroutine] {
        &self.coroutines
    }

    /// The same, for those who change them.
    pub fn coroutines_mut(&mut self) -> &mut [Coroutine] {
        &mut self.coroutines
    }

    /// Where it is not known that the test is one of the result, the child may be polled again after
    /// Ready. Where the child is no coroutine, nobody relies on that.
    fn remove_unclear_sites(&mut self, place: usize) {
        let Self { coroutines, places, .. } = self;
        let is_coroutine = |callee| places.contains_key(&callee);
        let is_clear =
            |site: &AwaitSite| site.tests_result || !site.callee.is_some_and(is_coroutine);
        coroutines[place].await_sites.retain(is_clear);
    }

    /// A raw coroutine may have the shape of an endless async body. What it calls where it looks like
    /// awaiting may do anything with the address that it is given, it may poll after Ready, and it
    /// may be moved after a poll. Such a one can be told from an async body by how it pins what it
    /// polls: in safe code not by the function that `.await` calls.
    fn remove_doubtful_bodies(&mut self) {
        loop {
            let is_future = |callee: Function| {
                self.coroutine(callee).is_some_and(|child| child.kind == CoroutineKind::Async)
                    || names::is_poll_of_future(&callee.symbol())
            };
            let doubt = |coroutine: &Coroutine| {
                if !coroutine.awaits_only(is_future) {
                    return Some(NotRecognised::AwaitsUnknown);
                }
                if !coroutine.await_sites.iter().all(AwaitSite::pins_like_await) {
                    return Some(NotRecognised::PinsOtherwise);
                }
                let polls_again = coroutine.await_sites.iter().any(|site| {
                    let child = site.callee.and_then(|callee| self.coroutine(callee));
                    child.is_some_and(|child| {
                        !is_renewed_after_ready(self.module, coroutine, site, child)
                    })
                });
                polls_again.then_some(NotRecognised::PollsAgain)
            };
            let doubtful: Vec<Unrecognised> = self
                .coroutines
                .iter()
                .filter(|coroutine| coroutine.is_endless)
                .filter_map(|coroutine| {
                    let (function, name) = (coroutine.resume, coroutine.name.clone());
                    doubt(coroutine).map(|reason| Unrecognised { function, name, reason })
                })
                .collect();
            if doubtful.is_empty() {
                return;
            }
            // One that awaits another is doubtful as soon as that one is gone.
            let resumes = doubtful.iter().map(|left| left.function).collect();
            self.forget(&resumes);
            self.unrecognised.extend(doubtful);
        }
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
        let Some(&place) = self.places.get(&resume) else { return };
        match self.coroutines[place].again(self.module) {
            Some(fresh) => {
                self.coroutines[place] = fresh;
                self.remove_unclear_sites(place);
            }
            None => {
                self.coroutines.remove(place);
                self.find_places();
            }
        }
    }

    /// Takes out coroutines that became functions like others.
    pub fn forget(&mut self, resumes: &HashSet<Function>) {
        self.coroutines.retain(|coroutine| !resumes.contains(&coroutine.resume));
        self.find_places();
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
        self.places.get(&resume).map(|place| &mut self.coroutines[*place])
    }

    /// The coroutine with this resume function.
    pub fn coroutine(&self, resume: Function) -> Option<&Coroutine> {
        self.places.get(&resume).map(|place| &self.coroutines[*place])
    }

    /// Is it known that `coroutine` is no closure that rustc inlined an async body into? Its own drop
    /// glue tells, or that of one that awaits it: rustc inlines nothing into async bodies, so what
    /// they poll are bodies as they were written.
    pub fn is_no_closure(&self, coroutine: &Coroutine) -> bool {
        let awaits = |poll: &Inst| {
            self.coroutine(poll.block().function()).is_some_and(Coroutine::has_dispatching_glue)
        };
        coroutine.has_dispatching_glue()
            || matches!(&coroutine.callers, Callers::AwaitSites(polls) if polls.iter().any(awaits))
    }

    /// Can nobody see that `coroutine` returned or unwound? It is polled from await sites only, and
    /// none of the functions that poll it calls its drop glue.
    pub fn done_is_unobservable(&self, coroutine: &Coroutine) -> bool {
        let Callers::AwaitSites(_) = &coroutine.callers else { return false };
        let Some(glue) = &coroutine.drop_glue else { return false };
        // Some of the polls may be gone since the callers were found.
        let polls = direct_calls(coroutine.resume);
        let (Some(polls), Some(drops)) = (polls, direct_calls(glue.function)) else { return false };
        let polling: HashSet<Function> = polls.iter().map(|poll| poll.block().function()).collect();
        drops.iter().all(|drop| !polling.contains(&drop.block().function()))
    }

    /// Is all code that can ever see a frame of `coroutine` in this module? Elsewhere there are
    /// copies of its resume function and of its drop glue, which this code has to share frames
    /// with (`docs/soundness.md`, rules 6 and 7).
    ///
    /// That is so where the module is a whole program but for what its crate was compiled against
    /// (`is_whole`), and the type of the coroutine names that crate: no other crate can know it.
    pub fn has_no_copies(&self, coroutine: &Coroutine, is_whole: bool) -> bool {
        let is_own = |own: &str| mangling::names_crate(&coroutine.resume.symbol(), own);
        is_whole && self.own_crate().is_some_and(is_own)
    }

    /// May code that is not in `inner`'s own resume function, nor in that of a future that it became
    /// part of, look at its cell? rustc's MIR inliner makes the body of a future part of ordinary
    /// functions, with the bodies of those that it polls.
    pub fn may_be_inlined_elsewhere(&self, inner: &InnerCell) -> bool {
        self.is_inlined_elsewhere || !inner.leaves_traces
    }

    /// Does the code of `coroutine` in this module, and of the futures that became part of it, have
    /// all the checks for overflow that any copy of it has (`docs/soundness.md`, rule 6)?
    ///
    /// The crate that defines a body decides whether its MIR has them. Where code is generated for a
    /// crate without checks, they are left out.
    pub fn has_all_checks(&self, coroutine: &Coroutine, is_whole: bool) -> bool {
        let Some(inner) = &coroutine.inner_cells else { return false };
        let are_all_defined_in = |own: &str| {
            let parts = inner.iter().map(|inner| inner.resume).chain([coroutine.resume]);
            let mut crates = parts.map(|resume| mangling::defining_crate(&resume.symbol()));
            crates.all(|defining| defining.as_deref() == Some(own))
        };
        self.own_crate().is_some_and(|own| are_all_defined_in(own) || checks_for_overflow())
            || self.has_no_copies(coroutine, is_whole)
            || planted(Fault::ForgottenCheck)
    }

    /// The crate that all functions here were compiled for, if it is one.
    fn own_crate(&self) -> Option<&str> {
        let own_crate = || {
            let symbols = self.module.functions().into_iter().filter(|f| f.is_defined());
            let mut crates = symbols.filter_map(|f| mangling::instantiating_crate(&f.symbol()));
            let first = crates.next()?;
            crates.all(|other| other == first).then_some(first)
        };
        self.own_crate.get_or_init(own_crate).as_deref()
    }

    /// The resume functions of all futures.
    pub fn futures(&self) -> Vec<Function> {
        let futures = self.coroutines.iter().filter(|coroutine| coroutine.is_future());
        futures.map(|coroutine| coroutine.resume).collect()
    }

    /// All resume functions, each after those it polls; in a circle, which only edited IR has, one
    /// of them comes first.
    pub fn children_first(&self) -> Vec<Function> {
        enum Visit {
            Enter(Function),
            Leave(Function),
        }
        let (mut seen, mut order) = (HashSet::new(), Vec::new());
        let roots = self.coroutines.iter().rev().map(|coroutine| Visit::Enter(coroutine.resume));
        let mut pending: Vec<Visit> = roots.collect();
        while let Some(visit) = pending.pop() {
            match visit {
                Visit::Leave(resume) => order.push(resume),
                Visit::Enter(resume) if seen.insert(resume) => {
                    let Some(coroutine) = self.coroutine(resume) else { continue };
                    pending.push(Visit::Leave(resume));
                    let callees = coroutine.await_sites.iter().rev().filter_map(|site| site.callee);
                    pending.extend(callees.map(Visit::Enter));
                }
                Visit::Enter(_) => {}
            }
        }
        order
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
            coroutine.read_ready_exits(self.module);
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

/// Are two crates of this program called `core`? Resumed panics, drop glue and what `.await` calls are
/// known by their paths, and the hash in front tells that crates differ, not which is the real one.
fn names_several_cores(module: Module) -> bool {
    let mut first = None;
    module.functions().into_iter().any(|function| {
        function.value().with_name(|symbol| {
            let symbol = std::str::from_utf8(symbol).unwrap_or_default();
            let mut named = mangling::crates_called_core(symbol);
            named.any(|one| *first.get_or_insert_with(|| one.to_vec()) != *one)
        })
    })
}

/// All that mentions one of the functions that panic for a resumed coroutine.
fn resumed_panics(module: Module) -> impl Iterator<Item = Value> {
    let panics = module.functions().into_iter();
    let panics = panics.filter(|function| resumed::panicking_kind(*function).is_some());
    panics.flat_map(|panic| panic.value().users())
}

/// Is there a panic for a resumed coroutine that is not the one of a recognised coroutine's own
/// dispatch? Then the body of one has become part of another function, and who knows which.
fn panics_elsewhere(model: &Model) -> bool {
    let own = model.coroutines.iter().flat_map(|coroutine| &coroutine.resumed_panics);
    let own: HashSet<Value> = own.map(|panic| panic.call.value()).collect();
    resumed_panics(model.module).any(|user| !own.contains(&user))
}

/// Functions that may be resume functions: cheap to tell, and wide enough to miss none.
fn candidates(module: Module) -> Vec<Function> {
    let panicking = resumed_panics(module).filter_map(Value::as_instruction);
    let panicking: HashSet<Function> = panicking.map(|call| call.block().function()).collect();
    module
        .functions()
        .into_iter()
        .filter(|function| {
            function.is_defined()
                && (panicking.contains(function)
                    || function.value().with_name(names::may_be_resume_function)
                    || function.string_attribute(MARK).is_some())
        })
        .collect()
}
