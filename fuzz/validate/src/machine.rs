//! Runs functions of one module in the environment of a [`World`].

mod calls;
mod intrinsics;
mod steps;

use crate::decode::Names;
use crate::ir::{Function, Module, Operand, Refusal, Type};
use crate::memory::Memory;
use crate::shape::{Cell, Shape};
use crate::value::{Base, Byte, Name, Pointer, Value, scalar_bytes, scalar_of};
use crate::world::{Wants, World};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// Instructions in the reference execution of a scenario.
pub const MAX_STEPS: usize = 20_000;
/// External calls in one scenario.
const MAX_EVENTS: usize = 200;
/// The state of a coroutine that has unwound.
pub const POISONED: u8 = 2;
/// State 1: the body has returned.
pub const RETURNED: u8 = 1;
/// Calls within calls.
const MAX_DEPTH: usize = 40;

/// A module with what is known of its functions.
pub struct Code {
    pub module: Module,
    pub shapes: HashMap<Name, Shape>,
}

impl Code {
    pub fn new(module: Module) -> Self {
        let shapes = module.functions.iter().map(|(name, function)| (*name, Shape::of(function))).collect();
        Self { module, shapes }
    }
}

/// What both executions agree on.
#[derive(Default)]
pub struct Agreement {
    /// Functions that run as part of their callers; the others belong to the environment
    pub run: HashSet<Name>,
    /// Resume functions
    pub coroutines: HashMap<Name, Cell>,
    /// Drop glue of coroutines
    pub glue: HashMap<Name, Cell>,
    /// Coroutines without a frame after the plugin, and the bytes of it that they use before
    pub by_value: HashMap<Name, usize>,
    /// Does `after` differ by stores alone that `corofold-unread-stores` took?
    pub is_late: bool,
}

/// What can be seen from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    Call(Name),
    /// The function is the first value.
    ComputedCall,
    Assembly(Name),
    VolatileLoad,
    VolatileStore,
    Trap,
    /// The function under test returned the value.
    Returned,
    /// The function under test unwound with the exception.
    Unwound,
}

/// One thing that can be seen from outside.
pub struct Event {
    pub what: What,
    pub values: Vec<Value>,
    /// Types of the values
    pub types: Vec<Type>,
    /// The value that points to memory for the result, whose content is of no interest
    pub sret: Option<usize>,
    pub memory: Memory,
    /// Of the functions that have not returned
    pub unread: Vec<Unread>,
}

/// Bytes of a frame whose stores `corofold-unread-stores` may have taken from a function.
#[derive(Clone, Debug)]
pub struct Unread {
    frame: Pointer,
    bytes: Rc<[Range<i64>]>,
    /// The event before which the function was entered first
    since: usize,
}

impl Unread {
    /// Is this byte one of them, at the event of this number?
    pub fn has(&self, index: usize, base: Base, offset: usize) -> bool {
        let place = (offset as i64).wrapping_sub(self.frame.offset);
        self.since <= index && self.frame.base == base && self.bytes.iter().any(|range| range.contains(&place))
    }

    /// Those that may be reached from an address, which is one of a local of this function: the same and all above.
    pub fn above(&self, at: Pointer, length: usize) -> Vec<usize> {
        if self.frame.base != at.base || self.frame.offset > at.offset {
            return Vec::new();
        }
        self.within(length).filter(|offset| *offset as i64 >= at.offset).collect()
    }

    /// Their offsets in an object of which `length` bytes were written.
    fn within(&self, length: usize) -> impl Iterator<Item = usize> {
        let frame = self.frame.offset;
        let offsets = move |range: &Range<i64>| {
            (frame.saturating_add(range.start)).max(0)..(frame.saturating_add(range.end)).min(length as i64)
        };
        self.bytes.iter().flat_map(offsets).map(|offset| offset as usize)
    }
}

/// Where a coroutine keeps its state, known since the event of that number.
#[derive(Clone, Copy, Debug)]
pub struct KnownCell {
    pub at: Pointer,
    pub size: usize,
    pub since: usize,
}

/// Why an execution does not go on.
#[derive(Clone, PartialEq, Debug)]
pub enum Stop {
    /// The code is undefined here: anything may follow.
    Undefined(String),
    /// The executor does not know this.
    Refused(Refusal),
    /// Too long
    Cut,
    /// The process has ended: abort or trap.
    Ended,
    /// A coroutine was polled after completion.
    Resumed,
    /// A future that has completed returned what its awaiting side takes for Pending: no value of its
    /// type does that, such as a null reference that the environment made.
    NoValue,
    /// A coroutine unwound without saying so in its state. Rustc's code does not: where something
    /// may unwind, the way out stores state 2.
    NotPoisoned,
}

pub type Outcome<T> = Result<T, Stop>;

/// How a function ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Flow {
    Return(Value),
    Unwind(Value),
}

/// An execution: memory and what was seen so far.
pub struct Machine<'a> {
    /// The module that runs now
    pub code: &'a Code,
    pub agreement: &'a Agreement,
    pub names: &'a Names,
    pub world: &'a mut World,
    pub memory: Memory,
    pub events: Vec<Event>,
    pub cells: Vec<KnownCell>,
    /// Of all functions that were entered
    pub unread: Vec<Unread>,
    /// The same of those that have not returned
    active: Vec<Unread>,
    /// What the code before the plugin did. Bytes that are listed and not as they were then become undefined.
    pub reference: Option<&'a [Event]>,
    /// Is rustc's contract checked as well?
    pub is_reference: bool,
    /// Instructions that may still run
    pub steps: usize,
    depth: usize,
    /// Was the last thing that was called a coroutine, and did it complete?
    called_completed: bool,
    /// Blocks that were run
    pub covered: HashSet<(Name, usize)>,
}

/// A call in progress.
struct Frame<'a> {
    function: &'a Function,
    shape: &'a Shape,
    locals: Vec<Value>,
    allocas: Vec<Pointer>,
    /// What the last landing pad caught
    exception: Value,
}

impl<'a> Machine<'a> {
    pub fn new(code: &'a Code, agreement: &'a Agreement, names: &'a Names, world: &'a mut World) -> Self {
        Self {
            code,
            agreement,
            names,
            world,
            memory: Memory::default(),
            events: Vec::new(),
            cells: Vec::new(),
            unread: Vec::new(),
            active: Vec::new(),
            reference: None,
            is_reference: true,
            steps: MAX_STEPS,
            depth: 0,
            called_completed: false,
            covered: HashSet::new(),
        }
    }

    /// Runs a function of the module.
    pub fn run(&mut self, name: Name, arguments: Vec<Value>) -> Outcome<Flow> {
        let code = self.code;
        let (Some(function), Some(shape)) = (code.module.functions.get(&name), code.shapes.get(&name)) else {
            return Err(Stop::Refused("function without a body".to_owned()));
        };
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Cut);
        }
        if arguments.len() != function.parameters.len() {
            return Err(Stop::Undefined("call with other parameters".to_owned()));
        }
        let cell = self.enter_coroutine(name, &arguments)?;
        let active = self.active.len();
        self.enter_unread(function, &arguments)?;
        let mut locals = arguments;
        locals.resize(function.locals, Value::Undef);
        let mut frame = Frame { function, shape, locals, allocas: Vec::new(), exception: Value::Undef };
        self.depth += 1;
        self.called_completed = false;
        let flow = self.blocks(&mut frame);
        self.depth -= 1;
        self.active.truncate(active);
        for alloca in frame.allocas {
            self.memory.free(alloca);
        }
        let awaited_completed = std::mem::take(&mut self.called_completed);
        let resumed = cell.filter(|_| self.is_reference && self.agreement.coroutines.contains_key(&name));
        if let (Ok(flow), Some(cell)) = (&flow, resumed) {
            match (flow, self.read(cell.at, 1)?[0]) {
                (Flow::Unwind(_), Byte::Known(POISONED)) => {}
                (Flow::Unwind(_), _) => return Err(Stop::NotPoisoned),
                (Flow::Return(_), Byte::Known(RETURNED)) => self.called_completed = true,
                // It took what the completed future returned for Pending.
                (Flow::Return(_), _) if awaited_completed => return Err(Stop::NoValue),
                (Flow::Return(_), _) => {}
            }
        }
        flow
    }

    /// Remembers where a coroutine has its state. One that comes from outside was not polled yet:
    /// nobody may move it after that.
    fn enter_coroutine(&mut self, name: Name, arguments: &[Value]) -> Outcome<Option<KnownCell>> {
        let resumes = self.agreement.coroutines.get(&name);
        let Some(cell) = resumes.or_else(|| self.agreement.glue.get(&name)) else { return Ok(None) };
        if self.code.module.functions[&name].by_value {
            return Ok(None);
        }
        let ty = Type::Pointer(self.code.module.pointer_bits);
        let Value::Pointer(frame) = self.chosen(&arguments[cell.parameter], &ty)? else { return Ok(None) };
        // The slot of one that has no frame afterwards is not written then. Who reads it all the same
        // behaves differently.
        if let Some(&size) = self.agreement.by_value.get(&name) {
            self.cells.push(KnownCell { at: frame, size, since: self.events.len() });
        }
        let at = frame.plus(cell.offset);
        let bytes = self.read(at, cell.size)?;
        self.world.settle_open(&bytes);
        let known = KnownCell { at, size: cell.size, since: self.events.len() };
        if !self.cells.iter().any(|known| known.at == at) {
            self.cells.push(known);
        }
        Ok(Some(known))
    }

    /// Remembers which bytes behind its parameters a function need not leave behind.
    fn enter_unread(&mut self, function: &Function, arguments: &[Value]) -> Outcome<()> {
        if !self.agreement.is_late {
            return Ok(());
        }
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            if let [_, ..] = *parameter.unread
                && let Value::Pointer(frame) = self.chosen(argument, &parameter.ty)?
                && !matches!(frame.base, Base::Alloca(_))
            {
                let is_known = |known: &Unread| known.frame == frame && known.bytes == parameter.unread;
                let unread = Unread { frame, bytes: parameter.unread.clone(), since: self.events.len() };
                if !self.unread.iter().any(is_known) {
                    self.unread.push(unread.clone());
                }
                self.active.push(unread);
            }
        }
        Ok(())
    }

    /// A store is missing where a listed byte is not what it was before the plugin. From here on, nobody
    /// may look at what lies there instead.
    fn forget_unread(&mut self) -> Outcome<()> {
        let Some(then) = self.reference.and_then(|events| events.get(self.events.len() - 1)) else { return Ok(()) };
        for base in self.unread.iter().map(|unread| unread.frame.base).collect::<HashSet<_>>() {
            let length = self.memory.length(base).max(then.memory.length(base));
            let places = self.unread.iter().filter(|unread| unread.frame.base == base);
            for offset in places.flat_map(|unread| unread.within(length)).collect::<HashSet<_>>() {
                let before = then.memory.byte(base, offset, &mut self.world.sources);
                let now = self.memory.byte(base, offset, &mut self.world.sources);
                if !is_same(self.world.seen(before), self.world.seen(now)) {
                    self.write(Pointer { base, offset: offset as i64 }, &[Byte::Undef])?;
                }
            }
        }
        Ok(())
    }

    fn value(&self, frame: &Frame<'_>, operand: &Operand) -> Value {
        match operand {
            Operand::Local(local) => frame.locals[*local].clone(),
            Operand::Constant(value) => value.clone(),
        }
    }

    /// A value that an instruction depends on: what the environment left open is chosen now.
    fn look(&mut self, frame: &Frame<'_>, operand: &Operand, ty: &Type) -> Outcome<Value> {
        let value = self.value(frame, operand);
        let Value::Raw(bytes) = &value else { return Ok(value) };
        let Some(bits) = ty.bits() else { return Err(Stop::Refused("a vector's bits".to_owned())) };
        let local = if let Operand::Local(local) = operand { *local } else { 0 };
        let distinguished = frame.shape.distinguished(frame.function, local);
        let is_null_test = frame.shape.is_null_test(frame.function, local);
        let wants = self.wants(ty, is_null_test);
        let chosen = self.world.choose(bytes, bits, wants, &distinguished, (frame.function.name, local));
        match chosen {
            Value::Raw(_) => Err(Stop::Refused("parts of an address".to_owned())),
            chosen => Ok(chosen),
        }
    }

    fn wants(&self, ty: &Type, is_null_test: bool) -> Wants {
        let is_pointer = matches!(ty, Type::Pointer(_));
        let may_be_address = ty.bits() == Some(self.code.module.pointer_bits) && (is_pointer || is_null_test);
        Wants { is_pointer, may_be_address }
    }

    /// A pointer that is used for an access.
    fn pointer(&mut self, frame: &Frame<'_>, operand: &Operand) -> Outcome<Pointer> {
        let ty = Type::Pointer(self.code.module.pointer_bits);
        match crate::world::as_pointer(self.look(frame, operand, &ty)?) {
            Value::Pointer(pointer) => Ok(pointer),
            _ => Err(Stop::Undefined("access through an undefined pointer".to_owned())),
        }
    }

    /// A number; `None` if it is undefined.
    fn number(&mut self, frame: &Frame<'_>, operand: &Operand, bits: u32) -> Outcome<Option<u128>> {
        match self.look(frame, operand, &Type::Int(bits))? {
            Value::Int(int) => Ok(Some(int)),
            Value::Undef => Ok(None),
            _ => Err(Stop::Refused("an address as a number".to_owned())),
        }
    }

    /// A number that decides what happens.
    fn deciding(&mut self, frame: &Frame<'_>, operand: &Operand, bits: u32) -> Outcome<u128> {
        self.number(frame, operand, bits)?.ok_or_else(|| Stop::Undefined("branch on an undefined value".to_owned()))
    }

    pub(crate) fn read(&mut self, at: Pointer, size: usize) -> Outcome<Vec<Byte>> {
        self.materialize(at);
        let bytes = self.memory.read(at, size, &mut self.world.sources).map_err(Stop::Undefined)?;
        Ok(bytes.into_iter().map(|byte| self.world.seen(byte)).collect())
    }

    fn write(&mut self, at: Pointer, bytes: &[Byte]) -> Outcome<()> {
        self.materialize(at);
        self.memory.write(at, bytes, &mut self.world.sources).map_err(Stop::Undefined)
    }

    /// Puts the content of a constant into memory when it is used first.
    fn materialize(&mut self, at: Pointer) {
        let crate::value::Base::Global(name) = at.base else { return };
        if let Some((ty, value)) = self.code.module.constants.get(&name)
            && !self.memory.has(at.base)
        {
            let mut bytes = vec![Byte::Undef; ty.size()];
            place(value, ty, &mut bytes);
            self.memory.create(at.base, bytes);
        }
    }

    pub(crate) fn load(&mut self, at: Pointer, ty: &Type) -> Outcome<Value> {
        match ty {
            Type::Aggregate { elements, .. } => {
                let element = |(offset, ty): &(u64, Type)| self.load(at.plus(*offset as i64), ty);
                elements.iter().map(element).collect::<Outcome<_>>().map(Value::aggregate)
            }
            Type::Void => Ok(Value::Undef),
            Type::Other(name) => Err(Stop::Refused(format!("type {name}"))),
            _ => {
                let value = scalar_of(&self.read(at, ty.size())?);
                Ok(if matches!(ty, Type::Pointer(_)) { crate::world::as_pointer(value) } else { value })
            }
        }
    }

    fn store(&mut self, at: Pointer, value: &Value, ty: &Type) -> Outcome<()> {
        match (ty, value) {
            (Type::Aggregate { elements, .. }, Value::Aggregate(values)) => elements
                .iter()
                .zip(values.iter())
                .try_for_each(|((offset, ty), value)| self.store(at.plus(*offset as i64), value, ty)),
            (Type::Other(name), _) => Err(Stop::Refused(format!("type {name}"))),
            _ => self.write(at, &scalar_bytes(value, ty.size())),
        }
    }

    fn see(&mut self, what: What, values: Vec<Value>, types: Vec<Type>, sret: Option<usize>) -> Outcome<u32> {
        if self.events.len() >= MAX_EVENTS {
            return Err(Stop::Cut);
        }
        let (memory, unread) = (self.memory.clone(), self.active.clone());
        self.events.push(Event { what, values, types, sret, memory, unread });
        self.forget_unread()?;
        Ok(self.events.len() as u32 - 1)
    }

    /// The function under test has ended.
    pub fn see_end(&mut self, flow: &Flow, ty: &Type) -> Outcome<()> {
        let (what, value, ty) = match flow {
            Flow::Return(value) => (What::Returned, value, ty.clone()),
            // What is thrown is a pair of a pointer and a number that the environment made.
            Flow::Unwind(value) => (What::Unwound, value, Type::Void),
        };
        self.see(what, vec![value.clone()], vec![ty], None).map(|_| ())
    }

    fn tick(&mut self) -> Outcome<()> {
        self.steps = self.steps.checked_sub(1).ok_or(Stop::Cut)?;
        Ok(())
    }
}

/// Are two bytes of different executions the same? Locals have no identity.
fn is_same(before: Byte, after: Byte) -> bool {
    match (before, after) {
        (Byte::Pointer { pointer: p, index: i }, Byte::Pointer { pointer: q, index: j })
            if matches!((p.base, q.base), (Base::Alloca(_), Base::Alloca(_))) =>
        {
            (p.offset, i) == (q.offset, j)
        }
        _ => before == after,
    }
}

/// Writes a constant to where it lies in its object.
fn place(value: &Value, ty: &Type, bytes: &mut [Byte]) {
    match (ty, value) {
        (Type::Aggregate { elements, .. }, Value::Aggregate(values)) => {
            for ((offset, ty), value) in elements.iter().zip(values.iter()) {
                place(value, ty, &mut bytes[*offset as usize..]);
            }
        }
        _ => {
            let scalar = scalar_bytes(value, ty.size());
            bytes[..scalar.len()].copy_from_slice(&scalar);
        }
    }
}
