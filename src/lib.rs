//! corofold: an LLVM pass plugin that simplifies the coroutine state machines of async Rust.
//!
//! The way of the data: [`llvm`] (typed access to the IR) -> [`model`] (recognised coroutines) ->
//! [`analysis`] -> [`transform`] (one file per transformation) -> [`report`]. `plugin` is the border to the host.

pub mod analysis;
pub mod llvm;
pub mod model;
pub mod options;
mod planted;
mod plugin;
pub mod report;
pub mod transform;
