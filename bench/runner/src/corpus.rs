//! `corpus.toml`: which programs there are and how each kind of them is built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// The whole corpus.
#[derive(Deserialize)]
pub struct Corpus {
    kind: BTreeMap<String, Kind>,
    program: Vec<Program>,
}

/// What the programs of one kind have in common.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Kind {
    /// The parts of the standard library that are built too; absent where its compiled form is used.
    pub build_std: Option<String>,
    /// Where its programs are measured.
    pub opt_levels: Vec<String>,
    /// The profile, in words.
    pub description: String,
}

/// One program.
#[derive(Deserialize)]
pub struct Program {
    /// Of the package and of the executable.
    pub name: String,
    /// The key of its kind.
    pub kind: String,
    /// The folder of its workspace, relative to `bench/`.
    pub workspace: PathBuf,
    /// The target triple.
    pub target: String,
    /// What it does, in a few words.
    pub what: String,
}

impl Corpus {
    /// Reads `corpus.toml` in `bench`, and keeps the programs named in `only`, or all where that is empty.
    pub fn read(bench: &Path, only: &[String]) -> Result<Self> {
        let path = bench.join("corpus.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut corpus: Self = toml::from_str(&text)
            .with_context(|| format!("cannot understand {}", path.display()))?;
        for program in &corpus.program {
            ensure!(
                corpus.kind.contains_key(&program.kind),
                "{}: no kind is called `{}`",
                program.name,
                program.kind
            );
        }
        if let Some(unknown) =
            only.iter().find(|name| !corpus.program.iter().any(|program| program.name == **name))
        {
            let known: Vec<_> =
                corpus.program.iter().map(|program| program.name.as_str()).collect();
            bail!("no program is called `{unknown}`; there are {}", known.join(", "));
        }
        corpus.program.retain(|program| only.is_empty() || only.contains(&program.name));
        Ok(corpus)
    }

    /// The programs, in the order of the file.
    pub fn programs(&self) -> &[Program] {
        &self.program
    }

    /// How `program` is built.
    pub fn kind_of(&self, program: &Program) -> &Kind {
        &self.kind[&program.kind]
    }

    /// Every kind and its programs, for tables that do not mix them.
    pub fn by_kind(&self) -> impl Iterator<Item = (&Kind, Vec<&Program>)> {
        self.kind.iter().map(|(name, kind)| {
            (kind, self.program.iter().filter(|program| program.kind == *name).collect())
        })
    }
}
