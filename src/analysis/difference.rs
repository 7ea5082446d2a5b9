//! The first difference between two ways through a function, in Rust terms.
//!
//! A difference holds the instructions, and is put into words only when it is shown: most of them
//! are found and never looked at. So it must be shown before the function is changed.

use crate::llvm::{Inst, Opcode, Value};
use crate::model::names::readable;
use std::fmt;
use thiserror::Error;

/// What differs first.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Difference {
    /// Other instructions, or other flags, types, attributes or metadata.
    #[error("{}", operations(*.0, *.1))]
    Operation(Inst, Inst),
    /// Different constants.
    #[error("{} uses {}, {} uses {}", Left(*.0), Constant(*.1), Right(*.2), Constant(*.3))]
    Constant(Inst, Value, Inst, Value),
    /// Different places in the frame.
    #[error("{} works at offset {} of the future, {} at offset {}", Left(*.0), .1, Right(*.2), .3)]
    FrameOffset(Inst, i64, Inst, i64),
    /// Different values.
    #[error("{} uses another value than {}", Left(*.0), Right(*.1))]
    Value(Inst, Inst),
    /// States that are not equal themselves.
    #[error("they go on to states {0} and {1}, which differ")]
    State(u64, u64),
    /// The ways meet while a renamed local is still in use.
    #[error("they leave their results in different places")]
    LiveLocal,
    /// One way merges where the other does not, or a form that the comparison does not know.
    #[error("their control flow differs")]
    ControlFlow,
    /// The comparison was given up.
    #[error("the function is too large to compare all its states")]
    TooLarge,
    /// The drop glue treats the states differently.
    #[error("dropped while suspended, they differ: {0}")]
    Drop(Box<Difference>),
}

/// Where the first way is.
struct Left(Inst);

/// Where the second way is.
struct Right(Inst);

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, self.0, "one arm")
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, self.0, "another")
    }
}

/// A line of the source, if known.
fn place(f: &mut fmt::Formatter<'_>, inst: Inst, otherwise: &str) -> fmt::Result {
    match inst.line_and_column() {
        Some((line, column)) => write!(f, "line {line}:{column}"),
        None => f.write_str(otherwise),
    }
}

fn operations(left: Inst, right: Inst) -> String {
    let (one, other) = (action(left), action(right));
    let (left, right) = (Left(left), Right(right));
    match one == other {
        true => format!("{left} does something else than {right}"),
        false => format!("{left} {one}, {right} {other}"),
    }
}

/// What an instruction does, as far as a reader of Rust would tell.
fn action(inst: Inst) -> String {
    if let Some(callee) = inst.callee().filter(|_| !inst.is_intrinsic("llvm.")) {
        return format!("calls `{}`", readable(&callee.symbol()));
    }
    let text = match inst.opcode() {
        Opcode::LLVMCall | Opcode::LLVMInvoke if inst.callee().is_none() => {
            "calls a function pointer"
        }
        Opcode::LLVMStore => "writes to memory",
        Opcode::LLVMLoad => "reads memory",
        Opcode::LLVMSwitch => "matches",
        Opcode::LLVMRet => "returns",
        _ => "goes on",
    };
    text.to_owned()
}

/// A constant: a number, a text, the name of an item, or that it is one.
struct Constant(Value);

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        if let Some(number) = self.0.as_integer() {
            return write!(f, "{number}");
        }
        if let Some(text) = text_of(self.0) {
            let start: String = text.chars().take(LONGEST).collect();
            let dots = if start.len() < text.len() { "..." } else { "" };
            return write!(f, "{start:?}{dots}");
        }
        let symbol = self.0.name();
        // rustc names constants without an item `alloc_` and a hash.
        match symbol.is_empty() || symbol.starts_with("alloc_") || symbol.starts_with("anon.") {
            true => f.write_str("a constant of its own"),
            false => write!(f, "`{}`", readable(&symbol)),
        }
    }
}

/// The text in a constant that rustc wrote for a string literal.
fn text_of(constant: Value) -> Option<String> {
    let initial = constant.initializer()?;
    let bytes = initial.as_bytes().or_else(|| initial.operands().first()?.as_bytes())?;
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}
