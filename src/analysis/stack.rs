//! Whether a function has the stack for what it takes in.
//!
//! The locals of what is inlined belong to the caller from then on, whichever way a poll takes. And
//! a future may be on the stack many times: `walk` is, once for each level, and with it the buffer
//! of a child that only the innermost level polls. Where the box is a `dyn Future`, nothing in the
//! module shows the recursion. The same goes for what was in a frame, perhaps on the heap, and
//! becomes a local (`never`).
//!
//! ```text
//! async fn innermost() { fill(&mut [0; 16384]); sleep().await }
//! async fn walk(level: u32) { if level == 0 { innermost().await } else { boxed(walk(level - 1)).await } }
//! ```
//!
//! So a child with large locals stays a function. Most that look large are futures on their way into
//! the frame: the function that makes one has a local for its result, `into_future` another one, and
//! LLVM lets both go, since the value can be made where it stays. What is made in such a way and
//! moves on as a whole, into the slot of an await site or into another local, and is used for
//! nothing else, does not count therefore.
//!
//! What the child calls has locals too. How large they are LLVM's inliner knows, when it has made
//! them as few as they can be, and it heeds a limit that the caller has.

use crate::llvm::{Function, Inst, Module, Opcode, Value};
use crate::model::Coroutine;
use crate::model::names::is_into_future;
use std::collections::{HashMap, HashSet};

/// Most bytes of stack that a child may add to its parent, or a function that the child calls, and
/// that a frame may have which becomes a local. LLVM has the same limit for what it inlines into
/// functions that call themselves (`TotalAllocaSizeRecursiveCaller`,
/// `llvm/include/llvm/Analysis/InlineCost.h`).
pub const STACK_LIMIT: u64 = 1024;

/// The attribute by which a function says how much stack LLVM may inline into it with one call.
/// Source: as above, `MaxInlineStackSizeAttributeName`.
const INLINE_LIMIT: &str = "inline-max-stacksize";

/// Deepest call that is looked into. What makes a future moves what it captured, and no more.
const CALL_DEPTH: usize = 4;

/// What is known of functions.
pub struct Stack {
    module: Module,
    /// Where the futures are that a resume function awaits, in its frame.
    slots: HashMap<Function, HashSet<i64>>,
    /// See [`Self::only_moves`].
    only_moves: HashMap<Function, bool>,
}

impl Stack {
    /// For `coroutines`, which are those of `module`.
    pub fn of(module: Module, coroutines: &[Coroutine]) -> Self {
        let slots = |coroutine: &Coroutine| {
            coroutine.await_sites.iter().filter_map(|site| site.offset).collect()
        };
        let slots = coroutines.iter().map(|coroutine| (coroutine.resume, slots(coroutine)));
        Self { module, slots: slots.collect(), only_moves: HashMap::new() }
    }

    /// Are the locals of `callee` small enough to become those of its caller?
    pub fn fits_into_caller(&mut self, callee: Function) -> bool {
        let locals = callee.instructions().filter(|inst| inst.is(Opcode::LLVMAlloca));
        let staying = locals.filter(|local| !self.moves_on(*local));
        let mut sizes = staying.map(Inst::allocation_size);
        let total = sizes.try_fold(0_u64, |total, size| total.checked_add(size?));
        total.is_some_and(|total| total <= STACK_LIMIT)
    }

    /// Notes that the child became part of its parent, at this offset of the frame.
    pub fn takes_in(&mut self, parent: Function, child: Function, offset: i64) {
        let inner = self.slots.get(&child).cloned().unwrap_or_default();
        let own = self.slots.entry(parent).or_default();
        own.extend(inner.into_iter().map(|slot| slot + offset));
        limit_inlining(parent);
    }

    /// Is it made from other values, copied as a whole to the slot of an await site or to another
    /// local, or given to the `into_future` of an `.await`, which returns it, and used in no other
    /// way? Else LLVM may have to keep it.
    fn moves_on(&mut self, local: Inst) -> bool {
        let mut moves = false;
        let mut addresses = vec![local.value()];
        while let Some(address) = addresses.pop() {
            for user in address.walk_users() {
                match user.as_instruction().and_then(|user| self.use_of(user, address, local)) {
                    Some(Use::Address) => addresses.push(user),
                    Some(Use::Fills) => {}
                    Some(Use::Moves) => moves = true,
                    None => return false,
                }
            }
        }
        moves && local.allocation_size().is_some()
    }

    fn use_of(&mut self, user: Inst, address: Value, local: Inst) -> Option<Use> {
        let base = |value: Value| self.module.base_and_offset(value).0;
        let arguments = user.arguments();
        let is_first = arguments.first() == Some(&address);
        match user.opcode() {
            // With an index that varies, LLVM keeps the local as a whole.
            Opcode::LLVMGetElementPtr if base(user.value()) == local.value() => Some(Use::Address),
            Opcode::LLVMStore if user.operand(0) != Some(address) => {
                user.is_simple_access().then_some(Use::Fills)
            }
            _ if user.is_marker() => Some(Use::Fills),
            _ if user.is_memory_intrinsic() && is_first => user.memory_size().map(|_| Use::Fills),
            _ if user.is_intrinsic("llvm.memcpy.") => {
                let is_whole =
                    address == local.value() && user.memory_size() == local.allocation_size();
                (is_whole && self.is_slot_or_local(user, *arguments.first()?)).then_some(Use::Moves)
            }
            _ => {
                let callee = user.callee()?;
                let is_given_again = arguments.iter().skip(1).any(|other| *other == address);
                if is_first && !is_given_again && callee.sret_type().is_some() {
                    return self.only_moves(callee, CALL_DEPTH).then_some(Use::Fills);
                }
                is_into_future(&callee.symbol()).then_some(Use::Moves)
            }
        }
    }

    fn is_slot_or_local(&self, user: Inst, to: Value) -> bool {
        let function = user.block().function();
        let (base, offset) = self.module.base_and_offset(to);
        let frame = function.parameters().get(function.first_argument() as usize).copied();
        let is_slot = || self.slots.get(&function).is_some_and(|slots| slots.contains(&offset));
        base.is_alloca() || Some(base) == frame && is_slot()
    }

    /// Does `function` no more than move values, as what makes a future does? LLVM inlines it, or
    /// lets it write to where the value stays.
    fn only_moves(&mut self, function: Function, depth: usize) -> bool {
        if depth == 0 || !function.has_exact_definition() || function.has_attribute("noinline") {
            return false;
        }
        if let Some(known) = self.only_moves.get(&function) {
            return *known;
        }
        // In a circle it does more, and where it was asked for too deep it counts as if it did.
        self.only_moves.insert(function, false);
        let moves = function.instructions().all(|inst| match inst.opcode() {
            Opcode::LLVMAlloca | Opcode::LLVMGetElementPtr | Opcode::LLVMRet => true,
            Opcode::LLVMBr | Opcode::LLVMZExt | Opcode::LLVMTrunc => true,
            Opcode::LLVMExtractValue | Opcode::LLVMInsertValue => true,
            Opcode::LLVMLoad | Opcode::LLVMStore => inst.is_simple_access(),
            _ if inst.is_marker() => true,
            _ if inst.is_memory_intrinsic() => inst.memory_size().is_some(),
            _ => inst.callee().is_some_and(|callee| self.only_moves(callee, depth - 1)),
        });
        self.only_moves.insert(function, moves);
        moves
    }
}

/// Lets LLVM inline no function with large locals into `function`, which took in the code of another
/// one that calls such functions.
pub fn limit_inlining(function: Function) {
    function.set_string_attribute(INLINE_LIMIT, &STACK_LIMIT.to_string());
}

/// What is done with the address of a value that is made and moved.
enum Use {
    /// The address of a part of it.
    Address,
    /// Writes to it, or marks its lifetime.
    Fills,
    /// Copies all of it.
    Moves,
}
