//! Puts together what the plugin wrote into a linked file and what the linker made of the code.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use cargo_metadata::Artifact as Target;
use corofold_report::{Coroutine, Module, Record, SECTION, Unrecognised};
use object::{File, FileKind, Object, ObjectSection};
use rustc_demangle::demangle;

use super::code::{self, Bytes};
use super::columns::count_characters;
use super::model::{Artifact, Callee, Code, Future};
use super::{findings, titles};
use crate::build::Build;
use crate::measure::Measure;
use crate::panics::ResumedPanics;

/// How many inlined functions of a future are listed.
const CALLEES: usize = 10;

/// A linked file: what the plugin says of it, and its code by symbol.
struct Linked {
    text: u64,
    resumed_panics: ResumedPanics,
    futures: BTreeMap<String, Described>,
    unrecognised: BTreeMap<String, Unrecognised>,
    code: BTreeMap<String, Bytes>,
}

/// A coroutine, from all modules that have a copy of it.
struct Described {
    coroutine: Coroutine,
    copies: usize,
    records: Vec<Record>,
}

/// The report of one artifact. `with` is the build with the plugin, if there is one. `None`: there is
/// no async code in it.
///
/// # Errors
/// A file that cannot be read, or of whose code it is not known whose it is.
pub fn artifact(
    path: &Path,
    target: &Target,
    base: &Build,
    with: Option<&Build>,
    workspace: &Path,
) -> Result<Option<Artifact>> {
    let read = |build: &Build| Linked::read(&build.folder.join(path), workspace);
    let Some(base) = read(base)? else { return Ok(None) };
    let with = with.map(read).transpose()?.flatten();
    let mut futures: Vec<Future> = base
        .futures
        .values()
        .map(|described| future(described, &base, with.as_ref()))
        .filter(|future| future.code.total() > 0)
        .collect();
    futures
        .sort_by(|a, b| b.code.total().cmp(&a.code.total()).then_with(|| a.symbol.cmp(&b.symbol)));
    let unrecognised: Vec<Unrecognised> = base.unrecognised.values().cloned().collect();
    Ok(Some(Artifact {
        name: target.target.name.clone(),
        kind: target.target.kind.first().map(ToString::to_string).unwrap_or_default(),
        path: path.to_owned(),
        text: base.text,
        text_with_plugin: with.as_ref().map(|with| with.text),
        resumed_panics: base.resumed_panics,
        resumed_panics_left: with.as_ref().map(|with| with.resumed_panics),
        futures_code: futures.iter().map(|future| future.code.total()).sum(),
        findings: findings::of(&futures, &unrecognised, &base.code),
        futures,
        unrecognised,
    }))
}

fn future(described: &Described, base: &Linked, with: Option<&Linked>) -> Future {
    let coroutine = &described.coroutine;
    let construct =
        coroutine.frame.as_ref().map_or(&coroutine.kind, |frame| &frame.construct).clone();
    let changed = with.map(|with| with.futures.get(&coroutine.symbol));
    let changed_coroutine = changed.flatten().map(|changed| &changed.coroutine);
    Future {
        title: titles::future(&coroutine.name, &construct),
        name: coroutine.name.clone(),
        crate_name: titles::crate_name(&coroutine.name).to_owned(),
        location: coroutine.location.clone(),
        symbol: coroutine.symbol.clone(),
        copies: described.copies,
        code: base.code_of(coroutine),
        code_with_plugin: with.map(|with| with.code_of(coroutine)),
        callees: base.callees_of(coroutine),
        frame_bytes: coroutine.frame.as_ref().map(|frame| frame.bytes),
        suspend_states: coroutine.suspend_states,
        resumed_panics: coroutine.resumed_panics_left,
        resumed_panics_left: with
            .map(|_| changed_coroutine.map_or(0, |changed| changed.resumed_panics_left)),
        polled_by: coroutine.polled_by.clone(),
        frame: coroutine.frame.clone(),
        before: coroutine.before.clone(),
        after: changed_coroutine.and_then(|changed| changed.after.clone()),
        records: changed.flatten().map(|changed| changed.records.clone()).unwrap_or_default(),
        construct,
    }
}

/// What the plugin wrote into a linked file, by codegen unit. Nothing, where there is no async code.
///
/// # Errors
/// A file that cannot be read.
pub fn documents(path: &Path) -> Result<Vec<Module>> {
    let read = || documents_in(&File::parse(&*fs::read(path)?)?);
    read().with_context(|| format!("cannot report on `{}`", path.display()))
}

fn documents_in(file: &File) -> Result<Vec<Module>> {
    let Some(section) = file.section_by_name(SECTION) else { return Ok(Vec::new()) };
    Ok(corofold_report::read(&section.uncompressed_data()?)?)
}

/// Debug information has files in full, and panics name those of the workspace below its root: all
/// get the latter.
fn shorten(module: &mut Module, workspace: &Path) {
    for location in module.locations_mut() {
        if let Ok(below) = Path::new(&location.file).strip_prefix(workspace) {
            location.file = below.to_string_lossy().into_owned();
        }
    }
}

impl Linked {
    fn read(path: &Path, workspace: &Path) -> Result<Option<Self>> {
        let read = || {
            let bytes = fs::read(path)?;
            Self::of_bytes(path, &bytes, workspace)
        };
        read().with_context(|| format!("cannot report on `{}`", path.display()))
    }

    /// `None`: there is no async code in it.
    fn of_bytes(path: &Path, bytes: &[u8], workspace: &Path) -> Result<Option<Self>> {
        if FileKind::parse(bytes)? == FileKind::Archive {
            bail!(
                "it is a static library, which is not linked yet; report on what it is linked into"
            );
        }
        let file = File::parse(bytes)?;
        let mut modules = documents_in(&file)?;
        if modules.is_empty() {
            return Ok(None);
        }
        code::check(&file)?;
        modules.iter_mut().for_each(|module| shorten(module, workspace));
        count_characters(&mut modules, workspace);
        let measure = Measure::of(path)?;
        let mut linked = Self {
            text: measure.text,
            resumed_panics: measure.resumed_panics,
            futures: BTreeMap::new(),
            unrecognised: BTreeMap::new(),
            code: BTreeMap::new(),
        };
        modules.into_iter().for_each(|module| linked.add(module));
        linked.code = code::attribute(&file, &linked.symbols())?;
        linked.unrecognised.retain(|symbol, _| linked.code.contains_key(symbol));
        Ok(Some(linked))
    }

    fn add(&mut self, module: Module) {
        for coroutine in module.coroutines {
            let symbol = coroutine.symbol.clone();
            let described = self.futures.entry(symbol).or_insert_with(|| Described {
                coroutine: coroutine.clone(),
                copies: 0,
                records: Vec::new(),
            });
            described.copies += 1;
            let first = &mut described.coroutine;
            first.drop_glue = first.drop_glue.take().or(coroutine.drop_glue);
            first.frame = first.frame.take().or(coroutine.frame);
            first.location = first.location.take().or(coroutine.location);
        }
        for record in module.records {
            if let Some(described) = self.futures.get_mut(&record.symbol)
                && !described.records.contains(&record)
            {
                described.records.push(record);
            }
        }
        let left = module.unrecognised.into_iter();
        self.unrecognised.extend(left.map(|left| (left.symbol.clone(), left)));
    }

    fn symbols(&self) -> HashSet<&str> {
        let coroutines = self.futures.values().map(|described| &described.coroutine);
        let glue = coroutines.filter_map(|coroutine| coroutine.drop_glue.as_deref());
        let polls = self.futures.keys().chain(self.unrecognised.keys()).map(String::as_str);
        polls.chain(glue).collect()
    }

    fn code_of(&self, coroutine: &Coroutine) -> Code {
        let poll = self.code.get(&coroutine.symbol);
        let drop = coroutine.drop_glue.as_ref().and_then(|glue| self.code.get(glue));
        let total = |bytes: Option<&Bytes>| bytes.map_or(0, |bytes| bytes.total);
        let inlined = |bytes: Option<&Bytes>| bytes.map_or(0, |bytes| bytes.inlined);
        Code { poll: total(poll), drop_glue: total(drop), inlined: inlined(poll) + inlined(drop) }
    }

    /// What its `poll` calls and was inlined, the largest first.
    fn callees_of(&self, coroutine: &Coroutine) -> Vec<Callee> {
        let callees = self.code.get(&coroutine.symbol).into_iter().flat_map(|code| &code.callees);
        let mut by_path: BTreeMap<String, u64> = BTreeMap::new();
        for (symbol, bytes) in callees {
            *by_path.entry(titles::function(&format!("{:#}", demangle(symbol)))).or_default() +=
                bytes;
        }
        let mut callees: Vec<Callee> =
            by_path.into_iter().map(|(function, bytes)| Callee { function, bytes }).collect();
        // Equal ones stay in the order of their paths.
        callees.sort_by_key(|callee| Reverse(callee.bytes));
        callees.truncate(CALLEES);
        callees
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use corofold_report::Location;

    #[test]
    fn files_of_the_workspace_are_below_its_root() {
        let at = |file: &str| Location { file: file.to_owned(), line: 1, column: 0 };
        let left = |file| Unrecognised {
            symbol: String::new(),
            name: String::new(),
            location: Some(at(file)),
            reason: String::new(),
        };
        let files = ["/home/me/app/src/main.rs", "/home/me/app2/a.rs", "src/main.rs"];
        let mut module = Module {
            schema: corofold_report::SCHEMA,
            module: String::new(),
            options: String::new(),
            coroutines: Vec::new(),
            unrecognised: files.map(left).into(),
            records: Vec::new(),
        };
        shorten(&mut module, Path::new("/home/me/app"));
        let files: Vec<&str> = module.locations_mut().map(|place| place.file.as_str()).collect();
        assert_eq!(files, ["src/main.rs", "/home/me/app2/a.rs", "src/main.rs"]);
    }
}
