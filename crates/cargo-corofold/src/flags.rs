//! `cargo corofold flags`: what to set for builds that do not go through this command.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::driver::Session;
use crate::options;
use crate::opts::{Common, FlagsArgs, FlagsFormat};
use crate::plugin::is_loadable;
use crate::status;

/// RUSTFLAGS cannot do what the command does; whoever uses them should know.
const CAVEATS: [&str; 3] = [
    "Without --target these flags also reach build scripts and proc-macros: pass --target, even for the host.",
    "RUSTC_BOOTSTRAP=1 reaches build scripts too, and crates that probe for nightly features will use them.",
    "The cfg is a hash of plugin, options and rustc: print the flags anew when one of these changes, or builds go stale.",
];

pub fn run(common: &Common, args: &FlagsArgs) -> Result<ExitCode> {
    let session = Session::start(common, &[])?;
    let flags = Flags::of(&session)?;
    match args.format {
        FlagsFormat::Shell => print!("{}", flags.shell()),
        FlagsFormat::Toml => print!("{}", flags.toml()),
        FlagsFormat::Github => {
            // The file has no comments.
            flags.caveats().for_each(status::note);
            print!("{}", flags.github());
        }
    }
    Ok(ExitCode::SUCCESS)
}

struct Flags {
    rustflags: Vec<String>,
    env: Vec<(&'static str, String)>,
}

impl Flags {
    fn of(session: &Session) -> Result<Self> {
        let hash = session.hash();
        let plugin = session.plugin.path().to_owned();
        let plugin =
            if is_loadable(&plugin) { plugin } else { session.plugin.copy_to(&plugin, &hash)? };
        let mut env = Vec::new();
        if session.toolchain.needs_bootstrap() {
            env.push(("RUSTC_BOOTSTRAP", "1".to_owned()));
        }
        if !session.options.as_str().is_empty() {
            env.push((options::VARIABLE, session.options.as_str().to_owned()));
        }
        // cargo rebuilds when the flags change, and knows nothing of the plugin's content.
        let rustflags =
            vec![format!("-Zllvm-plugins={}", plugin.display()), format!("--cfg=corofold_{hash}")];
        Ok(Self { rustflags, env })
    }

    /// The second caveat only concerns toolchains that are not nightly.
    fn caveats(&self) -> impl Iterator<Item = &'static str> {
        let bootstraps = self.env.iter().any(|(name, _)| *name == "RUSTC_BOOTSTRAP");
        CAVEATS
            .into_iter()
            .filter(move |caveat| bootstraps || !caveat.starts_with("RUSTC_BOOTSTRAP"))
    }

    fn comments(&self) -> String {
        self.caveats().map(|caveat| format!("# {caveat}\n")).collect()
    }

    fn shell(&self) -> String {
        let mut text = self.comments();
        for (name, value) in &self.env {
            text += &format!("export {name}='{}'\n", value.replace('\'', r"'\''"));
        }
        let flags = self.rustflags.join(" ").replace('\'', r"'\''");
        text + &format!("export RUSTFLAGS=\"${{RUSTFLAGS:+$RUSTFLAGS }}\"'{flags}'\n")
    }

    fn toml(&self) -> String {
        // JSON's strings and arrays of strings are TOML too.
        let mut text = self.comments();
        text += &format!("[build]\nrustflags = {}\n", json!(self.rustflags));
        if !self.env.is_empty() {
            text += "\n[env]\n";
        }
        for (name, value) in &self.env {
            text += &format!("{name} = {}\n", json!(value));
        }
        text
    }

    fn github(&self) -> String {
        let flags = ("RUSTFLAGS", self.rustflags.join(" "));
        self.env.iter().chain([&flags]).map(|(name, value)| format!("{name}={value}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> Flags {
        Flags {
            rustflags: vec!["-Zllvm-plugins=/p.so".into(), "--cfg=corofold_1".into()],
            env: vec![("RUSTC_BOOTSTRAP", "1".into()), ("COROFOLD", "only=pending".into())],
        }
    }

    #[test]
    fn shell_lines_can_be_evaluated() {
        let script =
            flags().shell() + "printf '%s|%s|%s' \"$RUSTC_BOOTSTRAP\" \"$COROFOLD\" \"$RUSTFLAGS\"";
        let run = std::process::Command::new("sh")
            .args(["-c", &script])
            .env("RUSTFLAGS", "-g")
            .output()
            .expect("a shell");
        let told = String::from_utf8_lossy(&run.stdout);
        assert_eq!(told, "1|only=pending|-g -Zllvm-plugins=/p.so --cfg=corofold_1");
    }

    #[test]
    fn toml_has_both_tables() {
        let text = flags().toml();
        assert!(
            text.contains(
                "\n[build]\nrustflags = [\"-Zllvm-plugins=/p.so\",\"--cfg=corofold_1\"]\n"
            ),
            "{text}"
        );
        assert!(
            text.ends_with("\n[env]\nRUSTC_BOOTSTRAP = \"1\"\nCOROFOLD = \"only=pending\"\n"),
            "{text}"
        );
    }

    #[test]
    fn github_lines_are_assignments_only() {
        let text = flags().github();
        assert!(
            text.lines()
                .all(|line| line.split_once('=').is_some_and(|(name, _)| !name.contains(' '))),
            "{text}"
        );
        assert!(text.ends_with("RUSTFLAGS=-Zllvm-plugins=/p.so --cfg=corofold_1\n"), "{text}");
    }

    #[test]
    fn nightly_gets_no_word_about_bootstrap() {
        assert_eq!(flags().caveats().count(), 3);
        let nightly = Flags { env: Vec::new(), ..flags() };
        assert!(nightly.caveats().all(|caveat| !caveat.contains("RUSTC_BOOTSTRAP")));
    }
}
