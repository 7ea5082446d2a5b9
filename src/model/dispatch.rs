//! The dispatch on a state cell at the head of a resume function or of drop glue.
//!
//! ```llvm
//! %cell  = getelementptr inbounds i8, ptr %frame, i64 20
//! %state = load i8, ptr %cell, align 4, !range !{i8 0, i8 4}, !noundef !{}
//! %wide  = zext i8 %state to i32
//! switch i32 %wide, label %unreachable [ i32 0, label %unresumed ... ]
//! ```
//! With two cases rustc writes a `br` on `trunc nuw ... to i1` or on `icmp eq` instead. Where all
//! suspend states lead to one block, `fold` makes that block the default.

use super::await_site::{Edge, offset_in_frame};
use super::{RESERVED_STATES, UNRESUMED};
use crate::llvm::{Block, ByteRange, Function, Inst, Module, Opcode, Type, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Where in the frame the state lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateCell {
    /// Bytes from the start of the frame.
    pub offset: i64,
    /// The integer type that is loaded.
    pub ty: Type,
    /// Bits of that type.
    pub width: u32,
    /// The `!range` of the load.
    pub range: Option<ByteRange>,
}

impl StateCell {
    /// Bytes of the cell.
    pub fn size(self) -> i64 {
        i64::from(self.width.div_ceil(8))
    }

    /// Same place and width, whatever the range says?
    pub fn is_same_place(self, other: Self) -> bool {
        self.offset == other.offset && self.width == other.width
    }
}

/// One edge of the dispatch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// The state.
    pub state: u64,
    /// Where it leads.
    pub target: Block,
}

/// A load of the state cell and the jump on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispatch {
    /// The frame pointer: the first pointer parameter after an `sret`.
    pub frame: Value,
    /// The cell that is loaded.
    pub cell: StateCell,
    /// The load.
    pub load: Inst,
    /// The switch or branch.
    pub terminator: Inst,
    /// The cases, by state.
    pub cases: Vec<Case>,
    /// Where all other states lead, unless that is `unreachable`.
    pub default: Option<Block>,
}

impl Dispatch {
    /// Reads the dispatch at the head of `function`, if there is one.
    pub fn of(module: Module, function: Function) -> Option<Self> {
        Self::in_block(module, function.entry()?, frame_parameter(function)?)
    }

    /// Where in the frame that is which `call` is given first, as a poll and drop glue are given a child.
    pub fn offset_of_first_argument(&self, module: Module, call: Inst) -> Option<i64> {
        offset_in_frame(module, self.frame, *call.arguments().first()?)
    }

    /// Reads the dispatch that ends `block`, on a cell at a constant offset from `frame`.
    pub fn in_block(module: Module, block: Block, frame: Value) -> Option<Self> {
        let terminator = block.terminator()?;
        let condition = match terminator.opcode() {
            Opcode::LLVMSwitch => terminator.operand(0)?,
            _ => terminator.as_conditional_branch()?.0,
        };
        let load = loaded_state(condition)?;
        let (base, offset) = module.base_and_offset(load.pointer()?);
        if base != frame || load.block() != terminator.block() || !load.is_simple_access() {
            return None;
        }
        let ty = load.value().ty();
        let cell = StateCell { offset, ty, width: ty.integer_width()?, range: load.range() };
        let (cases, default) = match terminator.as_switch() {
            Some((default, cases)) => switch_cases(default, &cases)?,
            None => branch_cases(terminator, cell)?,
        };
        let cases: Vec<Case> =
            cases.into_iter().filter(|case| !case.target.is_unreachable()).collect();
        Some(Self { frame, cell, load, terminator, cases, default })
    }

    /// A resume function with two states is a branch on one of them: the other state is the one
    /// that is stored. rustc gives the switch of a resume function an unreachable default, so
    /// there are no more than two.
    pub fn resolve_rest(&mut self, stored: impl Iterator<Item = u64>) {
        let (Some(rest), [tested]) = (self.default, &self.cases[..]) else { return };
        if self.terminator.as_conditional_branch().is_none() {
            return;
        }
        let tested = tested.state;
        let mut others: Vec<u64> = stored.filter(|state| *state != tested).collect();
        others.sort_unstable();
        others.dedup();
        if let [other] = others[..] {
            self.cases.push(Case { state: other, target: rest });
            self.cases.sort_by_key(|case| case.state);
            self.default = None;
        }
    }

    /// Makes the block that all suspend states lead to the default of the switch, if there is one.
    /// That is no change: the range of the load has no other states, and those of the reserved
    /// ones that the default stood for get cases of their own.
    pub fn suspend_by_default(&self) {
        let Some(((old, explicit), states)) =
            self.terminator.as_switch().zip(self.states_of_range())
        else {
            return;
        };
        let Some(target) = self.common_target(&states).filter(|target| *target != old) else {
            return;
        };
        if !target.phis().is_empty() || !old.phis().is_empty() {
            return;
        }
        let weights = self.take_weights();
        for (index, (value, _)) in explicit.iter().enumerate().rev() {
            if value.as_integer().is_some_and(|state| states.contains(&state)) {
                self.terminator.remove_switch_case(index as u32);
            }
        }
        if self.default.is_some() {
            let reserved = UNRESUMED..RESERVED_STATES;
            let by_default = reserved.filter(|state| self.case(*state).is_none());
            by_default.for_each(|state| self.terminator.add_switch_case(state, old));
        }
        self.terminator.set_successor(0, target);
        self.set_weights(weights);
    }

    /// How often each state is seen, and what the default stands for (`None`), if the switch says
    /// so. Until they are set again cases may come and go.
    fn take_weights(&self) -> Option<HashMap<Option<u64>, u64>> {
        let (_, cases) = self.terminator.as_switch()?;
        let weights = self.terminator.take_branch_weights()?;
        let states = cases.into_iter().map(|(value, _)| value.as_integer());
        Some(std::iter::once(None).chain(states).zip(weights).collect())
    }

    /// A new case has the weight of the default that stood for it, and the default takes in those
    /// of the cases that went.
    fn set_weights(&self, weights: Option<HashMap<Option<u64>, u64>>) {
        let Some((mut weights, (default, cases))) = weights.zip(self.terminator.as_switch()) else {
            return;
        };
        let of_default = weights.remove(&None).unwrap_or_default();
        let own: Vec<u64> = cases
            .into_iter()
            .map(|(value, _)| weights.remove(&value.as_integer()).unwrap_or(of_default))
            .collect();
        let rest = if default.is_unreachable() { 0 } else { of_default };
        let all = std::iter::once(rest + weights.into_values().sum::<u64>()).chain(own);
        let all: Vec<u32> = all.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX)).collect();
        self.terminator.set_branch_weights(&all);
    }

    /// Reads what [`Self::suspend_by_default`] wrote. Callers know that the plugin was here.
    pub fn resolve_suspended(&mut self) {
        let (Some(target), Some(states)) = (self.default, self.states_of_range()) else { return };
        let is_reserved = |case: &Case| case.state < RESERVED_STATES;
        if self.terminator.is(Opcode::LLVMSwitch) && self.cases.iter().all(is_reserved) {
            self.cases.extend(states.map(|state| Case { state, target }));
            self.default = None;
        }
    }

    /// The suspend states that the load may give, unless they are too many to be written down.
    fn states_of_range(&self) -> Option<Range<u64>> {
        const MOST_STATES: u64 = 1 << 16;
        let range = self.cell.range.filter(|range| range.low == UNRESUMED)?;
        let is_usual = (RESERVED_STATES + 1..MOST_STATES).contains(&range.high);
        is_usual.then_some(RESERVED_STATES..range.high)
    }

    /// The block that the cases of all these states lead to.
    fn common_target(&self, states: &Range<u64>) -> Option<Block> {
        let target = self.case(states.start)?.target;
        let leads_there = |state| self.case(state).is_some_and(|case| case.target == target);
        states.clone().all(leads_there).then_some(target)
    }

    /// The known cases that the switch leaves to its default.
    fn implicit_cases(&self) -> Vec<Case> {
        let explicit = self.terminator.as_switch().map(|(_, cases)| cases).unwrap_or_default();
        let explicit: HashSet<u64> =
            explicit.into_iter().filter_map(|(value, _)| value.as_integer()).collect();
        let cases = self.cases.iter().copied();
        cases.filter(|case| !explicit.contains(&case.state)).collect()
    }

    /// Gives states that are left to the default cases of their own.
    fn spell_out(&self, implicit: &[Case]) {
        let block = self.terminator.block();
        let Some(target) = implicit.first().map(|case| case.target) else { return };
        for phi in target.phis() {
            let value = phi.incoming().into_iter().find(|(_, from)| *from == block);
            let more = implicit.iter().skip(1);
            more.for_each(|_| value.iter().for_each(|(value, _)| phi.add_incoming(*value, block)));
        }
        let weights = self.take_weights();
        implicit.iter().for_each(|case| self.terminator.add_switch_case(case.state, target));
        let never = block.function().append_block("state.never");
        never.end_unreachable();
        self.terminator.set_successor(0, never);
        self.set_weights(weights);
    }

    /// Sends the case of `state` to another block. A state without a case of its own stays.
    pub fn redirect_case(&self, state: u64, target: Block) {
        self.redirect_cases(&HashMap::from([(state, target)]));
    }

    /// Sends the cases of states to other blocks, in one walk over the cases.
    pub fn redirect_cases(&self, targets: &HashMap<u64, Block>) {
        let block = self.terminator.block();
        let Some((_, cases)) = self.terminator.as_switch() else {
            for case in &self.cases {
                if let Some(target) = targets.get(&case.state) {
                    case.target.remove_predecessor(block);
                    Edge { from: block, to: case.target }.redirect(*target);
                }
            }
            return;
        };
        let implicit = self.implicit_cases();
        let wanted: HashSet<Option<Block>> =
            implicit.iter().map(|case| targets.get(&case.state).copied()).collect();
        match wanted.into_iter().collect::<Vec<_>>()[..] {
            [] | [None] => {}
            [Some(target)] => {
                implicit[0].target.remove_predecessor(block);
                self.terminator.set_successor(0, target);
            }
            _ => {
                self.spell_out(&implicit);
                return self.redirect_cases(targets);
            }
        }
        for (index, (value, old)) in cases.into_iter().enumerate() {
            if let Some(target) = value.as_integer().and_then(|state| targets.get(&state)) {
                old.remove_predecessor(block);
                // Successor 0 of a switch is its default.
                self.terminator.set_successor(index as u32 + 1, *target);
            }
        }
    }

    /// Removes the cases of states that the cell never holds here, in one walk over the cases.
    pub fn remove_cases(&self, states: &BTreeSet<u64>) {
        let Some((_, cases)) = self.terminator.as_switch() else {
            let never = self.terminator.block().function().append_block("state.never");
            never.end_unreachable();
            return self.redirect_cases(&states.iter().map(|state| (*state, never)).collect());
        };
        let implicit = self.implicit_cases();
        if implicit.iter().any(|case| states.contains(&case.state)) {
            self.spell_out(&implicit);
        }
        let cases = self.terminator.as_switch().map_or(cases, |(_, cases)| cases);
        // The last case takes the place of one that is removed.
        for (index, (value, _)) in cases.into_iter().enumerate().rev() {
            if value.as_integer().is_some_and(|state| states.contains(&state)) {
                self.terminator.remove_switch_case(index as u32);
            }
        }
    }

    /// Replaces the jump on the state by one to `target`. The state is not looked at any more.
    /// Phis are the caller's business.
    pub fn end_with_jump(&self, target: Block) {
        let block = self.terminator.block();
        let condition = self.terminator.operand(0).and_then(Value::as_instruction);
        self.terminator.erase();
        block.branch_to(target);
        if let Some(condition) = condition {
            condition.erase_if_dead();
        }
    }

    /// Where `state` leads: its own case, or the default.
    pub fn target(&self, state: u64) -> Option<Block> {
        self.case(state).map(|case| case.target).or(self.default)
    }

    /// The case of `state`, if it has one of its own.
    pub fn case(&self, state: u64) -> Option<&Case> {
        let index = self.cases.binary_search_by_key(&state, |case| case.state).ok()?;
        self.cases.get(index)
    }

    /// Is the state, and what is widened, narrowed or compared of it, used for the jump alone?
    pub fn is_all_that_uses_state(&self) -> bool {
        let before = |inst: &Inst| inst.operand(0).and_then(Value::as_instruction);
        let mut steps = std::iter::successors(before(&self.terminator), |step| {
            before(step).filter(|_| *step != self.load)
        });
        steps.all(|step| step.value().walk_users().nth(1).is_none())
    }

    /// Does the head do nothing but spill its parameters and look at the state?
    pub fn head_is_pure(&self, module: Module) -> bool {
        self.load.block().instructions().into_iter().all(|inst| {
            let is_spill = inst.is(Opcode::LLVMStore)
                && inst.is_simple_access()
                && inst.pointer().is_some_and(|pointer| {
                    let (base, _) = module.base_and_offset(pointer);
                    base.is_alloca()
                });
            inst == self.terminator || inst.is_marker() || is_spill || !inst.has_side_effects()
        })
    }
}

/// The frame pointer of a resume function or drop glue.
pub fn frame_parameter(function: Function) -> Option<Value> {
    let parameters = function.parameters();
    let parameter = parameters.get(function.first_argument() as usize).copied();
    parameter.filter(|parameter| parameter.ty().is_pointer())
}

/// Looks through what rustc puts between the load and the jump.
fn loaded_state(condition: Value) -> Option<Inst> {
    let mut inst = condition.as_instruction()?;
    for _ in 0..3 {
        match inst.opcode() {
            Opcode::LLVMLoad => return Some(inst),
            Opcode::LLVMZExt | Opcode::LLVMTrunc => inst = inst.operand(0)?.as_instruction()?,
            Opcode::LLVMICmp => {
                inst.equality_predicate()?;
                inst.operand(1)?.as_integer()?;
                inst = inst.operand(0)?.as_instruction()?;
            }
            _ => return None,
        }
    }
    inst.is(Opcode::LLVMLoad).then_some(inst)
}

type Cases = (Vec<Case>, Option<Block>);

fn switch_cases(default: Block, cases: &[(Value, Block)]) -> Option<Cases> {
    let mut read = Vec::with_capacity(cases.len());
    for &(value, target) in cases {
        read.push(Case { state: value.as_integer()?, target });
    }
    read.sort_by_key(|case| case.state);
    Some((read, (!default.is_unreachable()).then_some(default)))
}

/// `br` on `trunc ... to i1` (states 0 and 1) or on `icmp eq/ne state, constant`.
fn branch_cases(terminator: Inst, cell: StateCell) -> Option<Cases> {
    let (condition, if_true, if_false) = terminator.as_conditional_branch()?;
    let test = condition.as_instruction()?;
    let (tested, on_tested, otherwise) = match test.opcode() {
        Opcode::LLVMTrunc => (1, if_true, if_false),
        Opcode::LLVMICmp if test.equality_predicate()? => {
            (test.operand(1)?.as_integer()?, if_true, if_false)
        }
        Opcode::LLVMICmp => (test.operand(1)?.as_integer()?, if_false, if_true),
        _ => return None,
    };
    let tested = Case { state: tested, target: on_tested };
    let spans_two = cell.range == Some(ByteRange { low: 0, high: 2 }) && tested.state < 2;
    let is_binary = spans_two || test.has_no_unsigned_wrap();
    if test.is(Opcode::LLVMTrunc) && !is_binary {
        return None;
    }
    if otherwise.is_unreachable() {
        return Some((vec![tested], None));
    }
    if !is_binary {
        return Some((vec![tested], Some(otherwise)));
    }
    let mut cases = vec![tested, Case { state: 1 - tested.state, target: otherwise }];
    cases.sort_by_key(|case| case.state);
    Some((cases, None))
}
