//! The document in the object file: what a cache, an rlib and a linker do with the code, they do
//! with its report.
//!
//! A global variable with a section would be loaded with the program: LLVM gives it `SHF_ALLOC`.
//! Assembly of the module is the way to a section that is not.

use super::document::document;
use crate::model::Model;
use corofold_report::SECTION;
use std::fmt::Write;
use thiserror::Error;

/// Why there is no section.
#[derive(Debug, Error)]
pub enum NotEmbedded {
    /// The object format is not ELF.
    #[error(
        "the report cannot be put into the object file: `{0}` does not use ELF; use `report=DIR`"
    )]
    NotElf(String),
    /// The document cannot be written as JSON.
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Adds the document to the module, as a section that is not loaded.
///
/// # Errors
/// Whatever `NotEmbedded` says. The module is as it was then.
pub fn embed(model: &Model, options: &str) -> Result<(), NotEmbedded> {
    let triple = model.module.target_triple();
    if !is_elf(&triple) {
        return Err(NotEmbedded::NotElf(triple));
    }
    let document = document(model, options);
    if document.coroutines.is_empty() && document.unrecognised.is_empty() {
        return Ok(());
    }
    let mut text = serde_json::to_vec(&document)?;
    text.push(b'\n');
    model.module.append_assembly(&assembly(&text));
    Ok(())
}

/// Triples of targets whose objects are not ELF: `llvm::Triple::getDefaultFormat`.
fn is_elf(triple: &str) -> bool {
    const OTHERS: [&str; 6] = ["-apple-", "-windows", "-uefi", "wasm", "-aix", "nvptx"];
    !OTHERS.iter().any(|other| triple.contains(other))
}

/// Bytes in one directive: short enough for every assembler's line.
const CHUNK: usize = 1024;

fn assembly(data: &[u8]) -> String {
    let mut text = format!(".pushsection {SECTION},\"\",%progbits\n");
    for chunk in data.chunks(CHUNK) {
        text.push_str(".ascii \"");
        for byte in chunk {
            match byte {
                b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
                b' '..=b'~' => text.push(char::from(*byte)),
                // `write!` to a string does not fail.
                _ => drop(write!(text, "\\{byte:03o}")),
            }
        }
        text.push_str("\"\n");
    }
    text.push_str(".popsection\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_the_assembler_would_read_are_escaped() {
        let text = assembly("\"a\\\"\n\u{e9}".as_bytes());
        assert!(text.contains(r#".ascii "\"a\\\"\012\303\251""#), "{text}");
    }

    #[test]
    fn long_documents_are_cut_between_directives() {
        let text = assembly(&[b'x'; 2 * CHUNK + 1]);
        assert_eq!(text.matches(".ascii").count(), 3);
        assert_eq!(text.matches('x').count(), 2 * CHUNK + 1);
    }

    #[test]
    fn formats_are_told_apart() {
        for elf in
            ["thumbv7em-none-eabihf", "x86_64-unknown-linux-gnu", "riscv32imc-unknown-none-elf"]
        {
            assert!(is_elf(elf), "{elf}");
        }
        for other in ["aarch64-apple-darwin", "wasm32-unknown-unknown", "x86_64-pc-windows-msvc"] {
            assert!(!is_elf(other), "{other}");
        }
    }
}
