//! Runs LLVM's `opt` with the plugin, under limits.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// LLVM's tools and the plugin.
#[derive(clap::Args, Clone)]
pub struct Opt {
    /// The plugin
    #[arg(long)]
    plugin: PathBuf,
    /// The folder of LLVM's tools
    #[arg(long, env = "COROFOLD_LLVM_BIN", default_value = "/usr/lib/llvm-22/bin")]
    llvm_bin: PathBuf,
}

/// How a run may end.
pub enum End {
    Good,
    /// `opt` said an error, which is its last line
    Error(String),
    Crash(String),
    Late,
}

impl Opt {
    /// Says early what is missing.
    pub fn check(&self) -> Result<()> {
        for file in [self.plugin.clone(), self.llvm_bin.join("opt")] {
            if !file.exists() {
                bail!("there is no {}: build the plugin, or see --plugin and --llvm-bin", file.display());
            }
        }
        Ok(())
    }

    /// `opt` over `input`, with `words` before it where it has to run under something.
    pub fn command(&self, under: &[&str], passes: &str, input: &Path) -> Command {
        let opt = self.llvm_bin.join("opt");
        let words = under.iter().map(|word| word.as_ref()).chain([opt.as_os_str()]);
        let mut words = words.collect::<Vec<_>>().into_iter();
        let mut command = Command::new(words.next().expect("`opt` itself"));
        command.args(words).arg(format!("-load-pass-plugin={}", self.plugin.display()));
        command.arg(format!("-passes={passes}")).arg(input).env_remove("COROFOLD").stdin(Stdio::null());
        command
    }
}

/// Waits for a command at most `limit`. What it prints goes to `log`.
pub fn run(mut command: Command, log: &Path, limit: Duration) -> Result<End> {
    let file = File::create(log)?;
    let mut child = command
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let Some(status) = child.wait_timeout(limit)? else {
        child.kill()?;
        child.wait()?;
        return Ok(End::Late);
    };
    Ok(end(status, &String::from_utf8_lossy(&std::fs::read(log)?)))
}

fn end(status: ExitStatus, text: &str) -> End {
    let last = || text.lines().last().unwrap_or_default().to_owned();
    // Errors of the plugin are diagnostics: `opt` prints them and goes on to the end.
    let diagnosed = text.lines().find(|line| line.starts_with("error:"));
    match (status.code(), diagnosed) {
        (_, Some(line)) => End::Error(line.to_owned()),
        (Some(0), None) => End::Good,
        (Some(1), None) => End::Error(last()),
        _ => {
            End::Crash(format!("{}: {}", status.signal().map_or(status.to_string(), |s| format!("signal {s}")), last()))
        }
    }
}
