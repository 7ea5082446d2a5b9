//! What is measured of an executable: bytes of code and of constants, and the resumed panics that are still called.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, SectionKind};
use serde::{Deserialize, Serialize};

/// One executable.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub struct Size {
    /// Bytes of executable sections.
    pub text: u64,
    /// Bytes of sections that are loaded and never written, or written by the loader only.
    pub rodata: u64,
    /// Call sites of `panic_const_async_fn_resumed` and `…_resumed_panic`.
    pub resumed_panics: u64,
}

impl Size {
    /// Measures the executable at `path`.
    pub fn of(path: &Path, objdump: &Path) -> Result<Self> {
        let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = object::File::parse(&*data)
            .with_context(|| format!("{} is not an executable", path.display()))?;
        let mut size = Self { text: 0, rodata: 0, resumed_panics: resumed_panics(path, objdump)? };
        for section in file.sections() {
            match section.kind() {
                SectionKind::Text => size.text += section.size(),
                SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                    size.rodata += section.size()
                }
                // Constants with addresses in them, such as every `Location`, where the executable can be loaded anywhere.
                SectionKind::Data
                    if section.name().is_ok_and(|name| name.starts_with(".data.rel.ro")) =>
                {
                    size.rodata += section.size();
                }
                _ => {}
            }
        }
        Ok(size)
    }
}

fn resumed_panics(path: &Path, objdump: &Path) -> Result<u64> {
    let output = Command::new(objdump)
        .args(["--disassemble", "--no-show-raw-insn"])
        .arg(path)
        .output()
        .with_context(|| {
            format!("cannot start {}; --objdump names another one", objdump.display())
        })?;
    ensure!(output.status.success(), "{} failed on {}", objdump.display(), path.display());
    Ok(count_resumed_calls(&String::from_utf8_lossy(&output.stdout)))
}

/// Instructions of other functions that name a resumed panic as their operand.
fn count_resumed_calls(listing: &str) -> u64 {
    const PANIC: &str = "panic_const_async_fn_resumed";
    let mut inside = false;
    let mut calls = 0;
    for line in listing.lines() {
        if line.ends_with(">:") {
            inside = line.contains(PANIC);
        } else if !inside && line.contains(PANIC) && !line.contains("resumed_drop") {
            calls += 1;
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::count_resumed_calls;

    #[test]
    fn counts_operands_and_not_definitions() {
        let listing = "
00000100 <core::panicking::panic_const::panic_const_async_fn_resumed>:
     104: bl\t0x100 <core::panicking::panic_const::panic_const_async_fn_resumed+0x0>
00000200 <firmware::run::{{closure}}>:
     204: bl\t0x100 <core::panicking::panic_const::panic_const_async_fn_resumed>
     208: bl\t0x300 <core::panicking::panic_const::panic_const_async_fn_resumed_panic>
     20c: bl\t0x400 <core::panicking::panic_const::panic_const_async_fn_resumed_drop>
     210: bl\t0x500 <core::panicking::panic_fmt>";
        assert_eq!(count_resumed_calls(listing), 2);
    }
}
