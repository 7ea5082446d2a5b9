//! Blocks and instructions.

use super::{Flow, Frame, Machine, Outcome, Stop, What};
use crate::ir::{BinaryOp, CastOp, Instruction, Kind, Operand, Range, Type};
use crate::operations;
use crate::value::{Byte, Part, Pointer, Source, Value, scalar_bytes, scalar_of};
use std::rc::Rc;

/// What comes after an instruction.
enum Next {
    Instruction,
    Block(usize),
    End(Flow),
}

impl<'a> Machine<'a> {
    /// Runs the blocks of a function from the first one on.
    pub(super) fn blocks(&mut self, frame: &mut Frame<'a>) -> Outcome<Flow> {
        let (mut block, mut from) = (0, 0);
        loop {
            self.covered.insert((frame.function.name, block));
            self.phis(frame, block, from);
            let mut next = Next::Instruction;
            for instruction in &frame.function.blocks[block].instructions {
                self.tick()?;
                next = self.instruction(frame, instruction)?;
                if !matches!(next, Next::Instruction) {
                    break;
                }
            }
            match next {
                Next::Block(to) => (from, block) = (block, to),
                Next::End(flow) => return Ok(flow),
                Next::Instruction => return Err(Stop::Refused("block without an end".to_owned())),
            }
        }
    }

    fn phis(&mut self, frame: &mut Frame<'a>, block: usize, from: usize) {
        let phis = &frame.function.blocks[block].phis;
        let incoming = |values: &[(usize, Operand)]| {
            let edge = values.iter().find(|(block, _)| *block == from);
            edge.map_or(Value::Undef, |(_, operand)| self.value(frame, operand))
        };
        // All at once: one phi may read what another one is about to replace.
        let values: Vec<Value> = phis.iter().map(|(_, values)| incoming(values)).collect();
        for ((local, _), value) in phis.iter().zip(values) {
            frame.locals[*local] = value;
        }
    }

    fn instruction(&mut self, frame: &mut Frame<'a>, instruction: &'a Instruction) -> Outcome<Next> {
        let value = match &instruction.kind {
            Kind::Call(call) => match self.call(frame, call, &instruction.ty, instruction.result)? {
                Flow::Return(value) => value,
                unwound => return Ok(Next::End(unwound)),
            },
            Kind::Invoke { call, normal, unwind } => {
                let (value, to) = match self.call(frame, call, &instruction.ty, instruction.result)? {
                    Flow::Return(value) => (value, normal),
                    Flow::Unwind(exception) => (exception, unwind),
                };
                // The landing pad that follows finds the exception in the invoke's place.
                frame.locals[instruction.result] = value.clone();
                frame.exception = value;
                return Ok(Next::Block(*to));
            }
            Kind::LandingPad => frame.exception.clone(),
            Kind::Jump(_) | Kind::Branch { .. } | Kind::Switch { .. } | Kind::Return(_) => {
                return self.branch(frame, &instruction.kind);
            }
            Kind::Resume(exception) => return Ok(Next::End(Flow::Unwind(self.value(frame, exception)))),
            Kind::Unreachable => return Err(Stop::Undefined("unreachable".to_owned())),
            Kind::Refused(reason) => return Err(Stop::Refused(reason.clone())),
            Kind::Fence => return Ok(Next::Instruction),
            Kind::Alloca { .. }
            | Kind::Load { .. }
            | Kind::Store { .. }
            | Kind::AtomicUpdate { .. }
            | Kind::CompareExchange { .. } => self.access(frame, instruction)?,
            _ => self.computed(frame, instruction)?,
        };
        frame.locals[instruction.result] = value;
        Ok(Next::Instruction)
    }

    fn branch(&mut self, frame: &Frame<'a>, kind: &Kind) -> Outcome<Next> {
        Ok(match kind {
            Kind::Jump(to) => Next::Block(*to),
            Kind::Branch { condition, yes, no } => {
                Next::Block(if self.deciding(frame, condition, 1)? != 0 { *yes } else { *no })
            }
            Kind::Switch { value, bits, cases, default } => {
                let value = self.deciding(frame, value, *bits)?;
                let case = cases.iter().find(|(case, _)| *case == value);
                Next::Block(case.map_or(*default, |(_, to)| *to))
            }
            Kind::Return(Some(value)) => Next::End(Flow::Return(self.value(frame, value))),
            _ => Next::End(Flow::Return(Value::Undef)),
        })
    }

    /// Instructions that only compute.
    fn computed(&mut self, frame: &Frame<'a>, instruction: &Instruction) -> Outcome<Value> {
        let ty = &instruction.ty;
        let bits = ty.bits().unwrap_or(0);
        match &instruction.kind {
            Kind::Offset { pointer, constant, scaled } => self.offset(frame, pointer, *constant, scaled),
            Kind::Binary(op, a, b) => {
                if bits == 0 {
                    return Err(Stop::Refused("vector arithmetic".to_owned()));
                }
                let (a, b) = (self.look(frame, a, ty)?, self.look(frame, b, ty)?);
                let is_division = matches!(op, BinaryOp::UDiv | BinaryOp::SDiv | BinaryOp::URem | BinaryOp::SRem);
                if is_division && matches!(b, Value::Int(0) | Value::Undef) {
                    return Err(Stop::Undefined("division by zero".to_owned()));
                }
                operations::binary(*op, &a, &b, bits).map_err(Stop::Refused)
            }
            Kind::Compare(predicate, a, b, of) => {
                let (a, b) = (self.look(frame, a, of)?, self.look(frame, b, of)?);
                operations::compare(*predicate, &a, &b, of.bits().unwrap_or(0)).map_err(Stop::Refused)
            }
            Kind::Cast(CastOp::Bits, from, of) if of.bits() == ty.bits() => Ok(self.value(frame, from)),
            Kind::Cast(CastOp::ZExt, from, _) if matches!(self.value(frame, from), Value::Raw(_)) => {
                Ok(scalar_of(&scalar_bytes(&self.value(frame, from), ty.size())))
            }
            Kind::Cast(op, from, of) => {
                let value = self.look(frame, from, of)?;
                let from = of.bits().filter(|_| bits > 0);
                let from = from.ok_or_else(|| Stop::Refused("vector cast".to_owned()))?;
                operations::cast(*op, &value, from, bits).map_err(Stop::Refused)
            }
            Kind::Select(condition, yes, no) => match self.number(frame, condition, 1)? {
                Some(condition) => Ok(self.value(frame, if condition != 0 { yes } else { no })),
                None => Ok(Value::Undef),
            },
            Kind::Extract(from, path) => Ok(path.iter().fold(self.value(frame, from), |value, i| match value {
                Value::Aggregate(values) => values.get(*i as usize).cloned().unwrap_or(Value::Undef),
                _ => Value::Undef,
            })),
            Kind::Insert(into, value, path) => Ok(inserted(&self.value(frame, into), self.value(frame, value), path)),
            Kind::Freeze(of) => match self.value(frame, of) {
                Value::Undef => Ok(Value::Int(0)),
                value => Ok(value),
            },
            _ => Err(Stop::Refused("an instruction without meaning here".to_owned())),
        }
    }

    fn offset(
        &mut self,
        frame: &Frame<'a>,
        pointer: &Operand,
        constant: i64,
        scaled: &[(Operand, u32, i64)],
    ) -> Outcome<Value> {
        let ty = Type::Pointer(self.code.module.pointer_bits);
        let Value::Pointer(mut pointer) = crate::world::as_pointer(self.look(frame, pointer, &ty)?) else {
            return Ok(Value::Undef);
        };
        pointer = pointer.plus(constant);
        for (index, bits, stride) in scaled {
            let Some(index) = self.number(frame, index, *bits)? else { return Ok(Value::Undef) };
            pointer = pointer.plus((crate::value::signed(index, *bits) as i64).wrapping_mul(*stride));
        }
        Ok(Value::Pointer(pointer))
    }

    fn access(&mut self, frame: &mut Frame<'a>, instruction: &Instruction) -> Outcome<Value> {
        match &instruction.kind {
            Kind::Alloca { size } => {
                let pointer = self.memory.allocate(*size as usize);
                frame.allocas.push(pointer);
                Ok(Value::Pointer(pointer))
            }
            Kind::Load { pointer, volatile: true, .. } => {
                let pointer = self.pointer(frame, pointer)?;
                let event = self.see(What::VolatileLoad, vec![Value::Pointer(pointer)], vec![Type::Void], None)?;
                self.made(&instruction.ty, event, Part::Result)
            }
            Kind::Load { pointer, range, .. } => {
                let pointer = self.pointer(frame, pointer)?;
                let value = self.load(pointer, &instruction.ty)?;
                self.limit(&value, &instruction.ty, *range);
                Ok(value)
            }
            Kind::Store { pointer, value, ty, volatile } => {
                let (pointer, value) = (self.pointer(frame, pointer)?, self.value(frame, value));
                if *volatile {
                    let seen = vec![Value::Pointer(pointer), value.clone()];
                    self.see(What::VolatileStore, seen, vec![Type::Void, ty.clone()], None)?;
                }
                self.store(pointer, &value, ty)?;
                Ok(Value::Undef)
            }
            _ => self.atomic(frame, instruction),
        }
    }

    /// There is one thread only.
    fn atomic(&mut self, frame: &Frame<'a>, instruction: &Instruction) -> Outcome<Value> {
        match &instruction.kind {
            Kind::AtomicUpdate { op, pointer, value } => {
                let (pointer, ty) = (self.pointer(frame, pointer)?, &instruction.ty);
                let old = self.load(pointer, ty)?;
                let mut new = self.value(frame, value);
                if let Some(op) = op {
                    let (a, b) = (self.chosen(&old, ty)?, self.chosen(&new, ty)?);
                    new = operations::binary(*op, &a, &b, ty.bits().unwrap_or(0)).map_err(Stop::Refused)?;
                }
                self.store(pointer, &new, ty)?;
                Ok(old)
            }
            Kind::CompareExchange { pointer, expected, new, ty } => {
                let (pointer, expected) = (self.pointer(frame, pointer)?, self.look(frame, expected, ty)?);
                let old = self.load(pointer, ty)?;
                let old = self.chosen(&old, ty)?;
                let bits = ty.bits().unwrap_or(0);
                let equal = operations::compare(crate::ir::Predicate::Eq, &old, &expected, bits);
                let equal = equal.map_err(Stop::Refused)?;
                if equal == Value::TRUE {
                    let new = self.value(frame, new);
                    self.store(pointer, &new, ty)?;
                }
                Ok(Value::aggregate(vec![old, equal]))
            }
            _ => Err(Stop::Refused("an access of a rare kind".to_owned())),
        }
    }

    /// A value with nothing left open, whoever looks at it.
    pub(super) fn chosen(&mut self, value: &Value, ty: &Type) -> Outcome<Value> {
        let Value::Raw(bytes) = value else { return Ok(value.clone()) };
        let wants = self.wants(ty, false);
        Ok(self.world.choose(bytes, ty.bits().unwrap_or(0), wants, &[], (0, 0)))
    }

    /// The environment keeps to the promise of a type or a range.
    pub(super) fn limit(&mut self, value: &Value, ty: &Type, range: Option<Range>) {
        let (Value::Raw(bytes), Type::Int(bits)) = (value, ty) else { return };
        let by_type = (bits % 8 != 0).then(|| Range { low: 0, high: 1 << bits });
        if let Some(range) = range.or(by_type) {
            self.world.limit(bytes[0], bits.next_multiple_of(8), range);
        }
    }

    /// A value that the environment made.
    pub(super) fn made(&mut self, ty: &Type, event: u32, part: Part) -> Outcome<Value> {
        let source = self.world.sources.id(Source::Call { event, part });
        self.made_from(ty, source, 0)
    }

    fn made_from(&mut self, ty: &Type, source: u32, offset: u64) -> Outcome<Value> {
        match ty {
            Type::Void => Ok(Value::Undef),
            Type::Other(name) => Err(Stop::Refused(format!("type {name}"))),
            Type::Aggregate { elements, .. } => {
                let element = |(at, ty): &(u64, Type)| self.made_from(ty, source, offset + at);
                elements.iter().map(element).collect::<Outcome<_>>().map(Value::aggregate)
            }
            _ => {
                let byte = |i| Byte::Unknown { source, offset: offset as u32 + i as u32 };
                let value = Value::Raw(Rc::from_iter((0..ty.size()).map(byte)));
                self.limit(&value, ty, None);
                Ok(value)
            }
        }
    }

    /// Fills memory with what the environment made.
    pub(super) fn fill(&mut self, at: Pointer, size: u64, event: u32, part: Part) -> Outcome<()> {
        let source = self.world.sources.id(Source::Call { event, part });
        let bytes: Vec<Byte> = (0..size as u32).map(|offset| Byte::Unknown { source, offset }).collect();
        self.write(at, &bytes)
    }
}

fn inserted(into: &Value, value: Value, path: &[u32]) -> Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let mut elements = if let Value::Aggregate(elements) = into { elements.to_vec() } else { Vec::new() };
    let first = *first as usize;
    elements.resize(elements.len().max(first + 1), Value::Undef);
    elements[first] = inserted(&elements[first], value, rest);
    Value::aggregate(elements)
}
