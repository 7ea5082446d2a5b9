//! Which allocas are still in use, at the head of each block.
//!
//! An alloca is in use by anything that mentions its address, plain stores included: what they write
//! may be read through a pointer that was handed out before. Only lifetime markers are no use; they
//! end what it held before.

use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use std::collections::{HashMap, HashSet};

/// Live allocas per block.
pub struct AllocaLiveness {
    live_in: HashMap<Block, HashSet<Value>>,
}

#[derive(Default)]
struct BlockEffect {
    uses_first: HashSet<Value>,
    kills: HashSet<Value>,
}

impl AllocaLiveness {
    /// Computes it by iterating backwards to a fixpoint.
    pub fn of(module: Module, function: Function) -> Self {
        let blocks = function.blocks();
        let effects: HashMap<Block, BlockEffect> =
            blocks.iter().map(|block| (*block, effect_of(module, *block))).collect();
        let mut live_in: HashMap<Block, HashSet<Value>> = HashMap::new();
        let mut changed = true;
        while changed {
            changed = false;
            for block in blocks.iter().rev() {
                let effect = &effects[block];
                let mut live: HashSet<Value> = effect.uses_first.clone();
                for successor in block.successors() {
                    let behind = live_in.get(&successor).into_iter().flatten();
                    live.extend(behind.filter(|alloca| !effect.kills.contains(alloca)));
                }
                let known = live_in.entry(*block).or_default();
                if known.len() != live.len() {
                    *known = live;
                    changed = true;
                }
            }
        }
        Self { live_in }
    }

    /// May what `alloca` holds at the head of `block` matter later?
    pub fn is_live_in(&self, block: Block, alloca: Value) -> bool {
        self.live_in.get(&block).is_some_and(|live| live.contains(&alloca))
    }
}

fn effect_of(module: Module, block: Block) -> BlockEffect {
    let mut effect = BlockEffect::default();
    for inst in block.instructions() {
        for alloca in accessed_allocas(module, inst) {
            if inst.is_lifetime_marker() {
                effect.kills.insert(alloca);
            } else if !effect.kills.contains(&alloca) {
                effect.uses_first.insert(alloca);
            }
        }
    }
    effect
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
