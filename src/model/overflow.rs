//! Checks for overflow that always fail.
//!
//! ```llvm
//! br i1 true, label %panic, label %next     ; 0_u32 - 1, in a crate that checks
//! panic: call void @core::panicking::panic_const::panic_const_sub_overflow(ptr @location)
//! ```
//! LLVM takes away what stands behind such a check. A copy of the body that is generated for a crate
//! without checks has no branch there and goes on, so it does more than the code here shows.

use super::names;
use super::resumed::PANICS_MODULE;
use crate::llvm::{Block, Function, Inst, Opcode, Value};

/// Is there a check for overflow whose outcome LLVM may know?
pub fn has_decided_check(resume: Function) -> bool {
    resume.blocks().into_iter().filter_map(Block::terminator).any(|last| {
        let Some((condition, if_true, if_false)) = last.as_conditional_branch() else {
            return false;
        };
        is_decided(condition, STEP_LIMIT) && (panics(if_true) || panics(if_false))
    })
}

/// Most steps from a condition to what it is computed from: overflow, element, expectation.
const STEP_LIMIT: usize = 8;

/// Is it computed from constants alone, in registers?
fn is_decided(value: Value, steps: usize) -> bool {
    let Some(inst) = value.as_instruction() else { return value.is_constant() };
    let operands = match inst.opcode() {
        Opcode::LLVMCall if inst.is_intrinsic("llvm.") => inst.arguments(),
        Opcode::LLVMLoad | Opcode::LLVMCall | Opcode::LLVMInvoke | Opcode::LLVMPHI => return false,
        _ => inst.operands(),
    };
    steps > 0 && operands.into_iter().all(|operand| is_decided(operand, steps - 1))
}

/// Does this block panic since a calculation overflows? Source of the names:
/// `library/core/src/panicking.rs`.
fn panics(block: Block) -> bool {
    let is_panic = |callee: Function| {
        callee.value().with_name(|symbol| {
            let symbol = std::str::from_utf8(symbol).unwrap_or_default();
            symbol.contains("_overflow")
                && names::readable(symbol)
                    .strip_prefix(PANICS_MODULE)
                    .is_some_and(|name| name.ends_with("_overflow"))
        })
    };
    block.walk().filter_map(Inst::callee).any(is_panic)
}
