//! Reports on the fixture: what they say, in each format, and what cannot be reported on.

use serde_json::Value;

use crate::project::{Project, stderr, stdout, succeed};

fn report(project: &Project, args: &[&str]) -> String {
    stdout(&succeed(&mut project.corofold(&[&["report", "--release"], args].concat())))
}

fn json(project: &Project, args: &[&str]) -> Value {
    let text = report(project, &[&["--message-format", "json"], args].concat());
    serde_json::from_str(&text).expect("nothing but JSON on stdout")
}

/// The future with this title.
fn future<'a>(report: &'a Value, title: &str) -> &'a Value {
    let futures = report["artifacts"][0]["futures"].as_array().expect("a list");
    let found = futures.iter().find(|future| future["title"] == title);
    found.unwrap_or_else(|| panic!("no {title} in {futures:#?}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn futures_have_code_frames_and_states() {
    let project = Project::new();
    let report = json(&project, &[]);
    let root = future(&report, "app::root");
    assert_eq!((&root["crate"], &root["construct"]), (&"app".into(), &"async fn".into()));
    assert_eq!(root["location"]["file"], "src/main.rs");
    assert_eq!(root["suspend-states"], 2);
    let leaf = future(&report, "app::leaf");
    assert!(number(&leaf["code"]["poll"]) > 0, "{leaf}");
    // The child is a part of its parent's memory.
    assert!(number(&root["frame-bytes"]) > number(&leaf["frame-bytes"]), "{root}");
    let states = root["before"]["states"].as_array().expect("a list");
    let next: Vec<&Value> = states.iter().map(|state| &state["next"]).collect();
    assert_eq!(next[0], &serde_json::json!([1, 3, 4]), "a child may be ready at once: {states:?}");
    let site = &root["before"]["await-sites"][0];
    assert_eq!(site["symbol"], leaf["symbol"]);
    assert_eq!(site["location"]["line"], 24);
    let artifact = &report["artifacts"][0];
    let sum: u64 = artifact["futures"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|future| number(&future["code"]["poll"]) + number(&future["code"]["drop-glue"]))
        .sum();
    assert_eq!(number(&artifact["futures-code"]), sum);
    assert!(sum < number(&artifact["text"]), "{artifact}");
}

#[test]
fn what_the_plugin_saves_is_measured() {
    let project = Project::new();
    let report = json(&project, &[]);
    let artifact = &report["artifacts"][0];
    assert!(number(&artifact["text-with-plugin"]) < number(&artifact["text"]), "{artifact}");
    assert!(number(&artifact["resumed-panics"]["count"]) > 0, "{artifact}");
    assert_eq!(artifact["resumed-panics-left"]["count"], 0);
    let records = future(&report, "app::leaf")["records"].as_array().expect("a list");
    assert!(records.iter().any(|record| record["done"] == true), "{records:?}");
    let quick = json(&project, &["--quick"]);
    assert_eq!(quick["artifacts"][0]["text-with-plugin"], Value::Null);
    assert_eq!(future(&quick, "app::leaf")["code-with-plugin"], Value::Null);
    assert_eq!(future(&quick, "app::leaf")["code"], future(&report, "app::leaf")["code"]);
}

#[test]
fn the_schema_describes_the_report() {
    let project = Project::new();
    let schema: Value = serde_json::from_str(&report(&project, &["--schema"])).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let mut report = json(&project, &[]);
    if let Err(error) = validator.validate(&report) {
        panic!("{error} at {}", error.instance_path());
    }
    report["artifacts"][0]["text"] = "many".into();
    assert!(!validator.is_valid(&report), "the schema tells nothing");
}

#[test]
fn people_get_a_table_and_findings_with_source() {
    let project = Project::new();
    let text = report(&project, &["--findings", "0"]);
    assert!(text.starts_with("release/app (bin): "), "{text}");
    let mut lines = text.lines().skip(1);
    let largest = lines.next().expect("an answer");
    assert!(largest.starts_with("app::") && largest.ends_with(" costs most:"), "{largest}");
    assert!(largest.contains("  src/main.rs:"), "{largest}");
    let why: Vec<&str> = lines.take_while(|line| line.starts_with("  ")).collect();
    assert!(why[0].ends_with(" of the program") && why[0].contains(" bytes of code, "), "{why:?}");
    assert!(why.iter().any(|fact| fact.starts_with("  it waits at ")), "{why:?}");
    assert!(why.iter().any(|fact| fact.ends_with(" bytes less with the plugin")), "{why:?}");
    let is_row = |line: &&str| line.contains("app::root") && !line.contains('`');
    let row = text.lines().find(is_row).expect("a row");
    assert!(row.contains("  app::root  src/main.rs:23:"), "{row}");
    assert!(
        text.contains("\nwarning[equal-states]: two awaits of `app::choose` do the same\n"),
        "{text}"
    );
    assert!(text.contains(" --> src/main.rs:32:"), "{text}");
    assert!(text.contains("does the same as this one"), "{text}");
    assert!(text.contains("the argument `bytes` (200 bytes) is in `app::holds` twice"), "{text}");
}

#[test]
fn the_table_and_the_findings_are_cut_and_filtered() {
    let project = Project::new();
    let rows = |text: &str| text.lines().filter(|line| line.contains("  app::")).count();
    let all = report(&project, &["--findings", "1"]);
    assert!(rows(&all) > 2, "{all}");
    assert!(all.contains("more findings; use --findings N"), "{all}");
    let top = report(&project, &["--top", "1"]);
    assert_eq!(rows(&top), 1, "{top}");
    assert!(top.contains("smaller futures; use --top N"), "{top}");
    let filtered = json(&project, &["--filter", "^app::leaf$"]);
    let futures = filtered["artifacts"][0]["futures"].as_array().expect("a list");
    assert_eq!(futures.len(), 1, "{futures:?}");
    let findings = filtered["artifacts"][0]["findings"].as_array().expect("a list");
    assert!(findings.iter().all(|finding| finding["future"] == "app::leaf"), "{findings:?}");
}

#[test]
fn sarif_names_rules_and_places() {
    let project = Project::new();
    let sarif: Value =
        serde_json::from_str(&report(&project, &["--message-format", "sarif"])).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    let results = run["results"].as_array().expect("a list");
    let equal = results.iter().find(|result| result["ruleId"] == "equal-states").expect("found");
    assert!(rules.iter().any(|rule| rule["id"] == equal["ruleId"]), "{rules:?}");
    let place = &equal["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/main.rs");
    assert_eq!(place["region"]["startLine"], 32);
}

#[test]
fn a_build_without_optimisation_is_told() {
    let project = Project::new();
    let output = project.corofold(&["report"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("opt-level 0"), "{}", stderr(&output));
}

#[test]
fn a_filter_that_is_none_is_told() {
    let project = Project::new();
    let output = project.corofold(&["report", "--filter", "("]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("--filter is not a regular expression"),
        "{}",
        stderr(&output)
    );
}
