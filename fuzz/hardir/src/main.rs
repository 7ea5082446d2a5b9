//! Large and mangled LLVM IR for corofold: it must neither crash nor hang, and take linear time.

mod campaign;
mod emit;
mod mutate;
mod opt;
mod scaling;
mod shape;
mod stable;

use anyhow::Result;
use clap::{Parser, Subcommand};
use shape::Shape;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print a module
    Generate {
        #[arg(value_enum)]
        shape: Shape,
        size: usize,
    },
    /// Print how the instructions of the plugin grow with the module
    Scaling(scaling::Scaling),
    /// Run modules of sizes that nobody has through the plugin
    Limits(campaign::Limits),
    /// Check that the same in gives the same out, and that a second run changes nothing
    Stable(stable::Stable),
    /// Run random mutants of a folder of .ll files through the plugin
    Mutate(campaign::Mutate),
}

fn main() -> Result<ExitCode> {
    let is_well = match Cli::parse().command {
        Verb::Generate { shape, size } => {
            print!("{}", shape.module(size));
            true
        }
        Verb::Scaling(scaling) => scaling.run()?,
        Verb::Limits(limits) => limits.run()?,
        Verb::Stable(stable) => stable.run()?,
        Verb::Mutate(mutate) => mutate.run()?,
    };
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
