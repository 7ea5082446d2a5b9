//! Sizes of the fixture with and without the plugin.

use std::fs;

use serde_json::Value;

use crate::project::{Project, stderr, stdout, succeed};

fn json(project: &Project, args: &[&str]) -> Value {
    let output =
        succeed(&mut project.corofold(&[&["size", "--message-format", "json"], args].concat()));
    serde_json::from_str(&stdout(&output)).expect("nothing but JSON on stdout")
}

#[test]
fn the_plugin_saves_something() {
    let project = Project::new();
    let report = json(&project, &["--release", "--top", "0"]);
    let [app] = report["artifacts"].as_array().expect("a list").as_slice() else {
        panic!("not one artifact: {report}");
    };
    assert_eq!(
        (&app["name"], &app["kind"], &app["path"]),
        (&"app".into(), &"bin".into(), &"release/app".into())
    );
    let number = |side: &str, name: &str| app[side][name].as_u64().expect("a number");
    for side in ["without", "with"] {
        let sum: u64 = ["text", "rodata", "data"].map(|name| number(side, name)).iter().sum();
        assert_eq!(number(side, "total"), sum);
        // Though the profile strips.
        assert_eq!(app[side]["resumed-panics"]["precision"], "exact");
    }
    let panics = |side: &str| app[side]["resumed-panics"]["count"].as_u64().expect("a number");
    assert!(panics("without") > 0, "{app}");
    assert_eq!(panics("with"), 0, "{app}");
    assert!(number("with", "text") < number("without", "text"), "{app}");
    let functions = app["functions"].as_array().expect("--top was given");
    let is_ours =
        |function: &Value| function["name"].as_str().is_some_and(|name| name.starts_with("app::"));
    assert!(functions.iter().any(is_ours), "{app}");
}

#[test]
fn with_all_off_both_are_the_same() {
    let project = Project::new();
    let report = json(&project, &["--release", "--corofold", "off", "--top", "0"]);
    let app = &report["artifacts"][0];
    assert_eq!(app["with"], app["without"]);
    assert_eq!(app["functions"], Value::Array(Vec::new()));
}

#[test]
fn both_builds_have_folders_of_their_own() {
    let project = Project::new();
    let output = succeed(&mut project.corofold(&["size", "--release", "--target-dir", "out"]));
    let table = stdout(&output);
    assert!(table.starts_with("release/app (bin)\n"), "{table}");
    for row in ["text", "rodata", "data", "total", "resumed panics"] {
        assert!(
            table.lines().any(|line| line.ends_with(&format!("  {row}"))),
            "no {row} in {table}"
        );
    }
    for build in ["base", "with"] {
        assert!(project.path(&format!("out/corofold/{build}/release/app")).is_file());
    }
    assert!(!project.path("out/release").exists(), "cargo's own artifacts are left alone");
    let again =
        stderr(&succeed(&mut project.corofold(&["size", "--release", "--target-dir", "out"])));
    assert!(!again.contains("Compiling"), "{again}");
}

#[test]
fn level_0_is_pointed_out() {
    let project = Project::new();
    let output = succeed(&mut project.corofold(&["size"]));
    assert!(stderr(&output).contains("built at opt-level 0"), "{}", stderr(&output));
}

/// Test programs are no final product: cargo leaves them in the folder for what is not.
#[test]
fn another_build_folder_does_not_mix_both_builds() {
    let project = Project::new();
    fs::create_dir(project.path("tests")).expect("made");
    fs::write(project.path("tests/own.rs"), MAIN_AS_TEST).expect("written");
    let args = ["size", "--release", "--test", "own", "--message-format", "json"];
    let size = |folder: Option<&str>| {
        let mut command = project.corofold(&args);
        command.envs(folder.map(|folder| ("CARGO_BUILD_BUILD_DIR", project.path(folder))));
        let report: Value = serde_json::from_str(&stdout(&succeed(&mut command))).expect("JSON");
        (report["artifacts"][0]["without"].clone(), report["artifacts"][0]["with"].clone())
    };
    let (without, with) = size(Some("elsewhere"));
    assert_ne!(without, with);
    assert_eq!(size(None), (without, with));
}

/// The program, as a test of it.
const MAIN_AS_TEST: &str = "#[path = \"../src/main.rs\"]\nmod program;\n";
