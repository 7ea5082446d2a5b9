//! Transformations on IR: of a file and of a crate, and what is told when that is not possible.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::project::{Project, plugin, stderr, stdout, succeed};

/// The IR of the fixture, as rustc makes it.
fn ir(project: &Project) -> String {
    let args = ["opt", "--release", "--bin", "app", "--corofold", "off", "-o", "app.ll"];
    succeed(&mut project.corofold(&args));
    let text = fs::read_to_string(project.path("app.ll")).expect("written");
    assert!(text.contains("panic_const_async_fn_resumed"), "raw IR has all panics");
    "app.ll".to_owned()
}

#[test]
fn a_diff_shows_each_function_that_changed() {
    let project = Project::new();
    let file = ir(&project);
    let diff = |args: &[&str]| {
        stdout(&succeed(&mut project.corofold(&[&["opt", &file, "--diff"], args].concat())))
    };
    let fold = diff(&["--only", "fold"]);
    let choose = "app::choose::{closure#0}\n";
    assert!(fold.contains(choose), "{fold}");
    assert!(!fold.contains("app::holds::{closure#0}\n"), "it has one state: {fold}");
    assert!(fold.contains("\n--- before _RNC") && fold.contains("\n+++ after _RNC"), "{fold}");
    assert!(fold.lines().any(|line| line.starts_with("-    i32 4, label ")), "{fold}");
    let both = diff(&["--only", "fold,pending", "--filter", "^app::holds"]);
    assert!(both.starts_with("app::holds::{closure#0}\n"), "{both}");
    assert!(!both.contains(choose), "{both}");
    let nothing = succeed(&mut project.corofold(&["opt", &file, "--diff", "--only=never"]));
    assert_eq!(stdout(&nothing), "");
    assert!(stderr(&nothing).contains("no function of `app.ll` changes"), "{}", stderr(&nothing));
}

#[test]
fn the_model_is_printed() {
    let project = Project::new();
    let model = stdout(&succeed(&mut project.corofold(&["opt", &ir(&project), "--print-model"])));
    assert!(model.contains("async 'app::root::{closure#0}' at src/main.rs:23:"), "{model}");
    assert!(model.contains("  await site: state 3 polls app::leaf::{closure#0}"), "{model}");
}

#[test]
fn the_result_is_ir_as_text_or_bitcode() {
    let project = Project::new();
    let file = ir(&project);
    let text = stdout(&succeed(&mut project.corofold(&["opt", &file])));
    let calls_panic = |line: &str| line.contains("call ") && line.contains("async_fn_resumed");
    assert!(text.contains("\ndefine ") && !text.lines().any(calls_panic), "{text}");
    succeed(&mut project.corofold(&["opt", &file, "-o", "out.bc"]));
    let bitcode = fs::read(project.path("out.bc")).expect("written");
    assert!(bitcode.starts_with(b"BC"), "no bitcode");
    let read = stdout(&succeed(&mut project.corofold(&["opt", "out.bc", "--corofold=off"])));
    assert_eq!(
        read.split_once('\n').map(|(_, rest)| rest),
        text.split_once('\n').map(|(_, rest)| rest)
    );
}

#[test]
fn a_crate_is_taken_as_its_arguments_say() {
    let project = Project::new();
    let model = |args: &[&str]| {
        let args = [&["opt", "--print-model"], args].concat();
        stdout(&succeed(&mut project.corofold(&args)))
    };
    let release = model(&["--release", "-p", "app"]);
    assert!(release.contains("async 'app::leaf::{closure#0}'"), "{release}");
    // Nothing of the other crate, which has no coroutines, is left over, nor of the other run.
    assert_eq!(model(&["--release", "-p", "app", "--", "--cfg=other"]), release);
    assert!(model(&[]).contains("async 'app::leaf::{closure#0}'"), "at opt-level 0 too");
    assert_eq!(model(&["--release", "-p", "app"]), release);
}

#[test]
fn a_crate_can_be_named_by_its_url() {
    let project = Project::new();
    let id = format!("path+file://{}#app@0.1.0", project.path("").display());
    let id = id.replace("/#", "#");
    let args = ["opt", "--release", "-p", &id, "--print-model"];
    let model = stdout(&succeed(&mut project.corofold(&args)));
    assert!(model.contains("async 'app::leaf::{closure#0}'"), "{model}");
}

#[test]
fn in_a_workspace_without_a_package_one_has_to_be_named() {
    let project = Project::new();
    let manifest = project.path("Cargo.toml");
    fs::write(&manifest, "[workspace]\nmembers = [\"mac\"]\nresolver = \"3\"\n").expect("written");
    let text = "[package]\nname = \"member\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    fs::write(project.path("mac/Cargo.toml"), text).expect("written");
    fs::write(project.path("mac/src/lib.rs"), "pub fn f() {}\n").expect("written");
    refused(&mut project.corofold(&["opt", "--release"]), "name one with `-p`: member");
    let named = succeed(&mut project.corofold(&["opt", "-p", "member", "--print-model"]));
    assert!(stderr(&named).contains("there is no coroutine in `"), "{}", stderr(&named));
}

#[test]
fn that_there_is_no_coroutine_is_told() {
    let project = Project::new();
    fs::write(project.path("a.ll"), "define void @f() { ret void }\n").expect("written");
    for args in [&["opt", "a.ll"][..], &["opt", "a.ll", "--print-model"]] {
        let output = succeed(&mut project.corofold(args));
        assert!(stderr(&output).contains("no coroutine in `a.ll`"), "{}", stderr(&output));
    }
}

#[test]
fn by_its_own_name_it_needs_no_cargo() {
    let project = Project::new();
    let file = ir(&project);
    symlink(env!("CARGO_BIN_EXE_cargo-corofold"), project.path("corofold")).expect("linked");
    let mut command = Command::new(project.path("corofold"));
    command.args(["opt", &file, "--print-model"]).current_dir(project.path("."));
    command.env_remove("CARGO").env("COROFOLD_PLUGIN", plugin());
    assert!(stdout(&succeed(&mut command)).contains("async 'app::root::{closure#0}'"));
}

/// Expects exit code 1 and an error with `part`.
fn refused(command: &mut Command, part: &str) {
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains(part), "no `{part}` in {}", stderr(&output));
}

#[test]
fn what_cannot_be_done_is_told() {
    let project = Project::new();
    refused(&mut project.corofold(&["opt", "no.ll"]), "there is no file `no.ll`");
    fs::write(project.path("a.ll"), "define void @f() { ret void }\n").expect("written");
    let two = ["opt", "a.ll", "--release"];
    refused(&mut project.corofold(&two), "give no other file or option");
    let unknown = ["--corofold", "only=folt", "opt", "a.ll"];
    refused(&mut project.corofold(&unknown), "unknown word `only=folt`");
    fs::write(project.path("b.ll"), "define\n").expect("written");
    refused(&mut project.corofold(&["opt", "b.ll"]), "failed on `b.ll`");
    refused(&mut project.corofold(&["opt", "a.ll", "--diff", "--filter", "("]), "--filter is not");
}

#[test]
fn an_opt_of_another_llvm_is_not_used() {
    let project = Project::new();
    fs::write(project.path("a.ll"), "define void @f() { ret void }\n").expect("written");
    let folder = project.path("bin");
    fs::create_dir(&folder).expect("made");
    crate::project::script(&folder.join("opt"), "#!/bin/sh\necho '  LLVM version 18.1.7'\n");
    let mut command = project.corofold(&["opt", "a.ll"]);
    command.env("PATH", &folder);
    if PathBuf::from("/usr/lib/llvm-22/bin/opt").is_file() {
        succeed(&mut command);
    } else {
        refused(&mut command, "apt-get install llvm-22");
    }
}
