//! `bench/run`: builds the corpus with and without corofold, measures it, and writes BENCHMARKS.md and results.json.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use bench_runner::build::{Build, Builder, Config, Plugin, Toolchain};
use bench_runner::corpus::Corpus;
use bench_runner::cost::{self, Counter};
use bench_runner::largest::Largest;
use bench_runner::measure::Size;
use bench_runner::report;
use bench_runner::reports::{self, Done};
use bench_runner::results::{self, Cost, Measured, Results};
use bench_runner::unchanged;

/// Builds the corpus with and without corofold, and writes BENCHMARKS.md
#[derive(Parser)]
struct Arguments {
    /// Measure these programs only; what is known of the others stays in the tables
    #[arg(long, num_args = 1.., value_name = "PROGRAM")]
    only: Vec<String>,
    /// Opt levels [default: those of corpus.toml]
    #[arg(long, value_delimiter = ',', value_name = "LEVEL")]
    opt: Vec<String>,
    /// Configurations
    #[arg(long, value_delimiter = ',', value_name = "CONFIG", default_value = "base,pending,all")]
    configs: Vec<Config>,
    /// Opt-level s only
    #[arg(long, conflicts_with = "opt")]
    quick: bool,
    /// Count the instructions of rustc instead of measuring executables, at opt-level s unless --opt says otherwise
    #[arg(long)]
    cost: bool,
    /// Measure again what is known of the same sources and the same plugin
    #[arg(long)]
    again: bool,
    /// Fail where a measured program has grown at s or z, or where a pending build still calls a resumed panic
    #[arg(long)]
    check: bool,
    /// Measure nothing: fail where a program that is built with `COROFOLD=off` loads other bytes than without the plugin
    #[arg(long, conflicts_with_all = ["configs", "cost", "again", "check"])]
    off: bool,
    /// The plugin [default: target/release/libcorofold.so of this repository]
    #[arg(long, value_name = "FILE")]
    plugin: Option<PathBuf>,
    /// The cargo that has the source of the standard library
    #[arg(long, value_name = "FILE", default_value = "/usr/bin/cargo")]
    firmware_cargo: PathBuf,
    /// The rustc of that cargo
    #[arg(long, value_name = "FILE", default_value = "/usr/bin/rustc")]
    firmware_rustc: PathBuf,
    /// rustup's toolchain for the programs of the host
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    host_toolchain: String,
    /// The disassembler that finds the calls of resumed panics
    #[arg(long, value_name = "FILE", default_value = "llvm-objdump-22")]
    objdump: PathBuf,
    /// How many compilers run at once
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    #[arg(long, hide = true)]
    bench: PathBuf,
}

impl Arguments {
    fn configs(&self) -> &[Config] {
        if self.off { &[Config::Off] } else { &self.configs }
    }
}

fn main() -> Result<ExitCode> {
    match env::var(cost::RECORD_CRATE) {
        Ok(crate_name) => cost::wrap(&crate_name),
        Err(_) => run(&Arguments::parse()),
    }
}

fn builder(arguments: &Arguments) -> Result<Builder> {
    let bench = arguments.bench.canonicalize()?;
    let plugin = (arguments.configs != [Config::Base])
        .then(|| Plugin::copy(arguments.plugin.as_deref(), &bench))
        .transpose()?;
    Ok(Builder {
        bench,
        plugin,
        firmware_toolchain: Toolchain {
            cargo: arguments.firmware_cargo.clone(),
            rustc: arguments.firmware_rustc.clone(),
        },
        host_toolchain: Toolchain::of_rustup(&arguments.host_toolchain)?,
        jobs: arguments.jobs,
    })
}

/// Everything that the arguments ask for, configuration by configuration so that a build meets the folder of the one before.
fn plan<'a>(corpus: &'a Corpus, arguments: &'a Arguments) -> Vec<Build<'a>> {
    let mut builds = Vec::new();
    for program in corpus.programs() {
        let kind = corpus.kind_of(program);
        let quick = arguments.quick || arguments.cost || arguments.off;
        for opt_level in &kind.opt_levels {
            let asked = if arguments.opt.is_empty() {
                !quick || opt_level == "s"
            } else {
                arguments.opt.contains(opt_level)
            };
            if asked {
                builds.extend(arguments.configs().iter().map(|&config| Build {
                    program,
                    kind,
                    opt_level,
                    config,
                }));
            }
        }
    }
    builds
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let corpus = Corpus::read(&arguments.bench, &arguments.only)?;
    let builder = builder(arguments)?;
    let results_path = builder.bench.join("results.json");
    let counter = arguments.cost.then(Counter::detect).transpose()?;
    let mut results = note_tools(&builder, counter, results::read(&results_path)?)?;

    let builds = plan(&corpus, arguments);
    let mut complaints = for_each(&builds, |build| {
        if arguments.off {
            let bytes = unchanged::check(&builder, build)?;
            eprintln!("  the same {bytes} bytes");
            return Ok(());
        }
        let measured = measure_one(&builder, build, counter, arguments, &mut results);
        results::write(&results, &results_path)?;
        report::write(&builder.bench)?;
        measured
    });
    if arguments.check {
        complaints.extend(builds.iter().filter_map(|build| regression(build, &results)));
    }
    for complaint in &complaints {
        eprintln!("error: {complaint}");
    }
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs `each` on all builds, also after one has failed, and returns the errors.
fn for_each(builds: &[Build], mut each: impl FnMut(&Build) -> Result<()>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (index, build) in builds.iter().enumerate() {
        eprintln!("[{}/{}] {}", index + 1, builds.len(), build.label());
        if let Err(error) = each(build) {
            complaints.push(format!("{}: {error:#}", build.label()));
            eprintln!("  {error:#}");
        }
    }
    complaints
}

/// Writes down what the numbers to come are of.
fn note_tools(
    builder: &Builder,
    counter: Option<Counter>,
    mut results: Results,
) -> Result<Results> {
    results.compilers.insert("firmware".to_owned(), builder.firmware_toolchain.version()?);
    results.compilers.insert("programs of the host".to_owned(), builder.host_toolchain.version()?);
    if let Some(counter) = counter {
        results.count_with(counter.name());
    }
    if let Some(plugin) = &builder.plugin {
        results.plugins.insert(plugin.hash.clone(), plugin.name.clone());
    }
    Ok(results)
}

/// Measures what is not known yet.
fn measure_one(
    builder: &Builder,
    build: &Build,
    counter: Option<Counter>,
    arguments: &Arguments,
    results: &mut Results,
) -> Result<()> {
    let of = builder.origin(build)?;
    let entry = results.entry(build);
    let known = match counter {
        Some(_) => entry.cost.as_ref().map(|cost| &cost.of),
        None if build.config == Config::All => entry.done.as_ref().map(|done| &done.of),
        None => entry.size.as_ref().map(|size| &size.of),
    };
    if known == Some(&of) && !arguments.again {
        eprintln!("  known");
        return Ok(());
    }
    if let Some(counter) = counter {
        let instructions = cost::instructions(builder, build, counter)?;
        eprintln!("  {instructions} instructions");
        entry.cost = Some(Measured { of, value: Cost { instructions } });
        return Ok(());
    }
    // An old number must not stand for a build that fails.
    (entry.size, entry.done, entry.largest) = (None, None, None);
    let size = Size::of(&builder.build(build)?, &arguments.objdump)?;
    eprintln!("  text {} rodata {} resumed panics {}", size.text, size.rodata, size.resumed_panics);
    entry.size = Some(Measured { of: of.clone(), value: size });
    if build.config == Config::All {
        let base = builder.executable(&Build { config: Config::Base, ..*build });
        let modules = reports::read(&builder.reports(build))?;
        let largest = Largest::of(&builder.executable(build), &base, &modules)?;
        entry.done =
            Some(Measured { of: of.clone(), value: Done::of(&modules, &build.program.name) });
        entry.largest = largest.map(|value| Measured { of, value });
    }
    Ok(())
}

/// What is wrong with a build, for `--check`.
fn regression(build: &Build, results: &Results) -> Option<String> {
    let name = &build.program.name;
    let (base, now) = results.sizes(name, build.opt_level, build.config)?;
    let for_size = matches!(build.opt_level, "s" | "z");
    if build.config != Config::Base && now.resumed_panics > 0 {
        return Some(format!(
            "{}: {} calls of resumed panics are left",
            build.label(),
            now.resumed_panics
        ));
    }
    (for_size && now.text > base.text)
        .then(|| format!("{}: text grew from {} to {}", build.label(), base.text, now.text))
}
