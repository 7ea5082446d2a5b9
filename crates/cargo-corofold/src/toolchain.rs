//! What the rustc that cargo will use is made of.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::cargo_platform::Cfg;

use crate::cargo::Cargo;
use crate::elf::SharedLibrary;
use crate::plugin::Plugin;

/// A rustc and its LLVM.
pub struct Toolchain {
    pub rustc: OsString,
    /// What `rustc -vV` prints.
    pub verbose: String,
    pub release: String,
    /// The triple it runs on.
    pub host: String,
    pub llvm: String,
    pub sysroot: PathBuf,
    pub libllvm: LibLlvm,
}

/// Where rustc has its LLVM. A plugin needs a shared one to take its symbols from.
#[derive(Debug, PartialEq, Eq)]
pub enum LibLlvm {
    Shared(PathBuf),
    /// Shared, by this name, but in no folder we know.
    NotFound(String),
    /// Inside librustc_driver.
    Static,
    /// There is no librustc_driver to look at, for this reason.
    Unknown(String),
}

impl Toolchain {
    /// The rustc cargo will use: RUSTC, else `build.rustc`, else `rustc`, where rustup's proxy
    /// honours `+toolchain` and rust-toolchain.toml.
    pub fn of(cargo: &Cargo) -> Result<Self> {
        let rustc = env::var_os("RUSTC")
            .filter(|rustc| !rustc.is_empty())
            .or_else(|| cargo.config_program("build.rustc"))
            .unwrap_or_else(|| "rustc".into());
        Self::query(rustc)
    }

    /// A certain rustc.
    pub fn query(rustc: OsString) -> Result<Self> {
        let verbose = ask(&rustc, &["-vV"])?;
        let field = |name: &str| {
            let value =
                verbose.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value
                .map(str::to_owned)
                .with_context(|| format!("`{} -vV` prints no `{name}`", rustc.display()))
        };
        let (release, host) = (field("release")?, field("host")?);
        let llvm = field("LLVM version")
            .context("this rustc has no LLVM, so it can load no LLVM plugin")?;
        let sysroot = PathBuf::from(ask(&rustc, &["--print", "sysroot"])?.trim());
        let libllvm = LibLlvm::of(&sysroot, &host, llvm_major(&llvm));
        Ok(Self { rustc, verbose, release, host, llvm, sysroot, libllvm })
    }

    pub fn llvm_major(&self) -> Option<u32> {
        llvm_major(&self.llvm)
    }

    /// Whether `-Z` options need RUSTC_BOOTSTRAP.
    pub fn needs_bootstrap(&self) -> bool {
        !["-nightly", "-dev"].iter().any(|channel| self.release.contains(channel))
    }

    /// What `cfg` can ask of a target.
    ///
    /// # Errors
    /// A target that this rustc does not know.
    pub fn cfgs(&self, target: &str) -> Result<Vec<Cfg>> {
        let lines = ask(&self.rustc, &["--print", "cfg", "--target", target])?;
        Ok(lines.lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// Refuses what rustc would crash on, or could not do.
    pub fn check(&self, plugin: &Plugin) -> Result<()> {
        let (release, built_for) = (&self.release, plugin.llvm_major);
        if self.llvm_major() != Some(built_for) {
            bail!(
                "rustc {release} has LLVM {}, and the plugin `{}` is built for LLVM {built_for}; choose a toolchain \
                 with LLVM {built_for} (`cargo +toolchain corofold ...`, RUSTC or rust-toolchain.toml)",
                self.llvm,
                plugin.path().display()
            );
        }
        match &self.libllvm {
            LibLlvm::Shared(_) | LibLlvm::NotFound(_) => Ok(()),
            LibLlvm::Static => bail!(
                "rustc {release} has LLVM linked in statically and can load no plugin; use rustup's toolchain for \
                 Linux, or Debian's rustc"
            ),
            LibLlvm::Unknown(reason) => bail!(
                "cannot find out whether rustc {release} can load plugins: {reason}; `cargo corofold doctor` tells \
                 more"
            ),
        }
    }
}

fn llvm_major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// What rustc prints for `args`.
fn ask(rustc: &OsString, args: &[&str]) -> Result<String> {
    let name = rustc.display();
    let output = Command::new(rustc).args(args).stderr(Stdio::inherit()).output();
    let output = output
        .with_context(|| format!("cannot run `{name}`; check PATH, RUSTC and `build.rustc`"))?;
    if !output.status.success() {
        bail!("`{name} {}` failed ({})", args.join(" "), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{name} {}` prints no UTF-8", args.join(" ")))
}

impl LibLlvm {
    /// Follows rustc -> librustc_driver -> libLLVM as the dynamic linker does.
    fn of(sysroot: &Path, host: &str, llvm: Option<u32>) -> Self {
        Self::look(sysroot, host, llvm).unwrap_or_else(|error| Self::Unknown(format!("{error:#}")))
    }

    fn look(sysroot: &Path, host: &str, llvm: Option<u32>) -> Result<Self> {
        let folders = library_folders(sysroot, host, llvm);
        let rustc = SharedLibrary::read(&sysroot.join("bin").join("rustc"))?;
        let driver = needed_by(&rustc, "librustc_driver")?
            .with_context(|| format!("`{}` uses no librustc_driver", rustc.path.display()))?;
        let driver =
            find_in(&folders, &driver).with_context(|| format!("{driver} was not found"))?;
        Ok(match needed_by(&SharedLibrary::read(&driver)?, "libLLVM")? {
            None => Self::Static,
            Some(name) => find_in(&folders, &name).map_or(Self::NotFound(name), Self::Shared),
        })
    }
}

fn needed_by(library: &SharedLibrary, prefix: &str) -> Result<Option<String>> {
    Ok(library.needed()?.into_iter().find(|name| name.starts_with(prefix)))
}

fn find_in(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// rustup keeps all in the sysroot; distributions use the system's folders.
fn library_folders(sysroot: &Path, host: &str, llvm: Option<u32>) -> Vec<PathBuf> {
    // Debian's name for x86_64-unknown-linux-gnu is x86_64-linux-gnu.
    let multiarch = host.replacen("-unknown-", "-", 1);
    let mut folders = Vec::new();
    for root in [sysroot, Path::new("/usr"), Path::new("/")] {
        folders.extend([root.join("lib"), root.join("lib").join(&multiarch), root.join("lib64")]);
    }
    folders.extend(llvm.map(|major| PathBuf::from(format!("/usr/lib/llvm-{major}/lib"))));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_toolchain_is_understood() {
        let toolchain = Toolchain::query("rustc".into()).expect("a rustc");
        assert!(toolchain.llvm_major().is_some_and(|major| major >= 22), "{}", toolchain.llvm);
        assert!(matches!(toolchain.libllvm, LibLlvm::Shared(_)), "{:?}", toolchain.libllvm);
        assert_eq!(toolchain.needs_bootstrap(), !toolchain.release.contains("-nightly"));
    }

    #[test]
    fn a_missing_rustc_is_named() {
        let Err(error) = Toolchain::query("/nowhere/rustc".into()) else { panic!("it ran") };
        assert!(error.to_string().contains("/nowhere/rustc"), "{error}");
    }
}
