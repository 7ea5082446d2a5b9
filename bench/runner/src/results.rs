//! `results.json`: all numbers, of this run and of those before it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::build::{Build, Config};
use crate::largest::Largest;
use crate::measure::Size;
use crate::reports::Done;

/// What a number is of. Numbers of other sources or of another plugin are something else.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Origin {
    /// Hash of the program's sources and of its compiler.
    pub sources: String,
    /// Hash of the plugin; none for a build without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
}

/// What was measured, and what it is of.
#[derive(Clone, Deserialize, Serialize)]
pub struct Measured<T> {
    /// What it is of.
    pub of: Origin,
    /// The numbers.
    #[serde(flatten)]
    pub value: T,
}

/// What a build costs.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub struct Cost {
    /// That rustc executed for the last crate.
    pub instructions: u64,
}

/// What is known of a program at an opt level in a configuration.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct Entry {
    /// Of its executable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Measured<Size>>,
    /// What the plugin has done, where everything is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Measured<Done>>,
    /// Its largest resume function, where everything is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<Measured<Largest>>,
    /// Of the compiler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Measured<Cost>>,
}

type ByConfig = BTreeMap<Config, Entry>;

/// All numbers.
#[derive(Default, Deserialize, Serialize)]
pub struct Results {
    /// Versions of the compilers, by the kind of what they compile.
    pub compilers: BTreeMap<String, String>,
    /// What counted the instructions.
    counter: Option<String>,
    /// The plugins that were measured, by hash: what they are called.
    #[serde(default)]
    pub plugins: BTreeMap<String, String>,
    /// By program, opt level, and configuration.
    programs: BTreeMap<String, BTreeMap<String, ByConfig>>,
}

impl Results {
    /// The place of `build`, for writing.
    pub fn entry(&mut self, build: &Build) -> &mut Entry {
        let by_level = self.programs.entry(build.program.name.clone()).or_default();
        by_level.entry(build.opt_level.to_owned()).or_default().entry(build.config).or_default()
    }

    /// What is known of a program.
    pub fn get(&self, program: &str, opt_level: &str, config: Config) -> Option<&Entry> {
        self.programs.get(program)?.get(opt_level)?.get(&config)
    }

    /// The size of a program.
    pub fn size(&self, program: &str, opt_level: &str, config: Config) -> Option<&Measured<Size>> {
        self.get(program, opt_level, config)?.size.as_ref()
    }

    /// The size of a program with the plugin, and without; none where they are not of the same sources.
    pub fn sizes(&self, program: &str, opt_level: &str, config: Config) -> Option<(Size, Size)> {
        let base = self.size(program, opt_level, Config::Base)?;
        let now = self.size(program, opt_level, config)?;
        (base.of.sources == now.of.sources).then_some((base.value, now.value))
    }

    /// What counted the instructions.
    pub fn counter(&self) -> Option<&str> {
        self.counter.as_deref()
    }

    /// From now on `counter` counts. What another one counted cannot be compared with that.
    pub fn count_with(&mut self, counter: &str) {
        if self.counter.as_deref() != Some(counter) {
            self.counter = Some(counter.to_owned());
            let by_level = self.programs.values_mut().flat_map(BTreeMap::values_mut);
            by_level.flat_map(BTreeMap::values_mut).for_each(|entry| entry.cost = None);
        }
    }

    /// What the plugin of a number is called.
    pub fn plugin_name<'a>(&'a self, of: &'a Origin) -> Option<&'a str> {
        let hash = of.plugin.as_deref()?;
        Some(self.plugins.get(hash).map_or(hash, String::as_str))
    }
}

/// The results of earlier runs, of the corpus or of the suites, or none where there was none.
///
/// # Errors
/// Where the file is something else.
pub fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T> {
    if !path.exists() {
        return Ok(T::default());
    }
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text)
        .with_context(|| format!("cannot understand {}; remove it to start anew", path.display()))
}

/// Writes all results.
///
/// # Errors
/// Whatever the file system says.
pub fn write<T: Serialize>(results: &T, path: &Path) -> Result<()> {
    fs::write(path, serde_json::to_string_pretty(results)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}
