//! Calls and what their attributes promise.

use super::{Decoder, Numbering, kind_of, text};
use crate::ir::{Argument, Call, Callee, Range, Refusal, Type};
use crate::value::truncated;
use llvm_sys::LLVMAttributeFunctionIndex as FUNCTION;
use llvm_sys::LLVMAttributeReturnIndex as RESULT;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMValueRef};

impl Decoder<'_> {
    pub(super) unsafe fn call(&mut self, call: LLVMValueRef, numbering: &Numbering) -> Result<Box<Call>, Refusal> {
        // SAFETY: a call or invoke.
        unsafe {
            if LLVMGetNumOperandBundles(call) > 0 {
                return Err("operand bundle".to_owned());
            }
            let called = LLVMGetCalledValue(call);
            let is_function = !LLVMIsAFunction(called).is_null();
            let callee = if !LLVMIsAInlineAsm(called).is_null() {
                Callee::Assembly(self.names.id(format!("asm {}", text::printed(called))))
            } else if is_function {
                Callee::Function(self.symbol(called))
            } else {
                Callee::Computed(self.operand(called, numbering)?)
            };
            let function = is_function.then_some(called);
            let has = |index, name| !attribute(call, function, index, name).is_null();
            let arguments = (0..LLVMGetNumArgOperands(call)).map(|i| self.argument(call, function, i, numbering));
            Ok(Box::new(Call {
                callee,
                arguments: arguments.collect::<Result<_, _>>()?,
                range: self.result_range(call, function),
                may_return: !has(FUNCTION, "noreturn"),
                may_unwind: !has(FUNCTION, "nounwind"),
            }))
        }
    }

    unsafe fn argument(
        &mut self,
        call: LLVMValueRef,
        function: Option<LLVMValueRef>,
        index: u32,
        numbering: &Numbering,
    ) -> Result<Argument, Refusal> {
        // SAFETY: an argument of the call; the value of `dereferenceable` is a number.
        unsafe {
            let attribute = |name| attribute(call, function, index + 1, name);
            if !attribute("byval").is_null() {
                return Err("argument passed by value in memory".to_owned());
            }
            let value = LLVMGetOperand(call, index);
            let dereferenceable = attribute("dereferenceable");
            Ok(Argument {
                ty: self.ty(LLVMTypeOf(value)),
                value: self.operand(value, numbering)?,
                sret: self.type_attribute_size(attribute("sret")),
                dereferenceable: if dereferenceable.is_null() { 0 } else { LLVMGetEnumAttributeValue(dereferenceable) },
                readonly: !attribute("readonly").is_null() || !attribute("readnone").is_null(),
            })
        }
    }

    /// The `range` of the result. LLVM's C API has no getter for it, but prints it.
    unsafe fn result_range(&self, call: LLVMValueRef, function: Option<LLVMValueRef>) -> Option<Range> {
        // SAFETY: a call or invoke, and a function.
        unsafe {
            let Type::Int(bits) = self.ty(LLVMTypeOf(call)) else { return None };
            if attribute(call, function, RESULT, "range").is_null() {
                return None;
            }
            let of_function = || text::result_range(&text::declaration(&text::printed(function?)));
            let (low, high) = text::result_range(&text::printed(call)).or_else(of_function)?;
            Some(Range { low: truncated(low as u128, bits), high: truncated(high as u128, bits) })
        }
    }
}

/// An attribute of the call, or of the function it calls; null if neither has it.
///
/// # Safety
/// `call` must be a live call, `function` a live function.
unsafe fn attribute(call: LLVMValueRef, function: Option<LLVMValueRef>, index: u32, name: &str) -> LLVMAttributeRef {
    // SAFETY: an index without attributes gives null.
    unsafe {
        let found = LLVMGetCallSiteEnumAttribute(call, index, kind_of(name));
        match function {
            Some(function) if found.is_null() && (index == FUNCTION || index <= LLVMCountParams(function)) => {
                LLVMGetEnumAttributeAtIndex(function, index, kind_of(name))
            }
            _ => found,
        }
    }
}
