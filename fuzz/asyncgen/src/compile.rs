//! Runs rustc and what it built, each under a time limit.

use crate::config::Config;
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

    /// The command that builds `source`; `tested` adds what is under test.
    pub fn command(&self, source: &Path, exe: &Path, config: &Config, tested: bool) -> Command {
        let mut c = Command::new(&self.rustc);
        c.args(["--edition=2021", "--crate-type=bin", "--crate-name=program", "--cap-lints=allow"]);
        c.arg(source).arg("-o").arg(exe).args(config.flags());
        c.env_remove("COROFOLD").env_remove("COROFOLD_FAULT").env_remove("RUSTFLAGS");
        if tested {
            c.args(&self.args);
            if let Some(plugin) = &self.plugin {
                c.arg(format!("-Zllvm-plugins={}", plugin.display())).env("RUSTC_BOOTSTRAP", "1");
                c.envs(self.corofold.iter().map(|words| ("COROFOLD", words)));
                c.envs(self.fault.iter().map(|name| ("COROFOLD_FAULT", name)));
            }
        }
        c
    }

    pub fn build(&self, source: &Path, exe: &Path, config: &Config, tested: bool) -> Result<Outcome> {
        finish(self.command(source, exe, config, tested), exe, BUILD_LIMIT)
    }
}

/// Runs a built program.
pub fn execute(exe: &Path, args: &[&str]) -> Result<Outcome> {
    let mut c = Command::new(exe);
    c.args(args);
    finish(c, exe, RUN_LIMIT)
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
