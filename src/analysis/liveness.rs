//! Which allocas hold a value that is still read, at the head of each block.
//!
//! An alloca is read by anything that may load from it or that its address is given to; its
//! lifetime markers and plain stores over its first bytes are not reads. A lifetime marker ends
//! what it held before.

use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use std::collections::{HashMap, HashSet};

/// Live allocas per block.
pub struct AllocaLiveness {
    live_in: HashMap<Block, HashSet<Value>>,
}

#[derive(Default)]
struct BlockEffect {
    reads_first: HashSet<Value>,
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
                let mut live: HashSet<Value> = effect.reads_first.clone();
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

    /// May what `alloca` holds at the head of `block` be read later?
    pub fn is_live_in(&self, block: Block, alloca: Value) -> bool {
        self.live_in.get(&block).is_some_and(|live| live.contains(&alloca))
    }
}

fn effect_of(module: Module, block: Block) -> BlockEffect {
    let mut effect = BlockEffect::default();
    for inst in block.instructions() {
        for (operand, is_read) in accessed_allocas(module, inst) {
            if is_read {
                if !effect.kills.contains(&operand) {
                    effect.reads_first.insert(operand);
                }
            } else if inst.is_lifetime_marker() {
                effect.kills.insert(operand);
            }
        }
    }
    effect
}

/// The allocas behind the pointer operands, and whether the instruction may read them.
fn accessed_allocas(module: Module, inst: Inst) -> Vec<(Value, bool)> {
    let is_address = matches!(inst.opcode(), Opcode::LLVMGetElementPtr | Opcode::LLVMBitCast);
    let mut accessed = Vec::new();
    for (index, operand) in inst.operands().into_iter().enumerate() {
        if !operand.ty().is_pointer() {
            continue;
        }
        let (base, _) = module.base_and_offset(operand);
        let is_alloca = base.as_instruction().is_some_and(|base| base.is(Opcode::LLVMAlloca));
        if !is_alloca {
            continue;
        }
        let only_overwrites = inst.is(Opcode::LLVMStore) && index == 1;
        // A variable offset hides later accesses: the address counts as a read.
        let followed = is_address && module.base_and_offset(inst.value()).0 == base;
        if !followed {
            accessed.push((base, !only_overwrites && !inst.is_lifetime_marker()));
        }
    }
    accessed
}
