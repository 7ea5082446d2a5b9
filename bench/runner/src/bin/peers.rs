//! `bench/peers/run`: runs the test suites of published crates without and with corofold, and writes their part of BENCHMARKS.md.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use bench_runner::build::{Plugin, Toolchain};
use bench_runner::peers::build::Builder;
use bench_runner::peers::compare::Comparison;
use bench_runner::peers::results::{Entry, Results};
use bench_runner::peers::run::Runner;
use bench_runner::peers::sources::Workspace;
use bench_runner::peers::{Suites, select};
use bench_runner::{report, results};

/// Runs the test suites of published crates without and with corofold
#[derive(Parser)]
#[command(name = "bench/peers/run")]
struct Arguments {
    /// These crates only; what is known of the others stays in the table
    #[arg(long, num_args = 1.., value_name = "CRATE")]
    only: Vec<String>,
    /// Opt levels
    #[arg(long, value_delimiter = ',', value_name = "LEVEL", default_value = "3")]
    opt: Vec<String>,
    /// How often each test runs, without the plugin and with it
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..))]
    runs: u8,
    /// Seconds after which a test is taken to hang
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Renew Cargo.lock, after peers.toml was changed
    #[arg(long)]
    update: bool,
    /// The plugin [default: target/release/libcorofold.so of this repository]
    #[arg(long, value_name = "FILE")]
    plugin: Option<PathBuf>,
    /// The executable of `cargo corofold` [default: target/release/cargo-corofold of this repository]
    #[arg(long, value_name = "FILE")]
    corofold: Option<PathBuf>,
    /// rustup's toolchain
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
    /// How many compilers, and how many tests, run at once
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    #[arg(long, hide = true)]
    bench: PathBuf,
}

/// The executable of `cargo corofold`.
fn corofold(bench: &Path, given: Option<&PathBuf>) -> Result<PathBuf> {
    let path = given.cloned().unwrap_or_else(|| bench.join("../target/release/cargo-corofold"));
    path.canonicalize().with_context(|| {
        format!("there is no {}; `cargo build --release --workspace` makes it", path.display())
    })
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let bench = arguments.bench.canonicalize()?;
    let folder = bench.join("peers");
    let mut suites = Suites::read(&bench)?;
    select(&suites.peers, &arguments.only)?;
    let plugin = Plugin::copy(arguments.plugin.as_deref(), &bench)?;
    let toolchain = Toolchain::of_rustup(&arguments.toolchain)?;
    suites.results.compiler = toolchain.version()?;
    let builder = Builder {
        workspace: Workspace::prepare(&suites.peers, &folder, &toolchain.cargo, arguments.update)?,
        target: folder.join("target"),
        toolchain,
        corofold: corofold(&bench, arguments.corofold.as_ref())?,
        plugin,
        jobs: arguments.jobs,
    };
    let complaints = run(&arguments, &bench, &builder, &mut suites)?;
    for complaint in &complaints {
        eprintln!("error: {complaint}");
    }
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the suites asked for, and returns what is wrong.
fn run(
    arguments: &Arguments,
    bench: &Path,
    builder: &Builder,
    suites: &mut Suites,
) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let peers = select(&suites.peers, &arguments.only)?;
    for opt_level in &arguments.opt {
        for peer in &peers {
            let label = format!("{} at opt-level {opt_level}", peer.folder());
            eprintln!("{label}");
            let runner = Runner { jobs: arguments.jobs, limit: arguments.limit };
            let comparison =
                Comparison { builder, runner, peer, opt_level, runs: arguments.runs.into() };
            let entry = match comparison.run() {
                Ok(entry) => {
                    eprintln!("  {}", summary(&entry));
                    complaints.extend(entry.failures.iter().map(|text| format!("{label}: {text}")));
                    Some(entry)
                }
                Err(error) => {
                    eprintln!("  {error:#}");
                    complaints.push(format!("{label}: {error:#}"));
                    None
                }
            };
            suites.results.set(&peer.name, opt_level, entry);
            results::write(&suites.results, &Results::path(bench))?;
            report::write(bench)?;
        }
    }
    Ok(complaints)
}

fn summary(entry: &Entry) -> String {
    format!(
        "{} changes, {} tests, {} pass without, {} with the plugin; {} differ",
        entry.changes,
        entry.tests,
        entry.passed_without,
        entry.passed_with,
        entry.failures.len()
    )
}
