//! Translation validation: runs each coroutine that the plugin changed, before and after, against
//! an environment that does everything it may do, and compares what can be observed.
//!
//! [`decode`] turns a module into plain data ([`ir`]); [`machine`] runs its functions over
//! [`memory`]; [`world`] is the environment; [`scenario`] polls and drops one future by a script;
//! [`explore`] chooses the scripts; [`compare`] compares what was seen; [`campaign`] does it for many files.
//!
//! # What runs
//!
//! The functions that the plugin changed, all coroutines with their drop glue, and small functions
//! without loops run as part of their callers. All other functions, and `poll` of futures that are
//! no coroutines, belong to the environment: a call of one is an event, and it returns or unwinds as
//! the script says. What it returns, writes through `sret` and through mutable borrows that are not
//! pinned, and what lies in the frame at first, is *unknown*. An unknown value is moved as it is. When
//! an instruction looks at it, it becomes one of the values that the code behind tells apart, and
//! each of them is a decision of the script. So a leaf is `Ready` or `Pending` without the executor
//! knowing how either is written. The same bytes have the same value in all executions of a scenario.
//!
//! # What is compared
//!
//! Each event with its arguments, what lies behind those that point to locals, and at each event all
//! memory that outlives the poll. What was undefined before may be anything after (refinement);
//! locals have no identity. The states of coroutines are left out of this comparison, because
//! `flatten`, `never` and `fold` are allowed to store them earlier, not at all, or as an equal one.
//! What they say is compared by use: a scenario polls several times and drops, by the code after
//! the plugin alone and by both versions in turn, as with copies in other codegen units that were
//! compiled without the plugin. If one leaves a state that the other one does not understand,
//! the events differ.
//!
//! # The second half of `slots`
//!
//! With `--late` the code before is what the plugin and a pipeline of LLVM's scalar passes leave, and the code after is that
//! without the stores which `corofold-unread-stores` takes. It takes only stores to bytes that an attribute of the
//! frame parameter lists: these may differ at an event. Once they do, they are undefined in the execution under
//! test, so that whoever looks at them later, in a branch, an argument or another byte, differs, whatever lies there by chance. And they
//! are compared at every event to whose callee the function that runs shows them: by an address below or equal, in
//! an argument, a local or shared memory that can be reached from there. All other bytes, states as well, are compared as they are.
//! Where an address ends nobody knows, so this rule is the one that the plugin has to keep to, not what the callee would read:
//! only of the functions that have not returned, for the list says that the bytes matter to nobody afterwards.
//! Whether that is so of code in other modules, and of callees of later polls that get an address from elsewhere, is not seen.
//!
//! # What is assumed
//!
//! The rules of `docs/soundness.md`: a coroutine that comes from the environment is unresumed, an
//! unwinding one stores state 2, nobody polls after completion (a scenario in which the code before panics
//! because of that is not compared), and one that only direct calls poll is awaited, so it is
//! not dropped after it completed.
//!
//! # What it cannot see
//!
//! Paths beyond the budget; bugs that need a special number in a calculation (three values are
//! tried); two pointers of the environment into one object; flags that make a result poison
//! (`nuw` and the like); attributes and metadata; more than one thread. Floating point, vectors
//! and a few other instructions are refused, and counted.

pub mod campaign;
pub mod compare;
pub mod decode;
pub mod explore;
pub mod ir;
pub mod machine;
pub mod memory;
pub mod operations;
pub mod pair;
pub mod plugin;
pub mod scenario;
pub mod shape;
pub mod value;
pub mod world;
