//! Drop glue: the second switch over the same state cell.

use super::exit::state_stores;
use super::{Dispatch, mangling, names};
use crate::llvm::{Block, Function, Module, Opcode};
use std::collections::HashMap;

/// The drop glue of a coroutine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DropGlue {
    /// The function.
    pub function: Function,
    /// Its dispatch. `None` where it drops nothing in any state.
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

    /// The drop glue of the coroutine with this resume function and dispatch: the one whose symbol
    /// has the same type. Two candidates are none.
    ///
    /// The vtables of `dyn Future` hold both as well, but a constant does not say that it is one: a
    /// program's own table of functions may look the same and mean something else.
    pub fn pair(&self, module: Module, resume: Function, dispatch: &Dispatch) -> Option<DropGlue> {
        let identity = mangling::resumed_type(&resume.symbol())?;
        let [function] = self.0.get(&identity)?[..] else { return None };
        if !function.is_defined() {
            return None;
        }
        let own = Dispatch::of(module, function);
        let is_understood = match &own {
            Some(own) => {
                own.cell.is_same_place(dispatch.cell) && state_stores(module, function, own).is_ok()
            }
            None => function.entry().is_some_and(does_nothing),
        };
        is_understood.then_some(DropGlue { function, dispatch: own })
    }
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
