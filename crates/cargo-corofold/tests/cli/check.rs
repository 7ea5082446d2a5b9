//! Checks of the fixture that pass, and that fail.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::project::{Project, stderr, succeed};

/// Expects exit code 1 and all of `parts` on stderr.
fn fails(project: &Project, args: &[&str], parts: &[&str]) {
    fails_with(&mut project.corofold(&[&["check", "--release"], args].concat()), parts);
}

fn fails_with(check: &mut Command, parts: &[&str]) {
    let output = check.output().expect("runs");
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in parts {
        assert!(told.contains(part), "no `{part}` in: {told}");
    }
}

fn passes(project: &Project, args: &[&str]) {
    let output = succeed(&mut project.corofold(&[&["check", "--release"], args].concat()));
    assert!(stderr(&output).contains("Checked release/app: "), "{}", stderr(&output));
}

#[test]
fn resumed_panics_are_found_in_the_linked_file() {
    let project = Project::new();
    passes(&project, &["--deny", "resumed-panic"]);
    let kept = ["--deny", "resumed-panic", "--corofold", "no-pending"];
    fails(
        &project,
        &kept,
        &["resumed panics left in `release/app`: ", "`app::root` (src/main.rs:23:"],
    );
}

#[test]
fn limits_hold_for_each_future() {
    let project = Project::new();
    passes(&project, &["--max-frame", "100000", "--max-poll", "100000"]);
    fails(
        &project,
        &["--max-frame", "100"],
        &["error: `app::holds` (src/main.rs:", "more than 100"],
    );
    fails(&project, &["--max-poll", "1"], &["error: the poll of `app::", "more than 1"]);
}

#[test]
fn growth_is_told_against_a_saved_baseline() {
    let project = Project::new();
    passes(&project, &["--save", "sizes.json"]);
    passes(&project, &["--baseline", "sizes.json"]);
    let file = project.path("sizes.json");
    let mut sizes: Value = serde_json::from_slice(&fs::read(&file).expect("saved")).expect("JSON");
    let holds = &mut sizes["artifacts"]["release/app"]["futures"]["app::holds::{closure#0}"];
    let frame = holds["frame"].as_u64().expect("a number");
    holds["frame"] = (frame - 8).into();
    fs::write(&file, sizes.to_string()).expect("written");
    let grown = format!(") grew from {} to {frame}", frame - 8);
    let named = "the frame of `app::holds` (src/main.rs:";
    fails(&project, &["--baseline", "sizes.json"], &[named, &grown]);
    passes(&project, &["--baseline", "sizes.json", "--max-growth", "8"]);
}

#[test]
fn a_failed_check_saves_nothing() {
    let project = Project::new();
    fails(&project, &["--max-poll", "1", "--save", "sizes.json"], &["the baseline is not saved"]);
    assert!(!project.path("sizes.json").exists());
}

#[test]
fn a_baseline_that_is_not_there_is_told_before_anything_is_built() {
    let project = Project::new();
    fails(
        &project,
        &["--baseline", "gone.json"],
        &["cannot read the baseline `gone.json`", "--save"],
    );
    assert!(!project.path("target").exists());
}

#[test]
fn a_check_of_nothing_is_an_error() {
    let project = Project::new();
    fails(&project, &[], &["nothing to check; pass --deny resumed-panic"]);
}

#[test]
fn stripped_files_are_no_pass() {
    let project = Project::new();
    // The profile strips; so may its short form, and what is said on the command line.
    for args in [&["-rq"][..], &["--release", "--config", "profile.release.strip=true"]] {
        let mut check = project.corofold(&[&["check", "--max-poll", "1"], args].concat());
        fails_with(&mut check, &["error: the poll of `app::"]);
    }
    for flag in ["-Cstrip=symbols", "-Clink-arg=-s", "-Clink-arg=-Wl,--strip-debug"] {
        let mut check = project.corofold(&["check", "--release", "--max-poll", "1"]);
        fails_with(check.env("RUSTFLAGS", flag), &["were stripped", "leave out `-Cstrip`"]);
    }
}

#[test]
fn level_0_is_no_pass() {
    let project = Project::new();
    let mut check = project.corofold(&["check", "--max-poll", "1"]);
    fails_with(&mut check, &["built at opt-level 0", "pass --release"]);
}

#[test]
fn a_program_without_async_code_is_left_out() {
    let project = Project::new();
    fs::create_dir_all(project.path("src/bin")).expect("made");
    fs::write(project.path("src/bin/plain.rs"), "fn main() {}").expect("written");
    let mut check = project.corofold(&["check", "--release", "--max-poll", "100000"]);
    let told = stderr(&succeed(&mut check));
    assert!(told.contains("the plugin saw no async code in `release/plain`"), "{told}");
    assert!(told.contains("Checked release/app: "), "{told}");
    let mut check = project.corofold(&["check", "--release", "--max-poll", "1", "--bin", "plain"]);
    fails_with(&mut check, &["the plugin saw no async code in what cargo built"]);
}

#[test]
fn limits_are_told_where_the_baseline_lacks_the_artifact() {
    let project = Project::new();
    fs::write(project.path("empty.json"), r#"{ "schema": 1, "artifacts": {} }"#).expect("written");
    fails(
        &project,
        &["--max-poll", "1", "--baseline", "empty.json"],
        &["error: the poll of `app::", "the baseline has nothing about `release/app`"],
    );
}
