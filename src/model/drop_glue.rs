//! Drop glue: the second switch over the same state cell.

use super::{Dispatch, mangling, names};
use crate::llvm::{Block, Function, Module, Opcode};
use std::collections::HashMap;

/// The drop glue of a coroutine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DropGlue {
    /// The function.
    pub function: Function,
    /// Its dispatch. `None` where it has none, since every state drops the same (often nothing).
    pub dispatch: Option<Dispatch>,
}

/// All drop glue of closure-like types of a module, by the type they drop.
pub struct DropGlueIndex(HashMap<String, Vec<Function>>);

impl DropGlueIndex {
    /// Collects the candidates.
    pub fn of(module: Module) -> Self {
        let mut by_type: HashMap<String, Vec<Function>> = HashMap::new();
        for function in module.functions() {
            if !function.value().with_name(names::may_be_drop_glue) {
                continue;
            }
            if let Some(dropped) = mangling::dropped_type(&function.symbol()) {
                by_type.entry(dropped).or_default().push(function);
            }
        }
        Self(by_type)
    }

    /// The drop glue of the coroutine with this resume function and dispatch: the drop entry of a
    /// vtable that holds both, or the glue whose symbol has the same type. Two candidates are none.
    pub fn pair(&self, module: Module, resume: Function, dispatch: &Dispatch) -> Option<DropGlue> {
        let by_vtable = drop_entry_of_vtable(resume);
        let candidates =
            mangling::resumed_type(&resume.symbol()).and_then(|identity| self.0.get(&identity));
        let by_name = match candidates.map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        if by_vtable.is_some() && by_name.is_some() && by_vtable != by_name {
            return None;
        }
        let function = by_vtable.or(by_name).filter(|function| function.is_defined())?;
        let own = Dispatch::of(module, function);
        let is_same_cell = own.as_ref().is_none_or(|own| own.cell.is_same_place(dispatch.cell));
        is_same_cell.then_some(DropGlue { function, dispatch: own })
    }
}

/// `{ drop, [size, align], poll }`: the drop entry of a vtable whose last entry is `resume`.
fn drop_entry_of_vtable(resume: Function) -> Option<Function> {
    let vtables = resume
        .value()
        .users()
        .into_iter()
        .filter(|user| user.is_constant() && user.operands().last() == Some(&resume.value()));
    let mut found = None;
    for vtable in vtables {
        let entry = vtable.operands().first()?.as_function()?;
        if found.is_some_and(|other| other != entry) {
            return None;
        }
        found = Some(entry);
    }
    found
}

/// Does an arm of drop glue only return?
pub fn does_nothing(arm: Block) -> bool {
    let mut block = arm;
    for _ in 0..4 {
        let Some(last) = block.terminator() else { return false };
        if !block.instructions().into_iter().all(|inst| inst == last || inst.is_marker()) {
            return false;
        }
        match last.as_unconditional_branch() {
            Some(next) => block = next,
            None => return last.is(Opcode::LLVMRet),
        }
    }
    false
}

/// The calls of the function, if it is only ever called directly.
pub fn direct_calls(function: Function) -> Option<Vec<crate::llvm::Inst>> {
    let mut calls = Vec::new();
    for user in function.value().users() {
        let call = user.as_instruction()?;
        let is_callee = call.callee() == Some(function)
            && !call.arguments().contains(&function.value())
            && matches!(call.opcode(), Opcode::LLVMCall | Opcode::LLVMInvoke);
        if !is_callee {
            return None;
        }
        calls.push(call);
    }
    Some(calls)
}
