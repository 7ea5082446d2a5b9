//! Objects of bytes. Copies are cheap: a snapshot shares what is not written afterwards.

use crate::value::{Base, Byte, Interner, Pointer, Source};
use std::collections::BTreeMap;
use std::rc::Rc;

/// No object of a coroutine is as large; an offset beyond it is a miscalculated address.
const MAX_OBJECT: i64 = 1 << 22;
const PAGE: i64 = 1 << 12;

#[derive(Clone, Debug)]
struct Object {
    /// Bytes from its start that were written or have a known start value
    bytes: Rc<Vec<Byte>>,
    /// `None` if the environment made it, as large as anybody uses it
    size: Option<usize>,
    is_alive: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Memory {
    objects: BTreeMap<Base, Object>,
    allocas: u32,
}

/// Why an access fails: the code is undefined there.
pub type Fault = String;

impl Memory {
    /// A new local.
    pub fn allocate(&mut self, size: usize) -> Pointer {
        self.allocas += 1;
        let base = Base::Alloca(self.allocas);
        self.create(base, vec![Byte::Undef; size]);
        Pointer { base, offset: 0 }
    }

    /// An object of this content and size.
    pub fn create(&mut self, base: Base, bytes: Vec<Byte>) {
        let size = Some(bytes.len());
        self.objects.insert(base, Object { bytes: Rc::new(bytes), size, is_alive: true });
    }

    pub fn has(&self, base: Base) -> bool {
        self.objects.contains_key(&base)
    }

    /// Ends the life of a local.
    pub fn free(&mut self, pointer: Pointer) {
        if let Some(object) = self.objects.get_mut(&pointer.base) {
            object.is_alive = false;
        }
    }

    /// Was nothing written to this object since `earlier`, a snapshot of this memory?
    pub fn is_as_in(&self, earlier: &Memory, base: Base) -> bool {
        match (self.objects.get(&base), earlier.objects.get(&base)) {
            (Some(now), Some(then)) => Rc::ptr_eq(&now.bytes, &then.bytes),
            (now, then) => now.is_none() && then.is_none(),
        }
    }

    pub fn size(&self, base: Base) -> Option<usize> {
        self.objects.get(&base).and_then(|object| object.size)
    }

    /// Objects other than locals that were touched.
    pub fn shared(&self) -> impl Iterator<Item = Base> {
        self.objects.keys().copied().filter(|base| !matches!(base, Base::Alloca(_)))
    }

    /// Is it a local whose function has returned?
    pub fn is_dead(&self, base: Base) -> bool {
        self.objects.get(&base).is_some_and(|object| !object.is_alive)
    }

    /// The bytes of an object that are not as the environment made them.
    pub fn length(&self, base: Base) -> usize {
        self.objects.get(&base).map_or(0, |object| object.bytes.len())
    }

    pub fn read(&mut self, at: Pointer, size: usize, sources: &mut Interner<Source>) -> Result<Vec<Byte>, Fault> {
        let (at, start) = self.locate(at, size, sources)?;
        Ok((start..start + size).map(|offset| self.byte(at.base, offset, sources)).collect())
    }

    pub fn write(&mut self, at: Pointer, bytes: &[Byte], sources: &mut Interner<Source>) -> Result<(), Fault> {
        let (at, start) = self.locate(at, bytes.len(), sources)?;
        let length = self.length(at.base);
        let between: Vec<Byte> = (length..start).map(|offset| self.byte(at.base, offset, sources)).collect();
        let Some(object) = self.objects.get_mut(&at.base) else { return Ok(()) };
        let content = Rc::make_mut(&mut object.bytes);
        content.extend(between);
        let inside = bytes.len().min(content.len() - start);
        content[start..start + inside].copy_from_slice(&bytes[..inside]);
        content.extend(&bytes[inside..]);
        Ok(())
    }

    /// A byte of an object, whether or not it was touched.
    pub fn byte(&self, base: Base, offset: usize, sources: &mut Interner<Source>) -> Byte {
        if let Some(byte) = self.objects.get(&base).and_then(|object| object.bytes.get(offset)) {
            return *byte;
        }
        let source = match base {
            Base::Source(source) => source,
            Base::Global(name) => sources.id(Source::Static(name)),
            Base::Absolute | Base::Alloca(_) => return Byte::Undef,
        };
        Byte::Unknown { source, offset: offset as u32 }
    }

    /// Finds or makes the object of an access. Plain addresses become an object per page.
    fn locate(&mut self, at: Pointer, size: usize, sources: &mut Interner<Source>) -> Result<(Pointer, usize), Fault> {
        let mut at = at;
        if at.base == Base::Absolute {
            if size > 0 && (0..PAGE).contains(&at.offset) {
                return Err(format!("access at address {}", at.offset));
            }
            let page = sources.id(Source::Address((at.offset & !(PAGE - 1)) as u64));
            at = Pointer { base: Base::Source(page), offset: at.offset & (PAGE - 1) };
        }
        let empty = || Object { bytes: Rc::default(), size: None, is_alive: true };
        let object = self.objects.entry(at.base).or_insert_with(empty);
        let end = at.offset.saturating_add(size as i64);
        if !object.is_alive {
            return Err("access to a local of a function that has returned".to_owned());
        }
        if at.offset < 0 || end > object.size.map_or(MAX_OBJECT, |size| size as i64) {
            return Err(format!("access outside an object, at offset {}", at.offset));
        }
        Ok((at, at.offset as usize))
    }
}
