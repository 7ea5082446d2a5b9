//! The document of a module: the model before the transformations, and what became of it.

use super::{frame, location, machine};
use crate::model::{Coroutine, Model, Stage, Unrecognised};
use corofold_report as report;
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// The coroutines of a module before anything was changed.
#[derive(Clone, Debug)]
pub struct Snapshot(Vec<report::Coroutine>);

impl Snapshot {
    /// Describes the model as it is.
    pub fn of(model: &Model) -> Self {
        Self(model.coroutines().iter().map(described).collect())
    }
}

fn described(coroutine: &Coroutine) -> report::Coroutine {
    report::Coroutine {
        symbol: coroutine.resume.symbol(),
        drop_glue: coroutine.drop_glue.as_ref().map(|glue| glue.function.symbol()),
        name: coroutine.name.clone(),
        kind: coroutine.kind.as_str().to_owned(),
        location: coroutine.location.as_ref().map(location),
        polled_by: coroutine.callers.to_string(),
        suspend_states: coroutine.suspend_states().count(),
        resumed_panics_left: coroutine.resumed_panics.len(),
        frame: frame::of(coroutine.resume),
        before: (coroutine.stage == Stage::Lowered).then(|| machine::of(coroutine)),
        after: None,
    }
}

fn left_alone(unrecognised: &Unrecognised) -> report::Unrecognised {
    let place = unrecognised.function.file_and_line();
    report::Unrecognised {
        symbol: unrecognised.function.symbol(),
        name: unrecognised.name.clone(),
        location: place.map(|(file, line)| report::Location { file, line, column: 0 }),
        reason: unrecognised.reason.to_string(),
    }
}

/// The document, given the options that the plugin ran with.
pub fn document(model: &Model, options: &str) -> report::Module {
    let mut coroutines = model.before.clone().unwrap_or_else(|| Snapshot::of(model)).0;
    let now: HashMap<String, &Coroutine> =
        model.coroutines().iter().map(|coroutine| (coroutine.resume.symbol(), coroutine)).collect();
    for coroutine in &mut coroutines {
        let Some(left) = now.get(&coroutine.symbol) else {
            (coroutine.suspend_states, coroutine.resumed_panics_left) = (0, 0);
            continue;
        };
        coroutine.polled_by = left.callers.to_string();
        coroutine.suspend_states = left.suspend_states().count();
        coroutine.resumed_panics_left = left.resumed_panics.len();
        // Of a coroutine in another shape the model does not know the states.
        let is_known = left.stage == Stage::Lowered && left.has_its_polls();
        let has_changed = !model.records.is_empty() && is_known;
        coroutine.after = has_changed.then(|| machine::of(left));
    }
    report::Module {
        schema: report::SCHEMA,
        module: model.module.name(),
        options: options.to_owned(),
        coroutines,
        unrecognised: model.unrecognised.iter().map(left_alone).collect(),
        records: model.records.clone(),
    }
}

/// Writes `folder/<module>.json`; the file appears whole or not at all.
///
/// # Errors
/// Whatever the file system says; the folder must exist.
pub fn write(model: &Model, options: &str, folder: &Path) -> io::Result<()> {
    let document = document(model, options);
    let safe: String = document
        .module
        .chars()
        .map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    let unfinished = folder.join(format!(".{safe}.{}.tmp", std::process::id()));
    std::fs::write(&unfinished, serde_json::to_vec_pretty(&document)?)?;
    std::fs::rename(&unfinished, folder.join(format!("{safe}.json")))
}
