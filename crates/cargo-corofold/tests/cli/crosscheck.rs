//! Cross-checks of the fixture with other flags of rustc, and what cannot be compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::project::{Project, rustc, stderr, stdout, succeed};

fn json(project: &Project, args: &[&str]) -> Value {
    let start = ["crosscheck", "--release", "--message-format", "json"];
    let output = succeed(&mut project.corofold(&[&start, args].concat()));
    serde_json::from_str(&stdout(&output)).expect("nothing but JSON on stdout")
}

/// The row of a kind.
fn row<'a>(artifact: &'a Value, kind: &str) -> &'a Value {
    let rows = artifact["kinds"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["kind"] == kind);
    row.unwrap_or_else(|| panic!("no {kind} in {rows:#?}"))
}

#[test]
fn flags_reach_b_alone_and_the_schema_describes_it() {
    let project = Project::new();
    let crosscheck = json(&project, &["--", "-Copt-level=s"]);
    assert_eq!(crosscheck["a"]["flags"], serde_json::json!([]));
    assert_eq!(crosscheck["b"]["flags"], serde_json::json!(["-Copt-level=s"]));
    let artifact = &crosscheck["artifacts"][0];
    let text = &artifact["text"];
    assert_ne!(text["a"]["without"], text["b"]["without"], "the flag did nothing: {text}");
    let panics = row(artifact, "resumed-panic");
    assert_eq!(panics["upstream"], "-Zasync-panic");
    assert!(panics["findings"]["a"].as_u64().is_some_and(|count| count >= 4), "{panics}");
    let equal = row(artifact, "equal-states");
    assert_eq!((&equal["upstream"], &equal["findings"]["a"]), (&"rust#162429".into(), &1.into()));
    assert!(equal["saves"]["a"].as_i64().is_some_and(|bytes| bytes > 0), "{equal}");
    let schema = stdout(&succeed(&mut project.corofold(&["crosscheck", "--schema"])));
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    if let Err(error) = validator.validate(&crosscheck) {
        panic!("{error} at {}", error.instance_path());
    }
    let mut wrong = crosscheck.clone();
    wrong["artifacts"][0]["kinds"][0]["kind"] = "no-such-kind".into();
    assert!(!validator.is_valid(&wrong), "the schema tells nothing");
}

#[test]
fn people_get_tables_the_ir_and_programs() {
    let project = Project::new();
    let args = ["crosscheck", "--release", "--verbose", "--emit-ir", "ir", "--reduce", "programs"];
    let args = [&args[..], &["--", "-Zmir-opt-level=4"]].concat();
    let text = stdout(&succeed(&mut project.corofold(&args)));
    assert!(text.contains("\nB: rustc ") && text.contains(" -Zmir-opt-level=4\n"), "{text}");
    let kind = text.lines().find(|line| line.contains("  equal-states  ")).expect("a row");
    assert!(kind.ends_with("  rust#162429"), "{kind}");
    let future = text.lines().find(|line| line.contains("  app::choose  ")).expect("a row");
    assert!(future.contains("  src/main.rs:29:"), "{future}");
    for side in ["a", "b"] {
        let folder = project.path("ir").join(side).join("app");
        let read = |when: &str| {
            let file = ends_with(&folder, &format!("-app-choose.{when}.ll"));
            fs::read_to_string(file).expect("readable")
        };
        let (before, after) = (read("before"), read("after"));
        assert!(before.contains("\n; equal-states: 1, upstream: rust#162429\n"), "{before}");
        assert!(before.contains("panic_const_async_fn_resumed") && before.contains("\ndefine "));
        assert!(!after.contains("panic_const_async_fn_resumed"), "{after}");
    }
    let program = project.path("programs/equal-states.rs");
    let program = fs::read_to_string(program).expect("written");
    assert!(program.contains("//! Left at opt-level s: 1 by rustc "), "{program}");
    assert!(!project.path("programs/never-suspends.rs").exists(), "A leaves none");
}

fn ends_with(folder: &Path, end: &str) -> PathBuf {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut files = files.filter(|file| file.to_string_lossy().ends_with(end));
    files.next().unwrap_or_else(|| panic!("no file *{end} in {}", folder.display()))
}

/// Each program that `--reduce` can write shows what it is for.
#[test]
fn programs_show_their_kind() {
    let project = Project::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/crosscheck/programs");
    let part = |name: &str| fs::read_to_string(folder.join(name)).expect("readable");
    let (start, end) = (part("once.rs"), part("main.rs"));
    fs::create_dir_all(project.path("programs/src/bin")).expect("made");
    let manifest = "[package]\nname = \"programs\"\nedition = \"2024\"\n[workspace]\n\
                    [profile.release]\nopt-level = \"s\"\nstrip = \"none\"\n";
    fs::write(project.path("programs/Cargo.toml"), manifest).expect("written");
    let mut kinds = Vec::new();
    for file in fs::read_dir(&folder).expect("a folder") {
        let name = file.expect("a file").file_name().into_string().expect("UTF-8");
        if name == "once.rs" || name == "main.rs" {
            continue;
        }
        let text = format!("{start}\n{}\n{end}", part(&name));
        fs::write(project.path("programs/src/bin").join(&name), text).expect("written");
        kinds.push(name.trim_end_matches(".rs").to_owned());
    }
    assert!(kinds.len() >= 10, "{kinds:?}");
    let args = ["report", "--release", "--message-format", "json"];
    let manifest = project.path("programs/Cargo.toml");
    let mut command = project.corofold(&args);
    let report = stdout(&succeed(command.arg("--manifest-path").arg(manifest)));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    for kind in kinds {
        let artifacts = report["artifacts"].as_array().expect("a list");
        let artifact = artifacts.iter().find(|artifact| artifact["name"] == kind.as_str());
        let artifact = artifact.unwrap_or_else(|| panic!("no {kind}"));
        let findings = artifact["findings"].as_array().expect("a list");
        let panics = artifact["resumed-panics"]["count"].as_u64().unwrap_or(0);
        let is_shown = findings.iter().any(|finding| finding["kind"] == kind.as_str())
            || kind == "resumed-panic" && panics > 0;
        assert!(is_shown, "{kind} is not in {findings:#?}");
    }
}

/// A rustc of its own, given by path: the same one, so nothing differs.
#[test]
fn b_can_be_another_rustc() {
    let project = Project::new();
    let path = Path::new(&rustc(&["--print", "sysroot"])).join("bin/rustc");
    let crosscheck = json(&project, &["--toolchain-b", path.to_str().expect("UTF-8")]);
    assert_eq!(crosscheck["a"], crosscheck["b"]);
    let artifact = &crosscheck["artifacts"][0];
    assert_eq!(artifact["text"]["a"], artifact["text"]["b"]);
    for row in artifact["kinds"].as_array().expect("a list") {
        assert_eq!(row["findings"]["a"], row["findings"]["b"], "{row}");
        assert_eq!(row["saves"]["a"], row["saves"]["b"], "{row}");
    }
}

/// Expects exit code 1 and an error with `part`, before anything is built.
fn refused(command: &mut Command, part: &str) {
    let output = command.output().expect("runs");
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(part) && !told.contains("Compiling"), "no `{part}` in {told}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let project = Project::new();
    let crosscheck =
        |args: &[&str]| project.corofold(&[&["crosscheck", "--release"], args].concat());
    refused(&mut crosscheck(&[]), "there is nothing to compare with");
    refused(
        &mut crosscheck(&["--", "-Zno-such-flag=1"]),
        "does not take `-Zno-such-flag=1`: error: unknown unstable option: `no-such-flag`",
    );
    refused(
        &mut crosscheck(&["--", "-Z", "mir-enable-passes=+NoSuchPass"]),
        "MIR pass `NoSuchPass` is unknown and will be ignored",
    );
    refused(&mut crosscheck(&["--toolchain-b", "no-such-toolchain"]), "no-such-toolchain");
    refused(&mut crosscheck(&["--toolchain-b", "/no/rustc"]), "/no/rustc");
}
