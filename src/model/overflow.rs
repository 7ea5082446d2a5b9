//! Checks for overflow that always fail.
//!
//! ```llvm
//! br i1 true, label %panic, label %next     ; 0_u32 - 1, in a crate that checks
//! panic: call void @core::panicking::panic_const::panic_const_sub_overflow(ptr @location)
//! ```
//! LLVM takes away what stands behind such a check. A copy of the body that is generated for a crate
//! without checks has no branch there and goes on, so it does more than the code would show.

use super::names;
use crate::llvm::{Block, Function, Inst, Opcode, Value};
use std::collections::HashSet;

/// Is there a check for overflow whose outcome is a constant?
pub fn has_decided_check(resume: Function) -> bool {
    conditions_of_checks(resume).any(|condition| condition.is_constant())
}

/// Hides from LLVM what it could find out about the checks while it copies this code: it would leave
/// out what stands behind those that always fail. Promotion of locals to registers undoes that.
pub fn hide_outcomes(resume: Function) {
    let mut seen = HashSet::new();
    let conditions = conditions_of_checks(resume).filter_map(Value::as_instruction);
    let conditions: Vec<Inst> = conditions.filter(|inst| seen.insert(*inst)).collect();
    conditions.into_iter().for_each(Inst::demote_to_stack);
}

fn conditions_of_checks(resume: Function) -> impl Iterator<Item = Value> {
    let branches = resume.blocks().into_iter().filter_map(Block::terminator);
    branches.filter_map(|last| {
        let (condition, if_true, if_false) = last.as_conditional_branch()?;
        (panics(if_true) || panics(if_false)).then_some(condition)
    })
}

/// Does this block end with a panic since a calculation overflows?
fn panics(block: Block) -> bool {
    let Some(last) = block.terminator() else { return false };
    let is_panic = |callee: Function| {
        let name = callee.value().with_name(names::panic_of_core);
        name.is_some_and(|name| name.ends_with("_overflow"))
    };
    match last.opcode() {
        Opcode::LLVMInvoke => last.callee().is_some_and(is_panic),
        Opcode::LLVMUnreachable => block.walk().filter_map(Inst::callee).any(is_panic),
        _ => false,
    }
}
