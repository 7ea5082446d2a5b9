//! The second half of `slots`: stores to frames that nobody reads go.
//!
//! ```llvm
//! define internal i1 @poll(ptr "corofold-unread"="4-8" %frame, ptr %cx)
//!   %inner.x = getelementptr inbounds i8, ptr %frame, i64 4
//!   store i32 %x, ptr %inner.x        ; nothing in this function loads it any more  ->  gone
//! ```
//! Runs at the end of LLVM's scalar optimisations, when aggregates are split and each load of what
//! was stored in the same poll is replaced by the value. The bytes that are listed matter to nobody
//! once the function has returned; what is checked here is that nothing in the function itself reads
//! them any more, on whatever path, and that no callee is given an address from which it might.
//!
//! The parameter carries the list, so it does not go along where LLVM inlines the function elsewhere.
//! The notes at calls do, and count for nothing there: they name the frame that they are about.

use super::{FRAME, UNREAD};
use crate::analysis::frame::FrameAnalysis;
use crate::llvm::{Function, Inst, Module, Value};
use crate::model::Bytes;

/// Removes them from one function. Returns whether there were any.
pub fn remove_unread(module: Module, function: Function) -> bool {
    let mut changed = false;
    for (index, parameter) in (0u32..).zip(function.parameters()) {
        if let Some(list) = function.parameter_string_attribute(index, UNREAD)
            && let Some(unread) = parse(&list)
        {
            let frame = function.string_attribute(FRAME);
            let mut analysis = FrameAnalysis::of_one_function(module).without_noted(frame);
            changed |= remove_stores(&mut analysis, parameter, &unread);
        }
    }
    changed
}

fn parse(list: &str) -> Option<Vec<Bytes>> {
    let bytes = list.split(',').map(|range| {
        let (low, high) = range.split_once('-')?;
        Some(Bytes { low: low.parse().ok()?, high: high.parse().ok()? })
    });
    bytes.collect()
}

fn remove_stores(analysis: &mut FrameAnalysis, frame: Value, unread: &[Bytes]) -> bool {
    let Some(touches) = analysis.touches(frame) else { return false };
    // Calls count by what they were not given when the list was made: where a function is given a
    // copy of something in the frame, LLVM gives it the original instead.
    let reads: Vec<Bytes> = touches.shown_or_read().collect();
    let is_unread = |bytes: Bytes| {
        unread.iter().any(|unread| unread.contains(bytes))
            && !reads.iter().any(|read| read.overlaps(bytes))
    };
    let stores: Vec<Inst> = touches
        .written()
        .filter(|(inst, bytes)| is_plain_write(*inst) && is_unread(*bytes))
        .map(|(inst, _)| inst)
        .collect();
    stores.iter().for_each(|store| store.erase());
    !stores.is_empty()
}

/// A store, `memcpy` or `memset` that is not volatile.
fn is_plain_write(inst: Inst) -> bool {
    let is_volatile = || inst.arguments().get(3).is_none_or(|flag| flag.as_integer() != Some(0));
    if inst.is_call() { !is_volatile() } else { inst.is_simple_access() }
}
