//! Builds whose linked files are looked at afterwards.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact, Message, TargetKind};
use serde_json::json;

use crate::cargo::{Failed, option_values, without_option};
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
        if !option_values(args, "--message-format").is_empty() {
            bail!("this command reads cargo's messages itself: leave `--message-format` out");
        }
        let mut command = session.cargo.command();
        command
            .args(["build", "--message-format=json-render-diagnostics", "--target-dir"])
            .arg(folder);
        command.args(without_option(args, "--target-dir")).stdout(Stdio::piped());
        // Counting needs symbols.
        command.arg(session.cargo.profile_argument("strip=\"none\""));
        // What is not the final product, as test programs are, may go elsewhere, where the builds
        // would overwrite each other.
        if let Some(folder) = folder.to_str() {
            // JSON's strings are TOML too.
            command.arg(format!("--config=build.build-dir={}", json!(folder)));
        }
        settings.apply(&mut command)?;
        let mut child = command.spawn().context("cannot run cargo")?;
        let stdout = child.stdout.take().context("cargo has no output")?;
        let mut build =
            Self { folder: folder.to_owned(), artifacts: BTreeMap::new(), at_level_0: false };
        for message in Message::parse_stream(std::io::BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message? {
                build.add(artifact)?;
            }
        }
        let status = child.wait()?;
        if status.success() { Ok(build) } else { Err(Failed(status).into()) }
    }

    fn add(&mut self, artifact: Artifact) -> Result<()> {
        for file in measurable(&artifact) {
            let path = file.strip_prefix(&self.folder).with_context(|| {
                let (file, folder) = (file.display(), self.folder.display());
                format!("cargo put `{file}` elsewhere than into `{folder}`, where it was told to")
            })?;
            self.at_level_0 |= artifact.profile.opt_level == "0";
            self.artifacts.insert(path.to_owned(), artifact.clone());
        }
        Ok(())
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
