//! Equality of two ways through a function: the one place that says when code is the same.
//!
//! Two suspend states are equal if whatever a poll does after resuming in one, it does after
//! resuming in the other. Both start at the head of the function with the same frame, and the head
//! has not touched what is renamed. So it is enough to walk both resume edges in lockstep and to
//! find each instruction the same up to a consistent renaming of
//! - results of instructions met on the way,
//! - allocas (a bijection, built as pairs are met, also by addresses computed before),
//! - blocks, and
//! - states that are assumed equal, where they are stored to the state cell.
//!
//! The walk ends where both ways are at the same block: from there on the same code runs. It must
//! find the same values there, so no alloca that was renamed may still be live.
//!
//! Ways that start in the middle of the function are compared in the same manner (see
//! [`Comparison::compare_ways_in`]). They may bring different contents in their locals, so no
//! renamed alloca may be in use where they start, and they may differ in constants, which then
//! become parameters.
//!
//! What the comparison does not know is different.

use super::difference::Difference;
use super::fingerprint::Fingerprints;
use super::liveness::{AllocaLiveness, Ends, is_mentioned_in};
use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use crate::planted::{Fault, planted};
use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

/// What two equal ways have in common: which instruction stands for which.
#[derive(Clone, Debug, Default)]
pub struct Correspondence {
    /// (kept side, other side).
    pub instructions: Vec<(Inst, Inst)>,
    /// Operands in which they differ: an instruction of the kept side, and the operand's index.
    pub parameters: Vec<(Inst, u32)>,
}

/// A comparison stops after this many instructions per instruction of the function, over all of its
/// ways: it stays linear in the size of the module.
const BUDGET_PER_INSTRUCTION: usize = 64;

/// Compares ways through one function.
pub struct Comparison<'a> {
    module: Module,
    frame: Value,
    function: Function,
    liveness: AllocaLiveness,
    /// The same with ends as uses, once a way in the middle of the function needs it.
    lifetimes: OnceCell<AllocaLiveness>,
    /// Is this a store to the state cell?
    is_state_store: Box<dyn Fn(Inst) -> bool + 'a>,
    /// Instructions that may still be compared.
    budget: Cell<usize>,
}

/// One lockstep walk.
struct Walk<'a, 'b> {
    comparison: &'b Comparison<'a>,
    assumed_equal: &'b dyn Fn(u64, u64) -> bool,
    /// Where the ways start, if that is in the middle of the function.
    starts: Option<(Block, Block)>,
    /// A bijection: were one block to stand for two turns of a loop, so would its values.
    blocks: HashMap<Block, Block>,
    blocks_back: HashMap<Block, Block>,
    values: HashMap<Value, Value>,
    right_values: HashSet<Value>,
    allocas: HashMap<Value, Value>,
    allocas_back: HashMap<Value, Value>,
    pending: Vec<(Block, Block)>,
    /// Blocks where both ways go on together.
    meetings: Vec<Block>,
    found: Correspondence,
}

impl<'a> Comparison<'a> {
    /// Prepares comparisons within `function`, whose frame pointer is `frame`. What is left when
    /// the budget is used up counts as different.
    pub fn new(
        module: Module,
        function: Function,
        frame: Value,
        is_state_store: impl Fn(Inst) -> bool + 'a,
    ) -> Self {
        let liveness = AllocaLiveness::of(module, function, Ends::Kill);
        let budget = Cell::new(BUDGET_PER_INSTRUCTION * function.instructions().count());
        let is_state_store = Box::new(is_state_store);
        let lifetimes = OnceCell::new();
        Self { module, frame, function, liveness, lifetimes, is_state_store, budget }
    }

    /// The fingerprints of the function's blocks.
    pub fn fingerprints(&self) -> Fingerprints {
        Fingerprints::of(self.function, &self.is_state_store)
    }

    /// Compares everything from two targets of the dispatch on, where all locals are fresh.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare(
        &self,
        left: Block,
        right: Block,
        assumed_equal: &dyn Fn(u64, u64) -> bool,
    ) -> Result<Correspondence, Difference> {
        let mut walk = self.walk(assumed_equal, None);
        walk.run(left, right)?;
        walk.locals_are_fresh()?;
        Ok(walk.found)
    }

    /// Compares everything from the heads of two blocks in the middle of the function on, up to
    /// where they meet. Constants may differ where they may become parameters.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare_ways_in(&self, left: Block, right: Block) -> Result<Correspondence, Difference> {
        let mut walk = self.walk(&|_, _| false, Some((left, right)));
        walk.run(left, right)?;
        walk.locals_start_here(left, right)?;
        walk.is_reached_from_start_only(left)?;
        Ok(walk.found)
    }

    fn lifetimes(&self) -> &AllocaLiveness {
        self.lifetimes.get_or_init(|| AllocaLiveness::of(self.module, self.function, Ends::Use))
    }

    fn walk<'b>(
        &'b self,
        assumed_equal: &'b dyn Fn(u64, u64) -> bool,
        starts: Option<(Block, Block)>,
    ) -> Walk<'a, 'b> {
        Walk {
            comparison: self,
            assumed_equal,
            starts,
            blocks: HashMap::new(),
            blocks_back: HashMap::new(),
            values: HashMap::new(),
            right_values: HashSet::new(),
            allocas: HashMap::new(),
            allocas_back: HashMap::new(),
            pending: Vec::new(),
            meetings: Vec::new(),
            found: Correspondence::default(),
        }
    }
}

impl Walk<'_, '_> {
    fn run(&mut self, left: Block, right: Block) -> Result<(), Difference> {
        self.pair(left, right);
        while let Some((left, right)) = self.pending.pop() {
            self.blocks_equal(left, right)?;
        }
        self.meetings_are_clean()
    }

    /// The locals that are others on the right.
    fn renamed(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.allocas.iter().filter(|(left, right)| left != right)
    }

    /// The head of the function, which may spill its parameters, has left renamed locals alone. An
    /// address that it computes would be one and the same in both ways.
    fn locals_are_fresh(&self) -> Result<(), Difference> {
        let head = self.comparison.function.entry();
        let is_touched = |local: &Value| {
            head.is_some_and(|head| is_mentioned_in(self.comparison.module, head, *local))
        };
        match self.renamed().any(|(left, right)| is_touched(left) || is_touched(right)) {
            true => Err(Difference::LiveLocal),
            false => Ok(()),
        }
    }

    /// What renamed locals hold where the ways start does not matter: whichever way is taken, each
    /// is used only after its lifetime started on the way, and where the way that goes starts no
    /// pointer to one is good. Else who comes by that way would see the one overwritten in place of
    /// the other.
    fn locals_start_here(&self, left: Block, right: Block) -> Result<(), Difference> {
        if self.renamed().next().is_none() {
            return Ok(());
        }
        let held = self.comparison.lifetimes();
        let is_held = |local: &Value| {
            held.is_live_in(left, *local)
                || held.is_live_in(right, *local)
                || held.may_be_pointed_to(right, *local)
        };
        match self.renamed().any(|(one, other)| is_held(one) || is_held(other)) {
            true => Err(Difference::LiveLocal),
            false => Ok(()),
        }
    }

    /// All that is compared on the left is reached from its start only, so that a parameter that
    /// comes in there is known everywhere.
    fn is_reached_from_start_only(&self, start: Block) -> Result<(), Difference> {
        let compared = |block: Block| self.blocks.get(&block).is_some_and(|right| *right != block);
        let mut inner = self.blocks.keys().filter(|block| compared(**block) && **block != start);
        match inner.all(|block| block.predecessors().into_iter().all(compared)) {
            true => Ok(()),
            false => Err(Difference::ControlFlow),
        }
    }

    /// An edge on each side.
    fn meet(&mut self, left: Block, right: Block) -> Result<(), Difference> {
        if let Some((first, second)) = self.starts {
            // A parameter would change on the way.
            let is_start = |block: Block| block == first || block == second;
            if is_start(left) || is_start(right) {
                return Err(Difference::ControlFlow);
            }
        }
        match (self.blocks.get(&left), self.blocks_back.get(&right)) {
            (Some(known), _) if *known == right => return Ok(()),
            (None, None) => {}
            _ => return Err(Difference::ControlFlow),
        }
        self.pair(left, right);
        Ok(())
    }

    fn pair(&mut self, left: Block, right: Block) {
        self.blocks.insert(left, right);
        self.blocks_back.insert(right, left);
        match left == right {
            true => self.meetings.push(left),
            false => self.pending.push((left, right)),
        }
    }

    /// Where both sides go on in the same block, nothing that was renamed may be needed.
    fn meetings_are_clean(&self) -> Result<(), Difference> {
        // In the middle of the function, pointers to a local may have been handed out before, so
        // that even the end of its lifetime counts.
        let liveness = match self.starts {
            Some(_) => self.comparison.lifetimes(),
            None => &self.comparison.liveness,
        };
        for &block in &self.meetings {
            let is_dirty = |alloca: &Value| {
                liveness.is_live_in(block, *alloca)
                    || liveness.may_change_behind_pointer(block, *alloca)
            };
            if self.renamed().any(|(left, right)| is_dirty(left) || is_dirty(right)) {
                return Err(Difference::LiveLocal);
            }
            // A phi would have to tell the two ways apart.
            if !block.phis().is_empty() {
                return Err(Difference::ControlFlow);
            }
        }
        Ok(())
    }

    fn blocks_equal(&mut self, left: Block, right: Block) -> Result<(), Difference> {
        let left_instructions = significant(left);
        let right_instructions = significant(right);
        for (&a, &b) in left_instructions.iter().zip(&right_instructions) {
            self.instructions_equal(a, b)?;
        }
        match left_instructions.len() == right_instructions.len() {
            true => Ok(()),
            false => Err(Difference::ControlFlow),
        }
    }

    fn instructions_equal(&mut self, a: Inst, b: Inst) -> Result<(), Difference> {
        let budget = &self.comparison.budget;
        budget.set(budget.get().checked_sub(1).ok_or(Difference::TooLarge)?);
        if a.is(Opcode::LLVMPHI) || b.is(Opcode::LLVMPHI) {
            return Err(Difference::ControlFlow);
        }
        let is_same_callee = a.callee() == b.callee();
        if !is_same_callee
            || !is_comparable(a)
            || !a.is_same_operation(b)
            || !a.has_same_metadata(b)
        {
            return Err(Difference::Operation(a, b));
        }
        if (self.comparison.is_state_store)(a) && (self.comparison.is_state_store)(b) {
            self.states_equal(a, b)?;
        } else {
            self.operands_equal(a, b)?;
        }
        for (left, right) in a.successors().into_iter().zip(b.successors()) {
            self.meet(left, right)?;
        }
        self.values.insert(a.value(), b.value());
        self.right_values.insert(b.value());
        self.found.instructions.push((a, b));
        Ok(())
    }

    fn states_equal(&mut self, a: Inst, b: Inst) -> Result<(), Difference> {
        let state = |inst: Inst| inst.operand(0).and_then(Value::as_integer);
        let (Some(left), Some(right)) = (state(a), state(b)) else {
            return Err(Difference::ControlFlow);
        };
        if left != right && !(self.assumed_equal)(left, right) {
            return Err(Difference::State(left, right));
        }
        self.operand_equal(a, b, a.pointer(), b.pointer())
    }

    fn operands_equal(&mut self, a: Inst, b: Inst) -> Result<(), Difference> {
        let (left, right) = (a.operands(), b.operands());
        if left.len() != right.len() {
            return Err(Difference::ControlFlow);
        }
        for (index, (one, other)) in left.into_iter().zip(right).enumerate() {
            // Blocks are compared as successors.
            if one.is_basic_block() && other.is_basic_block() {
                continue;
            }
            if self.starts.is_some() && may_be_parameter(a, index as u32, one, other) {
                self.found.parameters.push((a, index as u32));
                continue;
            }
            self.operand_equal(a, b, Some(one), Some(other))?;
        }
        Ok(())
    }

    fn operand_equal(
        &mut self,
        a: Inst,
        b: Inst,
        one: Option<Value>,
        other: Option<Value>,
    ) -> Result<(), Difference> {
        let (Some(one), Some(other)) = (one, other) else { return Err(Difference::ControlFlow) };
        if one.is_alloca() && other.is_alloca() {
            return self.allocas_equal(one, other).map_err(|()| Difference::Value(a, b));
        }
        // What was computed on the way is compared by what it stands for; what was there before
        // (arguments, constants, values of the entry block) is itself.
        if self.values.get(&one) == Some(&other) {
            return Ok(());
        }
        let met_before = self.values.contains_key(&one) || self.right_values.contains(&other);
        let module = self.comparison.module;
        if one == other && !met_before {
            // An address computed before is in the same local on both sides: that is not renamed.
            let (base, _) = module.base_and_offset(one);
            let is_same = !base.is_alloca() || self.allocas_equal(base, base).is_ok();
            return if is_same { Ok(()) } else { Err(Difference::Value(a, b)) };
        }
        let in_frame = |inst: Inst| {
            let (base, offset) = module.base_and_offset(inst.value());
            (base == self.comparison.frame).then_some(offset)
        };
        if let (Some(x), Some(y)) = (in_frame(a), in_frame(b))
            && x != y
        {
            return Err(Difference::FrameOffset(a, x, b, y));
        }
        if one.is_constant() && other.is_constant() {
            if planted(Fault::WrongFold) {
                return Ok(());
            }
            return Err(Difference::Constant(a, one, b, other));
        }
        Err(Difference::Value(a, b))
    }

    fn allocas_equal(&mut self, one: Value, other: Value) -> Result<(), ()> {
        if !is_same_alloca_kind(one, other) {
            return Err(());
        }
        let forward = *self.allocas.entry(one).or_insert(other);
        let back = *self.allocas_back.entry(other).or_insert(one);
        if forward == other && back == one { Ok(()) } else { Err(()) }
    }
}

/// Different constants that are stored or passed on: what computes with them stays constant, since
/// it would become larger.
fn may_be_parameter(inst: Inst, index: u32, one: Value, other: Value) -> bool {
    let passes = inst.callee().is_some() && !inst.is_intrinsic("llvm.");
    one != other
        && one.is_constant()
        && other.is_constant()
        && one.ty() == other.ty()
        && (passes || inst.is(Opcode::LLVMStore))
        && inst.may_take_variable(index)
}

/// All but debug intrinsics and assumptions of nothing. Lifetime markers count: they end what a
/// local held.
pub(super) fn significant(block: Block) -> Vec<Inst> {
    let says_nothing = |inst: &Inst| inst.is_marker() && !inst.is_lifetime_marker();
    block.instructions().into_iter().filter(|inst| !says_nothing(inst)).collect()
}

/// Same type, alignment and size.
fn is_same_alloca_kind(one: Value, other: Value) -> bool {
    one == other
        || match (one.as_instruction(), other.as_instruction()) {
            (Some(a), Some(b)) => a.is_same_operation(b) && a.operands() == b.operands(),
            _ => false,
        }
}

/// Opcodes whose equality is fully told by state, metadata and operands. Anything else is
/// different, allocas on the way included: they would be made per visit.
fn is_comparable(inst: Inst) -> bool {
    use Opcode::*;
    match inst.opcode() {
        LLVMRet | LLVMBr | LLVMSwitch | LLVMInvoke | LLVMUnreachable | LLVMResume => true,
        LLVMCall => !inst.is_profile_counter(),
        LLVMLoad | LLVMStore | LLVMGetElementPtr | LLVMICmp | LLVMFCmp | LLVMSelect => true,
        LLVMAdd | LLVMSub | LLVMMul | LLVMUDiv | LLVMSDiv | LLVMURem | LLVMSRem => true,
        LLVMFAdd | LLVMFSub | LLVMFMul | LLVMFDiv | LLVMFRem | LLVMFNeg => true,
        LLVMShl | LLVMLShr | LLVMAShr | LLVMAnd | LLVMOr | LLVMXor | LLVMFreeze => true,
        LLVMTrunc | LLVMZExt | LLVMSExt | LLVMFPToUI | LLVMFPToSI | LLVMUIToFP => true,
        LLVMSIToFP | LLVMFPTrunc | LLVMFPExt | LLVMPtrToInt | LLVMIntToPtr | LLVMBitCast => true,
        LLVMExtractValue | LLVMInsertValue | LLVMLandingPad => true,
        LLVMExtractElement | LLVMInsertElement | LLVMShuffleVector => true,
        LLVMFence | LLVMAtomicCmpXchg => true,
        LLVMAtomicRMW => !inst.is_profile_counter(),
        _ => false,
    }
}
