//! Flags for plain cargo, beside flags that are there already.

use std::fs;
use std::process::Command;

use crate::project::{Project, plugin, refused, rustc, stderr, stdout, succeed};

fn host() -> String {
    rustc(&["--print", "host-tuple"])
}

/// A project with this configuration. Its build script takes RUSTC_BOOTSTRAP, which flags cannot
/// keep from it.
fn project(config: &str) -> Project {
    let project = Project::new();
    project.configure("", config);
    let script = "fn main() { println!(\"cargo::rustc-check-cfg=cfg(has_nightly_features)\") }";
    fs::write(project.path("build.rs"), script).expect("written");
    project
}

/// The line of `cargo build -v` that compiles the program.
fn compiled(command: &mut Command) -> String {
    let told = stderr(&succeed(command));
    let line = told.lines().find(|line| line.contains("--crate-name app"));
    line.unwrap_or_else(|| panic!("not compiled: {told}")).to_owned()
}

/// What plain cargo does with the flags evaluated in a shell.
fn with_shell(project: &Project, format: &str) -> Command {
    let lines = stdout(&succeed(&mut project.corofold(&["flags", "--format", format])));
    let script = match format {
        "github" => {
            let words = lines.lines().map(|line| format!("'{line}'"));
            format!("env {} ", words.collect::<Vec<_>>().join(" "))
        }
        _ => lines,
    };
    let mut sh = crate::project::clean(Command::new("sh"));
    let cargo = std::env::var("CARGO").expect("run by cargo");
    sh.arg("-c").arg(format!("{script}\"{cargo}\" build --release -v --target {}", host()));
    sh.current_dir(project.path(""));
    sh
}

fn has_all(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "no `{part}` in {line}");
    }
}

#[test]
fn flags_of_the_configuration_stay_in_the_environment() {
    let config = format!(
        "[target.{}]\nrustflags = [\"--cfg=of_target\", \"-Clink-args=-g -O1\"]\n\
         [target.'cfg(unix)']\nrustflags = \"--cfg of_cfg\"\n",
        host()
    );
    for format in ["shell", "github"] {
        let project = project(&config);
        let line = compiled(&mut with_shell(&project, format));
        let parts = ["--cfg=of_target", "-Clink-args=-g -O1", "of_cfg", "-Zllvm-plugins="];
        has_all(&line, &parts);
    }
}

#[test]
fn flags_of_the_environment_stay() {
    let project = project("");
    let print = |name: &str, value: &str, format: &str| {
        let mut command = project.corofold(&["flags", "--format", format]);
        stdout(&succeed(command.env(name, value)))
    };
    has_all(&print("RUSTFLAGS", "-g", "shell"), &["\nexport RUSTFLAGS='-g -Zllvm-plugins="]);
    has_all(&print("RUSTFLAGS", "-g", "github"), &["\nRUSTFLAGS=-g -Zllvm-plugins="]);
    let encoded = print("CARGO_ENCODED_RUSTFLAGS", "-g", "github");
    has_all(&encoded, &["\nCARGO_ENCODED_RUSTFLAGS=-g\x1f-Zllvm-plugins="]);
    let again =
        print("RUSTFLAGS", "-g -Zllvm-plugins=/old/libcorofold-1.so --cfg corofold_1", "shell");
    assert_eq!(again, print("RUSTFLAGS", "-g", "shell"));
}

#[test]
fn tables_are_added_to_those_of_a_file() {
    let host = host();
    let of_build = format!(
        "[build]\ntarget = \"{host}\"\nrustflags = [\"--cfg=mine\"]\n[env]\nOTHER = \"1\"\n"
    );
    let of_target =
        format!("[build]\ntarget = \"{host}\"\n[target.{host}]\nrustflags = [\"--cfg=mine\"]\n");
    for config in [of_build, of_target] {
        let project = project(&config);
        let args = ["flags", "--format", "toml", "--corofold", "proved"];
        let tables = stdout(&succeed(&mut project.corofold(&args)));
        project.configure("", &format!("{config}{tables}"));
        let line = compiled(&mut project.plain(&["build", "--release", "-v"]));
        has_all(&line, &["--cfg=mine", "-Zllvm-plugins="]);
        assert_eq!(line.matches("--cfg=mine").count(), 1, "{line}");
        let file = project.path(".cargo/config.toml");
        let file = file.to_str().expect("UTF-8");
        refused(&mut project.corofold(&args), &["has `-Zllvm-plugins=", file, "take out"]);
    }
}

#[test]
fn tables_that_would_not_count_are_refused() {
    let project = project("[env]\nCOROFOLD = \"off\"\n");
    let toml = |args: &[&str]| project.corofold(&[&["flags", "--format", "toml"], args].concat());
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        refused(toml(&[]).env(name, ""), &[&format!("while {name} is set"), "--format shell"]);
    }
    let parts = ["sets `env.COROFOLD` to `off`", "make it `proved` there"];
    refused(&mut toml(&["--corofold", "proved"]), &parts);
    assert!(!stdout(&succeed(&mut toml(&[]))).contains("COROFOLD"));
}

#[test]
fn targets_with_flags_of_their_own_need_a_choice() {
    let project = project(
        "[build]\ntarget = [\"thumbv7em-none-eabihf\", \"thumbv6m-none-eabi\"]\n\
         [target.thumbv6m-none-eabi]\nrustflags = [\"-g\"]\n",
    );
    refused(&mut project.corofold(&["flags"]), &["other flags for thumbv6m-none-eabi", "--target"]);
    let chosen = project.corofold(&["flags", "--target", "thumbv6m-none-eabi"]).output();
    has_all(&stdout(&chosen.expect("runs")), &["RUSTFLAGS='-g -Z", "for thumbv6m-none-eabi"]);
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    let project = project("[build\n");
    refused(
        &mut project.corofold(&["flags"]),
        &["cannot read cargo's configuration", "config.toml"],
    );
}

#[test]
fn a_plugin_in_a_path_with_a_space_is_copied_or_the_remedy_told() {
    let project = project("");
    fs::create_dir(project.path("a b")).expect("made");
    fs::copy(plugin(), project.path("a b/libcorofold.so")).expect("copied");
    let flags = |target_dir: &str, home: &str| {
        let mut command = project.corofold(&["flags", "--plugin", "a b/libcorofold.so"]);
        // rustup's proxy could not find its toolchains with another home.
        let rustc = format!("{}/bin/rustc", rustc(&["--print", "sysroot"]));
        command.env("HOME", project.path(home)).env("RUSTC", rustc);
        command.env("CARGO_TARGET_DIR", project.path(target_dir));
        command
    };
    refused(&mut flags("c d", "e f"), &["e f/.cache", "c d", "CARGO_TARGET_DIR"]);
    for (target_dir, home, copy) in [("t", "e f", "t/corofold"), ("t", "h", "h/.cache/corofold")] {
        let printed = stdout(&succeed(&mut flags(target_dir, home)));
        has_all(&printed, &[&format!("{}/plugin/libcorofold-", project.path(copy).display())]);
    }
}

#[test]
fn a_comparison_with_the_plugin_on_both_sides_is_refused() {
    let flag = format!("-Zllvm-plugins={}", plugin().display());
    let configured = project(&format!("[build]\nrustflags = [\"{flag}\"]\n"));
    let file = configured.path(".cargo/config.toml");
    let place = format!("`build.rustflags` in {} has `{flag}`", file.display());
    for command in [&["size"][..], &["report"], &["check", "--max-poll", "1"]] {
        refused(&mut configured.corofold(&[command, &["--release"]].concat()), &[&place]);
    }
    let doctor = succeed(&mut configured.corofold(&["doctor"]));
    has_all(&stdout(&doctor), &[&format!("`{flag}` in `build.rustflags` in")]);
    has_all(&stderr(&doctor), &["take that flag out"]);
    let plain = project("");
    let mut size = plain.corofold(&["size", "--release"]);
    let parts = ["the environment variable RUSTFLAGS has", "take it out"];
    refused(size.env("RUSTFLAGS", flag), &parts);
}
