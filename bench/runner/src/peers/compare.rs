//! Compares a suite without and with the plugin, test by test.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

use super::Peer;
use super::build::{Builder, Built, Variant, label};
use super::results::Entry;
use super::run::{Outcome, Runner, Test, tests};

/// How often a test that failed with the plugin runs again, without it and with it.
const RECHECKS: usize = 20;

/// Each run of each test in one variant.
type Runs = BTreeMap<String, Vec<Outcome>>;

/// Builds, runs and compares the suite of one crate.
pub struct Comparison<'a> {
    /// What builds.
    pub builder: &'a Builder,
    /// What runs.
    pub runner: Runner,
    /// The crate.
    pub peer: &'a Peer,
    /// `1`, `2`, `3`, `s` or `z`.
    pub opt_level: &'a str,
    /// How often each test runs without the plugin, and how often with it.
    pub runs: usize,
}

impl Comparison<'_> {
    /// Does it.
    ///
    /// # Errors
    /// Where something could not be built or run. What is wrong with a test is in the entry.
    pub fn run(&self) -> Result<Entry> {
        let targets = self.builder.targets(self.peer)?;
        let build = |variant| self.builder.build(self.peer, &targets, self.opt_level, variant);
        let without = build(Variant::Without)?;
        let with = build(Variant::With)?;
        ensure!(
            with.changes > 0,
            "the plugin changes nothing in its code, so its tests say nothing"
        );
        let (tests_without, tests_with) = (tests(&without.executables)?, tests(&with.executables)?);
        ensure!(tests_without.keys().eq(tests_with.keys()), "the two builds have other tests");
        let runs_without = self.run_all(&tests_without, Variant::Without)?;
        let runs_with = self.run_all(&tests_with, Variant::With)?;

        let mut entry = Entry {
            version: self.peer.version.clone(),
            plugin: Some(self.builder.plugin.name.clone()),
            changes: with.changes,
            tests: tests_without.len(),
            passed_without: runs_without.values().filter(|runs| all_passed(runs)).count(),
            passed_with: runs_with.values().filter(|runs| all_passed(runs)).count(),
            failures: new_warnings(&without, &with),
            ..Entry::default()
        };
        for (name, runs) in &runs_without {
            if all_passed(runs) {
                self.judge(name, &runs_with[name], [&tests_without, &tests_with], &mut entry)?;
            } else if runs.contains(&Outcome::Passed) {
                entry.flaky.push(name.clone());
            } else {
                entry.failed_without.push(name.clone());
            }
        }
        self.check_proved(&tests_without, &mut entry)?;
        Ok(entry)
    }

    fn run_all(&self, tests: &BTreeMap<String, Test>, variant: Variant) -> Result<Runs> {
        let mut all = Runs::new();
        for number in 1..=self.runs {
            let log =
                self.builder.log_path(self.peer, self.opt_level, variant, &format!("run{number}"));
            for (name, outcome) in self.runner.run(tests, &log)? {
                all.entry(name).or_default().push(outcome);
            }
        }
        Ok(all)
    }

    /// What it says of a test that passes without the plugin how it went with it.
    fn judge(
        &self,
        name: &str,
        runs: &[Outcome],
        [without, with]: [&BTreeMap<String, Test>; 2],
        entry: &mut Entry,
    ) -> Result<()> {
        let is_named = self.peer.resumed.iter().any(|resumed| resumed.test == name);
        if is_named {
            if runs.contains(&Outcome::Passed) {
                entry.failures.push(format!("{name}: passes, and is named as one that does not"));
            } else {
                entry.resumed.push(name.to_owned());
            }
        } else if !all_passed(runs) {
            let failed_without = self.runner.count_failures(&without[name], RECHECKS)?;
            if failed_without > 0 {
                entry.flaky.push(name.to_owned());
                return Ok(());
            }
            let failed_with = self.runner.count_failures(&with[name], RECHECKS)?;
            entry.failures.push(format!(
                "{name}: {runs:?} with the plugin, then {failed_with} of {RECHECKS} runs alone; without it none"
            ));
        }
        Ok(())
    }

    /// Tests that see the resumed panic pass where it is kept.
    fn check_proved(&self, known: &BTreeMap<String, Test>, entry: &mut Entry) -> Result<()> {
        let named: BTreeSet<&str> =
            self.peer.resumed.iter().map(|resumed| resumed.test.as_str()).collect();
        if named.is_empty() {
            return Ok(());
        }
        for name in &named {
            ensure!(known.contains_key(*name), "there is no test {name}");
        }
        let mut targets = self.builder.targets(self.peer)?;
        targets.retain(|target| {
            named.iter().any(|name| name.starts_with(&format!("{}::", label(target))))
        });
        let built = self.builder.build(self.peer, &targets, self.opt_level, Variant::Proved)?;
        let mut tests = tests(&built.executables)?;
        tests.retain(|name, _| named.contains(name.as_str()));
        for (name, runs) in self.run_all(&tests, Variant::Proved)? {
            if !all_passed(&runs) {
                entry.failures.push(format!("{name}: {runs:?} with COROFOLD=proved"));
            }
        }
        Ok(())
    }
}

fn all_passed(runs: &[Outcome]) -> bool {
    runs.iter().all(|outcome| *outcome == Outcome::Passed)
}

/// What the compiler warns of with the plugin only.
fn new_warnings(without: &Built, with: &Built) -> Vec<String> {
    let new = with.warnings.difference(&without.warnings);
    new.map(|warning| format!("a warning with the plugin only: {warning}")).collect()
}
