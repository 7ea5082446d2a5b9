//! The panic for polls after completion (state 1) or after a panic (state 2).
//!
//! ```llvm
//! head:  br i1 false, label %head, label %panic
//! panic: call void @core::panicking::panic_const::panic_const_async_fn_resumed(ptr @location)
//!        unreachable
//! ```

use super::reason::NotRecognised;
use super::{CoroutineKind, names};
use crate::llvm::{Block, Function, Inst, Module, Opcode, Value};
use std::fmt;

/// `file:line:col` of an async body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceLocation {
    /// The file, as the compiler was given it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; 0 where unknown.
    pub column: u32,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column == 0 { Ok(()) } else { write!(f, ":{}", self.column) }
    }
}

/// A resumed panic and the way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResumedPanic {
    /// 1 or 2.
    pub state: u64,
    /// The target of the case.
    pub head: Block,
    /// The call.
    pub call: Inst,
    /// What the panicking function says the body is.
    pub kind: CoroutineKind,
}

/// The functions in `core` that panic for a resumed coroutine.
const PANICS: [(&str, CoroutineKind); 4] = [
    ("panic_const_async_fn_resumed", CoroutineKind::Async),
    ("panic_const_async_gen_fn_resumed", CoroutineKind::AsyncGen),
    ("panic_const_gen_fn_none", CoroutineKind::Gen),
    ("panic_const_coroutine_resumed", CoroutineKind::Coroutine),
];

/// The kind of coroutine that a panicking function belongs to.
pub fn panicking_kind(function: Function) -> Option<CoroutineKind> {
    function.value().with_name(|symbol| {
        let name = names::panic_of_core(symbol)?;
        // After a panic, and after an asynchronous drop.
        let name = name.strip_suffix("_panic").or(name.strip_suffix("_drop")).unwrap_or(&name);
        PANICS.iter().find(|(panic, _)| *panic == name).map(|(_, kind)| *kind)
    })
}

impl ResumedPanic {
    /// Reads the case of a reserved state. `Ok(None)`: there is no panic here.
    ///
    /// # Errors
    /// The panic is there, in an unusual form.
    pub fn of(state: u64, head: Block) -> Result<Option<Self>, NotRecognised> {
        let Some(panic_block) = panic_block(head) else { return Ok(None) };
        let mut found = None;
        for inst in panic_block.instructions() {
            let kind = inst.callee().and_then(panicking_kind);
            match kind {
                Some(kind) if found.is_none() => {
                    found = Some(Self { state, head, call: inst, kind });
                }
                None if inst.is_marker() || inst.is(Opcode::LLVMUnreachable) => {}
                // Coverage counters and the like: nothing that a caller could see.
                None if inst.is_profile_counter() => {}
                _ => {
                    return if found.is_some() {
                        Err(NotRecognised::UnusualResumedCheck(state))
                    } else {
                        Ok(None)
                    };
                }
            }
        }
        Ok(found.filter(|panic| panic.call.block().terminator().is_some_and(is_unreachable)))
    }

    /// The location constant that the panic is given: where the async body starts.
    pub fn location(&self, module: Module) -> Option<SourceLocation> {
        let argument = *self.call.arguments().first()?;
        decode_location(argument, module.is_little_endian())
    }

    /// The globals that only this call may have kept alive.
    pub fn constants(&self) -> Vec<Value> {
        self.call.arguments()
    }
}

fn is_unreachable(inst: Inst) -> bool {
    inst.is(Opcode::LLVMUnreachable)
}

/// Follows `br i1 false, label %head, label %panic` or a plain branch.
fn panic_block(head: Block) -> Option<Block> {
    let terminator = head.terminator()?;
    let only_jumps = head
        .instructions()
        .iter()
        .all(|inst| *inst == terminator || inst.is_marker() || inst.is_profile_counter());
    if let Some((condition, if_true, if_false)) = terminator.as_conditional_branch() {
        let is_false = condition.as_integer() == Some(0);
        return (only_jumps && is_false && if_true == head).then_some(if_false);
    }
    match terminator.as_unconditional_branch() {
        Some(next) if only_jumps => Some(next),
        Some(_) => None,
        None => Some(head),
    }
}

/// `core::panic::Location`: pointer to the file name, its length as usize, line and column as u32.
/// Layout since Rust 1.89: the name carries a NUL that the length leaves out or not.
fn decode_location(location: Value, is_little_endian: bool) -> Option<SourceLocation> {
    let fields = location.initializer()?.operands();
    let [file, numbers] = fields[..] else { return None };
    let name = file.initializer()?;
    // A struct of one array, or the array itself.
    let name = name.as_bytes().or_else(|| name.operands().first()?.as_bytes())?;
    let numbers = numbers.as_bytes()?;
    if numbers.len() < 12 {
        return None;
    }
    let word = |at: usize| {
        let bytes: [u8; 4] = numbers[at..at + 4].try_into().ok()?;
        let decode = if is_little_endian { u32::from_le_bytes } else { u32::from_be_bytes };
        Some(decode(bytes))
    };
    let tail = numbers.len() - 8;
    let file = String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned();
    Some(SourceLocation { file, line: word(tail)?, column: word(tail + 4)? })
}
