//! The part of LLVM IR that is executed, as plain data.

use crate::value::{Name, Value};
use std::collections::HashMap;
use std::rc::Rc;

#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    Void,
    Int(u32),
    Pointer(u32),
    Float(u32),
    /// Structs and arrays: elements with their offsets
    Aggregate {
        elements: Vec<(u64, Type)>,
        size: u64,
    },
    /// Known by name only
    Other(String),
}

impl Type {
    /// Bits of a scalar.
    pub fn bits(&self) -> Option<u32> {
        match self {
            Type::Int(bits) | Type::Pointer(bits) | Type::Float(bits) => Some(*bits),
            _ => None,
        }
    }

    /// Bytes that a store of this type writes.
    pub fn size(&self) -> usize {
        match self {
            Type::Aggregate { size, .. } => *size as usize,
            _ => self.bits().unwrap_or(0).div_ceil(8) as usize,
        }
    }
}

/// Values from `low` up to and without `high`, in LLVM's sense: it may wrap around.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub low: u128,
    pub high: u128,
}

impl Range {
    pub fn contains(self, value: u128) -> bool {
        if self.low < self.high {
            (self.low..self.high).contains(&value)
        } else {
            value >= self.low || value < self.high
        }
    }
}

/// Number of a result or parameter within its function.
pub type Local = usize;

#[derive(Clone, Debug)]
pub enum Operand {
    Local(Local),
    Constant(Value),
}

/// Why something is not executed.
pub type Refusal = String;

#[derive(Debug)]
pub struct Instruction {
    pub result: Local,
    pub ty: Type,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    UDiv,
    SDiv,
    URem,
    SRem,
    Shl,
    LShr,
    AShr,
    And,
    Or,
    Xor,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Predicate {
    Eq,
    Ne,
    Ugt,
    Uge,
    Ult,
    Ule,
    Sgt,
    Sge,
    Slt,
    Sle,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CastOp {
    ZExt,
    SExt,
    Trunc,
    /// `bitcast`, `ptrtoint` and `inttoptr` of equal width: the same bytes
    Bits,
}

#[derive(Debug)]
pub enum Kind {
    Alloca {
        size: u64,
    },
    Load {
        pointer: Operand,
        range: Option<Range>,
        volatile: bool,
    },
    Store {
        pointer: Operand,
        value: Operand,
        ty: Type,
        volatile: bool,
    },
    Offset {
        pointer: Operand,
        constant: i64,
        scaled: Vec<(Operand, u32, i64)>,
    },
    Binary(BinaryOp, Operand, Operand),
    Compare(Predicate, Operand, Operand, Type),
    Cast(CastOp, Operand, Type),
    Select(Operand, Operand, Operand),
    Extract(Operand, Vec<u32>),
    Insert(Operand, Operand, Vec<u32>),
    Freeze(Operand),
    Fence,
    /// `None` exchanges
    AtomicUpdate {
        op: Option<BinaryOp>,
        pointer: Operand,
        value: Operand,
    },
    CompareExchange {
        pointer: Operand,
        expected: Operand,
        new: Operand,
        ty: Type,
    },
    LandingPad,
    Call(Box<Call>),
    Invoke {
        call: Box<Call>,
        normal: usize,
        unwind: usize,
    },
    Jump(usize),
    Branch {
        condition: Operand,
        yes: usize,
        no: usize,
    },
    Switch {
        value: Operand,
        bits: u32,
        cases: Vec<(u128, usize)>,
        default: usize,
    },
    Return(Option<Operand>),
    Resume(Operand),
    Unreachable,
    Refused(Refusal),
}

#[derive(Debug)]
pub struct Argument {
    pub value: Operand,
    pub ty: Type,
    /// Size of what the callee returns there
    pub sret: Option<u64>,
    /// Bytes behind the pointer
    pub dereferenceable: u64,
    pub readonly: bool,
}

#[derive(Debug)]
pub enum Callee {
    Function(Name),
    Computed(Operand),
    Assembly(Name),
}

#[derive(Debug)]
pub struct Call {
    pub callee: Callee,
    pub arguments: Vec<Argument>,
    pub range: Option<Range>,
    pub may_return: bool,
    pub may_unwind: bool,
}

#[derive(Debug, Default)]
pub struct Block {
    /// Result, and a value for each block it may come from
    pub phis: Vec<(Local, Vec<(usize, Operand)>)>,
    pub instructions: Vec<Instruction>,
}

impl Block {
    pub fn terminator(&self) -> Option<&Kind> {
        self.instructions.last().map(|last| &last.kind)
    }
}

impl Kind {
    /// Blocks it may lead to.
    pub fn successors(&self) -> Vec<usize> {
        match self {
            Kind::Jump(to) => vec![*to],
            Kind::Branch { yes, no, .. } => vec![*yes, *no],
            Kind::Switch { cases, default, .. } => cases.iter().map(|(_, to)| *to).chain([*default]).collect(),
            Kind::Invoke { normal, unwind, .. } => vec![*normal, *unwind],
            _ => Vec::new(),
        }
    }
}

#[derive(Debug)]
pub struct Parameter {
    pub ty: Type,
    pub sret: Option<u64>,
    /// The bytes behind it that the plugin lists as of no interest once the function has returned
    pub unread: Rc<[std::ops::Range<i64>]>,
}

#[derive(Debug)]
pub struct Function {
    pub name: Name,
    pub symbol: String,
    /// Its first locals
    pub parameters: Vec<Parameter>,
    pub result: Type,
    /// Number of locals
    pub locals: usize,
    pub blocks: Vec<Block>,
    pub is_local: bool,
    /// Its address is used otherwise than by calling it.
    pub address_taken: bool,
    /// The plugin's mark of a future that takes what it captured as parameters, and no frame
    pub by_value: bool,
    /// Its printed body, without numbers of metadata and attributes.
    pub text: String,
}

impl Function {
    /// Functions that are called by name.
    pub fn callees(&self) -> impl Iterator<Item = Name> {
        let called = |instruction: &Instruction| match &instruction.kind {
            Kind::Call(call) | Kind::Invoke { call, .. } => match call.callee {
                Callee::Function(name) => Some(name),
                Callee::Computed(_) | Callee::Assembly(_) => None,
            },
            _ => None,
        };
        self.blocks.iter().flat_map(|block| &block.instructions).filter_map(called)
    }
}

#[derive(Debug)]
pub struct Module {
    pub functions: HashMap<Name, Function>,
    /// Constants with their content
    pub constants: HashMap<Name, (Type, Value)>,
    /// Size of a pointer in bits
    pub pointer_bits: u32,
}
