//! Strings of LLVM.

use llvm_sys::core::{LLVMDisposeMessage, LLVMGetValueName2, LLVMPrintValueToString};
use llvm_sys::prelude::LLVMValueRef;
use regex_lite::Regex;
use std::ffi::{CStr, c_char};
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

/// Takes a message over.
///
/// # Safety
/// `message` must be a C string that LLVM hands over.
pub unsafe fn owned(message: *mut c_char) -> String {
    // SAFETY: copied before it is freed, once.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().trim().to_owned();
        LLVMDisposeMessage(message);
        text
    }
}

/// # Safety
/// `value` must be live.
pub unsafe fn printed(value: LLVMValueRef) -> String {
    // SAFETY: LLVM hands the string over.
    unsafe { owned(LLVMPrintValueToString(value)) }
}

/// # Safety
/// `value` must be live.
pub unsafe fn name(value: LLVMValueRef) -> String {
    let mut length = 0;
    // SAFETY: LLVM returns a pointer to `length` bytes that lives as long as the value.
    unsafe {
        let text = LLVMGetValueName2(value, &mut length);
        if length == 0 {
            return String::new();
        }
        String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), length)).into_owned()
    }
}

/// The printed form of a function without what changes with the rest of the module.
pub fn comparable(function: &str) -> String {
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[#!]\d+|;[^\n]*").expect("a valid expression"));
    NUMBERS.replace_all(function, "").into_owned()
}

/// The printed form of a global variable without the number that stands for its name.
pub fn without_number(global: &str) -> String {
    global.split_once('=').map_or(global, |(_, definition)| definition).to_owned()
}

/// The line of a function that names its parameters, without its body.
pub fn declaration(function: &str) -> String {
    let is_declaration = |line: &&str| line.starts_with("define ") || line.starts_with("declare ");
    function.lines().find(is_declaration).unwrap_or_default().to_owned()
}

/// The `range(...)` of the result, as the text of a call has it before the callee.
pub fn result_range(call: &str) -> Option<(i128, i128)> {
    static RANGE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"range\(i\d+ (-?\d+), (-?\d+)\)").expect("a valid expression"));
    let found = RANGE.captures(call.split('@').next()?)?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?))
}

/// Ranges of bytes as in `4-8,12-16`. What is written in another way lists nothing.
pub fn ranges(list: &str) -> Rc<[Range<i64>]> {
    let range = |range: &str| {
        let (low, high) = range.split_once('-')?;
        Some(low.parse().ok()?..high.parse().ok()?)
    };
    list.split(',').map(range).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_arguments_are_not_the_result_s() {
        assert_eq!(result_range("%a = call range(i8 -1, 3) i8 @f(i8 range(i8 4, 5) %x)"), Some((-1, 3)));
        assert_eq!(result_range("%a = call i8 @f(i8 range(i8 4, 5) %x)"), None);
    }

    #[test]
    fn lists_of_bytes() {
        assert_eq!(*ranges("4-8,12-16"), [4..8, 12..16]);
        assert_eq!(*ranges(""), []);
    }

    #[test]
    fn functions_compare_without_numbers() {
        assert_eq!(
            comparable("define void @f() #3 { ; preds\n  ret void, !dbg !12\n"),
            "define void @f()  { \n  ret void, !dbg \n"
        );
    }
}
