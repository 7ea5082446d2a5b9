//! Whether a function has the stack for what it takes in.
//!
//! The locals of what is inlined belong to the caller from then on, whichever way a poll takes. And a future may be
//! on the stack many times: `walk` is, once for each level, and with it the buffer of a child that only the
//! innermost level polls. Where the box is a `dyn Future`, nothing in the module shows the recursion. The same goes for
//! what was in a frame, perhaps on the heap, and becomes a local (`never`).
//!
//! ```text
//! async fn innermost() { fill(&mut [0; 16384]); sleep().await }
//! async fn walk(level: u32) { if level == 0 { innermost().await } else { boxed(walk(level - 1)).await } }
//! ```
//!
//! So a child with large locals stays a function. Most that look large are futures on their way into
//! the frame: the call that makes one has a local for its result, `into_future` another one, and LLVM lets both go,
//! since the value can be made where it stays. What is made and moves on as a whole, into the frame, the result or another
//! local, and is used for nothing else, does not count therefore; unless the call that makes it may unwind: then LLVM
//! lets it make the value where nobody looks in that case, and that is no frame.

use crate::llvm::{Function, Inst, Module, Opcode, Value};
use crate::model::names::is_into_future;

/// Most bytes of stack that a child may add to its parent, and that a frame may have which becomes a local. LLVM has the same limit for what it inlines into
/// functions that call themselves (`TotalAllocaSizeRecursiveCaller`, `llvm/include/llvm/Analysis/InlineCost.h`).
pub const STACK_LIMIT: u64 = 1024;

/// Are the locals of `callee` small enough to become those of its caller?
pub fn fit_into_caller(module: Module, callee: Function) -> bool {
    let locals = callee.instructions().filter(|inst| inst.is(Opcode::LLVMAlloca));
    let staying = locals.filter(|local| !moves_on(module, *local));
    let mut sizes = staying.map(Inst::allocation_size);
    let total = sizes.try_fold(0_u64, |total, size| total.checked_add(size?));
    total.is_some_and(|total| total <= STACK_LIMIT)
}

/// Is it filled, copied as a whole to a parameter or to another local, or given to the `into_future` of an
/// `.await`, which returns it, and used in no other way? Else LLVM may have to keep it.
fn moves_on(module: Module, local: Inst) -> bool {
    let mut moves = false;
    let mut addresses = vec![local.value()];
    while let Some(address) = addresses.pop() {
        for user in address.walk_users() {
            match user.as_instruction().and_then(|user| Use::of(module, user, address, local)) {
                Some(Use::Address) => addresses.push(user),
                Some(Use::Fills) => {}
                Some(Use::Moves) => moves = true,
                None => return false,
            }
        }
    }
    moves && local.allocation_size().is_some()
}

/// Deepest call whose callee is looked into. What makes a future moves what it captured, and no more.
const CALL_DEPTH: usize = 4;

/// Does LLVM find out that `inst` does not unwind, from what it calls?
fn cannot_unwind(inst: Inst, depth: usize) -> bool {
    if !inst.may_unwind() && inst.as_invoke().is_none() {
        return true;
    }
    inst.callee().is_some_and(|callee| {
        let looks_into = || depth > 0 && callee.has_exact_definition();
        callee.has_attribute("nounwind")
            || looks_into() && callee.instructions().all(|inner| cannot_unwind(inner, depth - 1))
    })
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

impl Use {
    fn of(module: Module, user: Inst, address: Value, local: Inst) -> Option<Self> {
        let arguments = user.arguments();
        let is_first = arguments.first() == Some(&address);
        match user.opcode() {
            Opcode::LLVMGetElementPtr => Some(Self::Address),
            Opcode::LLVMStore if user.operand(0) != Some(address) => Some(Self::Fills),
            _ if user.is_marker() => Some(Self::Fills),
            _ if user.is_memory_intrinsic() && is_first => Some(Self::Fills),
            _ if user.is_intrinsic("llvm.memcpy.") => {
                let is_whole =
                    address == local.value() && user.memory_size() == local.allocation_size();
                let (to, _) = module.base_and_offset(*arguments.first()?);
                (is_whole && (to.is_argument() || to.is_alloca())).then_some(Self::Moves)
            }
            _ => {
                let callee = user.callee()?;
                let is_given_again = arguments.iter().skip(1).any(|other| *other == address);
                if is_first && !is_given_again && callee.sret_type().is_some() {
                    return cannot_unwind(user, CALL_DEPTH).then_some(Self::Fills);
                }
                is_into_future(&callee.symbol()).then_some(Self::Moves)
            }
        }
    }
}
