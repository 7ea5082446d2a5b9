//! `run`: seeds in batches over a matrix of builds, on several threads.

use crate::ast::Program;
use crate::check::{Bench, Failure, Kind, ReferenceFails};
use crate::compile::{Sources, Toolchain};
use crate::config::{Config, Matrix};
use crate::generate;
use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub struct Campaign {
    pub chains: Vec<Toolchain>,
    pub matrix: Matrix,
    pub jobs: usize,
    /// Programs in one rustc call
    pub batch: u64,
    pub time: Option<Duration>,
    pub repoll: bool,
    pub keep: Option<PathBuf>,
}

/// What was done so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub programs: u64,
    /// Programs times builds of them, references included
    pub builds: u64,
    pub runs: u64,
    pub failures: u64,
    /// Programs whose reference does not run to its end
    pub unusable: u64,
}

/// What a campaign took: of the clock, and of all processors together, with every compiler and program that it ran.
pub struct Cost {
    wall: Duration,
    cpu: Duration,
}

impl Cost {
    fn since(start: Instant) -> Result<Cost> {
        let used = |who| -> Result<Duration> {
            let usage = getrusage(who).context("the system does not say what processor time was used")?;
            let time = |t: TimeVal| Duration::from_secs_f64(t.tv_sec() as f64 + t.tv_usec() as f64 * 1e-6);
            Ok(time(usage.user_time()) + time(usage.system_time()))
        };
        let cpu = used(UsageWho::RUSAGE_SELF)? + used(UsageWho::RUSAGE_CHILDREN)?;
        Ok(Cost { wall: start.elapsed(), cpu })
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:.0} s, {:.0} s of processor time", self.wall.as_secs_f64(), self.cpu.as_secs_f64())
    }
}

struct Shared {
    next: u64,
    totals: Totals,
    told: Instant,
    /// A thread that hit an error stops the others.
    error: Option<anyhow::Error>,
}

impl Campaign {
    pub fn run(&self, seeds: std::ops::Range<u64>) -> Result<(Totals, Cost)> {
        let start = Instant::now();
        let shared = Mutex::new(Shared { next: seeds.start, totals: Totals::default(), told: start, error: None });
        std::thread::scope(|s| {
            for _ in 0..self.jobs.max(1) {
                s.spawn(|| self.work(&shared, seeds.end, start));
            }
        });
        let shared = shared.into_inner().expect("no thread panicked");
        match shared.error {
            Some(error) => Err(error),
            None => Ok((shared.totals, Cost::since(start)?)),
        }
    }

    fn work(&self, shared: &Mutex<Shared>, end: u64, start: Instant) {
        loop {
            let mut s = shared.lock().expect("no thread panics with the lock held");
            let late = self.time.is_some_and(|t| start.elapsed() >= t);
            if s.next >= end || late || s.error.is_some() {
                return;
            }
            let first = s.next;
            s.next = end.min(first + self.batch.max(1));
            let batch = first..s.next;
            drop(s);
            let done = self.batch(batch.clone());
            let mut s = shared.lock().expect("no thread panics with the lock held");
            match done {
                Ok(t) => s.totals.add(t),
                Err(e) => s.error = Some(e.context(format!("seeds {}..{}", batch.start, batch.end))),
            }
            if s.told.elapsed() > Duration::from_secs(10) {
                s.told = Instant::now();
                eprintln!("asyncgen: seed {}, {} s: {}", batch.end, start.elapsed().as_secs(), s.totals);
            }
        }
    }

    fn batch(&self, seeds: std::ops::Range<u64>) -> Result<Totals> {
        let programs: Vec<Program> = seeds.clone().map(generate::program).collect();
        let count = programs.len() as u64;
        let mut totals = Totals { programs: count, ..Totals::default() };
        // One compiler for each batch in turn, or all of them.
        let turn = (seeds.start / self.batch.max(1)) as usize % self.chains.len();
        let chains = match self.matrix {
            Matrix::Full => &self.chains[..],
            Matrix::Quick => &self.chains[turn..=turn],
        };
        for chain in chains {
            let dir = tempfile::tempdir()?;
            let mut bench = Bench::new(chain, dir.path(), &programs, reference_opt(seeds.start), self.repoll)?;
            match self.checks(&mut bench, chain, &programs) {
                Ok(failures) => totals.failures += failures,
                Err(error) if error.is::<ReferenceFails>() => {
                    eprintln!("asyncgen: seeds {}..{}: {error}", seeds.start, seeds.end);
                    totals.unusable += count;
                }
                Err(error) => return Err(error),
            }
            totals.builds += bench.builds * count;
            totals.runs += bench.runs * count;
        }
        Ok(totals)
    }

    /// Compares all builds of a batch, and gives the number of failures.
    fn checks(&self, bench: &mut Bench, chain: &Toolchain, programs: &[Program]) -> Result<u64> {
        let mut failures = 0;
        for config in self.matrix.configs(programs[0].seed) {
            if let Some(failure) = bench.check(&config, true)? {
                failures += self.narrow(chain, programs, &config, &failure)?;
            }
        }
        Ok(failures)
    }

    /// Finds the programs of a failed batch that fail alone, and reports each.
    fn narrow(&self, chain: &Toolchain, programs: &[Program], config: &Config, seen: &Failure) -> Result<u64> {
        let mut found = 0;
        for program in programs {
            let one = std::slice::from_ref(program);
            let dir = tempfile::tempdir()?;
            let mut bench = Bench::new(chain, dir.path(), one, reference_opt(programs[0].seed), self.repoll)?;
            if let Some(failure) = bench.check(config, true)? {
                found += 1;
                self.report(chain, one, config, &failure, &mut bench)?;
            }
        }
        if found == 0 {
            let dir = tempfile::tempdir()?;
            let mut bench = Bench::new(chain, dir.path(), programs, reference_opt(programs[0].seed), self.repoll)?;
            // Built again, so that what is saved belongs together.
            let failure = bench.check(config, true)?.unwrap_or_else(|| seen.clone());
            self.report(chain, programs, config, &failure, &mut bench)?;
            found = 1;
        }
        Ok(found)
    }

    fn report(&self, chain: &Toolchain, of: &[Program], config: &Config, f: &Failure, bench: &mut Bench) -> Result<()> {
        let full = match f.kind {
            Kind::Trace | Kind::Crash => Some(bench.full(config)?),
            _ => None,
        };
        // Without the plugin the same may happen: then it is rustc's, or the generator's.
        let alone = bench.check(config, false)?.is_some();
        let whose = if alone { " ALSO WITHOUT THE PLUGIN" } else { "" };
        let seeds: Vec<String> = of.iter().map(|p| p.seed.to_string()).collect();
        let seeds = seeds.join("+");
        eprintln!("asyncgen: FAILURE seed {seeds} {config}{whose}: {}: {}", f.kind, f.summary());
        let Some(keep) = &self.keep else { return Ok(()) };
        let dir = keep.join(format!("seed-{seeds}-{}", config.to_string().replace([',', '='], "-")));
        save(&dir, chain, config, f, bench.sources(), &format!("{}{whose}: {}", f.kind, f.summary()))
            .with_context(|| format!("cannot write {}", dir.display()))?;
        if let Some((expected, actual)) = full {
            fs::write(dir.join("expected.full"), expected.out)?;
            fs::write(dir.join("actual.full"), actual.out)?;
        }
        Ok(())
    }
}

/// One batch in five has a reference that LLVM optimised a little.
fn reference_opt(seed: u64) -> &'static str {
    if seed % 5 == 4 { "1" } else { "0" }
}

fn save(dir: &Path, chain: &Toolchain, config: &Config, f: &Failure, sources: &Sources, what: &str) -> Result<()> {
    fs::create_dir_all(dir)?;
    let sources = sources.copy_to(dir)?;
    let mut text = format!("{what}\n");
    for command in chain.commands(&sources, &dir.join("program"), config, true) {
        let _ = writeln!(text, "{command:?}");
    }
    let _ = writeln!(text, "{}", f.actual.status);
    fs::write(dir.join("command"), text)?;
    fs::write(dir.join("expected"), &f.expected)?;
    fs::write(dir.join("actual"), &f.actual.out)?;
    fs::write(dir.join("stderr"), &f.actual.err)?;
    Ok(())
}

impl Totals {
    fn add(&mut self, t: Totals) {
        self.programs += t.programs;
        self.builds += t.builds;
        self.runs += t.runs;
        self.failures += t.failures;
        self.unusable += t.unusable;
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Totals { programs, builds, runs, failures, unusable } = self;
        write!(f, "{programs} programs, {builds} builds, {runs} runs, {failures} failures")?;
        if *unusable > 0 {
            write!(f, ", {unusable} without a reference that runs")?;
        }
        Ok(())
    }
}
