//! What cannot work is told in one clear error, before rustc is run.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::project::{
    Project, copy_of_the_command, refused, rustc, script, stderr, stdout, succeed,
};

/// A rustc that says it has this LLVM and this sysroot.
fn fake_rustc(project: &Project, llvm: &str, sysroot: &str) -> std::path::PathBuf {
    let path = project.path("fake-rustc");
    let answer = format!(
        "rustc 1.80.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.80.0\nLLVM version: {llvm}"
    );
    script(
        &path,
        &format!(
            "#!/bin/sh\nif [ \"$1\" = -vV ]; then echo '{answer}'; else echo '{sysroot}'; fi\n"
        ),
    );
    path
}

#[test]
fn another_llvm() {
    let project = Project::new();
    let rustc = fake_rustc(&project, "18.1.7", &rustc(&["--print", "sysroot"]));
    for subcommand in ["build", "size", "doctor"] {
        let mut command = project.corofold(&[subcommand]);
        refused(
            command.env("RUSTC", &rustc),
            &["has LLVM 18.1.7", "built for LLVM 22", "choose a toolchain"],
        );
    }
}

#[test]
fn static_llvm() {
    let project = Project::new();
    let sysroot = project.path("sysroot");
    for folder in ["bin", "lib"] {
        fs::create_dir_all(sysroot.join(folder)).expect("made");
    }
    fs::write(project.path("empty.c"), "int main;").expect("written");
    let link = |args: &[&str]| {
        succeed(
            Command::new("cc")
                .args(["-shared", "-Wl,--no-as-needed"])
                .args(args)
                .current_dir(project.path("")),
        );
    };
    link(&[
        "empty.c",
        "-o",
        "sysroot/lib/librustc_driver-0.so",
        "-Wl,-soname,librustc_driver-0.so",
    ]);
    link(&["empty.c", "-o", "sysroot/bin/rustc", "sysroot/lib/librustc_driver-0.so"]);
    let rustc = fake_rustc(&project, "22.1.2", sysroot.to_str().expect("UTF-8"));
    for subcommand in ["build", "doctor"] {
        let mut command = project.corofold(&[subcommand]);
        refused(command.env("RUSTC", &rustc), &["linked in statically", "use rustup's toolchain"]);
    }
}

#[test]
fn no_rustc() {
    let project = Project::new();
    refused(
        project.corofold(&["build"]).env("RUSTC", "/nowhere/rustc"),
        &["cannot run `/nowhere/rustc`", "RUSTC"],
    );
}

#[test]
fn no_plugin() {
    let project = Project::new();
    let alone = project.path("bin/cargo-corofold");
    copy_of_the_command(&alone);
    let mut command = Command::new(alone);
    command.args(["corofold", "build"]).current_dir(project.path("")).env("COROFOLD_PLUGIN", "");
    refused(
        &mut command,
        &["bin/libcorofold.so", "lib/libcorofold.so", "make install", "--plugin"],
    );
}

#[test]
fn a_plugin_beside_the_command_is_found() {
    let project = Project::new();
    fs::create_dir_all(project.path("prefix/lib")).expect("made");
    let exe = project.path("prefix/bin/cargo-corofold");
    copy_of_the_command(&exe);
    symlink(crate::project::plugin(), project.path("prefix/lib/libcorofold.so")).expect("linked");
    let mut command = Command::new(exe);
    command.args(["corofold", "doctor"]).env("COROFOLD_PLUGIN", "").env_remove("RUSTC");
    let told = stdout(&succeed(&mut command));
    assert!(told.contains("prefix/lib/libcorofold.so"), "{told}");
}

#[test]
fn a_file_that_is_no_plugin() {
    let project = Project::new();
    refused(
        &mut project.corofold(&["build", "--plugin", "build.rs"]),
        &["build.rs", "is not a shared library"],
    );
    let exe = env!("CARGO_BIN_EXE_cargo-corofold");
    refused(
        &mut project.corofold(&["build", "--plugin", exe]),
        &["is not a corofold plugin", "make install"],
    );
    refused(
        &mut project.corofold(&["build", "--plugin", "gone.so"]),
        &["given by --plugin", "gone.so"],
    );
}

#[test]
fn a_report_folder_that_cannot_be_written() {
    let project = Project::new();
    let mut command = project.corofold(&["build", "--corofold", "report=build.rs/sub"]);
    refused(&mut command, &["report folder", "cannot be written", "report=DIR"]);
}

#[test]
fn a_call_without_cargo() {
    let project = Project::new();
    refused(project.corofold(&["build"]).env_remove("CARGO"), &["run this as `cargo corofold`"]);
}

#[test]
fn by_hand_it_works_under_its_own_name() {
    let by_hand = |args: &[&str]| {
        let mut command = crate::project::clean(Command::new(env!("CARGO_BIN_EXE_cargo-corofold")));
        command.args(args).env("COROFOLD_PLUGIN", crate::project::plugin());
        stdout(&succeed(&mut command))
    };
    let help = by_hand(&["--help"]);
    assert!(help.starts_with("Build async Rust with the corofold"), "{help}");
    assert!(by_hand(&["doctor"]).contains("can load the plugin."));
}

#[test]
fn a_toolchain_in_the_wrong_place() {
    let project = Project::new();
    refused(
        &mut project.corofold(&["+nightly", "build", "--release"]),
        &["`cargo +nightly corofold build --release`"],
    );
}

#[test]
fn the_doctor_is_content_with_this_toolchain() {
    let project = Project::new();
    let told = stdout(&succeed(&mut project.corofold(&["doctor"])));
    for part in [
        "LLVM of rustc     22.",
        "plugin built for  LLVM 22",
        "all there",
        "trial",
        "can load the plugin.",
    ] {
        assert!(told.contains(part), "no `{part}` in: {told}");
    }
}

#[test]
fn the_doctor_names_missing_symbols() {
    let project = Project::new();
    let source = "unsigned corofold_llvm_major = 22; void LLVMNoSuchThing(void);
                  void llvmGetPassPluginInfo(void) { LLVMNoSuchThing(); }";
    fs::write(project.path("plugin.c"), source).expect("written");
    let mut cc = Command::new("cc");
    succeed(
        cc.args(["-shared", "-fPIC", "plugin.c", "-o", "plugin.so"]).current_dir(project.path("")),
    );
    let output = project.corofold(&["doctor", "--plugin", "plugin.so"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(
        told.contains("1 of the 1 LLVM symbols") && told.contains("\n  LLVMNoSuchThing\n"),
        "{told}"
    );
}

#[test]
fn words_that_mean_nothing() {
    let project = Project::new();
    for subcommand in ["build", "doctor", "flags"] {
        let mut command = project.corofold(&["--corofold", "proved,fast", subcommand]);
        refused(&mut command, &["--corofold", "unknown word `fast`", "poisoned=keep"]);
    }
    let mut opt = project.corofold(&["opt", "--release", "--only", "fast"]);
    let output = opt.output().expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("possible values: prune"), "{}", stderr(&output));
}

#[test]
fn output_that_cannot_be_written() {
    let full = || fs::File::options().write(true).open("/dev/full").expect("there");
    let project = Project::new();
    let output = project.corofold(&["report", "--schema"]).stdout(full()).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("cannot write to standard output"), "{}", stderr(&output));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = project.corofold(&["report", "--schema"]).stdout(writer).output().expect("runs");
    assert_eq!(output.status.code(), Some(141), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}
