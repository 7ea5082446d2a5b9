//! `cargo corofold report`: what each future costs, why, and what can be saved.
//!
//! Builds with the plugin changing nothing, and once more with it at work, and compares. The first
//! build gets full debug information, which says whose code is whose and what is in a frame. The
//! second gets limited debug information, which says the former: for the full one rustc spills
//! variables, and what the plugin can do to such code is not what it does to that of a release.
//! What the plugin found comes from the linked file itself, so a report cannot be of another build.

mod answer;
mod code;
mod collect;
mod columns;
mod diagnostics;
mod findings;
mod html;
pub mod model;
mod sarif;
mod text;
pub mod titles;

pub use collect::documents;

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact as Target, TargetKind};
use regex_lite::Regex;
use schemars::JsonSchema;

use crate::build::Build;
use crate::driver::Session;
use crate::files::check_writable;
use crate::opts::{Common, ReportArgs, ReportFormat};
use crate::rustflags;
use crate::wrapper::Settings;
use crate::{output, status};
use model::{Artifact, Report, SCHEMA};

pub fn run(common: &Common, args: &ReportArgs) -> Result<ExitCode> {
    if args.schema {
        output::line(schema()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let filter = args.filter.as_deref().map(Regex::new).transpose();
    let filter = filter.context("--filter is not a regular expression")?;
    args.html.as_deref().map(check_writable).transpose().context("--html")?;
    let mut session = Session::start(common, &args.cargo.cargo)?;
    session.announce();
    let workspace = session.cargo.workspace_root()?;
    let mut report = of_builds(&mut session, &args.cargo.cargo, args.quick, &workspace)?;
    if let Some(filter) = &filter {
        report.artifacts.iter_mut().for_each(|artifact| narrow(artifact, filter));
    }
    // First, for whoever reads the output may stop.
    if let Some(path) = &args.html {
        html::write(&report, &workspace, path)?;
        if !session.cargo.is_quiet() {
            status::status("Wrote", &path.display().to_string());
        }
    }
    match args.message_format {
        ReportFormat::Human => text::print(&report, args, &workspace)?,
        ReportFormat::Json => output::line(serde_json::to_string_pretty(&report)?)?,
        ReportFormat::Sarif => output::line(sarif::of(&report, &workspace)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds what the arguments of cargo ask for and reports on it.
///
/// # Errors
/// A build that fails, or that has nothing to report on.
pub fn of_builds(
    session: &mut Session,
    args: &[OsString],
    quick: bool,
    workspace: &Path,
) -> Result<Report> {
    let folder = session.cargo.target_dir()?.join("corofold").join("report");
    let builds = Builds::run(session, &folder, args, quick, &[])?;
    builds.report(workspace)
}

/// A build in which the plugin changes nothing, and one with the plugin at work.
pub struct Builds {
    base: Build,
    with: Option<Build>,
}

impl Builds {
    /// Builds into `folder`; rustc gets the `flags` besides.
    ///
    /// # Errors
    /// A build that fails.
    pub fn run(
        session: &mut Session,
        folder: &Path,
        args: &[OsString],
        quick: bool,
        flags: &[String],
    ) -> Result<Self> {
        rustflags::refuse_plugin(session)?;
        let asked = session.options.with("report");
        session.options = asked.with("off");
        let base = build(session, &folder.join("base"), args, Debug::Full, flags)?;
        session.options = asked;
        if base.at_level_0 && !session.options.force() && !has_records(&base)? {
            bail!(
                "the program was built at opt-level 0, where the plugin does nothing; pass --release \
                 or --profile, or `force` to --corofold"
            );
        }
        let with = || build(session, &folder.join("with"), args, Debug::Limited, flags);
        let with = if quick { None } else { Some(with()?) };
        Ok(Self { base, with })
    }

    /// The one with the plugin at work, or else the other.
    pub fn with_plugin(&self) -> &Build {
        self.with.as_ref().unwrap_or(&self.base)
    }

    /// What there is to say of them.
    ///
    /// # Errors
    /// Files that cannot be reported on, or none that can.
    pub fn report(&self, workspace: &Path) -> Result<Report> {
        let (base, with) = (&self.base, self.with.as_ref());
        let mut artifacts = Vec::new();
        let mut without_async = false;
        for (path, target) in linked(base) {
            let Some(artifact) = collect::artifact(path, target, base, with, workspace)? else {
                without_async = true;
                status::note(&format!(
                    "the plugin saw no async code in `{}`: there is none, or flags of rustc set \
                     opt-level 0",
                    path.display()
                ));
                continue;
            };
            artifacts.push(artifact);
        }
        if artifacts.is_empty() && without_async {
            bail!("nothing to report on: the plugin saw no async code in what cargo built");
        }
        if artifacts.is_empty() {
            bail!(
                "nothing to report on: cargo built no executable and no cdylib; choose others with \
                 -p, --bins, --examples or --tests"
            );
        }
        Ok(Report { schema: SCHEMA, artifacts })
    }
}

/// Did the plugin see async code? In a profile without optimisation it does where other flags say
/// more than the profile.
fn has_records(build: &Build) -> Result<bool> {
    for path in build.artifacts.keys() {
        if !documents(&build.folder.join(path))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How much debug information a build gets.
#[derive(Clone, Copy)]
enum Debug {
    /// Which function each piece of code comes from.
    Limited,
    /// Types and variables as well.
    Full,
}

/// One build, with debug information and with the symbol names of the others.
fn build(
    session: &Session,
    folder: &Path,
    args: &[OsString],
    debug: Debug,
    flags: &[String],
) -> Result<Build> {
    let level = match debug {
        Debug::Limited => "-Cdebuginfo=limited",
        Debug::Full => "-Cdebuginfo=full",
    };
    let settings = session.with_plugin()?;
    let settings = Settings {
        label: "corofold-report".to_owned(),
        identity: [&[settings.identity.clone(), level.to_owned()], flags].concat().join(" "),
        // In the linked file itself, whatever the profile says.
        added: [&[level, "-Csplit-debuginfo=off"].map(str::to_owned), flags].concat(),
        ..settings
    };
    Build::run(session, &settings, folder, args)
}

/// What can be reported on. Static libraries are not linked yet.
fn linked(build: &Build) -> impl Iterator<Item = (&PathBuf, &Target)> {
    build.artifacts.iter().filter(|(path, target)| {
        let is_static = target.target.kind.contains(&TargetKind::StaticLib)
            && path.extension().is_some_and(|extension| extension == "a");
        if is_static {
            status::note(&format!(
                "`{}` is a static library, which is not linked yet: nothing is said about it",
                path.display()
            ));
        }
        !is_static
    })
}

/// Leaves what concerns futures whose title matches.
fn narrow(artifact: &mut Artifact, filter: &Regex) {
    artifact
        .futures
        .retain(|future| filter.is_match(&future.title) || filter.is_match(&future.name));
    let symbols: HashSet<&str> =
        artifact.futures.iter().map(|future| future.symbol.as_str()).collect();
    artifact.findings.retain(|finding| {
        symbols.contains(finding.symbol.as_str()) || filter.is_match(&finding.future)
    });
    artifact.unrecognised.retain(|left| filter.is_match(&left.name));
    artifact.futures_code = artifact.futures.iter().map(|future| future.code.total()).sum();
}

/// The JSON schema of a report.
fn schema() -> Result<String> {
    schema_of::<Report>()
}

/// The JSON schema of what a command prints.
///
/// # Errors
/// None that is known: it is made of text.
pub fn schema_of<T: JsonSchema>() -> Result<String> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(T))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_documentation_is_that_of_the_types() {
        let documented = include_str!("../../../../docs/report.schema.json");
        assert_eq!(
            documented.trim_end(),
            schema().expect("a schema"),
            "run `cargo corofold report --schema > docs/report.schema.json`"
        );
    }
}
