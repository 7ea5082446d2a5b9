//! The value of `COROFOLD`, as far as the command has to understand it.
//!
//! The plugin reads the list. The command refuses what the plugin would refuse in the middle of a
//! build, and looks for the words that concern the build around it.

use std::env;
use std::path::{Path, PathBuf, absolute};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::config::Variable;
use crate::files::write_whole;

/// The environment variable the plugin reads.
pub const VARIABLE: &str = "COROFOLD";

/// A comma list of options; empty means everything is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    words: String,
    /// Whether cargo's configuration says so.
    is_configured: bool,
}

impl Options {
    /// `--corofold` if given, else the variable that cargo would give to rustc: the inherited one,
    /// or what its configuration has as `env.COROFOLD`.
    ///
    /// cargo starts rustc in the folder of the package it compiles, so a relative report folder
    /// would be another one for each dependency: it is taken from the current folder, once.
    pub fn resolve(
        given: Option<&str>,
        configured: impl FnOnce() -> Option<Variable>,
    ) -> Result<Self> {
        let inherited = || match env::var(VARIABLE) {
            Ok(words) => Ok(Some(words)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(error) => Err(error).context("COROFOLD holds an invalid value"),
        };
        match given {
            Some(words) => Self::new(words, false).context("--corofold is not understood"),
            None => Self::of_environment(inherited()?, configured()),
        }
    }

    fn of_environment(inherited: Option<String>, configured: Option<Variable>) -> Result<Self> {
        match (inherited, configured) {
            (Some(words), configured) if !configured.as_ref().is_some_and(|c| c.force()) => {
                Self::new(&words, false)
            }
            (_, Some(configured)) => Self::new(configured.value(), true)
                .context("`env` of cargo's configuration is not understood"),
            _ => Ok(Self::default()),
        }
    }

    fn new(words: &str, is_configured: bool) -> Result<Self> {
        if words.contains(';') {
            bail!("words are separated by commas; semicolons are for the pipeline text of `opt`");
        }
        let words: Vec<_> = words.split(',').map(with_absolute_report).collect::<Result<_>>()?;
        let words = words.join(",");
        corofold_options::Options::parse(&words)?;
        Ok(Self { words, is_configured })
    }

    /// The list as the plugin gets it.
    pub fn as_str(&self) -> &str {
        &self.words
    }

    /// Whether plain cargo sees the list as well.
    pub fn is_configured(&self) -> bool {
        self.is_configured
    }

    /// The list for people: with where it comes from, if that is out of sight.
    pub fn described(&self) -> String {
        let origin = if self.is_configured { " (`env` of cargo's configuration)" } else { "" };
        format!("{}{origin}", self.words)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(',').map(str::trim)
    }

    /// The same with a word more.
    pub fn with(&self, word: &str) -> Self {
        let words = self.words().filter(|other| !other.is_empty() && *other != word);
        Self { words: words.chain([word]).collect::<Vec<_>>().join(","), ..*self }
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
    ///
    /// Returns what tells this folder from one that was there before under its name, and nothing
    /// without a folder. Crates that are not compiled write no report, so in a new folder those of
    /// fresh crates would be missing: it has to count as a change.
    pub fn prepare_report(&self) -> Result<String> {
        self.report().map_or(Ok(String::new()), |folder| {
            stamp_of(folder).with_context(|| {
                format!(
                    "the report folder `{}` cannot be written; name another one with `report=DIR`",
                    folder.display()
                )
            })
        })
    }
}

/// The file that tells report folders of one name apart.
const STAMP: &str = ".corofold-folder";

fn stamp_of(folder: &Path) -> Result<String> {
    std::fs::create_dir_all(folder)?;
    let stamp = folder.join(STAMP);
    if !stamp.is_file() {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        write_whole(&stamp, now.as_nanos().to_string().as_bytes())?;
    }
    tempfile::tempfile_in(folder)?;
    Ok(std::fs::read_to_string(stamp)?)
}

fn with_absolute_report(word: &str) -> Result<String> {
    let Some(folder) = word.trim().strip_prefix("report=") else {
        return Ok(word.to_owned());
    };
    let folder: PathBuf =
        absolute(folder).with_context(|| format!("`report={folder}` names no folder"))?;
    let text = folder.display().to_string();
    if text.contains([',', ';']) {
        bail!("the report folder `{text}` has a comma or semicolon, which end words; name another");
    }
    Ok(format!("report={text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &str) -> Result<Options> {
        Options::resolve(Some(words), || unreachable!("not asked for"))
    }

    #[test]
    fn the_variable_is_the_one_that_cargo_would_set() {
        let of = |inherited: Option<&str>, json: Option<&str>| {
            let configured = json.map(|json| serde_json::from_str(json).expect("a variable"));
            let options = Options::of_environment(inherited.map(str::to_owned), configured);
            let options = options.expect("valid");
            (options.words, options.is_configured)
        };
        let (plain, forced) = (r#""off""#, r#"{ "value": "off", "force": true }"#);
        assert_eq!(of(None, None), (String::new(), false));
        assert_eq!(of(None, Some(plain)), ("off".to_owned(), true));
        assert_eq!(of(Some(""), Some(plain)), (String::new(), false));
        assert_eq!(of(Some("trap"), Some(plain)), ("trap".to_owned(), false));
        assert_eq!(of(Some("trap"), Some(forced)), ("off".to_owned(), true));
    }

    #[test]
    fn words_are_found() {
        let options = given("proved, force,report=/r").expect("valid");
        assert!(options.force());
        assert_eq!(options.report(), Some(Path::new("/r")));
        assert!(!given("no-fold").expect("valid").force());
    }

    #[test]
    fn what_the_plugin_would_refuse_is_refused() {
        let error = given("proved,fast").expect_err("no such word");
        let text = format!("{error:#}");
        assert!(text.contains("--corofold") && text.contains("`fast`"), "{text}");
        let error = given("report=a;b").expect_err("no such folder");
        assert!(format!("{error:#}").contains("semicolon"), "{error:#}");
    }

    #[test]
    fn a_word_is_added_once() {
        let options = given("proved,report").expect("valid");
        assert_eq!(options.with("report").as_str(), "proved,report");
        assert_eq!(Options::default().with("off").with("report").as_str(), "off,report");
    }

    #[test]
    fn a_relative_report_folder_becomes_absolute() {
        let options = given("proved,report=out").expect("valid");
        let here = env::current_dir().expect("a current folder");
        assert_eq!(options.as_str(), format!("proved,report={}", here.join("out").display()));
    }

    #[test]
    fn an_unwritable_report_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let below = format!("report={}/sub", file.path().display());
        let error =
            given(&below).and_then(|o| o.prepare_report()).expect_err("a file is no folder");
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}
