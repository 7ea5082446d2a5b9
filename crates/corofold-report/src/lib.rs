//! What the plugin found and did in one module: the document that it writes, and that
//! `cargo corofold` reads back from the artifact.
//!
//! The plugin puts one document per module into the section [`SECTION`] of the object file, as
//! compact JSON and a newline. A linker puts the sections of all objects after one another, so a
//! linked file holds one document per line ([`read`]).

#![forbid(unsafe_code)]

use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the document. It changes when a field is removed, renamed or means something
/// else; a new field does not change it.
pub const SCHEMA: u32 = 1;

/// The section of an ELF object that holds the document. It is not loaded.
pub const SECTION: &str = ".corofold";

/// The document of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Module {
    /// [`SCHEMA`] of the plugin that wrote it.
    pub schema: u32,
    /// The name of the codegen unit.
    pub module: String,
    /// The plugin's options, as in `COROFOLD`.
    pub options: String,
    /// The recognised coroutines, in the order of the module's functions.
    pub coroutines: Vec<Coroutine>,
    /// What looks like a coroutine and was left as it was.
    pub unrecognised: Vec<Unrecognised>,
    /// What was done and what was left, in order.
    pub records: Vec<Record>,
}

impl Module {
    /// All places, so that their files can be given other names.
    pub fn locations_mut(&mut self) -> impl Iterator<Item = &mut Location> {
        let coroutines = self.coroutines.iter_mut().flat_map(Coroutine::locations_mut);
        let unrecognised = self.unrecognised.iter_mut().filter_map(|left| left.location.as_mut());
        let records = self.records.iter_mut().filter_map(|record| record.location.as_mut());
        coroutines.chain(unrecognised).chain(records)
    }

    /// The places of await sites, which are from debug information: their columns count bytes, and
    /// all others characters.
    pub fn await_locations_mut(&mut self) -> impl Iterator<Item = &mut Location> {
        self.coroutines.iter_mut().flat_map(Coroutine::await_locations_mut)
    }
}

/// One coroutine: the body of one `async fn`, block or closure, for one set of generic arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coroutine {
    /// The symbol of its resume function (its `poll`).
    pub symbol: String,
    /// The symbol of its drop glue, where that is in this module.
    pub drop_glue: Option<String>,
    /// The path in Rust, without hashes.
    pub name: String,
    /// `async`, `async gen`, `gen` or `coroutine`.
    pub kind: String,
    /// Where its body starts.
    pub location: Option<Location>,
    /// Suspend states in the object.
    pub suspend_states: usize,
    /// Panics for polls after completion or after a panic that are left in the object.
    pub resumed_panics_left: usize,
    /// Who polls it, in words.
    pub polled_by: String,
    /// Its memory, where the module has full debug information.
    pub frame: Option<Frame>,
    /// The state machine as rustc made it.
    pub before: Option<Machine>,
    /// What became of it. None where no transformation ran, and where it is no state machine of its
    /// own any more, for instance since it became part of the future that awaits it.
    pub after: Option<Machine>,
}

impl Coroutine {
    fn locations_mut(&mut self) -> impl Iterator<Item = &mut Location> {
        let suspended = self.frame.iter_mut().flat_map(|frame| &mut frame.suspended);
        let suspended = suspended.filter_map(|suspended| suspended.location.as_mut());
        let sites = await_locations(&mut self.before, &mut self.after);
        self.location.iter_mut().chain(suspended).chain(sites)
    }

    fn await_locations_mut(&mut self) -> impl Iterator<Item = &mut Location> {
        await_locations(&mut self.before, &mut self.after)
    }
}

fn await_locations<'a>(
    before: &'a mut Option<Machine>,
    after: &'a mut Option<Machine>,
) -> impl Iterator<Item = &'a mut Location> {
    let sites = before.iter_mut().chain(after).flat_map(|machine| &mut machine.await_sites);
    sites.filter_map(|site| site.location.as_mut())
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Location {
    /// The file, as the compiler was given it, or, where debug information says so, in full.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; 0 where unknown.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column == 0 { Ok(()) } else { write!(f, ":{}", self.column) }
    }
}

/// A state machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Machine {
    /// Its states, by number.
    pub states: Vec<State>,
    /// Its await sites, by state.
    pub await_sites: Vec<AwaitSite>,
    /// How it says `Poll::Pending`, as LLVM constants; none where that is not known.
    pub pending: Option<String>,
    /// Panics for polls after completion or after a panic.
    pub resumed_panics: usize,
    /// LLVM instructions of the resume function.
    pub instructions: usize,
    /// Does it make one future, await it and return what that returns, and nothing else?
    pub passes_through: bool,
}

/// A state, and an edge for each way on from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct State {
    /// The number in the state cell.
    pub state: u64,
    /// What it means.
    pub role: Role,
    /// The state that shares its code, if it was folded.
    pub folded_into: Option<u64>,
    /// The states in which one poll that starts here can end.
    pub next: Vec<u64>,
    /// Where the code goes on from here, once what it waits for is ready: the states of the await
    /// sites that come next, with no other between, and `returned` if it can complete without.
    #[serde(default)]
    pub leads_to: Vec<u64>,
    /// LLVM instructions of the resume function that run only on ways through this state.
    pub own_instructions: usize,
}

/// What a state means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Not polled yet.
    Unresumed,
    /// Completed.
    Returned,
    /// Panicked.
    Poisoned,
    /// Waits at an await site.
    Suspended,
}

/// Where a coroutine polls a child that it awaits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct AwaitSite {
    /// The state in which it waits here.
    pub state: u64,
    /// The symbol of the function that polls the child; none for `dyn Future`.
    pub symbol: Option<String>,
    /// Its path in Rust.
    pub awaits: Option<String>,
    /// Where in the frame the child lives, in bytes; none where it is not in the frame.
    pub offset: Option<i64>,
    /// The place of the `.await`, where the module has line tables.
    pub location: Option<Location>,
}

/// The memory of a coroutine, from rustc's debug information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Frame {
    /// What it was written as: `async fn`, `async block`, `async closure`.
    pub construct: String,
    /// Bytes of the whole frame.
    pub bytes: u64,
    /// What it holds before the first poll: arguments and captures.
    pub captured: Vec<Slot>,
    /// What it holds in each suspend state.
    pub suspended: Vec<Suspended>,
}

/// What the frame holds while it waits in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Suspended {
    /// The state.
    pub state: u64,
    /// The place of the `.await`.
    pub location: Option<Location>,
    /// Values that live across it, and the child (`__awaitee`).
    pub slots: Vec<Slot>,
}

/// A value in a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Slot {
    /// The name of the variable.
    pub name: String,
    /// Its type; none where debug information does not name it.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Bytes from the start of the frame.
    pub offset: u64,
    /// Its size.
    pub bytes: u64,
}

impl Slot {
    /// The slot of the future that is awaited.
    pub const AWAITEE: &str = "__awaitee";
}

/// A function that looks like a coroutine and is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Unrecognised {
    /// Its symbol.
    pub symbol: String,
    /// Its path in Rust.
    pub name: String,
    /// Where it starts, if the module says so.
    pub location: Option<Location>,
    /// Why, in words.
    pub reason: String,
}

/// The result of one transformation at one coroutine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// The transformation.
    pub transformation: String,
    /// The symbol of the coroutine's resume function.
    pub symbol: String,
    /// The coroutine's path in Rust.
    pub coroutine: String,
    /// Where its body starts.
    pub location: Option<Location>,
    /// The state concerned.
    pub state: Option<u64>,
    /// The state that it became the same as.
    pub other_state: Option<u64>,
    /// Done or left alone.
    pub done: bool,
    /// CamelCase name of the finding, the name of the LLVM remark.
    pub remark: String,
    /// In words.
    pub text: String,
}

/// A section that does not hold what it should.
#[derive(Debug)]
pub enum ReadError {
    /// A document that is cut off, or no document.
    Json(serde_json::Error),
    /// A document of another version.
    Schema(u32),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the section {SECTION} is damaged: {error}"),
            Self::Schema(found) => write!(
                f,
                "the section {SECTION} has version {found}, and this command reads {SCHEMA}: use \
                 the plugin and the command of one release"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// The documents of a section, in the order of the linker.
///
/// # Errors
/// The first document that cannot be read.
pub fn read(section: &[u8]) -> Result<Vec<Module>, ReadError> {
    #[derive(Deserialize)]
    struct Version {
        schema: u32,
    }
    // Linkers may pad with zeros.
    let lines = section.split(|byte| matches!(byte, b'\n' | 0)).filter(|line| !line.is_empty());
    let documents = lines.map(|line| {
        let version: Version = serde_json::from_slice(line).map_err(ReadError::Json)?;
        if version.schema != SCHEMA {
            return Err(ReadError::Schema(version.schema));
        }
        serde_json::from_slice(line).map_err(ReadError::Json)
    });
    documents.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str) -> Module {
        Module {
            schema: SCHEMA,
            module: name.to_owned(),
            options: "off,report".to_owned(),
            coroutines: Vec::new(),
            unrecognised: Vec::new(),
            records: Vec::new(),
        }
    }

    #[test]
    fn documents_follow_one_another() {
        let mut section = Vec::new();
        for name in ["a", "b"] {
            section.extend(serde_json::to_vec(&module(name)).expect("serializable"));
            section.extend(b"\n\0\0");
        }
        assert_eq!(read(&section).expect("two documents"), [module("a"), module("b")]);
    }

    #[test]
    fn another_version_is_told_even_if_its_fields_are_others() {
        let error = read(b"{\"schema\":7,\"units\":[]}\n").expect_err("version 7");
        assert!(error.to_string().contains("version 7"), "{error}");
    }

    #[test]
    fn a_damaged_section_is_told() {
        let error = read(b"{\"schema\":1,\"mod").expect_err("cut off");
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
