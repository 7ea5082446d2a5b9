//! `scaling`: how the cost of the plugin grows with the module.

use crate::opt::End;
use crate::opt::{Opt, run};
use crate::shape::Shape;
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The plugin's functions that LLVM's passes call: what they execute is what is counted.
const COUNTED: [&str; 2] = ["corofold_model_build", "corofold_run_pass"];

#[derive(clap::Args)]
pub struct Scaling {
    #[command(flatten)]
    opt: Opt,
    /// The shapes; all of them by default
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<Shape>,
    /// The smallest size; the others are twice and four times as large
    #[arg(long, default_value_t = 250)]
    size: usize,
    /// The pipeline that is measured
    #[arg(long, default_value = "corofold")]
    passes: String,
    /// Fail where the exponent is above this
    #[arg(long)]
    check: Option<f64>,
}

impl Scaling {
    /// Prints a table. Returns whether all exponents are below the limit.
    pub fn run(&self) -> Result<bool> {
        self.opt.check()?;
        let sizes = [self.size, 2 * self.size, 4 * self.size];
        let shapes = if self.only.is_empty() { Shape::value_variants() } else { &self.only };
        println!("instructions of `{}`, in millions, and the exponent between the larger two sizes", self.passes);
        println!("{:<16}{:>9}{:>9}{:>9}{:>10}", "", sizes[0], sizes[1], sizes[2], "exponent");
        let mut is_well = true;
        for &shape in shapes {
            let counts = sizes.iter().map(|&size| self.instructions(shape, size)).collect::<Result<Vec<u64>>>()?;
            ensure!(counts[0] > 0, "nothing was counted for {shape:?}: has the plugin its symbols?");
            let exponent = (counts[2] as f64 / counts[1] as f64).log2();
            let millions: Vec<f64> = counts.iter().map(|&count| count as f64 / 1e6).collect();
            let name = shape.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            let [small, middle, large] = millions[..] else { bail!("three sizes give three counts") };
            println!("{name:<16}{small:>9.1}{middle:>9.1}{large:>9.1}{exponent:>10.2}");
            is_well &= self.check.is_none_or(|limit| exponent <= limit);
        }
        Ok(is_well)
    }

    /// Counted by callgrind, which gives the same number every time.
    fn instructions(&self, shape: Shape, size: usize) -> Result<u64> {
        const LIMIT: Duration = Duration::from_secs(1800);
        let folder = tempfile::tempdir()?;
        let input = write(folder.path(), shape, size)?;
        let log = folder.path().join("log");
        let toggles = COUNTED.map(|function| format!("--toggle-collect={function}"));
        let mut under = vec!["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
        under.extend(toggles.iter().map(String::as_str));
        let mut command = self.opt.command(&under, &self.passes, &input);
        command.arg("-disable-output");
        match run(command, &log, LIMIT)? {
            End::Good => {}
            End::Late => bail!("{shape:?} of size {size} takes more than {} s", LIMIT.as_secs()),
            End::Error(text) | End::Crash(text) => bail!("{shape:?} of size {size}: {text}"),
        }
        let text = fs::read_to_string(&log)?;
        let collected = text.lines().find_map(|line| line.split_once("Collected : "));
        collected
            .and_then(|(_, count)| count.trim().parse().ok())
            .with_context(|| format!("callgrind says no count: {text}"))
    }
}

/// Writes the module of a shape into a folder.
pub fn write(folder: &Path, shape: Shape, size: usize) -> Result<PathBuf> {
    let path = folder.join("module.ll");
    fs::write(&path, shape.module(size)).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
