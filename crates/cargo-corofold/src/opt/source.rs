//! What to work on: a file, or crates.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::{Failed, before_fence, option_values, without_option};
use crate::driver::Session;
use crate::files;
use crate::opts::Common;
use crate::wrapper::Settings;

/// The modules that the arguments name.
///
/// # Errors
/// A file that is not there, or a crate that cannot be built.
pub fn find(common: &Common, args: &[OsString]) -> Result<Vec<PathBuf>> {
    let is_ir = |arg: &&OsString| {
        Path::new(arg).extension().is_some_and(|extension| extension == "ll" || extension == "bc")
    };
    match before_fence(args).iter().find(is_ir) {
        None => of_crates(common, args),
        Some(file) if args.len() > 1 => {
            bail!("`{}` is a module of its own: give no other file or option", file.display())
        }
        Some(file) if !Path::new(file).is_file() => bail!("there is no file `{}`", file.display()),
        Some(file) => Ok(vec![file.into()]),
    }
}

/// One module for each `-p`, or for the package of the current folder.
fn of_crates(common: &Common, args: &[OsString]) -> Result<Vec<PathBuf>> {
    let session = Session::start(common, args)?;
    session.announce();
    let mut packages = option_values(args, "-p");
    packages.extend(option_values(args, "--package"));
    let others = without_option(&without_option(args, "-p"), "--package");
    if packages.is_empty() {
        session.cargo.check_has_package("`opt` takes one crate")?;
        return Ok(vec![of_crate(&session, &others, None, "crate")?]);
    }
    let of_package = |(index, package): (usize, &OsString)| {
        // A package can also be named by a URL. The number keeps apart what is cut to the same name.
        let name = format!("{}-{}", index + 1, files::name_of(&package.to_string_lossy()));
        of_crate(&session, &others, Some(package), &name)
    };
    packages.iter().enumerate().map(of_package).collect()
}

/// The IR of a crate as rustc hands it to LLVM, in one module, by way of `cargo rustc`, which wants
/// one target and says so. `name` is that of the file.
fn of_crate(
    session: &Session,
    args: &[OsString],
    package: Option<&OsString>,
    name: &str,
) -> Result<PathBuf> {
    let folder = session.cargo.target_dir()?.join("corofold").join("opt");
    let output = folder.join(format!("{name}.ll"));
    if output.as_os_str().as_encoded_bytes().contains(&b',') {
        bail!(
            "rustc cannot write IR to a path with a comma, as `{}` is; choose another target folder, \
             for instance with --target-dir",
            output.display()
        );
    }
    let mut command = session.cargo.command();
    command.arg("rustc").arg("--target-dir").arg(&folder);
    if let Some(package) = package {
        command.arg("-p").arg(package);
    }
    command.args(without_option(before_fence(args), "--target-dir"));
    // What is not linked needs no optimisation at link time.
    command.arg(session.cargo.profile_argument("lto=\"off\"")).arg("--");
    command.args(args.iter().skip(before_fence(args).len() + 1));
    // What is not linked is never fresh to cargo, so the file is always that of these arguments.
    let mut emit = OsString::from("--emit=llvm-ir=");
    emit.push(&output);
    command.arg(emit).args(["-Cno-prepopulate-passes", "-Ccodegen-units=1", "-Zno-link"]);
    settings(session)?.apply(&mut command)?;
    // What an earlier call left would pass for what this one makes.
    if output.exists() {
        fs::remove_file(&output)
            .with_context(|| format!("cannot remove `{}`", output.display()))?;
    }
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        return Err(Failed(status).into());
    }
    if !output.is_file() {
        bail!("rustc wrote no module to `{}`; look at its warnings", output.display());
    }
    Ok(output)
}

/// Without the plugin: `opt` loads it.
fn settings(session: &Session) -> Result<Settings> {
    Ok(Settings {
        plugin: None,
        // `-Zno-link` is for all levels.
        force: true,
        label: "corofold-opt".to_owned(),
        identity: concat!("opt ", env!("CARGO_PKG_VERSION")).to_owned(),
        ..session.with_plugin()?
    })
}
