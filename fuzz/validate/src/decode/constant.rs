//! Constants and constant expressions.

use super::{Decoder, text};
use crate::ir::{Refusal, Type};
use crate::value::{Base, Pointer, Value, signed, truncated};
use llvm_sys::LLVMOpcode;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};

impl Decoder<'_> {
    pub(super) unsafe fn constant(&mut self, value: LLVMValueRef) -> Result<Value, Refusal> {
        // SAFETY: each accessor is asked of a constant of its kind.
        unsafe {
            let ty = self.ty(LLVMTypeOf(value));
            if !LLVMIsAUndefValue(value).is_null() {
                return Ok(undef(&ty));
            }
            if !LLVMIsAConstantInt(value).is_null() {
                return integer(value).map(Value::Int);
            }
            if !LLVMIsAFunction(value).is_null() || !LLVMIsAGlobalVariable(value).is_null() {
                return Ok(Value::Pointer(Pointer { base: Base::Global(self.symbol(value)), offset: 0 }));
            }
            if LLVMIsNull(value) != 0 {
                return Ok(zero(&ty));
            }
            if !LLVMIsAConstantFP(value).is_null() {
                return float(value, &ty);
            }
            if !LLVMIsAConstantExpr(value).is_null() {
                return self.expression(value);
            }
            let Type::Aggregate { elements, .. } = &ty else {
                return Err(format!("constant {}", text::printed(value)));
            };
            let elements = (0..elements.len()).map(|i| {
                let element = LLVMGetAggregateElement(value, i as u32);
                if element.is_null() { Err("constant with hidden elements".to_owned()) } else { self.constant(element) }
            });
            elements.collect::<Result<_, _>>().map(Value::aggregate)
        }
    }

    unsafe fn expression(&mut self, value: LLVMValueRef) -> Result<Value, Refusal> {
        // SAFETY: a constant expression of this opcode has these operands.
        unsafe {
            let operand = |i| LLVMGetOperand(value, i);
            match LLVMGetConstOpcode(value) {
                LLVMOpcode::LLVMGetElementPtr => {
                    let base = self.constant(operand(0))?;
                    let mut offset = 0;
                    for (index, step) in self.steps(value) {
                        let index = self.constant(index)?;
                        let Value::Int(index) = index else { return Err("address with a computed index".to_owned()) };
                        offset += step.apply(index);
                    }
                    match base {
                        Value::Pointer(pointer) => Ok(Value::Pointer(pointer.plus(offset))),
                        _ => Err("address of no object".to_owned()),
                    }
                }
                LLVMOpcode::LLVMBitCast | LLVMOpcode::LLVMPtrToInt => self.constant(operand(0)),
                LLVMOpcode::LLVMIntToPtr => match self.constant(operand(0))? {
                    Value::Int(int) => Ok(Value::Pointer(Pointer::NULL.plus(int as i64))),
                    value => Ok(value),
                },
                opcode => Err(format!("constant expression {opcode:?}")),
            }
        }
    }

    /// The indices of a `getelementptr` with what each adds.
    pub(super) unsafe fn steps(&self, gep: LLVMValueRef) -> Vec<(LLVMValueRef, Step)> {
        // SAFETY: walks the source type along the indices as LLVM does.
        unsafe {
            let mut ty: LLVMTypeRef = LLVMGetGEPSourceElementType(gep);
            let mut steps = Vec::new();
            for i in 1..LLVMGetNumOperands(gep) as u32 {
                let index = LLVMGetOperand(gep, i);
                if i == 1 {
                    steps.push((index, Step::times(self.size(ty), index)));
                } else if LLVMGetTypeKind(ty) == llvm_sys::LLVMTypeKind::LLVMStructTypeKind {
                    let field = LLVMConstIntGetZExtValue(index) as u32;
                    steps.push((index, Step::Field(llvm_sys::target::LLVMOffsetOfElement(self.layout, ty, field))));
                    ty = LLVMStructGetTypeAtIndex(ty, field);
                } else {
                    ty = LLVMGetElementType(ty);
                    steps.push((index, Step::times(self.size(ty), index)));
                }
            }
            steps
        }
    }
}

/// What an index of a `getelementptr` means in bytes.
pub(super) enum Step {
    Field(u64),
    Times { stride: i64, bits: u32 },
}

impl Step {
    unsafe fn times(stride: u64, index: LLVMValueRef) -> Step {
        // SAFETY: indices are integers.
        Step::Times { stride: stride as i64, bits: unsafe { LLVMGetIntTypeWidth(LLVMTypeOf(index)) } }
    }

    pub(super) fn apply(&self, index: u128) -> i64 {
        match self {
            Step::Field(offset) => *offset as i64,
            Step::Times { stride, bits } => (signed(index, *bits) as i64).wrapping_mul(*stride),
        }
    }
}

/// # Safety
/// `value` must be an integer constant.
pub(super) unsafe fn integer(value: LLVMValueRef) -> Result<u128, Refusal> {
    // SAFETY: an integer constant; wide ones are read from their text.
    unsafe {
        let bits = LLVMGetIntTypeWidth(LLVMTypeOf(value));
        if bits <= 64 {
            return Ok(u128::from(LLVMConstIntGetZExtValue(value)));
        }
        let text = text::printed(value);
        let digits = text.rsplit(' ').next().unwrap_or_default();
        let parsed = digits.parse::<i128>().map(|i| i as u128).or_else(|_| digits.parse::<u128>());
        parsed.map(|int| truncated(int, bits)).map_err(|_| format!("constant {text}"))
    }
}

/// # Safety
/// `value` must be a floating-point constant.
unsafe fn float(value: LLVMValueRef, ty: &Type) -> Result<Value, Refusal> {
    let mut loses = 0;
    // SAFETY: a floating-point constant.
    let double = unsafe { LLVMConstRealGetDouble(value, &mut loses) };
    match ty {
        Type::Float(32) => Ok(Value::Int(u128::from((double as f32).to_bits()))),
        Type::Float(64) => Ok(Value::Int(u128::from(double.to_bits()))),
        _ => Err("floating point of a rare format".to_owned()),
    }
}

fn zero(ty: &Type) -> Value {
    match ty {
        Type::Pointer(_) => Value::NULL,
        Type::Aggregate { elements, .. } => Value::aggregate(elements.iter().map(|(_, ty)| zero(ty)).collect()),
        _ => Value::Int(0),
    }
}

/// `undef`, element by element.
pub fn undef(ty: &Type) -> Value {
    match ty {
        Type::Aggregate { elements, .. } => Value::aggregate(elements.iter().map(|(_, ty)| undef(ty)).collect()),
        _ => Value::Undef,
    }
}
