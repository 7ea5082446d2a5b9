//! Await sites: where a coroutine polls a child that it owns in its frame.
//!
//! rustc emits for `child.await` (lifetime markers left out)
//! ```text
//! resume target of k --.
//!                       v
//! entry edge ------> poll block: slot = frame + offset
//!                                pinned = Pin::new_unchecked(slot)
//!                                result = Child::poll(pinned, cx)
//!                                br (result is Pending), suspend exit of k, ready block
//! ```

use super::{Dispatch, SuspendExit, UNRESUMED, names};
use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use std::fmt;

/// The part of a returned `Poll` that a test looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultPart {
    /// The value itself.
    Whole,
    /// An element of a returned pair.
    Element(u32),
    /// Bytes at an offset of the `sret` slot, or of an integer that carries an aggregate.
    Bytes(i64),
}

/// The value of a part of the result that means `Poll::Pending`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingTest {
    /// The tested part.
    pub part: ResultPart,
    /// The constant, in the type of the part.
    pub value: Value,
}

impl fmt::Display for PendingTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let constant = self.value.to_text();
        match self.part {
            ResultPart::Whole => write!(f, "{constant}"),
            ResultPart::Element(index) => write!(f, "{constant} in element {index}"),
            ResultPart::Bytes(offset) => write!(f, "{constant} at {offset}"),
        }
    }
}

/// One await site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwaitSite {
    /// The suspend state.
    pub state: u64,
    /// The call or invoke that polls the child. Gone where the child became part of the coroutine.
    pub poll: Inst,
    /// Line and column of the poll.
    pub line: Option<(u32, u32)>,
    /// The function it calls, unless that is behind a pointer.
    pub callee: Option<Function>,
    /// Where the child lives: bytes from the start of the parent's frame. `None` where what is
    /// polled is not in the frame, as behind a `Box`.
    pub offset: Option<i64>,
    /// The first block that both the entry edge and the resume edge reach.
    pub poll_block: Block,
    /// The target of the resume edge.
    pub resume_target: Block,
    /// The block that the test of the result ends.
    pub test_block: Block,
    /// Where a ready result leads.
    pub ready: Block,
    /// Where a pending result leads: the head of the suspend exit.
    pub pending: Block,
    /// Is the test known to look at the result of the poll, and at nothing else?
    pub tests_result: bool,
    /// How the test tells Pending, if it is plain.
    pub test: Option<PendingTest>,
}

/// An edge of the control flow graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The block that is left.
    pub from: Block,
    /// The block that is entered.
    pub to: Block,
}

impl Edge {
    /// Makes it lead to `target`. Phis are the caller's business.
    pub fn redirect(self, target: Block) {
        let Some(terminator) = self.from.terminator() else { return };
        for (index, successor) in terminator.successors().into_iter().enumerate() {
            if successor == self.to {
                terminator.set_successor(index as u32, target);
            }
        }
    }
}

impl AwaitSite {
    /// Is what it polls pinned by `Pin::new_unchecked`, as by `.await`? Safe code cannot do that.
    pub fn pins_like_await(&self) -> bool {
        let pinned = self.callee.and_then(|callee| {
            self.poll.arguments().get(callee.first_argument() as usize).copied()
        });
        let pinning = pinned.and_then(Value::as_instruction).and_then(Inst::callee);
        pinning.is_some_and(|callee| names::is_pin_new_unchecked(&callee.symbol()))
    }

    /// The edge that a ready result takes.
    pub fn ready_edge(&self) -> Edge {
        Edge { from: self.test_block, to: self.ready }
    }

    /// The blocks from the resume edge up to, but without, the poll block.
    pub fn resume_line(&self) -> Vec<Block> {
        let mut line = Vec::new();
        let mut block = self.resume_target;
        while block != self.poll_block {
            line.push(block);
            match block.terminator().and_then(Inst::as_unconditional_branch) {
                Some(next) => block = next,
                None => break,
            }
        }
        line
    }

    /// The entry edges: into the poll block or, for states that were folded into this one, into
    /// the line before it.
    pub fn entries(&self, dispatch: &Dispatch) -> Vec<Edge> {
        let line = self.resume_line();
        let dispatching = dispatch.terminator.block();
        let mut entries = Vec::new();
        for to in line.iter().copied().chain([self.poll_block]) {
            for from in to.predecessors() {
                if from != dispatching && !line.contains(&from) {
                    entries.push(Edge { from, to });
                }
            }
        }
        entries
    }

    /// Is there nothing between the resume edge and the poll block but what prepares locals, and
    /// no phi that tells the edges apart? Then entering the site is the same as resuming there.
    pub fn is_enterable(&self, dispatch: &Dispatch) -> bool {
        let line = self.resume_line();
        let last = line.last().and_then(|last| last.terminator()?.as_unconditional_branch());
        let is_whole = line.is_empty() || last == Some(self.poll_block);
        // An unresumed coroutine comes by an entry edge, which the dispatch is not.
        let unresumed = dispatch.target(UNRESUMED);
        let is_first = unresumed == Some(self.poll_block)
            || line.iter().any(|block| Some(*block) == unresumed);
        if !is_whole || is_first {
            return false;
        }
        let prepares = |inst: Inst| {
            let writes_alloca =
                inst.is_simple_access() && inst.pointer().is_some_and(Value::is_alloca);
            let is_jump = inst.as_unconditional_branch().is_some();
            inst.is_marker() || writes_alloca || is_jump || !inst.has_side_effects()
        };
        self.poll_block.phis().is_empty()
            && self.resume_target.phis().is_empty()
            && line.into_iter().flat_map(Block::instructions).all(prepares)
    }

    /// Where Ready leads from the block that ends with the test now. That may have changed since the
    /// site was found: a state that is stored earlier stands in between.
    pub fn ready_behind(&self, test_block: Block) -> Option<Block> {
        two_way(test_block, self.pending).map(|(_, _, ready)| ready)
    }

    /// [`Self::is_enterable`], and all entry edges lead to the poll block.
    pub fn is_entered_at_poll(&self, dispatch: &Dispatch) -> bool {
        self.is_enterable(dispatch)
            && self.entries(dispatch).iter().all(|edge| edge.to == self.poll_block)
    }
}

/// Longest straight line that is followed around a poll.
const LINE_LIMIT: usize = 24;

/// Recognises the await site of a suspend exit.
pub fn await_site(module: Module, dispatch: &Dispatch, exit: &SuspendExit) -> Option<AwaitSite> {
    let pending = exit.blocks[0];
    let test_block = pending.single_predecessor()?;
    let (tested, pending_on, ready) = two_way(test_block, pending)?;
    let resume_target = dispatch.target(exit.state)?;
    let line = straight_line(resume_target, test_block)?;
    let poll = line.iter().rev().copied().find(|inst| is_real_call(*inst))?;
    let poll_block = line
        .iter()
        .map(|inst| inst.block())
        .find(|block| *block != resume_target && block.predecessors().len() > 1)
        .unwrap_or(resume_target);
    // A way that leads past the poll to the test would bring another result.
    let mut behind = line.iter().map(|inst| inst.block()).skip_while(|block| *block != poll_block);
    if !behind.all(|block| block == poll_block || block.single_predecessor().is_some()) {
        return None;
    }
    let first = poll.callee().map_or(0, Function::first_argument);
    let polled = poll.arguments().get(first as usize).copied();
    let tested = tested_part(module, poll, tested);
    Some(AwaitSite {
        state: exit.state,
        poll,
        line: poll.line_and_column(),
        callee: poll.callee(),
        offset: polled.and_then(|pointer| offset_in_frame(module, dispatch.frame, pointer)),
        poll_block,
        resume_target,
        test_block,
        ready,
        pending,
        tests_result: tested.is_some(),
        test: tested.and_then(|tested| pending_test(&tested, pending_on?)),
    })
}

/// What a two-way jump looks at, the one value of it that leads to `pending`, and the block other
/// than `pending`. A switch may tell Pending by more than one value, or by none.
fn two_way(block: Block, pending: Block) -> Option<(Value, Option<u64>, Block)> {
    let terminator = block.terminator()?;
    if let Some((condition, if_true, if_false)) = terminator.as_conditional_branch() {
        let ready = if if_true == pending { if_false } else { if_true };
        let pending_on = u64::from(if_true == pending);
        return (ready != pending).then_some((condition, Some(pending_on), ready));
    }
    let (default, cases) = terminator.as_switch()?;
    let mut others: Vec<Block> = terminator.successors();
    others.retain(|other| *other != pending && !other.is_unreachable());
    others.dedup();
    let mut values = cases.iter().filter(|(_, to)| *to == pending).map(|(value, _)| *value);
    let only = values.next().filter(|_| values.next().is_none() && default != pending);
    match (others[..].len(), cases.len()) {
        (1, 1..) => Some((terminator.operand(0)?, only.and_then(Value::as_integer), others[0])),
        _ => None,
    }
}

/// The instructions from the head of `from` to the end of `to`, if the way is a straight line
/// (the unwind edges of invokes aside).
pub fn straight_line(from: Block, to: Block) -> Option<Vec<Inst>> {
    let mut line = Vec::new();
    let mut block = from;
    for _ in 0..LINE_LIMIT {
        line.extend(block.instructions());
        if block == to {
            return Some(line);
        }
        let terminator = block.terminator()?;
        block = match terminator.as_invoke() {
            Some((normal, _)) => normal,
            None => terminator.as_unconditional_branch()?,
        };
    }
    None
}

/// The first call behind an edge, with what comes before it, if the way there is a line of blocks
/// that each have one predecessor.
pub fn first_call(edge: Edge) -> Option<(Vec<Inst>, Inst)> {
    const LIMIT: usize = 8;
    let mut edge = edge;
    let mut line = Vec::new();
    for _ in 0..LIMIT {
        if edge.to.single_predecessor() != Some(edge.from) {
            return None;
        }
        for inst in edge.to.instructions() {
            if is_real_call(inst) {
                return Some((line, inst));
            }
            line.push(inst);
        }
        edge = Edge { from: edge.to, to: edge.to.terminator()?.as_unconditional_branch()? };
    }
    None
}

fn is_real_call(inst: Inst) -> bool {
    inst.is_call() && !inst.is_intrinsic("llvm.")
}

/// The offset from the frame, looking through functions that only return their argument.
pub fn offset_in_frame(module: Module, frame: Value, pointer: Value) -> Option<i64> {
    let mut pointer = pointer;
    let mut total = 0;
    for _ in 0..4 {
        let (base, offset) = module.base_and_offset(pointer);
        total += offset;
        if base == frame {
            return Some(total);
        }
        let call = base.as_instruction()?;
        let index = returned_argument(call.callee()?)?;
        pointer = call.arguments().get(index).copied()?;
    }
    None
}

/// The parameter that a function returns, if it does nothing else: `Pin::new_unchecked`,
/// `IntoFuture::into_future` of a reference, and the like.
pub fn returned_argument(function: Function) -> Option<usize> {
    let only = function.entry()?;
    let returned = only.terminator().filter(|last| last.is(Opcode::LLVMRet))?.operand(0)?;
    // Asked for each call, so what is cheap to tell comes first.
    if !returned.is_argument() || function.is_interposable() {
        return None;
    }
    // Debug builds spill the argument to an alloca first.
    let is_plain = only.walk().all(|inst| {
        let only_writes_alloca =
            inst.is_simple_access() && inst.pointer().is_some_and(Value::is_alloca);
        inst.is_marker()
            || inst.is_profile_counter()
            || only_writes_alloca
            || matches!(inst.opcode(), Opcode::LLVMRet | Opcode::LLVMAlloca)
    });
    if !is_plain {
        return None;
    }
    function.parameters().iter().position(|parameter| *parameter == returned)
}

/// Most operations that a test of a result is made of. In code that nothing reaches, following
/// them back may go in circles.
const TEST_LIMIT: usize = 16;

/// What a test looks at, and what it does with it.
struct Tested {
    part: ResultPart,
    value: Value,
    /// From the value to the condition.
    chain: Vec<Inst>,
}

/// Follows the condition of a test back to the result of the poll.
fn tested_part(module: Module, poll: Inst, condition: Value) -> Option<Tested> {
    let mut chain = Vec::new();
    let mut leaf = condition;
    while let Some(inst) = leaf.as_instruction() {
        if !is_unary_test(inst) {
            break;
        }
        if chain.len() == TEST_LIMIT {
            return None;
        }
        chain.push(inst);
        leaf = inst.operand(0)?;
    }
    chain.reverse();
    Some(Tested { part: result_part(module, poll, leaf)?, value: leaf, chain })
}

/// Works out which value of the result makes the test say Pending, by running the test: that is
/// where the condition is `pending_on`.
fn pending_test(tested: &Tested, pending_on: u64) -> Option<PendingTest> {
    let value = unique_pending_value(tested.value, &tested.chain, pending_on)?;
    Some(PendingTest { part: tested.part, value: tested.value.ty().constant(value)? })
}

/// An operation on one value and constants.
fn is_unary_test(inst: Inst) -> bool {
    match inst.opcode() {
        Opcode::LLVMZExt | Opcode::LLVMTrunc | Opcode::LLVMPtrToInt => true,
        Opcode::LLVMICmp => {
            inst.equality_predicate().is_some()
                && inst.operand(1).is_some_and(|other| other.as_integer().is_some())
        }
        Opcode::LLVMSelect => [1, 2]
            .iter()
            .all(|index| inst.operand(*index).is_some_and(|other| other.as_integer().is_some())),
        _ => false,
    }
}

fn evaluate(chain: &[Inst], mut value: u64) -> Option<u64> {
    for inst in chain {
        value = match inst.opcode() {
            Opcode::LLVMZExt | Opcode::LLVMPtrToInt => value,
            Opcode::LLVMTrunc => {
                let width = inst.value().ty().integer_width()?;
                if width < 64 { value & ((1 << width) - 1) } else { value }
            }
            Opcode::LLVMICmp => {
                let is_equal = value == inst.operand(1)?.as_integer()?;
                u64::from(is_equal == inst.equality_predicate()?)
            }
            Opcode::LLVMSelect => inst.operand(if value != 0 { 1 } else { 2 })?.as_integer()?,
            _ => return None,
        };
    }
    Some(value)
}

/// The one value that the test takes for Pending. Values are enumerated where their range is
/// small; else only a comparison for equality pins one down.
fn unique_pending_value(leaf: Value, chain: &[Inst], pending_on: u64) -> Option<u64> {
    const ENUMERATED: u64 = 256;
    // An address is as good as an integer that nothing is known of.
    let width = leaf.ty().integer_width().or(leaf.ty().is_pointer().then_some(64))?;
    let range = leaf.as_instruction().and_then(Inst::range);
    let small =
        range.filter(|range| range.low < range.high && range.high - range.low <= ENUMERATED);
    let candidates: Vec<u64> = match small {
        Some(range) => (range.low..range.high).collect(),
        None if width <= 8 => (0..1 << width).collect(),
        None => {
            let decides =
                |inst: &&Inst| !matches!(inst.opcode(), Opcode::LLVMPtrToInt | Opcode::LLVMZExt);
            let Some(first) = chain.iter().find(decides) else {
                let fits = width >= 64 || pending_on >> width == 0;
                return fits.then_some(pending_on);
            };
            let constant = first.operand(1)?.as_integer()?;
            let decides = |value| Some(evaluate(chain, value)? == pending_on);
            // All values but the constant behave alike: another one must not be Pending.
            return (first.equality_predicate().is_some()
                && decides(constant)?
                && !decides(constant ^ 1)?)
            .then_some(constant);
        }
    };
    let mut pending =
        candidates.into_iter().filter(|value| evaluate(chain, *value) == Some(pending_on));
    let only = pending.next()?;
    pending.next().is_none().then_some(only)
}

/// Which part of the poll's result a value is.
fn result_part(module: Module, poll: Inst, leaf: Value) -> Option<ResultPart> {
    if leaf == poll.value() {
        return Some(ResultPart::Whole);
    }
    let inst = leaf.as_instruction()?;
    if inst.is(Opcode::LLVMExtractValue) && inst.operand(0) == Some(poll.value()) {
        return inst.aggregate_indices().first().copied().map(ResultPart::Element);
    }
    if !inst.is(Opcode::LLVMLoad) {
        return None;
    }
    let (slot, offset) = module.base_and_offset(inst.pointer()?);
    if poll.callee().is_some_and(|callee| callee.sret_type().is_some()) {
        let (sret, base) = module.base_and_offset(*poll.arguments().first()?);
        return (sret == slot).then_some(ResultPart::Bytes(offset - base));
    }
    stored_part(module, poll, slot, offset, inst)
}

/// The result was spilled to `slot` before `load` looks at byte `offset` of it: what the last
/// write there left, by way of copies of the slot.
fn stored_part(
    module: Module,
    poll: Inst,
    slot: Value,
    offset: i64,
    load: Inst,
) -> Option<ResultPart> {
    const COPY_LIMIT: usize = 4;
    let mut before = load.block().instructions();
    before.truncate(before.iter().position(|inst| *inst == load)?);
    let (mut slot, mut offset) = (slot, offset);
    for copies in 0..=COPY_LIMIT {
        let is_write = |inst: &Inst| {
            copied_from(module, *inst, slot).is_some() || covers(module, *inst, slot, offset)
        };
        let index = before.iter().rposition(is_write)?;
        let write = before[index];
        before.truncate(index);
        match copied_from(module, write, slot) {
            Some((from, at)) => (slot, offset) = (from, offset + at),
            None => {
                let part = written_part(module, poll, write, offset, load);
                // Only bytes stay what they were when they are copied on.
                return part.filter(|part| copies == 0 || matches!(part, ResultPart::Bytes(_)));
            }
        }
    }
    None
}

/// Is it a store that writes byte `offset` of `slot`?
fn covers(module: Module, inst: Inst, slot: Value, offset: i64) -> bool {
    let (true, Some(pointer), Some(stored)) =
        (inst.is(Opcode::LLVMStore), inst.pointer(), inst.operand(0))
    else {
        return false;
    };
    let (base, at) = module.base_and_offset(pointer);
    base == slot && (at..at + module.store_size(stored) as i64).contains(&offset)
}

/// The part of the result that `store` left at byte `offset` of its slot, for `load` to read.
fn written_part(
    module: Module,
    poll: Inst,
    store: Inst,
    offset: i64,
    load: Inst,
) -> Option<ResultPart> {
    let stored = store.operand(0)?;
    let (_, at) = module.base_and_offset(store.pointer()?);
    if stored == poll.value() || is_cast_of(stored, poll.value()) {
        let is_whole = at == offset && stored.ty() == load.value().ty();
        return Some(if is_whole { ResultPart::Whole } else { ResultPart::Bytes(offset - at) });
    }
    let element = stored.as_instruction()?;
    let is_element = element.is(Opcode::LLVMExtractValue)
        && element.operand(0) == Some(poll.value())
        && at == offset;
    match element.aggregate_indices()[..] {
        [index] if is_element => Some(ResultPart::Element(index)),
        _ => None,
    }
}

/// A `memcpy` to `slot`: its source, and what to add to an offset in `slot` to get there.
fn copied_from(module: Module, copy: Inst, slot: Value) -> Option<(Value, i64)> {
    if !copy.is_intrinsic("llvm.memcpy.") {
        return None;
    }
    let arguments = copy.arguments();
    let (target, target_offset) = module.base_and_offset(*arguments.first()?);
    let (source, source_offset) = module.base_and_offset(*arguments.get(1)?);
    (target == slot).then_some((source, source_offset - target_offset))
}

/// `zext i1 %result to i8`: how a returned `bool`-like value is spilled.
fn is_cast_of(value: Value, origin: Value) -> bool {
    value.as_instruction().is_some_and(|inst| {
        matches!(inst.opcode(), Opcode::LLVMZExt | Opcode::LLVMTrunc)
            && inst.operand(0) == Some(origin)
    })
}
