//! Which allocas are still in use, at the head of each block.
//!
//! An alloca is in use by anything that mentions its address, plain stores included: what they write
//! may be read through a pointer that was handed out before. Two things are no use. Lifetime markers
//! end what it held before. And an address at a constant offset is followed: what works with it is
//! the use, wherever that is, and computing it is none.
//!
//! A pointer that was handed out needs no mention: [`AllocaLiveness::may_be_pointed_to`] says where
//! one may be good.
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
    /// The same where pointers to it may be good, and where it is mentioned later.
    pointed_to: RefCell<HashMap<Value, HashSet<Block>>>,
    mentioned_later: RefCell<HashMap<Value, HashSet<Block>>>,
}

/// What the blocks of a function do to one alloca.
#[derive(Default)]
struct AllocaEffects {
    /// Blocks that use it first.
    uses: HashSet<Block>,
    /// Blocks that end what it held first.
    kills: HashSet<Block>,
    /// Blocks that hand out its address or end its lifetime: is the address good behind them?
    good_behind: HashMap<Block, bool>,
}

impl AllocaLiveness {
    /// Collects where each alloca is used.
    pub fn of(module: Module, function: Function, ends: Ends) -> Self {
        let mut effects: HashMap<Value, AllocaEffects> = HashMap::new();
        for inst in function.instructions() {
            let block = inst.block();
            for alloca in accessed_allocas(module, inst) {
                let effect = effects.entry(alloca).or_default();
                if inst.is_intrinsic("llvm.lifetime.end") {
                    effect.good_behind.insert(block, false);
                } else if hands_out(module, inst, alloca) {
                    effect.good_behind.insert(block, true);
                }
                if is_kill(inst, ends) {
                    effect.kills.insert(block);
                } else if !effect.kills.contains(&block) {
                    effect.uses.insert(block);
                }
            }
        }
        Self {
            effects,
            live_in: RefCell::default(),
            pointed_to: RefCell::default(),
            mentioned_later: RefCell::default(),
        }
    }

    /// May a pointer to `alloca` be good at the head of `block`? It was handed out before, and the
    /// lifetime has not ended since.
    pub fn may_be_pointed_to(&self, block: Block, alloca: Value) -> bool {
        let Some(effects) = self.effects.get(&alloca) else { return false };
        let mut known = self.pointed_to.borrow_mut();
        known.entry(alloca).or_insert_with(|| effects.pointed_to()).contains(&block)
    }

    /// May a pointer to `alloca` be good at the head of `block` and see what the function does to
    /// the alloca later, be it the start of a new lifetime?
    pub fn may_change_behind_pointer(&self, block: Block, alloca: Value) -> bool {
        if !self.may_be_pointed_to(block, alloca) {
            return false;
        }
        let Some(effects) = self.effects.get(&alloca) else { return false };
        let mut known = self.mentioned_later.borrow_mut();
        known.entry(alloca).or_insert_with(|| effects.mentioned_later()).contains(&block)
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
        leading_to(self.uses.iter().copied(), |block| !self.kills.contains(&block))
    }

    fn mentioned_later(&self) -> HashSet<Block> {
        leading_to(self.uses.union(&self.kills).copied(), |_| true)
    }

    fn pointed_to(&self) -> HashSet<Block> {
        let handing_out = self.good_behind.iter().filter(|(_, is_good)| **is_good);
        let mut pending: Vec<Block> = handing_out.map(|(block, _)| *block).collect();
        let mut reached = HashSet::new();
        while let Some(block) = pending.pop() {
            for next in block.successors() {
                if reached.insert(next) && !self.good_behind.contains_key(&next) {
                    pending.push(next);
                }
            }
        }
        reached
    }
}

/// These blocks, and those from which a way leads there through blocks that it may pass.
fn leading_to(
    blocks: impl Iterator<Item = Block>,
    may_pass: impl Fn(Block) -> bool,
) -> HashSet<Block> {
    let mut leading: HashSet<Block> = blocks.collect();
    let mut pending: Vec<Block> = leading.iter().copied().collect();
    while let Some(block) = pending.pop() {
        for before in block.predecessors() {
            if may_pass(before) && leading.insert(before) {
                pending.push(before);
            }
        }
    }
    leading
}

/// May the address of `alloca` be known elsewhere after this? Not if it only reads and writes there.
fn hands_out(module: Module, inst: Inst, alloca: Value) -> bool {
    let is_address = |value: &Value| is_address_in(module, *value, alloca);
    match inst.opcode() {
        Opcode::LLVMLoad => false,
        Opcode::LLVMStore => inst.operand(0).as_ref().is_some_and(is_address),
        _ if inst.is_lifetime_marker() => false,
        _ => {
            let operands = inst.operands();
            let mut indices = (0..).zip(&operands);
            indices.any(|(index, operand)| is_address(operand) && inst.may_capture(index))
        }
    }
}

/// Does anything in `block` mention the address of `alloca`, be it only to compute another one?
pub fn is_mentioned_in(module: Module, block: Block, alloca: Value) -> bool {
    let mut operands = block.walk().flat_map(Inst::operands);
    operands.any(|operand| is_address_in(module, operand, alloca))
}

fn is_address_in(module: Module, value: Value, alloca: Value) -> bool {
    value.ty().is_pointer() && module.base_and_offset(value).0 == alloca
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
