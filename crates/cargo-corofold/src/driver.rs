//! Runs the subcommands: checks first, then cargo.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo::Cargo;
use crate::options::{self, Options};
use crate::opts::{self, Common, Opts};
use crate::plugin::{self, Plugin};
use crate::toolchain::Toolchain;
use crate::wrapper::{self, Settings};
use crate::{check, crosscheck, doctor, flags, manual, opt, report, size, status};

pub fn run(opts: &Opts) -> Result<ExitCode> {
    let common = &opts.common;
    match &opts.command {
        opts::Command::Build(args) => cargo(common, "build", &args.cargo),
        opts::Command::Run(args) => cargo(common, "run", &args.cargo),
        opts::Command::Test(args) => cargo(common, "test", &args.cargo),
        opts::Command::Bench(args) => cargo(common, "bench", &args.cargo),
        opts::Command::Rustc(args) => cargo(common, "rustc", &args.cargo),
        opts::Command::Install(args) => install(common, &args.cargo),
        opts::Command::Size(args) => size::run(common, args),
        opts::Command::Report(args) => report::run(common, args),
        opts::Command::Check(args) => check::run(common, args),
        opts::Command::Crosscheck(args) => crosscheck::run(common, args),
        opts::Command::Opt(args) => opt::run(common, args),
        opts::Command::Flags(args) => flags::run(common, args),
        opts::Command::Doctor => doctor::run(common),
        opts::Command::Man(args) => manual::run(args),
    }
}

fn cargo(common: &Common, subcommand: &str, args: &[OsString]) -> Result<ExitCode> {
    pass_on(&Session::start(common, args)?, subcommand, args)
}

fn install(common: &Common, args: &[OsString]) -> Result<ExitCode> {
    pass_on(&Session::of(Cargo::installing(args)?, common)?, "install", args)
}

/// Becomes cargo.
fn pass_on(session: &Session, subcommand: &str, args: &[OsString]) -> Result<ExitCode> {
    session.announce();
    let mut command = session.cargo.command();
    command.arg(subcommand).args(args);
    Settings { warns: !session.cargo.is_quiet(), ..session.with_plugin()? }.apply(&mut command)?;
    wrapper::replace(command)
}

/// A toolchain and a plugin that fit, and how to use them.
pub struct Session {
    pub cargo: Cargo,
    pub toolchain: Toolchain,
    pub plugin: Plugin,
    pub options: Options,
    /// See [`Options::prepare_report`].
    report_folder: String,
}

impl Session {
    /// Finds all parts, and refuses those that would fail inside rustc.
    pub fn start(common: &Common, args: &[OsString]) -> Result<Self> {
        Self::of(Cargo::from_env(args)?, common)
    }

    fn of(cargo: Cargo, common: &Common) -> Result<Self> {
        status::choose_colors(cargo.color().as_deref());
        let configured = || cargo.config_variable(options::VARIABLE);
        let options = Options::resolve(common.corofold.as_deref(), configured)?;
        let plugin = Plugin::find(common.plugin.as_deref())?;
        let toolchain = Toolchain::of(&cargo)?;
        toolchain.check(&plugin)?;
        let report_folder = options.prepare_report()?;
        Ok(Self { cargo, toolchain, plugin, options, report_folder })
    }

    /// The same with another rustc.
    ///
    /// # Errors
    /// A rustc that cannot load the plugin.
    pub fn with_rustc(self, rustc: OsString) -> Result<Self> {
        let toolchain = Toolchain::query(rustc.clone())?;
        toolchain.check(&self.plugin)?;
        Ok(Self { cargo: self.cargo.with_rustc(rustc), toolchain, ..self })
    }

    /// Changes whenever the output of a compilation may.
    pub fn hash(&self) -> String {
        self.plugin.hash(&self.options, &self.report_folder, &self.toolchain)
    }

    /// Settings that load the plugin, with artifacts of their own.
    pub fn with_plugin(&self) -> Result<Settings> {
        let hash = self.hash();
        let target = if self.cargo.is_installing() { None } else { Some(self.cargo.target_dir()?) };
        let folders = target.into_iter().chain(plugin::cache());
        Ok(Settings {
            plugin: Some(self.plugin.copy_to(folders, &hash)?),
            options: self.options.as_str().to_owned(),
            added: Vec::new(),
            bootstrap: self.toolchain.needs_bootstrap(),
            force: self.options.force(),
            warns: false,
            label: format!("corofold-{hash}"),
            identity: hash,
            next: wrapper::before_us(|| self.cargo.config_program("build.rustc-wrapper"))?,
            is_done: false,
        })
    }

    /// Says what is added to cargo's own doing.
    pub fn announce(&self) {
        if self.cargo.is_quiet() {
            return;
        }
        let mut message =
            format!("{} (LLVM {})", self.plugin.path().display(), self.plugin.llvm_major);
        if !self.options.as_str().is_empty() {
            message.push_str(&format!(" with {}={}", options::VARIABLE, self.options.described()));
        }
        if self.toolchain.needs_bootstrap() {
            message.push_str(&format!(
                "; RUSTC_BOOTSTRAP=1 for rustc {}, not for build scripts",
                self.toolchain.release
            ));
        }
        status::status("Corofold", &message);
    }
}
