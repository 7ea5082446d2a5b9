//! Options: the environment variable `COROFOLD`, and the parameters in pipeline text.
//!
//! rustc parses `-Cllvm-args` before it loads plugins, so a plugin cannot have options there. The
//! command reads the words as well, to refuse what the plugin would refuse in the middle of a build.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use thiserror::Error;

/// The environment variable.
pub const VARIABLE: &str = "COROFOLD";

/// The transformations, in the order in which they run, each with what it does.
pub const TRANSFORMATIONS: [(&str, &str); 8] = [
    ("prune", "states that nothing stores go"),
    ("completed", "children that are done are not dropped again"),
    ("pending", "completed futures return Pending, or go without a check"),
    ("never", "futures that never suspend become plain functions"),
    ("fold", "equal suspend states become one"),
    ("join", "equal ways into one await become one"),
    ("flatten", "children become part of the future that awaits them"),
    ("slots", "what no suspended state needs is not kept in the frame"),
];

/// All words, each with what it does.
pub const WORDS: [(&str, &str); 11] = [
    ("off", "load the plugin and change nothing"),
    ("proved", "only changes that keep every behaviour"),
    ("trap", "completed futures stop the program when polled"),
    ("poisoned=keep", "futures that panicked keep their panic"),
    ("only=NAME+NAME", "these transformations only"),
    ("no-NAME", "all transformations but this one"),
    ("force", "also at opt-level 0"),
    ("report", "put a report into the object files"),
    ("report=DIR", "write a report per module into this folder"),
    ("whole", "this module is all of its program; wrong for several crates"),
    ("verify", "run LLVM's verifier after each transformation"),
];

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Load and report, change nothing.
    pub off: bool,
    /// Only changes that keep every behaviour.
    pub proved: bool,
    /// Completed coroutines trap instead of returning Pending.
    pub trap: bool,
    /// Coroutines that unwound keep their panic.
    pub keep_poisoned: bool,
    /// Also at opt-level 0.
    pub force: bool,
    /// Run LLVM's verifier after each transformation.
    pub verify: bool,
    /// This module is all of its program: no other one has copies of its functions.
    pub whole: bool,
    /// Put a report into the object file.
    pub report: bool,
    /// Where to write a report per module.
    pub report_folder: Option<PathBuf>,
    only: Vec<String>,
    without: Vec<String>,
}

/// A word that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown word `{word}` in {VARIABLE}; valid are {}", valid_words())]
pub struct UnknownWord {
    word: String,
}

impl Options {
    /// Reads a list of words. In the environment they are separated by commas, in pipeline text
    /// (`corofold<pending;trap>`) by semicolons, where a transformation's bare name selects it.
    ///
    /// # Errors
    /// The first word that is not known.
    pub fn parse(text: &str) -> Result<Self, UnknownWord> {
        let mut options = Self::default();
        for word in text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()) {
            options.apply(word)?;
        }
        Ok(options)
    }

    fn apply(&mut self, word: &str) -> Result<(), UnknownWord> {
        match word {
            "off" => self.off = true,
            "proved" => self.proved = true,
            "trap" => self.trap = true,
            "poisoned=keep" => self.keep_poisoned = true,
            "force" => self.force = true,
            "verify" => self.verify = true,
            "whole" => self.whole = true,
            "report" => self.report = true,
            _ => return self.apply_compound(word),
        }
        Ok(())
    }

    fn apply_compound(&mut self, word: &str) -> Result<(), UnknownWord> {
        let unknown = || UnknownWord { word: word.to_owned() };
        if let Some(folder) = word.strip_prefix("report=") {
            self.report_folder = Some(PathBuf::from(folder));
        } else if let Some(names) = word.strip_prefix("only=") {
            for name in names.split('+') {
                self.only.push(known(name).ok_or_else(unknown)?);
            }
        } else if let Some(name) = word.strip_prefix("no-") {
            self.without.push(known(name).ok_or_else(unknown)?);
        } else {
            self.only.push(known(word).ok_or_else(unknown)?);
        }
        Ok(())
    }

    /// Is anyone to be told what was found and done?
    pub fn reports(&self) -> bool {
        self.report || self.report_folder.is_some()
    }

    /// Is this transformation to run?
    pub fn selects(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|other| other == name);
        !self.off && (self.only.is_empty() || listed(&self.only)) && !listed(&self.without)
    }
}

fn known(name: &str) -> Option<String> {
    TRANSFORMATIONS.iter().any(|(known, _)| *known == name).then(|| name.to_owned())
}

/// The names of all transformations, for a sentence.
pub fn transformation_names() -> String {
    TRANSFORMATIONS.map(|(name, _)| name).join(", ")
}

fn valid_words() -> String {
    let words = WORDS.map(|(word, _)| word).join(", ");
    format!("{words}, where NAME is one of {}", transformation_names())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_on_by_default() {
        let options = Options::parse("").unwrap();
        assert!(TRANSFORMATIONS.iter().all(|(known, _)| options.selects(known)));
    }

    #[test]
    fn every_word_that_is_explained_is_known() {
        for (word, _) in WORDS {
            let example = word.replace("NAME", "pending");
            assert!(Options::parse(&example).is_ok(), "{example}");
        }
    }

    #[test]
    fn off_selects_nothing() {
        assert!(!Options::parse("off").unwrap().selects("pending"));
    }

    #[test]
    fn only_and_no_select_by_name() {
        assert!(Options::parse("only=pending").unwrap().selects("pending"));
        assert!(!Options::parse("no-pending").unwrap().selects("pending"));
        assert!(Options::parse("pending;trap").unwrap().trap);
    }

    #[test]
    fn an_unknown_word_lists_the_valid_ones() {
        let message = Options::parse("proved,fast").unwrap_err().to_string();
        assert!(message.contains("`fast`") && message.contains("poisoned=keep"), "{message}");
        assert!(message.contains("pending"), "{message}");
        assert!(Options::parse("only=nothing").is_err());
    }
}
