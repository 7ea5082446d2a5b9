//! The largest resume function of an executable, and what the plugin says that it left of it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use corofold_report::{Coroutine, Module};
use object::{Object, ObjectSymbol, SymbolKind};
use serde::{Deserialize, Serialize};

/// One resume function.
#[derive(Clone, Deserialize, Serialize)]
pub struct Largest {
    /// Its path in Rust, without hashes.
    pub name: String,
    /// Bytes without the plugin; none where it is a part of other functions there, or where that executable is not at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Bytes with the plugin.
    pub after: u64,
    /// Suspend states as rustc made it.
    pub states_before: usize,
    /// Suspend states that are left.
    pub states_after: usize,
    /// What was not done, in the words of the report, and how often.
    pub left: BTreeMap<String, usize>,
}

impl Largest {
    /// Of an executable, and of the reports on its modules; `base` is the one without the plugin.
    pub fn of(executable: &Path, base: &Path, modules: &[Module]) -> Result<Option<Self>> {
        let mut coroutines: HashMap<&str, (&Coroutine, &Module)> = HashMap::new();
        for module in modules {
            for coroutine in &module.coroutines {
                coroutines.entry(&coroutine.symbol).or_insert((coroutine, module));
            }
        }
        let functions = functions(executable)?;
        let resumes = functions
            .iter()
            .filter_map(|(symbol, bytes)| Some((*bytes, *coroutines.get(plain(symbol))?)));
        // Of equally large ones the first by name.
        let largest = resumes.max_by(|(a, (of_a, _)), (b, (of_b, _))| {
            a.cmp(b).then_with(|| of_b.symbol.cmp(&of_a.symbol))
        });
        let Some((after, (coroutine, module))) = largest else { return Ok(None) };
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        let records = module.records.iter().filter(|record| record.symbol == coroutine.symbol);
        for record in records.filter(|record| !record.done) {
            // What is said of a child begins with its name; the number of children is enough here.
            let why = record.text.rsplit_once("}: ").map_or(record.text.as_str(), |(_, why)| why);
            *left.entry(format!("{}: {why}", record.transformation)).or_default() += 1;
        }
        let states = coroutine.before.iter().flat_map(|machine| &machine.states);
        Ok(Some(Self {
            name: coroutine.name.clone(),
            before: size_of_namesake(base, &coroutine.symbol)?,
            after,
            states_before: states
                .filter(|state| state.role == corofold_report::Role::Suspended)
                .count(),
            states_after: coroutine.suspend_states,
            left,
        }))
    }
}

/// The functions of an executable by symbol, and their bytes.
fn functions(path: &Path) -> Result<BTreeMap<String, u64>> {
    let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = object::File::parse(&*data)
        .with_context(|| format!("{} is not an executable", path.display()))?;
    let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let named = functions.map(|symbol| Ok((symbol.name()?.to_owned(), symbol.size())));
    named.collect()
}

/// A symbol without what LLVM appends where it makes a local symbol unique.
fn plain(symbol: &str) -> &str {
    symbol.split('.').next().unwrap_or(symbol)
}

/// The largest function of the same path. Hashes in symbols differ from build to build.
fn size_of_namesake(executable: &Path, symbol: &str) -> Result<Option<u64>> {
    if !executable.exists() {
        return Ok(None);
    }
    let path = |symbol: &str| format!("{:#}", rustc_demangle::demangle(symbol));
    let wanted = path(symbol);
    let functions = functions(executable)?;
    Ok(functions.iter().filter(|(name, _)| path(name) == wanted).map(|(_, bytes)| *bytes).max())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_suffix_of_llvm_is_no_part_of_the_symbol() {
        assert_eq!(plain("_RNCNvC1a1f0B3_"), "_RNCNvC1a1f0B3_");
        assert_eq!(plain("_RNCNvC1a1f0B3_.llvm.17"), "_RNCNvC1a1f0B3_");
    }
}
