//! Is a child that returned Ready polled again only after another one was put in its place?
//!
//! rustc's lowering of `.await` sees to that (rule 3): it drops the child as soon as it is done. A raw coroutine
//! that passes for an endless async body owes nothing like it: it may go on polling.

use super::Coroutine;
use super::await_site::{AwaitSite, first_call, offset_in_frame};
use crate::llvm::{Block, Inst, Module, Opcode};
use std::collections::HashSet;

/// Bytes of a frame: the first, and the first behind them.
type Cell = std::ops::Range<i64>;

/// Does the slot of `site`, an await site of `parent`, hold another child, or none, when it is polled after Ready?
///
/// So where `child` is dropped right behind Ready. Where nothing needs to be dropped, each way from Ready to a poll
/// of the slot has to write the cell of the child.
pub fn is_renewed_after_ready(
    module: Module,
    parent: &Coroutine,
    site: &AwaitSite,
    child: &Coroutine,
) -> bool {
    let Some(slot) = site.offset else { return false };
    if child.has_dispatching_glue() {
        return first_call(site.ready_edge())
            .is_some_and(|(_, call)| drops(module, parent, call, child, slot));
    }
    let cell = child.dispatch.cell;
    let cell = slot + cell.offset..slot + cell.offset + cell.size();
    is_written_before_poll(module, parent, site, &cell)
}

fn drops(module: Module, parent: &Coroutine, call: Inst, child: &Coroutine, slot: i64) -> bool {
    let glue = child.drop_glue.as_ref().map(|glue| glue.function);
    let place = call.arguments().first().copied();
    let place = place.and_then(|place| offset_in_frame(module, parent.dispatch.frame, place));
    call.callee().is_some() && call.callee() == glue && place == Some(slot)
}

/// Follows all ways from Ready on, also through suspensions.
fn is_written_before_poll(
    module: Module,
    parent: &Coroutine,
    site: &AwaitSite,
    cell: &Cell,
) -> bool {
    let of_slot = parent.await_sites.iter().filter(|other| other.offset == site.offset);
    let polls: HashSet<Inst> = of_slot.map(|site| site.poll).collect();
    let resumed = |inst: Inst| {
        let stored = parent.stores.iter().find(|store| store.store == inst)?;
        parent.dispatch.target(stored.state)
    };
    let mut seen: HashSet<Block> = HashSet::from([site.ready]);
    let mut pending = vec![site.ready];
    while let Some(block) = pending.pop() {
        let mut next = block.successors();
        for inst in block.walk() {
            if polls.contains(&inst) {
                return false;
            }
            if writes(module, parent, inst, cell) {
                next.clear();
                break;
            }
            next.extend(resumed(inst));
        }
        pending.extend(next.into_iter().filter(|block| seen.insert(*block)));
    }
    true
}

/// Does an instruction write all of these bytes of the frame?
fn writes(module: Module, parent: &Coroutine, inst: Inst, cell: &Cell) -> bool {
    let (target, size) = match inst.opcode() {
        Opcode::LLVMStore => {
            (inst.pointer(), inst.operand(0).map(|stored| module.store_size(stored)))
        }
        Opcode::LLVMCall => {
            let arguments = inst.arguments();
            let result = inst.callee().and_then(crate::llvm::Function::sret_type);
            let memory = ["llvm.memcpy.", "llvm.memmove.", "llvm.memset."];
            let size = match result {
                Some(result) => Some(module.size_of(result)),
                None if memory.iter().any(|name| inst.is_intrinsic(name)) => {
                    arguments.get(2).and_then(|size| size.as_integer())
                }
                None => None,
            };
            (arguments.first().copied(), size)
        }
        _ => return false,
    };
    let (Some(target), Some(size)) = (target, size) else { return false };
    let Some(low) = offset_in_frame(module, parent.dispatch.frame, target) else { return false };
    low <= cell.start && i64::try_from(size).is_ok_and(|size| cell.end <= low.saturating_add(size))
}
