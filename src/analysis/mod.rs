//! Analyses: facts about recognised coroutines that more than one place needs.

pub mod compare;
pub mod difference;
pub mod fingerprint;
pub mod frame;
pub mod liveness;
pub mod stack;
