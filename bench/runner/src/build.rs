//! Builds one program at one opt level in one configuration.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::corpus::{Kind, Program};

/// With what the compiler is run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Config {
    /// Without the plugin.
    Base,
    /// The plugin with `COROFOLD=only=pending`.
    Pending,
    /// The plugin with `COROFOLD` unset.
    All,
}

impl Config {
    /// As it is written on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Pending => "pending",
            Self::All => "all",
        }
    }

    /// The value of `COROFOLD`, where it is set.
    fn options(self) -> Option<&'static str> {
        (self == Self::Pending).then_some("only=pending")
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

/// The compilers, the plugin, and the folder that everything is built in.
pub struct Builder {
    /// The folder `bench`.
    pub bench: PathBuf,
    /// The plugin.
    pub plugin: PathBuf,
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
    /// A folder for each workspace, opt level and configuration: cargo does not know that a plugin or its options have changed, so builds of
    /// different ones must not meet.
    pub fn target_dir(&self, build: &Build) -> PathBuf {
        let workspace = build.program.workspace.file_name().unwrap_or_default();
        self.bench.join("target").join(workspace).join(format!(
            "{}-{}",
            build.opt_level,
            build.config.name()
        ))
    }

    /// Where the executable is after [`Self::build`].
    pub fn executable(&self, build: &Build) -> PathBuf {
        self.target_dir(build).join(&build.program.target).join("release").join(&build.program.name)
    }

    /// What `kind` is built with.
    pub fn toolchain(&self, kind: &Kind) -> &Toolchain {
        if kind.build_std.is_some() { &self.firmware_toolchain } else { &self.host_toolchain }
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

    /// The command that builds, which a caller may extend.
    pub fn command(&self, build: &Build) -> Command {
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
        if *config != Config::Base {
            let flags = format!(
                "target.{}.rustflags=[\"-Zllvm-plugins={}\"]",
                program.target,
                self.plugin.display()
            );
            command.arg("--config").arg(flags);
        }
        command
    }

    /// Builds, and returns the executable. What cargo says goes to a log that an error names.
    pub fn build(&self, build: &Build) -> Result<PathBuf> {
        self.discard_stale(build)?;
        let log = self.bench.join("target/logs").join(format!("{}.log", build.label()));
        fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))?;
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let status = self
            .command(build)
            .stdout(output.try_clone()?)
            .stderr(output)
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("cargo: {status}; see {}", log.display());
        }
        Ok(self.executable(build))
    }

    /// Removes what another plugin has built. Build scripts and proc-macros are outside the folder of the target, and stay.
    fn discard_stale(&self, build: &Build) -> Result<()> {
        if build.config == Config::Base {
            return Ok(());
        }
        let plugin = fs::read(&self.plugin)
            .with_context(|| format!("cannot read the plugin {}", self.plugin.display()))?;
        let mut hasher = DefaultHasher::new();
        (plugin, build.config.options()).hash(&mut hasher);
        let stamp = format!("{:016x}", hasher.finish());
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
