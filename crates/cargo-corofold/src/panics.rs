//! Counts the "`async fn` resumed after completion" panics that are left in a file.
//!
//! What counts is a place that calls (or jumps to) core's `panic_const_async_fn_resumed*`. In a
//! relocatable file that is a relocation. In a linked file it is a direct branch, and these are
//! found without disassembling: code may hold data, after which a disassembler is out of step. A
//! branch encoding at any possible place whose target is exactly the function looked for is a call
//! of it; the chance that other bytes look like one is about 2^-32 for each place.
//!
//! What cannot be counted is not called none: a stripped file that holds the panics' message has
//! at least one, and a stripped file without it is unknown (the standard library may be built
//! without messages).

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::iter::Sum;

use object::{
    Architecture, File, Object, ObjectKind, ObjectSection, ObjectSymbol, RelocationTarget,
    SectionKind, SymbolKind,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Part of the symbol of each of these panics: after completion, panic, and async drop.
const FUNCTION: &str = "panic_const_async_fn_resumed";

/// How the messages of these panics begin.
const MESSAGE: &[u8] = b"`async fn` resumed after ";

/// How many such panics there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "precision", content = "count")]
pub enum ResumedPanics {
    /// So many.
    Exact(u64),
    /// So many, and perhaps more.
    AtLeast(u64),
    /// The file does not say.
    Unknown,
}

impl ResumedPanics {
    /// Counts them in one file that is no archive.
    pub fn of(file: &File) -> Self {
        if file.kind() == ObjectKind::Relocatable {
            Self::Exact(relocations(file))
        } else {
            linked(file)
        }
    }
}

impl fmt::Display for ResumedPanics {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Exact(count) => write!(f, "{count}"),
            Self::AtLeast(count) => write!(f, ">= {count}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// The count of an archive from those of its members.
impl Sum for ResumedPanics {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::Exact(0), |sum, count| match (sum, count) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(a + b),
            (Self::Unknown, Self::Unknown | Self::Exact(0)) | (Self::Exact(0), Self::Unknown) => {
                Self::Unknown
            }
            (Self::Unknown, Self::Exact(n) | Self::AtLeast(n))
            | (Self::Exact(n) | Self::AtLeast(n), Self::Unknown) => Self::AtLeast(n),
            (Self::Exact(a) | Self::AtLeast(a), Self::Exact(b) | Self::AtLeast(b)) => {
                Self::AtLeast(a + b)
            }
        })
    }
}

fn is_wanted<'data>(symbol: &impl ObjectSymbol<'data>) -> bool {
    symbol.name().is_ok_and(|name| name.contains(FUNCTION))
}

/// Relocations of code against one of the functions.
fn relocations(file: &File) -> u64 {
    let wanted: HashSet<_> =
        file.symbols().filter(is_wanted).map(|symbol| symbol.index()).collect();
    let code = file.sections().filter(|section| section.kind() == SectionKind::Text);
    let against_wanted = code.flat_map(|section| section.relocations()).filter(
        |(_, relocation)| matches!(relocation.target(), RelocationTarget::Symbol(symbol) if wanted.contains(&symbol)),
    );
    against_wanted.count() as u64
}

fn linked(file: &File) -> ResumedPanics {
    let has_symbols =
        file.symbols().any(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    if !has_symbols {
        return if holds_message(file) {
            ResumedPanics::AtLeast(1)
        } else {
            ResumedPanics::Unknown
        };
    }
    let functions = functions(file);
    let mut targets = functions.clone();
    targets.extend(slots(file, &functions));
    match branches(file, &targets) {
        0 if functions.is_empty() && !imports(file) && !holds_message(file) => {
            ResumedPanics::Exact(0)
        }
        // The linker drops functions that nothing uses: something does, in a way not seen here.
        0 => ResumedPanics::AtLeast(1),
        count => ResumedPanics::Exact(count),
    }
}

/// The addresses of the functions.
fn functions(file: &File) -> BTreeSet<u64> {
    // The lowest bit of an Arm function's address says that it is Thumb code.
    let mask = if file.architecture() == Architecture::Arm { !1 } else { !0 };
    let symbols = file.symbols().filter(|symbol| symbol.is_definition() && is_wanted(symbol));
    symbols.map(|symbol| symbol.address() & mask).collect()
}

/// Whether a dynamic libstd is to provide the functions.
fn imports(file: &File) -> bool {
    file.symbols()
        .chain(file.dynamic_symbols())
        .any(|symbol| symbol.is_undefined() && is_wanted(&symbol))
}

/// Where the addresses of the functions are stored, for calls through a global offset table.
fn slots(file: &File, functions: &BTreeSet<u64>) -> Vec<u64> {
    let mut slots = Vec::new();
    if functions.is_empty() {
        return slots;
    }
    for (at, relocation) in file.dynamic_relocations().into_iter().flatten() {
        if functions.contains(&(relocation.addend() as u64)) {
            slots.push(at);
        }
    }
    for section in file.sections().filter(|section| section.kind() == SectionKind::Data) {
        let words = section
            .data()
            .unwrap_or_default()
            .chunks_exact(8)
            .zip((section.address()..).step_by(8));
        let stored = words.filter(|(word, _)| {
            functions.contains(&u64::from_le_bytes((*word).try_into().unwrap_or_default()))
        });
        slots.extend(stored.map(|(_, at)| at));
    }
    slots
}

/// How many branches of the code go to one of `targets`.
fn branches(file: &File, targets: &BTreeSet<u64>) -> u64 {
    let decode: Decoder = match file.architecture() {
        Architecture::X86_64 | Architecture::I386 => x86,
        Architecture::Aarch64 => aarch64,
        Architecture::Arm => thumb,
        Architecture::Riscv32 => riscv32,
        Architecture::Riscv64 => riscv64,
        _ => return 0,
    };
    let code = file.sections().filter(|section| section.kind() == SectionKind::Text);
    code.map(|section| {
        count_in(section.data().unwrap_or_default(), section.address(), decode, targets)
    })
    .sum()
}

fn count_in(code: &[u8], address: u64, decode: Decoder, targets: &BTreeSet<u64>) -> u64 {
    let (mut at, mut count) = (0, 0);
    while at < code.len() {
        let place = decode(&code[at..]);
        let target =
            place.offset.map(|offset| address.wrapping_add(at as u64).wrapping_add_signed(offset));
        count += u64::from(target.is_some_and(|target| targets.contains(&target)));
        at += place.step;
    }
    count
}

/// Looks at the code at one place.
type Decoder = fn(&[u8]) -> Place;

struct Place {
    /// Where the branch here goes, counted from here.
    offset: Option<i64>,
    /// How far it is to the next place to look at.
    step: usize,
}

fn word(code: &[u8], at: usize) -> Option<u32> {
    code.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn half(code: &[u8], at: usize) -> Option<u32> {
    code.get(at..at + 2)?.try_into().ok().map(|bytes| u32::from(u16::from_le_bytes(bytes)))
}

/// The lowest `bits` of `value` as a signed number.
fn signed(value: u32, bits: u32) -> i64 {
    i64::from((value << (32 - bits)) as i32 >> (32 - bits))
}

/// `call`, `jmp` and `jcc` with 32 bits, and both of the former through a pointer near by.
fn x86(code: &[u8]) -> Place {
    let opcode_len = match code {
        [0xE8 | 0xE9, ..] => Some(1),
        [0x0F, 0x80..=0x8F, ..] | [0xFF, 0x15 | 0x25, ..] => Some(2),
        _ => None,
    };
    let offset = opcode_len.and_then(|len| Some(signed(word(code, len)?, 32) + len as i64 + 4));
    Place { offset, step: 1 }
}

/// `bl` and `b`.
fn aarch64(code: &[u8]) -> Place {
    let branch = word(code, 0).filter(|word| word & 0x7C00_0000 == 0x1400_0000);
    Place { offset: branch.map(|word| signed(word, 26) * 4), step: 4 }
}

/// `bl` and `b.w` with 24 bits.
fn thumb(code: &[u8]) -> Place {
    let offset = half(code, 0).zip(half(code, 2)).and_then(|(first, second)| {
        let is_branch = first & 0xF800 == 0xF000 && matches!(second & 0xD000, 0xD000 | 0x9000);
        let sign = first >> 10 & 1;
        let inverted = |bit: u32| (second >> bit & 1) ^ sign ^ 1;
        let high = sign << 24 | inverted(13) << 23 | inverted(11) << 22;
        is_branch.then(|| signed(high | (first & 0x3FF) << 12 | (second & 0x7FF) << 1, 25) + 4)
    });
    Place { offset, step: 2 }
}

fn riscv32(code: &[u8]) -> Place {
    riscv(code, true)
}

fn riscv64(code: &[u8]) -> Place {
    riscv(code, false)
}

/// `auipc` with `jalr`, `jal`, `c.j`, and `c.jal`, which only RV32 has. Instructions tell their
/// length and code holds no data, so this walks from one to the next.
fn riscv(code: &[u8], is_32: bool) -> Place {
    let Some(first) = half(code, 0) else {
        return Place { offset: None, step: 2 };
    };
    if first & 3 != 3 {
        return Place { offset: riscv_compressed(first, is_32), step: 2 };
    }
    let offset = word(code, 0).and_then(|instruction| match instruction & 0x7F {
        0x6F => Some(riscv_jal(instruction)),
        0x17 => riscv_auipc_jalr(instruction, word(code, 4)?),
        _ => None,
    });
    Place { offset, step: 4 }
}

fn riscv_jal(jal: u32) -> i64 {
    let bits = (jal >> 31 & 1) << 20
        | (jal >> 12 & 0xFF) << 12
        | (jal >> 20 & 1) << 11
        | (jal >> 21 & 0x3FF) << 1;
    signed(bits, 21)
}

fn riscv_auipc_jalr(auipc: u32, jalr: u32) -> Option<i64> {
    let same_register = jalr >> 15 & 0x1F == auipc >> 7 & 0x1F;
    (jalr & 0x707F == 0x67 && same_register)
        .then(|| i64::from((auipc & 0xFFFF_F000) as i32) + signed(jalr >> 20, 12))
}

fn riscv_compressed(half: u32, is_32: bool) -> Option<i64> {
    let is_jump = half & 0xE003 == 0xA001 || is_32 && half & 0xE003 == 0x2001;
    // Which bit of the offset each bit of the instruction is, from bit 2 on.
    let places = [5, 1, 2, 3, 7, 6, 10, 8, 9, 4, 11];
    let bits = places.iter().enumerate().map(|(at, place)| (half >> (at + 2) & 1) << place).sum();
    is_jump.then(|| signed(bits, 12))
}

fn holds_message(file: &File) -> bool {
    use SectionKind::{Data, ReadOnlyData, ReadOnlyDataWithRel, ReadOnlyString, Text};
    let loaded = file.sections().filter(|section| {
        matches!(section.kind(), Text | Data | ReadOnlyData | ReadOnlyDataWithRel | ReadOnlyString)
    });
    loaded
        .filter_map(|section| section.data().ok())
        .any(|data| data.windows(MESSAGE.len()).any(|part| part == MESSAGE))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// Two callers of the panic, and its message.
    const PROGRAM: &str = r#"
        __attribute__((noinline, noreturn)) void panic_const_async_fn_resumed(const char *message) {
            for (;;) __asm__ volatile("" : : "r"(message));
        }
        __attribute__((noinline)) int poll(int n) {
            if (n == 5) panic_const_async_fn_resumed("`async fn` resumed after completion");
            __asm__ volatile("");
            return n;
        }
        int main(int n, char **args) {
            if (n == 7) panic_const_async_fn_resumed("`async fn` resumed after panicking");
            return poll(n);
        }"#;

    fn compile(program: &str, options: &[&str]) -> ResumedPanics {
        let folder = tempfile::tempdir().expect("a folder");
        let (source, output) = (folder.path().join("a.c"), folder.path().join("a.out"));
        std::fs::write(&source, program).expect("written");
        let status = Command::new("cc").arg(&source).arg("-o").arg(&output).args(options).status();
        assert!(status.expect("the C compiler that rustc links with").success());
        count(&output)
    }

    fn count(path: &Path) -> ResumedPanics {
        let bytes = std::fs::read(path).expect("readable");
        ResumedPanics::of(&File::parse(bytes.as_slice()).expect("an object file"))
    }

    #[test]
    fn calls_of_a_linked_file_are_counted() {
        for options in [&["-O1"][..], &["-O1", "-static-pie", "-fPIE"], &["-O1", "-no-pie"]] {
            assert_eq!(compile(PROGRAM, options), ResumedPanics::Exact(2), "{options:?}");
        }
    }

    #[test]
    fn calls_of_an_object_file_are_counted() {
        let options = ["-O1", "-c", "-ffunction-sections", "-fPIC"];
        assert_eq!(compile(PROGRAM, &options), ResumedPanics::Exact(2));
    }

    #[test]
    fn a_stripped_file_is_never_said_to_have_none() {
        assert_eq!(compile(PROGRAM, &["-O1", "-s"]), ResumedPanics::AtLeast(1));
        assert_eq!(compile("int main() { return 0; }", &["-s"]), ResumedPanics::Unknown);
    }

    #[test]
    fn a_file_with_symbols_and_without_panics_has_none() {
        assert_eq!(compile("int main() { return 0; }", &[]), ResumedPanics::Exact(0));
    }

    #[test]
    fn a_use_that_is_no_call_is_not_overlooked() {
        let program = "void panic_const_async_fn_resumed() {} void *volatile used = panic_const_async_fn_resumed;
                       int main() { return used == 0; }";
        assert_eq!(compile(program, &[]), ResumedPanics::AtLeast(1));
    }

    #[test]
    fn calls_through_a_pointer_table_are_counted() {
        // `call *slot(%rip)`, as -Zplt=no gives where the linker does not relax it.
        assert_eq!(x86(&[0xFF, 0x15, 0x10, 0, 0, 0]).offset, Some(0x16));
    }

    #[test]
    fn rust_programs_are_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("a.rs");
        let program = "use std::{future::Future, pin::pin, task::{Context, Waker}};
            #[inline(never)] async fn one(n: u32) { std::hint::black_box(n); }
            fn main() {
                let mut one = pin!(one(1));
                let mut context = Context::from_waker(Waker::noop());
                for _ in 0..std::env::args().count() { let _ = one.as_mut().poll(&mut context); }
            }";
        std::fs::write(&source, program).expect("written");
        let counts = ["3", "s"].map(|level| {
            let output = folder.path().join(level);
            let level = format!("-Copt-level={level}");
            let mut rustc = Command::new("rustc");
            rustc.args(["--edition=2024", "-Cpanic=abort", &level, "-o"]).arg(&output).arg(&source);
            assert!(rustc.status().expect("rustc").success());
            count(&output)
        });
        assert!(
            counts.iter().all(|count| matches!(count, ResumedPanics::Exact(1..))),
            "{counts:?}"
        );
    }

    /// Encodings as LLVM's assembler gives them.
    #[test]
    fn branches_of_other_machines_are_decoded() {
        for (name, decode, bytes, offset) in [
            ("bl .+8", aarch64 as Decoder, &[0x02, 0x00, 0x00, 0x94][..], 8),
            ("b .-4", aarch64, &[0xFF, 0xFF, 0xFF, 0x17], -4),
            ("bl .+0x1000", thumb, &[0x00, 0xF0, 0xFE, 0xFF], 0x1000),
            ("bl .-0x800", thumb, &[0xFF, 0xF7, 0xFE, 0xFB], -0x800),
            ("b.w .+0x1000", thumb, &[0x00, 0xF0, 0xFE, 0xBF], 0x1000),
            ("jal .+0x800", riscv32, &[0xEF, 0x00, 0x10, 0x00], 0x800),
            ("jal .-4", riscv64, &[0xEF, 0xF0, 0xDF, 0xFF], -4),
            ("call .+0x1234", riscv32, &[0x97, 0x10, 0x00, 0x00, 0xE7, 0x80, 0x40, 0x23], 0x1234),
            ("call .-0x1000", riscv64, &[0x97, 0xF0, 0xFF, 0xFF, 0xE7, 0x80, 0x00, 0x00], -0x1000),
            ("c.j .+0x10", riscv64, &[0x01, 0xA8], 0x10),
            ("c.jal .-2", riscv32, &[0xFD, 0x3F], -2),
        ] {
            assert_eq!(decode(bytes).offset, Some(offset), "{name}");
        }
        assert_eq!(riscv64(&[0xFD, 0x3F]).offset, None, "c.addiw");
        assert_eq!(thumb(&[0x4F, 0xF0, 0x01, 0x00]).offset, None, "mov.w");
    }

    #[test]
    fn archives_add_up() {
        use ResumedPanics::{AtLeast, Exact, Unknown};
        assert_eq!([Exact(1), Exact(2)].into_iter().sum::<ResumedPanics>(), Exact(3));
        assert_eq!([Exact(1), Unknown].into_iter().sum::<ResumedPanics>(), AtLeast(1));
        assert_eq!([Exact(0), Unknown].into_iter().sum::<ResumedPanics>(), Unknown);
        assert_eq!([AtLeast(1), Exact(2)].into_iter().sum::<ResumedPanics>(), AtLeast(3));
    }
}
