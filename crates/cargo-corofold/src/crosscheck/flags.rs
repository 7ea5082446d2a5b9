//! Does this rustc know these flags? It is asked before anything is built.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::rustflags::joined;
use crate::toolchain::Toolchain;

/// Compiles next to nothing with the unstable ones of `flags`; all others are rustc's business.
///
/// # Errors
/// A flag that this rustc does not have, or a MIR pass that it has not and would ignore.
pub fn check(toolchain: &Toolchain, flags: &[String]) -> Result<()> {
    let unstable = unstable(flags);
    if unstable.is_empty() {
        return Ok(());
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let source = folder.path().join("flags.rs");
    fs::write(&source, "pub fn nothing() {}\n")?;
    let output = Command::new(&toolchain.rustc)
        .args(&unstable)
        .args(["--crate-type=lib", "--emit=metadata", "--out-dir"])
        .arg(folder.path())
        .arg(&source)
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run `{}`", toolchain.rustc.display()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let ignored = |line: &&str| line.contains("will be ignored");
    let Some(why) = told
        .lines()
        .find(|line| line.starts_with("error"))
        .or_else(|| told.lines().find(ignored))
        .or_else(|| (!output.status.success()).then_some("it failed"))
    else {
        return Ok(());
    };
    bail!(
        "rustc {} does not take `{}`: {why}; `rustc -Zhelp` lists what it has, and --toolchain-b \
         chooses another one",
        toolchain.release,
        unstable.join(" ")
    )
}

/// The `-Z` flags, in one piece each.
fn unstable(flags: &[String]) -> Vec<String> {
    joined(flags).into_iter().filter(|flag| flag.starts_with("-Z")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unstable_flags_are_found_in_both_forms() {
        let flags = ["-Z", "mir-opt-level=4", "-Cdebuginfo=1", "-Zthreads=1"].map(str::to_owned);
        assert_eq!(unstable(&flags), ["-Zmir-opt-level=4", "-Zthreads=1"]);
    }

    #[test]
    fn what_rustc_lacks_is_told() {
        let toolchain = Toolchain::query("rustc".into()).expect("a rustc");
        let check = |flag: &str| check(&toolchain, &[flag.to_owned()]);
        check("-Zmir-opt-level=4").expect("known");
        check("-Zmir-enable-passes=+JumpThreading").expect("known");
        for (flag, part) in [
            ("-Zno-such-flag=1", "unknown unstable option: `no-such-flag`"),
            ("-Zmir-enable-passes=+NoSuchPass", "`NoSuchPass` is unknown"),
            ("-Zmir-opt-level=high", "incorrect value `high`"),
        ] {
            let error = check(flag).expect_err(flag).to_string();
            assert!(error.contains(part) && error.contains("--toolchain-b"), "{error}");
        }
    }
}
