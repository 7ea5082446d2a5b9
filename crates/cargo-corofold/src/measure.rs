//! Sizes of the sections and functions of a linked file or a static library.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use object::read::archive::ArchiveFile;
use object::{
    File, FileKind, Object, ObjectSection, ObjectSymbol, Section, SectionFlags, SectionKind,
    SymbolKind, elf,
};
use rustc_demangle::demangle;

use crate::panics::ResumedPanics;

/// What is in a file, in bytes.
#[derive(Debug)]
pub struct Measure {
    pub text: u64,
    pub rodata: u64,
    pub data: u64,
    pub resumed_panics: ResumedPanics,
    /// By demangled name, without the hash; instances of one generic function are added up.
    pub functions: BTreeMap<String, u64>,
}

impl Measure {
    pub fn of(path: &Path) -> Result<Self> {
        let read = || Self::of_bytes(&fs::read(path)?);
        read().with_context(|| format!("cannot measure `{}`", path.display()))
    }

    pub fn total(&self) -> u64 {
        self.text + self.rodata + self.data
    }

    fn of_bytes(bytes: &[u8]) -> Result<Self> {
        let mut measure = Self {
            text: 0,
            rodata: 0,
            data: 0,
            resumed_panics: ResumedPanics::Unknown,
            functions: BTreeMap::new(),
        };
        if FileKind::parse(bytes)? == FileKind::Archive {
            measure.add_archive(bytes)?;
        } else {
            let file = File::parse(bytes)?;
            measure.add(&file);
            measure.resumed_panics = ResumedPanics::of(&file);
        }
        Ok(measure)
    }

    fn add_archive(&mut self, bytes: &[u8]) -> Result<()> {
        let mut panics = Vec::new();
        for member in ArchiveFile::parse(bytes)?.members() {
            // Members that are no objects are metadata.
            if let Ok(file) = File::parse(member?.data(bytes)?) {
                self.add(&file);
                panics.push(ResumedPanics::of(&file));
            }
        }
        self.resumed_panics = panics.into_iter().sum();
        Ok(())
    }

    fn add(&mut self, file: &File) {
        for section in file.sections() {
            match Class::of(&section) {
                Some(Class::Text) => self.text += section.size(),
                Some(Class::Rodata) => self.rodata += section.size(),
                Some(Class::Data) => self.data += section.size(),
                None => {}
            }
        }
        let mut seen = HashSet::new();
        let functions = file
            .symbols()
            .filter(|s| s.kind() == SymbolKind::Text && s.is_definition() && s.size() > 0);
        for symbol in functions {
            // Names for the same code count once.
            if seen.insert((symbol.section_index(), symbol.address())) {
                let name = source_name(symbol.name().unwrap_or("<not UTF-8>"));
                *self.functions.entry(name).or_default() += symbol.size();
            }
        }
    }
}

/// The demangled name, without the hash, and without the number by which LLVM tells apart what has
/// the same name in several modules: that is another one in each build.
fn source_name(symbol: &str) -> String {
    let name = format!("{:#}", demangle(symbol));
    match name.rsplit_once('.') {
        Some((name, number)) if number.parse::<u64>().is_ok() => name.to_owned(),
        _ => name,
    }
}

/// What the bytes of a section are for; none if they are not loaded, or not in the file.
#[derive(Debug, PartialEq, Eq)]
enum Class {
    Text,
    Rodata,
    Data,
}

impl Class {
    fn of(section: &Section) -> Option<Self> {
        use SectionKind as Kind;
        if matches!(section.kind(), Kind::UninitializedData | Kind::UninitializedTls) {
            return None;
        }
        if let SectionFlags::Elf { sh_flags, .. } = section.flags() {
            return Self::of_elf(sh_flags);
        }
        match section.kind() {
            Kind::Text => Some(Self::Text),
            Kind::Data | Kind::ReadOnlyDataWithRel | Kind::Tls => Some(Self::Data),
            Kind::ReadOnlyData | Kind::ReadOnlyString => Some(Self::Rodata),
            _ => None,
        }
    }

    fn of_elf(flags: elf::SectionFlags) -> Option<Self> {
        let has = |flag| flags.contains(flag);
        match (has(elf::SHF_ALLOC), has(elf::SHF_EXECINSTR), has(elf::SHF_WRITE)) {
            (false, _, _) => None,
            (true, true, _) => Some(Self::Text),
            (true, false, true) => Some(Self::Data),
            (true, false, false) => Some(Self::Rodata),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const PROGRAM: &str = "
        const int table[100] = {1}; int counters[50] = {1}; int zeros[1000];
        int _RNvC3app4main(int n) { return table[n] + counters[n] + zeros[n]; }
        int _RNvC3app5other(int n) { return table[n] * counters[n]; }";

    fn compile(options: &[&str], archive: bool) -> Measure {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.c"), PROGRAM).expect("written");
        let cc =
            Command::new("cc").arg(path("a.c")).arg("-o").arg(path("a.o")).args(options).status();
        assert!(cc.expect("the C compiler that rustc links with").success());
        if !archive {
            return Measure::of(&path("a.o")).expect("measurable");
        }
        let ar = Command::new("ar").arg("rc").args([path("a.a"), path("a.o")]).status();
        assert!(ar.expect("ar").success());
        Measure::of(&path("a.a")).expect("measurable")
    }

    #[test]
    fn sections_are_told_apart() {
        let options = ["-c", "-O1", "-fno-asynchronous-unwind-tables", "-fcf-protection=none"];
        let measure = compile(&options, false);
        assert_eq!((measure.rodata, measure.data), (400, 200), ".bss is in neither");
        assert_eq!(measure.text, measure.functions.values().sum::<u64>());
        assert_eq!(measure.total(), measure.text + 600);
    }

    #[test]
    fn functions_are_named_as_in_the_source() {
        let measure = compile(&["-shared", "-fPIC"], false);
        assert!(measure.functions.contains_key("app::main"), "{:?}", measure.functions);
        assert!(measure.functions.contains_key("app::other"), "{:?}", measure.functions);
    }

    #[test]
    fn numbers_of_llvm_are_no_part_of_a_name() {
        assert_eq!(source_name("_RNvC3app4main.2312"), "app::main");
        assert_eq!(source_name("_ZN3app4main17h0123456789abcdefE.llvm.77"), "app::main");
        assert_eq!(source_name("memcpy"), "memcpy");
    }

    #[test]
    fn an_archive_is_the_sum_of_its_members() {
        let options = ["-c", "-O1"];
        let (member, archive) = (compile(&options, false), compile(&options, true));
        assert_eq!(archive.total(), member.total());
        assert_eq!(archive.functions, member.functions);
        assert_eq!(archive.resumed_panics, ResumedPanics::Exact(0));
    }

    #[test]
    fn a_file_that_is_no_object_is_named() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let error = Measure::of(file.path()).expect_err("nothing to measure");
        assert!(error.to_string().contains("cannot measure"), "{error}");
    }
}
