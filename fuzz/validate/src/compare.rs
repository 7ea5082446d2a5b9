//! Is what was seen after the plugin what was seen before, or a refinement of it?

use crate::decode::Names;
use crate::ir::Type;
use crate::machine::{Event, KnownCell, POISONED, Unread, What};
use crate::memory::Memory;
use crate::value::{Base, Byte, Pointer, Value, scalar_bytes};
use crate::world::World;
use std::collections::{BTreeSet, HashSet};

/// Compares events of two executions of one scenario.
pub struct Comparison<'a> {
    pub world: &'a mut World,
    pub names: &'a Names,
    /// States, which the plugin may store earlier or not at all while nobody looks at them. What
    /// they say is compared by what a later poll or drop does.
    pub cells: Vec<KnownCell>,
    /// Read-only objects of both modules. They come into memory when they are read first, which is no effect.
    pub constants: &'a HashSet<Base>,
    /// Where stores alone were taken: the bytes to which they may have gone. Those are compared where the event
    /// shows them to somebody; all others, states as well, are as before.
    pub unread: Option<Vec<Unread>>,
    /// Those of the functions that run at the event, and the addresses from which they were compared
    pub active: Vec<Unread>,
    pub shown: HashSet<Pointer>,
}

/// What differs, in words.
pub type Difference = String;

impl Comparison<'_> {
    /// Compares event number `index`. `last` are the events before, which were equal.
    pub fn events(
        &mut self,
        index: usize,
        before: &Event,
        after: &Event,
        last: Option<(&Event, &Event)>,
    ) -> Result<(), Difference> {
        if before.what != after.what {
            return Err(format!("{} became {}", self.describe(before), self.describe(after)));
        }
        if before.values.len() != after.values.len() {
            return Err(format!("{}: other arguments", self.describe(before)));
        }
        let is_pending = before.what == What::Returned && self.is_suspended(&before.memory);
        let mut pairs = HashSet::new();
        self.active.clone_from(&before.unread);
        self.shown.clear();
        for (i, (a, b)) in before.values.iter().zip(&after.values).enumerate() {
            let ty = &before.types[i];
            let skip_content = before.sret == Some(i);
            let b = if is_pending { self.with_payload(a, b) } else { b.clone() };
            self.values(a, &b, ty, (&before.memory, &after.memory), skip_content, &mut pairs)
                .map_err(|difference| format!("{}, value {i}: {difference}", self.describe(before)))?;
        }
        let last = last.map(|(before, after)| (&before.memory, &after.memory));
        self.memories(index, &before.memory, &after.memory, last)
            .map_err(|difference| format!("at {}: {difference}", self.describe(before)))
    }

    /// Is the future under test, whose state is the first one that was met, in a suspend state?
    fn is_suspended(&mut self, memory: &Memory) -> bool {
        let Some(cell) = self.cells.first() else { return false };
        let state = memory.byte(cell.at.base, cell.at.offset as usize, &mut self.world.sources);
        matches!(self.world.seen(state), Byte::Known(state) if state > POISONED)
    }

    /// `Pending` has no payload: what nobody wrote there on purpose may be lost.
    fn with_payload(&self, before: &Value, after: &Value) -> Value {
        match (before, after) {
            (Value::Raw(_), Value::Undef) => before.clone(),
            (Value::Aggregate(a), Value::Aggregate(b)) => {
                Value::aggregate(a.iter().zip(b.iter()).map(|(a, b)| self.with_payload(a, b)).collect())
            }
            _ => after.clone(),
        }
    }

    fn describe(&self, event: &Event) -> String {
        let symbol = |name: u32| format!("{:#}", rustc_demangle::demangle(self.names.item(name)));
        match event.what {
            What::Call(name) => format!("call of {}", symbol(name)),
            What::Assembly(name) => symbol(name),
            What::ComputedCall => "call through a pointer".to_owned(),
            What::VolatileLoad => "volatile load".to_owned(),
            What::VolatileStore => "volatile store".to_owned(),
            What::Trap => "trap".to_owned(),
            What::Returned => "return".to_owned(),
            What::Unwound => "unwinding".to_owned(),
        }
    }

    fn values(
        &mut self,
        before: &Value,
        after: &Value,
        ty: &Type,
        memories: (&Memory, &Memory),
        skip_content: bool,
        pairs: &mut HashSet<(Base, Base)>,
    ) -> Result<(), Difference> {
        match (before, after, ty) {
            (Value::Undef, _, _) => Ok(()),
            (Value::Aggregate(a), Value::Aggregate(b), Type::Aggregate { elements, .. }) => a
                .iter()
                .zip(b.iter())
                .zip(elements)
                .try_for_each(|((a, b), (_, ty))| self.values(a, b, ty, memories, skip_content, pairs)),
            (Value::Aggregate(_), Value::Aggregate(_), _) => Ok(()),
            _ => {
                let size = ty.size().max(1);
                let size = if ty.bits().is_none() { POINTER } else { size };
                let (a, b) = (scalar_bytes(before, size), scalar_bytes(after, size));
                self.bytes(&a, &b, memories, skip_content, pairs)
            }
        }
    }

    fn bytes(
        &mut self,
        before: &[Byte],
        after: &[Byte],
        memories: (&Memory, &Memory),
        skip_content: bool,
        pairs: &mut HashSet<(Base, Base)>,
    ) -> Result<(), Difference> {
        for (offset, (a, b)) in before.iter().zip(after).enumerate() {
            let (a, b) = (self.world.seen(*a), self.world.seen(*b));
            match (a, b) {
                (Byte::Undef, _) => {}
                (Byte::Pointer { pointer: p, index: i }, Byte::Pointer { pointer: q, index: j }) if i == j => {
                    if i == 0 {
                        self.pointers(p, q, memories, skip_content, pairs)?;
                    }
                }
                _ if a == b => {}
                _ => return Err(format!("byte {offset} was {}, is {}", shown(a), shown(b))),
            }
        }
        Ok(())
    }

    /// Locals have no identity: what counts is what lies in them.
    fn pointers(
        &mut self,
        before: Pointer,
        after: Pointer,
        memories: (&Memory, &Memory),
        skip_content: bool,
        pairs: &mut HashSet<(Base, Base)>,
    ) -> Result<(), Difference> {
        let is_local = |pointer: Pointer| matches!(pointer.base, Base::Alloca(_));
        if !is_local(before) && before == after {
            // What is there for a result is not looked at.
            return if skip_content { Ok(()) } else { self.unread_from(before, memories, pairs) };
        }
        if !is_local(before) || !is_local(after) || before.offset != after.offset {
            return Err(format!("pointer to {before:?} became one to {after:?}"));
        }
        let is_gone = memories.0.is_dead(before.base);
        if skip_content || is_gone || !pairs.insert((before.base, after.base)) {
            return Ok(());
        }
        let content = |memory: &Memory, base, world: &mut World| -> Vec<Byte> {
            (0..memory.length(base)).map(|offset| memory.byte(base, offset, &mut world.sources)).collect()
        };
        let (a, b) = (content(memories.0, before.base, self.world), content(memories.1, after.base, self.world));
        let what = |difference| format!("behind a pointer to a local: {difference}");
        if a.len() > b.len() {
            return Err("pointer to a smaller local".to_owned());
        }
        self.bytes(&a, &b, memories, false, pairs).map_err(what)
    }

    /// The function that runs shows what lies in its frame from an address on.
    fn unread_from(
        &mut self,
        at: Pointer,
        memories: (&Memory, &Memory),
        pairs: &mut HashSet<(Base, Base)>,
    ) -> Result<(), Difference> {
        if self.active.is_empty() || !self.shown.insert(at) {
            return Ok(());
        }
        let length = memories.0.length(at.base).max(memories.1.length(at.base));
        let offsets: BTreeSet<usize> = self.active.iter().flat_map(|unread| unread.above(at, length)).collect();
        offsets.into_iter().try_for_each(|offset| {
            let a = memories.0.byte(at.base, offset, &mut self.world.sources);
            let b = memories.1.byte(at.base, offset, &mut self.world.sources);
            let what = |difference| format!("{:?} at {offset}, reached from {}: {difference}", at.base, at.offset);
            self.bytes(&[a], &[b], memories, false, pairs).map_err(what)
        })
    }

    /// Everything that outlives the poll, except for what is not compared byte by byte.
    fn memories(
        &mut self,
        index: usize,
        before: &Memory,
        after: &Memory,
        last: Option<(&Memory, &Memory)>,
    ) -> Result<(), Difference> {
        let objects: BTreeSet<Base> =
            before.shared().chain(after.shared()).filter(|base| !self.constants.contains(base)).collect();
        let mut pairs = HashSet::new();
        for base in objects {
            // What a function shows depends on who runs.
            let last = last.filter(|_| self.active.is_empty());
            if last.is_some_and(|last| before.is_as_in(last.0, base) && after.is_as_in(last.1, base)) {
                continue;
            }
            for offset in 0..before.length(base).max(after.length(base)) {
                if self.is_left_out(index, base, offset) {
                    continue;
                }
                let a = before.byte(base, offset, &mut self.world.sources);
                let b = after.byte(base, offset, &mut self.world.sources);
                self.bytes(&[a], &[b], (before, after), false, &mut pairs)
                    .map_err(|difference| format!("{base:?} at {offset}: {difference}"))?;
            }
        }
        Ok(())
    }

    fn is_left_out(&self, index: usize, base: Base, offset: usize) -> bool {
        if let Some(unread) = &self.unread {
            return unread.iter().any(|unread| unread.has(index, base, offset));
        }
        self.cells.iter().any(|cell| {
            let start = cell.at.offset as usize;
            cell.since <= index && cell.at.base == base && (start..start + cell.size).contains(&offset)
        })
    }
}

/// Bytes of a pointer, at most.
const POINTER: usize = 8;

fn shown(byte: Byte) -> String {
    match byte {
        Byte::Undef => "undefined".to_owned(),
        Byte::Known(byte) => byte.to_string(),
        Byte::Unknown { source, offset } => format!("byte {offset} of source {source}"),
        Byte::Pointer { pointer, index } => format!("byte {index} of {pointer:?}"),
    }
}
