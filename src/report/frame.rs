//! The memory of a coroutine, from rustc's debug information.
//!
//! rustc describes a coroutine as an enum: a structure with a variant part, and in it a variant for
//! each state, named by its number, with the variables that live there. Source:
//! `compiler/rustc_codegen_llvm/src/debuginfo/metadata/enums/native.rs`,
//! `build_coroutine_di_node`. Nothing but the report relies on it.

use crate::llvm::{DebugKind, DebugType, Function};
use crate::model::{RESERVED_STATES, UNRESUMED};
use corofold_report::{Frame, Location, Slot, Suspended};
use std::collections::HashSet;

/// The frame of the coroutine that a resume function belongs to; none without full debug
/// information.
pub fn of(resume: Function) -> Option<Frame> {
    let coroutine = behind_pointers(resume.parameter_debug_type(0)?)?;
    let name = coroutine.name();
    let (construct, _) = name.strip_prefix('{')?.split_once("_env#")?;
    let construct = construct.replace('_', " ");
    let mut frame =
        Frame { construct, bytes: coroutine.bytes(), captured: Vec::new(), suspended: Vec::new() };
    let part = coroutine.elements().find(|part| part.kind() == DebugKind::VariantPart)?;
    for variant in part.elements() {
        let (Ok(state), Some(layout)) = (variant.name().parse(), variant.base()) else { continue };
        let slots = slots(layout);
        match state {
            UNRESUMED => frame.captured = slots,
            RESERVED_STATES.. => {
                frame.suspended.push(Suspended { state, location: place(variant), slots });
            }
            _ => {}
        }
    }
    frame.suspended.sort_by_key(|suspended| suspended.state);
    Some(frame)
}

/// Looks through `Pin<&mut ...>` and `&mut ...`.
fn behind_pointers(ty: DebugType) -> Option<DebugType> {
    let pointer = if ty.name().starts_with("Pin<") { ty.elements().next()?.base()? } else { ty };
    (pointer.kind() == DebugKind::Pointer).then(|| pointer.base())?
}

fn place(variant: DebugType) -> Option<Location> {
    let (file, line) = variant.file_and_line()?;
    Some(Location { file, line, column: 0 })
}

fn slots(layout: DebugType) -> Vec<Slot> {
    let mut seen = HashSet::new();
    let slots = layout.elements().filter_map(|member| {
        let ty = member.base()?;
        Some(Slot {
            name: member.name(),
            type_name: type_name(ty),
            offset: member.offset(),
            bytes: member.bytes(),
        })
    });
    // What is captured is listed in every state, and twice where it is used there.
    slots.filter(|slot| seen.insert((slot.name.clone(), slot.offset))).collect()
}

fn type_name(ty: DebugType) -> Option<String> {
    if ty.kind() == DebugKind::Array {
        let element = ty.base()?;
        let count = ty.bytes().checked_div(element.bytes())?;
        return Some(format!("[{}; {count}]", type_name(element)?));
    }
    let name = Some(ty.name()).filter(|name| !name.is_empty())?;
    // The names of pointers hold paths already.
    if ty.kind() == DebugKind::Pointer {
        return Some(name);
    }
    let mut path = ty.path();
    path.push(name);
    Some(path.join("::"))
}
