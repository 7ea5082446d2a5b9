//! Many modules, with the plugin in several ways.

use crate::decode::{self, Names};
use crate::explore::{Findings, explore};
use crate::machine::Code;
use crate::pair::{self, Pair};
use crate::plugin::Plugin;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Calls within calls of the program under test are calls of the executor.
const STACK: usize = 256 << 20;

/// Ways to run the plugin: everything, and each transformation by itself. `flatten` works on what
/// `pending` leaves.
pub const WAYS: [&str; 9] =
    ["verify", "proved;verify", "prune", "completed", "pending", "never", "fold", "flatten", "pending;flatten"];

/// Ways to run the plugin whose second half of `slots` is tested.
pub const LATE_WAYS: [&str; 2] = ["verify", "slots"];

/// What LLVM does before the second half of `slots` runs: in each function alone, and as part of its
/// pipeline for optimised builds, where functions have become part of their callers, and what is known of
/// callees lets `memcpyopt` pass the original of a copy.
const SCALAR: [&str; 2] = [
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,gvn,memcpyopt,dse,\
     simplifycfg,instcombine<no-verify-fixpoint>)",
    "inferattrs,cgscc(inline,function-attrs,function(sroa<modify-cfg>,early-cse<memssa>,jump-threading,\
     correlated-propagation,simplifycfg,instcombine<no-verify-fixpoint>,reassociate,gvn,sccp,bdce,\
     instcombine<no-verify-fixpoint>,jump-threading,adce,memcpyopt,dse,simplifycfg,\
     instcombine<no-verify-fixpoint>),function-attrs)",
];

pub struct Campaign {
    pub plugin: Plugin,
    pub ways: Vec<String>,
    /// Is the second half of `slots` tested, on what the rest of the plugin and LLVM leave?
    pub late: bool,
    /// Scenarios for one coroutine
    pub paths: usize,
    pub jobs: usize,
    /// No module is begun after this time.
    pub time: Option<Duration>,
}

/// What was done and found, added up.
#[derive(Default, Debug)]
pub struct Totals {
    pub modules: usize,
    /// Files that LLVM or the plugin did not take, with the reason
    pub unusable: BTreeMap<String, usize>,
    /// Changed coroutines, once for each way of running the plugin
    pub changed: usize,
    /// Those with at least one compared scenario
    pub executed: usize,
    pub paths: usize,
    pub undefined: BTreeMap<String, usize>,
    pub refused: BTreeMap<String, usize>,
    pub blocks: usize,
    pub covered: usize,
    pub mismatches: Vec<String>,
}

impl Totals {
    fn add(&mut self, findings: Findings, describe: impl FnOnce() -> String) {
        self.changed += 1;
        self.executed += usize::from(findings.equal > 0 || findings.mismatch.is_some());
        self.paths += findings.equal;
        add_counts(&mut self.undefined, findings.undefined);
        self.blocks += findings.blocks;
        self.covered += findings.covered;
        add_counts(&mut self.refused, findings.refused);
        self.mismatches.extend(findings.mismatch.map(|difference| format!("{}: {difference}", describe())));
    }

    pub fn merge(&mut self, other: Totals) {
        self.modules += other.modules;
        self.changed += other.changed;
        self.executed += other.executed;
        self.paths += other.paths;
        add_counts(&mut self.undefined, other.undefined);
        self.blocks += other.blocks;
        self.covered += other.covered;
        add_counts(&mut self.refused, other.refused);
        add_counts(&mut self.unusable, other.unusable);
        self.mismatches.extend(other.mismatches);
    }
}

fn add_counts(to: &mut BTreeMap<String, usize>, from: BTreeMap<String, usize>) {
    for (reason, count) in from {
        *to.entry(reason).or_default() += count;
    }
}

impl Campaign {
    /// Tests all files, several at a time.
    pub fn run(&self, files: &[PathBuf]) -> Result<Totals> {
        let (next, totals) = (AtomicUsize::new(0), Mutex::new(Totals::default()));
        let start = Instant::now();
        let is_late = || self.time.is_some_and(|time| start.elapsed() > time);
        let work = || -> Result<()> {
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed))
                && !is_late()
            {
                let found = self.file(file)?;
                for mismatch in &found.mismatches {
                    eprintln!("MISMATCH {mismatch}");
                }
                totals.lock().expect("no test panics while it adds").merge(found);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            let threads = (0..self.jobs).map(start).collect::<std::io::Result<Vec<_>>>()?;
            threads.into_iter().try_for_each(|thread| thread.join().expect("a test panicked"))
        })?;
        let mut totals = totals.into_inner().expect("no test panics while it adds");
        totals.mismatches.sort();
        Ok(totals)
    }

    /// Tests one file in all ways.
    pub fn file(&self, file: &Path) -> Result<Totals> {
        let mut totals = Totals { modules: 1, ..Totals::default() };
        let folder = tempfile::tempdir().context("cannot make a folder for what opt writes")?;
        for way in &self.ways {
            match self.way(way, file, folder.path()) {
                Ok(found) => totals.merge(found),
                Err(problem) => *totals.unusable.entry(format!("{}: {problem:#}", file.display())).or_default() += 1,
            }
        }
        Ok(totals)
    }

    fn way(&self, way: &str, file: &Path, folder: &Path) -> Result<Totals> {
        let after = folder.join("after.bc");
        self.plugin.apply(&format!("corofold<{way}>"), file, &after)?;
        let title = format!("{} with corofold<{way}>", file.display());
        if !self.late {
            return self.compare(file, &after, &title);
        }
        let mut names = Names::default();
        let code = Code::new(decode::module(&after, &mut names)?);
        let mut totals = Totals::default();
        if code.module.functions.values().all(|function| function.parameters.iter().all(|p| p.unread.is_empty())) {
            return Ok(totals);
        }
        let (scalar, late) = (folder.join("scalar.bc"), folder.join("late.bc"));
        for passes in SCALAR {
            self.plugin.optimize(passes, &pair::entries(&code), &after, &scalar)?;
            self.plugin.apply("function(corofold-unread-stores)", &scalar, &late)?;
            let passes = passes.split('(').next().unwrap_or(passes);
            totals.merge(self.compare(&scalar, &late, &format!("{title}, {passes}(...)"))?);
        }
        Ok(totals)
    }

    /// Compares two files.
    pub fn compare(&self, before: &Path, after: &Path, title: &str) -> Result<Totals> {
        let mut names = Names::default();
        let before = Code::new(decode::module(before, &mut names)?);
        let after = Code::new(decode::module(after, &mut names)?);
        let pair = Pair::new(before, after, &names, self.late);
        let mut totals = Totals::default();
        if pair.passed_over > 0 {
            totals.refused.insert("changed function that is not known as a coroutine".to_owned(), pair.passed_over);
        }
        for root in &pair.roots {
            let findings = explore(&pair, root, self.paths);
            totals.add(findings, || format!("{title}: {:#}", rustc_demangle::demangle(names.item(root.resume))));
        }
        Ok(totals)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |reasons: &BTreeMap<String, usize>| reasons.values().sum::<usize>();
        let rows = [
            (self.modules, "modules"),
            (self.changed, "changed coroutines, each way of running the plugin counted"),
            (self.executed, "of them executed"),
            (self.covered * 100 / self.blocks.max(1), "per cent of their blocks reached"),
            (self.paths, "paths compared"),
            (sum(&self.undefined), "paths without meaning before the plugin"),
            (sum(&self.refused), "paths and functions refused"),
            (self.mismatches.len(), "mismatches"),
        ];
        for (count, what) in rows {
            writeln!(f, "{count:>10}  {what}")?;
        }
        for (title, reasons) in
            [("undefined before", &self.undefined), ("refused", &self.refused), ("not usable", &self.unusable)]
        {
            for (reason, count) in reasons {
                writeln!(f, "{title}: {reason} ({count})")?;
            }
        }
        Ok(())
    }
}
