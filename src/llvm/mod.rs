//! Typed handles over LLVM's C API and the shim: the only layer with `unsafe`.
//!
//! llvm-sys is used without inkwell: inkwell's value enums panic on types and operands that they
//! do not know (metadata, tokens), and here a surprise in the IR has to mean "leave it alone".
//!
//! A handle is as valid as the object behind it: it must not be used once that is erased or its
//! module is gone. Passes keep to that by planning on handles first and erasing last.

mod debug;
mod function;
mod instruction;
mod module;
pub(crate) mod raw;
mod value;
pub(crate) mod version;

pub use debug::{DebugKind, DebugType};
pub use function::{Block, Function, Parameter};
pub use instruction::{Inst, Opcode};
pub use module::{Module, RemarkKind};
pub use value::{ByteRange, Type, Value};

use llvm_sys::core::LLVMGetStringAttributeValue;
use llvm_sys::prelude::LLVMAttributeRef;
use std::ffi::c_char;

/// The value of a string attribute, copied; nothing for null.
///
/// # Safety
/// `attribute` must be null or a string attribute.
unsafe fn string_value(attribute: LLVMAttributeRef) -> Option<String> {
    if attribute.is_null() {
        return None;
    }
    let mut length = 0;
    // SAFETY: as promised by the caller; LLVM returns a pointer to `length` bytes.
    unsafe {
        let text = LLVMGetStringAttributeValue(attribute, &mut length);
        Some(copied(text, length as usize))
    }
}

/// A string that LLVM owns, copied.
///
/// # Safety
/// `text` must be null or point to `length` readable bytes.
unsafe fn copied(text: *const c_char, length: usize) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as promised by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    // The validation that does not look for replacements is the fast one.
    std::str::from_utf8(bytes)
        .map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), str::to_owned)
}
