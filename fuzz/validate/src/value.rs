//! What registers and memory hold: integers, pointers, and bytes that nobody has chosen yet.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

/// A number for each different key, in the order in which the keys come up.
#[derive(Debug)]
pub struct Interner<T> {
    items: Vec<T>,
    ids: HashMap<T, u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ids: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub fn id(&mut self, item: T) -> u32 {
        *self.ids.entry(item.clone()).or_insert_with(|| {
            self.items.push(item);
            self.items.len() as u32 - 1
        })
    }

    pub fn item(&self, id: u32) -> &T {
        &self.items[id as usize]
    }
}

/// A symbol, the same number in the module before and the module after the plugin.
pub type Name = u32;

/// Number of a [`Source`].
pub type SourceId = u32;

/// Where bytes come from that the code under test did not write. The same place has the same
/// source in both executions, so an unknown byte equals only itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// The coroutine under test
    Frame,
    /// Argument of the resume function: its context
    Argument(u32),
    /// What the external call of this number produced: in its result, or in the memory behind an argument
    Call { event: u32, part: Part },
    /// The object that the pointer in these bytes points to
    Pointee { source: SourceId, offset: u32 },
    /// A global variable that may have any value
    Static(Name),
    /// Memory at an absolute address, by page
    Address(u64),
}

/// The part of a call's effects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    Result,
    Exception,
    Behind(u32),
}

/// The object that a pointer points into.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Base {
    /// None: null and other plain addresses
    Absolute,
    /// A local of one execution
    Alloca(u32),
    /// A function or global variable
    Global(Name),
    /// An object that the environment handed in
    Source(SourceId),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pointer {
    pub base: Base,
    pub offset: i64,
}

impl Pointer {
    pub const NULL: Pointer = Pointer { base: Base::Absolute, offset: 0 };

    pub fn plus(self, bytes: i64) -> Pointer {
        Pointer { offset: self.offset.wrapping_add(bytes), ..self }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Byte {
    /// `undef` or `poison`: the code after the plugin may have anything here
    Undef,
    Known(u8),
    /// Chosen by the environment when somebody looks at it
    Unknown {
        source: SourceId,
        offset: u32,
    },
    Pointer {
        pointer: Pointer,
        index: u8,
    },
}

/// What a register holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Undef,
    /// Zero-extended
    Int(u128),
    /// Also in integer registers, after `ptrtoint`
    Pointer(Pointer),
    /// A scalar that was moved but not looked at
    Raw(Rc<[Byte]>),
    Aggregate(Rc<Vec<Value>>),
}

impl Value {
    pub const NULL: Value = Value::Pointer(Pointer::NULL);
    pub const TRUE: Value = Value::Int(1);
    pub const FALSE: Value = Value::Int(0);

    pub fn aggregate(elements: Vec<Value>) -> Value {
        Value::Aggregate(Rc::new(elements))
    }
}

/// The low `bits` of `value`.
pub fn truncated(value: u128, bits: u32) -> u128 {
    if bits >= 128 { value } else { value & ((1 << bits) - 1) }
}

/// `value` as a number with sign.
pub fn signed(value: u128, bits: u32) -> i128 {
    let shift = 128 - bits.clamp(1, 128);
    ((value << shift) as i128) >> shift
}

/// A scalar of `size` bytes as it lies in memory.
pub fn scalar_bytes(value: &Value, size: usize) -> Vec<Byte> {
    match value {
        Value::Int(int) => (0..size).map(|i| Byte::Known(int.checked_shr(8 * i as u32).unwrap_or(0) as u8)).collect(),
        Value::Pointer(p) if p.base == Base::Absolute => scalar_bytes(&Value::Int(p.offset as u64 as u128), size),
        Value::Pointer(p) => (0..size).map(|i| Byte::Pointer { pointer: *p, index: i as u8 }).collect(),
        Value::Raw(bytes) => bytes.iter().copied().chain(std::iter::repeat(Byte::Known(0))).take(size).collect(),
        Value::Undef | Value::Aggregate(_) => vec![Byte::Undef; size],
    }
}

/// A scalar read from memory, as far as its bytes are known.
pub fn scalar_of(bytes: &[Byte]) -> Value {
    if bytes.iter().all(|b| *b == Byte::Undef) {
        return Value::Undef;
    }
    let known = |b: &Byte| if let Byte::Known(b) = b { Some(*b) } else { None };
    if let Some(known) = bytes.iter().map(known).collect::<Option<Vec<u8>>>() {
        return Value::Int(known.iter().rev().fold(0, |int, b| int << 8 | u128::from(*b)));
    }
    if let Byte::Pointer { pointer, index: 0 } = bytes[0]
        && bytes.iter().enumerate().all(|(i, b)| *b == Byte::Pointer { pointer, index: i as u8 })
    {
        return Value::Pointer(pointer);
    }
    Value::Raw(bytes.into())
}
