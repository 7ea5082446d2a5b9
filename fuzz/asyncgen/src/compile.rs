//! Runs rustc and what it built, each under a time limit.

use crate::ast::Program;
use crate::config::{Config, Crate, Layout};
use crate::print;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// No build of a few short programs takes this long, unless a pass does not end.
const BUILD_LIMIT: Duration = Duration::from_secs(120);
const RUN_LIMIT: Duration = Duration::from_secs(20);

/// What is put under test.
#[derive(Clone, Debug)]
pub struct Toolchain {
    pub rustc: PathBuf,
    /// Without one, the same rustc is compared with itself.
    pub plugin: Option<PathBuf>,
    /// Value of `COROFOLD`; unset if `None`
    pub corofold: Option<String>,
    /// Value of `COROFOLD_FAULT`, for a plugin with planted faults
    pub fault: Option<String>,
    /// Arguments for the builds under test only
    pub args: Vec<String>,
    /// Arguments for all builds
    pub common_args: Vec<String>,
    /// A program, with its first arguments, that runs what was built; none where this machine does
    pub runner: Vec<String>,
}

/// How a process ended and what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub status: String,
    pub ok: bool,
    pub out: String,
    pub err: String,
}

impl Toolchain {
    /// The rustc behind rustup's proxy, which saves its start-up time per build.
    pub fn resolve(rustc: &Path) -> Result<PathBuf> {
        let out = Command::new(rustc)
            .args(["--print", "sysroot"])
            .output()
            .with_context(|| format!("cannot run `{}`: name a rustc with --rustc", rustc.display()))?;
        if !out.status.success() {
            bail!("`{} --print sysroot` failed: {}", rustc.display(), String::from_utf8_lossy(&out.stderr));
        }
        let real = Path::new(String::from_utf8(out.stdout)?.trim()).join("bin/rustc");
        Ok(if real.exists() { real } else { rustc.to_owned() })
    }

    /// The commands that build `exe`, one after the other; `tested` adds what is under test.
    pub fn commands(&self, sources: &Sources, exe: &Path, config: &Config, tested: bool) -> Vec<Command> {
        if config.layout == Layout::One {
            let mut whole = self.rustc(&sources.whole, config, Some(Crate::Tested), tested);
            whole.args(["--crate-type=bin", "--crate-name=program"]).arg("-o").arg(exe);
            return vec![whole];
        }
        let dir = exe.parent().unwrap_or(Path::new("."));
        let using = |mut c: Command, crates: &[&str]| {
            c.args(crates.iter().map(|name| format!("--extern={name}"))).arg("-L").arg(dir);
            c
        };
        let library = |name: &str, source: &Path, of: Option<Crate>, uses: &[&str]| {
            let mut c = self.rustc(source, config, of, tested);
            c.arg("--crate-type=lib").arg(format!("--crate-name={name}")).arg("--out-dir").arg(dir);
            using(c, uses)
        };
        let mut commands = vec![library("rt", &sources.runtime, None, &[])];
        let mut uses = vec!["rt"];
        let mut source = &sources.copy;
        if config.layout == Layout::Bodies {
            commands.push(library("bodies", &sources.bodies, Some(Crate::Bodies), &uses));
            uses.push("bodies");
            source = &sources.roots;
        }
        commands.push(library("plain", source, Some(Crate::Plain), &uses));
        commands.push(library("tested", source, Some(Crate::Tested), &uses));
        let mut main = using(self.rustc(&sources.main, config, None, false), &["rt", "plain", "tested"]);
        main.args(["--crate-type=bin", "--crate-name=program"]).arg("-o").arg(exe);
        commands.push(main);
        commands
    }

    /// rustc with the flags of one crate. Of those under test, `tested` says whether they are.
    fn rustc(&self, source: &Path, config: &Config, of: Option<Crate>, tested: bool) -> Command {
        let mut c = Command::new(&self.rustc);
        c.args(["--edition=2021", "--cap-lints=allow"]).arg(source).args(config.flags(of)).args(&self.common_args);
        c.env_remove("COROFOLD").env_remove("COROFOLD_FAULT").env_remove("RUSTFLAGS");
        if tested && of.is_some_and(|of| of == Crate::Tested || config.with.has(of)) {
            c.args(&self.args);
            if let Some(plugin) = &self.plugin {
                c.arg(format!("-Zllvm-plugins={}", plugin.display()));
                c.envs(self.corofold.iter().map(|words| ("COROFOLD", words)));
                c.envs(self.fault.iter().map(|name| ("COROFOLD_FAULT", name)));
            }
        }
        if self.plugin.is_some() {
            // It takes part in the names of symbols, so all crates of a program need it.
            c.env("RUSTC_BOOTSTRAP", "1");
        }
        c
    }

    /// Runs the commands up to the first that fails, and gives what the last one said.
    pub fn build(&self, sources: &Sources, exe: &Path, config: &Config, tested: bool) -> Result<Outcome> {
        let mut built = None;
        for command in self.commands(sources, exe, config, tested) {
            let outcome = finish(command, exe, BUILD_LIMIT)?;
            let ok = outcome.ok;
            built = Some(outcome);
            if !ok {
                break;
            }
        }
        built.context("a build has commands")
    }

    /// Runs a built program.
    pub fn execute(&self, exe: &Path, args: &[&str]) -> Result<Outcome> {
        let mut c = match &self.runner[..] {
            [] => Command::new(exe),
            [runner, first @ ..] => {
                let mut c = Command::new(runner);
                c.args(first).arg(exe);
                c
            }
        };
        c.args(args);
        finish(c, exe, RUN_LIMIT)
    }
}

/// The files of some programs.
#[derive(Clone, Debug)]
pub struct Sources {
    /// All in one
    pub whole: PathBuf,
    /// The same as crates
    pub runtime: PathBuf,
    pub copy: PathBuf,
    pub bodies: PathBuf,
    pub roots: PathBuf,
    pub main: PathBuf,
}

impl Sources {
    /// Where they are in a folder.
    fn places(dir: &Path) -> Sources {
        Sources {
            whole: dir.join("program.rs"),
            runtime: dir.join("runtime.rs"),
            copy: dir.join("copy.rs"),
            bodies: dir.join("bodies.rs"),
            roots: dir.join("roots.rs"),
            main: dir.join("main.rs"),
        }
    }

    /// Writes them.
    pub fn write(programs: &[Program], dir: &Path) -> Result<Sources> {
        let places = Sources::places(dir);
        let crates = print::crates(programs);
        fs::write(&places.whole, print::source(programs))?;
        fs::write(&places.runtime, crates.runtime)?;
        fs::write(&places.copy, crates.copy)?;
        fs::write(&places.bodies, crates.bodies)?;
        fs::write(&places.roots, crates.roots)?;
        fs::write(&places.main, crates.main)?;
        Ok(places)
    }

    /// Copies them to another folder.
    pub fn copy_to(&self, dir: &Path) -> Result<Sources> {
        let places = Sources::places(dir);
        for (from, to) in self.files().into_iter().zip(places.files()) {
            fs::copy(from, to)?;
        }
        Ok(places)
    }

    fn files(&self) -> [&Path; 6] {
        [&self.whole, &self.runtime, &self.copy, &self.bodies, &self.roots, &self.main]
    }
}

/// Output goes through files, so that no pipe can fill up while we wait.
fn finish(mut c: Command, near: &Path, limit: Duration) -> Result<Outcome> {
    let (out, err) = (near.with_extension("out"), near.with_extension("err"));
    let mut child = c
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        .spawn()
        .with_context(|| format!("cannot start {}", c.get_program().display()))?;
    let status = match child.wait_timeout(limit)? {
        Some(status) => Ok(status),
        None => {
            child.kill()?;
            child.wait()?;
            Err(format!("timeout after {} s", limit.as_secs()))
        }
    };
    let text = |p: &Path| -> Result<String> { Ok(String::from_utf8_lossy(&fs::read(p)?).into_owned()) };
    let ok = status.as_ref().is_ok_and(|s| s.success());
    let status = status.map_or_else(|late| late, |s| s.to_string());
    Ok(Outcome { status, ok, out: text(&out)?, err: text(&err)? })
}
