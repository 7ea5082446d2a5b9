//! How a coroutine says `Poll::Pending`.
//!
//! A coroutine that suspends shows it in its suspend exits: constants written to the return slot.
//! One that never suspends does not; then the code that awaits it does, by its test of the result.

use super::await_site::PendingTest;
use super::reason::PendingUnknown;
use super::{Dispatch, SuspendExit};
use crate::llvm::{Function, Inst, Module, Opcode, Value};
use std::collections::HashSet;
use std::fmt;

/// A constant that is written to the return slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConstantWrite {
    /// Bytes from the start of the return slot.
    pub offset: i64,
    /// The constant.
    pub value: Value,
}

/// Where the encoding was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PendingEncoding {
    /// The coroutine's own suspend exit, whose instructions can be replayed.
    SuspendExit {
        /// The exit.
        exit: SuspendExit,
        /// What it writes.
        writes: Vec<ConstantWrite>,
    },
    /// The test of the result at the await sites.
    AwaitSites(PendingTest),
    /// The return type has two values, and the ready exits return the other one: `Poll<()>`.
    OtherThanReady(Value),
}

impl fmt::Display for PendingEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SuspendExit { writes, .. } => {
                if writes.is_empty() {
                    f.write_str("nothing to write")?;
                }
                for (index, write) in writes.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{} at {}", write.value.to_text(), write.offset)?;
                }
                f.write_str(" (from its suspend exits)")
            }
            Self::OtherThanReady(value) => {
                write!(f, "{} (the value that Ready is not)", value.to_text())
            }
            Self::AwaitSites(test) => write!(f, "{test} (from its await sites)"),
        }
    }
}

/// Reads the encoding from the suspend exits. `None` where there are none.
pub fn from_suspend_exits(
    module: Module,
    dispatch: &Dispatch,
    exits: &[SuspendExit],
) -> Option<Result<PendingEncoding, PendingUnknown>> {
    let mut found: Option<PendingEncoding> = None;
    for exit in exits {
        let Some(writes) = constant_writes(module, dispatch, exit) else {
            return Some(Err(PendingUnknown::ExitNotConstant));
        };
        match &found {
            Some(PendingEncoding::SuspendExit { writes: first, .. }) if *first != writes => {
                return Some(Err(PendingUnknown::ExitsDisagree));
            }
            Some(_) => {}
            None => found = Some(PendingEncoding::SuspendExit { exit: exit.clone(), writes }),
        }
    }
    found.map(Ok)
}

/// A `Poll` that is returned as one bit is `Poll` of a type with one value. Where every return
/// yields the bit of Ready, 0, and none of them is a suspend exit, the other bit is Pending.
///
/// Only for what is known to be a coroutine and no closure that one was inlined into: what that
/// makes of Pending does not show.
pub fn from_ready_exits(module: Module, function: Function) -> Option<PendingEncoding> {
    let bit = function.return_type();
    if bit.integer_width() != Some(1) {
        return None;
    }
    let mut is_ready = false;
    for block in function.blocks() {
        let Some(last) = block.terminator().filter(|last| last.is(Opcode::LLVMRet)) else {
            continue;
        };
        is_ready = returned_bit(module, last)? == READY;
        if !is_ready {
            return None;
        }
    }
    is_ready.then(|| PendingEncoding::OtherThanReady(bit.integer(1 - READY)))
}

/// The discriminant of `Poll::Ready`: `library/core/src/task/poll.rs`.
const READY: u64 = 0;

/// Most steps that a value is followed back: in code that nothing reaches they may go in circles.
const STEP_LIMIT: usize = 16;

/// The constant bit that a `ret` returns, directly or by way of a local of its block.
fn returned_bit(module: Module, ret: Inst) -> Option<u64> {
    let mut value = ret.operand(0)?;
    for _ in 0..STEP_LIMIT {
        let Some(inst) = value.as_instruction() else { break };
        match inst.opcode() {
            Opcode::LLVMTrunc | Opcode::LLVMZExt => value = inst.operand(0)?,
            Opcode::LLVMLoad => {
                value = stored_before(module, inst)?;
            }
            _ => return None,
        }
    }
    value.as_integer().map(|value| value & 1)
}

/// What a load from a local reads, if its block stored it and nothing since then may have written
/// there.
fn stored_before(module: Module, load: Inst) -> Option<Value> {
    let (base, offset) = module.base_and_offset(load.pointer()?);
    let mut value = None;
    for inst in load.block().walk().take_while(|inst| *inst != load) {
        if inst.is(Opcode::LLVMStore) {
            let (other, at) = module.base_and_offset(inst.pointer()?);
            let is_elsewhere = other != base && (other.is_alloca() || other.is_argument());
            let stored = inst.operand(0).filter(|_| (other, at) == (base, offset));
            value = if is_elsewhere { value } else { stored };
        } else if inst.has_side_effects() && !inst.is_marker() {
            value = None;
        }
    }
    value.filter(|_| base.is_alloca())
}

/// What an exit writes to the return slot, if replaying it would do that and nothing else.
fn constant_writes(
    module: Module,
    dispatch: &Dispatch,
    exit: &SuspendExit,
) -> Option<Vec<ConstantWrite>> {
    let function = exit.store.block().function();
    // The head of the function was run before.
    let head = dispatch.load.block();
    let mut available: HashSet<Inst> = HashSet::new();
    let mut writes = Vec::new();
    let slot = return_slot(module, function, exit);
    let replayed = replayed(module, exit);
    // `Poll` of a type without values has one value: there is nothing to write.
    let returns_nothing = slot.is_none() && function.return_type().is_void();
    for inst in replayed {
        let is_available = |operand: Inst| operand.block() == head || available.contains(&operand);
        if !inst.operands().into_iter().filter_map(Value::as_instruction).all(is_available) {
            return None;
        }
        if let Some(write) = write_to(module, slot, inst) {
            writes.push(write);
        }
        if inst.is(Opcode::LLVMRet) && slot.is_none() && !returns_nothing {
            writes.extend(returned_constants(module, inst.operand(0)?)?);
        }
        available.insert(inst);
    }
    (returns_nothing || !writes.is_empty()).then_some(writes)
}

/// The constants that a returned value is made of.
fn returned_constants(module: Module, returned: Value) -> Option<Vec<ConstantWrite>> {
    if let Some(value) = known_constant(returned) {
        return Some(vec![ConstantWrite { offset: 0, value }]);
    }
    let (mut writes, mut rest) = (Vec::new(), returned);
    for _ in 0..STEP_LIMIT {
        if rest.is_undef() {
            writes.sort_by_key(|write: &ConstantWrite| write.offset);
            return Some(writes);
        }
        let inst = rest.as_instruction().filter(|inst| inst.is(Opcode::LLVMInsertValue))?;
        let [index] = inst.aggregate_indices()[..] else { return None };
        let value = known_constant(inst.operand(1)?)?;
        if !value.is_undef() {
            writes
                .push(ConstantWrite { offset: module.element_offset(returned.ty(), index), value });
        }
        rest = inst.operand(0)?;
    }
    None
}

/// The constant that a value is known to be: rustc 1.85 loads the parts of a pair from a constant in
/// memory, and casts them on the way.
fn known_constant(value: Value) -> Option<Value> {
    let (mut casts, mut origin) = (Vec::new(), value);
    let constant = loop {
        let Some(inst) = origin.as_instruction() else {
            break origin.is_constant().then_some(origin)?;
        };
        match inst.opcode() {
            Opcode::LLVMTrunc | Opcode::LLVMZExt if casts.len() < STEP_LIMIT => {
                casts.push(origin.ty());
                origin = inst.operand(0)?;
            }
            _ => break inst.loaded_constant()?,
        }
    };
    // The innermost cast first: a truncation drops bits that later extensions do not bring back.
    casts.into_iter().rev().try_fold(constant, |known, ty| ty.constant(known.as_integer()?))
}

/// Does an exit do nothing but write constants to the return slot, store its state and return?
pub fn returns_constant(module: Module, dispatch: &Dispatch, exit: &SuspendExit) -> bool {
    let all = exit.blocks.iter().flat_map(|block| block.instructions());
    let is_plain = |inst: Inst| is_left_out(exit, inst) || is_replayable(module, inst);
    all.into_iter().all(is_plain) && constant_writes(module, dispatch, exit).is_some()
}

/// The instructions of an exit that yield its result: those after the last that does more. A poll
/// of a future that is never ready has no test, so it stands in the same block as the exit.
pub fn replayed(module: Module, exit: &SuspendExit) -> Vec<Inst> {
    let mut tail = Vec::new();
    for inst in exit.blocks.iter().flat_map(|block| block.instructions()) {
        if is_left_out(exit, inst) {
            continue;
        }
        if is_replayable(module, inst) {
            tail.push(inst);
        } else {
            tail.clear();
        }
    }
    tail
}

/// What a replay leaves out: the store of the state, jumps, markers, coverage counters.
fn is_left_out(exit: &SuspendExit, inst: Inst) -> bool {
    let is_jump = inst.as_unconditional_branch().is_some();
    inst == exit.store || is_jump || inst.is_marker() || inst.is_profile_counter()
}

/// The `sret` parameter, or the alloca that the returned value is loaded from.
fn return_slot(module: Module, function: Function, exit: &SuspendExit) -> Option<Value> {
    if let Some(slot) = function.result_slot() {
        return Some(slot);
    }
    let mut value = exit.blocks.last()?.terminator()?.operand(0)?;
    for _ in 0..STEP_LIMIT {
        let inst = value.as_instruction()?;
        match inst.opcode() {
            Opcode::LLVMLoad => {
                let (base, _) = module.base_and_offset(inst.pointer()?);
                return base.is_alloca().then_some(base);
            }
            Opcode::LLVMInsertValue => {
                let inserted = inst.operand(1)?;
                value = if inserted.is_constant() { inst.operand(0)? } else { inserted };
            }
            Opcode::LLVMTrunc | Opcode::LLVMZExt | Opcode::LLVMIntToPtr | Opcode::LLVMBitCast => {
                value = inst.operand(0)?;
            }
            _ => return None,
        }
    }
    None
}

/// Pure, or a plain access to an alloca or the `sret` slot, or a load of a constant.
pub(super) fn is_replayable(module: Module, inst: Inst) -> bool {
    match inst.opcode() {
        Opcode::LLVMPHI => false,
        Opcode::LLVMRet => true,
        Opcode::LLVMLoad if inst.loaded_constant().is_some() => true,
        Opcode::LLVMLoad | Opcode::LLVMStore => {
            inst.is_simple_access()
                && inst.pointer().is_some_and(|pointer| {
                    let (base, _) = module.base_and_offset(pointer);
                    let function = inst.block().function();
                    base.is_alloca() || function.result_slot() == Some(base)
                })
        }
        Opcode::LLVMCall => {
            inst.is_intrinsic("llvm.memcpy.")
                && inst.arguments().iter().take(2).all(|pointer| {
                    let (base, _) = module.base_and_offset(*pointer);
                    base.is_alloca() || base.is_argument()
                })
        }
        _ => !inst.has_side_effects() && inst.successor_count() == 0,
    }
}

fn write_to(module: Module, slot: Option<Value>, inst: Inst) -> Option<ConstantWrite> {
    if !inst.is(Opcode::LLVMStore) {
        return None;
    }
    let (base, offset) = module.base_and_offset(inst.pointer()?);
    let value = known_constant(inst.operand(0)?)?;
    (Some(base) == slot && !value.is_undef()).then_some(ConstantWrite { offset, value })
}
