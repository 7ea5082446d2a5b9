//! What debug information says: types, and places in files. The other side of
//! `llvm-pass/DebugInfo.cpp`.

use super::{Function, Inst};
use llvm_sys::debuginfo::{
    LLVMDIFileGetDirectory, LLVMDIFileGetFilename, LLVMDILocationGetScope, LLVMDIScopeGetFile,
    LLVMDISubprogramGetLine, LLVMDITypeGetLine, LLVMDITypeGetOffsetInBits, LLVMDITypeGetSizeInBits,
    LLVMGetDINodeTag, LLVMGetSubprogram, LLVMInstructionGetDebugLoc,
};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use std::ffi::c_char;
use std::path::Path;

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

    /// File and line of its debug information.
    pub fn file_and_line(self) -> Option<(String, u32)> {
        // SAFETY: a function; its subprogram is null or a scope.
        unsafe {
            let subprogram = LLVMGetSubprogram(self.0.0);
            let file = (!subprogram.is_null()).then(|| file_of(subprogram))??;
            Some((file, LLVMDISubprogramGetLine(subprogram)))
        }
    }
}

impl Inst {
    /// The file of its debug location.
    pub fn file(self) -> Option<String> {
        // SAFETY: an instruction; its location is null or has a scope.
        unsafe {
            let location = LLVMInstructionGetDebugLoc(self.0.0);
            (!location.is_null()).then(|| file_of(LLVMDILocationGetScope(location)))?
        }
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
        // SAFETY: a type is a scope.
        unsafe {
            let line = LLVMDITypeGetLine(self.0);
            (line != 0).then(|| Some((file_of(self.0)?, line)))?
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

/// The file that a scope is in, with the folder that the compiler ran in where the name is relative
/// to it: that of a dependency is not where the program is.
///
/// # Safety
/// `scope` must be a `DIScope`.
unsafe fn file_of(scope: LLVMMetadataRef) -> Option<String> {
    let copied = |get: unsafe extern "C" fn(LLVMMetadataRef, *mut u32) -> *const c_char, file| {
        let mut length = 0;
        // SAFETY: a file; the text is `length` bytes owned by LLVM, or null.
        unsafe { super::copied(get(file, &mut length), length as usize) }
    };
    // SAFETY: a scope.
    let file = unsafe { LLVMDIScopeGetFile(scope) };
    let name = (!file.is_null()).then(|| copied(LLVMDIFileGetFilename, file))?;
    let path = Path::new(&copied(LLVMDIFileGetDirectory, file)).join(&name);
    (!name.is_empty()).then(|| path.to_string_lossy().into_owned())
}

fn scope_name(scope: LLVMMetadataRef) -> String {
    let mut length = 0;
    // SAFETY: a scope; the name is `length` bytes owned by LLVM.
    unsafe {
        let name = LLVMCorofoldDebugScopeName(scope, &mut length);
        super::copied(name, length)
    }
}
