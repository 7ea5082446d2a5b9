//! What depends on the major version of LLVM on this side of the shim; `llvm-pass/Version.h` has
//! the rest. The features `llvm22` and `llvm19` choose one.

use super::raw::PassBuilderRef;
#[cfg(feature = "llvm19")]
use llvm_sys::core::LLVMGetOperand;
#[cfg(feature = "llvm22")]
use llvm_sys::core::LLVMGetSwitchCaseValue;
use llvm_sys::prelude::LLVMValueRef;
use std::ffi::c_char;

/// The LLVM major version that the plugin is built for.
#[cfg(feature = "llvm22")]
pub const LLVM_MAJOR: u32 = 22;
/// The LLVM major version that the plugin is built for.
#[cfg(feature = "llvm19")]
pub const LLVM_MAJOR: u32 = 19;

/// Adds the passes to a `llvm::PassBuilder`.
type Register = unsafe extern "C" fn(PassBuilderRef);

/// `llvm::PassPluginLibraryInfo`. The shim asserts its size and the version of the plugin API.
#[repr(C)]
pub struct PassPluginLibraryInfo {
    api_version: u32,
    name: *const c_char,
    version: *const c_char,
    register: Register,
    #[cfg(feature = "llvm22")]
    pre_code_generation: Option<unsafe extern "C" fn()>,
}

impl PassPluginLibraryInfo {
    /// For a plugin of this name and version; both live for ever.
    pub fn new(name: *const c_char, version: *const c_char, register: Register) -> Self {
        Self {
            api_version: if LLVM_MAJOR >= 22 { 2 } else { 1 },
            name,
            version,
            register,
            #[cfg(feature = "llvm22")]
            pre_code_generation: None,
        }
    }
}

/// The value of case `index` of a switch, where 0 is the default.
///
/// # Safety
/// `switch` must be a switch with more than `index` successors, and `index` above 0.
pub unsafe fn switch_case_value(switch: LLVMValueRef, index: u32) -> LLVMValueRef {
    // SAFETY: as promised by the caller. Up to LLVM 21 operands are the condition, the default
    // block, and then each case's value and block.
    #[cfg(feature = "llvm19")]
    return unsafe { LLVMGetOperand(switch, 2 * index) };
    // SAFETY: as promised by the caller.
    #[cfg(feature = "llvm22")]
    return unsafe { LLVMGetSwitchCaseValue(switch, index) };
}
