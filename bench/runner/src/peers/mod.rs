//! Test suites of published crates, run without and with the plugin: what passes without has to pass with it.
//!
//! `peers.toml` names the crates. Their sources come from crates.io and become one workspace with one lock file ([`sources`]), cargo builds their
//! tests ([`build`]), each test runs in a process of its own ([`run`]), and the outcomes are compared test by test ([`compare`]). What was
//! found is kept in `results.json` ([`results`]) and printed as a table ([`table`]).

pub mod build;
pub mod compare;
pub mod results;
pub mod run;
pub mod sources;
pub mod table;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use results::Results;

/// One published crate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Peer {
    /// On crates.io.
    pub name: String,
    /// The exact one.
    pub version: String,
    /// Those that its tests are built with, besides the default ones.
    #[serde(default)]
    pub features: Vec<String>,
    /// Files of tests that are not built.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// Tests that are there to see the panic of a future that is polled again: they have to fail with the plugin, and pass with `proved`.
    #[serde(default)]
    pub resumed: Vec<Resumed>,
}

/// Test targets that are not built, by their names in cargo.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// As in `cargo test --test NAME`.
    pub targets: Vec<String>,
    /// Why they cannot be built, or have nothing for the plugin.
    pub reason: String,
}

/// A test that sees the resumed panic.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resumed {
    /// `TARGET::path::of::the::test`, where the target of unit tests is called `lib`.
    pub test: String,
    /// What it polls again.
    pub reason: String,
}

impl Peer {
    /// For messages and names of folders; it tells versions apart.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    peer: Vec<Peer>,
}

/// The crates of `peers.toml`, in the order of the file.
///
/// # Errors
/// Where it cannot be read or understood.
pub fn read(bench: &Path) -> Result<Vec<Peer>> {
    let path = bench.join("peers/peers.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let list: List =
        toml::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))?;
    Ok(list.peer)
}

/// Those of `peers` that are named in `only`, or all where that is empty.
///
/// # Errors
/// Where a name is none of theirs.
pub fn select<'a>(peers: &'a [Peer], only: &[String]) -> Result<Vec<&'a Peer>> {
    if let Some(unknown) = only.iter().find(|name| !peers.iter().any(|peer| peer.name == **name)) {
        let known: Vec<_> = peers.iter().map(|peer| peer.name.as_str()).collect();
        bail!("no crate is called `{unknown}`; there are {}", known.join(", "));
    }
    Ok(peers.iter().filter(|peer| only.is_empty() || only.contains(&peer.name)).collect())
}

/// The crates, and what is known of their suites.
pub struct Suites {
    /// Of `peers.toml`.
    pub peers: Vec<Peer>,
    /// Of this run and of those before it.
    pub results: Results,
}

impl Suites {
    /// Both, from the folder `bench`.
    ///
    /// # Errors
    /// Where a file cannot be understood.
    pub fn read(bench: &Path) -> Result<Self> {
        Ok(Self { peers: read(bench)?, results: crate::results::read(&Results::path(bench))? })
    }
}
