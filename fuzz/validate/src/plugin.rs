//! Runs the plugin in LLVM's `opt`.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Plugin {
    pub opt: PathBuf,
    pub library: PathBuf,
}

impl Plugin {
    /// Runs passes of the plugin over a module.
    pub fn apply(&self, passes: &str, input: &Path, output: &Path) -> Result<()> {
        let library = format!("-load-pass-plugin={}", self.library.display());
        self.opt(&[library], passes, input, output)
    }

    /// Runs passes of LLVM over a module, and inlines none of the `kept` functions. The plugin is not loaded.
    pub fn optimize(&self, passes: &str, kept: &[&str], input: &Path, output: &Path) -> Result<()> {
        let options: Vec<String> = kept.iter().map(|name| format!("-force-attribute={name}:noinline")).collect();
        self.opt(&options, &format!("forceattrs,{passes}"), input, output)
    }

    fn opt(&self, options: &[String], passes: &str, input: &Path, output: &Path) -> Result<()> {
        let mut command = Command::new(&self.opt);
        command.args(options).arg(format!("-passes={passes}"));
        command.arg(input).arg("-o").arg(output).env_remove("COROFOLD");
        let ran =
            command.output().with_context(|| format!("cannot run {}: set COROFOLD_LLVM_BIN", self.opt.display()))?;
        if !ran.status.success() {
            let errors = String::from_utf8_lossy(&ran.stderr);
            bail!("opt with {passes}: {}", errors.lines().next().unwrap_or("no message"));
        }
        Ok(())
    }
}
