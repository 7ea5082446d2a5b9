//! A number for each block, the same for blocks from which on the code is the same: what differs
//! there need not be compared.
//!
//! As the comparison must find equal whatever is equal up to renaming, the number is made of what no
//! renaming changes: opcodes, types, callees and constants. It knows the code up to 16
//! blocks ahead, found as in the refinement of colours of a graph: each round mixes into the number
//! of a block those of its successors. States that are stored are left out, since other ones may be
//! assumed equal.
//!
//! Equal numbers say nothing; [`compare`](super::compare) does.

use super::compare::significant;
use crate::llvm::{Block, Function, Inst};
use crate::planted::{Fault, planted};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many blocks ahead a fingerprint looks.
const ROUNDS: usize = 16;

/// The fingerprints of a function's blocks.
pub struct Fingerprints(HashMap<Block, u64>);

impl Fingerprints {
    /// Computes them, given what stores a state.
    pub fn of(function: Function, is_state_store: impl Fn(Inst) -> bool) -> Self {
        let blocks = function.blocks();
        let own = |block: &Block| (*block, own_code(*block, &is_state_store));
        let mut current: HashMap<Block, u64> = blocks.iter().map(own).collect();
        let successors: Vec<(Block, Vec<Block>)> =
            blocks.into_iter().map(|block| (block, block.successors())).collect();
        for _ in 0..ROUNDS {
            let ahead = |(block, next): &(Block, Vec<Block>)| {
                let mut hasher = DefaultHasher::new();
                current[block].hash(&mut hasher);
                next.iter().for_each(|next| current[next].hash(&mut hasher));
                (*block, hasher.finish())
            };
            current = successors.iter().map(ahead).collect();
        }
        Self(current)
    }

    /// The number of a block.
    pub fn get(&self, block: Block) -> Option<u64> {
        self.0.get(&block).copied()
    }
}

fn own_code(block: Block, is_state_store: &impl Fn(Inst) -> bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    for inst in significant(block) {
        (inst.opcode() as u32).hash(&mut hasher);
        inst.value().ty().hash(&mut hasher);
        if is_state_store(inst) || planted(Fault::WrongFold) {
            continue;
        }
        for operand in inst.operands() {
            operand.is_constant().then_some(operand).hash(&mut hasher);
        }
    }
    hasher.finish()
}
