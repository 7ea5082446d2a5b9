//! `results.json`: all numbers, of this run and of those before it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::build::{Build, Config};
use crate::measure::Size;

/// What is known of a program at an opt level in a configuration.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct Entry {
    /// Of its executable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// That rustc executed for its last crate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<u64>,
}

type ByConfig = BTreeMap<Config, Entry>;

/// All numbers.
#[derive(Default, Deserialize, Serialize)]
pub struct Results {
    /// Versions of the compilers, by the kind of what they compile.
    pub compilers: BTreeMap<String, String>,
    /// What counted the instructions.
    pub counter: Option<String>,
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
    pub fn size(&self, program: &str, opt_level: &str, config: Config) -> Option<Size> {
        self.get(program, opt_level, config)?.size
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
