//! Whether the parent has the stack for what it takes in.
//!
//! The locals of what is inlined belong to the caller from then on, whichever way a poll takes. And a future may be
//! on the stack many times: `walk` is, once for each level, and with it the buffer of a child that only the
//! innermost level polls. Where the box is a `dyn Future`, nothing in the module shows the recursion.
//!
//! ```text
//! async fn innermost() { fill(&mut [0; 16384]); sleep().await }
//! async fn walk(level: u32) { if level == 0 { innermost().await } else { boxed(walk(level - 1)).await } }
//! ```
//!
//! So a child with large locals stays a function. Most that look large are futures on their way into
//! the frame: the call that makes one has a local for its result, `into_future` another one, and LLVM lets both go,
//! since the value can be made where it stays. What moves on as a whole, into the frame, the result or another local, does
//! not count therefore.

use crate::llvm::{Function, Inst, Module, Opcode};
use crate::model::names::is_into_future;

/// Most bytes of stack that a child may add to its parent. LLVM has the same limit for what it inlines into
/// functions that call themselves (`TotalAllocaSizeRecursiveCaller`, `llvm/include/llvm/Analysis/InlineCost.h`).
const STACK_LIMIT: u64 = 1024;

/// Are the locals of `callee` small enough to become those of its caller?
pub fn fit_into_caller(module: Module, callee: Function) -> bool {
    let locals = callee.instructions().filter(|inst| inst.is(Opcode::LLVMAlloca));
    let staying = locals.filter(|local| !moves_on(module, *local));
    let mut sizes = staying.map(Inst::allocation_size);
    let total = sizes.try_fold(0_u64, |total, size| total.checked_add(size?));
    total.is_some_and(|total| total <= STACK_LIMIT)
}

/// Is all of it copied to a parameter or to another local, or given to the `into_future` of an
/// `.await`, which returns it?
fn moves_on(module: Module, local: Inst) -> bool {
    let size = local.allocation_size();
    let copies = |user: Inst| {
        if !user.is_intrinsic("llvm.memcpy.") || user.memory_size() != size {
            return false;
        }
        let [to, from, ..] = user.arguments()[..] else { return false };
        let (to, _) = module.base_and_offset(to);
        from == local.value() && (to.is_argument() || to.is_alloca())
    };
    let awaits = |user: Inst| user.callee().is_some_and(|f| is_into_future(&f.symbol()));
    let mut users = local.value().walk_users().filter_map(|user| user.as_instruction());
    size.is_some() && users.any(|user| copies(user) || awaits(user))
}
