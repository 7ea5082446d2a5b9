//! The cargo that called us: how to run it, and what its configuration says.

use std::ffi::{OsStr, OsString};
use std::path::{self, Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::{env, fmt};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::{Config, Variable};
use crate::opts::is_called_without_cargo;

/// A cargo that failed, and has said why.
#[derive(Debug)]
pub struct Failed(pub ExitStatus);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "cargo failed ({})", self.0)
    }
}

impl std::error::Error for Failed {}

/// What `cargo locate-project` prints.
#[derive(Deserialize)]
struct Located {
    /// The manifest that cargo starts from.
    root: PathBuf,
}

/// `$CARGO`, with the arguments it will get.
pub struct Cargo {
    program: OsString,
    args: Vec<OsString>,
    /// The rustc that it uses instead of the one it would choose.
    rustc: Option<OsString>,
    /// The folder that it runs in, if that is not the current one.
    folder: Option<PathBuf>,
    /// The folder from which it looks for its configuration, if that is not the one it runs in.
    config_folder: Option<PathBuf>,
}

impl Cargo {
    pub fn from_env(args: &[OsString]) -> Result<Self> {
        let by_hand = is_called_without_cargo().then(|| "cargo".into());
        let program = env::var_os("CARGO")
            .or(by_hand)
            .context("CARGO is not set; run this as `cargo corofold`")?;
        Ok(Self { program, args: args.to_vec(), rustc: None, folder: None, config_folder: None })
    }

    /// For `cargo install`. It belongs to no project: the configuration is that of the package given
    /// by `--path`, else of the user, and what it compiles may go to a folder that it removes.
    pub fn installing(args: &[OsString]) -> Result<Self> {
        let of_user = || {
            let home = env::var_os("CARGO_HOME").filter(|home| !home.is_empty());
            home.map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
        };
        let package = option_values(args, "--path").pop().map(PathBuf::from);
        let folder = package.or_else(of_user).context("no home folder; set CARGO_HOME")?;
        Ok(Self { config_folder: Some(folder), ..Self::from_env(args)? })
    }

    /// The same with another rustc.
    pub fn with_rustc(self, rustc: OsString) -> Self {
        Self { rustc: Some(rustc), ..self }
    }

    /// The same in another folder, with that folder's configuration.
    pub fn in_folder(self, folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..self }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.envs(self.rustc.iter().map(|rustc| ("RUSTC", rustc)));
        self.folder.iter().for_each(|folder| {
            command.current_dir(folder);
        });
        command
    }

    pub fn program(&self) -> &OsStr {
        &self.program
    }

    /// Whether it was made for `cargo install`.
    pub fn is_installing(&self) -> bool {
        self.config_folder.is_some()
    }

    /// The folder cargo builds into.
    pub fn target_dir(&self) -> Result<PathBuf> {
        if let Some(folder) = option_values(&self.args, "--target-dir").pop() {
            return Ok(path::absolute(folder)?);
        }
        Ok(self.metadata()?.target_directory.into())
    }

    /// The folder that paths in the workspace start from.
    pub fn workspace_root(&self) -> Result<PathBuf> {
        Ok(self.metadata()?.workspace_root.into())
    }

    /// Whether cargo, without `-p`, would find the package of a command that takes one.
    ///
    /// # Errors
    /// A virtual workspace, with its packages; `why` says what needs one.
    pub fn check_has_package(&self, why: &str) -> Result<()> {
        let located: Located = self.ask(&["locate-project"], &["--manifest-path"])?;
        let metadata = self.metadata()?;
        let is_root = metadata.workspace_root.join("Cargo.toml") == located.root;
        let is_package =
            || metadata.packages.iter().any(|package| package.manifest_path == located.root);
        if !is_root || is_package() {
            return Ok(());
        }
        let names: Vec<_> =
            metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
        bail!(
            "{why}, and `{}` is a workspace without a package of its own; name one with `-p`: {}",
            located.root.display(),
            names.join(", ")
        )
    }

    fn metadata(&self) -> Result<cargo_metadata::Metadata> {
        let args = ["metadata", "--no-deps", "--format-version=1"];
        self.ask(&args, &["--manifest-path", "--config"])
    }

    /// What cargo answers, as JSON. It is also given those of its options that are in `shared`.
    fn ask<T: DeserializeOwned>(&self, args: &[&str], shared: &[&str]) -> Result<T> {
        let mut command = self.command();
        command.args(args);
        self.add_shared_options(&mut command, shared);
        let output = command.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
        if !output.status.success() {
            return Err(Failed(output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// A value of cargo's configuration that is a program, as cargo would run it.
    pub fn config_program(&self, key: &str) -> Option<OsString> {
        let value: String =
            serde_json::from_str(&self.config_get(key, &["--format", "json-value"])?).ok()?;
        if !value.contains('/') || Path::new(&value).is_absolute() {
            return Some(value.into());
        }
        // A relative path counts from the folder that holds `.cargo`; from the current one if it
        // was given on the command line or in the environment.
        let origin = self.config_get(key, &["--show-origin"])?;
        let file = Path::new(origin.rsplit_once(" # ")?.1.trim());
        let base = if file.is_file() {
            file.parent()?.parent()?.to_owned()
        } else {
            env::current_dir().ok()?
        };
        Some(base.join(value).into())
    }

    /// A variable that cargo's configuration sets for rustc and others.
    pub fn config_variable(&self, name: &str) -> Option<Variable> {
        let json = self.config_get(&format!("env.{name}"), &["--format", "json-value"])?;
        serde_json::from_str(&json).ok()
    }

    /// cargo's configuration.
    ///
    /// # Errors
    /// Files that cargo cannot read, with what it says.
    pub fn config(&self) -> Result<Config> {
        let mut command = self.config_command();
        let output = command.args(["--format", "json"]).output().context("cannot run cargo")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!(
                "cannot read cargo's configuration: {}",
                why.trim_start_matches("error: ").trim()
            );
        }
        serde_json::from_slice(&output.stdout).context("cargo's configuration is not understood")
    }

    /// The file that has `text` in a table of the configuration.
    pub fn config_origin(&self, table: &str, text: &str) -> Option<String> {
        let origins = self.config_get(table, &["--show-origin"])?;
        let line = origins.lines().find(|line| line.contains(text))?;
        Some(line.rsplit_once(" # ")?.1.trim().to_owned())
    }

    fn config_get(&self, key: &str, format: &[&str]) -> Option<String> {
        let output = self.config_command().arg(key).args(format).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).ok())?
    }

    /// `cargo config` is unstable. RUSTC_BOOTSTRAP opens it on stable too, and goes no further
    /// than this one process, which compiles nothing.
    fn config_command(&self) -> Command {
        let mut command = self.command();
        command.args(["-Zunstable-options", "config", "get"]).env("RUSTC_BOOTSTRAP", "1");
        let Some(folder) = &self.config_folder else {
            self.add_shared_options(&mut command, &["--config"]);
            return command;
        };
        command.current_dir(folder);
        for value in option_values(&self.args, "--config") {
            // A file is one of the folder that cargo was called in.
            let file = Path::new(&value).is_file().then(|| path::absolute(&value).ok()).flatten();
            command.arg("--config").arg(file.map_or(value, PathBuf::into_os_string));
        }
        command
    }

    /// The targets to build for: those of the arguments, else of the configuration, else the host.
    pub fn targets(&self, config: &Config, host: &str) -> Vec<String> {
        let given = option_values(&self.args, "--target");
        let mut targets: Vec<_> =
            given.iter().map(|target| target.to_string_lossy().into_owned()).collect();
        if targets.is_empty() {
            targets.extend(env::var("CARGO_BUILD_TARGET").ok());
        }
        if targets.is_empty() {
            targets = config.build.target.to_vec();
        }
        if targets.is_empty() {
            targets.push("host-tuple".to_owned());
        }
        for target in targets.iter_mut().filter(|target| *target == "host-tuple") {
            host.clone_into(target);
        }
        targets
    }

    fn add_shared_options(&self, command: &mut Command, names: &[&str]) {
        for name in names {
            for value in option_values(&self.args, name) {
                command.arg(name).arg(value);
            }
        }
    }

    /// The name of the profile that will be built.
    pub fn profile(&self) -> String {
        let profile = option_values(&self.args, "--profile")
            .pop()
            .map(|name| name.to_string_lossy().into_owned());
        profile.unwrap_or_else(|| {
            if self.has_flag("--release", 'r') { "release" } else { "dev" }.to_owned()
        })
    }

    /// The argument that overrides a setting of that profile, if it is the last of its kind. Unlike
    /// a variable it also wins over `--config`.
    pub fn profile_argument(&self, setting: &str) -> String {
        format!("--config=profile.{}.{setting}", self.profile())
    }

    pub fn is_quiet(&self) -> bool {
        self.has_flag("--quiet", 'q') || env::var("CARGO_TERM_QUIET").is_ok_and(|set| set == "true")
    }

    /// When to use colours, if the arguments or the environment say it: `auto`, `always` or `never`.
    pub fn color(&self) -> Option<String> {
        let given = option_values(&self.args, "--color").pop();
        given
            .and_then(|given| given.into_string().ok())
            .or_else(|| env::var("CARGO_TERM_COLOR").ok())
    }

    fn has_flag(&self, long: &str, short: char) -> bool {
        let mut args = before_fence(&self.args).iter().filter_map(|arg| arg.to_str());
        args.any(|arg| arg == long || has_short_flag(arg, short))
    }
}

/// Is the flag among the short ones that stand together in one argument, as in `-rq`?
fn has_short_flag(arg: &str, flag: char) -> bool {
    // What follows one of these is its value.
    const WITH_VALUE: &str = "pFjZC";
    let flags = arg.strip_prefix('-').filter(|flags| !flags.starts_with('-'));
    let flags = flags.map(|flags| flags.split(|c| WITH_VALUE.contains(c)).next());
    flags.flatten().is_some_and(|flags| flags.contains(flag))
}

/// The arguments cargo reads; what follows `--` is for rustc or the program.
pub fn before_fence(args: &[OsString]) -> &[OsString] {
    args.split(|arg| arg == "--").next().unwrap_or_default()
}

/// The values of the option `name`, in each of its forms.
pub fn option_values(args: &[OsString], name: &str) -> Vec<OsString> {
    let mut values = Vec::new();
    let mut args = before_fence(args).iter();
    while let Some(arg) = args.next() {
        if arg == name {
            values.extend(args.next().cloned());
        } else if let Some(value) = joined_value(arg, name) {
            values.push(value.into());
        }
    }
    values
}

/// The value of the option `name` in the same argument: `--name=value`, `-nvalue` or `-n=value`.
fn joined_value<'a>(arg: &'a OsStr, name: &str) -> Option<&'a str> {
    let rest = arg.to_str()?.strip_prefix(name)?;
    match rest.strip_prefix('=') {
        Some(value) => Some(value),
        None => (!name.starts_with("--") && !rest.is_empty()).then_some(rest),
    }
}

/// The arguments without the option `name` and its value.
pub fn without_option(args: &[OsString], name: &str) -> Vec<OsString> {
    let end = before_fence(args).len();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < end {
        if args[at] == name {
            at += 2;
            continue;
        }
        if joined_value(&args[at], name).is_none() {
            kept.push(args[at].clone());
        }
        at += 1;
    }
    kept.extend_from_slice(&args[end..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    fn a_cargo(args: &[&str]) -> Cargo {
        let program = "cargo".into();
        Cargo { program, args: os(args), rustc: None, folder: None, config_folder: None }
    }

    #[test]
    fn option_values_stop_at_the_fence() {
        let args = os(&["--config", "a", "-r", "--config=b", "--", "--config", "c"]);
        assert_eq!(option_values(&args, "--config"), os(&["a", "b"]));
    }

    #[test]
    fn an_option_is_removed_in_both_forms() {
        let args = os(&["--target-dir", "x", "-r", "--target-dir=y", "--", "--target-dir"]);
        assert_eq!(without_option(&args, "--target-dir"), os(&["-r", "--", "--target-dir"]));
    }

    #[test]
    fn a_short_option_may_hold_its_value() {
        let args = os(&["-pa", "-r", "-p", "b", "-p=c", "--package-x"]);
        assert_eq!(option_values(&args, "-p"), os(&["a", "b", "c"]));
        assert_eq!(without_option(&args, "-p"), os(&["-r", "--package-x"]));
    }

    #[test]
    fn the_targets_are_those_of_the_arguments_or_the_configuration() {
        let targets = |args: &[&str], config: &str| {
            let cargo = a_cargo(args);
            cargo.targets(&serde_json::from_str(config).expect("a configuration"), "host")
        };
        let config = r#"{ "build": { "target": ["a", "host-tuple"] } }"#;
        assert_eq!(targets(&["--target", "x", "--target=y"], config), ["x", "y"]);
        assert_eq!(targets(&[], config), ["a", "host"]);
        assert_eq!(targets(&[], r#"{ "build": { "target": "a" } }"#), ["a"]);
        assert_eq!(targets(&[], "{}"), ["host"]);
    }

    #[test]
    fn the_profile_is_the_one_cargo_would_choose() {
        let profile = |args: &[&str]| a_cargo(args).profile();
        assert_eq!(profile(&[]), "dev");
        assert_eq!(profile(&["-r"]), "release");
        assert_eq!(profile(&["-vr"]), "release");
        assert_eq!(profile(&["-jr", "-pcore-r"]), "dev");
        assert_eq!(profile(&["--profile", "tiny"]), "tiny");
        assert_eq!(profile(&["--", "--release"]), "dev");
    }
}
