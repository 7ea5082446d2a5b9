//! Who gets the plugin, and what is built anew.

use std::fs;

use crate::project::{
    Project, bounded, copy_of_the_command, is_nightly, names, plugin, rustc, stderr, stdout,
    succeed,
};

#[test]
fn the_program_gets_the_plugin_and_nothing_else_does() {
    let project = Project::new();
    let calls = project.calls(project.corofold(&["build", "--release"]));
    assert_eq!(names(&calls), ["app", "build_script_build", "mac", "probe"]);
    for call in &calls {
        let is_program = call.crate_name == "app";
        assert_eq!(call.has_plugin, is_program, "{call:?}");
        assert_eq!(call.has_bootstrap, is_program && !is_nightly(), "{call:?}");
    }
}

#[test]
fn probing_build_scripts_see_the_compiler_as_it_is() {
    let project = Project::new();
    let plain = stdout(&succeed(&mut project.plain(&["run", "--release"])));
    let ours = stdout(&succeed(&mut project.corofold(&["run", "--release"])));
    assert_eq!(plain, format!("result 87, nightly features: {}\n", is_nightly()));
    assert_eq!(ours, plain);
}

#[test]
fn nothing_is_loaded_at_opt_level_0_unless_forced() {
    let project = Project::new();
    let calls = project.calls(project.corofold(&["build"]));
    assert!(calls.iter().all(|call| !call.has_plugin && !call.has_bootstrap), "{calls:?}");
    let told = stderr(&succeed(&mut project.corofold(&["test", "--no-run"])));
    assert!(told.contains("note: this is built at opt-level 0"), "{told}");
    let calls = project.calls(project.corofold(&["build", "--corofold", "force"]));
    assert!(calls.iter().any(|call| call.crate_name == "app" && call.has_plugin), "{calls:?}");
}

#[test]
fn a_changed_plugin_or_option_rebuilds_and_the_same_does_not() {
    let project = Project::new();
    let own = project.path("libcorofold.so");
    fs::copy(plugin(), &own).expect("copied");
    let build = |options: &str| {
        let mut command = project.corofold(&["build", "--release", "--plugin", "libcorofold.so"]);
        command.env("COROFOLD", options);
        names(&project.calls(command)).contains(&"app")
    };
    assert!(build(""), "first");
    assert!(!build(""), "same");
    assert!(build("off"), "another option");
    assert!(!build(""), "back to the first option: its artifacts are still there");
    let mut bytes = fs::read(&own).expect("readable");
    // The dynamic linker does not look at what follows the sections.
    bytes.push(0);
    fs::write(&own, bytes).expect("writable");
    assert!(build(""), "another plugin");
    assert!(!build(""), "same again");
}

#[test]
fn options_in_the_configuration_count_and_a_change_of_them_rebuilds() {
    let project = Project::new();
    let build = |value: &str, args: &[&str]| {
        project.configure("", &format!("[env]\nCOROFOLD = {value}\n"));
        let args = [&["build", "--release"], args].concat();
        stderr(&project.corofold(&args).output().expect("runs"))
    };
    let told = build("\"off\"", &[]);
    assert!(told.contains("with COROFOLD=off (`env` of cargo's configuration)"), "{told}");
    assert!(told.contains("Compiling app"), "{told}");
    assert!(!build("\"off\"", &[]).contains("Compiling app"));
    assert!(build("\"proved\"", &[]).contains("Compiling app"), "another option");
    assert!(build("\"wrong\"", &[]).contains("unknown word `wrong`"));
    let forced = "{ value = \"trap\", force = true }";
    let told = build(forced, &["--corofold", "proved"]);
    assert!(!told.contains("trap") && !told.contains("Compiling app"), "{told}");
    let doctor = stdout(&project.corofold(&["doctor"]).output().expect("runs"));
    assert!(doctor.contains("trap (`env` of cargo's configuration)"), "{doctor}");
}

#[test]
fn plain_builds_live_beside_and_the_last_command_decides() {
    let project = Project::new();
    let binary = || fs::read(project.path("target/release/app")).expect("built");
    let args = ["build", "--release"];
    succeed(&mut project.corofold(&args));
    let ours = binary();
    succeed(&mut project.plain(&args));
    let plain = binary();
    let calls = project.calls(project.corofold(&args));
    assert!(!names(&calls).contains(&"app"), "built anew: {calls:?}");
    assert!(binary() == ours, "not the program with the plugin");
    let output = succeed(&mut project.plain(&args));
    assert!(!stderr(&output).contains("Compiling"), "{}", stderr(&output));
    assert!(binary() == plain, "not the program without the plugin");
}

#[test]
fn configured_wrappers_are_chained() {
    let project = Project::new();
    project.configure("", "[build]\nrustc-wrapper = \"./logging-wrapper\"\n");
    succeed(&mut project.corofold(&["build", "--release"]));
    let log =
        fs::read_to_string(project.path("logging-wrapper.log")).expect("the wrapper was called");
    assert!(log.contains("--crate-name app"), "{log}");
    assert!(log.contains("-Zllvm-plugins="), "{log}");
}

#[test]
fn a_program_can_build_with_another_copy_of_the_command() {
    let project = Project::new();
    copy_of_the_command(&project.path("other/cargo-corofold"));
    let text = "fn main() {
        let mut command = std::process::Command::new(\"other/cargo-corofold\");
        command.args([\"corofold\", \"build\", \"--release\", \"--target-dir\", \"inner\"]);
        assert!(command.status().unwrap().success());
    }";
    fs::write(project.path("src/main.rs"), text).expect("written");
    let outer = bounded(&project.corofold(&["run", "--release"]));
    let calls = project.calls(outer);
    let plugins: Vec<_> = calls.iter().filter(|call| call.crate_name == "app").collect();
    assert_eq!(plugins.len(), 2, "the outer one's wrapper is that of the inner one: {calls:?}");
    assert!(plugins.iter().all(|call| call.has_plugin), "{calls:?}");
    assert!(project.path("inner/release/app").is_file());
}

#[test]
fn a_wrapper_that_is_the_command_under_another_name_does_not_call_itself() {
    let project = Project::new();
    copy_of_the_command(&project.path("bin/wrap"));
    let mut command = bounded(&project.corofold(&["build", "--release"]));
    succeed(command.env("RUSTC_WRAPPER", project.path("bin/wrap")));
    assert!(project.path("target/release/app").is_file());
}

#[test]
fn test_and_rustc_pass_cargos_arguments_on() {
    let project = Project::new();
    let test =
        succeed(&mut project.corofold(&["test", "--release", "--", "--nocapture", "passes"]));
    assert!(stdout(&test).contains("1 passed"), "{}", stdout(&test));
    let verbose =
        succeed(&mut project.corofold(&["rustc", "--release", "-v", "--", "--cfg", "seen"]));
    assert!(stderr(&verbose).contains("--cfg seen"), "{}", stderr(&verbose));
}

#[test]
fn what_is_installed_gets_the_plugin_and_the_configuration_of_its_package() {
    let project = Project::new();
    let install = || {
        let mut command =
            project.corofold(&["install", "--path", "..", "--root", "../out", "--force"]);
        command.current_dir(project.path("elsewhere"));
        command
    };
    project.configure("elsewhere", "[env]\nCOROFOLD = \"wrong\"\n");
    let calls = project.calls(install());
    assert!(calls.iter().any(|call| call.crate_name == "app" && call.has_plugin), "{calls:?}");
    assert!(project.path("out/bin/app").is_file());
    project.configure("", "[env]\nCOROFOLD = \"proved\"\n");
    let told = stderr(&succeed(&mut install()));
    assert!(told.contains("with COROFOLD=proved (`env` of cargo's configuration)"), "{told}");
}

#[test]
fn exit_codes_pass_through() {
    let project = Project::new();
    let code = |args: &[&str]| project.corofold(args).output().expect("runs").status.code();
    assert_eq!(code(&["run", "--release", "--", "7"]), Some(7), "of the program");
    fs::write(project.path("src/main.rs"), "fn main() { wrong }").expect("written");
    assert_eq!(code(&["build", "--release"]), Some(101), "of cargo");
    assert_eq!(code(&["size", "--release"]), Some(101), "of cargo");
}

#[test]
fn the_status_line_tells_of_bootstrap() {
    let project = Project::new();
    let told = stderr(&succeed(&mut project.corofold(&["build", "--release"])));
    assert!(told.contains("    Corofold "), "{told}");
    assert_eq!(told.matches("RUSTC_BOOTSTRAP=1").count(), usize::from(!is_nightly()), "{told}");
    let told = stderr(&succeed(&mut project.corofold(&["build", "--release", "-q"])));
    assert_eq!(told, "");
}

#[test]
fn a_target_folder_with_spaces_is_no_hindrance() {
    let project = Project::new();
    let mut command =
        project.corofold(&["build", "--release", "--target-dir", "a target, with spaces"]);
    // rustup's proxy could not find its toolchains with another home.
    let rustc = format!("{}/bin/rustc", rustc(&["--print", "sysroot"]));
    succeed(command.env("HOME", project.path("home")).env("RUSTC", rustc));
    assert!(project.path("a target, with spaces/release/app").is_file());
    assert!(project.path("home/.cache/corofold").is_dir(), "the plugin's copy is elsewhere");
}

#[test]
fn printed_flags_build_without_the_command() {
    let project = Project::new();
    let toml = stdout(&succeed(&mut project.corofold(&["flags", "--format", "toml"])));
    project.configure("", &toml);
    // The build script rejects RUSTC_BOOTSTRAP, which these flags cannot keep from it.
    fs::write(
        project.path("build.rs"),
        "fn main() { println!(\"cargo::rustc-check-cfg=cfg(has_nightly_features)\") }",
    )
    .expect("written");
    let host = rustc(&["--print", "host-tuple"]);
    let calls = project.calls(project.plain(&["build", "--release", "--target", &host]));
    assert!(calls.iter().all(|call| call.has_plugin == (call.crate_name == "app")), "{calls:?}");
    let again = succeed(&mut project.plain(&["build", "--release", "--target", &host]));
    assert!(!stderr(&again).contains("warning"), "{}", stderr(&again));
}

#[test]
fn a_damaged_copy_of_the_plugin_is_written_anew() {
    let project = Project::new();
    let build = || succeed(&mut project.corofold(&["build", "--release"]));
    build();
    let folder = fs::read_dir(project.path("target/corofold/plugin")).expect("a folder");
    let copy = folder.map(|entry| entry.expect("readable").path()).next().expect("a copy");
    let content = fs::read(&copy).expect("readable");
    fs::write(&copy, &content[..content.len() / 2]).expect("writable");
    fs::write(project.path("src/main.rs"), "fn main() {}").expect("writable");
    build();
    assert!(fs::read(&copy).expect("readable") == content, "still damaged");
}

#[test]
fn a_new_report_folder_gets_all_reports() {
    let project = Project::new();
    let build = || {
        succeed(&mut project.corofold(&["build", "--release", "--corofold", "report=out"]));
        let files = fs::read_dir(project.path("out")).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".json")).count()
    };
    let written = build();
    assert!(written > 0);
    assert_eq!(build(), written);
    fs::remove_dir_all(project.path("out")).expect("removed");
    assert_eq!(build(), written);
}

#[test]
fn what_follows_the_first_argument_of_a_program_is_its_own() {
    let project = Project::new();
    let program = "fn main() { println!(\"{:?}\", std::env::args().skip(1).collect::<Vec<_>>()) }";
    fs::write(project.path("src/main.rs"), program).expect("writable");
    let output = succeed(&mut project.corofold(&["run", "-q", "--bin", "app", "serve", "--help"]));
    assert_eq!(stdout(&output), "[\"serve\", \"--help\"]\n");
}

#[test]
fn a_program_called_like_a_build_script_gets_the_plugin() {
    let project = Project::new();
    fs::create_dir(project.path("src/bin")).expect("made");
    let program = project.path("src/bin/build-script-run.rs");
    fs::copy(project.path("src/main.rs"), program).expect("copied");
    let args = ["build", "--release", "--bin", "build-script-run"];
    let calls = project.calls(project.corofold(&args));
    let call = calls.iter().find(|call| call.crate_name == "build_script_run").expect("compiled");
    assert!(call.has_plugin, "{call:?}");
}
