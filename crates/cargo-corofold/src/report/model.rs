//! What a report says: the type behind `--message-format json`, and what all other formats are
//! made from. docs/report.schema.json is its schema.

use std::path::PathBuf;

use corofold_report::{Frame, Location, Machine, Record, Unrecognised};
use schemars::JsonSchema;
use serde::Serialize;

use crate::panics::ResumedPanics;

/// The version of the format. It changes when a field is removed, renamed or means something else;
/// a new field does not change it.
pub const SCHEMA: u32 = 1;

/// The futures of a build: what each costs, why, and what can be saved. All sizes are bytes.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The version of this format.
    pub schema: u32,
    /// What cargo linked.
    pub artifacts: Vec<Artifact>,
}

/// One linked file.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Artifact {
    /// The name of cargo's target.
    pub name: String,
    /// `bin`, `cdylib` and so on.
    pub kind: String,
    /// The file, below the folder of the build.
    pub path: PathBuf,
    /// Machine code of the whole file, without the plugin.
    pub text: u64,
    /// Machine code of the whole file, with the plugin; none with `--quick`.
    pub text_with_plugin: Option<u64>,
    /// Places that call the panic for polls after completion, without the plugin.
    pub resumed_panics: ResumedPanics,
    /// Places that call it with the plugin; none with `--quick`.
    pub resumed_panics_left: Option<ResumedPanics>,
    /// Machine code of all futures, without the plugin.
    pub futures_code: u64,
    /// Each future for each set of generic arguments, the largest first.
    pub futures: Vec<Future>,
    /// What can be improved, the most worthwhile first.
    pub findings: Vec<Finding>,
    /// What looks like a future and was not understood.
    pub unrecognised: Vec<Unrecognised>,
}

/// One future.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Future {
    /// The path in Rust, as people write it.
    pub title: String,
    /// The path in Rust, as symbols have it.
    pub name: String,
    /// The crate that wrote it.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// `async fn`, `async block` or `async closure`; `async`, `gen` and the like where it is not known.
    pub construct: String,
    /// Where its body starts.
    pub location: Option<Location>,
    /// The symbol of its `poll`.
    pub symbol: String,
    /// How many codegen units have a copy of their own.
    pub copies: usize,
    /// Its machine code, without the plugin.
    pub code: Code,
    /// Its machine code, with the plugin; none with `--quick`.
    pub code_with_plugin: Option<Code>,
    /// The functions that its `poll` calls and that were inlined, without the plugin: those with the
    /// most code, futures not counted.
    pub callees: Vec<Callee>,
    /// What it takes in memory, children included; none where that is not known.
    pub frame_bytes: Option<u64>,
    /// States in which it can be suspended.
    pub suspend_states: usize,
    /// Panics for polls after completion, without the plugin.
    pub resumed_panics: usize,
    /// Panics for polls after completion that the plugin leaves; none with `--quick`.
    pub resumed_panics_left: Option<usize>,
    /// Who polls it, in words.
    pub polled_by: String,
    /// What it holds in memory, and when.
    pub frame: Option<Frame>,
    /// The state machine as rustc made it.
    pub before: Option<Machine>,
    /// The state machine that the plugin leaves. None with `--quick`, and where it is no machine
    /// of its own any more.
    pub after: Option<Machine>,
    /// What the plugin did and did not do; empty with `--quick`.
    pub records: Vec<Record>,
}

/// Machine code of a future. Code of children that was inlined is theirs, and code of other
/// functions that was inlined into it is its own.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Code {
    /// Its `poll`.
    pub poll: u64,
    /// Its drop glue.
    pub drop_glue: u64,
    /// How much of both was inlined into other functions.
    pub inlined: u64,
}

impl Code {
    pub fn total(self) -> u64 {
        self.poll + self.drop_glue
    }
}

/// A function that was inlined into a future.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Callee {
    /// Its path in Rust, as people write it.
    pub function: String,
    /// Its machine code there, with that of the functions that were inlined into it.
    pub bytes: u64,
}

/// Something that can be improved.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// What kind it is.
    pub kind: Kind,
    /// How much it asks for attention.
    pub severity: Severity,
    /// The title of the future.
    pub future: String,
    /// The symbol of the future.
    pub symbol: String,
    /// In one sentence.
    pub message: String,
    /// The place, and what is to be seen there.
    pub place: Option<Label>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What it costs, where that is known.
    pub cost: Option<Cost>,
    /// What to do.
    pub remedy: String,
}

/// A place in the source, and what is to be seen there.
#[derive(Serialize, JsonSchema, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Label {
    /// The place.
    pub location: Location,
    /// In a few words.
    pub text: String,
}

/// What a finding costs.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Cost {
    /// Bytes.
    pub bytes: u64,
    /// Of what.
    pub of: Resource,
    /// Whether the number is worked out from other numbers, not measured or read.
    pub is_estimate: bool,
}

/// What bytes are bytes of.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Machine code.
    Code,
    /// The memory of the future.
    Frame,
}

/// How much a finding asks for attention.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// In the workspace, and a change of the source helps.
    Warning,
    /// In a dependency, or the plugin takes care of it, or good to know.
    Note,
}

/// The kinds of findings.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The future never waits for anything.
    NeverSuspends,
    /// The future awaits one other future and does nothing else.
    PassesThrough,
    /// Two states behave alike.
    EqualStates,
    /// Two states await the same function and differ otherwise.
    StatesDiffer,
    /// No path leads to an await.
    UnreachableState,
    /// Children are dropped again after they completed.
    ChildDroppedAfterCompletion,
    /// A large value lives across an await.
    LargeValue,
    /// An argument is in the frame twice.
    ArgumentStoredTwice,
    /// A future is copied to where it is awaited, and both places are in the frame.
    FutureCopied,
    /// The panic for polls after completion stays.
    ResumedPanicKept,
    /// It looks like a future and was not understood.
    NotTransformed,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 11] = [
        Self::NeverSuspends,
        Self::PassesThrough,
        Self::EqualStates,
        Self::StatesDiffer,
        Self::UnreachableState,
        Self::ChildDroppedAfterCompletion,
        Self::LargeValue,
        Self::ArgumentStoredTwice,
        Self::FutureCopied,
        Self::ResumedPanicKept,
        Self::NotTransformed,
    ];

    /// The name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NeverSuspends => "never-suspends",
            Self::PassesThrough => "passes-through",
            Self::EqualStates => "equal-states",
            Self::StatesDiffer => "states-differ",
            Self::UnreachableState => "unreachable-state",
            Self::ChildDroppedAfterCompletion => "child-dropped-after-completion",
            Self::LargeValue => "large-value",
            Self::ArgumentStoredTwice => "argument-stored-twice",
            Self::FutureCopied => "future-copied",
            Self::ResumedPanicKept => "resumed-panic-kept",
            Self::NotTransformed => "not-transformed",
        }
    }

    /// What it is, in one sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::NeverSuspends => "An async body that never waits is a state machine for nothing.",
            Self::PassesThrough => {
                "An async body that only awaits one future is a state machine around another."
            }
            Self::EqualStates => "Two awaits have code of their own that does the same.",
            Self::StatesDiffer => {
                "Two awaits of the same function nearly have the same code after them."
            }
            Self::UnreachableState => "An await that is never reached has code all the same.",
            Self::ChildDroppedAfterCompletion => {
                "The drop glue of a future is called though the future has completed."
            }
            Self::LargeValue => "A value that lives across an await takes room in the future.",
            Self::ArgumentStoredTwice => {
                "rustc keeps the arguments of an async fn and moves them to locals."
            }
            Self::FutureCopied => "A future that is moved into its await takes room twice.",
            Self::ResumedPanicKept => "A poll after completion still ends in a panic.",
            Self::NotTransformed => "The shape of this function is not that of a future.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_format() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("serializable"), kind.name());
        }
    }
}
