//! What a cross-check says: the type behind `--message-format json`, and what the table is made
//! from. docs/crosscheck.schema.json is its schema.

use std::fmt;
use std::path::PathBuf;

use corofold_report::Location;
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::model::Kind;

/// The version of the format. It changes when a field is removed, renamed or means something else;
/// a new field does not change it.
pub const SCHEMA: u32 = 1;

/// What two builds of one program leave to save. All sizes are bytes.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Crosscheck {
    /// The version of this format.
    pub schema: u32,
    /// How A was built.
    pub a: Side,
    /// How B was built.
    pub b: Side,
    /// What cargo linked.
    pub artifacts: Vec<Artifact>,
}

/// One side of the comparison.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Side {
    /// The release of rustc.
    pub rustc: String,
    /// The flags that rustc got besides cargo's.
    pub flags: Vec<String>,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rustc {}", self.rustc)?;
        self.flags.iter().try_for_each(|flag| write!(f, " {flag}"))
    }
}

/// Something of A and the same of B.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// Of A.
    pub a: T,
    /// Of B.
    pub b: T,
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
    /// Machine code of the whole file.
    pub text: Pair<Code>,
    /// What is left, by kind.
    pub kinds: Vec<Row>,
    /// The futures that have something left, the one that costs most first.
    pub futures: Vec<Future>,
}

/// Machine code.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Code {
    /// Without the plugin.
    pub without: u64,
    /// With the plugin.
    pub with: u64,
}

impl Code {
    /// What the plugin saves; negative if it adds.
    pub fn saved(self) -> i64 {
        self.without as i64 - self.with as i64
    }
}

/// What is left of one kind.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// The kind.
    pub kind: Left,
    /// What of rustc would find it: a flag, a pull request or issue of rust-lang/rust, or a project
    /// goal; none if nothing is known.
    pub upstream: Option<&'static str>,
    /// How many findings.
    pub findings: Pair<usize>,
    /// Code that the plugin saves on the futures that have such findings. A future with findings of
    /// several kinds counts in each.
    pub saves: Pair<i64>,
}

/// One future, of the same path and place in A and in B.
#[derive(Serialize, JsonSchema, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Future {
    /// The path in Rust, as people write it.
    pub title: String,
    /// Where its body starts.
    pub location: Option<Location>,
    /// How it is in A and in B; none where it is not there.
    pub sides: Pair<Option<FutureSide>>,
}

/// A future in one of the builds.
#[derive(Serialize, JsonSchema, Debug, Clone)]
#[serde(rename_all = "kebab-case")]
pub struct FutureSide {
    /// The symbol of its `poll`.
    pub symbol: String,
    /// Its machine code.
    pub code: Code,
    /// What is left.
    pub left: Vec<Found>,
}

/// What is left in a future of one kind.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// The kind.
    pub kind: Left,
    /// How many findings.
    pub findings: usize,
}

/// The kinds of what rustc can leave: the panic for polls after completion, and all kinds of
/// findings of `report`.
#[derive(Serialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// A panic for polls after completion or after a panic.
    ResumedPanic,
    /// A finding of `cargo corofold report`.
    #[serde(untagged)]
    Finding(Kind),
}

impl Left {
    /// All kinds that rustc, and not the plugin, is the cause of.
    pub fn all() -> Vec<Self> {
        let of_rustc = |kind: &Kind| !matches!(kind, Kind::ResumedPanicKept | Kind::NotTransformed);
        let findings = Kind::ALL.into_iter().filter(of_rustc).map(Self::Finding);
        std::iter::once(Self::ResumedPanic).chain(findings).collect()
    }

    /// The name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResumedPanic => "resumed-panic",
            Self::Finding(kind) => kind.name(),
        }
    }

    /// What of rustc would find it.
    pub fn upstream(self) -> Option<&'static str> {
        match self {
            Self::ResumedPanic => Some("-Zasync-panic"),
            Self::Finding(Kind::EqualStates) => Some("rust#162429"),
            Self::Finding(Kind::UnreachableState) => Some("rust#135471"),
            Self::Finding(Kind::NeverSuspends | Kind::PassesThrough) => Some("goals#623"),
            Self::Finding(Kind::ArgumentStoredTwice) => Some("rust#135527"),
            Self::Finding(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_name_in_json_and_in_the_table() {
        for left in Left::all() {
            assert_eq!(serde_json::to_value(left).expect("serializable"), left.name());
        }
    }
}
