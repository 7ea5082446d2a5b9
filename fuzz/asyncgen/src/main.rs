//! Random async programs for corofold: prints them, runs campaigns over them with and
//! without the plugin, and reduces those whose behaviour differs.

mod ast;
mod campaign;
mod check;
mod compile;
mod config;
mod faults;
mod generate;
mod print;
mod reduce;

use anyhow::{Context, Result, bail};
use campaign::Campaign;
use clap::{Args, Parser, Subcommand};
use compile::Toolchain;
use config::{Config, Matrix};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print the program of a seed
    Gen {
        #[arg(long)]
        seed: u64,
    },
    /// Build and run programs with and without the plugin, and compare their traces
    Run {
        /// Which programs, as FIRST..END
        #[arg(long, value_parser = seeds)]
        seeds: (u64, u64),
        #[command(flatten)]
        tested: Tested,
        #[arg(long, value_enum, default_value = "quick")]
        matrix: Matrix,
        /// Batches in work at the same time
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// Programs in one rustc call
        #[arg(long, default_value_t = 4)]
        batch: u64,
        /// Start no new batch after this time
        #[arg(long)]
        seconds: Option<u64>,
        /// Save each failure in a folder below this one
        #[arg(long)]
        keep: Option<PathBuf>,
    },
    /// Check that the faults of a plugin built with `planted-faults` are found
    Faults {
        /// The programs to try, as FIRST..END
        #[arg(long, value_parser = seeds)]
        seeds: (u64, u64),
        #[command(flatten)]
        tested: Tested,
        /// Values of COROFOLD_FAULT
        #[arg(long, required = true, num_args = 1..)]
        fault: Vec<String>,
    },
    /// Make a failing program smaller and print it
    Reduce {
        #[arg(long)]
        seed: u64,
        #[command(flatten)]
        tested: Tested,
        /// The build that fails, as printed by `run`; by default the quick ones of the seed, then all
        #[arg(long)]
        config: Option<Config>,
    },
}

/// What is compared with the reference.
#[derive(Args)]
struct Tested {
    /// The plugin; without one, rustc's optimised builds are compared with its reference
    #[arg(long)]
    plugin: Option<PathBuf>,
    /// Compilers; `run` takes them in turn, or all with `--matrix full`
    #[arg(long, num_args = 1.., default_value = "rustc")]
    rustc: Vec<PathBuf>,
    /// Value of COROFOLD for the builds with the plugin
    #[arg(long, requires = "plugin")]
    corofold: Option<String>,
    /// An argument for rustc in the builds under test only
    #[arg(long, allow_hyphen_values = true)]
    rustc_arg: Vec<String>,
    /// An argument for rustc in all builds, such as `--target=...`
    #[arg(long, allow_hyphen_values = true)]
    common_arg: Vec<String>,
    /// What runs a built program that this machine cannot: a program, and its first arguments behind spaces
    #[arg(long, value_name = "COMMAND", default_value = "")]
    runner: String,
    /// Also poll roots again after completion, where panics unwind: it must be Pending then, or with `proved` still panic
    #[arg(long)]
    repoll: bool,
}

impl Tested {
    fn chains(&self) -> Result<Vec<Toolchain>> {
        let plugin = match &self.plugin {
            Some(p) => Some(p.canonicalize().with_context(|| format!("no plugin at {}: build it first", p.display()))?),
            None => None,
        };
        if let Some(p) = &plugin
            && p.to_string_lossy().contains([' ', ','])
        {
            bail!("rustc takes no plugin whose path holds a space or a comma: {}", p.display());
        }
        if self.repoll && self.corofold.iter().any(|o| o.split(',').any(|w| w == "trap")) {
            bail!("--repoll cannot be used with `trap`, which ends the process");
        }
        let chain = |rustc: &PathBuf| {
            Ok(Toolchain {
                rustc: Toolchain::resolve(rustc)?,
                plugin: plugin.clone(),
                corofold: self.corofold.clone(),
                fault: None,
                args: self.rustc_arg.clone(),
                common_args: self.common_arg.clone(),
                runner: self.runner.split_whitespace().map(str::to_owned).collect(),
            })
        };
        self.rustc.iter().map(chain).collect()
    }
}

fn seeds(s: &str) -> Result<(u64, u64)> {
    let (a, b) = s.split_once("..").context("write seeds as FIRST..END, such as 0..100")?;
    let (a, b) = (a.parse()?, b.parse()?);
    if a >= b {
        bail!("{a}..{b} holds no seed");
    }
    Ok((a, b))
}

fn main() -> Result<ExitCode> {
    match Cli::parse().command {
        Verb::Gen { seed } => print!("{}", print::source(&[generate::program(seed)])),
        Verb::Run { seeds, tested, matrix, jobs, batch, seconds, keep } => {
            let time = seconds.map(Duration::from_secs);
            let campaign =
                Campaign { chains: tested.chains()?, matrix, jobs, batch, time, repoll: tested.repoll, keep };
            let (totals, cost) = campaign.run(seeds.0..seeds.1)?;
            println!("{totals}; {cost}");
            // What nothing can be said of has not passed.
            let is_well = totals.failures == 0 && totals.unusable == 0;
            return Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Verb::Faults { seeds, tested, fault } => {
            let all_found = faults::run(&tested.chains()?[0], &fault, seeds.0..seeds.1)?;
            return Ok(if all_found { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Verb::Reduce { seed, tested, config } => {
            let configs = match config {
                Some(c) => vec![c],
                None => [Matrix::Quick.configs(seed), Matrix::Full.configs(seed)].concat(),
            };
            let chain = tested.chains()?.swap_remove(0);
            let (program, config) = reduce::reduce(&chain, generate::program(seed), &configs, tested.repoll)?;
            print!("// Fails with {config}\n{}", print::source(&[program]));
        }
    }
    Ok(ExitCode::SUCCESS)
}
