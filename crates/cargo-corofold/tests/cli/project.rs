//! A copy of the fixture, and runs of the command in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;

/// Variables that would change what the tests see.
const FOREIGN: [&str; 11] = [
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_TARGET_DIR",
    "COROFOLD",
    "COROFOLD_PLUGIN",
    "COROFOLD_WRAPPER",
    "RUSTC",
    "RUSTC_BOOTSTRAP",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// Logs a call of rustc and does it. It is chained behind the command's own wrapper.
const LOGGING_WRAPPER: &str =
    "#!/bin/sh\necho \"bootstrap=${RUSTC_BOOTSTRAP-} $*\" >> \"$0.log\"\nexec \"$@\"\n";

/// The plugin under test.
pub fn plugin() -> PathBuf {
    let path = env::var_os("COROFOLD_PLUGIN").map(PathBuf::from);
    let path = path.expect("set COROFOLD_PLUGIN to the path of libcorofold.so (`make test` does)");
    assert!(
        path.is_absolute() && path.is_file(),
        "COROFOLD_PLUGIN is no absolute path of a file: {path:?}"
    );
    path
}

/// What cargo is, according to the cargo that runs the tests.
pub fn cargo() -> Command {
    clean(Command::new(env::var_os("CARGO").expect("run by cargo")))
}

/// Without what would change what the tests see.
pub fn clean(mut command: Command) -> Command {
    FOREIGN.iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// The same, and all that it starts, ended after a minute.
pub fn bounded(command: &Command) -> Command {
    let mut bounded = Command::new("timeout");
    bounded.arg("60").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bounded.env(name, value),
            None => bounded.env_remove(name),
        };
    }
    bounded.current_dir(command.get_current_dir().expect("set"));
    bounded
}

/// What rustc prints.
pub fn rustc(args: &[&str]) -> String {
    let output = Command::new("rustc").args(args).output().expect("rustc in PATH");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

pub fn is_nightly() -> bool {
    rustc(&["--version"]).contains("-nightly")
}

/// Another copy of the command.
pub fn copy_of_the_command(path: &Path) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::copy(env!("CARGO_BIN_EXE_cargo-corofold"), path).expect("copied");
}

/// Writes a program.
pub fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("writable");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("settable");
}

pub struct Project {
    folder: TempDir,
}

impl Project {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
        for file in ["Cargo.toml", "build.rs", "src/main.rs", "mac/Cargo.toml", "mac/src/lib.rs"] {
            let to = folder.path().join(file);
            fs::create_dir_all(to.parent().expect("a parent")).expect("made");
            fs::copy(fixture.join(file), to).expect("copied");
        }
        let project = Self { folder };
        script(&project.path("logging-wrapper"), LOGGING_WRAPPER);
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the configuration that cargo finds in a folder of the project; `""` is its own.
    pub fn configure(&self, folder: &str, config: &str) {
        let folder = self.path(folder).join(".cargo");
        fs::create_dir_all(&folder).expect("made");
        fs::write(folder.join("config.toml"), config).expect("written");
    }

    /// `cargo corofold ARGS`, with the plugin under test.
    pub fn corofold(&self, args: &[&str]) -> Command {
        let mut command = clean(Command::new(env!("CARGO_BIN_EXE_cargo-corofold")));
        command
            .arg("corofold")
            .args(args)
            .current_dir(self.folder.path())
            .env("COROFOLD_PLUGIN", plugin());
        command.env("CARGO", env::var_os("CARGO").expect("run by cargo"));
        command
    }

    /// `cargo ARGS`, without the command.
    pub fn plain(&self, args: &[&str]) -> Command {
        let mut command = cargo();
        command.args(args).current_dir(self.folder.path());
        command
    }

    /// Runs `command` with the logging wrapper set, and returns the calls of rustc that compiled.
    pub fn calls(&self, mut command: Command) -> Vec<Call> {
        let log = self.path("logging-wrapper.log");
        // Nothing is logged if all is fresh.
        fs::write(&log, "").expect("writable");
        succeed(command.env("RUSTC_WRAPPER", self.path("logging-wrapper")));
        let text = fs::read_to_string(log).expect("readable");
        text.lines().filter_map(Call::parse).collect()
    }
}

/// One call of rustc.
#[derive(Debug)]
pub struct Call {
    pub crate_name: String,
    pub has_plugin: bool,
    pub has_bootstrap: bool,
}

impl Call {
    fn parse(line: &str) -> Option<Self> {
        let crate_name = line.split_once("--crate-name ")?.1.split(' ').next()?.to_owned();
        (crate_name != "___").then(|| Self {
            crate_name,
            has_plugin: line.contains("-Zllvm-plugins="),
            has_bootstrap: line.starts_with("bootstrap=1 "),
        })
    }
}

/// The names of the crates that were compiled.
pub fn names(calls: &[Call]) -> Vec<&str> {
    let mut names: Vec<_> = calls.iter().map(|call| call.crate_name.as_str()).collect();
    names.sort_unstable();
    names
}

pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{command:?}\n{}", stderr(&output));
    output
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Expects exit code 1 and an error that holds all of `parts`, and no call of cargo.
pub fn refused(command: &mut Command, parts: &[&str]) {
    let output = command.output().expect("runs");
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(told.matches("error: ").count(), 1, "{told}");
    assert!(!told.contains("Compiling") && !told.contains("panicked"), "{told}");
    for part in parts {
        assert!(told.contains(part), "no `{part}` in: {told}");
    }
}
