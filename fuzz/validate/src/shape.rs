//! Facts about a function that are read off its body once.

use crate::ir::{BinaryOp, Callee, CastOp, Function, Instruction, Kind, Local, Operand, Predicate, Type};
use crate::value::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Values are followed through this many operations.
const MAX_DEPTH: usize = 4;
/// A function with more instructions is not run as part of its caller.
const SMALL: usize = 60;

/// The state of a coroutine, as its dispatch reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The parameter that points to the frame
    pub parameter: usize,
    pub offset: i64,
    /// In bytes
    pub size: usize,
}

pub struct Shape {
    /// What the function switches over first, if that lies behind a parameter
    pub cell: Option<Cell>,
    /// Few instructions, no loop, more than arithmetic, and nothing that cannot be executed
    pub is_small: bool,
    users: HashMap<Local, Vec<(usize, usize)>>,
    distinguished: RefCell<HashMap<Local, Rc<Vec<u128>>>>,
}

impl Shape {
    pub fn of(function: &Function) -> Self {
        let mut users: HashMap<Local, Vec<(usize, usize)>> = HashMap::new();
        for (b, block) in function.blocks.iter().enumerate() {
            for (i, instruction) in block.instructions.iter().enumerate() {
                for local in locals(&instruction.kind) {
                    users.entry(local).or_default().push((b, i));
                }
            }
        }
        Self { cell: dispatched_cell(function), is_small: is_small(function), users, distinguished: RefCell::default() }
    }

    /// The values of a local that the code behind it tells from others.
    pub fn distinguished(&self, function: &Function, local: Local) -> Rc<Vec<u128>> {
        if let Some(known) = self.distinguished.borrow().get(&local) {
            return known.clone();
        }
        let mut values = Vec::new();
        self.collect(function, local, MAX_DEPTH, &|value| value, &mut values);
        let values = Rc::new(values);
        self.distinguished.borrow_mut().insert(local, values.clone());
        values
    }

    /// Is a local only compared with null?
    pub fn is_null_test(&self, function: &Function, local: Local) -> bool {
        let is_test = |kind: &Kind| {
            matches!(kind, Kind::Compare(Predicate::Eq | Predicate::Ne, _, Operand::Constant(constant), _)
                if matches!(constant, Value::Int(0) | &Value::NULL))
        };
        let users = self.users.get(&local).map_or(&[][..], Vec::as_slice);
        !users.is_empty() && users.iter().all(|&(b, i)| is_test(&function.blocks[b].instructions[i].kind))
    }

    /// `back` computes the value of the first local from a value of `local`.
    fn collect(
        &self,
        function: &Function,
        local: Local,
        depth: usize,
        back: &dyn Fn(u128) -> u128,
        values: &mut Vec<u128>,
    ) {
        for &(b, i) in self.users.get(&local).map_or(&[][..], Vec::as_slice) {
            let user = &function.blocks[b].instructions[i];
            for value in told_apart(user) {
                values.push(back(value));
            }
            let Some(step) = inverse(user, local).filter(|_| depth > 0) else { continue };
            self.collect(function, user.result, depth - 1, &|value| back(step(value)), values);
        }
    }
}

/// The values that an instruction treats differently, with one for the others.
fn told_apart(user: &Instruction) -> Vec<u128> {
    match &user.kind {
        Kind::Compare(predicate, _, Operand::Constant(constant), _)
        | Kind::Compare(predicate, Operand::Constant(constant), _, _) => {
            let limit = match constant {
                Value::Int(int) => *int,
                Value::Pointer(p) => p.offset as u128,
                _ => return Vec::new(),
            };
            match predicate {
                Predicate::Eq | Predicate::Ne => vec![limit, limit.wrapping_add(1)],
                _ => vec![limit, limit.wrapping_add(1), limit.wrapping_sub(1)],
            }
        }
        Kind::Compare(..) => vec![0, 1],
        Kind::Switch { cases, .. } => {
            let beyond = cases.iter().map(|(value, _)| *value).max().map(|value| value.wrapping_add(1));
            cases.iter().map(|(value, _)| *value).chain(beyond).collect()
        }
        Kind::Branch { .. } | Kind::Select(Operand::Local(_), ..) => vec![0, 1],
        _ => Vec::new(),
    }
}

type Step = Box<dyn Fn(u128) -> u128>;

/// How an operand follows from the result of an instruction, where that is simple.
fn inverse(user: &Instruction, local: Local) -> Option<Step> {
    let mask = user.ty.bits().map_or(u128::MAX, |bits| crate::value::truncated(u128::MAX, bits));
    Some(match &user.kind {
        Kind::Cast(CastOp::ZExt | CastOp::SExt | CastOp::Trunc | CastOp::Bits, ..) | Kind::Freeze(_) => {
            Box::new(|value| value)
        }
        Kind::Select(_, yes, no) if is(yes, local) || is(no, local) => Box::new(|value| value),
        Kind::Binary(op, Operand::Local(_), Operand::Constant(Value::Int(constant))) => {
            let constant = *constant;
            match op {
                BinaryOp::Add => Box::new(move |value| value.wrapping_sub(constant) & mask),
                BinaryOp::Sub => Box::new(move |value| value.wrapping_add(constant) & mask),
                BinaryOp::Xor => Box::new(move |value| value ^ constant),
                BinaryOp::And | BinaryOp::URem | BinaryOp::Or => Box::new(|value| value),
                BinaryOp::LShr => Box::new(move |value| value.checked_shl(constant as u32).unwrap_or(0) & mask),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn is(operand: &Operand, local: Local) -> bool {
    matches!(operand, Operand::Local(found) if *found == local)
}

/// The operands of an instruction that decide what it does.
fn locals(kind: &Kind) -> Vec<Local> {
    let operands: Vec<&Operand> = match kind {
        Kind::Binary(_, a, b) | Kind::Compare(_, a, b, _) => vec![a, b],
        Kind::Cast(_, a, _) | Kind::Freeze(a) => vec![a],
        Kind::Select(a, b, c) => vec![a, b, c],
        Kind::Branch { condition, .. } => vec![condition],
        Kind::Switch { value, .. } => vec![value],
        _ => Vec::new(),
    };
    operands
        .into_iter()
        .filter_map(|operand| if let Operand::Local(local) = operand { Some(*local) } else { None })
        .collect()
}

fn is_small(function: &Function) -> bool {
    let instructions = || function.blocks.iter().flat_map(|block| &block.instructions);
    let can_run = |instruction: &Instruction| match &instruction.kind {
        Kind::Refused(_) | Kind::AtomicUpdate { .. } | Kind::CompareExchange { .. } => false,
        Kind::Call(call) | Kind::Invoke { call, .. } => !matches!(call.callee, Callee::Assembly(_)),
        _ => true,
    };
    // What only computes with numbers is better left open: then every result is met.
    let computes = || instructions().any(|i| matches!(i.kind, Kind::Binary(..) | Kind::Call(_) | Kind::Invoke { .. }));
    let has_pointer = || function.parameters.iter().any(|parameter| matches!(parameter.ty, Type::Pointer(_)));
    let is_open = !function.parameters.is_empty() && !has_pointer() && computes();
    !is_open && instructions().count() <= SMALL && instructions().all(can_run) && !has_loop(function)
}

fn has_loop(function: &Function) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    fn visit(function: &Function, block: usize, marks: &mut [Mark]) -> bool {
        marks[block] = Mark::Open;
        let successors = function.blocks[block].terminator().map(Kind::successors).unwrap_or_default();
        let found = successors.into_iter().any(|next| match marks[next] {
            Mark::New => visit(function, next, marks),
            Mark::Open => true,
            Mark::Done => false,
        });
        marks[block] = Mark::Done;
        found
    }
    visit(function, 0, &mut vec![Mark::New; function.blocks.len()])
}

/// Reads the dispatch at the beginning of a resume function or drop glue: one load from a fixed
/// place behind a parameter, and a test of it that ends the first blocks.
fn dispatched_cell(function: &Function) -> Option<Cell> {
    let mut path = Vec::new();
    let mut block = 0;
    loop {
        path.extend(&function.blocks[block].instructions);
        match function.blocks[block].terminator()? {
            Kind::Jump(next) if path.len() < SMALL => block = *next,
            Kind::Switch { value, .. } => return cell_behind(function, &path, value),
            Kind::Branch { condition, .. } => return cell_behind(function, &path, condition),
            _ => return None,
        }
    }
}

fn cell_behind(function: &Function, path: &[&Instruction], tested: &Operand) -> Option<Cell> {
    let definition = |operand: &Operand| match operand {
        Operand::Local(local) => path.iter().find(|instruction| instruction.result == *local),
        Operand::Constant(_) => None,
    };
    let mut operand = tested;
    let load = loop {
        let found = definition(operand)?;
        match &found.kind {
            Kind::Cast(_, from, _) | Kind::Compare(_, from, Operand::Constant(_), _) => operand = from,
            Kind::Load { .. } => break found,
            _ => return None,
        }
    };
    let Kind::Load { pointer, volatile: false, .. } = &load.kind else { return None };
    let (mut pointer, mut offset) = (pointer, 0);
    loop {
        match (pointer, definition(pointer).map(|found| &found.kind)) {
            (_, Some(Kind::Offset { pointer: base, constant, scaled })) if scaled.is_empty() => {
                offset += constant;
                pointer = base;
            }
            (Operand::Local(parameter), None) if *parameter < function.parameters.len() => {
                return Some(Cell { parameter: *parameter, offset, size: load.ty.size() });
            }
            _ => return None,
        }
    }
}
