//! Instructions.

use super::constant::{Step, integer};
use super::{Decoder, Numbering};
use crate::ir::{BinaryOp, Block, CastOp, Instruction, Kind, Operand, Predicate, Range, Refusal};
use crate::value::Value;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::{LLVMAtomicRMWBinOp, LLVMIntPredicate, LLVMOpcode, LLVMTypeKind};

impl Decoder<'_> {
    /// Appends an instruction to its block.
    pub(super) unsafe fn instruction(&mut self, value: LLVMValueRef, numbering: &Numbering, block: &mut Block) {
        // SAFETY: a live instruction of the numbered function.
        unsafe {
            let result = numbering.locals[&value];
            if LLVMGetInstructionOpcode(value) == LLVMOpcode::LLVMPHI
                && let Ok(incoming) = self.incoming(value, numbering)
            {
                block.phis.push((result, incoming));
                return;
            }
            let kind = self.kind(value, numbering).unwrap_or_else(Kind::Refused);
            block.instructions.push(Instruction { result, ty: self.ty(LLVMTypeOf(value)), kind });
        }
    }

    unsafe fn incoming(&mut self, phi: LLVMValueRef, numbering: &Numbering) -> Result<Vec<(usize, Operand)>, Refusal> {
        // SAFETY: a phi; indices below the count.
        let count = unsafe { LLVMCountIncoming(phi) };
        let edge = |i| {
            // SAFETY: as above.
            unsafe {
                let from = numbering.blocks[&LLVMGetIncomingBlock(phi, i)];
                Ok((from, self.operand(LLVMGetIncomingValue(phi, i), numbering)?))
            }
        };
        (0..count).map(edge).collect()
    }

    pub(super) unsafe fn operand(&mut self, value: LLVMValueRef, numbering: &Numbering) -> Result<Operand, Refusal> {
        if let Some(local) = numbering.locals.get(&value) {
            return Ok(Operand::Local(*local));
        }
        // SAFETY: a live value.
        unsafe {
            // Metadata says nothing to an execution.
            if LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMTypeKind::LLVMMetadataTypeKind {
                return Ok(Operand::Constant(Value::Undef));
            }
            if LLVMIsAConstant(value).is_null() {
                return Err("operand that is no value".to_owned());
            }
            self.constant(value).map(Operand::Constant)
        }
    }

    unsafe fn kind(&mut self, value: LLVMValueRef, numbering: &Numbering) -> Result<Kind, Refusal> {
        use LLVMOpcode::*;
        // SAFETY: each accessor is asked of an instruction that has it.
        unsafe {
            let opcode = LLVMGetInstructionOpcode(value);
            if let Some(op) = binary_op(opcode) {
                return Ok(Kind::Binary(op, self.at(value, 0, numbering)?, self.at(value, 1, numbering)?));
            }
            if let Some(op) = cast_op(opcode) {
                let from = self.ty(LLVMTypeOf(LLVMGetOperand(value, 0)));
                return Ok(Kind::Cast(op, self.at(value, 0, numbering)?, from));
            }
            Ok(match opcode {
                LLVMBr | LLVMSwitch | LLVMRet | LLVMUnreachable | LLVMResume | LLVMInvoke => {
                    return self.terminator(value, numbering);
                }
                LLVMAlloca | LLVMLoad | LLVMStore | LLVMAtomicRMW | LLVMAtomicCmpXchg => {
                    return self.memory_access(value, numbering);
                }
                LLVMGetElementPtr => return self.address(value, numbering),
                LLVMICmp => {
                    let ty = self.ty(LLVMTypeOf(LLVMGetOperand(value, 0)));
                    let predicate = predicate(LLVMGetICmpPredicate(value));
                    Kind::Compare(predicate, self.at(value, 0, numbering)?, self.at(value, 1, numbering)?, ty)
                }
                LLVMSelect => Kind::Select(
                    self.at(value, 0, numbering)?,
                    self.at(value, 1, numbering)?,
                    self.at(value, 2, numbering)?,
                ),
                LLVMExtractValue => Kind::Extract(self.at(value, 0, numbering)?, indices(value)),
                LLVMInsertValue => {
                    Kind::Insert(self.at(value, 0, numbering)?, self.at(value, 1, numbering)?, indices(value))
                }
                LLVMFreeze => Kind::Freeze(self.at(value, 0, numbering)?),
                LLVMFence => Kind::Fence,
                LLVMLandingPad => Kind::LandingPad,
                LLVMCall => Kind::Call(self.call(value, numbering)?),
                _ => return Err(format!("{opcode:?}")),
            })
        }
    }

    /// Operand `index` of an instruction.
    unsafe fn at(&mut self, value: LLVMValueRef, index: u32, numbering: &Numbering) -> Result<Operand, Refusal> {
        // SAFETY: callers know that the instruction has this operand.
        unsafe { self.operand(LLVMGetOperand(value, index), numbering) }
    }

    unsafe fn terminator(&mut self, value: LLVMValueRef, numbering: &Numbering) -> Result<Kind, Refusal> {
        use LLVMOpcode::*;
        // SAFETY: each accessor is asked of a terminator that has it; successor 0 of a switch is its default.
        unsafe {
            let block = |raw| numbering.blocks[&raw];
            let successor = |i| block(LLVMGetSuccessor(value, i));
            Ok(match LLVMGetInstructionOpcode(value) {
                LLVMBr if LLVMIsConditional(value) == 0 => Kind::Jump(successor(0)),
                LLVMBr => {
                    let condition = self.operand(LLVMGetCondition(value), numbering)?;
                    Kind::Branch { condition, yes: successor(0), no: successor(1) }
                }
                LLVMSwitch => {
                    let bits = LLVMGetIntTypeWidth(LLVMTypeOf(LLVMGetOperand(value, 0)));
                    let case = |i| Ok((integer(LLVMGetSwitchCaseValue(value, i))?, successor(i)));
                    let cases = (1..LLVMGetNumSuccessors(value)).map(case).collect::<Result<_, Refusal>>()?;
                    Kind::Switch { value: self.at(value, 0, numbering)?, bits, cases, default: successor(0) }
                }
                LLVMRet if LLVMGetNumOperands(value) == 0 => Kind::Return(None),
                LLVMRet => Kind::Return(Some(self.at(value, 0, numbering)?)),
                LLVMResume => Kind::Resume(self.at(value, 0, numbering)?),
                LLVMInvoke => {
                    let (normal, unwind) = (block(LLVMGetNormalDest(value)), block(LLVMGetUnwindDest(value)));
                    Kind::Invoke { call: self.call(value, numbering)?, normal, unwind }
                }
                _ => Kind::Unreachable,
            })
        }
    }

    unsafe fn memory_access(&mut self, value: LLVMValueRef, numbering: &Numbering) -> Result<Kind, Refusal> {
        use LLVMOpcode::*;
        // SAFETY: each accessor is asked of an access that has it.
        unsafe {
            Ok(match LLVMGetInstructionOpcode(value) {
                LLVMAlloca => match integer_operand(LLVMGetOperand(value, 0)) {
                    Some(count) => Kind::Alloca { size: count as u64 * self.size(LLVMGetAllocatedType(value)) },
                    None => return Err("alloca of a computed size".to_owned()),
                },
                LLVMLoad => Kind::Load {
                    pointer: self.at(value, 0, numbering)?,
                    range: range_metadata(value),
                    volatile: LLVMGetVolatile(value) != 0,
                },
                LLVMStore => Kind::Store {
                    ty: self.ty(LLVMTypeOf(LLVMGetOperand(value, 0))),
                    value: self.at(value, 0, numbering)?,
                    pointer: self.at(value, 1, numbering)?,
                    volatile: LLVMGetVolatile(value) != 0,
                },
                LLVMAtomicRMW => Kind::AtomicUpdate {
                    op: update_op(LLVMGetAtomicRMWBinOp(value))?,
                    pointer: self.at(value, 0, numbering)?,
                    value: self.at(value, 1, numbering)?,
                },
                _ => Kind::CompareExchange {
                    pointer: self.at(value, 0, numbering)?,
                    expected: self.at(value, 1, numbering)?,
                    new: self.at(value, 2, numbering)?,
                    ty: self.ty(LLVMTypeOf(LLVMGetOperand(value, 1))),
                },
            })
        }
    }

    unsafe fn address(&mut self, value: LLVMValueRef, numbering: &Numbering) -> Result<Kind, Refusal> {
        // SAFETY: a `getelementptr`; only sums that are integers are taken as constants.
        unsafe {
            let (mut constant, mut scaled) = (0i64, Vec::new());
            for (index, step) in self.steps(value) {
                match (integer_operand(index), step) {
                    (Some(index), step) => constant = constant.wrapping_add(step.apply(index)),
                    (None, Step::Times { stride, bits }) => {
                        scaled.push((self.operand(index, numbering)?, bits, stride));
                    }
                    (None, Step::Field(_)) => return Err("address of a computed field".to_owned()),
                }
            }
            Ok(Kind::Offset { pointer: self.at(value, 0, numbering)?, constant, scaled })
        }
    }
}

/// # Safety
/// `value` must be live.
unsafe fn integer_operand(value: LLVMValueRef) -> Option<u128> {
    // SAFETY: a live value; only an integer constant is read.
    unsafe { if LLVMIsAConstantInt(value).is_null() { None } else { integer(value).ok() } }
}

/// # Safety
/// `value` must be a live instruction with indices.
unsafe fn indices(value: LLVMValueRef) -> Vec<u32> {
    // SAFETY: LLVM returns as many indices as it counts.
    unsafe { std::slice::from_raw_parts(LLVMGetIndices(value), LLVMGetNumIndices(value) as usize).to_vec() }
}

/// The `!range` of a load, where it is one interval.
///
/// # Safety
/// `load` must be a live instruction.
unsafe fn range_metadata(load: LLVMValueRef) -> Option<Range> {
    // SAFETY: a range node holds integer constants in pairs.
    unsafe {
        let kind = LLVMGetMDKindIDInContext(LLVMGetTypeContext(LLVMTypeOf(load)), c"range".as_ptr(), 5);
        let node = LLVMGetMetadata(load, kind);
        if node.is_null() || LLVMGetMDNodeNumOperands(node) != 2 {
            return None;
        }
        let mut bounds = [std::ptr::null_mut(); 2];
        LLVMGetMDNodeOperands(node, bounds.as_mut_ptr());
        Some(Range { low: integer(bounds[0]).ok()?, high: integer(bounds[1]).ok()? })
    }
}

fn binary_op(opcode: LLVMOpcode) -> Option<BinaryOp> {
    Some(match opcode {
        LLVMOpcode::LLVMAdd => BinaryOp::Add,
        LLVMOpcode::LLVMSub => BinaryOp::Sub,
        LLVMOpcode::LLVMMul => BinaryOp::Mul,
        LLVMOpcode::LLVMUDiv => BinaryOp::UDiv,
        LLVMOpcode::LLVMSDiv => BinaryOp::SDiv,
        LLVMOpcode::LLVMURem => BinaryOp::URem,
        LLVMOpcode::LLVMSRem => BinaryOp::SRem,
        LLVMOpcode::LLVMShl => BinaryOp::Shl,
        LLVMOpcode::LLVMLShr => BinaryOp::LShr,
        LLVMOpcode::LLVMAShr => BinaryOp::AShr,
        LLVMOpcode::LLVMAnd => BinaryOp::And,
        LLVMOpcode::LLVMOr => BinaryOp::Or,
        LLVMOpcode::LLVMXor => BinaryOp::Xor,
        _ => return None,
    })
}

fn update_op(op: LLVMAtomicRMWBinOp) -> Result<Option<BinaryOp>, Refusal> {
    use LLVMAtomicRMWBinOp::*;
    Ok(match op {
        LLVMAtomicRMWBinOpXchg => None,
        LLVMAtomicRMWBinOpAdd => Some(BinaryOp::Add),
        LLVMAtomicRMWBinOpSub => Some(BinaryOp::Sub),
        LLVMAtomicRMWBinOpAnd => Some(BinaryOp::And),
        LLVMAtomicRMWBinOpOr => Some(BinaryOp::Or),
        LLVMAtomicRMWBinOpXor => Some(BinaryOp::Xor),
        other => return Err(format!("{other:?}")),
    })
}

fn cast_op(opcode: LLVMOpcode) -> Option<CastOp> {
    Some(match opcode {
        LLVMOpcode::LLVMZExt => CastOp::ZExt,
        LLVMOpcode::LLVMSExt => CastOp::SExt,
        LLVMOpcode::LLVMTrunc => CastOp::Trunc,
        LLVMOpcode::LLVMBitCast | LLVMOpcode::LLVMPtrToInt | LLVMOpcode::LLVMIntToPtr => CastOp::Bits,
        _ => return None,
    })
}

fn predicate(predicate: LLVMIntPredicate) -> Predicate {
    match predicate {
        LLVMIntPredicate::LLVMIntEQ => Predicate::Eq,
        LLVMIntPredicate::LLVMIntNE => Predicate::Ne,
        LLVMIntPredicate::LLVMIntUGT => Predicate::Ugt,
        LLVMIntPredicate::LLVMIntUGE => Predicate::Uge,
        LLVMIntPredicate::LLVMIntULT => Predicate::Ult,
        LLVMIntPredicate::LLVMIntULE => Predicate::Ule,
        LLVMIntPredicate::LLVMIntSGT => Predicate::Sgt,
        LLVMIntPredicate::LLVMIntSGE => Predicate::Sge,
        LLVMIntPredicate::LLVMIntSLT => Predicate::Slt,
        LLVMIntPredicate::LLVMIntSLE => Predicate::Sle,
    }
}
