//! `cargo corofold doctor`: can this toolchain load the plugin, and if not, what helps?

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo::Cargo;
use crate::elf::SharedLibrary;
use crate::options::{self, Options};
use crate::opts::Common;
use crate::plugin::{self, Plugin};
use crate::rustflags::{self, Rustflags};
use crate::toolchain::{LibLlvm, Toolchain};
use crate::{output, status, table};

/// A program with a coroutine in it.
const TRIAL: &str = "pub async fn leaf(n: u32) -> u32 { n + 1 }\npub async fn root(n: u32) -> u32 { leaf(n).await * 2 }\n";

/// How many missing symbols are listed.
const LISTED: usize = 10;

pub fn run(common: &Common) -> Result<ExitCode> {
    let cargo = Cargo::from_env(&[])?;
    let mut diagnosis = Diagnosis::default();
    let toolchain = diagnosis.keep(Toolchain::of(&cargo));
    let plugin = diagnosis.keep(Plugin::find(common.plugin.as_deref()));
    let options = diagnosis.keep(Options::resolve(common.corofold.as_deref(), || {
        cargo.config_variable(options::VARIABLE)
    }));
    diagnosis.fact("cargo", cargo.program().display().to_string());
    if let Some(toolchain) = &toolchain {
        diagnosis.toolchain(toolchain);
    }
    if let Some(plugin) = &plugin {
        diagnosis.fact("plugin", plugin.path().display().to_string());
        diagnosis.fact("plugin built for", format!("LLVM {}", plugin.llvm_major));
    }
    if let (Some(toolchain), Some(plugin)) = (&toolchain, &plugin) {
        diagnosis.pair(toolchain, plugin);
    }
    if let Some(options) = &options {
        diagnosis.options(options);
    }
    if let Some(toolchain) = &toolchain {
        diagnosis.rustflags(&cargo, toolchain, plugin.as_ref());
    }
    diagnosis.tell()
}

/// What was found out, good and bad.
#[derive(Default)]
struct Diagnosis {
    facts: Vec<(&'static str, String)>,
    notes: Vec<&'static str>,
    problems: Vec<anyhow::Error>,
}

impl Diagnosis {
    fn fact(&mut self, name: &'static str, value: String) {
        self.facts.push((name, value));
    }

    /// The value, or a problem more.
    fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn toolchain(&mut self, toolchain: &Toolchain) {
        let bootstrap = if toolchain.needs_bootstrap() {
            ", needs RUSTC_BOOTSTRAP=1, which is set for it"
        } else {
            ""
        };
        self.fact(
            "rustc",
            format!("{} ({}{bootstrap})", toolchain.rustc.display(), toolchain.release),
        );
        self.fact("sysroot", toolchain.sysroot.display().to_string());
        self.fact("LLVM of rustc", toolchain.llvm.clone());
        let place = match &toolchain.libllvm {
            LibLlvm::Shared(path) => path.display().to_string(),
            LibLlvm::NotFound(name) => format!("{name}, in a folder unknown to doctor"),
            LibLlvm::Static => "linked statically".to_owned(),
            LibLlvm::Unknown(reason) => format!("unknown: {reason}"),
        };
        self.fact("libLLVM", place);
    }

    /// How toolchain and plugin go together. A trial says little when a cause is known already.
    fn pair(&mut self, toolchain: &Toolchain, plugin: &Plugin) {
        if self.keep(toolchain.check(plugin)).is_none() {
            return;
        }
        if let LibLlvm::Shared(libllvm) = &toolchain.libllvm {
            let symbols = check_symbols(plugin, libllvm);
            if let Some(count) = self.keep(symbols) {
                self.fact("LLVM symbols", format!("{count} used by the plugin, all there"));
            }
        }
        if self.keep(compile_trial(toolchain, plugin)).is_some() {
            self.fact(
                "trial",
                format!("an async function compiled with {}=off", options::VARIABLE),
            );
        }
    }

    fn options(&mut self, options: &Options) {
        if !options.as_str().is_empty() {
            self.fact(options::VARIABLE, options.described());
        }
        self.keep(options.prepare_report());
    }

    /// A plugin that cargo loads by itself works, but not together with this command.
    fn rustflags(&mut self, cargo: &Cargo, toolchain: &Toolchain, plugin: Option<&Plugin>) {
        let all = cargo.config().and_then(|config| Rustflags::of(cargo, &config, toolchain));
        for rustflags in self.keep(all).into_iter().flatten() {
            let Some(flag) = rustflags.plugin(plugin) else { continue };
            let place = rustflags::place(cargo, rustflags.source, &flag);
            self.fact("loaded without us", format!("`{flag}` in {place}"));
            self.notes.push(
                "plain cargo loads the plugin too, so `size`, `report`, `check` and `crosscheck` have nothing to \
                 compare with: take that flag out for them",
            );
        }
    }

    fn tell(&self) -> Result<ExitCode> {
        output::styled(table::facts(&self.facts))?;
        self.notes.iter().for_each(|note| status::note(note));
        self.problems.iter().for_each(status::error);
        if self.problems.is_empty() {
            output::styled("\nThis toolchain can load the plugin.\n")?;
            return Ok(ExitCode::SUCCESS);
        }
        output::styled("\nThe plugin cannot be used until this is solved.\n")?;
        Ok(ExitCode::FAILURE)
    }
}

/// The number of LLVM symbols the plugin takes from rustc, all of which must be there.
fn check_symbols(plugin: &Plugin, libllvm: &Path) -> Result<usize> {
    let wanted = plugin.library.symbols(|name, is_defined| !is_defined && is_llvm(name))?;
    let offered: HashSet<_> =
        SharedLibrary::read(libllvm)?.symbols(|_, is_defined| is_defined)?.into_iter().collect();
    let missing: Vec<_> = wanted.iter().filter(|name| !offered.contains(*name)).collect();
    if missing.is_empty() {
        return Ok(wanted.len());
    }
    let listed: Vec<_> = missing.iter().take(LISTED).map(|name| format!("\n  {name}")).collect();
    bail!(
        "{} of the {} LLVM symbols the plugin uses are missing in `{}`:{}\nbuild the plugin against this LLVM with \
         `make install`, or choose another toolchain",
        missing.len(),
        wanted.len(),
        libllvm.display(),
        listed.concat()
    );
}

/// LLVM's C interface, or something mangled in the namespace `llvm`.
fn is_llvm(symbol: &str) -> bool {
    symbol.starts_with("LLVM") || symbol.starts_with("_Z") && symbol.contains("4llvm")
}

/// Loads the plugin the way a build does.
fn compile_trial(toolchain: &Toolchain, plugin: &Plugin) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let source = folder.path().join("trial.rs");
    fs::write(&source, TRIAL)?;
    let copy =
        plugin.copy_to([folder.path().to_owned()].into_iter().chain(plugin::cache()), "trial")?;
    let mut rustc = Command::new(&toolchain.rustc);
    rustc
        .args(["--edition=2021", "--crate-type=lib", "--emit=obj", "-O", "--out-dir"])
        .arg(folder.path())
        .arg(source);
    rustc.arg(format!("-Zllvm-plugins={}", copy.display())).env(options::VARIABLE, "off");
    if toolchain.needs_bootstrap() {
        rustc.env("RUSTC_BOOTSTRAP", "1");
    }
    let output = rustc.output().context("cannot run rustc")?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    bail!(
        "rustc failed with the plugin loaded ({}); build it anew with `make install`\n{}",
        output.status,
        told.trim()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llvm_symbols_are_recognised() {
        assert!(is_llvm("LLVMGetFirstFunction"));
        assert!(is_llvm("_ZNK4llvm4Type13getScalarTypeEv"));
        assert!(!is_llvm("_ZNSt6vectorIiE5clearEv"));
        assert!(!is_llvm("malloc"));
    }
}
