//! The module that a pass works on.

use super::{Block, Function, Inst, Type, Value, raw};
use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMBuilderRef, LLVMModuleRef};
use llvm_sys::target::{
    LLVMByteOrder, LLVMByteOrdering, LLVMGetModuleDataLayout, LLVMOffsetOfElement, LLVMPointerSize,
    LLVMStoreSizeOfType, LLVMTargetDataRef,
};

/// A module borrowed from the host for the run of one pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Module(pub(super) LLVMModuleRef);

/// The kinds of LLVM's optimisation remarks. Must match `LLVMCorofoldRemarkKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum RemarkKind {
    /// Something was done.
    Passed = 0,
    /// Something was left alone.
    Missed = 1,
    /// A fact.
    Analysis = 2,
}

/// An instruction builder, disposed of on drop.
pub(super) struct Builder(LLVMBuilderRef);

impl Builder {
    pub(super) fn raw(&self) -> LLVMBuilderRef {
        self.0
    }

    /// The address `offset` bytes from `pointer`.
    pub(super) fn address(&self, pointer: Value, offset: i64) -> Value {
        // SAFETY: values of one context; the address is computed in bytes.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(pointer.0));
            let byte = LLVMInt8TypeInContext(context);
            let mut index = LLVMConstInt(LLVMInt64TypeInContext(context), offset as u64, 1);
            let name = c"".as_ptr();
            Value(LLVMBuildInBoundsGEP2(self.0, byte, pointer.0, &mut index, 1, name))
        }
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        // SAFETY: created by `builder_at_end`, disposed of once.
        unsafe { LLVMDisposeBuilder(self.0) }
    }
}

impl Module {
    /// Wraps a module of the host.
    ///
    /// # Safety
    /// `raw` must be a live module that no other thread uses while the handle is in use.
    pub unsafe fn from_raw(raw: LLVMModuleRef) -> Self {
        Self(raw)
    }

    /// The module that a block belongs to.
    pub fn of(block: Block) -> Self {
        // SAFETY: a block in a function in a module.
        Self(unsafe { LLVMGetGlobalParent(block.function().value().0) })
    }

    /// Its identifier: for rustc the name of the codegen unit.
    pub fn name(self) -> String {
        let mut length = 0;
        // SAFETY: LLVM returns a pointer to `length` bytes.
        unsafe {
            let text = LLVMGetModuleIdentifier(self.0, &mut length);
            super::copied(text, length)
        }
    }

    /// The target triple.
    pub fn target_triple(self) -> String {
        // SAFETY: a C string owned by the module.
        unsafe { std::ffi::CStr::from_ptr(LLVMGetTarget(self.0)) }.to_string_lossy().into_owned()
    }

    /// All functions in order.
    pub fn functions(self) -> Vec<Function> {
        let mut functions = Vec::new();
        // SAFETY: walks the list of functions, which nothing changes meanwhile.
        unsafe {
            let mut next = LLVMGetFirstFunction(self.0);
            while !next.is_null() {
                functions.push(Function(Value(next)));
                next = LLVMGetNextFunction(next);
            }
        }
        functions
    }

    /// The base of a pointer and its constant byte offset from there.
    pub fn base_and_offset(self, pointer: Value) -> (Value, i64) {
        let mut offset = 0;
        if !pointer.ty().is_pointer() {
            return (pointer, 0);
        }
        // SAFETY: a pointer of this module.
        let base = unsafe { raw::LLVMCorofoldStripConstantOffset(self.0, pointer.0, &mut offset) };
        (Value(base), offset)
    }

    /// Where element `index` of a struct type lies in memory.
    pub fn element_offset(self, ty: Type, index: u32) -> i64 {
        // SAFETY: callers hold a struct type with that element.
        unsafe { LLVMOffsetOfElement(self.data_layout(), ty.0, index) as i64 }
    }

    /// Bytes that a store of `value` writes.
    pub fn store_size(self, value: Value) -> u64 {
        self.size_of(value.ty())
    }

    /// Bytes that a store of a value of this type writes.
    pub fn size_of(self, ty: Type) -> u64 {
        // SAFETY: stored values have sized types.
        unsafe { LLVMStoreSizeOfType(self.data_layout(), ty.0) }
    }

    /// Adds assembly that becomes part of the object file.
    pub fn append_assembly(self, text: &str) {
        // SAFETY: LLVM copies the text.
        unsafe { LLVMAppendModuleInlineAsm(self.0, text.as_ptr().cast(), text.len()) }
    }

    /// What LLVM's verifier says against it.
    pub fn verify(self) -> Result<(), String> {
        let mut message = std::ptr::null_mut();
        // SAFETY: the message is a C string, freed here.
        unsafe {
            let is_broken = LLVMVerifyModule(
                self.0,
                LLVMVerifierFailureAction::LLVMReturnStatusAction,
                &mut message,
            ) != 0;
            let text = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
            LLVMDisposeMessage(message);
            if is_broken { Err(text) } else { Ok(()) }
        }
    }

    /// Emits a remark of pass `corofold` at an instruction, or at the head of the function.
    pub fn remark(
        self,
        kind: RemarkKind,
        name: &str,
        function: Function,
        at: Option<Inst>,
        text: &str,
    ) {
        let at = at.map_or(std::ptr::null_mut(), |at| at.value().0);
        // SAFETY: both strings are read during the call only.
        unsafe {
            raw::LLVMCorofoldRemark(
                function.value().0,
                at,
                kind as u32,
                name.as_ptr().cast(),
                name.len(),
                text.as_ptr().cast(),
                text.len(),
            );
        }
    }

    pub(super) fn builder_at_end(self, block: Block) -> Builder {
        // SAFETY: the builder belongs to the module's context and is disposed of on drop.
        unsafe {
            let builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(self.0));
            LLVMPositionBuilderAtEnd(builder, block.0);
            Builder(builder)
        }
    }

    /// Before the first instruction of a block that has one.
    pub(super) fn builder_at_start(self, block: Block) -> Builder {
        let builder = self.builder_at_end(block);
        if let Some(first) = block.walk().next() {
            // SAFETY: an instruction of the block.
            unsafe { LLVMPositionBuilderBefore(builder.raw(), first.value().0) }
        }
        builder
    }

    /// Before an instruction, with its debug location.
    pub(super) fn builder_before(self, inst: Inst) -> Builder {
        let builder = self.builder_at_end(inst.block());
        // SAFETY: an instruction in a block; this takes over its location.
        unsafe { LLVMPositionBuilderBefore(builder.raw(), inst.value().0) }
        builder
    }

    /// Whether the first byte of a number in memory is its lowest.
    pub fn is_little_endian(self) -> bool {
        // SAFETY: a layout.
        let order = unsafe { LLVMByteOrder(self.data_layout()) };
        matches!(order, LLVMByteOrdering::LLVMLittleEndian)
    }

    /// Whether addresses of locals have this type. On AMD's GPUs they are in a space of their own.
    pub fn is_address_of_local(self, ty: Type) -> bool {
        // SAFETY: a module, and a type that is asked for its address space if it is a pointer.
        ty.is_pointer()
            && unsafe {
                LLVMGetPointerAddressSpace(ty.0) == raw::LLVMCorofoldAllocaAddressSpace(self.0)
            }
    }

    /// Bits of a pointer.
    pub fn pointer_width(self) -> u32 {
        // SAFETY: a layout.
        unsafe { 8 * LLVMPointerSize(self.data_layout()) }
    }

    fn data_layout(self) -> LLVMTargetDataRef {
        // SAFETY: the layout belongs to the module.
        unsafe { LLVMGetModuleDataLayout(self.0) }
    }

    /// A call of an intrinsic without arguments or overloads, such as `llvm.trap`.
    pub fn call_intrinsic_at_end(self, block: Block, name: &str) {
        let builder = self.builder_at_end(block);
        // SAFETY: the intrinsic takes no arguments and returns nothing.
        unsafe {
            let id = LLVMLookupIntrinsicID(name.as_ptr().cast(), name.len());
            let declaration = LLVMGetIntrinsicDeclaration(self.0, id, std::ptr::null_mut(), 0);
            let ty = LLVMGlobalGetValueType(declaration);
            LLVMBuildCall2(builder.raw(), ty, declaration, std::ptr::null_mut(), 0, c"".as_ptr());
        }
    }
}
