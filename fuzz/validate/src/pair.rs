//! A module before and after the plugin: what changed, and which functions run on both sides.

use crate::decode::Names;
use crate::ir::{Function, Instruction, Kind, Operand};
use crate::machine::{Agreement, Code};
use crate::shape::Cell;
use crate::value::{Base, Name, Value};
use std::collections::{HashMap, HashSet};

/// A coroutine that is executed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    pub resume: Name,
    pub cell: Cell,
    pub glue: Option<Name>,
    /// May it be dropped after it completed? One that only direct calls poll is awaited: the plugin
    /// may know that nobody does this.
    pub is_dropped_when_done: bool,
}

/// The two modules.
pub struct Pair<'a> {
    pub before: Code,
    pub after: Code,
    pub names: &'a Names,
    pub agreement: Agreement,
    /// Changed coroutines
    pub roots: Vec<Root>,
    /// Functions that lost stores, but are not known as coroutines, so that they run as part of others at most
    pub passed_over: usize,
    /// Objects that are read-only in both modules
    pub constants: HashSet<Base>,
}

impl<'a> Pair<'a> {
    /// `is_late`: `after` is what `corofold-unread-stores` made of `before`.
    pub fn new(before: Code, after: Code, names: &'a Names, is_late: bool) -> Self {
        let changed: HashSet<Name> = before
            .module
            .functions
            .values()
            .filter(|f| after.module.functions.get(&f.name).is_none_or(|now| now.text != f.text))
            .map(|f| f.name)
            .collect();
        let agreement = Agreement { is_late, ..agreement(&before, &after, &changed) };
        let roots = roots(&before, &after, names, &agreement, &changed);
        let known = &after.module.constants;
        let constants = before.module.constants.keys().filter(|name| known.contains_key(name));
        let constants = constants.map(|name| Base::Global(*name)).collect();
        let is_coroutine = |name: &&Name| agreement.coroutines.contains_key(*name);
        let passed_over = changed.iter().filter(|name| is_late && !is_coroutine(name)).count();
        Self { before, after, names, agreement, roots, passed_over, constants }
    }
}

fn agreement(before: &Code, after: &Code, changed: &HashSet<Name>) -> Agreement {
    let functions = &before.module.functions;
    let coroutines: HashMap<Name, Cell> =
        functions.values().filter_map(|f| Some((f.name, coroutine_cell(f, before)?))).collect();
    let glue: HashMap<Name, Cell> = drop_glue(before, &coroutines)
        .into_values()
        .filter_map(|glue| Some((glue, before.shapes.get(&glue)?.cell?)))
        .collect();
    let is_part = |f: &&Function| {
        let is_small = before.shapes.get(&f.name).is_some_and(|shape| shape.is_small);
        is_small && !is_future(&f.symbol)
            || changed.contains(&f.name)
            || coroutines.contains_key(&f.name)
            || glue.contains_key(&f.name)
    };
    let run = functions.values().filter(is_part).map(|f| f.name).collect();
    let by_value = coroutines.iter().filter(|(name, _)| has_no_frame(after, **name));
    let by_value = by_value.map(|(name, cell)| (*name, used_bytes(&functions[name], *cell))).collect();
    Agreement { run, coroutines, glue, by_value, is_late: false }
}

fn has_no_frame(after: &Code, name: Name) -> bool {
    after.module.functions.get(&name).is_some_and(|function| function.by_value)
}

/// The bytes of its frame that a coroutine uses, as far as its own loads and stores show, with the
/// padding behind them.
fn used_bytes(function: &Function, cell: Cell) -> usize {
    let instructions = || function.blocks.iter().flat_map(|block| &block.instructions);
    let offset_of = |pointer: &Operand| {
        let Operand::Local(local) = pointer else { return None };
        if *local == cell.parameter {
            return Some(0);
        }
        instructions().find(|i| i.result == *local).and_then(|i| match &i.kind {
            Kind::Offset { pointer: Operand::Local(base), constant, scaled }
                if *base == cell.parameter && scaled.is_empty() =>
            {
                Some(*constant)
            }
            _ => None,
        })
    };
    let access = |i: &Instruction| match &i.kind {
        Kind::Load { pointer, .. } => Some((offset_of(pointer)?, i.ty.size())),
        Kind::Store { pointer, ty, .. } => Some((offset_of(pointer)?, ty.size())),
        _ => None,
    };
    let accesses: Vec<(i64, usize)> = instructions().filter_map(access).collect();
    let end = accesses.iter().map(|(offset, size)| *offset as usize + size).max().unwrap_or_default();
    let largest = accesses.iter().map(|(_, size)| *size).max().unwrap_or(1).max(1);
    end.next_multiple_of(largest)
}

fn roots(before: &Code, after: &Code, names: &Names, agreement: &Agreement, changed: &HashSet<Name>) -> Vec<Root> {
    let glue = drop_glue(before, &agreement.coroutines);
    let root = |(&resume, &cell): (&Name, &Cell)| {
        let function = &before.module.functions[&resume];
        let glue = glue.get(&resume).copied().filter(|glue| after.module.functions.contains_key(glue));
        // Whoever polls one that lost stores is to see none of what is left there.
        let polls_changed = || agreement.is_late && function.callees().any(|callee| changed.contains(&callee));
        let is_changed =
            changed.contains(&resume) || glue.is_some_and(|glue| changed.contains(&glue)) || polls_changed();
        let is_dropped_when_done = !function.is_local || function.address_taken;
        let is_left = after.module.functions.contains_key(&resume) && !has_no_frame(after, resume);
        (is_changed && is_left).then_some(Root { resume, cell, glue, is_dropped_when_done })
    };
    let mut roots: Vec<Root> = agreement.coroutines.iter().filter_map(root).collect();
    roots.sort_by_key(|root| names.item(root.resume));
    roots
}

/// Coroutines and their drop glue: what LLVM must not inline, so that each can be executed alone.
pub fn entries(code: &Code) -> Vec<&str> {
    let functions = &code.module.functions;
    let coroutines: HashMap<Name, Cell> =
        functions.values().filter_map(|f| Some((f.name, coroutine_cell(f, code)?))).collect();
    let glue = drop_glue(code, &coroutines);
    let mut entries: Vec<&str> =
        coroutines.keys().chain(glue.values()).map(|name| functions[name].symbol.as_str()).collect();
    entries.sort_unstable();
    entries
}

/// The state of a function that is named like a closure, and stores what it dispatches on.
fn coroutine_cell(function: &Function, code: &Code) -> Option<Cell> {
    // `I` introduces the arguments of a generic one.
    let starts = ["_RNC", "_RINC"].iter().any(|start| function.symbol.starts_with(start));
    let is_closure = starts || function.symbol.contains("$u7b$$u7b$closure$u7d$$u7d$17h");
    let cell = code.shapes.get(&function.name)?.cell?;
    let instructions = || function.blocks.iter().flat_map(|block| &block.instructions);
    let is_cell = |operand: &Operand| {
        let Operand::Local(local) = operand else { return false };
        if cell.offset == 0 && *local == cell.parameter {
            return true;
        }
        instructions().any(|i| {
            i.result == *local
                && matches!(&i.kind, Kind::Offset { pointer: Operand::Local(base), constant, scaled }
                    if *base == cell.parameter && *constant == cell.offset && scaled.is_empty())
        })
    };
    let stores_state = || {
        instructions().any(|i| {
            matches!(&i.kind, Kind::Store { pointer, value: Operand::Constant(Value::Int(state)), ty, .. }
                if *state > 0 && ty.size() == cell.size && is_cell(pointer))
        })
    };
    // LLVM may have put the stores together. The plugin knows what it marks.
    let is_marked = || !function.parameters[cell.parameter].unread.is_empty();
    (is_closure && (is_marked() || stores_state())).then_some(cell)
}

/// The drop glue of each coroutine, where the names of both leave no doubt.
fn drop_glue(code: &Code, coroutines: &HashMap<Name, Cell>) -> HashMap<Name, Name> {
    let mut by_name: HashMap<String, Vec<Name>> = HashMap::new();
    for function in code.module.functions.values() {
        by_name.entry(readable(&function.symbol)).or_default().push(function.name);
    }
    let only = |name: &str| by_name.get(name).and_then(|found| if let [one] = found[..] { Some(one) } else { None });
    let glue = |resume: &Name| {
        let name = readable(&code.module.functions[resume].symbol);
        only(&name)?;
        let forms = [format!("core::ptr::drop_glue<{name}>"), format!("core::ptr::drop_in_place<{name}>")];
        forms.iter().find_map(|form| only(form))
    };
    coroutines.keys().filter_map(|resume| Some((*resume, glue(resume)?))).collect()
}

/// A path as it stands in a type as well, where `::` before its arguments is not written.
fn readable(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol)).replace("::<", "<")
}

/// A future that is no coroutine: a leaf, whose polls the environment answers.
fn is_future(symbol: &str) -> bool {
    readable(symbol).ends_with(" as core::future::future::Future>::poll")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_generic_futures_stand_in_those_of_their_glue() {
        let name = readable("_RNCINvCs1_1a5outerhE0B3_");
        assert_eq!(name, "a::outer<u8>::{closure#0}");
        assert_eq!(
            readable("_RINvNtCs2_4core3ptr9drop_glueNCINvCs1_1a5outerhE0ECs1_1a"),
            format!("core::ptr::drop_glue<{name}>")
        );
    }
}
