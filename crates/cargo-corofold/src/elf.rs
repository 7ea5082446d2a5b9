//! Reads shared libraries without loading them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use object::{Object, ObjectSection, ObjectSymbol};

/// A file's bytes, with its path for messages.
pub struct SharedLibrary {
    pub path: PathBuf,
    bytes: Vec<u8>,
}

impl SharedLibrary {
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let library = Self { path: path.to_owned(), bytes };
        library.file()?;
        Ok(library)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn file(&self) -> Result<object::File<'_>> {
        object::File::parse(self.bytes.as_slice())
            .with_context(|| format!("`{}` is not a shared library", self.path.display()))
    }

    /// The libraries it asks the dynamic linker for.
    pub fn needed(&self) -> Result<Vec<String>> {
        let file = self.file()?;
        let libraries = file.import_libraries()?;
        libraries.map(|library| Ok(String::from_utf8_lossy(library?.name()).into_owned())).collect()
    }

    /// The dynamic symbols for which `keep` holds, given each name and whether it is defined here.
    pub fn symbols(&self, keep: impl Fn(&str, bool) -> bool) -> Result<Vec<String>> {
        let file = self.file()?;
        let names = file.dynamic_symbols().filter_map(|symbol| {
            let name = symbol.name().ok()?;
            // An exported symbol may carry its version: `name@@LLVM_22.1`.
            let name = name.split('@').next().unwrap_or(name);
            keep(name, symbol.is_definition()).then(|| name.to_owned())
        });
        Ok(names.collect())
    }

    /// The initial value of an exported `u32`.
    pub fn exported_u32(&self, name: &str) -> Option<u32> {
        let file = self.file().ok()?;
        let symbol = file.dynamic_symbols().find(|s| s.is_definition() && s.name() == Ok(name))?;
        let section = file.section_by_index(symbol.section_index()?).ok()?;
        let bytes = section.data_range(symbol.address(), 4).ok()??.try_into().ok()?;
        Some(if file.is_little_endian() {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }
}
