//! LLVM's `opt`, with the plugin.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use crate::files;
use crate::options;
use crate::plugin::Plugin;

/// An `opt` that can load the plugin.
pub struct LlvmOpt {
    program: PathBuf,
    plugin: PathBuf,
}

impl LlvmOpt {
    /// The first one of the plugin's LLVM: by its name with the version, where Debian has it, and
    /// by its plain name.
    ///
    /// # Errors
    /// There is none, and how to get one.
    pub fn find(plugin: &Plugin) -> Result<Self> {
        let major = plugin.llvm_major;
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = || env::split_paths(&path);
        let versioned = folders().map(|folder| folder.join(format!("opt-{major}")));
        let debian = PathBuf::from(format!("/usr/lib/llvm-{major}/bin/opt"));
        let candidates = versioned.chain([debian]).chain(folders().map(|f| f.join("opt")));
        let fits = |program: &PathBuf| program.is_file() && has_llvm(program, major);
        let Some(program) = candidates.into_iter().find(fits) else {
            bail!(
                "LLVM's `opt` was not found: the plugin is built for LLVM {major}, and there is \
                 neither `opt-{major}` nor an `opt` of LLVM {major} in PATH; install it (Debian: \
                 `apt-get install llvm-{major}`), or put the folder that has it into PATH"
            );
        };
        Ok(Self { program, plugin: plugin.path().to_owned() })
    }

    /// What the plugin recognises in the module.
    ///
    /// # Errors
    /// IR that cannot be read.
    pub fn model(&self, input: &Path) -> Result<String> {
        let args = ["-passes=print<corofold>", "-disable-output"].map(OsStr::new);
        // It is printed as LLVM's analyses are.
        text(self.run(input, &args)?.stderr, input)
    }

    /// The module after `passes`, as text.
    ///
    /// # Errors
    /// IR that cannot be read, or words that are none.
    pub fn text(&self, input: &Path, passes: &str) -> Result<String> {
        let output = self.run(input, &[format!("-passes={passes}").as_ref(), "-S".as_ref()])?;
        stderr().write_all(&output.stderr)?;
        text(output.stdout, input)
    }

    /// The same with a name for each value: LLVM numbers those that have none, and a line that is
    /// gone would change the numbers of all that follow.
    ///
    /// # Errors
    /// As those of [`Self::text`].
    pub fn named_text(&self, input: &Path, passes: Option<&str>) -> Result<String> {
        let passes = passes.map(|passes| format!(",{passes}")).unwrap_or_default();
        self.text(input, &format!("function(instnamer){passes}"))
    }

    /// Writes the module after `passes`: bitcode into a file `.bc`, else text.
    ///
    /// # Errors
    /// As those of [`Self::text`], and a file that cannot be written.
    pub fn write(&self, input: &Path, passes: &str, output: &Path) -> Result<()> {
        files::check_writable(output).context("-o")?;
        let passes = format!("-passes={passes}");
        let mut args = vec![passes.as_ref(), "-o".as_ref(), output.as_os_str()];
        if output.extension().is_none_or(|extension| extension != "bc") {
            args.push("-S".as_ref());
        }
        stderr().write_all(&self.run(input, &args)?.stderr)?;
        Ok(())
    }

    fn run(&self, input: &Path, args: &[&OsStr]) -> Result<Output> {
        let mut load = OsString::from("-load-pass-plugin=");
        load.push(&self.plugin);
        let mut command = Command::new(&self.program);
        // The words stand in the pipeline.
        command.arg(load).args(args).arg(input).env_remove(options::VARIABLE);
        let output = command.stdin(Stdio::null()).output();
        let program = self.program.display();
        let output = output.with_context(|| format!("cannot run `{program}`"))?;
        if !output.status.success() {
            stderr().write_all(&output.stderr)?;
            bail!("`{program}` failed on `{}`", input.display());
        }
        Ok(output)
    }
}

fn text(bytes: Vec<u8>, input: &Path) -> Result<String> {
    String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", input.display()))
}

fn has_llvm(program: &Path, major: u32) -> bool {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output();
    let Ok(output) = output else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_once("LLVM version ").is_some_and(|(_, version)| {
        version.split('.').next().and_then(|number| number.parse().ok()) == Some(major)
    })
}
