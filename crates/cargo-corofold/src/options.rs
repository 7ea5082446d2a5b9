//! The value of `COROFOLD`, as far as the command has to understand it.
//!
//! The plugin reads the list. The command refuses what the plugin would refuse in the middle of a
//! build, and looks for the words that concern the build around it.

use std::env;
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context, Result, bail};

/// The environment variable the plugin reads.
pub const VARIABLE: &str = "COROFOLD";

/// A comma list of options; empty means everything is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options(String);

impl Options {
    /// `--corofold` if given, else the inherited variable.
    ///
    /// cargo starts rustc in the folder of the package it compiles, so a relative report folder
    /// would be another one for each dependency: it is taken from the current folder, once.
    pub fn resolve(given: Option<&str>) -> Result<Self> {
        let origin = if given.is_some() { "--corofold" } else { VARIABLE };
        let text = match given {
            Some(text) => text.to_owned(),
            None => match env::var(VARIABLE) {
                Ok(text) => text,
                Err(env::VarError::NotPresent) => String::new(),
                Err(error) => return Err(error).context("COROFOLD holds an invalid value"),
            },
        };
        let words: Vec<_> = text.split(',').map(with_absolute_report).collect::<Result<_>>()?;
        let words = words.join(",");
        corofold_options::Options::parse(&words)
            .with_context(|| format!("{origin} is not understood"))?;
        Ok(Self(words))
    }

    /// The list as the plugin gets it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(',').map(str::trim)
    }

    /// The same with a word more.
    pub fn with(&self, word: &str) -> Self {
        let words = self.words().filter(|other| !other.is_empty() && *other != word);
        Self(words.chain([word]).collect::<Vec<_>>().join(","))
    }

    /// Whether the plugin should also work at opt-level 0.
    pub fn force(&self) -> bool {
        self.words().any(|word| word == "force")
    }

    /// The folder of the reports.
    pub fn report(&self) -> Option<&Path> {
        self.words().find_map(|word| word.strip_prefix("report=")).map(Path::new)
    }

    /// Makes sure that reports can be written, so that no rustc fails half-way.
    pub fn check_report(&self) -> Result<()> {
        let Some(folder) = self.report() else {
            return Ok(());
        };
        std::fs::create_dir_all(folder)
            .and_then(|()| tempfile::tempfile_in(folder).map(drop))
            .with_context(|| {
                format!(
                    "the report folder `{}` cannot be written; name another one with `report=DIR`",
                    folder.display()
                )
            })
    }
}

fn with_absolute_report(word: &str) -> Result<String> {
    let Some(folder) = word.trim().strip_prefix("report=") else {
        return Ok(word.to_owned());
    };
    let folder: PathBuf =
        absolute(folder).with_context(|| format!("`report={folder}` names no folder"))?;
    let text = folder.display().to_string();
    if text.contains([',', ';']) {
        bail!(
            "the report folder `{text}` has a comma or semicolon, which ends words; name another"
        );
    }
    Ok(format!("report={text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        let options = Options::resolve(Some("proved, force,report=/r")).expect("valid");
        assert!(options.force());
        assert_eq!(options.report(), Some(Path::new("/r")));
        assert!(!Options::resolve(Some("no-fold")).expect("valid").force());
    }

    #[test]
    fn what_the_plugin_would_refuse_is_refused() {
        let error = Options::resolve(Some("proved,fast")).expect_err("no such word");
        let text = format!("{error:#}");
        assert!(text.contains("--corofold") && text.contains("`fast`"), "{text}");
        let error = Options::resolve(Some("report=a;b")).expect_err("no such folder");
        assert!(error.to_string().contains("semicolon"), "{error}");
    }

    #[test]
    fn a_word_is_added_once() {
        let options = Options::resolve(Some("proved,report")).expect("valid");
        assert_eq!(options.with("report").as_str(), "proved,report");
        assert_eq!(Options::default().with("off").with("report").as_str(), "off,report");
    }

    #[test]
    fn a_relative_report_folder_becomes_absolute() {
        let options = Options::resolve(Some("proved,report=out")).expect("valid");
        let here = env::current_dir().expect("a current folder");
        assert_eq!(options.as_str(), format!("proved,report={}", here.join("out").display()));
    }

    #[test]
    fn an_unwritable_report_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let below = format!("report={}/sub", file.path().display());
        let error = Options::resolve(Some(&below))
            .and_then(|o| o.check_report())
            .expect_err("a file is no folder");
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}
