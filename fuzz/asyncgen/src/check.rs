//! Builds programs both ways and compares what they do.

use crate::ast::Program;
use crate::compile::{Outcome, Sources, Toolchain};
use crate::config::{Config, Layout};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::path::{Path, PathBuf};

/// What went wrong with a build under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// rustc failed, crashed, or did not end
    Compile,
    /// The program crashed or did not end
    Crash,
    /// The traces differ
    Trace,
    /// Polling again after completion did what the options rule out
    Repoll,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Kind::Compile => "compile failure",
            Kind::Crash => "crash",
            Kind::Trace => "trace differs",
            Kind::Repoll => "repoll differs",
        })
    }
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: Kind,
    pub expected: String,
    pub actual: Outcome,
}

impl Failure {
    /// The first line in which the two differ, or how the process ended.
    pub fn summary(&self) -> String {
        if !self.actual.ok {
            let last = self.actual.err.lines().last().unwrap_or_default();
            return format!("{}; {last}", self.actual.status);
        }
        let pair = self.expected.lines().zip(self.actual.out.lines()).find(|(a, b)| a != b);
        pair.map_or("one output is longer".into(), |(a, b)| format!("expected `{a}`, got `{b}`"))
    }
}

/// What is compared with does not run to its end itself, so nothing can be said of the programs.
#[derive(Debug)]
pub struct ReferenceFails(String);

impl fmt::Display for ReferenceFails {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "the reference does not run ({})", self.0)
    }
}

impl std::error::Error for ReferenceFails {}

/// Programs in one source file, with their reference build.
pub struct Bench<'a> {
    chain: &'a Toolchain,
    sources: Sources,
    base: PathBuf,
    /// The reference of one configuration: the same build without what is under test
    own_base: PathBuf,
    tested: PathBuf,
    repoll: bool,
    /// Reference outputs by arguments, run when first needed
    known: Vec<(Vec<&'static str>, String)>,
    pub builds: u64,
    pub runs: u64,
}

impl<'a> Bench<'a> {
    /// Writes and builds the reference; an error if that does not build.
    pub fn new(chain: &'a Toolchain, dir: &Path, programs: &[Program], opt: &str, repoll: bool) -> Result<Bench<'a>> {
        let sources = Sources::write(programs, dir)?;
        let base = dir.join("base.exe");
        let built = chain.build(&sources, &base, &Config::reference(opt), false)?;
        if !built.ok {
            bail!("the reference does not build ({}):\n{}", built.status, built.err);
        }
        let (own_base, tested) = (dir.join("own-base.exe"), dir.join("tested.exe"));
        Ok(Bench { chain, sources, base, own_base, tested, repoll, known: vec![], builds: 1, runs: 0 })
    }

    pub fn expected(&mut self, args: &[&'static str]) -> Result<String> {
        if let Some((_, out)) = self.known.iter().find(|(a, _)| a == args) {
            return Ok(out.clone());
        }
        let run = self.chain.execute(&self.base, args)?;
        self.runs += 1;
        if !run.ok {
            return Err(ReferenceFails(run.status).into());
        }
        self.known.push((args.to_vec(), run.out.clone()));
        Ok(run.out)
    }

    /// What a configuration is compared with, for these arguments and turns. Only the own one has turns that matter.
    fn expected_of(&mut self, config: &Config, args: &[&'static str], turns: Option<&str>) -> Result<String> {
        if !config.has_own_reference() {
            return self.expected(args);
        }
        let run = self.run(&self.own_base, args, turns)?;
        self.runs += 1;
        if run.ok { Ok(run.out) } else { Err(ReferenceFails(run.status).into()) }
    }

    fn build_own_reference(&mut self, config: &Config) -> Result<()> {
        let built = self.chain.build(&self.sources, &self.own_base, config, false)?;
        self.builds += 1;
        if !built.ok {
            bail!("the reference does not build with {config} ({}):\n{}", built.status, built.err);
        }
        Ok(())
    }

    /// Builds one configuration and compares; `tested` is false to ask whether rustc alone differs.
    pub fn check(&mut self, config: &Config, tested: bool) -> Result<Option<Failure>> {
        if config.has_own_reference() {
            self.build_own_reference(config)?;
        }
        let built = self.chain.build(&self.sources, &self.tested, config, tested)?;
        self.builds += 1;
        if !built.ok {
            return Ok(Some(Failure { kind: Kind::Compile, expected: String::new(), actual: built }));
        }
        let no_panics: &[&'static str] = if config.abort { &["nopanic"] } else { &[] };
        for turns in turns_of(config) {
            let (expected, actual) = self.both(config, no_panics, *turns)?;
            if let Some(kind) = differs(&expected, &actual) {
                return Ok(Some(Failure { kind, expected, actual }));
            }
        }
        // Where panics abort, the reference's behaviour ends the process.
        if !self.repoll || config.abort {
            return Ok(None);
        }
        // In turns, a poll after completion may be one of either copy. A body with a check that always fails is left alone.
        if config.layout != Layout::One || config.has_own_reference() {
            return Ok(None);
        }
        let (expected, actual) = self.both(config, &["repoll"], None)?;
        let options = if tested && self.chain.plugin.is_some() { Some(self.chain.corofold.as_deref()) } else { None };
        let expected = repoll_model(&expected, &actual.out, Resumed::of(options));
        let kind = differs(&expected, &actual).map(|_| Kind::Repoll);
        Ok(kind.map(|kind| Failure { kind, expected, actual }))
    }

    fn both(&mut self, config: &Config, args: &[&'static str], turns: Option<&str>) -> Result<(String, Outcome)> {
        self.runs += 1;
        Ok((self.expected_of(config, args, turns)?, self.run(&self.tested, args, turns)?))
    }

    /// Every event of both programs, for a report: of several runs, the first that differs. Run after a failed check.
    pub fn full(&self, config: &Config) -> Result<(Outcome, Outcome)> {
        let args: &[&str] = if config.abort { &["full", "nopanic"] } else { &["full"] };
        let base = if config.has_own_reference() { &self.own_base } else { &self.base };
        let mut last = None;
        for turns in turns_of(config) {
            let (expected, actual) = (self.run(base, args, *turns)?, self.run(&self.tested, args, *turns)?);
            let differ = actual.out != expected.out;
            last = Some((expected, actual));
            if differ {
                break;
            }
        }
        last.context("a build is run at least once")
    }

    fn run(&self, exe: &Path, args: &[&str], turns: Option<&str>) -> Result<Outcome> {
        let all: Vec<&str> = args.iter().copied().chain(turns).collect();
        self.chain.execute(exe, &all)
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// The runs of a build, by which copy has its turn when: in turns, one makes what the other polls and drops, and at random.
fn turns_of(config: &Config) -> &'static [Option<&'static str>] {
    const TURNS: [Option<&str>; 4] = [
        Some("turns=5555555555555555"),
        Some("turns=aaaaaaaaaaaaaaaa"),
        Some("turns=fffffffffffffffe"),
        Some("turns=d4b3929a6c35e8c7"),
    ];
    if config.layout == Layout::One { &[None] } else { &TURNS }
}

fn differs(expected: &str, actual: &Outcome) -> Option<Kind> {
    match () {
        () if !actual.ok => Some(Kind::Crash),
        () if actual.out != expected => Some(Kind::Trace),
        () => None,
    }
}

/// What polling a completed or poisoned root does under the plugin's options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumed {
    completed_pends: bool,
    poisoned_pends: bool,
}

impl Resumed {
    /// `options`: `None` without the plugin, else the value of `COROFOLD`.
    pub fn of(options: Option<Option<&str>>) -> Resumed {
        let pending = options.is_some_and(|value| {
            value.unwrap_or_default().split(',').all(|word| match word.split_once('=') {
                Some(("only", names)) => names.split('+').any(|n| n == "pending"),
                _ => !["off", "proved", "no-pending"].contains(&word),
            })
        });
        let keep = options.flatten().is_some_and(|o| o.split(',').any(|w| w == "poisoned=keep"));
        Resumed { completed_pends: pending, poisoned_pends: pending && !keep }
    }

    fn pends(self, poisoned: bool) -> bool {
        if poisoned { self.poisoned_pends } else { self.completed_pends }
    }
}

/// What `repoll` must print. A root that never suspends may do anything when it is polled
/// again (its encoding of Pending may be unknown, or it is ready at every poll): its lines
/// are taken from what it printed.
fn repoll_model(reference: &str, actual: &str, resumed: Resumed) -> String {
    let root = |line: &str| line.split(' ').take(4).collect::<Vec<_>>().join(" ");
    let free: Vec<String> = reference.lines().filter(|l| l.ends_with(" suspends false")).map(root).collect();
    let mut text = String::new();
    let mut got = actual.lines();
    for line in reference.lines() {
        let got = got.next().unwrap_or_default();
        let model = match line.strip_suffix("again panic") {
            Some(head) if free.contains(&root(line)) && got.starts_with(head) => got.to_owned(),
            Some(head) if resumed.pends(head.ends_with("unwound: ")) => format!("{head}again pending"),
            _ => line.to_owned(),
        };
        text.push_str(&model);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str = "seed 1 root 0 script 0 input 1 ready: again panic\n\
         seed 1 root 0 script 0 input 1 unwound: again panic\nseed 1 root 0 suspends true\n";

    fn agree(reference: &str, actual: &str, resumed: Resumed) -> bool {
        repoll_model(reference, actual, resumed) == actual
    }

    #[test]
    fn a_completed_root_is_pending_under_the_plugin() {
        let pending = EXPECTED.replace("again panic", "again pending");
        let default = Resumed::of(Some(None));
        assert!(agree(EXPECTED, &pending, default));
        assert!(!agree(EXPECTED, EXPECTED, default));
        for same in [None, Some(Some("proved")), Some(Some("off")), Some(Some("only=fold"))] {
            assert!(agree(EXPECTED, EXPECTED, Resumed::of(same)), "{same:?}");
            assert!(!agree(EXPECTED, &pending, Resumed::of(same)), "{same:?}");
        }
    }

    #[test]
    fn a_poisoned_root_still_panics_with_poisoned_keep() {
        let keep = Resumed::of(Some(Some("poisoned=keep")));
        let mixed = EXPECTED.replace("ready: again panic", "ready: again pending");
        assert!(agree(EXPECTED, &mixed, keep));
        assert!(!agree(EXPECTED, &mixed, Resumed::of(Some(Some("only=pending")))));
    }

    #[test]
    fn a_root_that_never_suspends_may_be_ready_again() {
        let never = EXPECTED.replace("suspends true", "suspends false");
        let default = Resumed::of(Some(None));
        assert!(agree(&never, &never.replace("again panic", "again ready"), default));
        assert!(!agree(EXPECTED, &EXPECTED.replace("again panic", "again ready"), default));
    }

    #[test]
    fn a_missing_line_is_a_difference() {
        let cut = EXPECTED.lines().next().unwrap().replace("panic", "pending") + "\n";
        assert!(!agree(EXPECTED, &cut, Resumed::of(Some(None))));
    }
}
