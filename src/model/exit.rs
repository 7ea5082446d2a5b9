//! Stores to the state cell and the exits that they belong to.

use super::pending::is_replayable;
use super::reason::NotRecognised;
use super::{Dispatch, POISONED, RETURNED, UNRESUMED};
use crate::llvm::{Block, Function, Inst, Module, Opcode};

/// A store of a constant state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateStore {
    /// The state.
    pub state: u64,
    /// The store.
    pub store: Inst,
}

/// The way from the test of a poll's result to the return of `Poll::Pending`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuspendExit {
    /// The suspend state that is stored.
    pub state: u64,
    /// The store.
    pub store: Inst,
    /// The blocks from the first that only leads here to the `ret`, in order.
    pub blocks: Vec<Block>,
}

/// Longest chain of blocks that is followed between a store and a return.
const CHAIN_LIMIT: usize = 16;

/// All stores to the cell, in order, if nothing but the dispatch looks at the state: whatever else
/// did would see what a transformation changes.
pub fn state_stores(
    module: Module,
    function: Function,
    dispatch: &Dispatch,
) -> Result<Vec<StateStore>, NotRecognised> {
    let stores = stores_to_cell(module, function, dispatch)?;
    match dispatch.is_all_that_uses_state() {
        true => Ok(stores),
        false => Err(NotRecognised::StateUsed),
    }
}

/// The same where the dispatch is gone.
pub fn stores_to_cell(
    module: Module,
    function: Function,
    dispatch: &Dispatch,
) -> Result<Vec<StateStore>, NotRecognised> {
    let mut stores = Vec::new();
    for inst in function.instructions() {
        let Some(pointer) = inst.pointer() else { continue };
        let (base, offset) = module.base_and_offset(pointer);
        if base != dispatch.frame || !overlaps_cell(module, dispatch, inst, offset) {
            continue;
        }
        if inst.is(Opcode::LLVMLoad) {
            if inst != dispatch.load {
                return Err(NotRecognised::SecondStateLoad);
            }
            continue;
        }
        let is_plain = inst.is_simple_access()
            && offset == dispatch.cell.offset
            && inst.accessed_type() == dispatch.cell.ty;
        match inst.operand(0).and_then(|stored| stored.as_integer()) {
            Some(state) if is_plain => stores.push(StateStore { state, store: inst }),
            _ => return Err(NotRecognised::UnusualStateStore),
        }
    }
    Ok(stores)
}

fn overlaps_cell(module: Module, dispatch: &Dispatch, access: Inst, offset: i64) -> bool {
    let accessed = match access.opcode() {
        Opcode::LLVMStore => access.operand(0),
        _ => Some(access.value()),
    };
    let size = accessed.map_or(1, |value| module.store_size(value) as i64);
    offset < dispatch.cell.offset + dispatch.cell.size() && dispatch.cell.offset < offset + size
}

/// Checks that every store leads straight out of the function, and traces the suspend exits.
///
/// Behind the store nothing happens but that the result is put together. Elsewhere something may:
/// rustc inlines coroutines into ordinary functions and closures, which go on after the poll.
pub fn suspend_exits(
    module: Module,
    dispatch: &Dispatch,
    stores: &[StateStore],
) -> Result<Vec<SuspendExit>, NotRecognised> {
    let mut exits = Vec::new();
    for &StateStore { state, store } in stores {
        if state == UNRESUMED {
            return Err(NotRecognised::UnusualStateStore);
        }
        // On the way of a panic the locals are dropped.
        if state == POISONED {
            continue;
        }
        let tail = chain_to_return(store.block()).filter(|tail| only_returns(module, store, tail));
        let Some(tail) = tail else {
            return Err(NotRecognised::NotAnExit(state));
        };
        if state == RETURNED {
            continue;
        }
        if dispatch.target(state).is_none() {
            return Err(NotRecognised::UnknownState(state));
        }
        exits.push(SuspendExit { state, store, blocks: with_head(tail) });
    }
    Ok(exits)
}

/// Is there nothing behind the store but instructions that yield the result?
fn only_returns(module: Module, store: Inst, tail: &[Block]) -> bool {
    let all = tail.iter().flat_map(|block| block.walk());
    all.skip_while(|inst| *inst != store).skip(1).all(|inst| {
        let is_jump = inst.as_unconditional_branch().is_some();
        let is_free = is_jump || inst.is_marker() || inst.is_profile_counter();
        is_free || inst.is(Opcode::LLVMPHI) || is_replayable(module, inst)
    })
}

/// `block` and those after it up to a `ret`, if nothing branches in between.
fn chain_to_return(block: Block) -> Option<Vec<Block>> {
    let mut chain = vec![block];
    while chain.len() <= CHAIN_LIMIT {
        let terminator = chain.last()?.terminator()?;
        if terminator.is(Opcode::LLVMRet) {
            return Some(chain);
        }
        chain.push(terminator.as_unconditional_branch()?);
    }
    None
}

/// Puts the blocks in front that lead only here.
fn with_head(mut chain: Vec<Block>) -> Vec<Block> {
    while chain.len() <= CHAIN_LIMIT {
        let Some(before) = chain[0].single_predecessor() else { break };
        let leads_here = before.terminator().and_then(Inst::as_unconditional_branch);
        if leads_here != Some(chain[0]) || chain.contains(&before) {
            break;
        }
        chain.insert(0, before);
    }
    chain
}
