//! `slots`: what no suspended state needs is not kept in the frame.
//!
//! ```text
//! async fn outer(x: u32) -> u32 { inner(x).await }       // inner became part of outer
//!
//! before: frame.inner.x = frame.x; frame.inner.leaf.x = frame.inner.x; ...   after: frame.inner.leaf.x = frame.x
//! ```
//! Each layer copies what it captured from its own slot into that of its child, once per layer. A
//! byte that every poll writes before it reads it, and that the drop glue does not read, need not
//! be there when the poll has returned. Which bytes these are is found here, on rustc's code, and
//! noted at the frame parameter. [`stores`] removes the stores, once LLVM has replaced the loads
//! behind them by what was stored.
//!
//! Frames are shared with copies of this code in other codegen units (rule 6). They read what this
//! code reads, and the cells of the futures that `flatten` took in. Where there are no copies
//! (rule 7), and nothing here looks at such a cell any more, its stores go as well.
//!
//! Declines: futures whose drop glue is not in this module; all locals of a future that shows the
//! address of one of them; frames with too many accesses to look at; what comes from another crate,
//! where copies may have checks for overflow that this code has not.

pub mod stores;

use super::Transformation;
use super::flatten::name_all_children;
use crate::analysis::frame::{FrameAnalysis, FrameReach, FrameTouches, note_of_place};
use crate::compilation::is_whole_program;
use crate::llvm::{Function, Inst, Module};
use crate::model::{Bytes, Coroutine, CoroutineKind, InnerCell, Model, Stage, StateCell};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use thiserror::Error;

/// See the head of this file.
pub struct UnreadSlots;

/// The attribute of a frame parameter that lists bytes whose value does not matter once the
/// function has returned, as in `"4-8,12-16"`. Invisible in object code.
const UNREAD: &str = "corofold-unread";

/// The attribute of a function with such a parameter that names its frame in notes at arguments.
const FRAME: &str = "corofold-frame";

/// Why nothing is known of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
enum Refusal {
    #[error("its drop glue is not in this module")]
    NoDropGlue,
    #[error("it is touched in too many places to tell what its slots are needed for")]
    TooLarge,
    #[error("futures became part of it in an earlier run")]
    FlattenedBefore,
    #[error("copies of it in other crates may check for overflow, and need more of its slots")]
    ChecksElsewhere,
}

impl Transformation for UnreadSlots {
    fn name(&self) -> &'static str {
        "slots"
    }

    fn run(&self, model: &mut Model, options: &Options) -> bool {
        // Where `flatten` ran, it has named those it found.
        let mut changed = name_all_children(model);
        let mut analysis = FrameAnalysis::of(model.module, functions_of_frames(model));
        let is_whole = is_whole_program(options);
        for resume in candidates(model) {
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            let has_all_checks = model.has_all_checks(&coroutine, is_whole);
            let frames = match Frames::of(&mut analysis, model, &coroutine, has_all_checks) {
                Ok(frames) => frames,
                Err(refusal) => {
                    let outcome = Outcome::missed("SlotsKept", refusal.to_string());
                    model.record(self.name(), &coroutine, None, outcome);
                    continue;
                }
            };
            let has_no_copies = model.has_no_copies(&coroutine, is_whole);
            let mut forgotten = if has_no_copies { frames.unread_cells() } else { HashSet::new() };
            let unread = frames.unread(&coroutine, &forgotten);
            if !unread.is_empty() {
                mark(model.module, &coroutine, &unread, &frames.resumed);
            }
            // Else the store of 0 when the child is made would take the place of the one here.
            forgotten.retain(|cell| unread.iter().any(|bytes| bytes.holds(*cell)));
            let stores = forget_states(model.module, &coroutine, &forgotten);
            if stores > 0 {
                let cells = forgotten.len();
                let text = format!("the states of {cells} futures that became part of it are gone");
                model.record(self.name(), &coroutine, None, Outcome::passed("CellsUnread", text));
            }
            if !unread.is_empty() {
                let bytes: i64 = unread.iter().map(|bytes| bytes.count()).sum();
                let text = format!("{bytes} bytes of it are not needed while it is suspended");
                model.record(self.name(), &coroutine, None, Outcome::passed("SlotsUnread", text));
            }
            changed |= !unread.is_empty() || stores > 0;
        }
        changed
    }
}

/// What is done to the frame of a future.
struct Frames {
    resumed: FrameTouches,
    dropped: FrameTouches,
    /// What the resume function writes before it reads it.
    written: Vec<Bytes>,
    /// The cells of inner futures, each with whether code that is left of that future, here or in
    /// other functions, looks at it.
    cells: Vec<(InnerCell, bool)>,
}

impl Frames {
    fn of(
        analysis: &mut FrameAnalysis,
        model: &Model,
        coroutine: &Coroutine,
        has_all_checks: bool,
    ) -> Result<Self, Refusal> {
        let glue = coroutine.drop_glue.as_ref().ok_or(Refusal::NoDropGlue)?;
        let glue_frame = glue.function.parameters().first().copied().ok_or(Refusal::NoDropGlue)?;
        let cells = coroutine.inner_cells.as_ref().ok_or(Refusal::FlattenedBefore)?;
        if !has_all_checks {
            return Err(Refusal::ChecksElsewhere);
        }
        let mut is_watched =
            |inner| model.may_be_inlined_elsewhere(inner) || is_watched(analysis, inner);
        let cells = cells.iter().map(|inner| (*inner, is_watched(inner))).collect();
        let resumed = analysis.touches(coroutine.dispatch.frame).ok_or(Refusal::TooLarge)?;
        let dropped = analysis.touches(glue_frame).ok_or(Refusal::TooLarge)?;
        let written = resumed.written_before_read(coroutine.resume).ok_or(Refusal::TooLarge)?;
        Ok(Self { resumed, dropped, written, cells })
    }

    /// The bytes that the function writes and that nobody reads after it has returned.
    fn unread(&self, coroutine: &Coroutine, forgotten: &HashSet<i64>) -> Vec<Bytes> {
        let cells = self.cells.iter().map(|(inner, _)| inner.cell);
        let cells = cells.filter(|cell| !forgotten.contains(&cell.offset));
        let cells = cells.chain([coroutine.dispatch.cell]).map(Bytes::of_cell);
        let mut kept: Vec<Bytes> =
            self.resumed.shown().chain(self.dropped.shown_or_read()).chain(cells).collect();
        kept.sort_unstable();
        kept.dedup();
        let is_unread = |bytes: &&Bytes| !kept.iter().any(|kept| kept.overlaps(**bytes));
        joined(self.written.iter().filter(is_unread).copied())
    }

    /// The offsets of inner cells that no code looks at any more, if no copies of the outer future
    /// exist.
    ///
    /// A cell has no name in Rust, so an address that was handed out does not lead to it: only what
    /// is left of the inner future itself, and loads in these two functions.
    fn unread_cells(&self) -> HashSet<i64> {
        let unwatched = self.cells.iter().filter(|(_, is_watched)| !is_watched);
        let is_unread = |cell: &StateCell| {
            let mut reads = self.resumed.read().chain(self.dropped.read());
            !reads.any(|bytes| bytes.overlaps(Bytes::of_cell(*cell)))
        };
        let cells = unwatched.map(|(inner, _)| inner.cell).filter(is_unread);
        cells.map(|cell| cell.offset).collect()
    }
}

/// Removes the stores of inner futures' states to the cells at these offsets. Returns how many.
fn forget_states(module: Module, coroutine: &Coroutine, cells: &HashSet<i64>) -> usize {
    let is_forgotten = |inst: &Inst| {
        let place = inst.pointer().map(|pointer| module.base_and_offset(pointer));
        place.is_some_and(|(base, offset)| {
            base == coroutine.dispatch.frame && cells.contains(&offset)
        })
    };
    let states = coroutine.resume.instructions().filter(|inst| inst.is_child_state());
    let stores: Vec<Inst> = states.filter(is_forgotten).collect();
    stores.iter().for_each(|store| store.erase());
    stores.len()
}

/// May a function that is left of the inner future look at its cell?
fn is_watched(analysis: &mut FrameAnalysis, inner: &InnerCell) -> bool {
    let is_gone = |function: Function| function.has_local_linkage() && function.value().is_unused();
    let looks = |analysis: &mut FrameAnalysis, glue: Function| {
        let touches = glue.parameters().first().and_then(|frame| analysis.touches(*frame));
        let cell = Bytes::of_cell(inner.own_cell);
        touches.is_none_or(|touches| touches.shown_or_read().any(|bytes| bytes.overlaps(cell)))
    };
    let by_glue = match inner.drop_glue {
        Some(glue) => !is_gone(glue) && (!glue.is_defined() || looks(analysis, glue)),
        None => true,
    };
    by_glue || !is_gone(inner.resume)
}

/// Resume functions and drop glue: what they do is done to the frame that they are given.
fn functions_of_frames(model: &Model) -> HashMap<Function, FrameReach> {
    let both = model.coroutines().iter().flat_map(|coroutine| {
        let is_polled_once = coroutine.stage == Stage::Stateless;
        let reach = if is_polled_once { FrameReach::OnePoll } else { FrameReach::Whole };
        let glue = coroutine.drop_glue.as_ref().map(|glue| glue.function);
        let resume = Some(coroutine.resume).filter(|_| coroutine.is_given_its_frame_only());
        [resume, glue].into_iter().flatten().map(move |function| (function, reach))
    });
    both.collect()
}

/// Futures whose resume function somebody may still call, and that were not looked at before.
fn candidates(model: &Model) -> Vec<Function> {
    let futures = model.coroutines().iter().filter(|coroutine| {
        coroutine.kind == CoroutineKind::Async
            && !(coroutine.resume.has_local_linkage() && coroutine.resume.value().is_unused())
            && coroutine
                .resume
                .parameter_string_attribute(coroutine.resume.first_argument(), UNREAD)
                .is_none()
    });
    futures.map(|coroutine| coroutine.resume).collect()
}

/// Neighbours become one.
fn joined(sorted: impl Iterator<Item = Bytes>) -> Vec<Bytes> {
    let mut joined: Vec<Bytes> = Vec::new();
    for bytes in sorted {
        match joined.last_mut() {
            Some(last) if last.high == bytes.low => last.high = bytes.high,
            _ => joined.push(bytes),
        }
    }
    joined
}

/// Lists the bytes at the frame parameter, and notes at the calls which of their arguments are places
/// in the frame.
fn mark(module: Module, coroutine: &Coroutine, unread: &[Bytes], resumed: &FrameTouches) {
    let listed: Vec<String> =
        unread.iter().map(|bytes| format!("{}-{}", bytes.low, bytes.high)).collect();
    let resume = coroutine.resume;
    let name = name_of_frame(module, resume);
    resume.set_parameter_string_attribute(resume.first_argument(), UNREAD, &listed.join(","));
    resume.set_string_attribute(FRAME, &name);
    let calls: HashSet<Inst> = resumed.touches.iter().map(|(inst, _)| *inst).collect();
    for call in calls.into_iter().filter(|inst| inst.is_call() && !inst.is_memory_intrinsic()) {
        for (index, argument) in (0u32..).zip(call.arguments()) {
            let (base, offset) = module.base_and_offset(argument);
            if base == coroutine.dispatch.frame {
                call.mark_frame_argument(index, &note_of_place(&name, offset));
            }
        }
    }
}

/// Stays the same where LTO gives the function another name, and tells it from its copies in the
/// modules that LTO merges.
fn name_of_frame(module: Module, resume: Function) -> String {
    let mut hasher = DefaultHasher::new();
    (module.name(), resume.symbol()).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
