//! One recognised coroutine.

use super::await_site::{AwaitSite, await_site};
use super::callers::Callers;
use super::drop_glue::DropGlue;
use super::exit::{StateStore, SuspendExit, state_stores, suspend_exits};
use super::pending::{PendingEncoding, from_ready_exits, from_suspend_exits};
use super::reason::{NotRecognised, PendingUnknown};
use super::resumed::{ResumedPanic, SourceLocation};
use super::{Dispatch, RESERVED_STATES, RETURNED, UNRESUMED, names};
use crate::llvm::{Function, Module};
use std::fmt;

/// The function attribute that marks what was recognised once: after its resumed panics are gone
/// nothing else in the IR tells an async body from a generator. Invisible in object code.
pub const MARK: &str = "corofold";

/// Ends the mark of a coroutine whose state stores are no longer where rustc put them. It is
/// listed, and left as it is.
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
    /// Its state stores were moved: what the model says of its exits no longer holds, and it is
    /// left as it is.
    pub is_final: bool,
}

impl Coroutine {
    /// Recognises the coroutine behind a resume function. `Ok(None)`: it does not look like one.
    ///
    /// What only the whole module shows (drop glue, callers, encodings seen by others) is filled
    /// in by [`super::Model`].
    pub fn of(module: Module, resume: Function) -> Result<Option<Self>, NotRecognised> {
        let mark = resume.string_attribute(MARK).and_then(|mark| CoroutineKind::from_mark(&mark));
        let panics_here = || {
            resume
                .instructions()
                .any(|inst| inst.callee().and_then(super::resumed::panicking_kind).is_some())
        };
        let Some(mut dispatch) = Dispatch::of(module, resume) else {
            let is_final = resume.string_attribute(MARK).is_some_and(|mark| mark.ends_with(FINAL));
            let is_candidate = !is_final && (mark.is_some() || panics_here());
            return if is_candidate { Err(NotRecognised::NoDispatch) } else { Ok(None) };
        };
        let stores = state_stores(module, resume, &dispatch);
        if let Ok(stores) = &stores {
            dispatch.resolve_rest(stores.iter().map(|store| store.state));
        }
        let resumed_panics = resumed_panics(&dispatch)?;
        let kind = mark.or_else(|| resumed_panics.first().map(|panic| panic.kind));
        let Some(kind) =
            kind.or_else(|| kind_of_endless(module, resume, &dispatch, stores.as_ref().ok()?))
        else {
            return if panics_here() { Err(NotRecognised::NoDispatch) } else { Ok(None) };
        };
        Self::with_dispatch(module, resume, kind, dispatch, stores, resumed_panics).map(Some)
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
        let exits = suspend_exits(&dispatch, &stores)?;
        let mut await_sites: Vec<AwaitSite> =
            exits.iter().filter_map(|exit| await_site(module, &dispatch, exit)).collect();
        await_sites.sort_by_key(|site| site.state);
        let pending = from_suspend_exits(module, &dispatch, &exits).unwrap_or_else(|| {
            from_ready_exits(module, resume).ok_or(PendingUnknown::NeverSuspendsNorAwaited)
        });
        let location = location(module, resume, &resumed_panics);
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
            is_final: resume.string_attribute(MARK).is_some_and(|mark| mark.ends_with(FINAL)),
        })
    }

    /// A future, as opposed to generators and raw coroutines?
    pub fn is_future(&self) -> bool {
        self.kind == CoroutineKind::Async && !self.is_final
    }

    /// Marks it as recognised, so that a later run needs no resumed panic to tell what it is.
    pub fn mark(&self) {
        let kind = self.kind.as_str();
        let end = if self.is_final { FINAL } else { "" };
        self.resume.set_string_attribute(MARK, &format!("{kind}{end}"));
    }

    /// The states that a suspend exit stores. A case whose state nothing here stores was folded
    /// into another, or is reached by other copies of this function only.
    pub fn suspend_states(&self) -> impl Iterator<Item = u64> {
        let cases = self.dispatch.cases.iter().map(|case| case.state);
        cases.filter(|state| self.exits.iter().any(|exit| exit.state == *state))
    }

    /// The state that shares the code of `state`, if that was folded.
    pub fn folded_into(&self, state: u64) -> Option<u64> {
        let target = self.dispatch.target(state)?;
        let is_own = self.exits.iter().any(|exit| exit.state == state);
        let mut cases = self.dispatch.cases.iter();
        let other = cases.find(|case| case.target == target && case.state != state)?;
        (state >= RESERVED_STATES && !is_own).then_some(other.state)
    }

    /// Does it return Ready at its first poll, whatever happens?
    pub fn never_suspends(&self) -> bool {
        self.exits.is_empty()
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

/// A body that never returns and cannot unwind has no resumed panic to tell what it is. It is
/// taken for a future if its name is that of a closure-like body, and every suspend state has an
/// exit that returns one and the same constant and an await site whose test says so.
fn kind_of_endless(
    module: Module,
    resume: Function,
    dispatch: &Dispatch,
    stores: &[StateStore],
) -> Option<CoroutineKind> {
    let reserved = (RETURNED..RESERVED_STATES).any(|state| dispatch.target(state).is_some());
    if reserved || !resume.value().with_name(names::may_be_resume_function) {
        return None;
    }
    let exits = suspend_exits(dispatch, stores).ok()?;
    let suspends = dispatch.cases.iter().filter(|case| case.state >= RESERVED_STATES);
    let all_await = suspends.clone().all(|case| {
        exits
            .iter()
            .any(|exit| exit.state == case.state && await_site(module, dispatch, exit).is_some())
    });
    let is_constant = matches!(from_suspend_exits(module, dispatch, &exits), Some(Ok(_)));
    (suspends.count() > 0 && all_await && is_constant).then_some(CoroutineKind::Async)
}

fn location(module: Module, resume: Function, panics: &[ResumedPanic]) -> Option<SourceLocation> {
    panics.iter().find_map(|panic| panic.location(module)).or_else(|| {
        let (file, line) = resume.file_and_line()?;
        Some(SourceLocation { file, line, column: 0 })
    })
}
