//! `faults`: shows that campaigns can fail. Each wrong change that the plugin was built to make has to be found.

use crate::check::{Bench, Kind};
use crate::compile::Toolchain;
use crate::config::{Config, Matrix};
use crate::generate;
use anyhow::{Context, Result, bail};
use std::ops::Range;

/// What it took to find one fault.
struct Hunt {
    seeds: u64,
    builds: u64,
    /// The seed whose program differs, the build, and how
    found: Option<(u64, String)>,
}

/// Tries the faults on the same seeds, and prints a row for each. Returns whether all were found.
pub fn run(chain: &Toolchain, faults: &[String], seeds: Range<u64>) -> Result<bool> {
    println!("{:<18}{:>6}{:>8}  found by", "fault", "seeds", "builds");
    let mut is_well = true;
    for fault in faults {
        let chain = Toolchain { fault: Some(fault.clone()), ..chain.clone() };
        let hunt = hunt(&chain, seeds.clone()).with_context(|| format!("fault {fault}"))?;
        let found = hunt.found.as_ref().map_or("NOTHING".into(), |(seed, how)| format!("seed {seed}, {how}"));
        println!("{fault:<18}{:>6}{:>8}  {found}", hunt.seeds, hunt.builds);
        is_well &= hunt.found.is_some();
    }
    Ok(is_well)
}

fn hunt(chain: &Toolchain, seeds: Range<u64>) -> Result<Hunt> {
    let mut hunt = Hunt { seeds: 0, builds: 0, found: None };
    for seed in seeds {
        hunt.seeds += 1;
        let dir = tempfile::tempdir()?;
        let mut bench = Bench::new(chain, dir.path(), &[generate::program(seed)], "0", true)?;
        // LTO comes after the plugin, and optimises all of std again. Copies that differ as some faults need them to are rare.
        let random = Matrix::Quick.configs(seed).into_iter().filter(|config| config.lto == "local");
        for config in random.chain(Config::unequal(seed)) {
            let Some(failure) = bench.check(&config, true)? else { continue };
            // A fault is to be seen in what a program does.
            if failure.kind == Kind::Compile {
                bail!("seed {seed} does not build with {config}: {}", failure.summary());
            }
            hunt.found = Some((seed, format!("{config}: {}", failure.kind)));
            break;
        }
        hunt.builds += bench.builds;
        if hunt.found.is_some() {
            break;
        }
    }
    Ok(hunt)
}
