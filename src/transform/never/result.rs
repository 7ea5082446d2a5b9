//! What a poll that is always ready returns besides what was computed is not returned.
//!
//! ```llvm
//! define { i32, i32 } @f(i32 %x)                                  define i32 @f(i32 %x)
//!   %ready = insertvalue { i32, i32 } { i32 0, i32 poison }, ...    ret i32 %sum
//!   ret { i32, i32 } %ready
//! ; where it is polled                                  ->
//!   %poll = call { i32, i32 } @f(i32 1)                             %sum = call i32 @f(i32 1)
//!   %tag = extractvalue { i32, i32 } %poll, 0                       ; %tag is 0
//!   %sum = extractvalue { i32, i32 } %poll, 1
//! ```
//! `Poll::Ready` of a number comes in two registers, and its tag is always the same. A plain
//! function has one, and that is the instruction less that makes LLVM's inliner take it at `z`.
//!
//! Sound because both sides are known: every `ret` has this constant in this element, and all who
//! call the function take elements out of what it returns.
//!
//! Declines: results that are built in memory; more than one element that is not constant.

use crate::llvm::{Function, Inst, Opcode, Type, Value};

/// The one element of the result that differs between returns, and the constants in the others.
pub struct Payload {
    index: u32,
    ty: Type,
    constants: Vec<(u32, Value)>,
}

impl Payload {
    /// That of a function which these polls alone call. `None`: all of the result is needed.
    pub fn of(function: Function, polls: &[Inst]) -> Option<Self> {
        let count = function.return_type().element_count()?;
        let returned: Vec<Vec<Value>> =
            returns(function).map(|ret| elements(ret.operand(0)?, count)).collect::<Option<_>>()?;
        let first = returned.first()?;
        let is_constant = |index: &u32| {
            let value = first[*index as usize];
            value.is_constant() && returned.iter().all(|other| other[*index as usize] == value)
        };
        let (constant, needed): (Vec<u32>, Vec<u32>) = (0..count).partition(is_constant);
        let [index] = needed[..] else { return None };
        let are_taken_apart = polls
            .iter()
            .all(|poll| poll.value().walk_users().all(|user| extracted_index(user).is_some()));
        let constants = constant.into_iter().map(|index| (index, first[index as usize])).collect();
        let ty = first[index as usize].ty();
        are_taken_apart.then_some(Self { index, ty, constants })
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Makes the function, whose body was moved to one that returns this type, return it alone.
    pub fn return_alone(&self, moved: Function) {
        for ret in returns(moved) {
            let aggregate = ret.operand(0);
            let payload = aggregate.and_then(|all| elements(all, self.count()));
            if let Some(payload) = payload {
                ret.return_instead(payload[self.index as usize]);
            }
        }
    }

    /// Elements of the whole result.
    fn count(&self) -> u32 {
        self.constants.len() as u32 + 1
    }

    /// Lets the constants take the place of what is taken out of this poll's result.
    pub fn replace_constants(&self, poll: Inst) {
        for user in poll.value().users() {
            let index = extracted_index(user);
            let known = self.constants.iter().find(|(constant, _)| Some(*constant) == index);
            if let (Some(element), Some((_, constant))) = (user.as_instruction(), known) {
                user.replace_all_uses_with(*constant);
                element.erase();
            }
        }
    }
}

/// All `ret` of a function.
fn returns(function: Function) -> impl Iterator<Item = Inst> {
    let ends = function.blocks().into_iter().filter_map(|block| block.terminator());
    ends.filter(|end| end.is(Opcode::LLVMRet))
}

/// What each element of a struct was set to.
fn elements(aggregate: Value, count: u32) -> Option<Vec<Value>> {
    let mut known: Vec<Option<Value>> = vec![None; count as usize];
    let mut rest = aggregate;
    // In code that nothing reaches a value may be made of itself.
    for _ in 0..count {
        let insert = rest.as_instruction().filter(|inst| inst.is(Opcode::LLVMInsertValue));
        let Some(insert) = insert else { break };
        let [index] = insert.aggregate_indices()[..] else { return None };
        known[index as usize] = known[index as usize].or(insert.operand(1));
        rest = insert.operand(0)?;
    }
    let elements = (0..count).zip(known).map(|(index, set)| set.or_else(|| rest.element(index)));
    elements.collect()
}

/// Which element an instruction takes out of a struct.
fn extracted_index(user: Value) -> Option<u32> {
    let extract = user.as_instruction().filter(|inst| inst.is(Opcode::LLVMExtractValue))?;
    match extract.aggregate_indices()[..] {
        [index] => Some(index),
        _ => None,
    }
}
