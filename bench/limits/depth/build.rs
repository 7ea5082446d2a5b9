//! Compiles `layers.rs` once per opt-level and panic strategy with the plugin and once without, so that one benchmark
//! can measure all of them side by side.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPT_LEVELS: [&str; 2] = ["3", "s"];
const PANICS: [&str; 2] = ["abort", "unwind"];

fn main() {
    let plugin = plugin();
    println!("cargo::rerun-if-env-changed=COROFOLD_PLUGIN");
    println!("cargo::rerun-if-env-changed=COROFOLD");
    println!("cargo::rerun-if-changed=layers.rs");
    println!("cargo::rerun-if-changed={}", plugin.display());
    for opt_level in OPT_LEVELS {
        for panic in PANICS {
            compile(opt_level, panic, "off", None);
            compile(opt_level, panic, "on", Some(&plugin));
        }
    }
}

/// `COROFOLD_PLUGIN`, else the one that this repository builds.
fn plugin() -> PathBuf {
    let built =
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/release/libcorofold.so");
    let plugin = env::var_os("COROFOLD_PLUGIN").map_or_else(built, PathBuf::from);
    plugin.canonicalize().unwrap_or_else(|error| {
        panic!(
            "no plugin at {}: {error}. Build it with `cargo build --release` in the root of the repository, \
             or name it in COROFOLD_PLUGIN",
            plugin.display()
        )
    })
}

/// Compiles one variant to an object and has it linked. Its symbols start with `layers_OPT_PANIC_PLUGIN_`.
fn compile(opt_level: &str, panic: &str, name: &str, plugin: Option<&Path>) {
    let variant = format!("layers_{opt_level}_{panic}_{name}");
    let object = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"))
        .join(format!("{variant}.o"));
    let mut rustc = Command::new(env::var_os("RUSTC").expect("cargo sets RUSTC"));
    rustc
        .env("RUSTC_BOOTSTRAP", "1")
        .env("VARIANT", &variant)
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=obj",
            "-Ccodegen-units=1",
            "-Cpanic=unwind",
        ])
        // Generic functions that are exported would be defined once per variant.
        .arg("-Zshare-generics=no")
        .args([
            "--crate-name",
            &variant,
            &format!("-Copt-level={opt_level}"),
            &format!("-Cpanic={panic}"),
            "layers.rs",
            "-o",
        ])
        .arg(&object);
    if let Some(plugin) = plugin {
        rustc.arg(format!("-Zllvm-plugins={}", plugin.display()));
    }
    let status = rustc.status().unwrap_or_else(|error| panic!("cannot run rustc: {error}"));
    assert!(status.success(), "rustc could not compile {variant}: {status}");
    println!("cargo::rustc-link-arg={}", object.display());
}
