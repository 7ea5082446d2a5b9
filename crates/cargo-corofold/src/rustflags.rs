//! The flags that cargo gives to rustc, and where it takes them from.
//!
//! There are four places, and cargo uses the first of them that is set and ignores the others:
//! CARGO_ENCODED_RUSTFLAGS, RUSTFLAGS, `target.*.rustflags` and `build.rustflags`. Within the third
//! those of the triple and of each `cfg` that holds are put together.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};
use cargo_metadata::cargo_platform::{Cfg, CfgExpr};

use crate::cargo::Cargo;
use crate::config::Config;
use crate::driver::Session;
use crate::plugin::Plugin;
use crate::toolchain::Toolchain;

/// What separates flags in CARGO_ENCODED_RUSTFLAGS.
pub const SEPARATOR: char = '\x1f';

/// Where cargo takes flags from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// CARGO_ENCODED_RUSTFLAGS.
    Encoded,
    /// RUSTFLAGS.
    Environment,
    /// `target.*.rustflags`.
    Target,
    /// `build.rustflags`, also when there are none at all.
    Build,
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Self::Encoded => "CARGO_ENCODED_RUSTFLAGS",
            Self::Environment => "RUSTFLAGS",
            Self::Target => "target.*.rustflags",
            Self::Build => "build.rustflags",
        }
    }

    /// Whether it is a variable, which hides all configuration.
    pub fn is_variable(self) -> bool {
        matches!(self, Self::Encoded | Self::Environment)
    }
}

/// The flags for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rustflags {
    /// The triple.
    pub target: String,
    pub source: Source,
    pub flags: Vec<String>,
}

impl Rustflags {
    /// Those of each target that cargo, with its arguments and configuration, would build for.
    ///
    /// # Errors
    /// A configuration that cargo cannot read, or a target that rustc does not know.
    pub fn of(cargo: &Cargo, config: &Config, toolchain: &Toolchain) -> Result<Vec<Self>> {
        let find = |target: String| {
            let cfgs = || toolchain.cfgs(&target);
            let (source, flags) = find(config, &target, |name| env::var(name).ok(), cfgs)?;
            Ok(Self { target, source, flags })
        };
        cargo.targets(config, &toolchain.host).into_iter().map(find).collect()
    }

    /// The flag that loads the plugin, if there is one.
    pub fn plugin(&self, plugin: Option<&Plugin>) -> Option<String> {
        let loads = |flag: &String| {
            plugins(flag).is_some_and(|list| list.iter().any(|p| is_ours(p, plugin)))
        };
        joined(&self.flags).into_iter().find(loads)
    }

    /// The flags without those that `cargo corofold flags` printed before.
    pub fn without_plugin(&self, plugin: Option<&Plugin>) -> Vec<String> {
        let keep = |flag: String| match plugins(&flag) {
            _ if flag.starts_with("--cfg=corofold_") => None,
            Some(list) if list.iter().any(|p| is_ours(p, plugin)) => {
                let others: Vec<_> = list.into_iter().filter(|p| !is_ours(p, plugin)).collect();
                (!others.is_empty()).then(|| format!("{PLUGINS}{}", others.join(",")))
            }
            _ => Some(flag),
        };
        joined(&self.flags).into_iter().filter_map(keep).collect()
    }
}

/// Refuses a comparison of builds with and without the plugin in which both would have it.
///
/// # Errors
/// The plugin is in the flags that cargo gives to rustc by itself.
pub fn refuse_plugin(session: &Session) -> Result<()> {
    for rustflags in Rustflags::of(&session.cargo, &session.cargo.config()?, &session.toolchain)? {
        if let Some(flag) = rustflags.plugin(Some(&session.plugin)) {
            bail!(
                "cargo loads the plugin in all builds, also in the one without it, which leaves nothing to compare: \
                 {} has `{flag}`; take it out there, since this command loads the plugin by itself",
                place(&session.cargo, rustflags.source, &flag)
            );
        }
    }
    Ok(())
}

/// Where a flag is, for people.
pub fn place(cargo: &Cargo, source: Source, flag: &str) -> String {
    let name = source.name();
    let table = name.split('.').next().unwrap_or(name);
    match (source.is_variable(), cargo.config_origin(table, flag)) {
        (true, _) => format!("the environment variable {name}"),
        (false, Some(origin)) => format!("`{name}` in {origin}"),
        (false, None) => format!("`{name}` in cargo's configuration"),
    }
}

fn find(
    config: &Config,
    target: &str,
    variable: impl Fn(&str) -> Option<String>,
    cfgs: impl FnOnce() -> Result<Vec<Cfg>>,
) -> Result<(Source, Vec<String>)> {
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if let Some(text) = variable(Source::Encoded.name()) {
        let flags = text.split(SEPARATOR).filter(|flag| !flag.is_empty());
        return Ok((Source::Encoded, flags.map(str::to_owned).collect()));
    }
    if let Some(text) = variable(Source::Environment.name()) {
        let flags = text.split(' ').map(str::trim).filter(|flag| !flag.is_empty());
        return Ok((Source::Environment, flags.map(str::to_owned).collect()));
    }
    // A target may be the path of a file that describes it, and is called as the file is.
    let name = match target.strip_suffix(".json") {
        Some(path) => Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(target),
        None => target,
    };
    let of_triple = config.target.get(name).map(|table| table.rustflags.to_vec());
    let mut flags = of_triple.unwrap_or_default();
    let key = name.to_uppercase().replace(['-', '.'], "_");
    flags.extend(variable(&format!("CARGO_TARGET_{key}_RUSTFLAGS")).map(words).unwrap_or_default());
    flags.extend(of_cfgs(config, cfgs)?);
    if !flags.is_empty() {
        return Ok((Source::Target, flags));
    }
    flags = config.build.rustflags.to_vec();
    flags.extend(variable("CARGO_BUILD_RUSTFLAGS").map(words).unwrap_or_default());
    Ok((Source::Build, flags))
}

/// rustc is asked for `cfgs` only where something depends on them.
fn of_cfgs(config: &Config, cfgs: impl FnOnce() -> Result<Vec<Cfg>>) -> Result<Vec<String>> {
    let tables: Vec<_> = config
        .target
        .iter()
        .map(|(key, table)| (key, table.rustflags.to_vec()))
        .filter(|(key, flags)| key.starts_with("cfg(") && !flags.is_empty())
        .collect();
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let cfgs = cfgs()?;
    let holding = tables.into_iter().filter(|(key, _)| CfgExpr::matches_key(key, &cfgs));
    Ok(holding.flat_map(|(_, flags)| flags).collect())
}

/// How the option starts that loads plugins.
const PLUGINS: &str = "-Zllvm-plugins=";

/// Flags in one piece each: `-Z name` becomes `-Zname`, and `--cfg name` `--cfg=name`.
pub fn joined(flags: &[String]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        let sign = match flag.as_str() {
            "-Z" => "-Z",
            "--cfg" => "--cfg=",
            _ => {
                pieces.push(flag.clone());
                continue;
            }
        };
        pieces.extend(flags.next().map(|value| format!("{sign}{value}")));
    }
    pieces
}

/// The plugins that a flag loads.
fn plugins(flag: &str) -> Option<Vec<&str>> {
    // rustc takes either sign in the names of options.
    let list = flag.strip_prefix(PLUGINS).or_else(|| flag.strip_prefix("-Zllvm_plugins="))?;
    Some(list.split([' ', ',']).filter(|path| !path.is_empty()).collect())
}

/// Whether it is the plugin of this command, or a copy of it.
fn is_ours(path: &str, plugin: Option<&Plugin>) -> bool {
    let path = Path::new(path);
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with("libcorofold"))
        || plugin.is_some_and(|plugin| plugin.path() == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "thumbv7em-none-eabihf";

    fn found(config: &str, variables: &[(&str, &str)]) -> (Source, Vec<String>) {
        let config: Config = serde_json::from_str(config).expect("a configuration");
        let variable = |name: &str| {
            let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
            Some((*value).to_owned())
        };
        let cfgs = || Ok(vec!["target_os=\"none\"".parse().expect("a cfg")]);
        find(&config, TARGET, variable, cfgs).expect("flags")
    }

    fn flags(flags: &[&str]) -> Vec<String> {
        flags.iter().map(|flag| (*flag).to_owned()).collect()
    }

    const CONFIG: &str = r#"{
        "build": { "rustflags": ["-Cbuild", "a b"] },
        "target": {
            "thumbv7em-none-eabihf": { "linker": "lld", "rustflags": "-Ctarget -g" },
            "cfg(target_os = \"none\")": { "rustflags": ["-Ccfg"] },
            "cfg(unix)": { "rustflags": ["-Cunix"] }
        }
    }"#;

    #[test]
    fn the_first_place_that_is_set_hides_the_others() {
        let (encoded, plain) = (("CARGO_ENCODED_RUSTFLAGS", "-Ca\x1fb c"), ("RUSTFLAGS", "-Cd  e"));
        assert_eq!(found(CONFIG, &[encoded, plain]), (Source::Encoded, flags(&["-Ca", "b c"])));
        assert_eq!(found(CONFIG, &[plain]), (Source::Environment, flags(&["-Cd", "e"])));
        assert_eq!(found(CONFIG, &[("RUSTFLAGS", "")]), (Source::Environment, Vec::new()));
        assert_eq!(found(CONFIG, &[]), (Source::Target, flags(&["-Ctarget", "-g", "-Ccfg"])));
        let build = r#"{ "build": { "rustflags": ["-Cbuild", "a b"] } }"#;
        assert_eq!(found(build, &[]), (Source::Build, flags(&["-Cbuild", "a b"])));
        assert_eq!(found("{}", &[]), (Source::Build, Vec::new()));
    }

    #[test]
    fn variables_of_configuration_add_to_the_files() {
        let of_target = ("CARGO_TARGET_THUMBV7EM_NONE_EABIHF_RUSTFLAGS", "-Cenv");
        let expected = flags(&["-Ctarget", "-g", "-Cenv", "-Ccfg"]);
        assert_eq!(found(CONFIG, &[of_target]), (Source::Target, expected));
        let of_build = ("CARGO_BUILD_RUSTFLAGS", "-Ca -Cb");
        assert_eq!(found("{}", &[of_build]), (Source::Build, flags(&["-Ca", "-Cb"])));
    }

    #[test]
    fn the_plugin_is_found_and_left_out() {
        let rustflags = |list: &[&str]| Rustflags {
            target: TARGET.to_owned(),
            source: Source::Build,
            flags: flags(list),
        };
        let ours = ["-g", "-Z", "llvm-plugins=/p/libcorofold-12.so", "--cfg", "corofold_12"];
        let loaded = rustflags(&ours).plugin(None);
        assert_eq!(loaded.as_deref(), Some("-Zllvm-plugins=/p/libcorofold-12.so"));
        assert_eq!(rustflags(&ours).without_plugin(None), ["-g"]);
        let mixed = ["-Zllvm_plugins=/a.so,/p/libcorofold.so", "--cfg=x"];
        assert!(rustflags(&mixed).plugin(None).is_some());
        assert_eq!(rustflags(&mixed).without_plugin(None), ["-Zllvm-plugins=/a.so", "--cfg=x"]);
        let others = ["-Zllvm-plugins=/corofold/other.so", "-Zthreads=1"];
        assert_eq!(rustflags(&others).plugin(None), None);
        assert_eq!(rustflags(&others).without_plugin(None), others);
    }
}
