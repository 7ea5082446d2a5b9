//! The environment of one scenario: what it chose for the bytes it handed in, and what it chose to do.

use crate::ir::Range;
use crate::value::{Base, Byte, Interner, Pointer, Source, SourceId, Value, scalar_bytes, scalar_of, truncated};
use std::collections::HashMap;

/// Where a decision is made: function, instruction.
pub type Site = (u32, usize);

/// A decision that was made: one of `options`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decision {
    pub site: Site,
    pub chosen: usize,
    pub options: usize,
}

/// Both executions of a scenario share it, so they see the same environment.
#[derive(Default)]
pub struct World {
    pub sources: Interner<Source>,
    chosen: HashMap<(SourceId, u32), Byte>,
    limits: HashMap<(SourceId, u32), (u32, Range)>,
    ends: HashMap<u32, usize>,
    script: Vec<usize>,
    pub decisions: Vec<Decision>,
}

impl World {
    /// One that begins with the decisions of `script` and takes the first option from then on.
    pub fn new(script: Vec<usize>) -> Self {
        Self { script, ..Self::default() }
    }

    /// Decides between `options`, as the script says.
    pub fn decide(&mut self, site: Site, options: usize) -> usize {
        if options < 2 {
            return 0;
        }
        let chosen = self.script.get(self.decisions.len()).copied().unwrap_or(0).min(options - 1);
        self.decisions.push(Decision { site, chosen, options });
        chosen
    }

    /// Decides how the external call of this number ends, the same way in each execution.
    pub fn decide_end(&mut self, event: u32, site: Site, options: usize) -> usize {
        if let Some(end) = self.ends.get(&event) {
            return (*end).min(options - 1);
        }
        let end = self.decide(site, options);
        self.ends.insert(event, end);
        end
    }

    /// A byte, as far as the environment has chosen it.
    pub fn seen(&self, byte: Byte) -> Byte {
        match byte {
            Byte::Unknown { source, offset } => self.chosen.get(&(source, offset)).copied().unwrap_or(byte),
            _ => byte,
        }
    }

    /// The environment keeps to a promise: the `bits` from this byte on are within `range`.
    pub fn limit(&mut self, first: Byte, bits: u32, range: Range) {
        if let Byte::Unknown { source, offset } = self.seen(first) {
            self.limits.entry((source, offset)).or_insert((bits, range));
        }
    }

    fn allows(&self, first: Byte, bits: u32, value: u128) -> bool {
        let Byte::Unknown { source, offset } = first else { return true };
        match self.limits.get(&(source, offset)) {
            Some((limited, range)) if *limited <= bits => range.contains(truncated(value, *limited)),
            _ => true,
        }
    }

    /// Lets the environment choose what is still open in a scalar of `bits` bits. `distinguished`
    /// are the values that the code tells from others.
    pub fn choose(&mut self, bytes: &[Byte], bits: u32, wants: Wants, distinguished: &[u128], site: Site) -> Value {
        let bytes: Vec<Byte> = bytes.iter().map(|b| self.seen(*b)).collect();
        let Some((first, open_bits)) = whole_unknown(&bytes) else { return self.choose_bytes(&bytes) };
        let bits = bits.min(open_bits);
        let mut options: Vec<Value> = Vec::new();
        if wants.may_be_address {
            options.push(Value::Pointer(self.pointee(first)));
        }
        for value in distinguished.iter().copied().filter(|value| truncated(*value, bits) == *value) {
            let is_new = !options.contains(&Value::Int(value)) && options.len() < MAX_OPTIONS;
            // The value beside null stands for all the others, as the address does.
            let is_address = wants.may_be_address && value == 1;
            if is_new && !is_address && self.allows(first, bits, value) {
                options.push(Value::Int(value));
            }
        }
        if options.is_empty() {
            // It goes into a calculation: a few values show if something depends on the result.
            let some = (0..SAMPLES).map(|sample| Value::Int(self.any(first, bits, sample)));
            options.extend(some);
            options.dedup();
        }
        let choice = self.decide(site, options.len());
        let value = options.swap_remove(choice);
        self.settle(&bytes, &value);
        if wants.is_pointer { as_pointer(value) } else { value }
    }

    /// Chooses a plain value for bytes that do not belong together.
    fn choose_bytes(&mut self, bytes: &[Byte]) -> Value {
        if bytes.contains(&Byte::Undef) {
            return Value::Undef;
        }
        let settled: Vec<Byte> = bytes
            .iter()
            .map(|byte| match byte {
                Byte::Unknown { source, offset } => {
                    let value = Byte::Known(self.any(*byte, 8, 0) as u8);
                    self.chosen.insert((*source, *offset), value);
                    value
                }
                _ => *byte,
            })
            .collect();
        scalar_of(&settled)
    }

    /// Makes what is still open in these bytes zero.
    pub fn settle_open(&mut self, bytes: &[Byte]) {
        self.settle(bytes, &Value::Int(0));
    }

    /// Makes the choice for an open scalar known.
    pub fn settle(&mut self, bytes: &[Byte], value: &Value) {
        for (byte, value) in bytes.iter().zip(scalar_bytes(value, bytes.len())) {
            if let Byte::Unknown { source, offset } = byte {
                self.chosen.entry((*source, *offset)).or_insert(value);
            }
        }
    }

    fn pointee(&mut self, first: Byte) -> Pointer {
        let Byte::Unknown { source, offset } = first else { return Pointer::NULL };
        let object = self.sources.id(Source::Pointee { source, offset });
        Pointer { base: Base::Source(object), offset: 0 }
    }

    /// Value number `sample` for what begins with this byte, within the limits; otherwise one that
    /// nothing else has by chance.
    fn any(&self, byte: Byte, bits: u32, sample: u64) -> u128 {
        let Byte::Unknown { source, offset } = byte else { return 0 };
        let place = (u64::from(source) << 32 | u64::from(offset)).wrapping_mul(SAMPLES).wrapping_add(sample + 1);
        let mixed = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let value = truncated(u128::from(mixed.rotate_left(29)) << 64 | u128::from(mixed ^ mixed >> 31), bits);
        match self.limits.get(&(source, offset)) {
            Some((limited, range)) if *limited <= bits && !range.contains(truncated(value, *limited)) => {
                let next = truncated(range.low.wrapping_add(u128::from(sample)), *limited);
                if range.contains(next) { next } else { range.low }
            }
            _ => value,
        }
    }
}

/// Values that are tried where only a calculation looks at one.
const SAMPLES: u64 = 3;

/// More options than this are not told apart at one place.
const MAX_OPTIONS: usize = 24;

/// What the code that looks at a scalar takes it for.
#[derive(Clone, Copy)]
pub struct Wants {
    pub is_pointer: bool,
    /// A pointer, or a number that is only compared with null and may be loaded as a pointer later
    pub may_be_address: bool,
}

/// The first byte of a scalar that comes whole and open from one source, and the number of bits
/// that do. Zeros may follow, as after a zero extension.
fn whole_unknown(bytes: &[Byte]) -> Option<(Byte, u32)> {
    let Some(Byte::Unknown { source, offset }) = bytes.first().copied() else { return None };
    let is_next = |(i, byte): &(usize, &Byte)| **byte == Byte::Unknown { source, offset: offset + *i as u32 };
    let open = bytes.iter().enumerate().take_while(is_next).count();
    let is_extended = bytes[open..].iter().all(|byte| *byte == Byte::Known(0));
    is_extended.then_some((Byte::Unknown { source, offset }, 8 * open as u32))
}

/// The same bits in a pointer register.
pub fn as_pointer(value: Value) -> Value {
    match value {
        Value::Int(int) => Value::Pointer(Pointer::NULL.plus(int as i64)),
        value => value,
    }
}
