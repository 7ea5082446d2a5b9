//! `cargo corofold crosscheck`: what do rustc's own passes leave?
//!
//! Builds a program twice as `report` does it: A as it is, B with other flags of rustc or with
//! another rustc. Then it counts, for each kind of finding, how many there are in each, and what the
//! plugin still saves on the futures concerned.

mod compare;
mod emit;
mod flags;
mod model;
mod programs;
mod text;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo::before_fence;
use crate::driver::Session;
use crate::opts::{Common, CrosscheckArgs, Format};
use crate::report::model::Report;
use crate::report::{self, Builds};
use crate::{output, status};
use model::{Crosscheck, Pair, SCHEMA};

pub fn run(common: &Common, args: &CrosscheckArgs) -> Result<ExitCode> {
    if args.schema {
        output::line(schema()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut sides = Pair { a: Side::plain(common, args)?, b: Side::other(common, args)? };
    sides.a.session.announce();
    let workspace = sides.a.session.cargo.workspace_root()?;
    let folder = sides.a.session.cargo.target_dir()?.join("corofold").join("crosscheck");
    let cargo_args = before_fence(&args.cargo.cargo);
    let keep_ir = args.emit_ir.is_some();
    let builds = Pair {
        a: sides.a.build(&folder.join("a"), cargo_args, keep_ir)?,
        b: sides.b.build(&folder.join("b"), cargo_args, keep_ir)?,
    };
    let crosscheck = of_reports(&sides, &builds, &workspace)?;
    // First, for whoever reads the output may stop.
    if let Some(folder) = &args.emit_ir {
        emit::write(folder, &sides, &builds, &crosscheck.artifacts)?;
    }
    if let Some(folder) = &args.reduce {
        programs::write(folder, sides, &crosscheck.artifacts)?;
    }
    match args.message_format {
        Format::Json => output::line(serde_json::to_string_pretty(&crosscheck)?)?,
        Format::Table => text::print(&crosscheck, args.verbose)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// How one side is built.
struct Side {
    session: Session,
    flags: Vec<String>,
}

impl Side {
    /// A: as cargo would build it.
    fn plain(common: &Common, args: &CrosscheckArgs) -> Result<Self> {
        let session = Session::start(common, before_fence(&args.cargo.cargo))?;
        Ok(Self { session, flags: Vec::new() })
    }

    /// B: with what the arguments ask for.
    fn other(common: &Common, args: &CrosscheckArgs) -> Result<Self> {
        let cargo_args = before_fence(&args.cargo.cargo);
        let flags = args.cargo.cargo.iter().skip(cargo_args.len() + 1);
        let flags: Option<Vec<String>> =
            flags.map(|flag| flag.to_str().map(str::to_owned)).collect();
        let flags = flags.context("a flag for rustc is not UTF-8")?;
        if flags.is_empty() && args.toolchain_b.is_none() {
            bail!(
                "there is nothing to compare with: give flags for rustc after `--`, such as \
                 `-- -Zmir-opt-level=4`, or another toolchain with --toolchain-b"
            );
        }
        let mut session = Session::start(common, cargo_args)?;
        if let Some(toolchain) = &args.toolchain_b {
            session = session.with_rustc(rustc_of(toolchain)?)?;
        }
        flags::check(&session.toolchain, &flags)?;
        Ok(Self { session, flags })
    }

    /// `keep_ir`: leave the IR that rustc gives to LLVM beside the objects.
    fn build(&mut self, folder: &Path, args: &[OsString], keep_ir: bool) -> Result<Builds> {
        if !self.session.cargo.is_quiet() {
            status::status("Building", &self.to_string());
        }
        let mut flags = self.flags.clone();
        flags.extend(keep_ir.then(|| "-Csave-temps".to_owned()));
        Builds::run(&mut self.session, folder, args, false, &flags)
    }

    fn describe(&self) -> model::Side {
        let rustc = self.session.toolchain.release.clone();
        model::Side { rustc, flags: self.flags.clone() }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.describe())
    }
}

fn of_reports(sides: &Pair<Side>, builds: &Pair<Builds>, workspace: &Path) -> Result<Crosscheck> {
    let (a, b): (Report, Report) = (builds.a.report(workspace)?, builds.b.report(workspace)?);
    Ok(Crosscheck {
        schema: SCHEMA,
        a: sides.a.describe(),
        b: sides.b.describe(),
        artifacts: compare::artifacts(&a, &b),
    })
}

/// The rustc of a toolchain of rustup, or the one at a path.
fn rustc_of(toolchain: &OsStr) -> Result<OsString> {
    if toolchain.as_encoded_bytes().contains(&b'/') {
        return Ok(toolchain.to_owned());
    }
    let name = toolchain.display();
    let mut which = Command::new("rustup");
    let output = which.args(["which", "rustc", "--toolchain"]).arg(toolchain).output();
    let output =
        output.context("cannot run rustup; name a rustc by its path with --toolchain-b")?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        let why = why.lines().next().unwrap_or_default().trim_start_matches("error: ");
        bail!("rustup has no rustc for --toolchain-b {name}: {why}");
    }
    Ok(String::from_utf8(output.stdout)?.trim().into())
}

/// The JSON schema of a cross-check.
fn schema() -> Result<String> {
    report::schema_of::<Crosscheck>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_documentation_is_that_of_the_types() {
        let documented = include_str!("../../../../docs/crosscheck.schema.json");
        assert_eq!(
            documented.trim_end(),
            schema().expect("a schema"),
            "run `cargo corofold crosscheck --schema > docs/crosscheck.schema.json`"
        );
    }
}
