//! Is a child that returned Ready polled again only after another one was put in its place?
//!
//! rustc's lowering of `.await` sees to that (rule 3): it drops the child as soon as it is done. A
//! raw coroutine that passes for an endless async body owes nothing like it: it may go on polling.

use super::await_site::{AwaitSite, first_call, offset_in_frame};
use super::{Bytes, Coroutine};
use crate::llvm::{Block, Function, Inst, Module, Opcode};
use std::collections::{HashMap, HashSet};

/// Does the slot of `site`, an await site of `parent`, hold another child, or none, when it is
/// polled after Ready?
///
/// So where `child` is dropped right behind Ready. Where nothing needs to be dropped, each way from
/// Ready to a poll of the slot has to write the cell of the child.
pub fn is_renewed_after_ready(
    module: Module,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
) -> bool {
    let Some(slot) = site.offset else { return false };
    let dispatching = child.drop_glue.as_ref().filter(|_| child.has_dispatching_glue());
    if let Some(glue) = dispatching {
        return first_call(site.ready_edge()).is_some_and(|(_, call)| {
            let place = parent.dispatch.offset_of_first_argument(module, call);
            call.callee() == Some(glue.function) && place == Some(slot)
        });
    }
    let cell = Bytes::of_cell(child.dispatch.cell).shifted(slot);
    is_written_before_poll(module, parent, site, cell)
}

/// Follows all ways from Ready on, also through suspensions.
fn is_written_before_poll(
    module: Module,
    parent: &Coroutine,
    site: &AwaitSite,
    cell: Bytes,
) -> bool {
    let of_slot = parent.await_sites.iter().filter(|other| other.offset == site.offset);
    let polls: HashSet<Inst> = of_slot.map(|site| site.poll).collect();
    let stored = parent.stores.iter();
    let states: HashMap<Inst, u64> = stored.map(|store| (store.store, store.state)).collect();
    let resumed = |inst: &Inst| parent.dispatch.target(*states.get(inst)?);
    let mut seen: HashSet<Block> = HashSet::from([site.ready]);
    let mut pending = vec![site.ready];
    while let Some(block) = pending.pop() {
        let mut next = block.successors();
        for inst in block.walk() {
            if polls.contains(&inst) {
                return false;
            }
            if written(module, parent, inst).is_some_and(|bytes| bytes.contains(cell)) {
                next.clear();
                break;
            }
            next.extend(resumed(&inst));
        }
        pending.extend(next.into_iter().filter(|block| seen.insert(*block)));
    }
    true
}

/// The bytes of the frame that an instruction writes in any case.
fn written(module: Module, parent: &Coroutine, inst: Inst) -> Option<Bytes> {
    let (target, size) = match inst.opcode() {
        Opcode::LLVMStore => (inst.pointer()?, module.store_size(inst.operand(0)?)),
        Opcode::LLVMCall => {
            let result = inst.callee().and_then(Function::sret_type);
            let size = match result {
                Some(result) => module.size_of(result),
                None if inst.is_memory_intrinsic() => inst.memory_size()?,
                None => return None,
            };
            (*inst.arguments().first()?, size)
        }
        _ => return None,
    };
    let low = offset_in_frame(module, parent.dispatch.frame, target)?;
    Some(Bytes::sized(low, size)).filter(|bytes| bytes.is_known())
}
