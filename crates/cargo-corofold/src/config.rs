//! The parts of cargo's configuration that this command has to understand.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What `cargo config get` prints: all files and `--config`, and no variables of the environment.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Config {
    pub build: Build,
    /// By triple, and by `cfg(...)`.
    pub target: BTreeMap<String, Target>,
    pub env: BTreeMap<String, Variable>,
}

/// The table `build`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Build {
    pub target: Words,
    pub rustflags: Words,
}

/// A table in `target`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Target {
    pub rustflags: Words,
}

/// A list, also in the form of one string.
#[derive(Deserialize, Debug, Clone)]
#[serde(untagged)]
pub enum Words {
    Joined(String),
    List(Vec<String>),
}

impl Default for Words {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Words {
    /// The words, as cargo splits them.
    pub fn to_vec(&self) -> Vec<String> {
        match self {
            Self::Joined(text) => text.split_whitespace().map(str::to_owned).collect(),
            Self::List(words) => words.clone(),
        }
    }
}

/// A value in the table `env`.
#[derive(Deserialize, Debug)]
#[serde(untagged)]
pub enum Variable {
    Plain(String),
    Detailed {
        value: String,
        #[serde(default)]
        force: bool,
    },
}

impl Variable {
    pub fn value(&self) -> &str {
        match self {
            Self::Plain(value) | Self::Detailed { value, .. } => value,
        }
    }

    /// Whether it also replaces an inherited variable.
    pub fn force(&self) -> bool {
        matches!(self, Self::Detailed { force: true, .. })
    }
}
