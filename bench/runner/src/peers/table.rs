//! The section of BENCHMARKS.md about other people's suites.

use std::fmt::Write;

use super::results::Entry;
use super::{Peer, Suites};
use crate::report::table;

/// The section; empty where no suite has been run.
pub fn section(suites: &Suites) -> String {
    let header = [
        "crate",
        "version",
        "opt-level",
        "plugin",
        "changes",
        "tests",
        "passed without",
        "passed with",
        "result",
    ];
    let mut table = table(&header, 4);
    let mut notes = String::new();
    for peer in &suites.peers {
        for (opt_level, entry) in current(suites, peer) {
            table.add_row(row(peer, opt_level, entry));
            describe(&mut notes, peer, opt_level, entry);
        }
        if current(suites, peer).next().is_some() {
            explain(&mut notes, peer);
        }
    }
    if table.is_empty() {
        return String::new();
    }
    let compiler = &suites.results.compiler;
    format!(
        "\n## Other people's tests\n\n{INTRODUCTION}\nCompiled by {compiler}.\n\n{table}\n\n{notes}"
    )
}

const INTRODUCTION: &str = "\
Written by `bench/peers/run`; `bench/peers/results.json` has the same numbers and the names of the tests that fail without the plugin. The tests
of published crates, built in release without the plugin and with it (`COROFOLD=verify`: all transformations, and LLVM's verifier after each).
Each test runs in a process of its own, twice without and twice with the plugin, and passes where it passes both times.
Changes is the number of things that the plugin reports to have done in the crate and its tests.
Tests that fail with the plugin run again without it, and are called flaky if they fail there too.
";

/// What is known of the version that `peers.toml` names.
fn current<'a>(suites: &'a Suites, peer: &'a Peer) -> impl Iterator<Item = (&'a str, &'a Entry)> {
    suites.results.of(&peer.name).filter(|(_, entry)| entry.version == peer.version)
}

fn row(peer: &Peer, opt_level: &str, entry: &Entry) -> Vec<String> {
    let plugin = entry.plugin.as_deref().unwrap_or("an earlier one");
    let mut row: Vec<String> =
        [&peer.name, &peer.version, opt_level, plugin].map(str::to_owned).into();
    let numbers = [entry.changes, entry.tests, entry.passed_without, entry.passed_with];
    row.extend(numbers.map(|number| number.to_string()));
    row.push(result(entry));
    row
}

fn result(entry: &Entry) -> String {
    let mut parts = Vec::new();
    match entry.failures.len() {
        0 => parts.push("same".to_owned()),
        count => parts.push(format!("**{count} differ**")),
    }
    let counts = [
        (entry.flaky.len(), "flaky"),
        (entry.resumed.len(), "for the resumed panic"),
        (entry.failed_without.len(), "fail without"),
    ];
    parts.extend(
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}")),
    );
    parts.join(", ")
}

fn describe(notes: &mut String, peer: &Peer, opt_level: &str, entry: &Entry) {
    for failure in &entry.failures {
        let _ = writeln!(notes, "- {}, opt-level {opt_level}, differs: {failure}", peer.name);
    }
    for test in &entry.flaky {
        let _ = writeln!(notes, "- {}, opt-level {opt_level}, flaky: `{test}`", peer.name);
    }
}

fn explain(notes: &mut String, peer: &Peer) {
    for resumed in &peer.resumed {
        let _ = writeln!(
            notes,
            "- {}: `{}` fails with the plugin and passes with `COROFOLD=proved`: {}",
            peer.name, resumed.test, resumed.reason
        );
    }
    for left_out in &peer.left_out {
        let names = left_out.targets.join("`, `");
        let _ = writeln!(
            notes,
            "- {}: the tests in `{names}` are left out: {}",
            peer.name, left_out.reason
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, result};

    #[test]
    fn results_name_what_is_there() {
        assert_eq!(result(&Entry::default()), "same");
        let entry = Entry {
            failures: vec!["lib::a".to_owned()],
            flaky: vec!["lib::b".to_owned(), "lib::c".to_owned()],
            ..Entry::default()
        };
        assert_eq!(result(&entry), "**1 differ**, 2 flaky");
    }
}
