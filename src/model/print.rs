//! `print<corofold>`: the model as text, stable enough for FileCheck.

use super::{AwaitSite, Coroutine, Model, POISONED, RETURNED, UNRESUMED, names};
use std::fmt;

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for coroutine in self.coroutines() {
            writeln!(f, "{coroutine}")?;
        }
        for left in &self.unrecognised {
            writeln!(f, "left alone '{}'", left.name)?;
            writeln!(f, "  because: {}", left.reason)?;
        }
        Ok(())
    }
}

impl fmt::Display for Coroutine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} '{}'", self.kind, self.name)?;
        match &self.location {
            Some(location) => writeln!(f, " at {location}")?,
            None => writeln!(f)?,
        }
        let cell = self.dispatch.cell;
        writeln!(f, "  cell: offset {}, i{}", cell.offset, cell.width)?;
        let folded = self.folded_states();
        for state in self.dispatch.cases.iter().map(|case| case.state) {
            match folded.get(&state) {
                Some(kept) => writeln!(f, "  state {state}: folded into state {kept}")?,
                None => writeln!(f, "  state {state}: {}", self.role(state))?,
            }
        }
        for site in &self.await_sites {
            writeln!(f, "  await site: {site}")?;
        }
        match &self.pending {
            Ok(encoding) => writeln!(f, "  Pending: {encoding}")?,
            Err(unknown) => writeln!(f, "  Pending: unknown: {unknown}")?,
        }
        match &self.drop_glue {
            Some(glue) => writeln!(f, "  drop glue: {}", names::readable(&glue.function.symbol()))?,
            None => writeln!(f, "  drop glue: not in this module")?,
        }
        write!(f, "  polled by: {}", self.callers)
    }
}

impl Coroutine {
    fn role(&self, state: u64) -> String {
        let panics = self.resumed_panics.iter().any(|panic| panic.state == state);
        let after = if panics { ", panics when resumed" } else { "" };
        match state {
            UNRESUMED => "unresumed".to_owned(),
            RETURNED => format!("returned{after}"),
            POISONED => format!("poisoned{after}"),
            _ => {
                let site = self.await_sites.binary_search_by_key(&state, |site| site.state);
                let site = site.ok().and_then(|index| self.await_sites.get(index));
                match site.and_then(|site| site.line) {
                    Some((line, column)) => format!("suspended at {line}:{column}"),
                    None => "suspended".to_owned(),
                }
            }
        }
    }
}

impl fmt::Display for AwaitSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "state {} polls ", self.state)?;
        match self.callee {
            Some(callee) => write!(f, "{}", names::readable(&callee.symbol()))?,
            None => f.write_str("a dyn Future")?,
        }
        match self.offset {
            Some(offset) => write!(f, " at offset {offset}"),
            None => f.write_str(" outside the frame"),
        }
    }
}
