//! Which allocas are still in use, at the head of each block.
//!
//! An alloca is in use by anything that mentions its address, plain stores included: what they write
//! may be read through a pointer that was handed out before. Only lifetime markers are no use; they
//! end what it held before.
//!
//! A block holds few of a function's allocas and a local lives in few of its blocks, so nothing is
//! computed for all blocks: the liveness of an alloca is found when it is asked for, backwards from
//! its uses.

use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// What the end of a lifetime is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// It ends what the alloca held before, as the start of the next lifetime does.
    Kill,
    /// It is a use: the alloca was alive before. Only a start is none.
    Use,
}

/// Live allocas per block.
pub struct AllocaLiveness {
    effects: HashMap<Value, AllocaEffects>,
    /// The blocks at whose heads an alloca is live, for those that were asked for.
    live_in: RefCell<HashMap<Value, HashSet<Block>>>,
}

/// What the blocks of a function do first to one alloca.
#[derive(Default)]
struct AllocaEffects {
    uses: HashSet<Block>,
    kills: HashSet<Block>,
}

impl AllocaLiveness {
    /// Collects where each alloca is used.
    pub fn of(module: Module, function: Function, ends: Ends) -> Self {
        let mut effects: HashMap<Value, AllocaEffects> = HashMap::new();
        for inst in function.instructions() {
            let block = inst.block();
            for alloca in accessed_allocas(module, inst) {
                let effect = effects.entry(alloca).or_default();
                if is_kill(inst, ends) {
                    effect.kills.insert(block);
                } else if !effect.kills.contains(&block) {
                    effect.uses.insert(block);
                }
            }
        }
        Self { effects, live_in: RefCell::default() }
    }

    /// May what `alloca` holds at the head of `block` matter later?
    pub fn is_live_in(&self, block: Block, alloca: Value) -> bool {
        let Some(effects) = self.effects.get(&alloca) else { return false };
        let mut known = self.live_in.borrow_mut();
        known.entry(alloca).or_insert_with(|| effects.live_in()).contains(&block)
    }
}

impl AllocaEffects {
    fn live_in(&self) -> HashSet<Block> {
        let mut live = self.uses.clone();
        let mut pending: Vec<Block> = live.iter().copied().collect();
        while let Some(block) = pending.pop() {
            for before in block.predecessors() {
                if !self.kills.contains(&before) && live.insert(before) {
                    pending.push(before);
                }
            }
        }
        live
    }
}

/// Is there an access to `alloca` in `block`?
pub fn is_accessed_in(module: Module, block: Block, alloca: Value) -> bool {
    let mut accesses = block.walk().filter(|inst| !inst.is_marker());
    accesses.any(|inst| accessed_allocas(module, inst).contains(&alloca))
}

fn is_kill(inst: Inst, ends: Ends) -> bool {
    let is_end = || inst.is_intrinsic("llvm.lifetime.end");
    inst.is_lifetime_marker() && (ends == Ends::Kill || !is_end())
}

/// The allocas behind the pointer operands. An address that is followed is not an access itself.
fn accessed_allocas(module: Module, inst: Inst) -> Vec<Value> {
    let is_address = matches!(inst.opcode(), Opcode::LLVMGetElementPtr | Opcode::LLVMBitCast);
    let mut accessed = Vec::new();
    for operand in inst.operands() {
        if !operand.ty().is_pointer() {
            continue;
        }
        let (base, _) = module.base_and_offset(operand);
        let is_alloca = base.is_alloca();
        // A variable offset hides later accesses, so there the address counts.
        let is_followed = is_address && module.base_and_offset(inst.value()).0 == base;
        if is_alloca && !is_followed {
            accessed.push(base);
        }
    }
    accessed
}
