//! A future that never suspends takes what it captured by value, as a plain function would.
//!
//! ```text
//! async fn f(x: u32) -> u32 { x + 1 }
//! before: memcpy(frame + 16, f(x)); f::poll(frame + 16, cx)      f::poll: %x = load %frame
//! after:  memcpy(%local, f(x));     f::poll(load %local)         f::poll: store %x, %own; load %own
//! ```
//! Its frame becomes a local of its own, filled with those bytes of the caller's that it reads
//! before it writes them; the caller's slot becomes a local of the caller. Neither address is seen
//! by anybody else, so LLVM dissolves both, and a future that is awaited in several places costs
//! what a call costs. Of the result only what differs is returned, see [`super::result`].
//!
//! Nobody else looks at the frame: it is polled once, at await sites only (rule 5), the address of
//! the frame goes nowhere, and its drop glue is not called by those who poll it, so that what the
//! frame holds afterwards does not matter. What is read was there before the call: loads of
//! captured values may be done before it, since the whole frame is memory that can be read.
//!
//! Declines: a frame whose address is passed on, as a reference to a captured value is; one that is
//! larger than [`STACK_LIMIT`]; parameters that do not fit into [`MOST_WORDS`] registers.

use super::result::Payload;
use crate::analysis::frame::{FrameAnalysis, Touch};
use crate::analysis::stack::STACK_LIMIT;
use crate::llvm::{Block, Function, Inst, Module, Opcode, Parameter, Type, Value};
use crate::model::{
    BY_VALUE, Bytes, Coroutine, MARK, Model, direct_calls, offset_in_frame, returned_argument,
};
use std::collections::HashMap;
use thiserror::Error;

/// Registers for parameters on the smallest of the targets (Arm's). More would go by the stack.
const MOST_WORDS: u32 = 4;

/// Why a future goes on to take a pointer to its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Its frame may be looked at after it is done.
    #[error("what is left of it may be looked at afterwards")]
    Observable,
    /// A poll whose future is not in the frame of one that is known.
    #[error("it is polled in a place that is not known")]
    UnknownCaller,
    /// The parameters of a poll are others than rustc's.
    #[error("its parameters are unusual")]
    UnusualParameters,
    /// The address of the frame, or of a part of it, is passed on.
    #[error("it hands out references to what it captured")]
    AddressTaken,
    /// What takes the place of the frame would have an address of another type.
    #[error("locals are in an address space of their own")]
    LocalsElsewhere,
    /// See [`FrameAnalysis::touches`].
    #[error("it is touched in too many places")]
    TooManyAccesses,
    /// Its frame may be on the heap, and would be on the stack. See [`STACK_LIMIT`].
    #[error("its frame takes too much of the stack")]
    LargeFrame,
    /// A captured value is copied as a whole, or read as two types.
    #[error("it reads what it captured in an unusual way")]
    UnusualRead,
    /// See [`MOST_WORDS`].
    #[error("it captured more than fits into registers")]
    TooLarge,
}

/// Moves the body of a future to a function that takes what it captured as parameters, and makes
/// all callers call that. What is left of the old one has no body and no use.
pub fn take_by_value(model: &Model, coroutine: &Coroutine) -> Result<Function, Refusal> {
    let (module, resume) = (model.module, coroutine.resume);
    let polls = polls(model, coroutine)?;
    let first = resume.first_argument() as usize;
    let parameters = resume.parameters();
    if parameters.len() != first + 2 || parameters[first] != coroutine.dispatch.frame {
        return Err(Refusal::UnusualParameters);
    }
    if !module.is_address_of_local(parameters[first].ty()) {
        return Err(Refusal::LocalsElsewhere);
    }
    remove_dead_head(resume);
    let frame = Frame::of(module, resume, parameters[first])?;
    if frame.size() > STACK_LIMIT {
        return Err(Refusal::LargeFrame);
    }
    let inputs = frame.inputs()?;
    let mut passed: Vec<Passed> = (0..first).map(Passed::Kept).collect();
    passed.extend(inputs.iter().copied().map(Passed::Input));
    if !parameters[first + 1].is_unused() {
        passed.push(Passed::Kept(first + 1));
    }
    if passed.iter().map(|passed| passed.words(module)).sum::<u32>() > MOST_WORDS {
        return Err(Refusal::TooLarge);
    }
    let alignment = resume.parameter_alignment(first as u32).unwrap_or(DEFAULT_ALIGNMENT);
    let calls: Vec<Inst> = polls.iter().map(|poll| poll.call).collect();
    let payload = Payload::of(resume, &calls);
    let returned = payload.as_ref().map_or(resume.return_type(), Payload::ty);
    let moved = move_body(resume, parameters[first], &passed, returned, &frame, alignment);
    if let Some(payload) = payload {
        payload.return_alone(moved);
        calls.into_iter().for_each(|poll| payload.replace_constants(poll));
    }
    for poll in polls {
        poll.pass_by_value(module, moved, first, &passed, alignment);
    }
    Ok(moved)
}

/// Where rustc did not say how the frame is aligned.
const DEFAULT_ALIGNMENT: u32 = 16;

/// One parameter of the new function.
#[derive(Clone, Copy)]
enum Passed {
    /// The old one of this index.
    Kept(usize),
    /// A captured value.
    Input(Input),
}

/// A part of the frame that is read before it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Input {
    bytes: Bytes,
    ty: Type,
}

impl Passed {
    fn words(self, module: Module) -> u32 {
        match self {
            Self::Kept(_) => 1,
            Self::Input(input) => {
                let bits = input.bytes.count() as u32 * 8;
                bits.div_ceil(module.pointer_width())
            }
        }
    }
}

/// The polls of a future, each in the frame of one that is known, and nobody who sees it done.
fn polls(model: &Model, coroutine: &Coroutine) -> Result<Vec<Poll>, Refusal> {
    if !model.done_is_unobservable(coroutine) {
        return Err(Refusal::Observable);
    }
    let first = coroutine.resume.first_argument() as usize;
    let calls = direct_calls(coroutine.resume).ok_or(Refusal::UnknownCaller)?;
    let place_of = |call: Inst| {
        let parent = model.coroutine(call.block().function())?;
        let frame = parent.dispatch.frame;
        let offset = offset_in_frame(model.module, frame, *call.arguments().get(first)?)?;
        // One that is still an await site may come back with Pending for all we know.
        let is_decided = parent.await_sites.iter().all(|site| site.poll != call);
        (is_decided && !call.has_operand_bundles()).then_some(Poll { call, frame, offset })
    };
    calls.into_iter().map(|call| place_of(call).ok_or(Refusal::UnknownCaller)).collect()
}

/// What the dispatch left behind.
fn remove_dead_head(resume: Function) {
    let Some(head) = resume.entry() else { return };
    for inst in head.instructions().into_iter().rev() {
        let is_dead = inst.value().is_unused() && !inst.value().is_alloca();
        if is_dead && inst.successor_count() == 0 && !inst.has_side_effects() {
            inst.erase();
        }
    }
}

/// Moves the body to a function with the new parameters, over a frame of its own.
fn move_body(
    resume: Function,
    frame_pointer: Value,
    passed: &[Passed],
    returned: Type,
    frame: &Frame,
    alignment: u32,
) -> Function {
    let parameters: Vec<Parameter> = passed
        .iter()
        .map(|passed| match passed {
            Passed::Kept(index) => Parameter::Kept(*index),
            Passed::Input(input) => Parameter::New(input.ty),
        })
        .collect();
    let moved = resume.move_to(&parameters, returned);
    moved.set_string_attribute(MARK, BY_VALUE);
    let own = moved.new_local(frame.size(), alignment);
    let start = moved.entry().and_then(|entry| entry.walk().find(|i| !i.value().is_alloca()));
    if let (Some(own), Some(start)) = (own, start) {
        for (passed, parameter) in passed.iter().zip(moved.parameters()) {
            if let Passed::Input(input) = passed {
                start.store_before(parameter, own, input.bytes.low);
            }
        }
        frame_pointer.replace_all_uses_with(own);
    }
    moved
}

/// All that a resume function does with its frame.
struct Frame {
    reads: Vec<(Inst, Bytes)>,
    writes: Vec<(Inst, Bytes)>,
    dominators: HashMap<Block, Block>,
}

impl Frame {
    /// Follows the address of the frame through the function.
    fn of(module: Module, resume: Function, pointer: Value) -> Result<Self, Refusal> {
        let mut frame = Self {
            reads: Vec::new(),
            writes: Vec::new(),
            dominators: resume.immediate_dominators(),
        };
        let touches = FrameAnalysis::of_one_function(module).touches(pointer);
        for (inst, touch) in touches.ok_or(Refusal::TooManyAccesses)?.touches {
            let is_plain = inst.is_simple_access() || copied(inst).is_some();
            match touch {
                Touch::Shows(_) if is_debug_spill(inst) => {}
                Touch::Reads(bytes) if is_plain && bytes.is_known() => {
                    frame.reads.push((inst, bytes));
                }
                Touch::Writes(bytes) if is_plain => frame.writes.push((inst, bytes)),
                _ => return Err(Refusal::AddressTaken),
            }
        }
        Ok(frame)
    }

    /// What is read before it is written, by offset.
    fn inputs(&self) -> Result<Vec<Input>, Refusal> {
        let mut inputs: Vec<Input> = Vec::new();
        let is_own = |(read, bytes): &(Inst, Bytes)| {
            let mut writes = self.writes.iter();
            writes.any(|(write, written)| written.contains(*bytes) && self.dominates(*write, *read))
        };
        for (read, bytes) in self.reads.iter().filter(|read| !is_own(read)) {
            let ty = read.value().ty();
            let input = Input { bytes: *bytes, ty };
            let is_scalar = ty.is_pointer() || ty.integer_width().is_some_and(|bits| bits <= 64);
            let is_new = !inputs.contains(&input);
            if !is_scalar || is_new && inputs.iter().any(|known| bytes.overlaps(known.bytes)) {
                return Err(Refusal::UnusualRead);
            }
            if is_new {
                inputs.push(input);
            }
        }
        inputs.sort_by_key(|input| input.bytes);
        Ok(inputs)
    }

    /// Its size, as far as it is used.
    fn size(&self) -> u64 {
        let ends = self.reads.iter().chain(&self.writes).map(|(_, bytes)| bytes.high);
        ends.max().and_then(|end| u64::try_from(end).ok()).unwrap_or_default()
    }

    fn dominates(&self, first: Inst, then: Inst) -> bool {
        if first.block() == then.block() {
            return first.block().walk().find(|inst| *inst == first || *inst == then)
                == Some(first);
        }
        let mut block = then.block();
        while let Some(above) = self.dominators.get(&block) {
            if *above == first.block() {
                return true;
            }
            block = *above;
        }
        false
    }
}

/// A debug build keeps the address of the frame where nothing but a debugger reads it.
fn is_debug_spill(inst: Inst) -> bool {
    let is_spill = inst.is(Opcode::LLVMStore) && inst.is_simple_access();
    let Some(local) = inst.pointer().filter(|local| is_spill && local.is_alloca()) else {
        return false;
    };
    local.walk_users().filter_map(Value::as_instruction).all(|user| {
        user.is_marker() || user.is(Opcode::LLVMStore) && user.operand(0) != Some(local)
    })
}

/// Where a `memcpy` of a known size copies to and from.
fn copied(inst: Inst) -> Option<(Value, Value, i64)> {
    let arguments = inst.arguments();
    let [to, from, size, is_volatile] = arguments[..] else { return None };
    let is_plain =
        inst.is_intrinsic("llvm.memcpy.") && is_volatile.as_integer() == Some(0) && to != from;
    Some((to, from, i64::try_from(size.as_integer()?).ok()?)).filter(|_| is_plain)
}

/// One poll of the future, in the frame of another one.
struct Poll {
    call: Inst,
    frame: Value,
    offset: i64,
}

impl Poll {
    fn pass_by_value(
        &self,
        module: Module,
        callee: Function,
        first: usize,
        passed: &[Passed],
        alignment: u32,
    ) {
        let arguments = self.call.arguments();
        let inputs = passed.iter().filter_map(|passed| match passed {
            Passed::Input(input) => Some(input.bytes.high),
            Passed::Kept(_) => None,
        });
        let local = self.slot_as_local(module, inputs.max().unwrap_or_default(), alignment);
        let from = local.unwrap_or(arguments[first]);
        let values: Vec<Value> = passed
            .iter()
            .map(|passed| match passed {
                Passed::Kept(index) => arguments[*index],
                Passed::Input(input) => self.call.load_before(input.ty, from, input.bytes.low),
            })
            .collect();
        self.call.call_instead(callee, &values);
    }

    /// The future is moved into its slot right before it is polled, and nobody reads the slot
    /// afterwards: it may as well be moved to a local, of which `bytes` are read.
    fn slot_as_local(&self, module: Module, bytes: i64, alignment: u32) -> Option<Value> {
        let write = self.last_write(module)?;
        let (size, operand) = match copied(write) {
            Some((_, _, size)) => (size, 0),
            None => (module.store_size(write.operand(0)?) as i64, 1),
        };
        if size < bytes || u64::try_from(size).ok()? > STACK_LIMIT {
            return None;
        }
        // The write may rely on how the slot is aligned, which can be more than the future needs.
        let alignment = alignment.max(write.written_alignment());
        let local = self.call.block().function().new_local(size as u64, alignment)?;
        write.mark_lifetime_before("llvm.lifetime.start", local);
        write.set_operand(operand, local);
        Some(local)
    }

    /// The write that fills the slot, if nothing but looks at memory and writes to locals stands
    /// between it and the poll.
    fn last_write(&self, module: Module) -> Option<Inst> {
        const LIMIT: usize = 16;
        let mut block = self.call.block();
        let mut before: Vec<Inst> = block.walk().take_while(|inst| *inst != self.call).collect();
        for _ in 0..LIMIT {
            for inst in before.into_iter().rev() {
                let to = inst
                    .is(Opcode::LLVMStore)
                    .then(|| inst.pointer())
                    .flatten()
                    .or_else(|| copied(inst).map(|(to, _, _)| to));
                let place = to.map(|to| module.base_and_offset(to));
                if place == Some((self.frame, self.offset)) {
                    let is_plain = inst.is_call() || inst.is_simple_access();
                    return is_plain.then_some(inst);
                }
                let is_local = place.is_some_and(|(base, _)| base.is_alloca());
                let returns_argument =
                    inst.callee().is_some_and(|callee| returned_argument(callee).is_some());
                // The write is for this poll alone.
                let branches_off = inst.successor_count() > 1;
                let is_harmless = is_local || inst.is_marker() || !inst.has_side_effects();
                if !returns_argument && (branches_off || !is_harmless) {
                    return None;
                }
            }
            block = block.single_predecessor()?;
            before = block.instructions();
        }
        None
    }
}
