//! The reports that the plugin wrote while an executable was built, and how much it says it has done.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use corofold_report::Module;
use serde::{Deserialize, Serialize};

/// Reads a folder of reports, one per module.
///
/// # Errors
/// Where there is none, or one that cannot be understood.
pub fn read(folder: &Path) -> Result<Vec<Module>> {
    let mut modules = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("the plugin wrote no report to {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read(&path)?;
            let module: Module = serde_json::from_slice(&text)
                .with_context(|| format!("cannot understand {}", path.display()))?;
            modules.push(module);
        }
    }
    ensure!(!modules.is_empty(), "the plugin wrote no report to {}", folder.display());
    Ok(modules)
}

/// What was done in the last crate of a program. What several of its modules have copies of counts once.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Done {
    /// Suspend states before anything was done.
    pub states: usize,
    /// Suspend states that became another one.
    pub folded: usize,
    /// Awaits of futures that never suspend.
    pub never: usize,
    /// Futures that became part of the one that awaits them.
    pub flattened: usize,
}

impl Done {
    /// Counts in the modules of the crate that cargo calls `name`. Programs of one workspace have
    /// their reports in one folder.
    pub fn of(modules: &[Module], name: &str) -> Self {
        let name = name.replace('-', "_");
        // rustc calls a module `crate.hash-cgu.number`.
        let is_own = |module: &&Module| module.module.split('.').next() == Some(&name);
        let modules: Vec<&Module> = modules.iter().filter(is_own).collect();
        let records = || modules.iter().flat_map(|module| &module.records);
        let number_of = |remark: &str| {
            let done = records().filter(|record| record.done && record.remark == remark);
            done.map(|record| (&record.symbol, record.state)).collect::<HashSet<_>>().len()
        };
        let coroutines = modules.iter().flat_map(|module| &module.coroutines);
        let states = coroutines.flat_map(|coroutine| {
            let states = coroutine.before.iter().flat_map(|machine| &machine.states);
            let suspended = states.filter(|state| state.role == corofold_report::Role::Suspended);
            suspended.map(|state| (&coroutine.symbol, state.state))
        });
        Self {
            states: states.collect::<HashSet<_>>().len(),
            folded: number_of("StateFolded"),
            never: number_of("NeverSuspends"),
            flattened: number_of("ChildFlattened"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Done;
    use corofold_report::{Module, Record};

    fn record(symbol: &str, state: u64, done: bool, remark: &str) -> Record {
        Record {
            transformation: "fold".to_owned(),
            symbol: symbol.to_owned(),
            coroutine: symbol.to_owned(),
            location: None,
            state: Some(state),
            other_state: None,
            done,
            remark: remark.to_owned(),
            text: String::new(),
        }
    }

    fn module(name: &str, records: Vec<Record>) -> Module {
        Module {
            schema: corofold_report::SCHEMA,
            module: format!("{name}.1b2c-cgu.0"),
            options: String::new(),
            coroutines: Vec::new(),
            unrecognised: Vec::new(),
            records,
        }
    }

    #[test]
    fn copies_count_once_and_refusals_and_other_crates_do_not() {
        let folded = || record("f", 4, true, "StateFolded");
        let first = module("a_b", vec![folded(), record("f", 5, true, "StateFolded")]);
        let second = module(
            "a_b",
            vec![
                folded(),
                record("g", 4, false, "StateNotFolded"),
                record("g", 3, true, "ChildFlattened"),
            ],
        );
        let other = module("other", vec![record("h", 3, true, "StateFolded")]);
        let done = Done::of(&[first, second, other], "a-b");
        assert_eq!(done, Done { states: 0, folded: 2, never: 0, flattened: 1 });
    }
}
