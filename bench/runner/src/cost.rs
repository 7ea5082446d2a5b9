//! The cost of the plugin: instructions that rustc executes for the last crate of a program, which with fat LTO is all of its code.
//!
//! The command is recorded once: cargo runs this program as the wrapper of the workspace's crates, and it writes down how it was called before
//! it calls rustc. Then the command runs again under a counter, with an output folder of its own.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::build::{Build, Builder};

/// Set for the wrapper: the crate to record. Its presence makes this program the wrapper.
pub const RECORD_CRATE: &str = "COROFOLD_BENCH_RECORD_CRATE";
/// Set for the wrapper: the file to write.
const RECORD_FILE: &str = "COROFOLD_BENCH_RECORD_FILE";

/// A rustc command as cargo ran it.
#[derive(Deserialize, Serialize)]
struct Recorded {
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    folder: PathBuf,
}

/// The counters, the cheaper first.
#[derive(Clone, Copy, PartialEq)]
pub enum Counter {
    /// `perf stat`, where the machine lets it count.
    Perf,
    /// valgrind's cachegrind with the caches off: slow, and the same number every time.
    Cachegrind,
}

impl Counter {
    /// The one that works here.
    pub fn detect() -> Result<Self> {
        let perf =
            Command::new("perf").args(["stat", "-x,", "-e", "instructions:u", "true"]).output();
        if perf.is_ok_and(|output| {
            instructions_of_perf(&String::from_utf8_lossy(&output.stderr)).is_some()
        }) {
            return Ok(Self::Perf);
        }
        let valgrind = Command::new("valgrind").arg("--version").output();
        ensure!(
            valgrind.is_ok_and(|output| output.status.success()),
            "neither `perf stat` counts instructions here nor is valgrind installed"
        );
        Ok(Self::Cachegrind)
    }

    /// As it is named in BENCHMARKS.md.
    pub fn name(self) -> &'static str {
        match self {
            Self::Perf => "perf stat -e instructions:u",
            Self::Cachegrind => "valgrind --tool=cachegrind --cache-sim=no",
        }
    }

    fn command(self) -> Command {
        let mut words = match self {
            Self::Perf => vec!["perf", "stat", "--no-inherit", "-x,", "-e", "instructions:u"],
            Self::Cachegrind => vec![
                "valgrind",
                "--tool=cachegrind",
                "--cache-sim=no",
                "--cachegrind-out-file=/dev/null",
            ],
        };
        let mut command = Command::new(words.remove(0));
        command.args(words);
        command
    }

    fn instructions(self, text: &str) -> Option<u64> {
        match self {
            Self::Perf => instructions_of_perf(text),
            Self::Cachegrind => instructions_of_cachegrind(text),
        }
    }
}

fn instructions_of_perf(text: &str) -> Option<u64> {
    text.lines().find(|line| line.contains("instructions"))?.split(',').next()?.parse().ok()
}

fn instructions_of_cachegrind(text: &str) -> Option<u64> {
    let (_, number) = text
        .lines()
        .find_map(|line| line.split_once("I refs:").or(line.split_once("I   refs:")))?;
    number.trim().replace(',', "").parse().ok()
}

/// What the wrapper does: records the crate asked for, and always compiles.
pub fn wrap(crate_name: &str) -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let is_wanted =
        arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == crate_name);
    if is_wanted {
        let file = env::var_os(RECORD_FILE).context("the file to record to is not set")?;
        let environment =
            env::vars().filter(|(name, _)| !name.starts_with("COROFOLD_BENCH_")).collect();
        let recorded =
            Recorded { arguments: arguments.clone(), environment, folder: env::current_dir()? };
        serde_json::to_writer(File::create(file)?, &recorded)?;
    }
    let (rustc, rest) = arguments.split_first().context("cargo gives the wrapper a rustc")?;
    let status =
        Command::new(rustc).args(rest).status().with_context(|| format!("cannot start {rustc}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds with this program as wrapper. The crates of the workspace are compiled anew each time: cargo keys them by the wrapper.
fn record(builder: &Builder, build: &Build) -> Result<Recorded> {
    let folder = builder.cost_folder(build);
    fs::create_dir_all(&folder)?;
    let file = folder.join("command.json");
    let mut command = builder.command(build)?;
    command
        .env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?)
        .env(RECORD_CRATE, build.program.name.replace('-', "_"))
        .env(RECORD_FILE, &file);
    let output = command.output().context("cannot start cargo")?;
    ensure!(output.status.success(), "cargo failed: {}", String::from_utf8_lossy(&output.stderr));
    let Ok(text) = fs::read_to_string(&file) else {
        bail!(
            "cargo did not compile {}, so that its command is unknown; remove {}",
            build.program.name,
            builder.bench.join("target").display()
        )
    };
    Ok(serde_json::from_str(&text)?)
}

/// The recorded arguments, with the output folder replaced.
fn redirect(arguments: &[String], folder: &Path) -> Vec<OsString> {
    let mut redirected: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    for index in 1..redirected.len() {
        if redirected[index - 1] == "--out-dir" {
            redirected[index] = folder.into();
        }
    }
    redirected
}

/// Instructions that rustc executes for the last crate of `build`.
pub fn instructions(builder: &Builder, build: &Build, counter: Counter) -> Result<u64> {
    let recorded = record(builder, build)?;
    let output = counter
        .command()
        .args(redirect(&recorded.arguments, &builder.cost_folder(build)))
        .env_clear()
        .envs(&recorded.environment)
        .current_dir(&recorded.folder)
        .output()
        .with_context(|| format!("cannot start {}", counter.name()))?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rustc failed under {}: {text}", counter.name());
    counter
        .instructions(&text)
        .with_context(|| format!("{} printed no number of instructions: {text}", counter.name()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{instructions_of_cachegrind, instructions_of_perf, redirect};

    #[test]
    fn reads_what_the_counters_print() {
        assert_eq!(instructions_of_perf("1234,,instructions:u,100,100.00,,\n"), Some(1234));
        assert_eq!(instructions_of_perf("<not supported>,,instructions:u,0,100.00,,\n"), None);
        assert_eq!(
            instructions_of_cachegrind("==7== \n==7== I   refs:      1,234,567\n"),
            Some(1_234_567)
        );
    }

    #[test]
    fn redirects_only_the_output_folder() {
        let arguments = ["rustc", "--out-dir", "deps", "-L", "deps"].map(String::from);
        assert_eq!(
            redirect(&arguments, Path::new("cost")),
            ["rustc", "--out-dir", "cost", "-L", "deps"]
        );
    }
}
