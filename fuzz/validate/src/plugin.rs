//! Runs the plugin in LLVM's `opt`.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Plugin {
    pub opt: PathBuf,
    pub library: PathBuf,
}

impl Plugin {
    /// Transforms a module. `words` are those of `corofold<WORDS>`.
    pub fn apply(&self, words: &str, input: &Path, output: &Path) -> Result<()> {
        let mut command = Command::new(&self.opt);
        command.arg(format!("-load-pass-plugin={}", self.library.display()));
        command.arg(format!("-passes=corofold<{words}>"));
        command.arg(input).arg("-o").arg(output).env_remove("COROFOLD");
        let ran =
            command.output().with_context(|| format!("cannot run {}: set COROFOLD_LLVM_BIN", self.opt.display()))?;
        if !ran.status.success() {
            let errors = String::from_utf8_lossy(&ran.stderr);
            bail!("opt with corofold<{words}>: {}", errors.lines().next().unwrap_or("no message"));
        }
        Ok(())
    }
}
