//! The command line, apart from the work.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::wrapper;

/// The colours of cargo's own help.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightGreen.on_default().bold())
    .usage(AnsiColor::BrightGreen.on_default().bold())
    .literal(AnsiColor::BrightCyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// cargo calls `cargo-corofold corofold ...`, so the parser sits one level up.
#[derive(Parser, Debug)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES)]
pub enum Cargo {
    /// Build async Rust with the corofold LLVM pass plugin
    Corofold(Opts),
}

impl From<Cargo> for Opts {
    fn from(Cargo::Corofold(opts): Cargo) -> Self {
        opts
    }
}

/// Build async Rust with the corofold LLVM pass plugin, and measure what it saves
#[derive(Args, Debug)]
#[command(
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = words() + "\
Arguments that are not explained here mean what they mean to cargo, and are passed on to it.

Examples:
  cargo corofold build --release
  cargo +nightly corofold build --release --target thumbv7em-none-eabihf
  cargo corofold --corofold only=pending run --release -- --port 8080
  cargo corofold size --release --top 20
  cargo corofold report --release
  cargo corofold doctor"
)]
pub struct Opts {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// What each word of COROFOLD does.
fn words() -> String {
    let words = corofold_options::WORDS.map(|(word, does)| format!("  {word:<15} {does}\n"));
    let names = corofold_options::transformation_names();
    format!("Words of --corofold and COROFOLD; NAME is one of {names}:\n{}\n", words.concat())
}

fn transformations() -> PossibleValuesParser {
    let all = corofold_options::TRANSFORMATIONS;
    PossibleValuesParser::new(all.map(|(name, does)| PossibleValue::new(name).help(does)))
}

/// What every subcommand takes.
#[derive(Args, Debug, Clone, Default)]
pub struct Common {
    /// The plugin to load [env: COROFOLD_PLUGIN] [default: libcorofold.so beside this executable,
    /// or in ../lib]
    #[arg(long, global = true, value_name = "PATH")]
    #[arg(help_heading = "Corofold options")]
    pub plugin: Option<PathBuf>,

    /// Options of the plugin, a comma list such as `proved,report=out` [env: COROFOLD]
    #[arg(long, global = true, value_name = "OPTIONS")]
    #[arg(help_heading = "Corofold options")]
    pub corofold: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run `cargo build` with the plugin
    #[command(visible_alias = "b")]
    #[command(after_help = "\
Example:
  cargo corofold build --release --target thumbv7em-none-eabihf -p firmware")]
    Build(CargoArgs),
    /// Run `cargo run` with the plugin
    #[command(visible_alias = "r")]
    #[command(after_help = "Example:\n  cargo corofold run --release --bin server -- --port 8080")]
    Run(CargoArgs),
    /// Run `cargo test` with the plugin
    #[command(visible_alias = "t")]
    #[command(after_help = "Example:\n  cargo corofold test --release -- --nocapture")]
    Test(CargoArgs),
    /// Run `cargo bench` with the plugin
    #[command(after_help = "Example:\n  cargo corofold bench --bench parse")]
    Bench(CargoArgs),
    /// Run `cargo rustc` with the plugin
    #[command(after_help = "Example:\n  cargo corofold rustc --release -- --emit=llvm-ir")]
    Rustc(CargoArgs),
    /// Run `cargo install` with the plugin
    #[command(after_help = "\
What cargo's configuration says counts as it does for `cargo install`: that of the package given by
`--path`, else of the user, and not that of the current folder.

Examples:
  cargo corofold install --locked mini-redis
  cargo corofold install --path server")]
    Install(CargoArgs),
    /// Build with and without the plugin, and compare the sizes
    Size(SizeArgs),
    /// Say what each future costs, why, and what can be saved
    Report(ReportArgs),
    /// Fail where a future is too large, has grown, or can still panic when it is resumed
    Check(CheckArgs),
    /// Compare what is left to save with other flags of rustc, or with another toolchain
    Crosscheck(CrosscheckArgs),
    /// Try transformations on IR, and show what they change
    Opt(OptArgs),
    /// Print the RUSTFLAGS and the environment for use without this command
    Flags(FlagsArgs),
    /// Check that this toolchain can load the plugin, and say what to do if not
    #[command(after_help = "\
Example:
  cargo +nightly corofold doctor

The exit code is 1 when the plugin cannot be used.")]
    Doctor,
    /// Write a manual page for each command
    #[command(hide = true)]
    Man(ManArgs),
}

#[derive(Args, Debug)]
pub struct CargoArgs {
    /// Arguments for cargo
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO ARGS")]
    pub cargo: Vec<OsString>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Both builds go to folders of their own below the target folder, `corofold/base` and
`corofold/with`. Stripping is turned off there, since counting needs the symbols; that changes
no loaded byte.

  text            executable sections
  rodata          loaded sections that are neither written nor run
  data            writable sections that take room in the file (so not .bss)
  resumed panics  places that call core's \"`async fn` resumed after completion\" panics;
                  `>= 1` or `unknown` where the file does not allow counting

Examples:
  cargo corofold size --release
  cargo corofold size --release --bin server --top 20
  cargo corofold size --release --message-format json")]
pub struct SizeArgs {
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub message_format: Format,

    /// Also list the N functions whose size changed most (0 = all)
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,

    #[command(flatten)]
    pub cargo: CargoArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Builds with the plugin changing nothing, then with the plugin at work, into folders of their own
below the target folder, `corofold/report`. Both builds have debug information, which changes the
code of no future, and are not stripped.

The first lines say which future costs most, and why. Then comes a row for each future:

  code      bytes of machine code, also where they were inlined into other functions
  %         of all code of the program
  poll      bytes of the body
  drop      bytes of the drop glue
  frame     bytes of the future in memory, with those it awaits
  states    awaits at which it can be suspended
  panics    panics for polls after completion
  saves     bytes of code that the plugin would save
  findings  the first kind of finding, and how many kinds more

Examples:
  cargo corofold report --release
  cargo corofold report --release -p server --filter '^server::' --findings 0
  cargo corofold report --release --html report.html
  cargo corofold report --release --message-format sarif > corofold.sarif")]
pub struct ReportArgs {
    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT")]
    pub message_format: ReportFormat,

    /// Also write a page for the browser: one file that loads nothing
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// List the N largest futures (0 = all)
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,

    /// Show the N most worthwhile findings (0 = all)
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub findings: usize,

    /// Only futures whose path matches
    #[arg(long, value_name = "REGEX")]
    pub filter: Option<String>,

    /// Build once: do not work out what the plugin would save and which states are equal
    #[arg(long)]
    pub quick: bool,

    /// Print the JSON schema of `--message-format json`, and build nothing
    #[arg(long)]
    pub schema: bool,

    #[command(flatten)]
    pub cargo: CargoArgs,
}

/// Formats of `report`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// A table, and findings with their source
    Human,
    /// For programs: one object, see `--schema`
    Json,
    /// For code scanning: the findings as SARIF 2.1.0
    Sarif,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Builds as `cargo corofold report` does, and looks at the build with the plugin. The exit code is 1
when a check fails.

Examples:
  cargo corofold check --release --deny resumed-panic
  cargo corofold check --release --max-frame 1024 --max-poll 4096
  cargo corofold check --release --save futures.json
  cargo corofold check --release --baseline futures.json --max-growth 64")]
pub struct CheckArgs {
    /// Fail if this is left in the linked file
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Vec<Denied>,

    /// Fail if a future takes more than N bytes of memory
    #[arg(long, value_name = "N")]
    pub max_frame: Option<u64>,

    /// Fail if the poll of a future has more than N bytes of code
    #[arg(long, value_name = "N")]
    pub max_poll: Option<u64>,

    /// Fail if something grew since this file was saved
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Let everything grow by N bytes
    #[arg(long, value_name = "N", default_value_t = 0, requires = "baseline")]
    pub max_growth: u64,

    /// Save the sizes, if nothing failed
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    #[command(flatten)]
    pub cargo: CargoArgs,
}

impl CheckArgs {
    /// Is there anything to check or to save?
    pub fn asks_for_something(&self) -> bool {
        let limits = self.max_frame.is_some() || self.max_poll.is_some();
        limits || !self.deny.is_empty() || self.baseline.is_some() || self.save.is_some()
    }
}

/// What `check` can look for.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Calls of the panic for polls after completion
    ResumedPanic,
}

/// Formats of `size` and `crosscheck`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people
    Table,
    /// For programs: one object, kebab-case keys, bytes
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Works on a module of LLVM IR, FILE.ll or FILE.bc, or on a crate: then the other arguments are
those of `cargo rustc`, with several `-p` if you like, and rustc's IR is taken as it is before any
pass of LLVM, in one module. LLVM's `opt` does the work, and its verifier runs after each
transformation.

The words of `--corofold` hold here too. Without `--diff`, `--print-model` and `-o` the resulting
IR is printed. `--diff` leaves out debug information and the numbers of metadata and attributes,
and gives each value a name, so that what looks different is different.

Examples:
  cargo corofold opt idea.ll --only fold,flatten --diff
  cargo corofold opt --release -p server --lib --print-model
  cargo corofold opt --release --bin firmware --diff --filter framing
  cargo corofold --corofold proved opt idea.ll -o idea.out.ll")]
pub struct OptArgs {
    /// Run these transformations and no other
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    #[arg(value_parser = transformations())]
    pub only: Vec<String>,

    /// Show each function that changed, before and after
    #[arg(long)]
    pub diff: bool,

    /// With `--diff`: only functions whose path matches
    #[arg(long, value_name = "REGEX", requires = "diff")]
    pub filter: Option<String>,

    /// Print the coroutines that are recognised, before any change
    #[arg(long)]
    pub print_model: bool,

    /// Write the resulting IR: bitcode to FILE.bc, else text
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// A module of IR, FILE.ll or FILE.bc, or arguments for `cargo rustc`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FILE | CARGO ARGS")]
    pub input: Vec<OsString>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
What follows `--` goes to rustc, for the crates of the program. A is the build without these flags,
B the one with them; with `--toolchain-b` B has another rustc as well. Each is built as `report`
does it, without changes of the plugin and with them, into folders of their own below the target
folder, `corofold/crosscheck`. What comes precompiled, such as std, is the same in both.

  left A   findings of this kind in A
  left B   findings of this kind in B
  saves A  bytes of code that the plugin saves on the futures concerned, in A
  saves B  the same in B; a future with findings of several kinds counts in each row
  upstream what of rustc would find it: a flag, a pull request of rust-lang/rust, a project goal

Examples:
  cargo corofold crosscheck --release -- -Zmir-opt-level=4
  cargo corofold crosscheck --release --verbose -- -Zmir-enable-passes=+JumpThreading
  cargo corofold crosscheck --release --toolchain-b nightly
  cargo corofold crosscheck --release --emit-ir ir --reduce cases -- -Zasync-panic=false")]
pub struct CrosscheckArgs {
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub message_format: Format,

    /// Also a row for each future that has something left
    #[arg(long)]
    pub verbose: bool,

    /// The rustc of B: a toolchain of rustup, or the path of a rustc
    #[arg(long, value_name = "TOOLCHAIN")]
    pub toolchain_b: Option<OsString>,

    /// Write the IR of these futures, before and after the plugin, into this folder
    #[arg(long, value_name = "DIR")]
    pub emit_ir: Option<PathBuf>,

    /// Write a small program for each kind that A leaves, checked to show it, into this folder
    #[arg(long, value_name = "DIR")]
    pub reduce: Option<PathBuf>,

    /// Print the JSON schema of `--message-format json`, and build nothing
    #[arg(long)]
    pub schema: bool,

    #[command(flatten)]
    pub cargo: CargoArgs,
}

#[derive(Args, Debug)]
pub struct ManArgs {
    /// The folder to write to
    pub folder: PathBuf,
}

#[derive(Args, Debug)]
#[command(after_help = "\
cargo takes flags from one place only: CARGO_ENCODED_RUSTFLAGS, else RUSTFLAGS, else
`target.*.rustflags`, else `build.rustflags`. What is printed has the flags that you use now, where
it would hide them.

Examples:
  eval \"$(cargo corofold flags)\" && cargo build --release --target x86_64-unknown-linux-gnu
  cargo corofold flags --format toml >> .cargo/config.toml
  cargo corofold flags --format github >> \"$GITHUB_ENV\"")]
pub struct FlagsArgs {
    /// What to print the flags for
    #[arg(long, value_enum, default_value_t = FlagsFormat::Shell)]
    pub format: FlagsFormat,

    /// The target that will be built, whose flags count [default: that of the configuration, else
    /// the host]
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<OsString>,
}

/// Formats of `flags`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagsFormat {
    /// `export` lines for sh
    Shell,
    /// Tables for `.cargo/config.toml`
    Toml,
    /// Lines for the file `$GITHUB_ENV`
    Github,
}

/// Whether the executable was called by hand, as `cargo-corofold build` or `corofold build`, and not
/// by cargo, which puts `corofold` first.
pub fn is_called_without_cargo() -> bool {
    let args: Vec<_> = env::args_os().collect();
    is_by_hand(&args, wrapper::is_set())
}

/// In the environment of a wrapper (`is_wrapper`) the first argument is a rustc, unless it is an
/// option or a subcommand. One subcommand is called `rustc` too; there cargo goes first.
fn is_by_hand(args: &[OsString], is_wrapper: bool) -> bool {
    let Some(first) = args.get(1) else { return true };
    let is_subcommand = || {
        let root = Cargo::command();
        let corofold = root.find_subcommand("corofold");
        first != "rustc" && corofold.is_some_and(|c| c.find_subcommand(first).is_some())
    };
    first != "corofold"
        && (!is_wrapper || first.as_encoded_bytes().starts_with(b"-") || is_subcommand())
}

/// `+nightly` is for rustup, which is what `cargo` is, and not for cargo's subcommands.
///
/// # Errors
/// The toolchain in the place of the subcommand, with the right one in the text.
pub fn check_toolchain(args: &[OsString]) -> Result<()> {
    let Some(toolchain) = args.get(2).filter(|arg| arg.as_encoded_bytes().starts_with(b"+")) else {
        return Ok(());
    };
    let others: Vec<_> = args[3..].iter().map(|arg| format!(" {}", arg.display())).collect();
    let toolchain = toolchain.display();
    bail!("a toolchain goes before `corofold`: `cargo {toolchain} corofold{}`", others.concat())
}

/// Moves this command's own options in front of cargo's and fences the latter off with `--`.
///
/// So `cargo corofold size --release --top 5` works in any order, while every other argument,
/// and all that follow a `--`, reach cargo as they are.
pub fn own_options_first(args: &[OsString]) -> Vec<OsString> {
    let root = Cargo::command();
    let Some((at, sub)) = find_subcommand(&root, args) else {
        return args.to_vec();
    };
    if !sub.get_arguments().any(|arg| arg.is_trailing_var_arg_set()) {
        return args.to_vec();
    }
    let mut own = args[..=at].to_vec();
    let mut rest = Vec::new();
    let mut tail = args[at + 1..].iter();
    while let Some(arg) = tail.next() {
        let is_positional = || !arg.as_encoded_bytes().starts_with(b"-");
        if arg == "--" {
            rest.push(arg.clone());
            rest.extend(tail.by_ref().cloned());
        } else if sub.get_name() == "run" && is_positional() {
            // cargo gives it and all that follows to the program.
            rest.extend(["--".into(), arg.clone()]);
            rest.extend(tail.by_ref().cloned());
        } else if sub.get_name() == "run" && takes_value_in_run(arg) {
            rest.push(arg.clone());
            rest.extend(tail.by_ref().take(1).cloned());
        } else if let Some(takes_value) = own_option(sub, &root, arg) {
            own.push(arg.clone());
            own.extend(tail.by_ref().take(usize::from(takes_value)).cloned());
        } else {
            rest.push(arg.clone());
        }
    }
    own.push("--".into());
    own.extend(rest);
    own
}

/// Is the next argument the value of this option of `cargo run`?
fn takes_value_in_run(arg: &OsStr) -> bool {
    const OPTIONS: &str = "-p --package -j --jobs -F --features --bin --example --profile --target \
                           --target-dir --manifest-path --lockfile-path --message-format --color \
                           --config -Z -C";
    arg.to_str().is_some_and(|arg| OPTIONS.split(' ').any(|option| option == arg))
}

/// Where the subcommand's name is in `args`, and its definition.
fn find_subcommand<'a>(
    root: &'a clap::Command,
    args: &[OsString],
) -> Option<(usize, &'a clap::Command)> {
    let corofold = root.find_subcommand("corofold")?;
    // 0 is the executable and 1 is `corofold`.
    let mut at = 2;
    while at < args.len() {
        match own_option(corofold, root, &args[at]) {
            Some(takes_value) => at += 1 + usize::from(takes_value),
            None => return Some((at, corofold.find_subcommand(&args[at])?)),
        }
    }
    None
}

/// If `arg` is an option of ours: whether the next argument is its value.
fn own_option(sub: &clap::Command, root: &clap::Command, arg: &OsStr) -> Option<bool> {
    let arg = arg.to_str()?;
    if matches!(arg, "-h" | "--help") {
        return Some(false);
    }
    let common = root.find_subcommand("corofold")?.get_arguments().filter(|a| a.is_global_set());
    let mut options = sub.get_arguments().chain(common);
    let Some(long) = arg.strip_prefix("--") else {
        let short = arg.strip_prefix('-')?;
        let option = options.find(|a| a.get_short().is_some_and(|c| short.starts_with(c)))?;
        let takes_value = option.get_action().takes_values();
        let is_alone = short.chars().count() == 1;
        // A value may stand in the same argument.
        return (is_alone || takes_value).then_some(takes_value && is_alone);
    };
    let name = long.split_once('=').map_or(long, |(name, _)| name);
    let option = options.find(|a| a.get_long() == Some(name))?;
    Some(option.get_action().takes_values() && !long.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    fn parse(args: &[&str]) -> Opts {
        Cargo::try_parse_from(own_options_first(&os(args))).expect("valid command line").into()
    }

    #[test]
    fn what_follows_a_positional_of_run_is_for_the_program() {
        let moved = |args: &[&str]| own_options_first(&os(args));
        let of_program = moved(&["c", "corofold", "run", "-p", "a", "-r", "serve", "--help", "-q"]);
        let expected =
            ["c", "corofold", "run", "--", "-p", "a", "-r", "--", "serve", "--help", "-q"];
        assert_eq!(of_program, os(&expected));
        let ours = moved(&["c", "corofold", "run", "--bin", "b", "--plugin", "p", "--", "x"]);
        assert_eq!(
            ours,
            os(&["c", "corofold", "run", "--plugin", "p", "--", "--bin", "b", "--", "x"])
        );
    }

    #[test]
    fn a_short_option_of_ours_may_hold_its_value() {
        let args = own_options_first(&os(&["c", "corofold", "opt", "x.ll", "-oout.ll"]));
        assert_eq!(args, os(&["c", "corofold", "opt", "-oout.ll", "--", "x.ll"]));
    }

    #[test]
    fn definition_is_consistent() {
        Cargo::command().debug_assert();
    }

    #[test]
    fn commands_options_and_values_are_explained_and_commands_shown() {
        let root = Cargo::command();
        let corofold = root.find_subcommand("corofold").expect("the command");
        for sub in corofold.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let name = sub.get_name();
            assert!(sub.get_about().is_some(), "{name}");
            let shown = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            let is_call = |line: &str| line.contains("corofold ") && line.contains(name);
            assert!(shown.lines().any(is_call), "no example of {name}: {shown}");
            for arg in sub.get_arguments() {
                let id = arg.get_id();
                assert!(arg.get_help().is_some(), "{name} {id}");
                let values = arg.get_possible_values();
                let takes_values = arg.get_action().takes_values();
                assert!(
                    !takes_values || values.iter().all(|value| value.get_help().is_some()),
                    "{name} {id}"
                );
            }
        }
    }

    #[test]
    fn calls_by_hand_are_told_from_those_of_cargo() {
        let by_hand = |args: &[&str]| is_by_hand(&os(args), false);
        assert!(by_hand(&["cargo-corofold"]) && by_hand(&["cargo-corofold", "--help"]));
        assert!(by_hand(&["cargo-corofold", "rustc"]) && by_hand(&["x/corofold", "opt", "a.ll"]));
        assert!(!by_hand(&["cargo-corofold", "corofold", "build"]));
    }

    #[test]
    fn calls_by_hand_are_told_from_those_of_a_wrapper() {
        let by_hand = |first: &str| is_by_hand(&os(&["cargo-corofold", first]), true);
        assert!(by_hand("build") && by_hand("b") && by_hand("--help"));
        assert!(!by_hand("rustc") && !by_hand("/usr/bin/rustc") && !by_hand("corofold"));
    }

    #[test]
    fn a_misplaced_toolchain_is_told_with_the_right_line() {
        let line = os(&["x", "corofold", "+nightly", "build", "--release"]);
        let error = check_toolchain(&line).expect_err("misplaced").to_string();
        assert!(error.ends_with("`cargo +nightly corofold build --release`"), "{error}");
        check_toolchain(&os(&["x", "corofold", "run", "--", "+5"])).expect("of the program");
    }

    #[test]
    fn cargos_short_names_are_known() {
        let opts = parse(&["x", "corofold", "b", "--release"]);
        let Command::Build(args) = opts.command else { panic!("not build: {opts:?}") };
        assert_eq!(args.cargo, os(&["--release"]));
        assert!(matches!(parse(&["x", "corofold", "r"]).command, Command::Run(_)));
        assert!(matches!(parse(&["x", "corofold", "t", "-q"]).command, Command::Test(_)));
    }

    #[test]
    fn cargo_arguments_pass_through_untouched() {
        let opts =
            parse(&["x", "corofold", "test", "--release", "-p", "a", "--", "--", "--plugin"]);
        let Command::Test(args) = opts.command else { panic!("not test: {opts:?}") };
        assert_eq!(args.cargo, os(&["--release", "-p", "a", "--", "--", "--plugin"]));
    }

    #[test]
    fn a_leading_double_dash_reaches_cargo() {
        let opts = parse(&["x", "corofold", "test", "--", "--nocapture"]);
        let Command::Test(args) = opts.command else { panic!("not test: {opts:?}") };
        assert_eq!(args.cargo, os(&["--", "--nocapture"]));
    }

    #[test]
    fn own_options_are_found_anywhere_before_the_double_dash() {
        let line = ["x", "corofold", "--corofold=off", "size", "--release", "--top", "7"];
        let opts = parse(&[&line[..], &["--plugin", "p.so", "--message-format=json"]].concat());
        assert_eq!(opts.common.corofold.as_deref(), Some("off"));
        assert_eq!(opts.common.plugin, Some("p.so".into()));
        let Command::Size(size) = opts.command else { panic!("not size") };
        assert_eq!((size.top, size.message_format), (Some(7), Format::Json));
        assert_eq!(size.cargo.cargo, os(&["--release"]));
    }

    #[test]
    fn an_option_without_a_value_takes_none() {
        let opts = parse(&["x", "corofold", "report", "--quick", "--release", "--bin", "a"]);
        let Command::Report(report) = opts.command else { panic!("not report: {opts:?}") };
        assert!(report.quick);
        assert_eq!(report.cargo.cargo, os(&["--release", "--bin", "a"]));
    }

    #[test]
    fn short_options_are_ours_too() {
        let opts = parse(&["x", "corofold", "opt", "-p", "a", "-o", "b.ll", "--only=fold,never"]);
        let Command::Opt(opt) = opts.command else { panic!("not opt: {opts:?}") };
        assert_eq!(opt.output, Some("b.ll".into()));
        assert_eq!(opt.only, ["fold", "never"]);
        assert_eq!(opt.input, os(&["-p", "a"]));
    }

    #[test]
    fn message_format_of_build_is_cargos() {
        let opts = parse(&["x", "corofold", "build", "--message-format", "json"]);
        let Command::Build(args) = opts.command else { panic!("not build: {opts:?}") };
        assert_eq!(args.cargo, os(&["--message-format", "json"]));
    }

    #[test]
    fn help_is_ours_before_the_double_dash() {
        let help =
            Cargo::try_parse_from(own_options_first(&os(&["x", "corofold", "size", "--help"])));
        assert_eq!(help.expect_err("prints help").kind(), clap::error::ErrorKind::DisplayHelp);
    }
}
