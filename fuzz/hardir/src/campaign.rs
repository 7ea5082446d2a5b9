//! `mutate`: mutants of the lit suite through the plugin; `limits`: modules of sizes that nobody has.

use crate::mutate::mutated;
use crate::opt::{End, Opt, run};
use crate::scaling::write;
use crate::shape::Shape;
use anyhow::{Context, Result, bail};
use oorandom::Rand32;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Which transformations a mutant goes through: mostly all of them, and each alone, since one that
/// comes early takes away what the others would meet.
const SELECTIONS: [&str; 10] =
    ["", "", "", "", "only=prune;", "only=completed;", "only=never;", "only=fold;", "only=pending;", "only=flatten;"];
const MEMORY: &str = "--as=4294967296";

#[derive(clap::Args)]
pub struct Mutate {
    #[command(flatten)]
    opt: Opt,
    /// The folder whose .ll files are mutated
    #[arg(long)]
    inputs: PathBuf,
    /// The mutants, as FIRST..END: a mutant is the same whenever its number and the inputs are
    #[arg(long, value_parser = seeds)]
    seeds: (u64, u64),
    /// Mutants at the same time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Save the mutants that fail in this folder
    #[arg(long)]
    keep: Option<PathBuf>,
}

fn seeds(text: &str) -> Result<(u64, u64)> {
    let (first, end) = text.split_once("..").context("write seeds as FIRST..END, such as 0..100")?;
    let (first, end) = (first.parse()?, end.parse()?);
    if first >= end {
        bail!("{first}..{end} holds no seed");
    }
    Ok((first, end))
}

#[derive(Default)]
struct Totals {
    mutants: AtomicU64,
    /// Those that LLVM reads and its verifier accepts
    modules: AtomicU64,
    failures: AtomicU64,
}

impl Mutate {
    /// Returns whether no mutant failed.
    pub fn run(&self) -> Result<bool> {
        self.opt.check()?;
        let inputs: Vec<String> = inputs(&self.inputs)?.into_iter().map(|(_, text)| text).collect();
        let next = AtomicU64::new(self.seeds.0);
        let totals = Totals::default();
        let error = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                scope.spawn(|| {
                    if let Err(found) = self.work(&inputs, &next, &totals) {
                        next.store(self.seeds.1, Ordering::Relaxed);
                        error.lock().expect("no thread panics").get_or_insert(found);
                    }
                });
            }
        });
        if let Some(error) = error.into_inner().expect("no thread panicked") {
            return Err(error);
        }
        let [mutants, modules, failures] =
            [&totals.mutants, &totals.modules, &totals.failures].map(|total| total.load(Ordering::Relaxed));
        println!("{mutants} mutants of {} files, {modules} of them modules, {failures} failures", inputs.len());
        if modules == 0 {
            bail!("no mutant was a module, so nothing was tested");
        }
        Ok(failures == 0)
    }

    fn work(&self, inputs: &[String], next: &AtomicU64, totals: &Totals) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("mutant.ll");
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.seeds.1 {
                return Ok(());
            }
            let mut rng = Rand32::new(seed);
            let mut any = || inputs[rng.rand_range(0..inputs.len() as u32) as usize].as_str();
            let (text, donor) = (any(), any());
            fs::write(&path, mutated(text, donor, &mut rng))?;
            totals.mutants.fetch_add(1, Ordering::Relaxed);
            let selection = SELECTIONS[rng.rand_range(0..SELECTIONS.len() as u32) as usize];
            let Some(end) = self.end_of(&path, selection)? else { continue };
            totals.modules.fetch_add(1, Ordering::Relaxed);
            let Some(what) = failure(end) else { continue };
            totals.failures.fetch_add(1, Ordering::Relaxed);
            eprintln!("hardir: mutant {seed}: {what}");
            if let Some(keep) = &self.keep {
                fs::create_dir_all(keep)?;
                fs::copy(&path, keep.join(format!("{seed}.ll")))?;
            }
        }
    }

    /// `None` where LLVM alone does not take the mutant.
    fn end_of(&self, path: &Path, selection: &str) -> Result<Option<End>> {
        const LIMIT: Duration = Duration::from_secs(30);
        let run = |passes: &str| {
            let mut command = self.opt.command(&["prlimit", MEMORY], passes, path);
            command.args(["-verify-each", "-disable-output"]);
            run(command, &path.with_extension("log"), LIMIT)
        };
        // Twice, with the model built anew, so that the plugin reads its own output as well.
        let once = format!("corofold<{selection}verify>");
        match run(&format!("{once},invalidate<all>,print<corofold>,{once}"))? {
            End::Good => Ok(Some(End::Good)),
            end => Ok(matches!(run("verify")?, End::Good).then_some(end)),
        }
    }
}

fn failure(end: End) -> Option<String> {
    match end {
        End::Good => None,
        End::Late => Some("it does not end".into()),
        End::Error(text) => Some(text),
        End::Crash(text) => Some(format!("crash: {text}")),
    }
}

/// All .ll files below a folder and their text, in the order of their paths.
pub fn inputs(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ll") {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        bail!("there are no .ll files in {}", folder.display());
    }
    paths.sort();
    let read = |path: PathBuf| fs::read_to_string(&path).map(|text| (path, text));
    Ok(paths.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Sizes far above those of real programs, each with the time it may take.
const LARGE: [(Shape, usize, u64); 12] = [
    (Shape::Coroutines, 20_000, 60),
    (Shape::EqualStates, 10_000, 60),
    (Shape::UnequalStates, 10_000, 60),
    (Shape::Sequence, 2_000, 60),
    (Shape::HiddenStates, 10_000, 60),
    (Shape::DeadStates, 10_000, 60),
    (Shape::Locals, 10_000, 60),
    (Shape::Children, 5_000, 60),
    (Shape::Layers, 5_000, 60),
    (Shape::ReadyLayers, 5_000, 60),
    (Shape::Recursive, 2_000, 60),
    (Shape::Functions, 1_000_000, 60),
];

#[derive(clap::Args)]
pub struct Limits {
    #[command(flatten)]
    opt: Opt,
}

impl Limits {
    /// Runs the large modules within 4 GiB of memory. Returns whether all went well.
    pub fn run(&self) -> Result<bool> {
        self.opt.check()?;
        let folder = tempfile::tempdir()?;
        let mut is_well = true;
        for (shape, size, seconds) in LARGE {
            let input = write(folder.path(), shape, size)?;
            let mut command = self.opt.command(&["prlimit", MEMORY], "corofold<verify>", &input);
            command.arg("-disable-output");
            let start = Instant::now();
            let what = failure(run(command, &folder.path().join("log"), Duration::from_secs(seconds))?);
            let shape = format!("{shape:?}");
            println!(
                "{shape:<16}{size:>9}{:>7.1} s  {}",
                start.elapsed().as_secs_f64(),
                what.as_deref().unwrap_or("ok")
            );
            is_well &= what.is_none();
        }
        Ok(is_well)
    }
}
