//! Values and types.

use super::{Function, Inst, Opcode, raw};
use llvm_sys::LLVMTypeKind;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMTypeRef, LLVMValueRef};

/// Any LLVM value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Value(pub(super) LLVMValueRef);

/// Any LLVM type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Type(pub(super) LLVMTypeRef);

/// The half-open interval of a `!range` with one pair: what a loaded integer may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ByteRange {
    /// First value.
    pub low: u64,
    /// One past the last value; below `low` where the range wraps.
    pub high: u64,
}

impl ByteRange {
    /// Is `value` inside, with wrap-around as in LLVM's `ConstantRange`?
    pub fn contains(self, value: u64) -> bool {
        if self.low < self.high {
            (self.low..self.high).contains(&value)
        } else {
            value >= self.low || value < self.high
        }
    }
}

macro_rules! checked_cast {
    ($name:ident, $llvm:ident, $doc:literal) => {
        #[doc = $doc]
        pub fn $name(self) -> bool {
            // SAFETY: a live value; the function is a checked downcast.
            unsafe { !$llvm(self.0).is_null() }
        }
    };
}

impl Value {
    /// Wraps a pointer of LLVM's C API.
    ///
    /// # Safety
    /// `raw` must be null or a live value.
    pub unsafe fn from_raw(raw: LLVMValueRef) -> Option<Self> {
        (!raw.is_null()).then_some(Self(raw))
    }

    checked_cast!(is_argument, LLVMIsAArgument, "A function's parameter?");
    checked_cast!(is_constant, LLVMIsAConstant, "A constant, functions and globals included?");
    checked_cast!(is_global_variable, LLVMIsAGlobalVariable, "A global variable?");
    checked_cast!(is_undef, LLVMIsAUndefValue, "`undef` or `poison`?");
    checked_cast!(is_null_pointer, LLVMIsAConstantPointerNull, "The null pointer?");
    checked_cast!(is_basic_block, LLVMIsABasicBlock, "A block used as an operand?");

    /// The instruction that this value is the result of.
    pub fn as_instruction(self) -> Option<Inst> {
        // SAFETY: a live value; the function is a checked downcast.
        unsafe { !LLVMIsAInstruction(self.0).is_null() }.then_some(Inst(self))
    }

    /// The address of a local?
    pub fn is_alloca(self) -> bool {
        self.as_instruction().is_some_and(|inst| inst.is(Opcode::LLVMAlloca))
    }

    /// The function that this value is the address of.
    pub fn as_function(self) -> Option<Function> {
        // SAFETY: a live value; the function is a checked downcast.
        unsafe { !LLVMIsAFunction(self.0).is_null() }.then_some(Function(self))
    }

    /// The value of an integer constant, zero-extended, where 64 bits hold it.
    pub fn as_integer(self) -> Option<u64> {
        let mut integer = 0;
        // SAFETY: a live value; the shim writes only where it returns true.
        unsafe { raw::LLVMCorofoldConstantInteger(self.0, &mut integer) }.then_some(integer)
    }

    /// Its type.
    pub fn ty(self) -> Type {
        // SAFETY: a live value.
        Type(unsafe { LLVMTypeOf(self.0) })
    }

    /// Its name, without `%` or `@`; empty where it has none.
    pub fn name(self) -> String {
        let mut length = 0;
        // SAFETY: LLVM returns a pointer to `length` bytes that lives as long as the value.
        unsafe {
            let text = LLVMGetValueName2(self.0, &mut length);
            super::copied(text, length)
        }
    }

    /// A string attribute in the context of this value.
    pub(super) fn string_attribute(self, name: &str, value: &str) -> LLVMAttributeRef {
        // SAFETY: LLVM copies both strings.
        unsafe {
            LLVMCreateStringAttribute(
                LLVMGetTypeContext(LLVMTypeOf(self.0)),
                name.as_ptr().cast(),
                name.len() as u32,
                value.as_ptr().cast(),
                value.len() as u32,
            )
        }
    }

    /// What `look` says of its name, which is not copied.
    pub fn with_name<T>(self, look: impl FnOnce(&[u8]) -> T) -> T {
        let mut length = 0;
        // SAFETY: LLVM returns a pointer to `length` bytes that lives as long as the value, which
        // `look` cannot change.
        unsafe {
            let text = LLVMGetValueName2(self.0, &mut length);
            let is_named = !text.is_null() && length > 0;
            let empty: &[u8] = &[];
            look(if is_named {
                std::slice::from_raw_parts(text.cast::<u8>(), length)
            } else {
                empty
            })
        }
    }

    /// The textual form, as in a `.ll` file.
    pub fn to_text(self) -> String {
        // SAFETY: LLVM hands over a C string, freed here.
        unsafe {
            let text = LLVMPrintValueToString(self.0);
            let copy = std::ffi::CStr::from_ptr(text).to_string_lossy().trim().to_owned();
            LLVMDisposeMessage(text);
            copy
        }
    }

    /// The users, one entry per use.
    pub fn users(self) -> Vec<Value> {
        self.walk_users().collect()
    }

    /// The same one by one, for those who stop early and change nothing meanwhile.
    pub fn walk_users(self) -> impl Iterator<Item = Value> {
        // SAFETY: the use list of a live value.
        let mut next = unsafe { LLVMGetFirstUse(self.0) };
        std::iter::from_fn(move || {
            if next.is_null() {
                return None;
            }
            // SAFETY: a use in a list that nothing changes meanwhile.
            let user = unsafe { Value(LLVMGetUser(next)) };
            // SAFETY: as above.
            next = unsafe { LLVMGetNextUse(next) };
            Some(user)
        })
    }

    /// Has it no user?
    pub fn is_unused(self) -> bool {
        // SAFETY: a live value.
        unsafe { LLVMGetFirstUse(self.0).is_null() }
    }

    /// Operands of a user (instruction, constant, global with initialiser).
    pub fn operands(self) -> Vec<Value> {
        // SAFETY: a user; null operands (as in a cleared block address) are left out.
        unsafe {
            let count = LLVMGetNumOperands(self.0).max(0) as u32;
            (0..count).filter_map(|i| Value::from_raw(LLVMGetOperand(self.0, i))).collect()
        }
    }

    /// Makes every user use `other` instead.
    pub fn replace_all_uses_with(self, other: Value) {
        // SAFETY: two live values; the callers keep to equal types, which LLVM asserts.
        unsafe { LLVMReplaceAllUsesWith(self.0, other.0) }
    }

    /// The element of a constant struct.
    pub fn element(self, index: u32) -> Option<Value> {
        if !self.is_constant() {
            return None;
        }
        // SAFETY: asked of a constant; null where it has no such element.
        unsafe { Value::from_raw(LLVMGetAggregateElement(self.0, index)) }
    }

    /// The initialiser of a global variable.
    pub fn initializer(self) -> Option<Value> {
        if !self.is_global_variable() {
            return None;
        }
        // SAFETY: a global variable.
        unsafe { Value::from_raw(LLVMGetInitializer(self.0)) }
    }

    /// The bytes of a constant array of `i8`.
    pub fn as_bytes(self) -> Option<Vec<u8>> {
        // SAFETY: asked only of a `ConstantDataArray` of i8.
        unsafe {
            if LLVMIsAConstantDataArray(self.0).is_null() || LLVMIsConstantString(self.0) == 0 {
                return None;
            }
            let mut length = 0;
            let bytes = LLVMGetAsString(self.0, &mut length);
            Some(std::slice::from_raw_parts(bytes.cast::<u8>(), length).to_vec())
        }
    }

    /// Deletes a global variable that nothing uses and nothing outside the module can see.
    pub fn delete_unused_private_global(self) -> bool {
        if !self.is_global_variable() || !self.is_unused() {
            return false;
        }
        // SAFETY: a global variable with local linkage and no use.
        unsafe {
            let linkage = LLVMGetLinkage(self.0) as u32;
            let is_local = linkage == llvm_sys::LLVMLinkage::LLVMPrivateLinkage as u32
                || linkage == llvm_sys::LLVMLinkage::LLVMInternalLinkage as u32;
            if is_local {
                LLVMDeleteGlobal(self.0);
            }
            is_local
        }
    }
}

impl Type {
    /// Bits of an integer type.
    pub fn integer_width(self) -> Option<u32> {
        // SAFETY: the width is asked of an integer type only.
        unsafe {
            (LLVMGetTypeKind(self.0) == LLVMTypeKind::LLVMIntegerTypeKind)
                .then(|| LLVMGetIntTypeWidth(self.0))
        }
    }

    /// `void`?
    pub fn is_void(self) -> bool {
        // SAFETY: a live type.
        unsafe { LLVMGetTypeKind(self.0) == LLVMTypeKind::LLVMVoidTypeKind }
    }

    /// How many elements a struct has.
    pub fn element_count(self) -> Option<u32> {
        // SAFETY: elements are counted of a struct only.
        unsafe {
            (LLVMGetTypeKind(self.0) == LLVMTypeKind::LLVMStructTypeKind)
                .then(|| LLVMCountStructElementTypes(self.0))
        }
    }

    /// A pointer?
    pub fn is_pointer(self) -> bool {
        // SAFETY: a live type.
        unsafe { LLVMGetTypeKind(self.0) == LLVMTypeKind::LLVMPointerTypeKind }
    }

    /// The constant that is written as `value`: of an integer type, or the null pointer.
    pub fn constant(self, value: u64) -> Option<Value> {
        if self.integer_width().is_some() {
            return Some(self.integer(value));
        }
        // SAFETY: null is a constant of every pointer type.
        (self.is_pointer() && value == 0).then(|| Value(unsafe { LLVMConstNull(self.0) }))
    }

    /// The constant of this integer type.
    pub fn integer(self, value: u64) -> Value {
        // SAFETY: callers hold an integer type; LLVM truncates to its width.
        Value(unsafe { LLVMConstInt(self.0, value, 0) })
    }

    /// The textual form.
    pub fn to_text(self) -> String {
        // SAFETY: LLVM hands over a C string, freed here.
        unsafe {
            let text = LLVMPrintTypeToString(self.0);
            let copy = std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned();
            LLVMDisposeMessage(text);
            copy
        }
    }
}

/// Building constants.
impl Type {
    /// `poison` of this struct type with `element` at `index`. `None` where it does not fit.
    pub fn poison_with_element(self, index: u32, element: Value) -> Option<Value> {
        // SAFETY: kinds, counts and element types are checked before use.
        unsafe {
            if LLVMGetTypeKind(self.0) != LLVMTypeKind::LLVMStructTypeKind {
                return None;
            }
            let count = LLVMCountStructElementTypes(self.0);
            let mut elements: Vec<LLVMValueRef> =
                (0..count).map(|i| LLVMGetPoison(LLVMStructGetTypeAtIndex(self.0, i))).collect();
            let slot = elements.get_mut(index as usize)?;
            if LLVMTypeOf(*slot) != LLVMTypeOf(element.0) {
                return None;
            }
            *slot = element.0;
            let context = LLVMGetTypeContext(self.0);
            let packed = LLVMIsPackedStruct(self.0);
            Value::from_raw(LLVMConstStructInContext(context, elements.as_mut_ptr(), count, packed))
        }
    }
}
