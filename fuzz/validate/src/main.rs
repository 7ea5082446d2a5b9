//! The command. The head of `lib.rs` says what it compares.

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use validate::campaign::{Campaign, LATE_WAYS, WAYS};
use validate::plugin::Plugin;

/// Execute coroutines before and after corofold, and compare what they do
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Files of LLVM IR (.ll, .bc), and folders of them
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The plugin
    #[arg(long)]
    plugin: PathBuf,
    /// Words of `corofold<WORDS>`, once for each way to run the plugin; by default all at once and each alone
    #[arg(long)]
    words: Vec<String>,
    /// Test what `corofold-unread-stores` takes from the functions after the rest of the plugin and LLVM's scalar
    /// optimisations
    #[arg(long)]
    late: bool,
    /// Scenarios for one coroutine, at most
    #[arg(long, default_value_t = 200)]
    paths: usize,
    /// Modules in work at the same time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Begin no module after this time
    #[arg(long)]
    seconds: Option<u64>,
}

fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    if !cli.plugin.exists() {
        bail!("no plugin at {}: build it with `cargo build --release`", cli.plugin.display());
    }
    let files = files(&cli.inputs)?;
    let bin = std::env::var_os("COROFOLD_LLVM_BIN").unwrap_or_else(|| "/usr/lib/llvm-22/bin".into());
    let campaign = Campaign {
        plugin: Plugin { opt: Path::new(&bin).join("opt"), library: cli.plugin.canonicalize()? },
        ways: match cli.late {
            _ if !cli.words.is_empty() => cli.words,
            true => LATE_WAYS.map(str::to_owned).to_vec(),
            false => WAYS.map(str::to_owned).to_vec(),
        },
        late: cli.late,
        paths: cli.paths,
        jobs: cli.jobs.max(1),
        time: cli.seconds.map(Duration::from_secs),
    };
    let totals = campaign.run(&files)?;
    print!("{totals}");
    if totals.executed == 0 {
        bail!("no coroutine was executed: is this IR as rustc writes it, and does the plugin change it?");
    }
    let is_clean = totals.mismatches.is_empty() && totals.unusable.is_empty();
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for input in inputs {
        for entry in walkdir::WalkDir::new(input).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot read {}", input.display()))?;
            let is_ir = entry.path().extension().is_some_and(|end| end == "ll" || end == "bc");
            if entry.file_type().is_file() && (is_ir || entry.depth() == 0) {
                files.push(entry.into_path());
            }
        }
    }
    if files.is_empty() {
        bail!("no .ll and no .bc file in {inputs:?}");
    }
    Ok(files)
}
