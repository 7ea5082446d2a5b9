//! Declarations of the shim's functions: the other side of `llvm-pass/Corofold.h`.

use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMModuleRef, LLVMValueRef};
use std::ffi::{c_char, c_void};

/// A `llvm::ModulePassManager`.
pub type PassManagerRef = *mut c_void;
/// A `llvm::PassBuilder`.
pub type PassBuilderRef = *mut c_void;

unsafe extern "C" {
    pub fn LLVMCorofoldRegister(builder: PassBuilderRef);
    pub fn LLVMCorofoldAddPass(
        manager: PassManagerRef,
        number: u32,
        options: *const c_char,
        length: usize,
    ) -> bool;
    pub fn LLVMCorofoldAddPrinter(manager: PassManagerRef);
    pub fn LLVMCorofoldAddReporter(manager: PassManagerRef, options: *const c_char, length: usize);
    pub fn LLVMCorofoldError(function: LLVMValueRef, text: *const c_char, length: usize);
    pub fn LLVMCorofoldRemark(
        function: LLVMValueRef,
        at: LLVMValueRef,
        kind: u32,
        name: *const c_char,
        name_length: usize,
        text: *const c_char,
        length: usize,
    );
    pub fn LLVMCorofoldStripConstantOffset(
        module: LLVMModuleRef,
        pointer: LLVMValueRef,
        offset: *mut i64,
    ) -> LLVMValueRef;
    pub fn LLVMCorofoldConstantInteger(value: LLVMValueRef, integer: *mut u64) -> bool;
    pub fn LLVMCorofoldLoadedConstant(load: LLVMValueRef) -> LLVMValueRef;
    pub fn LLVMCorofoldRemoveSwitchCase(switch: LLVMValueRef, index: u32);
    pub fn LLVMCorofoldRemoveUnreachableBlocks(function: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldInvokeToCall(invoke: LLVMValueRef) -> LLVMValueRef;
    pub fn LLVMCorofoldSplitBefore(instruction: LLVMValueRef) -> LLVMBasicBlockRef;
    pub fn LLVMCorofoldRemovePredecessor(block: LLVMBasicBlockRef, predecessor: LLVMBasicBlockRef);
    pub fn LLVMCorofoldMoveBlocks(to: LLVMValueRef, from: LLVMValueRef);
    pub fn LLVMCorofoldInlineCall(call: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldAllocationSize(alloca: LLVMValueRef) -> u64;
    pub fn LLVMCorofoldAllocaAddressSpace(module: LLVMModuleRef) -> u32;
    pub fn LLVMCorofoldDemoteToStack(instruction: LLVMValueRef);
    pub fn LLVMCorofoldEraseIfDead(instruction: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldHasExactDefinition(function: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldIsInterposable(function: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldAreInlineCompatible(caller: LLVMValueRef, callee: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldImmediateDominators(
        function: LLVMValueRef,
        dominators: *mut LLVMBasicBlockRef,
    );
    pub fn LLVMCorofoldMayTakeVariable(instruction: LLVMValueRef, index: u32) -> bool;
    pub fn LLVMCorofoldMayCapture(instruction: LLVMValueRef, index: u32) -> bool;
    pub fn LLVMCorofoldIsSameOperation(a: LLVMValueRef, b: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldHasSameMetadata(a: LLVMValueRef, b: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldMergeDebugLocation(kept: LLVMValueRef, gone: LLVMValueRef);
    pub fn LLVMCorofoldIsLifetimeMarker(value: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldIsDebugIntrinsic(value: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldHasSideEffects(instruction: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldMayThrow(instruction: LLVMValueRef) -> bool;
    pub fn LLVMCorofoldIntrinsicId(call: LLVMValueRef) -> u32;
}
