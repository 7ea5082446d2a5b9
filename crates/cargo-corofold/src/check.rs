//! `cargo corofold check`: limits on futures, for continuous integration.
//!
//! What is checked is what the report says of the build with the plugin, with the plugin's options
//! as they are given. The resumed panics are counted in the linked file itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::driver::Session;
use crate::files;
use crate::opts::{CheckArgs, Common, Denied};
use crate::panics::ResumedPanics;
use crate::report::model::{Artifact, Future, Report};
use crate::report::of_builds;
use crate::{status, table};

pub fn run(common: &Common, args: &CheckArgs) -> Result<ExitCode> {
    if !args.asks_for_something() {
        bail!(
            "nothing to check; pass --deny resumed-panic, --max-poll, --max-frame, --baseline or \
             --save"
        );
    }
    // What is wrong with the files is told before anything is built.
    args.save.as_deref().map(files::check_writable).transpose().context("--save")?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let mut session = Session::start(common, &args.cargo.cargo)?;
    session.announce();
    let workspace = session.cargo.workspace_root()?;
    let report = of_builds(&mut session, &args.cargo.cargo, false, &workspace)?;
    let mut violations = Vec::new();
    for artifact in &report.artifacts {
        violations.extend(over_limits(artifact, args));
        if let Some(baseline) = &baseline {
            violations.extend(baseline.grown(artifact, args.max_growth));
        }
    }
    for violation in &violations {
        status::error(&anyhow::anyhow!("{violation}"));
    }
    if !violations.is_empty() {
        if args.save.is_some() {
            status::note("the baseline is not saved, since a check failed");
        }
        return Ok(ExitCode::FAILURE);
    }
    if let Some(file) = &args.save {
        Baseline::of(&report).save(file)?;
    }
    for artifact in &report.artifacts {
        let futures = table::counted(artifact.futures.len(), "future");
        if !session.cargo.is_quiet() {
            status::status("Checked", &format!("{}: {futures}", artifact.path.display()));
        }
        if artifact.futures.is_empty() {
            status::note("LLVM left no code of a future in it, so no limit was looked at");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn over_limits(artifact: &Artifact, args: &CheckArgs) -> Vec<String> {
    let mut violations = Vec::new();
    let name = artifact.path.display();
    if args.deny.contains(&Denied::ResumedPanic) {
        violations.extend(panics_left(artifact));
    }
    for future in &artifact.futures {
        let place = place(future);
        let poll = future.code_with_plugin.unwrap_or(future.code).poll;
        if let Some(most) = args.max_poll.filter(|most| poll > *most) {
            let title = &future.title;
            violations.push(format!(
                "the poll of `{title}`{place} has {poll} bytes of code in `{name}`, more than {most}"
            ));
        }
        let frame = future.frame_bytes.unwrap_or(0);
        if let Some(most) = args.max_frame.filter(|most| frame > *most) {
            let title = &future.title;
            violations.push(format!("`{title}`{place} takes {frame} bytes, more than {most}"));
        }
    }
    violations
}

/// The linked file is what counts; the futures say where they come from.
fn panics_left(artifact: &Artifact) -> Vec<String> {
    let name = artifact.path.display();
    let left = match artifact.resumed_panics_left {
        Some(ResumedPanics::Exact(0)) => return Vec::new(),
        Some(ResumedPanics::Unknown) | None => {
            return vec![format!("whether a resumed panic is left in `{name}` cannot be told")];
        }
        Some(left) => left,
    };
    let mut violations = vec![format!("resumed panics left in `{name}`: {left}")];
    let panicking = artifact.futures.iter().filter(|f| f.resumed_panics_left.unwrap_or(0) > 0);
    violations.extend(
        panicking.map(|future| {
            format!("`{}`{} can panic when it is resumed", future.title, place(future))
        }),
    );
    violations
}

fn place(future: &Future) -> String {
    future.location.as_ref().map(|place| format!(" ({place})")).unwrap_or_default()
}

/// The version of the file.
const SCHEMA: u32 = 1;

/// Sizes to compare with, sorted, so that a change of the file reads well.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
struct Baseline {
    schema: u32,
    artifacts: BTreeMap<String, Sizes>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
struct Sizes {
    /// Bytes of code of the whole file.
    text: u64,
    /// By path in Rust; what is of one name is added up.
    futures: BTreeMap<String, FutureSizes>,
}

#[derive(Serialize, Deserialize, Debug, Default, Clone, Copy, PartialEq, Eq)]
struct FutureSizes {
    /// Bytes of code of poll and drop glue.
    code: u64,
    /// Bytes in memory; 0 where they are not known.
    frame: u64,
}

impl Baseline {
    fn of(report: &Report) -> Self {
        let sizes =
            |artifact: &Artifact| (artifact.path.display().to_string(), Sizes::of(artifact));
        Self { schema: SCHEMA, artifacts: report.artifacts.iter().map(sizes).collect() }
    }

    fn read(file: &Path) -> Result<Self> {
        let read = || {
            let baseline: Self = serde_json::from_slice(&std::fs::read(file)?)?;
            if baseline.schema != SCHEMA {
                bail!("it has version {}, and this command reads {SCHEMA}", baseline.schema);
            }
            Ok(baseline)
        };
        read().with_context(|| {
            format!("cannot read the baseline `{}`; make one with --save", file.display())
        })
    }

    /// The file appears whole or not at all.
    fn save(&self, file: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        files::write_whole(file, text.as_bytes())
            .with_context(|| format!("cannot save the baseline `{}`", file.display()))
    }

    /// What is larger than it was, by more than `allowed` bytes. What is new counts as a part of
    /// the whole.
    fn grown(&self, artifact: &Artifact, allowed: u64) -> Vec<String> {
        let path = artifact.path.display().to_string();
        let Some(before) = self.artifacts.get(&path) else {
            return vec![format!(
                "the baseline has nothing about `{path}`; make a new one with --save"
            )];
        };
        let now = Sizes::of(artifact);
        let mut grown = Vec::new();
        let mut compare = |what: String, before: u64, now: u64| {
            if now > before.saturating_add(allowed) {
                let by = now - before;
                grown.push(format!("{what} grew from {before} to {now} bytes (+{by})"));
            }
        };
        compare(format!("the code of `{path}`"), before.text, now.text);
        for (name, now) in &now.futures {
            let Some(before) = before.futures.get(name) else { continue };
            let future = artifact.futures.iter().find(|future| future.name == *name);
            let place = future.map(place).unwrap_or_default();
            let title = future.map_or(name, |future| &future.title);
            compare(format!("the code of `{title}`{place}"), before.code, now.code);
            compare(format!("the frame of `{title}`{place}"), before.frame, now.frame);
        }
        grown
    }
}

impl Sizes {
    fn of(artifact: &Artifact) -> Self {
        let mut futures: BTreeMap<String, FutureSizes> = BTreeMap::new();
        for future in &artifact.futures {
            let sizes = futures.entry(future.name.clone()).or_default();
            sizes.code += future.code_with_plugin.unwrap_or(future.code).total();
            sizes.frame += future.frame_bytes.unwrap_or(0);
        }
        Self { text: artifact.text_with_plugin.unwrap_or(artifact.text), futures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_survives_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("baseline.json");
        let sizes = FutureSizes { code: 12, frame: 8 };
        let futures = BTreeMap::from([("app::run::{closure#0}".to_owned(), sizes)]);
        let artifacts = BTreeMap::from([("release/app".to_owned(), Sizes { text: 20, futures })]);
        let baseline = Baseline { schema: SCHEMA, artifacts };
        baseline.save(&file).expect("saved");
        assert_eq!(Baseline::read(&file).expect("read"), baseline);
    }

    #[test]
    fn a_baseline_of_another_version_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), r#"{"schema":2,"artifacts":{}}"#).expect("written");
        let error = Baseline::read(file.path()).expect_err("another version");
        assert!(format!("{error:#}").contains("version 2"), "{error:#}");
    }
}
