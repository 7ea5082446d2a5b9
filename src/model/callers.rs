//! Who calls a resume function: rule 5 of the contract with rustc's lowering.
//!
//! A coroutine that is polled from await sites only, and whose address is not taken, is never
//! polled again after it returned Ready or unwound: the awaiting coroutine drops it and goes on.

use super::Coroutine;
use super::drop_glue::direct_calls;
use crate::llvm::{Function, Inst};
use std::collections::HashMap;
use std::fmt;

/// Who can reach a resume function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callers {
    /// Await sites of recognised coroutines, and nobody else.
    AwaitSites(Vec<Inst>),
    /// Nobody.
    Nobody,
    /// Code outside this module can call it.
    Exported,
    /// Its address is taken, for instance by the vtable of `dyn Future`.
    AddressTaken,
    /// Called directly by code that is not a recognised await site; the first such function.
    Others(Function),
}

impl Callers {
    /// Does rule 5 hold?
    pub fn are_await_sites_only(&self) -> bool {
        matches!(self, Self::AwaitSites(_) | Self::Nobody)
    }

    /// Finds out for `coroutine`, given the polls of all await sites.
    pub fn of(coroutine: &Coroutine, polls: &HashMap<Inst, Function>) -> Self {
        if !coroutine.resume.has_local_linkage() {
            return Self::Exported;
        }
        let Some(calls) = direct_calls(coroutine.resume) else { return Self::AddressTaken };
        if calls.is_empty() {
            return Self::Nobody;
        }
        match calls.iter().find(|call| !polls.contains_key(call)) {
            Some(other) => Self::Others(other.block().function()),
            None => Self::AwaitSites(calls),
        }
    }
}

impl fmt::Display for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AwaitSites(sites) => write!(f, "{} await site(s) only", sites.len()),
            Self::Nobody => f.write_str("nobody"),
            Self::Exported => f.write_str("code outside this module"),
            Self::AddressTaken => f.write_str("its address is taken (dyn Future or the like)"),
            Self::Others(caller) => {
                write!(f, "polled by hand in {}", super::names::readable(&caller.symbol()))
            }
        }
    }
}
