//! Builds whose linked files are looked at afterwards.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use cargo_metadata::{Artifact, Message, TargetKind};

use crate::cargo::{Failed, without_option};
use crate::driver::Session;
use crate::wrapper::Settings;

/// A finished build.
pub struct Build {
    pub folder: PathBuf,
    /// What can be measured, by path below `folder`.
    pub artifacts: BTreeMap<PathBuf, Artifact>,
    pub at_level_0: bool,
}

impl Build {
    /// Builds into `folder`, whatever target folder `args` name.
    pub fn run(
        session: &Session,
        settings: &Settings,
        folder: &Path,
        args: &[OsString],
    ) -> Result<Self> {
        let mut command = session.cargo.command();
        command
            .args(["build", "--message-format=json-render-diagnostics", "--target-dir"])
            .arg(folder);
        command.args(without_option(args, "--target-dir")).stdout(Stdio::piped());
        // Counting needs symbols.
        command.arg(session.cargo.profile_argument("strip=\"none\""));
        settings.apply(&mut command)?;
        let mut child = command.spawn().context("cannot run cargo")?;
        let stdout = child.stdout.take().context("cargo has no output")?;
        let mut build =
            Self { folder: folder.to_owned(), artifacts: BTreeMap::new(), at_level_0: false };
        for message in Message::parse_stream(std::io::BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message? {
                build.add(artifact);
            }
        }
        let status = child.wait()?;
        if status.success() { Ok(build) } else { Err(Failed(status).into()) }
    }

    fn add(&mut self, artifact: Artifact) {
        for file in measurable(&artifact) {
            let path = file.strip_prefix(&self.folder).unwrap_or(&file).to_owned();
            self.at_level_0 |= artifact.profile.opt_level == "0";
            self.artifacts.insert(path, artifact.clone());
        }
    }
}

/// The linked files of an artifact that are part of the product.
fn measurable(artifact: &Artifact) -> Vec<PathBuf> {
    let is = |kind: TargetKind| artifact.target.kind.contains(&kind);
    if is(TargetKind::CustomBuild) || is(TargetKind::ProcMacro) {
        return Vec::new();
    }
    if let Some(executable) = &artifact.executable {
        return vec![executable.into()];
    }
    let files = artifact.filenames.iter().filter(|file| match file.extension() {
        Some("so" | "dylib" | "wasm") => is(TargetKind::CDyLib),
        Some("a") => is(TargetKind::StaticLib),
        _ => false,
    });
    files.map(PathBuf::from).collect()
}
