//! Finds LLVM and compiles the C++ shim in `llvm-pass/`.
//!
//! The plugin is loaded into a process that already holds an LLVM, so nothing here links one:
//! the undefined symbols are resolved by the host. `--features link-llvm` is for test binaries.

use std::env;
use std::process::{Command, exit};

/// The major version of LLVM that the plugin is built for, by feature.
const LLVM_MAJOR: &str = match (cfg!(feature = "llvm22"), cfg!(feature = "llvm19")) {
    (true, false) => "22",
    (false, true) => "19",
    _ => panic!("choose just one of the features llvm22 and llvm19; llvm22 is a default feature"),
};
const CONFIG_VARIABLE: &str = "COROFOLD_LLVM_CONFIG";
const SHIM: [&str; 6] = [
    "llvm-pass/Corofold.h",
    "llvm-pass/Version.h",
    "llvm-pass/Passes.def",
    "llvm-pass/DebugInfo.cpp",
    "llvm-pass/Plugin.cpp",
    "llvm-pass/Wrapper.cpp",
];

fn main() {
    println!("cargo::rerun-if-env-changed={CONFIG_VARIABLE}");
    for file in SHIM {
        println!("cargo::rerun-if-changed={file}");
    }
    let config = find_llvm_config().unwrap_or_else(|problem| fail(&problem));
    compile_shim(&config);
    if env::var_os("CARGO_FEATURE_LINK_LLVM").is_some() {
        println!("cargo::rustc-link-search=native={}", query(&config, "--libdir"));
        println!("cargo::rustc-link-lib=dylib=LLVM-{LLVM_MAJOR}");
    }
}

/// `COROFOLD_LLVM_CONFIG`, else `llvm-config-` and the major, else an `llvm-config` of that version.
fn find_llvm_config() -> Result<String, String> {
    if let Ok(chosen) = env::var(CONFIG_VARIABLE) {
        return match version(&chosen) {
            Some(found) if is_supported(&found) => Ok(chosen),
            Some(found) => Err(format!("{CONFIG_VARIABLE}={chosen} is LLVM {found}")),
            None => Err(format!("{CONFIG_VARIABLE}={chosen} cannot be run")),
        };
    }
    let versioned = format!("llvm-config-{LLVM_MAJOR}");
    [versioned.as_str(), "llvm-config"]
        .into_iter()
        .find(|name| version(name).is_some_and(|found| is_supported(&found)))
        .map(str::to_owned)
        .ok_or_else(|| format!("no {versioned} and no llvm-config of version {LLVM_MAJOR} in PATH"))
}

fn is_supported(version: &str) -> bool {
    version.split('.').next() == Some(LLVM_MAJOR)
}

fn version(config: &str) -> Option<String> {
    let output = Command::new(config).arg("--version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn query(config: &str, flag: &str) -> String {
    match Command::new(config).arg(flag).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => fail(&format!("`{config} {flag}` failed")),
    }
}

fn compile_shim(config: &str) {
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").warnings(false).define("NDEBUG", None);
    for flag in query(config, "--cxxflags").split_whitespace() {
        // Headers, defines and ABI switches of LLVM; its own warnings and optimisation are not ours.
        if flag.starts_with("-I") || flag.starts_with("-D_") || flag.starts_with("-f") {
            build.flag(flag);
        }
    }
    // rustup's libLLVM is built without RTTI: a typeinfo reference would not resolve at load time.
    build.flag("-fno-rtti").flag("-fvisibility=hidden");
    // Whether the host was built with assertions is checked by symbols we would then need; we need none.
    build.define("LLVM_DISABLE_ABI_BREAKING_CHECKS_ENFORCING", "1");
    build.files(SHIM.iter().filter(|file| file.ends_with(".cpp")));
    build.compile("corofold-shim");
}

fn fail(problem: &str) -> ! {
    println!(
        "cargo::error={problem}; corofold is built against LLVM {LLVM_MAJOR}: install llvm-{LLVM_MAJOR}-dev \
         (Debian: `apt-get install llvm-{LLVM_MAJOR}-dev`) or set {CONFIG_VARIABLE} to its llvm-config"
    );
    exit(1)
}
