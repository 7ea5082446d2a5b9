//! `cargo corofold`: builds Rust programs with the corofold LLVM pass plugin.
//!
//! The executable has two faces. Called by cargo as a subcommand it checks the toolchain and the
//! plugin, then runs cargo with itself as `RUSTC_WRAPPER`. Called by that cargo as a wrapper it
//! hands the plugin to the compilations that should have it (see [`wrapper`]).

#![forbid(unsafe_code)]

mod build;
mod cargo;
mod check;
mod config;
mod crosscheck;
mod doctor;
mod driver;
mod elf;
mod files;
mod flags;
mod manual;
mod measure;
mod opt;
mod options;
mod opts;
mod output;
mod panics;
mod plugin;
mod report;
mod rustflags;
mod size;
mod status;
mod table;
mod toolchain;
mod wrapper;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The number of the signal for a pipe that nobody reads.
const SIGPIPE: u8 = 13;

fn main() -> ExitCode {
    let mut args: Vec<_> = env::args_os().collect();
    if opts::is_called_without_cargo() {
        args.insert(1, "corofold".into());
    }
    let result = match wrapper::Settings::from_env(&args) {
        Ok(Some(settings)) => wrapper::run(&settings, &args[1..]),
        Ok(None) => command(&args),
        Err(error) => Err(error),
    };
    result.unwrap_or_else(|error| match error.downcast_ref::<cargo::Failed>() {
        Some(failed) => wrapper::exit_code(failed.0),
        // As if the signal had ended it, which Rust programs ignore.
        None if output::is_closed(&error) => ExitCode::from(128 + SIGPIPE),
        None => {
            status::error(&error);
            ExitCode::FAILURE
        }
    })
}

/// The first face.
fn command(args: &[OsString]) -> Result<ExitCode> {
    opts::check_toolchain(args)?;
    driver::run(&opts::Cargo::parse_from(opts::own_options_first(args)).into())
}
