//! Every command that shows something, on real programs: the two examples, and three images of the
//! benchmark corpus. What they say is compared with one another, with the linked file, with the
//! sources and with the schemas.
//!
//! `make see` runs it. Each program is built six times, so `cargo test` leaves it out.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use object::{File, Object, ObjectSection, SectionKind};
use serde_json::Value;
use tempfile::TempDir;

use crate::browser::{Browser, Screen};
use crate::html::is_sound;
use crate::project::{clean, plugin, stderr, stdout, succeed};

/// What B of a cross-check is built with.
const FLAG: &str = "-Zmir-opt-level=4";

#[test]
#[ignore = "builds a real program six times: make see"]
fn firmware() {
    let futures = ["firmware::supervise", "<Uart as Write>::write", "firmware::panel::finger"];
    Program::new("examples/firmware", "firmware", Compiler::Debian).see(&futures);
}

#[test]
#[ignore = "builds a real program six times: make see"]
fn server() {
    let futures =
        ["server::jobs::compute", "<Memory as Store>::list", "async block in server::main"];
    Program::new("examples/server", "server", Compiler::Current).see(&futures);
}

#[test]
#[ignore = "builds a real program six times: make see"]
fn usb_serial() {
    image("usb-serial").see(&["<UsbDevice<Driver<HardwareVbusDetect>>>::handle_control_out"]);
}

#[test]
#[ignore = "builds a real program six times: make see"]
fn flash_log() {
    let queue = "<QueueStorage<Qspi, Cache<Uncached, Uncached, Uncached>>>::push_inner";
    image("flash-log").see(&[queue, "flash_log::__transmit_task::__transmit_task_inner_function"]);
}

#[test]
#[ignore = "builds a real program six times: make see"]
fn ble_peripheral() {
    image("ble-peripheral").see(&["ble_peripheral::advertise", "ble_peripheral::serve"]);
}

/// An image of the corpus for the nRF52840.
fn image(name: &'static str) -> Program {
    Program::new("bench/corpus/nrf52840", name, Compiler::Debian)
}

/// A program, and where its results go.
struct Program {
    name: &'static str,
    workspace: PathBuf,
    compiler: Compiler,
    folder: TempDir,
}

enum Compiler {
    /// The one that runs the tests.
    Current,
    /// The one that has the source of the standard library.
    Debian,
}

impl Program {
    fn new(workspace: &str, name: &'static str, compiler: Compiler) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = root.join(workspace).canonicalize().expect("a folder");
        Self { name, workspace, compiler, folder: tempfile::tempdir().expect("a folder") }
    }

    /// All commands.
    fn see(&self, known: &[&str]) {
        let report = self.report();
        let artifact = &report["artifacts"][0];
        self.is_true(artifact, known);
        self.people_read_it(artifact);
        self.scanners_read_it(artifact);
        self.browsers_show_it(artifact);
        self.limits_hold(artifact);
        let module = self.is_crosschecked(artifact);
        self.transforms_ir(&module, artifact);
    }

    /// That of `make demo` for the examples.
    fn target(&self) -> PathBuf {
        let folder = self.workspace.parent().expect("a folder");
        if folder.ends_with("examples") {
            return self.workspace.join("target");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().expect("a folder");
        root.join("target/see").join(self.workspace.file_name().expect("a name"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command of ours with the arguments of cargo that build the program.
    fn command(&self, subcommand: &str, args: &[&str]) -> Command {
        let mut command = clean(Command::new(env!("CARGO_BIN_EXE_cargo-corofold")));
        command.args(["corofold", subcommand]).args(args).current_dir(&self.workspace);
        command.env("COROFOLD_PLUGIN", plugin()).env("CARGO_TARGET_DIR", self.target());
        if matches!(self.compiler, Compiler::Debian) {
            command.env("CARGO", "/usr/bin/cargo").env("RUSTC", "/usr/bin/rustc");
            command.env("RUSTC_BOOTSTRAP", "1").env_remove("LD_LIBRARY_PATH");
        }
        command
    }

    /// The same for a command that builds.
    fn build(&self, subcommand: &str, args: &[&str]) -> Command {
        let mut command = self.command(subcommand, &["--release", "--locked", "-p", self.name]);
        command.args(args);
        command
    }

    fn json(&self, subcommand: &str, args: &[&str]) -> Value {
        let args = [&["--message-format", "json"], args].concat();
        let value = parsed(&succeed(&mut self.build(subcommand, &args)));
        let schema = parsed(&succeed(&mut self.command(subcommand, &["--schema"])));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        if let Err(error) = validator.validate(&value) {
            panic!("{error} at {}", error.instance_path());
        }
        value
    }

    fn report(&self) -> Value {
        let report = self.json("report", &[]);
        assert_eq!(list(&report["artifacts"]).len(), 1, "one program was asked for");
        assert_eq!(report["artifacts"][0]["name"], self.name);
        report
    }

    /// The numbers fit the linked file and one another, and all places are there.
    fn is_true(&self, artifact: &Value, known: &[&str]) {
        let file = self.target().join("corofold/report/base").join(text(&artifact["path"]));
        assert_eq!(number(&artifact["text"]), code_of(&file));
        assert!(number(&artifact["text-with-plugin"]) < number(&artifact["text"]));
        let futures = list(&artifact["futures"]);
        let sum: u64 = futures.iter().map(code).sum();
        assert_eq!(number(&artifact["futures-code"]), sum);
        assert!(sum < number(&artifact["text"]), "{sum}");
        assert!(futures.iter().map(code).is_sorted_by(|a, b| a >= b), "the largest is first");
        for future in futures {
            let mut callees = list(&future["callees"]).iter();
            let most = number(&future["code"]["poll"]);
            assert!(callees.all(|callee| number(&callee["bytes"]) <= most), "{future}");
        }
        for title in known {
            assert!(futures.iter().any(|future| future["title"] == *title), "no {title}");
        }
        let unrecognised = list(&artifact["unrecognised"]).iter();
        let symbols: HashSet<&Value> =
            futures.iter().chain(unrecognised).map(|future| &future["symbol"]).collect();
        let findings = list(&artifact["findings"]);
        assert!(findings.iter().all(|finding| symbols.contains(&finding["symbol"])));
        let mut files = HashSet::new();
        files_of(artifact, &mut files);
        // What comes precompiled names files of where it was compiled.
        files.retain(|file| !file.starts_with("/rustc/"));
        assert!(!files.is_empty());
        for file in files {
            assert!(self.workspace.join(file).is_file(), "there is no {file}");
        }
    }

    /// Which future costs most, and why: the first lines.
    fn people_read_it(&self, artifact: &Value) {
        let text = stdout(&succeed(&mut self.build("report", &["--findings", "0"])));
        let largest = &artifact["futures"][0];
        let mut lines = text.lines();
        let first = lines.next().expect("a summary");
        assert!(first.contains(&format!(" (bin): {} bytes of code", artifact["text"])));
        let answer = lines.next().expect("an answer");
        assert!(answer.starts_with(self::text(&largest["title"])), "{answer}");
        assert!(answer.ends_with(" costs most:"), "{answer}");
        let why: Vec<&str> = lines.take_while(|line| line.starts_with("  ")).collect();
        assert!(why[0].starts_with(&format!("  {} bytes of code, ", code(largest))), "{why:?}");
        assert!(why.iter().any(|fact| fact.starts_with("  it ")), "{why:?}");
        println!("{}: {answer}\n{}", self.name, why.join("\n"));
        let futures = list(&artifact["futures"]).len();
        assert!(text.contains(&format!("And {} smaller futures; use --top N", futures - 20)));
        let findings = list(&artifact["findings"]);
        let is_title = |line: &&str| line.starts_with("warning[") || line.starts_with("note[");
        assert_eq!(text.lines().filter(is_title).count(), findings.len());
        // A place in the workspace or in a dependency comes with its line of source.
        let is_there = |finding: &&Value| {
            let file = finding["place"]["location"]["file"].as_str();
            file.is_some_and(|file| !file.starts_with("/rustc/"))
        };
        let with_source = findings.iter().filter(is_there).count();
        let marked = text.split("\n\n").filter(|part| part.contains('^') && part.contains(" --> "));
        assert!(with_source > 0 && marked.count() >= with_source, "{with_source}: {text}");
    }

    /// SARIF has every finding, by rules that it defines, at files that are there.
    fn scanners_read_it(&self, artifact: &Value) {
        let sarif = parsed(&succeed(&mut self.build("report", &["--message-format", "sarif"])));
        let run = &sarif["runs"][0];
        let rules: HashSet<&Value> =
            list(&run["tool"]["driver"]["rules"]).iter().map(|rule| &rule["id"]).collect();
        let results = list(&run["results"]);
        assert_eq!(results.len(), list(&artifact["findings"]).len());
        for result in results {
            assert!(rules.contains(&result["ruleId"]), "{result}");
            for place in list(&result["locations"]) {
                let uri = text(&place["physicalLocation"]["artifactLocation"]["uri"]);
                let file = uri.strip_prefix("file://").unwrap_or(uri);
                assert!(
                    file.starts_with("/rustc/") || self.workspace.join(file).is_file(),
                    "{uri}"
                );
            }
        }
    }

    /// The page, light and dark, on a desk and on a phone.
    fn browsers_show_it(&self, artifact: &Value) {
        let page = self.path("report.html");
        let name = page.to_str().expect("UTF-8");
        succeed(&mut self.build("report", &["--html", name]));
        let rows = list(&artifact["futures"]).len().min(100);
        let mut browser = Browser::start();
        for screen in Screen::ALL {
            browser.set_screen(screen);
            browser.open(&page, "");
            assert_eq!(browser.count("table.futures tbody tr"), rows as u64, "{screen:?}");
            let answer = browser.get("document.querySelector('.answer').innerText");
            let answer = text(&answer);
            assert!(answer.starts_with(text(&artifact["futures"][0]["title"])), "{answer}");
            is_sound(&mut browser, screen);
            browser.open(&page, "future=0");
            browser.wait("document.querySelectorAll('svg.graph[role=img] .node').length > 1");
            browser.wait("document.querySelectorAll('.source li').length > 1");
            is_sound(&mut browser, screen);
        }
    }

    /// The exit codes of `check`, on what is there and on limits that are too narrow.
    fn limits_hold(&self, artifact: &Value) {
        let check = |args: &[&str]| self.build("check", args).output().expect("runs");
        let denied = check(&["--deny", "resumed-panic"]);
        let left = &artifact["resumed-panics-left"];
        let none = left["count"] == 0;
        assert_eq!(denied.status.success(), none, "{left}: {}", stderr(&denied));
        let file = self.path("futures.json");
        let name = file.to_str().expect("UTF-8");
        let saved = check(&["--save", name]);
        assert!(saved.status.success(), "{}", stderr(&saved));
        let same = check(&["--baseline", name]);
        assert!(same.status.success(), "{}", stderr(&same));
        // As if the future that is the largest had been smaller.
        let largest = &artifact["futures"][0];
        let mut baseline: Value =
            serde_json::from_slice(&fs::read(&file).expect("saved")).expect("JSON");
        let futures = &mut baseline["artifacts"][text(&artifact["path"])]["futures"];
        futures[text(&largest["name"])]["code"] = 1.into();
        fs::write(&file, baseline.to_string()).expect("writable");
        let grown = check(&["--baseline", name]);
        assert_eq!(grown.status.code(), Some(1));
        let told = format!("the code of `{}` grew from 1 to ", text(&largest["name"]));
        assert!(stderr(&grown).contains(&told), "{}", stderr(&grown));
        let too_large = check(&["--max-frame", "4"]);
        assert_eq!(too_large.status.code(), Some(1), "{}", stderr(&too_large));
    }

    /// What a cross-check counts for A is what the report counts. Returns a module that it names.
    fn is_crosschecked(&self, artifact: &Value) -> PathBuf {
        let ir = self.path("ir");
        let folder = ir.to_str().expect("UTF-8");
        let crosscheck = self.json("crosscheck", &["--emit-ir", folder, "--", FLAG]);
        let checked = &crosscheck["artifacts"][0];
        assert_eq!(checked["text"]["a"]["without"], artifact["text"]);
        assert_eq!(checked["text"]["a"]["with"], artifact["text-with-plugin"]);
        let panics = list(&checked["kinds"]).iter().find(|row| row["kind"] == "resumed-panic");
        let counted =
            list(&artifact["futures"]).iter().map(|future| number(&future["resumed-panics"]));
        assert_eq!(number(&panics.expect("a row")["findings"]["a"]), counted.sum::<u64>());
        let folder = ir.join("a").join(self.name);
        let files = fs::read_dir(&folder).expect("a folder");
        let files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
        let has_left =
            |future: &&Value| !future["sides"]["a"]["left"].as_array().is_none_or(Vec::is_empty);
        let left = list(&checked["futures"]).iter().filter(has_left).count();
        assert!(left > 0 && files.len() == 2 * left, "{left} futures, {} files", files.len());
        let first = files.iter().find(|file| file.to_string_lossy().contains("/001-"));
        let first = fs::read_to_string(first.expect("the largest")).expect("readable");
        let module = first.lines().find_map(|line| line.strip_prefix("; from "));
        let table = ["--verbose", "--emit-ir", ir.to_str().expect("UTF-8"), "--", FLAG];
        let table = stdout(&succeed(&mut self.build("crosscheck", &table)));
        assert!(
            table.contains(&format!(" {FLAG}\n")) && table.contains("  -Zasync-panic\n"),
            "{table}"
        );
        PathBuf::from(module.expect("where it is from"))
    }

    /// `opt` on the bitcode that rustc gave to LLVM.
    fn transforms_ir(&self, module: &Path, artifact: &Value) {
        let opt = |module: &Path, args: &[&str]| {
            let mut command = self.command("opt", &[module.to_str().expect("UTF-8")]);
            stdout(&succeed(command.args(args)))
        };
        let model = opt(module, &["--print-model"]);
        let recognised = model.lines().filter(|line| line.starts_with("async '")).count();
        assert!(recognised > 0, "{model}");
        let diff = opt(module, &["--diff"]);
        let changed = diff.lines().filter(|line| line.starts_with("--- before ")).count();
        assert!(changed > 0 && diff.contains(" instructions -> "), "{diff}");
        let futures = list(&artifact["futures"]);
        let is_changed =
            |future: &&Value| diff.contains(&format!("--- before {}\n", text(&future["symbol"])));
        assert!(
            futures.iter().any(|future| is_changed(&future)),
            "no future of the report changes"
        );
        let changed = self.path("changed.bc");
        opt(module, &["-o", changed.to_str().expect("UTF-8")]);
        let left = opt(&changed, &["--corofold", "off", "--print-model"]);
        // Panics are left only where nothing shows how Pending looks.
        let is_left = |coroutine: &&str| coroutine.contains("panics when resumed");
        for coroutine in left.split("\nasync '").filter(is_left) {
            assert!(coroutine.contains("\n  Pending: unknown: "), "{coroutine}");
        }
        println!("{}: {recognised} coroutines in {}", self.name, module.display());
    }
}

/// Bytes of code in a linked file.
fn code_of(file: &Path) -> u64 {
    let bytes = fs::read(file).expect("readable");
    let file = File::parse(&*bytes).expect("an object file");
    let code = file.sections().filter(|section| section.kind() == SectionKind::Text);
    code.map(|section| section.size()).sum()
}

/// The files of all places.
fn files_of<'a>(value: &'a Value, files: &mut HashSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            files.extend(fields.get("file").and_then(Value::as_str));
            fields.values().for_each(|field| files_of(field, files));
        }
        Value::Array(values) => values.iter().for_each(|value| files_of(value, files)),
        _ => {}
    }
}

fn parsed(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).expect("nothing but JSON on stdout")
}

fn code(future: &Value) -> u64 {
    number(&future["code"]["poll"]) + number(&future["code"]["drop-glue"])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
