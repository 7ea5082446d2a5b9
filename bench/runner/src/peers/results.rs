//! `peers/results.json`: what was found about each suite, in this run and in those before it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One suite at one opt level. Tests are named as in `peers.toml`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Of the crate.
    pub version: String,
    /// The plugin, as `bench/run` calls it.
    pub plugin: Option<String>,
    /// What the plugin did to the code of the crate and of its tests: the number of its remarks of success.
    pub changes: usize,
    /// How many tests there are, without those that the crate itself ignores.
    pub tests: usize,
    /// How many pass each time without the plugin.
    pub passed_without: usize,
    /// How many pass each time with it.
    pub passed_with: usize,
    /// Tests that fail without the plugin, each time.
    pub failed_without: Vec<String>,
    /// Tests that fail and pass without the plugin.
    pub flaky: Vec<String>,
    /// Tests that are there to see the resumed panic, and fail with the plugin as they should.
    pub resumed: Vec<String>,
    /// What is wrong, with the test or the message of the compiler that shows it.
    pub failures: Vec<String>,
}

/// All suites.
#[derive(Default, Deserialize, Serialize)]
pub struct Results {
    /// The version of the compiler.
    pub compiler: String,
    /// By crate and opt level.
    crates: BTreeMap<String, BTreeMap<String, Entry>>,
}

impl Results {
    /// Where they are, in the folder `bench`.
    pub fn path(bench: &Path) -> PathBuf {
        bench.join("peers/results.json")
    }

    /// Replaces what is known of a suite; nothing stands for a suite that could not be built.
    pub fn set(&mut self, name: &str, opt_level: &str, entry: Option<Entry>) {
        let by_level = self.crates.entry(name.to_owned()).or_default();
        match entry {
            Some(entry) => by_level.insert(opt_level.to_owned(), entry),
            None => by_level.remove(opt_level),
        };
    }

    /// What is known of a crate, by opt level.
    pub fn of(&self, name: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.crates.get(name).into_iter().flatten().map(|(level, entry)| (level.as_str(), entry))
    }
}
