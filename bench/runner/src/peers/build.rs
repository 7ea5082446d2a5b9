//! Builds the tests of a crate, without or with the plugin.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, CompilerMessage, Message, Package, PackageId, Target, TargetKind};

use super::Peer;
use super::sources::Workspace;
use crate::build::{Plugin, Toolchain};

/// With what the tests are compiled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
    /// Without the plugin.
    Without,
    /// With all transformations, and LLVM's verifier after each.
    With,
    /// With those that keep every behaviour.
    Proved,
}

impl Variant {
    /// For names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Without => "without",
            Self::With => "with",
            Self::Proved => "proved",
        }
    }

    /// The value of `COROFOLD`; none where there is no plugin.
    fn options(self) -> Option<&'static str> {
        match self {
            Self::Without => None,
            Self::With => Some("verify"),
            Self::Proved => Some("verify,proved"),
        }
    }
}

/// What all builds have in common.
pub struct Builder {
    /// The crates.
    pub workspace: Workspace,
    /// Where artifacts and logs go.
    pub target: PathBuf,
    /// A nightly, so that no build script sees `RUSTC_BOOTSTRAP`.
    pub toolchain: Toolchain,
    /// The executable of `cargo corofold`.
    pub corofold: PathBuf,
    /// The plugin.
    pub plugin: Plugin,
    /// How many compilers run at once.
    pub jobs: usize,
}

/// A file of tests, compiled.
pub struct Executable {
    /// `lib` for unit tests, else the name of the file of tests.
    pub target: String,
    /// Where it is.
    pub path: PathBuf,
    /// The folder of its package, where cargo would start it.
    pub folder: PathBuf,
}

/// What a build gave.
#[derive(Default)]
pub struct Built {
    /// In the order of their names.
    pub executables: Vec<Executable>,
    /// The number of the plugin's remarks of success about the package.
    pub changes: usize,
    /// Warnings, of all crates.
    pub warnings: BTreeSet<String>,
}

impl Builder {
    /// The targets of `peer` that have tests which its features allow to build.
    ///
    /// # Errors
    /// Where a target that is left out does not exist.
    pub fn targets(&self, peer: &Peer) -> Result<Vec<&Target>> {
        let package = self.package(peer)?;
        let left_out: Vec<&String> =
            peer.left_out.iter().flat_map(|left_out| &left_out.targets).collect();
        for name in &left_out {
            ensure!(
                package.targets.iter().any(|target| label(target) == name.as_str()),
                "{}: `{name}` is left out and does not exist",
                peer.folder(),
            );
        }
        Ok(package
            .targets
            .iter()
            .filter(|target| {
                target.test
                    && (is_library(target) || target.is_test())
                    && target.required_features.iter().all(|name| peer.features.contains(name))
                    && left_out.iter().all(|name| name.as_str() != label(target))
            })
            .collect())
    }

    fn package(&self, peer: &Peer) -> Result<&Package> {
        let packages = self.workspace.metadata.workspace_packages();
        let package = packages.into_iter().find(|package| package.name == peer.name);
        package.with_context(|| format!("{} is not in the workspace", peer.folder()))
    }

    fn command(&self, peer: &Peer, opt_level: &str, variant: Variant) -> Command {
        let mut command = match variant.options() {
            None => Command::new(&self.toolchain.cargo),
            Some(options) => {
                let mut command = Command::new(&self.corofold);
                command
                    .args(["corofold", "--corofold", options, "--plugin"])
                    .arg(&self.plugin.path)
                    .env("CARGO", &self.toolchain.cargo);
                command
            }
        };
        command
            .args(["test", "--release", "--locked", "--no-run", "--message-format=json"])
            .args([
                "--package",
                &format!("{}@{}", peer.name, peer.version),
                "--features",
                &peer.features.join(","),
            ])
            .arg("--target-dir")
            .arg(self.target.join("build"))
            .env("RUSTC", &self.toolchain.rustc)
            // So that the plugin says what it does. Without it there is nobody to say something.
            .env("RUSTFLAGS", "-Cremark=corofold")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_BUILD_JOBS", self.jobs.to_string())
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("COROFOLD")
            .current_dir(&self.workspace.folder);
        command
    }

    /// Builds `targets` of `peer`.
    ///
    /// # Errors
    /// Where cargo fails; the error names its log.
    pub fn build(
        &self,
        peer: &Peer,
        targets: &[&Target],
        opt_level: &str,
        variant: Variant,
    ) -> Result<Built> {
        let log_path = self.log_path(peer, opt_level, variant, "build");
        let mut log = create(&log_path)?;
        let mut command = self.command(peer, opt_level, variant);
        for target in targets {
            if is_library(target) {
                command.arg("--lib");
            } else {
                command.args(["--test", &target.name]);
            }
        }
        let mut cargo = command
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let package = &self.package(peer)?.id;
        let output = cargo.stdout.take().context("the output of cargo is a pipe")?;
        let built = read_messages(output, package, &mut log);
        let status = cargo.wait()?;
        ensure!(status.success(), "cargo: {status}; see {}", log_path.display());
        built
    }

    /// Where a log goes.
    pub fn log_path(&self, peer: &Peer, opt_level: &str, variant: Variant, what: &str) -> PathBuf {
        let name = format!("{}-{opt_level}-{}-{what}.log", peer.folder(), variant.name());
        self.target.join("logs").join(name)
    }
}

/// Makes a log file, and its folder.
///
/// # Errors
/// Whatever the file system says.
pub fn create(path: &Path) -> Result<File> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

fn is_library(target: &Target) -> bool {
    target.kind.contains(&TargetKind::Lib)
}

/// How a target is called in `peers.toml`.
pub fn label(target: &Target) -> &str {
    if is_library(target) { "lib" } else { &target.name }
}

fn read_messages(output: ChildStdout, package: &PackageId, log: &mut File) -> Result<Built> {
    let mut built = Built::default();
    for message in Message::parse_stream(BufReader::new(output)) {
        match message? {
            Message::CompilerMessage(message) => built.add_message(&message, package, log)?,
            Message::CompilerArtifact(artifact) => built.add_artifact(&artifact)?,
            _ => {}
        }
    }
    built.executables.sort_by(|one, other| one.target.cmp(&other.target));
    Ok(built)
}

impl Built {
    fn add_message(
        &mut self,
        message: &CompilerMessage,
        package: &PackageId,
        log: &mut File,
    ) -> Result<()> {
        let diagnostic = &message.message;
        write!(log, "{}", diagnostic.rendered.as_deref().unwrap_or(&diagnostic.message))?;
        if diagnostic.message.contains(" corofold (success): ") {
            self.changes += usize::from(message.package_id == *package);
        } else if diagnostic.level == DiagnosticLevel::Warning {
            self.warnings.insert(diagnostic.message.clone());
        }
        Ok(())
    }

    fn add_artifact(&mut self, artifact: &Artifact) -> Result<()> {
        let Some(path) = artifact.executable.as_ref().filter(|_| artifact.profile.test) else {
            return Ok(());
        };
        let folder = artifact.manifest_path.parent().context("a manifest is in a folder")?;
        self.executables.push(Executable {
            target: label(&artifact.target).to_owned(),
            path: path.into(),
            folder: folder.into(),
        });
        Ok(())
    }
}
