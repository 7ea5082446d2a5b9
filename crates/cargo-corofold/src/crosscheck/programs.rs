//! Small programs, one for each kind of finding, for those who write passes of rustc.
//!
//! They are not cut out of the program that was looked at. Each is written to show one kind, is
//! built in both ways, and is handed out only if A leaves what it is to show.

use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::model::{Artifact, Left, Pair};
use super::{Side, compare};
use crate::report::model::Kind;
use crate::status;

/// What every program starts with, and what polls its `subject`.
const FRAME: [&str; 2] = [include_str!("programs/once.rs"), include_str!("programs/main.rs")];

const MANIFEST: &str = "\
[package]
name = \"programs\"
edition = \"2024\"

[workspace]

[profile.release]
opt-level = \"s\"
strip = \"none\"
";

/// The `async fn subject(input: usize)` that shows a kind.
fn subject(kind: Left) -> Option<&'static str> {
    Some(match kind {
        Left::ResumedPanic => include_str!("programs/resumed-panic.rs"),
        Left::Finding(kind) => match kind {
            Kind::NeverSuspends => include_str!("programs/never-suspends.rs"),
            Kind::PassesThrough => include_str!("programs/passes-through.rs"),
            Kind::EqualStates => include_str!("programs/equal-states.rs"),
            Kind::StatesDiffer => include_str!("programs/states-differ.rs"),
            Kind::UnreachableState => include_str!("programs/unreachable-state.rs"),
            Kind::ChildDroppedAfterCompletion => {
                include_str!("programs/child-dropped-after-completion.rs")
            }
            Kind::LargeValue => include_str!("programs/large-value.rs"),
            Kind::ArgumentStoredTwice => include_str!("programs/argument-stored-twice.rs"),
            Kind::FutureCopied => include_str!("programs/future-copied.rs"),
            Kind::ResumedPanicKept | Kind::NotTransformed => return None,
        },
    })
}

/// Writes a program for each kind that A leaves in one of the artifacts.
///
/// # Errors
/// Programs that cannot be built, or a folder that cannot be written.
pub fn write(folder: &Path, sides: Pair<Side>, artifacts: &[Artifact]) -> Result<()> {
    let left = |kind: &Left| {
        let rows = artifacts.iter().flat_map(|artifact| &artifact.kinds);
        rows.filter(|row| row.kind == *kind).any(|row| row.findings.a > 0)
    };
    let kinds: Vec<Left> = Left::all().into_iter().filter(left).collect();
    let checked = check(&kinds, sides)?;
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for kind in kinds {
        let shown = checked.artifacts.iter().find(|artifact| artifact.name == kind.name());
        let row = shown.and_then(|artifact| artifact.kinds.iter().find(|row| row.kind == kind));
        let Some(row) = row.filter(|row| row.findings.a > 0) else {
            let name = kind.name();
            status::note(&format!("the program for `{name}` does not show it with A: not written"));
            continue;
        };
        let path = folder.join(format!("{}.rs", kind.name()));
        let head = head(kind, row.findings, &checked.described);
        fs::write(&path, format!("{head}{}", program(kind)))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        status::status("Wrote", &path.display().to_string());
    }
    Ok(())
}

fn program(kind: Left) -> String {
    let [start, end] = FRAME;
    format!("{start}\n{}\n{end}", subject(kind).unwrap_or_default())
}

/// What was found in the programs.
struct Checked {
    described: Pair<String>,
    artifacts: Vec<Artifact>,
}

/// Builds the programs in a package of their own, far from configuration that is for another
/// program.
fn check(kinds: &[Left], sides: Pair<Side>) -> Result<Checked> {
    let package = tempfile::tempdir().context("cannot make a temporary folder")?;
    let sources = package.path().join("src").join("bin");
    fs::create_dir_all(&sources)?;
    fs::write(package.path().join("Cargo.toml"), MANIFEST)?;
    for kind in kinds {
        fs::write(sources.join(format!("{}.rs", kind.name())), program(*kind))?;
    }
    let args = ["--release", "--quiet"].map(OsString::from);
    let build = |mut side: Side, name: &str| -> Result<_> {
        side.session.cargo = side.session.cargo.in_folder(package.path());
        let described = side.describe().to_string();
        let builds = side.build(&package.path().join("target").join(name), &args, false)?;
        Ok((described, builds.report(package.path())?))
    };
    let (a, b) = (build(sides.a, "a")?, build(sides.b, "b")?);
    Ok(Checked { described: Pair { a: a.0, b: b.0 }, artifacts: compare::artifacts(&a.1, &b.1) })
}

fn head(kind: Left, findings: Pair<usize>, sides: &Pair<String>) -> String {
    let name = kind.name();
    let upstream = kind.upstream().unwrap_or("none");
    let mut text = String::new();
    let _ = write!(
        text,
        "\
//! Shows `{name}`. Written for that: it is not cut out of another program.
//!
//! Left at opt-level s: {} by {}
//!                      {} by {}
//! Upstream: {upstream}
//!
//! To see it: as src/main.rs of a package of edition 2024, `cargo corofold report --release`.

",
        findings.a, sides.a, findings.b, sides.b
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_program() {
        for kind in Left::all() {
            assert!(
                subject(kind).is_some_and(|text| text.contains("async fn subject")),
                "{kind:?}"
            );
        }
    }
}
