//! What debug information says: types, and places in files. The other side of
//! `llvm-pass/DebugInfo.cpp`.

use super::{Function, Inst};
use llvm_sys::core::LLVMGetDebugLocFilename;
use llvm_sys::debuginfo::{
    LLVMDIFileGetFilename, LLVMDIScopeGetFile, LLVMDITypeGetLine, LLVMDITypeGetOffsetInBits,
    LLVMDITypeGetSizeInBits, LLVMGetDINodeTag,
};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use std::ffi::c_char;

unsafe extern "C" {
    fn LLVMCorofoldParameterDebugType(function: LLVMValueRef, index: u32) -> LLVMMetadataRef;
    fn LLVMCorofoldBaseDebugType(ty: LLVMMetadataRef) -> LLVMMetadataRef;
    fn LLVMCorofoldDebugTypeElement(ty: LLVMMetadataRef, index: u32) -> LLVMMetadataRef;
    fn LLVMCorofoldDebugScope(scope: LLVMMetadataRef) -> LLVMMetadataRef;
    fn LLVMCorofoldDebugScopeName(scope: LLVMMetadataRef, length: *mut usize) -> *const c_char;
}

impl Function {
    /// The type of parameter `index` in its debug information: as the source has it, without the
    /// pointer for the result and the like.
    pub fn parameter_debug_type(self, index: u32) -> Option<DebugType> {
        // SAFETY: a function; the result is null or a type.
        unsafe { DebugType::from_raw(LLVMCorofoldParameterDebugType(self.0.0, index)) }
    }
}

impl Inst {
    /// The file of its debug location.
    pub fn file(self) -> Option<String> {
        let mut length = 0;
        // SAFETY: an instruction; the name is `length` bytes owned by LLVM, or null.
        let file = unsafe {
            let text = LLVMGetDebugLocFilename(self.0.0, &mut length);
            super::copied(text, length as usize)
        };
        (!file.is_empty()).then_some(file)
    }
}

/// A type, or a member of one, in debug information. It is a fact about the source: what it says
/// is for reports, never for transformations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DebugType(LLVMMetadataRef);

/// What a [`DebugType`] is, as far as anyone here asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugKind {
    /// A pointer or reference.
    Pointer,
    /// An array.
    Array,
    /// What tells the variants of an enum or of a coroutine apart.
    VariantPart,
    /// All else.
    Other,
}

impl DebugType {
    /// Wraps what LLVM returns for a type.
    ///
    /// # Safety
    /// `raw` must be null or a `DIType`.
    unsafe fn from_raw(raw: LLVMMetadataRef) -> Option<Self> {
        (!raw.is_null()).then_some(Self(raw))
    }

    /// What it is.
    pub fn kind(self) -> DebugKind {
        // The numbers of DWARF 5, figure 7.5.
        // SAFETY: a type.
        match unsafe { LLVMGetDINodeTag(self.0) } {
            0x01 => DebugKind::Array,
            0x0f => DebugKind::Pointer,
            0x33 => DebugKind::VariantPart,
            _ => DebugKind::Other,
        }
    }

    /// Its own name, without a path; empty where it has none.
    pub fn name(self) -> String {
        scope_name(self.0)
    }

    /// The names around it, the outermost first.
    pub fn path(self) -> Vec<String> {
        let mut names = Vec::new();
        // SAFETY: a type is a scope, and what is around a scope is null or one.
        let mut scope = unsafe { LLVMCorofoldDebugScope(self.0) };
        while !scope.is_null() {
            names.push(scope_name(scope));
            // SAFETY: as above.
            scope = unsafe { LLVMCorofoldDebugScope(scope) };
        }
        names.reverse();
        names
    }

    /// Its size in bytes.
    pub fn bytes(self) -> u64 {
        // SAFETY: a type.
        unsafe { LLVMDITypeGetSizeInBits(self.0) / 8 }
    }

    /// The offset of a member, in bytes.
    pub fn offset(self) -> u64 {
        // SAFETY: a type.
        unsafe { LLVMDITypeGetOffsetInBits(self.0) / 8 }
    }

    /// Where it is declared.
    pub fn file_and_line(self) -> Option<(String, u32)> {
        // SAFETY: a type is a scope; the file name is `length` bytes owned by LLVM.
        unsafe {
            let line = LLVMDITypeGetLine(self.0);
            let file = LLVMDIScopeGetFile(self.0);
            if line == 0 || file.is_null() {
                return None;
            }
            let mut length = 0;
            let name = LLVMDIFileGetFilename(file, &mut length);
            Some((super::copied(name, length as usize), line))
        }
    }

    /// What a member, pointer or array is made of.
    pub fn base(self) -> Option<Self> {
        // SAFETY: a type; the result is null or one.
        unsafe { Self::from_raw(LLVMCorofoldBaseDebugType(self.0)) }
    }

    /// The members or variants.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        // SAFETY: a type; the result is null or one.
        (0..).map_while(move |index| unsafe {
            Self::from_raw(LLVMCorofoldDebugTypeElement(self.0, index))
        })
    }
}

fn scope_name(scope: LLVMMetadataRef) -> String {
    let mut length = 0;
    // SAFETY: a scope; the name is `length` bytes owned by LLVM.
    unsafe {
        let name = LLVMCorofoldDebugScopeName(scope, &mut length);
        super::copied(name, length)
    }
}
