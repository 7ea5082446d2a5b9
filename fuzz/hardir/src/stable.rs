//! `stable`: the same in gives the same out, and what went through once stays as it is.

use crate::campaign::inputs;
use crate::opt::Opt;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args)]
pub struct Stable {
    #[command(flatten)]
    opt: Opt,
    /// The folders whose .ll files are checked
    #[arg(long, required = true, num_args = 1..)]
    inputs: Vec<PathBuf>,
}

impl Stable {
    /// Returns whether all files are stable.
    pub fn run(&self) -> Result<bool> {
        self.opt.check()?;
        let scratch = tempfile::tempdir()?;
        let (mut files, mut changed, mut unstable) = (0, 0, 0);
        for folder in &self.inputs {
            for (path, text) in inputs(folder)? {
                let what = self.check(&text, scratch.path()).with_context(|| path.display().to_string())?;
                files += 1;
                changed += u32::from(what != Found::Nothing);
                if let Found::Unstable(why) = what {
                    println!("{}: {why}", path.display());
                    unstable += 1;
                }
            }
        }
        println!("{files} modules, {changed} of them changed by the plugin, {unstable} unstable");
        if changed == 0 {
            bail!("the plugin changed no module, so nothing was tested");
        }
        Ok(unstable == 0)
    }

    fn check(&self, text: &str, scratch: &Path) -> Result<Found> {
        let input = scratch.join("input.ll");
        fs::write(&input, text)?;
        // The verifier changes nothing: the text is only printed anew.
        let plain = self.text_of("verify", &input)?;
        let once = self.text_of("corofold", &input)?;
        let twin = self.text_of("corofold", &input)?;
        fs::write(&input, &once)?;
        let (printed, again) = (self.text_of("verify", &input)?, self.text_of("corofold", &input)?);
        Ok(match () {
            () if once != twin => Found::Unstable("two runs give different modules"),
            () if printed != again => Found::Unstable("a second run changes it again"),
            () if once != plain => Found::Changed,
            () => Found::Nothing,
        })
    }

    fn text_of(&self, passes: &str, input: &Path) -> Result<Vec<u8>> {
        let mut command: Command = self.opt.command(&[], passes, input);
        let output = command.args(["-S", "-o", "-"]).output().context("cannot start opt")?;
        if !output.status.success() {
            bail!("opt -passes={passes}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output.stdout)
    }
}

#[derive(PartialEq)]
enum Found {
    Nothing,
    Changed,
    Unstable(&'static str),
}
