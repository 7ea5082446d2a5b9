//! What is measured of an executable: bytes of code and of constants, and the resumed panics that are still called.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind};
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
    /// Code and constants.
    pub fn flash(&self) -> u64 {
        self.text + self.rodata
    }

    /// Measures the executable at `path`.
    pub fn of(path: &Path, objdump: &Path) -> Result<Self> {
        let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = object::File::parse(&*data)
            .with_context(|| format!("{} is not an executable", path.display()))?;
        let listing = disassemble(path, objdump)?;
        let mut size = Self {
            text: 0,
            rodata: 0,
            resumed_panics: count_resumed_calls(&listing, &resumed_slots(&file)),
        };
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

const PANIC: &str = "panic_const_async_fn_resumed";

/// For panics of coroutines that were resumed after their end; not for those that were dropped while they run, which are another matter.
fn is_resumed_panic(text: &str) -> bool {
    text.contains(PANIC) && !text.contains("resumed_drop")
}

fn disassemble(path: &Path, objdump: &Path) -> Result<String> {
    let output = Command::new(objdump)
        .args(["--disassemble", "--no-show-raw-insn"])
        .arg(path)
        .output()
        .with_context(|| {
            format!("cannot start {}; --objdump names another one", objdump.display())
        })?;
    ensure!(output.status.success(), "{} failed on {}", objdump.display(), path.display());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The addresses that hold the address of a resumed panic: x86-64 calls what comes from another crate through such a slot, which the disassembler
/// knows by its number only.
fn resumed_slots<'data>(file: &object::File<'data>) -> HashSet<u64> {
    let panics: HashSet<u64> = file
        .symbols()
        .filter(|symbol| symbol.name().is_ok_and(is_resumed_panic))
        .map(|symbol| symbol.address())
        .collect();
    let relocations = file.dynamic_relocations().into_iter().flatten();
    relocations
        .filter(|(_, relocation)| panics.contains(&relocation.addend().cast_unsigned()))
        .map(|(address, _)| address)
        .collect()
}

/// Instructions of other functions that name a resumed panic, or a slot with the address of one, as their operand.
fn count_resumed_calls(listing: &str, slots: &HashSet<u64>) -> u64 {
    let mut inside = false;
    let mut calls = 0;
    for line in listing.lines() {
        if line.ends_with(">:") {
            inside = line.contains(PANIC);
        } else if !inside && (is_resumed_panic(line) || names_slot(line, slots)) {
            calls += 1;
        }
    }
    calls
}

/// Whether the comment of an instruction, `# 0xe3e78 <name+0x10>`, gives the address of a slot.
fn names_slot(line: &str, slots: &HashSet<u64>) -> bool {
    let Some((_, comment)) = line.split_once("# 0x") else { return false };
    let digits = comment.split_whitespace().next().unwrap_or_default();
    u64::from_str_radix(digits, 16).is_ok_and(|address| slots.contains(&address))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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
        assert_eq!(count_resumed_calls(listing, &HashSet::new()), 2);
    }

    #[test]
    fn counts_calls_through_slots() {
        let listing = "
0000000000042000 <server::main>:
   4206b:      \tcallq\t*0xa1e07(%rip)          # 0xe3e78 <writev+0xe3e78>
   4214c:      \tcallq\t*0xa1d86(%rip)          # 0xe3ed8 <writev+0xe3ed8>";
        assert_eq!(count_resumed_calls(listing, &HashSet::from([0xe3e78])), 1);
    }
}
