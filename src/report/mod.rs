//! What was done and what was left, and why: LLVM remarks, and a JSON file per module.

use crate::llvm::RemarkKind;
use crate::model::{Coroutine, Model};
use serde::Serialize;
use std::io;
use std::path::Path;

/// The result of one transformation on one coroutine.
#[derive(Clone, Debug)]
pub struct Outcome {
    kind: RemarkKind,
    name: &'static str,
    text: String,
}

impl Outcome {
    /// Something was done.
    pub fn passed(name: &'static str, text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Passed, name, text: text.into() }
    }

    /// Something was left alone.
    pub fn missed(name: &'static str, text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Missed, name, text: text.into() }
    }

    /// Was something done?
    pub fn is_passed(&self) -> bool {
        self.kind == RemarkKind::Passed
    }
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// The transformation.
    pub transformation: &'static str,
    /// The coroutine's path in Rust.
    pub coroutine: String,
    /// `file:line:col` of its body.
    pub location: Option<String>,
    /// The state concerned.
    pub state: Option<u64>,
    /// Done or left alone.
    pub done: bool,
    /// CamelCase name of the finding, the name of the LLVM remark.
    pub remark: &'static str,
    /// In words.
    pub text: String,
}

impl Model {
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
            transformation,
            coroutine: coroutine.name.clone(),
            location: coroutine.location.as_ref().map(ToString::to_string),
            state,
            done: outcome.is_passed(),
            remark: outcome.name,
            text: outcome.text,
        });
    }
}

/// The report of one module.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ModuleReport<'a> {
    module: String,
    coroutines: Vec<CoroutineReport>,
    records: &'a [Record],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CoroutineReport {
    name: String,
    kind: &'static str,
    location: Option<String>,
    suspend_states: usize,
    resumed_panics_left: usize,
    polled_by: String,
}

impl From<&Coroutine> for CoroutineReport {
    fn from(coroutine: &Coroutine) -> Self {
        Self {
            name: coroutine.name.clone(),
            kind: coroutine.kind.as_str(),
            location: coroutine.location.as_ref().map(ToString::to_string),
            suspend_states: coroutine.suspend_states().count(),
            resumed_panics_left: coroutine.resumed_panics.len(),
            polled_by: coroutine.callers.to_string(),
        }
    }
}

/// Writes `folder/<module>.json`; the file appears whole or not at all.
///
/// # Errors
/// Whatever the file system says; the folder must exist.
pub fn write(model: &Model, folder: &Path) -> io::Result<()> {
    let module = model.module.name();
    let report = ModuleReport {
        coroutines: model.coroutines().iter().map(CoroutineReport::from).collect(),
        records: &model.records,
        module: module.clone(),
    };
    let safe: String = module
        .chars()
        .map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    let unfinished = folder.join(format!(".{safe}.{}.tmp", std::process::id()));
    std::fs::write(&unfinished, serde_json::to_vec_pretty(&report)?)?;
    std::fs::rename(&unfinished, folder.join(format!("{safe}.json")))
}
