//! One recognised coroutine.

use super::await_site::{AwaitSite, await_site};
use super::callers::Callers;
use super::drop_glue::{DropGlue, DropGlueIndex};
use super::exit::{StateStore, SuspendExit, state_stores, stores_to_cell, suspend_exits};
use super::overflow::has_decided_check;
use super::pending::{PendingEncoding, from_ready_exits, from_suspend_exits};
use super::reason::{NotRecognised, PendingUnknown};
use super::resumed::{ResumedPanic, SourceLocation};
use super::{Dispatch, RESERVED_STATES, RETURNED, StateCell, UNRESUMED, names};
use crate::llvm::{Block, ByteRange, Function, Inst, Module};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// The function attribute that marks what was recognised once: after its resumed panics are gone
/// nothing else in the IR tells an async body from a generator. Invisible in object code.
pub const MARK: &str = "corofold";

/// The mark of a function that was a coroutine and has no frame any more.
pub const BY_VALUE: &str = "by value";

/// Ends the mark of a coroutine that lost its shape (see [`Stage`]).
const FINAL: &str = ", final";

/// What kind of body rustc transformed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoroutineKind {
    /// `async fn`, `async` block or closure: a future.
    Async,
    /// `async gen`.
    AsyncGen,
    /// `gen`.
    Gen,
    /// A raw coroutine.
    Coroutine,
}

impl CoroutineKind {
    /// As written in reports and in the mark.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Async => "async",
            Self::AsyncGen => "async gen",
            Self::Gen => "gen",
            Self::Coroutine => "coroutine",
        }
    }

    fn from_mark(mark: &str) -> Option<Self> {
        let mark = mark.strip_suffix(FINAL).unwrap_or(mark);
        [Self::Async, Self::AsyncGen, Self::Gen, Self::Coroutine]
            .into_iter()
            .find(|kind| kind.as_str() == mark)
    }
}

impl fmt::Display for CoroutineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is left of the shape that rustc gave a coroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// All of it.
    Lowered,
    /// Its state stores were moved, or children became part of it: what the model says of its exits
    /// and await sites no longer holds. It is listed, and left as it is.
    Flattened,
    /// Only the unresumed state was left, and its dispatch went: each poll is the first.
    Stateless,
}

/// A recognised coroutine: the one description that every transformation works from.
#[derive(Clone, Debug)]
pub struct Coroutine {
    /// Its resume function.
    pub resume: Function,
    /// The path in Rust, without hashes.
    pub name: String,
    /// Where its body starts.
    pub location: Option<SourceLocation>,
    /// What kind of body it is.
    pub kind: CoroutineKind,
    /// The dispatch on its state cell.
    pub dispatch: Dispatch,
    /// Every store to the cell.
    pub stores: Vec<StateStore>,
    /// The exits that return Pending.
    pub exits: Vec<SuspendExit>,
    /// Its await sites, by state.
    pub await_sites: Vec<AwaitSite>,
    /// Panics for polls after completion or after a panic.
    pub resumed_panics: Vec<ResumedPanic>,
    /// How it says Pending.
    pub pending: Result<PendingEncoding, PendingUnknown>,
    /// Its drop glue, if it was found in this module.
    pub drop_glue: Option<DropGlue>,
    /// Who polls it.
    pub callers: Callers,
    /// What is left of the shape that rustc gave it.
    pub stage: Stage,
    /// Was it told by its shape alone? It never returns, so it has no resumed panic.
    pub is_endless: bool,
    /// Had it resumed panics when it was recognised, and so has each copy of its body that can be
    /// resumed? Without them nothing tells where else it is.
    pub leaves_traces: bool,
    /// The cells of the futures that became part of it, seen from its frame. `None` where that
    /// happened in an earlier run, which leaves no trace of them.
    pub inner_cells: Option<Vec<InnerCell>>,
}

/// The cell of a future whose code became part of another one's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InnerCell {
    /// The cell, with its offset in the frame of the outer future.
    pub cell: StateCell,
    /// The same in its own frame.
    pub own_cell: StateCell,
    /// The resume function that it belongs to.
    pub resume: Function,
    /// Its drop glue, if that was found.
    pub drop_glue: Option<Function>,
    /// See [`Coroutine::leaves_traces`].
    pub leaves_traces: bool,
}

impl Coroutine {
    /// Recognises the coroutine behind a resume function. `Ok(None)`: it does not look like one.
    ///
    /// What only the whole module shows (callers, encodings seen by others) is filled in by
    /// [`super::Model`].
    pub fn of(
        module: Module,
        resume: Function,
        drop_glue: &DropGlueIndex,
    ) -> Result<Option<Self>, NotRecognised> {
        let mark = resume.string_attribute(MARK);
        if mark.as_deref() == Some(BY_VALUE) {
            return Ok(None);
        }
        let marked_kind = mark.as_deref().and_then(CoroutineKind::from_mark);
        let panics_here = || {
            let mut callees = resume.instructions().filter_map(Inst::callee);
            callees.any(|callee| super::resumed::panicking_kind(callee).is_some())
        };
        let Some((dispatch, stores)) = dispatch_and_stores(module, resume) else {
            let is_final = mark.is_some_and(|mark| mark.ends_with(FINAL));
            let is_candidate = !is_final && (marked_kind.is_some() || panics_here());
            return if is_candidate { Err(NotRecognised::NoDispatch) } else { Ok(None) };
        };
        let glue = drop_glue.pair(module, resume, &dispatch);
        let panics = resumed_panics(&dispatch)?;
        let is_named = resume.value().with_name(names::may_be_resume_function);
        if marked_kind.is_none() && !is_named {
            return if panics_here() { Err(NotRecognised::InlinedInto) } else { Ok(None) };
        }
        let kind = marked_kind.or_else(|| panics.first().map(|panic| panic.kind));
        let is_endless = kind.is_none();
        let kind = kind.or_else(|| {
            let glue = glue.as_ref()?.dispatch.as_ref()?;
            kind_of_endless(module, resume, &dispatch, stores.as_ref().ok()?, glue)
        });
        let Some(kind) = kind else {
            return if panics_here() { Err(NotRecognised::NoDispatch) } else { Ok(None) };
        };
        let mut coroutine = Self::with_dispatch(module, resume, kind, dispatch, stores, panics)?;
        coroutine.drop_glue = glue;
        coroutine.is_endless = is_endless;
        coroutine.leaves_traces = !coroutine.resumed_panics.is_empty();
        Ok(Some(coroutine))
    }

    /// Recognises it again after its resume function or its drop glue changed. What kind it is, and
    /// what it was paired with, stays. `None`: its shape is gone.
    pub fn again(&self, module: Module) -> Option<Self> {
        let (dispatch, stores) = dispatch_and_stores(module, self.resume)?;
        let panics = resumed_panics(&dispatch).ok()?;
        let mut fresh =
            Self::with_dispatch(module, self.resume, self.kind, dispatch, stores, panics).ok()?;
        fresh.drop_glue = self.drop_glue.as_ref().map(|glue| DropGlue {
            function: glue.function,
            dispatch: Dispatch::of(module, glue.function),
        });
        fresh.location = self.location.clone();
        fresh.callers = self.callers.clone();
        fresh.inner_cells.clone_from(&self.inner_cells);
        fresh.is_endless = self.is_endless;
        fresh.leaves_traces = self.leaves_traces;
        fresh.read_ready_exits(module);
        Some(fresh)
    }

    /// Reads Pending off the ready exits of a future that never suspends. Only drop glue that
    /// dispatches on the same cell tells for sure that it is no closure with another one's code.
    pub fn read_ready_exits(&mut self, module: Module) {
        if self.pending == Err(PendingUnknown::NeverSuspendsNorAwaited)
            && self.has_dispatching_glue()
            && let Some(encoding) = from_ready_exits(module, self.resume)
        {
            self.pending = Ok(encoding);
        }
    }

    /// Does its drop glue dispatch on the same cell? Then it is no closure that rustc inlined an
    /// async body into, which may have all the rest of the shape.
    pub fn has_dispatching_glue(&self) -> bool {
        self.drop_glue.as_ref().is_some_and(|glue| glue.dispatch.is_some())
    }

    /// Is all it is given its frame? A closure that captured a raw pointer may reach what lies before
    /// it; a reference is good for what it refers to alone, and rustc notes its alignment.
    pub fn is_given_its_frame_only(&self) -> bool {
        let first = self.resume.first_argument();
        self.has_dispatching_glue() || self.resume.parameter_has_attribute(first, "align")
    }

    /// Does every suspend state await something of which `is_future` holds?
    pub fn awaits_only(&self, is_future: impl Fn(Function) -> bool) -> bool {
        let sites = self.await_sites.iter();
        let known = sites.filter(|site| site.callee.is_some_and(&is_future));
        known.map(|site| site.state).collect::<HashSet<_>>() == self.stored_states()
    }

    fn with_dispatch(
        module: Module,
        resume: Function,
        kind: CoroutineKind,
        dispatch: Dispatch,
        stores: Result<Vec<StateStore>, NotRecognised>,
        resumed_panics: Vec<ResumedPanic>,
    ) -> Result<Self, NotRecognised> {
        if resume.has_attribute("optnone") {
            return Err(NotRecognised::OptNone);
        }
        if has_decided_check(resume) {
            return Err(NotRecognised::DecidedCheck);
        }
        if !dispatch.head_is_pure(module) {
            return Err(NotRecognised::EntryHasEffects);
        }
        if dispatch.default.is_some() {
            return Err(NotRecognised::ReachableDefault);
        }
        if dispatch.target(UNRESUMED).is_none() {
            return Err(NotRecognised::NoUnresumedState);
        }
        let stores = stores?;
        let exits = suspend_exits(module, &dispatch, &stores)?;
        let mut await_sites: Vec<AwaitSite> =
            exits.iter().filter_map(|exit| await_site(module, &dispatch, exit)).collect();
        await_sites.sort_by_key(|site| site.state);
        let pending = from_suspend_exits(module, &dispatch, &exits)
            .unwrap_or(Err(PendingUnknown::NeverSuspendsNorAwaited));
        let location = location(module, resume, &resumed_panics);
        let stage = match resume.string_attribute(MARK) {
            Some(mark) if mark.ends_with(FINAL) => Stage::Flattened,
            _ => Stage::Lowered,
        };
        Ok(Self {
            resume,
            name: names::readable(&resume.symbol()),
            location,
            kind,
            dispatch,
            stores,
            exits,
            await_sites,
            resumed_panics,
            pending,
            drop_glue: None,
            callers: Callers::Nobody,
            stage,
            is_endless: false,
            leaves_traces: false,
            inner_cells: (stage == Stage::Lowered).then(Vec::new),
        })
    }

    /// A future, as opposed to generators and raw coroutines, in the shape that rustc gave it?
    pub fn is_future(&self) -> bool {
        self.kind == CoroutineKind::Async && self.stage == Stage::Lowered
    }

    /// Marks it as recognised, so that a later run needs no resumed panic to tell what it is.
    pub fn mark(&self) {
        let kind = self.kind.as_str();
        let end = if self.stage == Stage::Lowered { "" } else { FINAL };
        self.resume.set_string_attribute(MARK, &format!("{kind}{end}"));
    }

    /// The states that a suspend exit stores. A case whose state nothing here stores was folded
    /// into another, or is reached by other copies of this function only.
    pub fn suspend_states(&self) -> impl Iterator<Item = u64> {
        let own = self.stored_states();
        let cases = self.dispatch.cases.iter().map(|case| case.state);
        cases.filter(move |state| own.contains(state))
    }

    /// The suspend states that were folded, each with the one whose code it shares.
    pub fn folded_states(&self) -> HashMap<u64, u64> {
        let own = self.stored_states();
        let mut sharing: HashMap<Block, Vec<u64>> = HashMap::new();
        for case in &self.dispatch.cases {
            sharing.entry(case.target).or_default().push(case.state);
        }
        let is_folded = |state: u64| state >= RESERVED_STATES && !own.contains(&state);
        let cases = self.dispatch.cases.iter().filter(|case| is_folded(case.state));
        cases
            .filter_map(|case| {
                let mut others = sharing[&case.target].iter();
                others.find(|other| **other != case.state).map(|other| (case.state, *other))
            })
            .collect()
    }

    fn stored_states(&self) -> HashSet<u64> {
        self.exits.iter().map(|exit| exit.state).collect()
    }

    /// Is it a future that returns Ready at its first poll, whatever happens?
    pub fn never_suspends(&self) -> bool {
        let is_future = self.is_future() || self.stage == Stage::Stateless;
        is_future && self.exits.is_empty()
    }

    /// Is nothing part of it but its own code? Else the polls of its await sites are gone.
    pub fn has_its_polls(&self) -> bool {
        self.inner_cells.as_ref().is_some_and(Vec::is_empty)
    }

    /// Notes that the child at `offset` of its frame became part of it.
    pub fn takes_in(&mut self, child: &Coroutine, offset: i64) {
        let Some(child_cells) = &child.inner_cells else {
            self.inner_cells = None;
            return;
        };
        let own_cell = child.dispatch.cell;
        let drop_glue = child.drop_glue.as_ref().map(|glue| glue.function);
        let (resume, leaves_traces) = (child.resume, child.leaves_traces);
        let inner = InnerCell { cell: own_cell, own_cell, resume, drop_glue, leaves_traces };
        let cells = child_cells.iter().copied().chain([inner]);
        let seen_from_here = cells.map(|inner| {
            let cell = StateCell { offset: inner.cell.offset + offset, ..inner.cell };
            InnerCell { cell, ..inner }
        });
        if let Some(own) = &mut self.inner_cells {
            own.extend(seen_from_here);
        }
    }

    /// Notes that its own shape is gone, for this run and for a later one.
    pub fn becomes_final(&mut self) {
        self.stage = Stage::Flattened;
        self.mark();
    }

    /// Updates it after its dispatch was replaced by a jump to the unresumed state.
    pub fn becomes_stateless(&mut self, module: Module) {
        self.stage = Stage::Stateless;
        self.dispatch.cases.retain(|case| case.state == UNRESUMED);
        self.exits.clear();
        self.await_sites.clear();
        self.resumed_panics.clear();
        self.stores = stores_to_cell(module, self.resume, &self.dispatch).unwrap_or_default();
        self.mark();
    }
}

fn resumed_panics(dispatch: &Dispatch) -> Result<Vec<ResumedPanic>, NotRecognised> {
    let mut panics = Vec::new();
    for state in RETURNED..RESERVED_STATES {
        let Some(head) = dispatch.target(state) else { continue };
        panics.extend(ResumedPanic::of(state, head)?);
    }
    Ok(panics)
}

/// The dispatch, with both states known where it is a branch, and the stores to its cell.
fn dispatch_and_stores(
    module: Module,
    resume: Function,
) -> Option<(Dispatch, Result<Vec<StateStore>, NotRecognised>)> {
    let mut dispatch = Dispatch::of(module, resume)?;
    if resume.string_attribute(MARK).is_some() {
        dispatch.resolve_suspended();
    }
    let stores = state_stores(module, resume, &dispatch);
    if let Ok(stores) = &stores {
        dispatch.resolve_rest(stores.iter().map(|store| store.state));
    }
    Some((dispatch, stores))
}

/// A body that never returns and cannot unwind has no resumed panic to tell what it is. A closure
/// may look alike: one that matches on a captured enum. But only a coroutine has drop glue that
/// dispatches on the same cell itself; that of a closure calls the glue of what it captured. Besides
/// it takes a `&mut Context`, its frame is not `noalias`, its states have no gaps, and each has an
/// exit that returns one and the same constant and an await site. What it awaits has to be known as
/// a future, which only the whole module shows: [`super::Model`] looks at that.
fn kind_of_endless(
    module: Module,
    resume: Function,
    dispatch: &Dispatch,
    stores: &[StateStore],
    glue: &Dispatch,
) -> Option<CoroutineKind> {
    let reserved = (RETURNED..RESERVED_STATES).any(|state| dispatch.target(state).is_some());
    let first = resume.first_argument();
    let takes_context = resume.parameters().len() == first as usize + 2
        && !resume.parameter_has_attribute(first, "noalias")
        && resume.parameter_has_attribute(first + 1, "dereferenceable");
    if reserved || !takes_context || !glue.cell.is_same_place(dispatch.cell) {
        return None;
    }
    let suspends: Vec<u64> = dispatch.cases.iter().map(|case| case.state).skip(1).collect();
    let has_no_gaps = suspends.iter().copied().eq((RESERVED_STATES..).take(suspends.len()));
    let last = RESERVED_STATES + suspends.len() as u64;
    let spans_states = dispatch.cell.range == Some(ByteRange { low: 0, high: last });
    if suspends.is_empty() || !has_no_gaps || !spans_states {
        return None;
    }
    let exits = suspend_exits(module, dispatch, stores).ok()?;
    let all_await = suspends.iter().all(|state| {
        let mut own = exits.iter().filter(|exit| exit.state == *state);
        own.any(|exit| await_site(module, dispatch, exit).is_some())
    });
    let is_constant = matches!(from_suspend_exits(module, dispatch, &exits), Some(Ok(_)));
    (all_await && is_constant).then_some(CoroutineKind::Async)
}

fn location(module: Module, resume: Function, panics: &[ResumedPanic]) -> Option<SourceLocation> {
    panics.iter().find_map(|panic| panic.location(module)).or_else(|| {
        let (file, line) = resume.file_and_line()?;
        Some(SourceLocation { file, line, column: 0 })
    })
}
