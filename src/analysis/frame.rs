//! What a function does to the memory behind one of its pointer parameters, byte by byte.
//!
//! The parameter is followed through offsets, and into functions of this module. An address that
//! leaves this net (it is stored, turned into a number, given to unknown code) belongs to one of
//! the locals in the frame. Where that local begins and ends nobody knows, and unsafe code may get
//! from a part of it to the rest. So the address stands for all locals of the future whose code
//! shows it: everything from where the frame of that future begins on upwards. Below it are the
//! locals of those that await it, which are other objects.

use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use crate::model::Bytes;
use crate::planted::{Fault, planted};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How an instruction touches the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touch {
    /// It reads these bytes itself.
    Reads(Bytes),
    /// It writes all of these bytes, and does nothing else to the frame there.
    Writes(Bytes),
    /// It writes somewhere in the frame, or elsewhere.
    MayWrite,
    /// Others may read these bytes while it runs, or, with an address it kept, later.
    Shows(Bytes),
}

impl Touch {
    /// What is written at `offset`, where perhaps nobody knows how much.
    fn write(offset: i64, size: Option<u64>) -> Self {
        size.map_or(Self::MayWrite, |size| Self::Writes(Bytes::sized(offset, size)))
    }

    /// May it write one of these bytes?
    pub fn may_write(self, bytes: Bytes) -> bool {
        match self {
            Self::Writes(written) => written.overlaps(bytes),
            Self::MayWrite => true,
            Self::Reads(_) | Self::Shows(_) => false,
        }
    }

    /// The bytes it is about.
    fn bytes(self) -> Option<Bytes> {
        match self {
            Self::Reads(bytes) | Self::Writes(bytes) | Self::Shows(bytes) => Some(bytes),
            Self::MayWrite => None,
        }
    }
}

/// Everything that a function does to the memory behind one parameter.
#[derive(Clone, Debug, Default)]
pub struct FrameTouches {
    /// In no particular order.
    pub touches: Vec<(Inst, Touch)>,
}

/// Most addresses that are followed per function: in a loop, each round may make a new one.
const ADDRESS_LIMIT: usize = 50_000;

/// Most accesses, times the pieces that they cut the frame into, that are looked at per function: it
/// keeps the time linear in the size of the module. The largest futures of real programs have a
/// hundredth of it.
const WORK_LIMIT: usize = 20_000_000;

/// Deepest call whose callee is looked into.
const CALL_DEPTH: usize = 8;

/// The words that each vtable has: drop glue, size and alignment. Source:
/// `compiler/rustc_middle/src/ty/vtable.rs`, `COMMON_VTABLE_ENTRIES`.
const VTABLE_WORDS: u64 = 3;

/// How much of its frame a resume function or drop glue may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameReach {
    /// Anything: a copy in another codegen unit reads cells that this one no longer looks at.
    Whole,
    /// What its code shows: the future is polled once, so no copy finds it suspended.
    OnePoll,
}

/// What a note says of an argument that is `offset` bytes into a frame. LLVM inlines calls with their
/// notes into other functions, with frames of their own, so the note names the frame.
pub fn note_of_place(frame: &str, offset: i64) -> String {
    format!("{frame}+{offset}")
}

/// Finds touches, and remembers what callees read.
pub struct FrameAnalysis {
    module: Module,
    /// Resume functions and drop glue: their first pointer is the start of a frame.
    of_frames: HashMap<Function, FrameReach>,
    looks_into_callees: bool,
    /// See [`Self::without_noted`].
    noted_frame: Option<String>,
    /// `None`: it shows the memory on.
    known: HashMap<(Function, u32), Option<Vec<Bytes>>>,
    open: Vec<(Function, u32)>,
}

/// An address in the frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Address {
    value: Value,
    offset: i64,
    /// Where the frame begins of the future whose code computes it.
    layer: i64,
    /// Is this the place in every case? Else a variable index comes on top, or the address is one
    /// of several.
    is_exact: bool,
}

impl FrameAnalysis {
    /// For the functions of `module`, as long as nothing changes there. `of_frames`: the resume
    /// functions and drop glue of coroutines, which reach no memory but their own frame by the
    /// pointer to it.
    pub fn of(module: Module, of_frames: HashMap<Function, FrameReach>) -> Self {
        let (known, open) = (HashMap::new(), Vec::new());
        Self { module, of_frames, looks_into_callees: true, noted_frame: None, known, open }
    }

    /// For one function, whose callees are not looked into.
    pub fn of_one_function(module: Module) -> Self {
        Self { looks_into_callees: false, ..Self::of(module, HashMap::new()) }
    }

    /// The same, but what calls were given in rustc's code does not count, where a note at the
    /// argument says so of this frame (see [`note_of_place`]).
    pub fn without_noted(self, frame: Option<String>) -> Self {
        Self { noted_frame: frame, ..self }
    }

    /// What is done to the memory behind `pointer`, a parameter. `None`: too much to tell.
    pub fn touches(&mut self, pointer: Value) -> Option<FrameTouches> {
        let mut found = FrameTouches::default();
        let start = Address { value: pointer, offset: 0, layer: 0, is_exact: true };
        let mut seen: HashSet<Address> = HashSet::from([start]);
        let mut pending = vec![start];
        while let Some(address) = pending.pop() {
            if seen.len() > ADDRESS_LIMIT {
                return None;
            }
            for user in address.value.users() {
                let inst = user.as_instruction()?;
                match self.derived(inst, address) {
                    Some(next) if seen.insert(next) => pending.push(next),
                    Some(_) => {}
                    None => self.touch(inst, address, &mut found),
                }
            }
        }
        Some(found)
    }

    /// The address that `inst` makes of another one.
    fn derived(&self, inst: Inst, from: Address) -> Option<Address> {
        let value = inst.value();
        match inst.opcode() {
            Opcode::LLVMGetElementPtr => {
                let (base, from_base) = self.module.base_and_offset(value);
                let (own_base, own) = self.module.base_and_offset(from.value);
                let is_exact = from.is_exact && base == own_base;
                let offset = from.offset + if base == own_base { from_base - own } else { 0 };
                let layer = if inst.is_child_frame() { offset } else { from.layer };
                Some(Address { value, offset, layer, is_exact })
            }
            Opcode::LLVMPHI | Opcode::LLVMSelect => {
                Some(Address { value, is_exact: false, ..from })
            }
            _ => None,
        }
    }

    fn touch(&mut self, inst: Inst, at: Address, found: &mut FrameTouches) {
        let sized = |value| Some(self.module.store_size(value)).filter(|_| at.is_exact);
        let touches = match inst.opcode() {
            Opcode::LLVMLoad => vec![Touch::Reads(self.read(at, sized(inst.value())))],
            Opcode::LLVMStore if inst.operand(0) != Some(at.value) => {
                vec![Touch::write(at.offset, inst.operand(0).and_then(sized))]
            }
            Opcode::LLVMICmp if !self.tells_another_name(inst, at) => Vec::new(),
            Opcode::LLVMCall | Opcode::LLVMInvoke => self.touched_by_call(inst, at),
            _ => vec![Touch::Shows(Bytes::from(at.layer))],
        };
        found.touches.extend(touches.into_iter().map(|touch| (inst, touch)));
    }

    /// Does a comparison say where in memory the frame is? Where it holds, LLVM uses the other
    /// address instead, such as that of a static that the frame lies in, and what is read by that
    /// is not followed.
    fn tells_another_name(&self, comparison: Inst, at: Address) -> bool {
        let base = |value: Value| self.module.base_and_offset(value).0;
        let others = comparison.operands().into_iter().filter(|operand| *operand != at.value);
        others.into_iter().any(|other| !other.is_null_pointer() && base(other) != base(at.value))
    }

    /// What is read there, where perhaps nobody knows how much: a variable index may be negative, so
    /// it leads to any local of the future. What LLVM has optimised does not tell futures apart.
    fn read(&self, at: Address, size: Option<u64>) -> Bytes {
        match size {
            Some(size) => Bytes::sized(at.offset, size),
            None if at.is_exact => Bytes::from(at.offset),
            None if self.looks_into_callees => Bytes::from(at.layer),
            None => Bytes::from(0),
        }
    }

    fn touched_by_call(&mut self, call: Inst, at: Address) -> Vec<Touch> {
        if call.is_marker() {
            return Vec::new();
        }
        let arguments = call.arguments();
        let places = (0u32..).zip(&arguments).filter(|(_, argument)| **argument == at.value);
        let places: Vec<u32> = places.map(|(index, _)| index).collect();
        if call.is_memory_intrinsic() {
            let size = call.memory_size().filter(|_| at.is_exact);
            let touch = |place: &u32| match place {
                0 => Touch::write(at.offset, size),
                _ => Touch::Reads(self.read(at, size)),
            };
            return places.iter().map(touch).collect();
        }
        let mut shown = Vec::new();
        if places.is_empty() {
            // The address is called, or stands in an operand bundle.
            shown.push(Bytes::from(at.layer));
        }
        for place in places {
            // What it was given in rustc's code was known when the bytes were listed.
            if !self.is_noted(call, place, at) {
                shown.extend(self.shown_to_callee(call, place, at));
            }
        }
        shown.into_iter().map(Touch::Shows).chain([Touch::MayWrite]).collect()
    }

    fn is_noted(&self, call: Inst, place: u32, at: Address) -> bool {
        let note = || call.frame_argument(place);
        let is_here = |frame: &String| note() == Some(note_of_place(frame, at.offset));
        at.is_exact && self.noted_frame.as_ref().is_some_and(is_here)
    }

    /// What a callee may read by way of its argument `place`.
    fn shown_to_callee(&mut self, call: Inst, place: u32, at: Address) -> Vec<Bytes> {
        let callee = call.callee();
        let first = callee.map_or(0, Function::first_argument);
        // It is where the result goes: the callee writes there, and never learns more.
        if place < first {
            return Vec::new();
        }
        let reach = callee.filter(|_| place == first).and_then(|f| self.of_frames.get(&f).copied());
        if reach == Some(FrameReach::Whole) {
            return vec![self.read(at, None)];
        }
        // What is awaited is a whole object, of the size that a reference to it is good for.
        let size = call.dereferenceable_bytes(place);
        if place == first && call.is_given_child() && size > 0 {
            return vec![Bytes::sized(at.offset, size)];
        }
        let callee = callee.filter(|_| at.is_exact);
        let mut read = callee.and_then(|callee| self.read_by(callee, place));
        if reach != Some(FrameReach::OnePoll) && !planted(Fault::UncheckedCallee) {
            // Copies of the callee in other crates may check what this one does not (rule 6), and
            // look at all of the object that a reference to it is good for.
            let is_whole = size > 0 && !self.may_have_tail(call, place);
            let object = is_whole.then(|| Bytes::sized(0, size));
            read = read.zip(object).map(|(read, object)| [read, vec![object]].concat());
        }
        match read {
            Some(read) => read.into_iter().map(|bytes| bytes.shifted(at.offset)).collect(),
            // Of a call that was in rustc's code the list of `slots` knows what lies below.
            None if reach.is_some() || !self.looks_into_callees => vec![self.read(at, None)],
            None => vec![Bytes::from(at.layer)],
        }
    }

    /// Does something follow that may be the length or the vtable of what the reference is to? Of a
    /// struct that ends in a slice or a `dyn`, rustc says how large the rest is. Of a vtable it says
    /// that nobody writes to it, and that it has three words or more.
    fn may_have_tail(&self, call: Inst, place: u32) -> bool {
        let Some(next) = call.arguments().get(place as usize + 1).copied() else { return false };
        let word = self.module.pointer_width();
        let may_be_vtable = || {
            let least = u64::from(word / 8) * VTABLE_WORDS;
            call.is_readonly(place + 1) && call.dereferenceable_bytes(place + 1) >= least
        };
        next.ty().integer_width() == Some(word) || next.ty().is_pointer() && may_be_vtable()
    }

    /// What a function of this module reads behind parameter `place`. `None` if it shows it on.
    fn read_by(&mut self, function: Function, place: u32) -> Option<Vec<Bytes>> {
        if let Some(known) = self.known.get(&(function, place)) {
            return known.clone();
        }
        let is_open = self.open.contains(&(function, place)) || self.open.len() >= CALL_DEPTH;
        if is_open || !self.looks_into_callees || !function.has_exact_definition() {
            return None;
        }
        let parameter = function.parameters().get(place as usize).copied()?;
        self.open.push((function, place));
        let touches = self.touches(parameter);
        self.open.pop();
        let is_kept = |touches: &FrameTouches| touches.shown().all(Bytes::is_known);
        let read = touches.filter(is_kept).map(|touches| {
            let mut read: Vec<Bytes> = touches.shown_or_read().collect();
            read.sort_unstable();
            read.dedup();
            read
        });
        self.known.insert((function, place), read.clone());
        read
    }
}

impl FrameTouches {
    /// All that is read, or that others may read.
    pub fn shown_or_read(&self) -> impl Iterator<Item = Bytes> {
        self.read().chain(self.shown())
    }

    /// What others may read.
    pub fn shown(&self) -> impl Iterator<Item = Bytes> {
        self.touches.iter().filter_map(|(_, touch)| match touch {
            Touch::Shows(bytes) => Some(*bytes),
            Touch::Reads(_) | Touch::Writes(_) | Touch::MayWrite => None,
        })
    }

    /// What is read directly.
    pub fn read(&self) -> impl Iterator<Item = Bytes> {
        self.touches.iter().filter_map(|(_, touch)| match touch {
            Touch::Reads(bytes) => Some(*bytes),
            Touch::Shows(_) | Touch::Writes(_) | Touch::MayWrite => None,
        })
    }

    /// What is written, with who writes it.
    pub fn written(&self) -> impl Iterator<Item = (Inst, Bytes)> {
        self.touches.iter().filter_map(|(inst, touch)| match touch {
            Touch::Writes(bytes) => Some((*inst, *bytes)),
            Touch::Reads(_) | Touch::Shows(_) | Touch::MayWrite => None,
        })
    }

    /// The bytes that are written and that no path from the entry reads before it writes them: what
    /// they hold when the function is called does not matter to it. `None`: too much to tell.
    pub fn written_before_read(&self, function: Function) -> Option<Vec<Bytes>> {
        let segments = self.segments();
        if segments.len().saturating_mul(self.touches.len()) > WORK_LIMIT {
            return None;
        }
        let exposed = Exposure::of(self, &segments).at_entry(function);
        let is_written = |segment: Bytes| self.written().any(|(_, bytes)| bytes.contains(segment));
        let kept = segments.iter().zip(exposed).filter(|(_, is_exposed)| !is_exposed);
        Some(kept.map(|(segment, _)| *segment).filter(|segment| is_written(*segment)).collect())
    }

    /// The frame, cut wherever an access begins or ends.
    fn segments(&self) -> Vec<Bytes> {
        let bytes = self.touches.iter().filter_map(|(_, touch)| touch.bytes());
        let ends: BTreeSet<i64> = bytes.flat_map(|bytes| [bytes.low, bytes.high]).collect();
        let ends: Vec<i64> = ends.into_iter().collect();
        ends.windows(2).map(|pair| Bytes { low: pair[0], high: pair[1] }).collect()
    }
}

/// Which segments of the frame a function reads before it writes them.
struct Exposure {
    /// Of each block: the segments read before the block writes them, and those it writes.
    effects: HashMap<Block, (Vec<bool>, Vec<bool>)>,
    count: usize,
}

impl Exposure {
    fn of(touches: &FrameTouches, segments: &[Bytes]) -> Self {
        let mut by_block: HashMap<Block, HashMap<Inst, Vec<Touch>>> = HashMap::new();
        for (inst, touch) in &touches.touches {
            by_block.entry(inst.block()).or_default().entry(*inst).or_default().push(*touch);
        }
        let count = segments.len();
        let effect = |block: Block, touched: &HashMap<Inst, Vec<Touch>>| {
            let (mut reads, mut writes) = (vec![false; count], vec![false; count]);
            for touch in block.walk().filter_map(|inst| touched.get(&inst)) {
                add_effect(touch, segments, &mut reads, &mut writes);
            }
            (reads, writes)
        };
        let effects = by_block.iter().map(|(block, touched)| (*block, effect(*block, touched)));
        Self { effects: effects.collect(), count }
    }

    /// Per segment: is it read before it is written on some path from the entry?
    fn at_entry(&self, function: Function) -> Vec<bool> {
        let mut exposed: HashMap<Block, Vec<bool>> = HashMap::new();
        let mut pending: Vec<Block> = self.effects.keys().copied().collect();
        while let Some(block) = pending.pop() {
            let after = block.successors();
            let mut now = vec![false; self.count];
            for known in after.iter().filter_map(|next| exposed.get(next)) {
                now.iter_mut().zip(known).for_each(|(now, known)| *now |= known);
            }
            if let Some((reads, writes)) = self.effects.get(&block) {
                for (index, now) in now.iter_mut().enumerate() {
                    *now = reads[index] || (*now && !writes[index]);
                }
            }
            let before = exposed.entry(block).or_insert_with(|| vec![false; now.len()]);
            if *before != now {
                *before = now;
                pending.extend(block.predecessors());
            }
        }
        let entry = function.entry().and_then(|entry| exposed.remove(&entry));
        entry.unwrap_or_else(|| vec![false; self.count])
    }
}

/// What one instruction does. A copy within the frame reads before it writes.
fn add_effect(touches: &[Touch], segments: &[Bytes], reads: &mut [bool], writes: &mut [bool]) {
    for (index, segment) in segments.iter().enumerate() {
        let is_read = touches.iter().any(|touch| match touch {
            Touch::Reads(bytes) | Touch::Shows(bytes) => bytes.overlaps(*segment),
            Touch::Writes(_) | Touch::MayWrite => false,
        });
        let is_written =
            |touch: &Touch| matches!(touch, Touch::Writes(bytes) if bytes.contains(*segment));
        reads[index] |= is_read && !writes[index];
        writes[index] |= touches.iter().any(is_written);
    }
}
