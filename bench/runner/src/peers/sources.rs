//! The sources of the crates: downloaded by cargo, which checks them against the index, and put together to one workspace.
//!
//! A published crate says what its tests depend on, but cargo resolves that for members of a workspace only. So the sources are copied out of
//! cargo's store and become members. They also take the place of the crates of their name among each other's dependencies, so that there is
//! one tokio and not one of the registry and one under test.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

use super::Peer;

/// The workspace of all crates.
pub struct Workspace {
    /// Its folder.
    pub folder: PathBuf,
    /// What cargo knows of it.
    pub metadata: Metadata,
}

impl Workspace {
    /// Makes the workspace in `target`, with the lock file of `peers.toml`, which is renewed first if `update` is true.
    ///
    /// # Errors
    /// Where cargo fails, or the lock file does not fit the crates.
    pub fn prepare(peers: &[Peer], folder: &Path, cargo: &Path, update: bool) -> Result<Self> {
        let target = folder.join("target");
        let workspace = target.join("workspace");
        fs::create_dir_all(&workspace)?;
        fetch(peers, &target, &workspace, cargo)?;
        fs::write(workspace.join("Cargo.toml"), workspace_manifest(peers))?;
        let lock = folder.join("Cargo.lock");
        if update {
            generate_lock(&workspace, cargo)?;
            fs::copy(workspace.join("Cargo.lock"), &lock)?;
        } else {
            fs::copy(&lock, workspace.join("Cargo.lock"))
                .with_context(|| format!("cannot read {}; --update makes it", lock.display()))?;
        }
        let metadata = metadata_of(&workspace, cargo)
            .other_options(["--locked".to_owned()])
            .exec()
            .context("if Cargo.lock does not fit peers.toml, --update renews it")?;
        Ok(Self { folder: workspace, metadata })
    }
}

fn metadata_of(folder: &Path, cargo: &Path) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.cargo_path(cargo).manifest_path(folder.join("Cargo.toml"));
    command
}

fn generate_lock(workspace: &Path, cargo: &Path) -> Result<()> {
    let status = Command::new(cargo)
        .arg("generate-lockfile")
        .current_dir(workspace)
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "cargo generate-lockfile: {status}");
    Ok(())
}

/// Copies the sources that are not there yet. cargo downloads a crate for a package that depends on it, so there is one.
fn fetch(peers: &[Peer], target: &Path, workspace: &Path, cargo: &Path) -> Result<()> {
    let missing: Vec<_> =
        peers.iter().filter(|peer| !workspace.join(peer.folder()).exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let folder = target.join("fetch");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), fetch_manifest(&missing))?;
    let metadata = metadata_of(&folder, cargo).exec()?;
    for peer in missing {
        let package = metadata
            .packages
            .iter()
            .find(|package| {
                package.name == peer.name && package.version.to_string() == peer.version
            })
            .with_context(|| format!("cargo did not download {}", peer.folder()))?;
        let source = package.manifest_path.parent().context("a manifest is in a folder")?;
        copy(source.as_std_path(), &workspace.join(peer.folder()))?;
    }
    Ok(())
}

/// Copies a folder; the copy has its name only when it is whole.
fn copy(source: &Path, copy: &Path) -> Result<()> {
    let mut partial = copy.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    let status = Command::new("cp").arg("-R").arg(source).arg(&partial).status()?;
    if !status.success() {
        bail!("cannot copy {} to {}: {status}", source.display(), partial.display());
    }
    Ok(fs::rename(partial, copy)?)
}

fn fetch_manifest(peers: &[&Peer]) -> String {
    let mut text = String::from(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n",
    );
    for peer in peers {
        let _ = writeln!(
            text,
            "{} = {{ version = \"={}\", default-features = false }}",
            peer.name, peer.version
        );
    }
    text
}

fn workspace_manifest(peers: &[Peer]) -> String {
    let members: Vec<_> = peers.iter().map(Peer::folder).collect();
    // The text of a list of strings is the same in Rust and in TOML.
    let mut text =
        format!("[workspace]\nresolver = \"2\"\nmembers = {members:?}\n\n[patch.crates-io]\n");
    for peer in peers {
        let _ = writeln!(text, "{} = {{ path = \"{}\" }}", peer.name, peer.folder());
    }
    text
}
