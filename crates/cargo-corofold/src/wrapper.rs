//! The second face of the executable: cargo's `RUSTC_WRAPPER`.
//!
//! A wrapper sees every call of rustc on its own, which RUSTFLAGS do not, so it can give the plugin
//! and RUSTC_BOOTSTRAP to the code that ends up in the program and to nothing else:
//!
//! - Compilations get both, except build scripts and proc-macros, and code at opt-level 0, where
//!   the plugin changes nothing. With no `--target` that also spares what build scripts depend on.
//! - Calls from inside a running build script pass untouched. Crates probe there for nightly
//!   features, by way of RUSTC_WRAPPER, and must not find any that are not theirs.
//! - `rustc -vV` is cargo's question for the compiler's identity. Its answer goes into every
//!   fingerprint, and the release in it into file names. The answer names the plugin and its
//!   options, so a change of either rebuilds what it must, and builds with and without the plugin
//!   keep their artifacts side by side in one target folder. (cargo hashes the whole answer into
//!   file names for a release without a pre-release part, and else the first word of that part
//!   only, so that is where the label goes.)

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{Write, stdout};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{options, status};

/// Holds the settings, as JSON. Only [`Settings::apply`] sets it, and it is what tells the wrapper
/// from the command.
const VARIABLE: &str = "COROFOLD_WRAPPER";

/// Where cargo finds its wrapper.
const WRAPPER: &str = "RUSTC_WRAPPER";

/// Whether there are settings in the environment.
pub fn is_set() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// What the command tells its wrapper.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The plugin to load; none to compile in the same way without it.
    pub plugin: Option<PathBuf>,
    /// Options of the plugin. The wrapper sets the variable, so that no configuration of cargo can
    /// fill in another value, which `identity` would not know of.
    #[serde(default)]
    pub options: String,
    /// Arguments that rustc gets besides.
    pub added: Vec<String>,
    /// Whether this rustc accepts `-Z` only with RUSTC_BOOTSTRAP.
    pub bootstrap: bool,
    /// Whether the plugin also works at opt-level 0.
    pub force: bool,
    /// Whether to say of programs that they are built at opt-level 0.
    #[serde(default)]
    pub warns: bool,
    /// Keeps file names apart, see the module's documentation. Letters, digits and hyphens.
    pub label: String,
    /// Keeps fingerprints apart.
    pub identity: String,
    /// The wrapper that was set before.
    pub next: Option<OsString>,
    /// A wrapper with these settings is at work further up: there is nothing left to do. Should
    /// `next` lead back here, by whatever name, that ends it.
    #[serde(default)]
    pub is_done: bool,
}

/// What to do with one call.
#[derive(Debug, PartialEq, Eq)]
enum Action {
    PassThrough,
    /// A program at opt-level 0: the plugin does nothing there.
    NotOptimised,
    /// Answer cargo's question for the identity of rustc.
    Identify,
    /// Compile, with these arguments added.
    Compile {
        added: Vec<OsString>,
        bootstrap: bool,
    },
}

impl Settings {
    /// The settings, if this process is to be a wrapper.
    ///
    /// The environment also reaches programs started by `cargo corofold run` and `test`. Should one
    /// of them call `cargo corofold`, the subcommand's name is the first argument, where a wrapper
    /// has a rustc.
    pub fn from_env(args: &[OsString]) -> Result<Option<Self>> {
        if args.get(1).is_none_or(|arg| arg == "corofold") {
            return Ok(None);
        }
        Self::inherited()
    }

    /// The settings of the `cargo corofold` further up, if there is one.
    fn inherited() -> Result<Option<Self>> {
        let Some(json) = env::var_os(VARIABLE) else {
            return Ok(None);
        };
        let json = json.to_str().with_context(|| format!("{VARIABLE} holds no UTF-8"))?;
        serde_json::from_str(json)
            .with_context(|| format!("{VARIABLE} is set, but not by `cargo corofold`"))
            .map(Some)
    }

    /// Makes `cargo` use this executable as its wrapper.
    pub fn apply(&self, cargo: &mut Command) -> Result<()> {
        cargo
            .env(VARIABLE, serde_json::to_string(self)?)
            .env(WRAPPER, env::current_exe().context("cannot find this executable")?)
            // cargo keeps rustc's identity in a file and would not ask again.
            .env("CARGO_CACHE_RUSTC_INFO", "0");
        Ok(())
    }

    /// The same for a wrapper further down.
    fn done(&self) -> Self {
        Self { next: None, is_done: true, ..self.clone() }
    }

    /// `args` start with the rustc to call, as cargo wants it.
    fn action(&self, args: &[String], around: Surroundings) -> Action {
        if around.in_build_script || self.is_done {
            return Action::PassThrough;
        }
        let call = Call { names_binary: around.names_binary, ..Call::parse(args) };
        match call.crate_name {
            None if args.last().is_some_and(|arg| arg == "-vV") => Action::Identify,
            Some(_) if call.is_for_the_program() && (self.force || call.optimizes) => {
                self.compile()
            }
            Some(_) if self.warns && call.is_program() => Action::NotOptimised,
            _ => Action::PassThrough,
        }
    }

    fn compile(&self) -> Action {
        let load = |plugin: &PathBuf| {
            let mut option = OsString::from("-Zllvm-plugins=");
            option.push(plugin);
            option
        };
        let added = self.added.iter().map(OsString::from);
        Action::Compile {
            added: self.plugin.iter().map(load).chain(added).collect(),
            bootstrap: self.bootstrap,
        }
    }

    /// rustc's answer to `-vV`, with the plugin in it.
    fn identify(&self, answer: &str) -> String {
        let mut text = String::new();
        for line in answer.lines() {
            match line.strip_prefix("release: ") {
                Some(release) => {
                    let number = release.split('-').next().unwrap_or(release);
                    text.push_str(&format!("release: {number}-{}\n", self.label));
                }
                None => text.push_str(&format!("{line}\n")),
            }
        }
        text + &format!("corofold: {}\n", self.identity)
    }
}

/// The wrapper that cargo would have used without this command; `configured` is what its
/// configuration says. An empty RUSTC_WRAPPER means none.
///
/// # Errors
/// Settings that cannot be read.
pub fn before_us(configured: impl FnOnce() -> Option<OsString>) -> Result<Option<OsString>> {
    let Some(wrapper) = env::var_os(WRAPPER) else {
        return Ok(configured());
    };
    let exe = env::current_exe().unwrap_or_default();
    match Settings::inherited()? {
        Some(outer) if is_ours(&wrapper, &exe) => Ok(outer.next),
        _ => Ok(Some(wrapper).filter(|wrapper| !wrapper.is_empty())),
    }
}

/// Whether a wrapper is this command, which `exe` is. It may be another copy of it, but that has
/// one of its names.
fn is_ours(wrapper: &OsStr, exe: &Path) -> bool {
    let name = Path::new(wrapper).file_name();
    let usual = || name.is_some_and(|name| name == "cargo-corofold" || name == "corofold");
    name.is_some() && (name == exe.file_name() || usual())
}

/// The parts of a rustc command line that matter here.
#[derive(Default)]
struct Call<'a> {
    crate_name: Option<&'a str>,
    crate_types: Vec<&'a str>,
    optimizes: bool,
    /// A program that runs the tests in the crate.
    is_test: bool,
    /// See [`Surroundings::names_binary`].
    names_binary: bool,
}

/// What the environment says of a call.
#[derive(Clone, Copy, Default)]
struct Surroundings {
    /// See [`in_build_script`].
    in_build_script: bool,
    /// Whether cargo says that it compiles a program or an example, and so no build script, whatever
    /// its name is.
    names_binary: bool,
}

impl Surroundings {
    fn of(is_set: impl Fn(&str) -> bool) -> Self {
        Self { names_binary: is_set("CARGO_BIN_NAME"), in_build_script: in_build_script(is_set) }
    }
}

impl<'a> Call<'a> {
    fn parse(args: &'a [String]) -> Self {
        let mut call = Self::default();
        let mut args = args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            match arg {
                "--crate-name" => call.crate_name = args.next(),
                "--crate-type" => call.crate_types.extend(args.next()),
                "-C" | "--codegen" => call.codegen(args.next().unwrap_or_default()),
                "-O" => call.optimizes = true,
                "--test" => call.is_test = true,
                _ => call.joined(arg),
            }
        }
        call
    }

    /// An option that holds its value.
    fn joined(&mut self, arg: &'a str) {
        if let Some(name) = arg.strip_prefix("--crate-name=") {
            self.crate_name = Some(name);
        } else if let Some(kind) = arg.strip_prefix("--crate-type=") {
            self.crate_types.push(kind);
        } else if let Some(option) =
            arg.strip_prefix("--codegen=").or_else(|| arg.strip_prefix("-C"))
        {
            self.codegen(option);
        }
    }

    fn codegen(&mut self, option: &str) {
        if let Some(level) = option.strip_prefix("opt-level=") {
            self.optimizes = level != "0";
        }
    }

    fn is_program(&self) -> bool {
        self.is_for_the_program() && (self.is_test || self.crate_types == ["bin"])
    }

    fn is_for_the_program(&self) -> bool {
        // cargo asks for file names and cfgs with this name.
        let is_question = self.crate_name == Some("___");
        let is_build_script = self.crate_types == ["bin"]
            && !self.names_binary
            && self.crate_name.is_some_and(|name| name.starts_with("build_script_"));
        !is_question && !is_build_script && !self.crate_types.contains(&"proc-macro")
    }
}

/// Whether a build script is running: cargo sets all of these for build scripts, and none of them
/// for rustc. A single one may come from elsewhere, such as a build script's `rustc-env`.
fn in_build_script(is_set: impl Fn(&str) -> bool) -> bool {
    ["HOST", "TARGET", "NUM_JOBS", "OPT_LEVEL", "PROFILE", "RUSTC", "OUT_DIR"]
        .into_iter()
        .all(is_set)
}

/// Does one call of rustc. `args` are the compiler and its arguments.
pub fn run(settings: &Settings, args: &[OsString]) -> Result<ExitCode> {
    let around = Surroundings::of(|name| env::var_os(name).is_some());
    let action = settings.action(&expanded(&args[1..])?, around);
    let mut words = settings.next.iter().chain(args);
    let program = words.next().context("the wrapper needs a rustc to call")?;
    let mut command = Command::new(program);
    command.args(words).env(VARIABLE, serde_json::to_string(&settings.done())?);
    match action {
        Action::PassThrough => replace(command),
        Action::NotOptimised => {
            status::note(
                "this is built at opt-level 0, where the plugin does nothing; pass --release or \
                 --profile, or `force` to --corofold",
            );
            replace(command)
        }
        Action::Identify => identify(settings, command),
        Action::Compile { added, bootstrap } => {
            command.args(added).env(options::VARIABLE, &settings.options);
            if bootstrap {
                command.env("RUSTC_BOOTSTRAP", "1");
            }
            replace(command)
        }
    }
}

/// The arguments as text, with `@path` files (cargo's way out of too long a line) read in.
fn expanded(args: &[OsString]) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for arg in args.iter().map(|arg| arg.to_string_lossy()) {
        match arg.strip_prefix('@') {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read `{path}`"))?;
                words.extend(text.lines().map(str::to_owned));
            }
            None => words.push(arg.into_owned()),
        }
    }
    Ok(words)
}

fn identify(settings: &Settings, mut command: Command) -> Result<ExitCode> {
    let output = command.stderr(Stdio::inherit()).output();
    let output =
        output.with_context(|| format!("cannot run `{}`", command.get_program().display()))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    stdout().write_all(settings.identify(&answer).as_bytes())?;
    Ok(exit_code(output.status))
}

/// Becomes `command`, so that signals and exit codes are its own.
pub fn replace(mut command: Command) -> Result<ExitCode> {
    let error = command.exec();
    Err(error).with_context(|| format!("cannot run `{}`", command.get_program().display()))
}

/// The exit code a shell would give.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            plugin: Some("/p/libcorofold.so".into()),
            options: "proved".into(),
            added: Vec::new(),
            bootstrap: true,
            force: false,
            warns: false,
            label: "corofold-ab12".into(),
            identity: "ab12".into(),
            next: None,
            is_done: false,
        }
    }

    fn action(settings: &Settings, line: &str) -> Action {
        let args: Vec<_> = line.split(' ').map(str::to_owned).collect();
        settings.action(&args, Surroundings::default())
    }

    fn with_plugin() -> Action {
        Action::Compile { added: vec!["-Zllvm-plugins=/p/libcorofold.so".into()], bootstrap: true }
    }

    #[test]
    fn program_code_gets_the_plugin() {
        for line in [
            "--crate-name app --crate-type bin --emit=dep-info,link -C opt-level=3",
            "--crate-name lib --crate-type lib -Copt-level=s",
            "--crate-name=lib --crate-type=cdylib --codegen=opt-level=z",
            "--crate-name app --test -O",
            // A library may be called like a build script.
            "--crate-name build_script_tools --crate-type lib --codegen opt-level=1",
        ] {
            assert_eq!(action(&settings(), line), with_plugin(), "{line}");
        }
    }

    #[test]
    fn everything_else_does_not() {
        for line in [
            "--crate-name build_script_build --crate-type bin -C opt-level=3",
            "--crate-name build_script_main --crate-type bin -C opt-level=3",
            "--crate-name mac --crate-type proc-macro -C opt-level=3",
            "--crate-name ___ --print=file-names --crate-type bin -C opt-level=3",
            "--crate-name app --crate-type bin",
            "--crate-name app --crate-type bin -C opt-level=3 -C opt-level=0",
            "--print cfg",
        ] {
            assert_eq!(action(&settings(), line), Action::PassThrough, "{line}");
        }
    }

    #[test]
    fn programs_without_optimisation_are_told() {
        let settings = Settings { warns: true, ..settings() };
        for line in ["--crate-name app --crate-type bin", "--crate-name app --test -Copt-level=0"] {
            assert_eq!(action(&settings, line), Action::NotOptimised, "{line}");
        }
        for line in
            ["--crate-name app --crate-type lib", "--crate-name build_script_b --crate-type bin"]
        {
            assert_eq!(action(&settings, line), Action::PassThrough, "{line}");
        }
    }

    #[test]
    fn force_reaches_level_zero_but_no_build_script() {
        let settings = Settings { force: true, ..settings() };
        assert_eq!(action(&settings, "--crate-name app --crate-type bin"), with_plugin());
        let script = "--crate-name build_script_build --crate-type bin";
        assert_eq!(action(&settings, script), Action::PassThrough);
    }

    #[test]
    fn without_a_plugin_all_else_is_the_same() {
        let settings = Settings { plugin: None, ..settings() };
        let compile = Action::Compile { added: Vec::new(), bootstrap: true };
        assert_eq!(action(&settings, "--crate-name app -O"), compile);
        assert_eq!(action(&settings, "-vV"), Action::Identify);
    }

    #[test]
    fn arguments_are_added_to_compilations_only() {
        let settings = Settings { added: vec!["-Cdebuginfo=2".to_owned()], ..settings() };
        let Action::Compile { added, .. } = action(&settings, "--crate-name app -O") else {
            panic!("not compiled");
        };
        assert_eq!(added, ["-Zllvm-plugins=/p/libcorofold.so", "-Cdebuginfo=2"]);
        assert_eq!(action(&settings, "--crate-name app --print cfg"), Action::PassThrough);
    }

    #[test]
    fn build_scripts_find_the_compiler_as_it_is() {
        let args = ["--crate-name", "probe", "-O"].map(str::to_owned);
        let around = Surroundings { in_build_script: true, ..Surroundings::default() };
        assert_eq!(settings().action(&args, around), Action::PassThrough);
        assert_eq!(settings().action(&["-vV".to_owned()], around), Action::PassThrough);
    }

    #[test]
    fn a_program_may_be_called_like_a_build_script() {
        let line = "--crate-name build_script_run --crate-type bin -O";
        let args: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let around = Surroundings::of(|name| name == "CARGO_BIN_NAME");
        assert_eq!(settings().action(&args, around), with_plugin());
    }

    #[test]
    fn what_a_wrapper_further_up_did_is_not_done_twice() {
        let settings = Settings { next: Some("sccache".into()), ..settings() }.done();
        assert_eq!(settings.next, None);
        for line in ["-vV", "--crate-name app -O"] {
            assert_eq!(action(&settings, line), Action::PassThrough, "{line}");
        }
    }

    #[test]
    fn other_copies_of_the_command_are_recognised() {
        let is_ours = |wrapper: &str| is_ours(wrapper.as_ref(), Path::new("/a/corofold-2"));
        assert!(is_ours("/a/corofold-2") && is_ours("/b/cargo-corofold") && is_ours("corofold"));
        assert!(!is_ours("sccache") && !is_ours("/cargo-corofold/sccache") && !is_ours(""));
    }

    #[test]
    fn one_variable_does_not_make_a_build_script() {
        assert!(in_build_script(|_| true));
        assert!(!in_build_script(|name| name == "TARGET" || name == "OUT_DIR"));
    }

    #[test]
    fn the_identity_names_plugin_and_options() {
        for release in ["1.95.0", "1.97.0-nightly"] {
            let answer =
                format!("rustc {release}\nhost: x86_64-unknown-linux-gnu\nrelease: {release}\n");
            let number = release.split('-').next().expect("a number");
            let told = format!(
                "rustc {release}\nhost: x86_64-unknown-linux-gnu\nrelease: {number}-corofold-ab12\ncorofold: ab12\n"
            );
            assert_eq!(settings().identify(&answer), told);
        }
    }

    #[test]
    fn argument_files_are_read() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "--crate-name\napp\n-Copt-level=3\n").expect("written");
        let args = [OsString::from(format!("@{}", file.path().display()))];
        let args = expanded(&args).expect("readable");
        assert_eq!(settings().action(&args, Surroundings::default()), with_plugin());
    }

    #[test]
    fn settings_survive_the_environment() {
        let json = serde_json::to_string(&settings()).expect("serializable");
        assert_eq!(serde_json::from_str::<Settings>(&json).expect("valid"), settings());
    }
}
