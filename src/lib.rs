//! corofold: an LLVM pass plugin that simplifies the coroutine state machines of async Rust.
//!
//! The way of the data: [`llvm`] (typed access to the IR) -> [`model`] (recognised coroutines) ->
//! [`analysis`] -> [`transform`] (one file per transformation) -> [`report`]. `plugin` is the border to the host.

// The C API of the LLVM that the plugin is for; `llvm::version` has what else depends on it.
#[cfg(feature = "llvm19")]
extern crate llvm_sys_19 as llvm_sys;
#[cfg(feature = "llvm22")]
extern crate llvm_sys_22 as llvm_sys;

pub mod analysis;
pub mod compilation;
pub mod llvm;
pub mod model;
mod planted;
mod plugin;
pub mod report;
pub mod transform;

pub use corofold_options as options;
