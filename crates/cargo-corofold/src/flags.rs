//! `cargo corofold flags`: what to set for builds that do not go through this command.
//!
//! cargo takes rustc's flags from one place only (see [`crate::rustflags`]), so a place that is set
//! hides those that come after it. What is printed holds the flags of the place that was used
//! before, where it would hide them; where it would be hidden itself, there is an error instead.

use std::iter;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::config::Config;
use crate::driver::Session;
use crate::options;
use crate::opts::{Common, FlagsArgs, FlagsFormat};
use crate::plugin::{self, is_loadable};
use crate::rustflags::{self, Rustflags, SEPARATOR, Source};
use crate::{output, status};

/// RUSTFLAGS cannot do what the command does; whoever uses them should know.
const CAVEATS: [&str; 3] = [
    "Without --target these flags also reach build scripts and proc-macros: pass --target, even for the host.",
    "RUSTC_BOOTSTRAP=1 reaches build scripts too, and crates that probe for nightly features will use them.",
    "The cfg is a hash of plugin, options and rustc: print the flags anew when one of these changes, or builds go stale.",
];

/// cargo uses such a table together with that of the triple, and it is there for all targets. Its
/// name is hardly in use, so that it can be added to a file that has tables of its own.
const TABLE: &str = "cfg(all())";

pub fn run(common: &Common, args: &FlagsArgs) -> Result<ExitCode> {
    let target = args.target.iter().flat_map(|target| ["--target".into(), target.clone()]);
    let session = Session::start(common, &target.collect::<Vec<_>>())?;
    let config = session.cargo.config()?;
    let mut used = Rustflags::of(&session.cargo, &config, &session.toolchain)?;
    if args.format == FlagsFormat::Toml {
        refuse_hidden(&session, &config, &used)?;
        // cargo goes on using them.
        let stay = used.iter_mut().filter(|rustflags| rustflags.source == Source::Target);
        stay.for_each(|rustflags| rustflags.flags.clear());
    }
    let mut flags = Flags::of(&session, same_for_all(&used)?)?;
    flags.leave_out_configured(&config, args.format)?;
    match args.format {
        FlagsFormat::Shell => output::text(flags.shell())?,
        FlagsFormat::Toml => output::text(flags.toml())?,
        FlagsFormat::Github => {
            // The file has no comments.
            flags.notes().iter().for_each(|note| status::note(note));
            output::text(flags.github())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is printed is for all targets at once.
fn same_for_all(used: &[Rustflags]) -> Result<&Rustflags> {
    let first = used.first().context("there is no target to build for")?;
    if let Some(other) = used.iter().find(|other| other.flags != first.flags) {
        bail!(
            "cargo's configuration has other flags for {} than for {}; choose one with --target",
            other.target,
            first.target
        );
    }
    Ok(first)
}

/// Refuses a configuration that would not be used, or not be valid, once the tables are added.
fn refuse_hidden(session: &Session, config: &Config, used: &[Rustflags]) -> Result<()> {
    for rustflags in used {
        let source = rustflags.source;
        if source.is_variable() {
            bail!(
                "cargo takes no flags from its configuration while {} is set; unset it, or use `--format shell`",
                source.name()
            );
        }
        if let Some(flag) = rustflags.plugin(Some(&session.plugin)) {
            bail!(
                "{} has `{flag}` already; take out what was printed before, and print it anew",
                rustflags::place(&session.cargo, source, &flag)
            );
        }
    }
    if config.target.contains_key(TABLE) {
        bail!(
            "cargo's configuration has a table `target.'{TABLE}'` already, and there can be only one; give the one \
             that is there another name for the same, such as `target.'cfg(not(any()))'`"
        );
    }
    Ok(())
}

struct Flags {
    /// What cargo uses without ours, and would not use any more.
    repeated: Rustflags,
    own: Vec<String>,
    env: Vec<(&'static str, String)>,
}

impl Flags {
    fn of(session: &Session, used: &Rustflags) -> Result<Self> {
        let hash = session.hash();
        let mut plugin = session.plugin.path().to_owned();
        if !is_loadable(&plugin) {
            // `cargo clean` leaves the cache alone.
            let target_dir = iter::once_with(|| session.cargo.target_dir().ok()).flatten();
            let folders = plugin::cache().into_iter().chain(target_dir);
            plugin = session.plugin.copy_to(folders, &hash)?;
        }
        let mut env = Vec::new();
        if session.toolchain.needs_bootstrap() {
            env.push(("RUSTC_BOOTSTRAP", "1".to_owned()));
        }
        let options = &session.options;
        if !options.as_str().is_empty() && !options.is_configured() {
            env.push((options::VARIABLE, options.as_str().to_owned()));
        }
        // cargo rebuilds when the flags change, and knows nothing of the plugin's content.
        let own =
            vec![format!("-Zllvm-plugins={}", plugin.display()), format!("--cfg=corofold_{hash}")];
        let flags = used.without_plugin(Some(&session.plugin));
        Ok(Self { repeated: Rustflags { flags, ..used.clone() }, own, env })
    }

    /// What cargo's configuration sets cannot be set a second time there, and wins if it is forced.
    fn leave_out_configured(&mut self, config: &Config, format: FlagsFormat) -> Result<()> {
        let in_file = format == FlagsFormat::Toml;
        for (name, value) in &self.env {
            let Some(configured) = config.env.get(*name) else { continue };
            if (in_file || configured.force()) && configured.value() != value {
                bail!(
                    "cargo's configuration sets `env.{name}` to `{}`; make it `{value}` there, or take it out",
                    configured.value()
                );
            }
        }
        self.env.retain(|(name, _)| !in_file || !config.env.contains_key(*name));
        Ok(())
    }

    /// What whoever uses this should know.
    fn notes(&self) -> Vec<String> {
        let bootstraps = self.env.iter().any(|(name, _)| *name == "RUSTC_BOOTSTRAP");
        let concerns = |caveat: &&str| bootstraps || !caveat.starts_with("RUSTC_BOOTSTRAP");
        let mut notes: Vec<_> = CAVEATS.into_iter().filter(concerns).map(str::to_owned).collect();
        let Rustflags { target, source, flags } = &self.repeated;
        if !source.is_variable() && !flags.is_empty() {
            notes.push(format!(
                "The flags that `{}` has for {target} are repeated here, since cargo does not use them any more.",
                source.name()
            ));
        }
        notes
    }

    fn comments(&self) -> String {
        self.notes().iter().map(|note| format!("# {note}\n")).collect()
    }

    fn all(&self) -> Vec<String> {
        [&self.repeated.flags[..], &self.own].concat()
    }

    /// Whether RUSTFLAGS would not be used, or could not hold the flags.
    fn is_encoded(&self) -> bool {
        let has_space = |flag: &String| flag.contains(' ');
        self.repeated.source == Source::Encoded || self.repeated.flags.iter().any(has_space)
    }

    fn shell(&self) -> String {
        let mut text = self.comments();
        for (name, value) in &self.env {
            text += &format!("export {name}={}\n", quoted(value));
        }
        if !self.is_encoded() {
            return text + &format!("export RUSTFLAGS={}\n", quoted(&self.all().join(" ")));
        }
        let words: Vec<_> = self.all().iter().map(|flag| quoted(flag)).collect();
        let format = vec!["%s"; words.len()].join(r"\037");
        let name = Source::Encoded.name();
        text + &format!("export {name}=\"$(printf '{format}' {})\"\n", words.join(" "))
    }

    fn toml(&self) -> String {
        // JSON's strings and arrays of strings are TOML too.
        let mut text = self.comments();
        text += &format!("[target.'{TABLE}']\nrustflags = {}\n", json!(self.all()));
        for (name, value) in &self.env {
            // A table of its own can follow a table `env`.
            text += &format!("\n[env.{name}]\nvalue = {}\n", json!(value));
        }
        text
    }

    fn github(&self) -> String {
        let (source, separator) = match self.is_encoded() {
            true => (Source::Encoded, SEPARATOR.to_string()),
            false => (Source::Environment, " ".to_owned()),
        };
        let flags = (source.name(), self.all().join(&separator));
        self.env.iter().chain([&flags]).map(|(name, value)| format!("{name}={value}\n")).collect()
    }
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(source: Source, repeated: &[&str]) -> Flags {
        let flags = repeated.iter().map(|flag| (*flag).to_owned()).collect();
        Flags {
            repeated: Rustflags { target: "thumbv7em".into(), source, flags },
            own: vec!["-Zllvm-plugins=/p.so".into(), "--cfg=corofold_1".into()],
            env: vec![("RUSTC_BOOTSTRAP", "1".into()), ("COROFOLD", "only=pending".into())],
        }
    }

    /// What the lines make of two variables, in sh.
    fn evaluated(flags: &Flags) -> String {
        let names = r#""$COROFOLD" "${RUSTFLAGS-}" "${CARGO_ENCODED_RUSTFLAGS-}""#;
        let script = format!("{}printf '%s|%s|%s' {names}", flags.shell());
        let mut sh = std::process::Command::new("sh");
        sh.args(["-c", &script]).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        let run = sh.output().expect("a shell");
        String::from_utf8_lossy(&run.stdout).into_owned()
    }

    #[test]
    fn shell_lines_can_be_evaluated() {
        let told = evaluated(&flags(Source::Environment, &["-g", "-Ca='b'"]));
        assert_eq!(told, "only=pending|-g -Ca='b' -Zllvm-plugins=/p.so --cfg=corofold_1|");
    }

    #[test]
    fn flags_with_spaces_or_encoded_ones_stay_whole() {
        let told = evaluated(&flags(Source::Target, &["-Clink-args=-a -b", "-C%s\\n'"]));
        let expected = "-Clink-args=-a -b\x1f-C%s\\n'\x1f-Zllvm-plugins=/p.so\x1f--cfg=corofold_1";
        assert_eq!(told, format!("only=pending||{expected}"));
        let github = flags(Source::Encoded, &["-g"]).github();
        let expected = "-g\x1f-Zllvm-plugins=/p.so\x1f--cfg=corofold_1";
        assert!(github.ends_with(&format!("\nCARGO_ENCODED_RUSTFLAGS={expected}\n")), "{github}");
    }

    #[test]
    fn toml_can_be_added_to_tables() {
        let text = flags(Source::Build, &["-Cbuild"]).toml();
        let table = "\n[target.'cfg(all())']\n\
                     rustflags = [\"-Cbuild\",\"-Zllvm-plugins=/p.so\",\"--cfg=corofold_1\"]\n";
        assert!(text.contains(table), "{text}");
        let env =
            "\n[env.RUSTC_BOOTSTRAP]\nvalue = \"1\"\n\n[env.COROFOLD]\nvalue = \"only=pending\"\n";
        assert!(text.ends_with(env), "{text}");
    }

    #[test]
    fn github_lines_are_assignments_only() {
        let text = flags(Source::Environment, &["-g"]).github();
        assert!(
            text.lines()
                .all(|line| line.split_once('=').is_some_and(|(name, _)| !name.contains(' '))),
            "{text}"
        );
        assert!(text.ends_with("RUSTFLAGS=-g -Zllvm-plugins=/p.so --cfg=corofold_1\n"), "{text}");
    }

    #[test]
    fn what_is_repeated_is_told_and_nightly_gets_no_word_about_bootstrap() {
        assert_eq!(flags(Source::Environment, &["-g"]).notes().len(), 3);
        let notes = flags(Source::Target, &["-g"]).notes();
        assert!(notes[3].contains("`target.*.rustflags` has for thumbv7em"), "{notes:?}");
        let nightly = Flags { env: Vec::new(), ..flags(Source::Build, &[]) };
        assert!(nightly.notes().iter().all(|note| !note.contains("RUSTC_BOOTSTRAP")));
    }

    #[test]
    fn what_the_configuration_sets_is_left_out_or_refused() {
        let config = |json: &str| serde_json::from_str::<Config>(json).expect("a configuration");
        let left = |json: &str, format| {
            let mut flags = flags(Source::Build, &[]);
            flags.leave_out_configured(&config(json), format).map(|()| flags.env.len())
        };
        let (same, other) =
            (r#"{"env":{"COROFOLD":"only=pending"}}"#, r#"{"env":{"COROFOLD":"off"}}"#);
        assert_eq!(left(same, FlagsFormat::Toml).expect("the same"), 1);
        let error = left(other, FlagsFormat::Toml).expect_err("another value").to_string();
        assert!(error.contains("`env.COROFOLD` to `off`; make it `only=pending`"), "{error}");
        assert_eq!(left(other, FlagsFormat::Shell).expect("a variable wins"), 2);
        let forced = r#"{"env":{"COROFOLD":{"value":"off","force":true}}}"#;
        left(forced, FlagsFormat::Shell).expect_err("what is forced wins");
    }
}
