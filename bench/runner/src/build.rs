//! Builds one program at one opt level in one configuration.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::corpus::{Kind, Program};
use crate::results::Origin;

/// With what the compiler is run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Config {
    /// Without the plugin.
    Base,
    /// The plugin with `COROFOLD=only=pending`.
    Pending,
    /// The plugin with all transformations.
    All,
    /// The plugin with `COROFOLD=off`: compared with [`Self::Base`], and not measured.
    #[value(skip)]
    Off,
}

impl Config {
    /// As it is written on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Pending => "pending",
            Self::All => "all",
            Self::Off => "off",
        }
    }

    /// The value of `COROFOLD`, where it is set.
    fn options(self) -> Option<&'static str> {
        match self {
            Self::Base | Self::All => None,
            Self::Pending => Some("only=pending"),
            Self::Off => Some("off"),
        }
    }
}

/// A cargo and the rustc that belongs to it.
pub struct Toolchain {
    /// The path of cargo.
    pub cargo: PathBuf,
    /// The path of rustc: not of rustup's stand-in for it, which a counter would count.
    pub rustc: PathBuf,
}

impl Toolchain {
    /// The toolchain that rustup calls `name`.
    pub fn of_rustup(name: &str) -> Result<Self> {
        let which = |tool: &str| -> Result<PathBuf> {
            let output = Command::new("rustup")
                .args(["which", "--toolchain", name, tool])
                .output()
                .context("cannot start rustup")?;
            ensure!(output.status.success(), "rustup has no {tool} in a toolchain called `{name}`");
            Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
        };
        Ok(Self { cargo: which("cargo")?, rustc: which("rustc")? })
    }

    /// Its versions of rustc and LLVM.
    pub fn version(&self) -> Result<String> {
        let output = Command::new(&self.rustc)
            .arg("-vV")
            .output()
            .with_context(|| format!("cannot start {}", self.rustc.display()))?;
        let text = String::from_utf8(output.stdout)?;
        let field = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("unknown").trim()
        };
        Ok(format!("rustc {} with LLVM {}", field("release:"), field("LLVM version:")))
    }
}

/// A copy of the plugin that stays what it is while somebody builds another one.
pub struct Plugin {
    /// Where the copy is.
    pub path: PathBuf,
    /// Of its content.
    pub hash: String,
    /// What it is called: the commit that it was built from, where that is known, else its hash.
    pub name: String,
}

impl Plugin {
    /// Copies the plugin, that of this repository where none is given, to a place below the folder `bench`.
    ///
    /// # Errors
    /// Where there is none, or its path cannot be given to rustc.
    pub fn copy(given: Option<&Path>, bench: &Path) -> Result<Self> {
        let built = bench.join("../target/release/libcorofold.so");
        let file = given.unwrap_or(&built);
        let content = fs::read(file).with_context(|| {
            format!("there is no plugin {}; `cargo build --release` makes it", file.display())
        })?;
        let hash = hash([content.as_slice()]);
        let path = bench.join("target/plugins").join(&hash).join("libcorofold.so");
        let text = path.to_string_lossy();
        ensure!(
            !text.contains([' ', ',']),
            "the path of the plugin may hold no space and no comma: {text}"
        );
        if !path.exists() {
            fs::create_dir_all(path.parent().unwrap_or(bench))?;
            // Under its final name it is always whole.
            let part = path.with_extension(format!("{}", std::process::id()));
            fs::write(&part, content)?;
            fs::rename(part, &path)?;
        }
        let commit = if given.is_none() { commit(bench) } else { None };
        let name = match commit {
            Some(commit) if commit.ends_with("-dirty") => format!("{commit} ({hash})"),
            Some(commit) => commit,
            None => hash.clone(),
        };
        Ok(Self { path, hash, name })
    }
}

/// The commit of this repository, and whether something has been changed since.
fn commit(bench: &Path) -> Option<String> {
    let output = Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"])
        .current_dir(bench)
        .output()
        .ok()?;
    let commit = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| commit.trim().to_owned())
}

/// Of all parts, and of where each ends.
fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The compilers, the plugin, and the folder that everything is built in.
pub struct Builder {
    /// The folder `bench`.
    pub bench: PathBuf,
    /// The plugin; none where nothing is built with it.
    pub plugin: Option<Plugin>,
    /// Has the source of the standard library.
    pub firmware_toolchain: Toolchain,
    /// A nightly, so that no build script sees `RUSTC_BOOTSTRAP`.
    pub host_toolchain: Toolchain,
    /// How many compilers run at once.
    pub jobs: usize,
}

/// One build, done or to do.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    /// What is built.
    pub program: &'a Program,
    /// How programs of its kind are built.
    pub kind: &'a Kind,
    /// `s`, `z`, or a number.
    pub opt_level: &'a str,
    /// With what.
    pub config: Config,
}

impl Build<'_> {
    /// For messages and names of files.
    pub fn label(&self) -> String {
        format!("{}-{}-{}", self.program.name, self.opt_level, self.config.name())
    }
}

impl Builder {
    /// A folder for each workspace and configuration: cargo does not know that a plugin or its options have changed, so builds of different
    /// ones must not meet. It does know opt levels, and what runs on the host is the same for all of them. Builds that are compared byte by byte
    /// share a folder, whose name gets into some constants; cargo tells them by the plugin's path, which has its hash.
    fn target_dir(&self, build: &Build) -> PathBuf {
        let workspace = build.program.workspace.file_name().unwrap_or_default();
        let folder = if build.config == Config::Off { Config::Base } else { build.config };
        self.bench.join("target").join(workspace).join(folder.name())
    }

    /// Where the executable is kept after [`Self::build`].
    pub fn executable(&self, build: &Build) -> PathBuf {
        self.bench.join("target/executables").join(build.label())
    }

    /// Where the plugin writes its reports in builds with everything on.
    pub fn reports(&self, build: &Build) -> PathBuf {
        let reports = self.target_dir(build).join(&build.program.target).join("reports");
        reports.join(build.opt_level)
    }

    /// A folder for the compiler's output under a counter, and a file for its command.
    pub fn cost_folder(&self, build: &Build) -> PathBuf {
        self.bench.join("target/cost").join(build.label())
    }

    /// What `kind` is built with.
    pub fn toolchain(&self, kind: &Kind) -> &Toolchain {
        if kind.build_std.is_some() { &self.firmware_toolchain } else { &self.host_toolchain }
    }

    /// What the numbers of `build` are of.
    pub fn origin(&self, build: &Build) -> Result<Origin> {
        let compiler = self.toolchain(build.kind).version()?;
        let parts = build.kind.build_std.as_deref().unwrap_or("the standard library as it comes");
        let mut sources = vec![compiler.into_bytes(), parts.as_bytes().to_vec()];
        let workspace = self.bench.join(&build.program.workspace);
        let files = WalkDir::new(&workspace).sort_by_file_name();
        for entry in files.into_iter().filter_entry(|entry| entry.file_name() != "target") {
            let entry = entry?;
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(&workspace)?.as_os_str();
                sources.push(name.as_encoded_bytes().to_vec());
                sources.push(fs::read(entry.path())?);
            }
        }
        let plugin = self.plugin_of(build)?.map(|plugin| plugin.hash.clone());
        Ok(Origin { sources: hash(sources.iter().map(Vec::as_slice)), plugin })
    }

    /// The plugin that `build` is built with.
    fn plugin_of(&self, build: &Build) -> Result<Option<&Plugin>> {
        if build.config == Config::Base {
            return Ok(None);
        }
        self.plugin.as_ref().map(Some).context("there is no plugin to build with")
    }

    fn cargo(&self, kind: &Kind) -> Command {
        let toolchain = self.toolchain(kind);
        let mut command = Command::new(&toolchain.cargo);
        command.arg("build").env("RUSTC", &toolchain.rustc).env_remove("RUSTC_BOOTSTRAP");
        if let Some(parts) = &kind.build_std {
            command.arg(format!("-Zbuild-std={parts}")).env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }

    /// The command that builds, which a caller may extend. What another plugin has built is gone then.
    pub fn command(&self, build: &Build) -> Result<Command> {
        self.discard_stale(build)?;
        let Build { program, kind, opt_level, config } = build;
        let mut command = self.cargo(kind);
        command
            .args([
                "--release",
                "--locked",
                "--package",
                &program.name,
                "--bin",
                &program.name,
                "--target",
                &program.target,
            ])
            .arg("--target-dir")
            .arg(self.target_dir(build))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_BUILD_JOBS", self.jobs.to_string())
            .env_remove("COROFOLD")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .envs(config.options().map(|options| ("COROFOLD", options)))
            .current_dir(self.bench.join(&program.workspace));
        if let Some(plugin) = self.plugin_of(build)? {
            let flags = format!(
                "target.{}.rustflags=[\"-Zllvm-plugins={}\"]",
                program.target,
                plugin.path.display()
            );
            command.arg("--config").arg(flags);
        }
        Ok(command)
    }

    /// Builds, with reports where everything is on, and returns the executable. What cargo says goes to a log that an error names.
    pub fn build(&self, build: &Build) -> Result<PathBuf> {
        let log = self.bench.join("target/logs").join(format!("{}.log", build.label()));
        fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))?;
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = self.command(build)?;
        if build.config == Config::All {
            let reports = self.reports(build);
            fs::create_dir_all(&reports)?;
            command.env("COROFOLD", format!("report={}", reports.display()));
        }
        let status = command
            .stdout(output.try_clone()?)
            .stderr(output)
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("cargo: {status}; see {}", log.display());
        }
        let built = self.target_dir(build).join(&build.program.target).join("release");
        let executable = self.executable(build);
        fs::create_dir_all(executable.parent().unwrap_or(Path::new(".")))?;
        fs::copy(built.join(&build.program.name), &executable)
            .with_context(|| format!("cargo has built no {}", build.program.name))?;
        Ok(executable)
    }

    /// Removes what another plugin has built. Build scripts and proc-macros are outside the folder of the target, and stay.
    fn discard_stale(&self, build: &Build) -> Result<()> {
        let Some(plugin) = self.plugin_of(build)? else { return Ok(()) };
        // It shares a folder with builds without a plugin (see [`Self::target_dir`]), and has one value of `COROFOLD`.
        if build.config == Config::Off {
            return Ok(());
        }
        let stamp = format!("{} {}", plugin.hash, build.config.options().unwrap_or_default());
        let built = self.target_dir(build).join(&build.program.target);
        let stamp_file = built.join("corofold-stamp");
        if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        if built.exists() {
            fs::remove_dir_all(&built)?;
        }
        fs::create_dir_all(&built)?;
        Ok(fs::write(stamp_file, stamp)?)
    }
}
