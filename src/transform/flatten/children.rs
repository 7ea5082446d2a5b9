//! What belongs to a child is told apart from what belongs to its parent.
//!
//! The poll of an await site, and the drop of what is awaited there, get an address of their own
//! for the child. All that the child's code computes, once it is inlined, comes from that address,
//! and code that stays a function is known to be given the start of the child, not a part of some
//! local of the parent.

use super::glue::call_of_arm;
use crate::llvm::{Inst, Module, Value};
use crate::model::{AwaitSite, Coroutine};

/// Names the children of one future, at its await sites and in its drop glue. Returns whether it
/// found some without a name.
pub fn name_children(module: Module, coroutine: &Coroutine) -> bool {
    let frame = coroutine.dispatch.frame;
    let mut named = false;
    for site in &coroutine.await_sites {
        let (Some(offset), Some(callee)) = (site.offset, site.callee) else { continue };
        let first = callee.first_argument();
        let polled = site.poll.arguments().get(first as usize).copied();
        let is_child = |pointer| module.base_and_offset(pointer) == (frame, offset);
        if polled.is_some_and(is_child) {
            named |= site.poll.name_child_frame(first, frame, offset);
        }
        if let Some((drop, glue_frame)) = drop_of_child(module, coroutine, site, offset) {
            named |= drop.name_child_frame(0, glue_frame, offset);
        }
    }
    named
}

/// The call in the drop glue that drops the child of `site`, and the frame pointer there.
fn drop_of_child(
    module: Module,
    coroutine: &Coroutine,
    site: &AwaitSite,
    offset: i64,
) -> Option<(Inst, Value)> {
    let dispatch = coroutine.drop_glue.as_ref()?.dispatch.as_ref()?;
    let call = call_of_arm(dispatch, site.state)?;
    let dropped = *call.arguments().first()?;
    let is_child = module.base_and_offset(dropped) == (dispatch.frame, offset);
    is_child.then_some((call, dispatch.frame))
}
