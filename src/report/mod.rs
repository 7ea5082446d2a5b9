//! What was found, what was done and what was left, and why: LLVM remarks, and a document per
//! module, in a folder or in the object file itself.

mod document;
mod frame;
mod machine;
mod section;

pub use document::{Snapshot, write};
pub use section::embed;

use crate::llvm::RemarkKind;
use crate::model::{Coroutine, Model, SourceLocation};
use corofold_report::{Location, Record};

/// The result of one transformation on one coroutine.
#[derive(Clone, Debug)]
pub struct Outcome {
    kind: RemarkKind,
    name: &'static str,
    text: String,
    other_state: Option<u64>,
}

impl Outcome {
    /// Something was done.
    pub fn passed(name: &'static str, text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Passed, name, text: text.into(), other_state: None }
    }

    /// Something was left alone.
    pub fn missed(name: &'static str, text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Missed, name, text: text.into(), other_state: None }
    }

    /// Names the state that the one concerned became the same as.
    pub fn same_as(mut self, state: u64) -> Self {
        self.other_state = Some(state);
        self
    }

    /// Was something done?
    pub fn is_passed(&self) -> bool {
        self.kind == RemarkKind::Passed
    }
}

impl Model {
    /// Emits remarks on what was found: a fact on each coroutine, and why something that looks like
    /// one is left as it is.
    pub fn remark_on_findings(&self) {
        for coroutine in self.coroutines() {
            let Coroutine { name, kind, callers, .. } = coroutine;
            let states = coroutine.suspend_states().count();
            let text = format!("{name}: {kind}, {states} suspend state(s), callers: {callers}");
            self.module.remark(RemarkKind::Analysis, "Coroutine", coroutine.resume, None, &text);
        }
        for left in &self.unrecognised {
            let text = format!("{}: left as it is: {}", left.name, left.reason);
            self.module.remark(RemarkKind::Missed, "NotRecognised", left.function, None, &text);
        }
    }

    /// Emits a remark and keeps it for the report.
    pub fn record(
        &mut self,
        transformation: &'static str,
        coroutine: &Coroutine,
        state: Option<u64>,
        outcome: Outcome,
    ) {
        let state_text = state.map(|state| format!(" (state {state})")).unwrap_or_default();
        let text = format!("{}{state_text}: {}", coroutine.name, outcome.text);
        self.module.remark(outcome.kind, outcome.name, coroutine.resume, None, &text);
        self.records.push(Record {
            transformation: transformation.to_owned(),
            symbol: coroutine.resume.symbol(),
            coroutine: coroutine.name.clone(),
            location: coroutine.location.as_ref().map(location),
            state,
            other_state: outcome.other_state,
            done: outcome.is_passed(),
            remark: outcome.name.to_owned(),
            text: outcome.text,
        });
    }
}

fn location(from: &SourceLocation) -> Location {
    Location { file: from.file.clone(), line: from.line, column: from.column }
}
