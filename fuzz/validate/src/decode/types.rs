//! Types and their layout.

use super::Decoder;
use crate::ir::Type;
use llvm_sys::LLVMTypeKind;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMTypeRef};
use llvm_sys::target::{LLVMABISizeOfType, LLVMOffsetOfElement, LLVMPointerSize};
use std::ffi::CStr;

impl Decoder<'_> {
    pub(super) unsafe fn ty(&self, ty: LLVMTypeRef) -> Type {
        // SAFETY: each accessor is asked of a type of its kind.
        unsafe {
            match LLVMGetTypeKind(ty) {
                LLVMTypeKind::LLVMVoidTypeKind => Type::Void,
                LLVMTypeKind::LLVMIntegerTypeKind if LLVMGetIntTypeWidth(ty) <= 128 => {
                    Type::Int(LLVMGetIntTypeWidth(ty))
                }
                LLVMTypeKind::LLVMPointerTypeKind => Type::Pointer(8 * LLVMPointerSize(self.layout)),
                LLVMTypeKind::LLVMFloatTypeKind => Type::Float(32),
                LLVMTypeKind::LLVMDoubleTypeKind => Type::Float(64),
                LLVMTypeKind::LLVMStructTypeKind => self.structure(ty),
                LLVMTypeKind::LLVMArrayTypeKind => self.repeated(ty, LLVMGetArrayLength2(ty)),
                LLVMTypeKind::LLVMVectorTypeKind => self.repeated(ty, u64::from(LLVMGetVectorSize(ty))),
                _ => other(ty),
            }
        }
    }

    unsafe fn structure(&self, ty: LLVMTypeRef) -> Type {
        // SAFETY: a sized struct; indices below the count.
        unsafe {
            if LLVMTypeIsSized(ty) == 0 {
                return other(ty);
            }
            let element = |i| (LLVMOffsetOfElement(self.layout, ty, i), self.ty(LLVMStructGetTypeAtIndex(ty, i)));
            let elements = (0..LLVMCountStructElementTypes(ty)).map(element).collect();
            Type::Aggregate { elements, size: LLVMABISizeOfType(self.layout, ty) }
        }
    }

    /// Arrays, and vectors of whole bytes, which lie in memory as arrays do.
    unsafe fn repeated(&self, ty: LLVMTypeRef, count: u64) -> Type {
        // SAFETY: an array or vector type has a sized element type.
        unsafe {
            let element = self.ty(LLVMGetElementType(ty));
            let stride = LLVMABISizeOfType(self.layout, LLVMGetElementType(ty));
            if element.bits().is_some_and(|bits| u64::from(bits) != 8 * stride) {
                return other(ty);
            }
            let elements = (0..count).map(|i| (i * stride, element.clone())).collect();
            Type::Aggregate { elements, size: count * stride }
        }
    }

    pub(super) unsafe fn size(&self, ty: LLVMTypeRef) -> u64 {
        // SAFETY: the size is asked of sized types only.
        unsafe { if LLVMTypeIsSized(ty) != 0 { LLVMABISizeOfType(self.layout, ty) } else { 0 } }
    }

    /// Size of the type that an attribute such as `sret` names.
    pub(super) unsafe fn type_attribute_size(&self, attribute: LLVMAttributeRef) -> Option<u64> {
        // SAFETY: a type attribute, or null.
        unsafe { (!attribute.is_null()).then(|| self.size(LLVMGetTypeAttributeValue(attribute))) }
    }
}

fn other(ty: LLVMTypeRef) -> Type {
    // SAFETY: LLVM hands the string over.
    unsafe {
        let text = LLVMPrintTypeToString(ty);
        let name = CStr::from_ptr(text).to_string_lossy().into_owned();
        LLVMDisposeMessage(text);
        Type::Other(name)
    }
}
