//! `--off`: a plugin that is loaded and told to change nothing leaves every byte that a program loads as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, SectionFlags, elf};

use crate::build::{Build, Builder, Config};

/// Builds a program without the plugin and with `COROFOLD=off`, and compares the two.
///
/// Returns how many bytes they have in common.
///
/// # Errors
/// Where one cannot be built, or where they differ: the sections that do.
pub fn check(builder: &Builder, build: &Build) -> Result<u64> {
    let built = |config| Sections::of(&builder.build(&Build { config, ..*build })?);
    let (without, off) = (built(Config::Base)?, built(Config::Off)?);
    let differing = without.differing(&off);
    ensure!(differing.is_empty(), "`off` has changed {}", differing.join(", "));
    Ok(without.bytes())
}

/// The sections of an executable that are loaded, by name.
#[derive(Debug)]
struct Sections(BTreeMap<String, Vec<u8>>);

impl Sections {
    fn of(executable: &Path) -> Result<Self> {
        let data = fs::read(executable)
            .with_context(|| format!("cannot read {}", executable.display()))?;
        let file = object::File::parse(&*data)?;
        let loaded = file.sections().filter(|section| match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(elf::SHF_ALLOC),
            _ => false,
        });
        let named =
            loaded.map(|section| Ok((section.name()?.to_owned(), section.data()?.to_vec())));
        let sections = named.collect::<Result<BTreeMap<_, _>>>()?;
        ensure!(!sections.is_empty(), "{} holds no code", executable.display());
        Ok(Self(sections))
    }

    fn bytes(&self) -> u64 {
        self.0.values().map(|content| content.len() as u64).sum()
    }

    /// The names of the sections that the two do not share.
    fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let names = self.0.keys().chain(other.0.keys().filter(|name| !self.0.contains_key(*name)));
        names.filter(|name| self.0.get(*name) != other.0.get(*name)).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sections;

    fn sections(of: &[(&str, &[u8])]) -> Sections {
        Sections(of.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect())
    }

    #[test]
    fn names_what_differs_and_what_only_one_has() {
        let without = sections(&[(".text", b"ab"), (".rodata", b"c"), (".gone", b"")]);
        let off = sections(&[(".text", b"ax"), (".rodata", b"c"), (".new", b"")]);
        assert_eq!(without.differing(&off), [".gone", ".text", ".new"]);
        assert!(without.differing(&without).is_empty());
    }
}
