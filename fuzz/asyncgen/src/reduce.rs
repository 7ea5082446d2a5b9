//! `reduce`: makes a failing program smaller while it still fails the same way.

use crate::ast::*;
use crate::check::{Bench, Kind};
use crate::compile::Toolchain;
use crate::config::Config;
use crate::print;
use anyhow::{Result, bail};

/// Fails in the same way as the original.
fn fails(chain: &Toolchain, p: &Program, config: &Config, repoll: bool) -> Result<Option<Kind>> {
    let dir = tempfile::tempdir()?;
    // A smaller program that no longer compiles is no failure of the plugin.
    let Ok(mut bench) = Bench::new(chain, dir.path(), std::slice::from_ref(p), "0", repoll) else {
        return Ok(None);
    };
    Ok(bench.check(config, true)?.map(|f| f.kind))
}

/// The smallest program found.
pub fn reduce(chain: &Toolchain, mut p: Program, configs: &[Config], repoll: bool) -> Result<(Program, Config)> {
    let mut found = None;
    for config in configs {
        if let Some(kind) = fails(chain, &p, config, repoll)? {
            found = Some((config.clone(), kind));
            break;
        }
    }
    let Some((config, kind)) = found else {
        bail!("seed {} does not fail in {} builds: name one with --config", p.seed, configs.len());
    };
    eprintln!("asyncgen: {kind} with {config}, {} lines", print::lines(&p));
    loop {
        let before = print::lines(&p);
        let mut at = 0;
        while let Some(smaller) = edited(&p, at) {
            // What is removed takes the edits inside it along: stay at the same number.
            if print::lines(&smaller) <= print::lines(&p) && fails(chain, &smaller, &config, repoll)? == Some(kind) {
                p = smaller;
                eprintln!("asyncgen: {} lines", print::lines(&p));
            } else {
                at += 1;
            }
        }
        if print::lines(&p) == before {
            return Ok((p, config));
        }
    }
}

/// The program with its edit number `at` made; `None` behind the last.
fn edited(p: &Program, at: usize) -> Option<Program> {
    let mut e = Edit { left: Some(at) };
    let mut p = p.clone();
    let mut i = 0;
    while i < p.roots.len() && p.roots.len() > 1 {
        if e.now() {
            p.roots.remove(i);
        }
        i += 1;
    }
    for i in p.reachable() {
        e.func(&mut p.fns[i]);
    }
    e.left.is_none().then_some(p)
}

/// Counts possible edits, and makes the one whose number it is.
struct Edit {
    left: Option<usize>,
}

impl Edit {
    fn now(&mut self) -> bool {
        match self.left {
            Some(0) => {
                self.left = None;
                true
            }
            Some(n) => {
                self.left = Some(n - 1);
                false
            }
            None => false,
        }
    }

    fn func(&mut self, f: &mut Func) {
        if !f.body.is_empty() && self.now() {
            f.body.clear();
        }
        if !matches!(f.tail, Tail::Make) && f.ret != Ty::Never && self.now() {
            f.tail = Tail::Make;
        }
        if f.inline.is_some() && self.now() {
            f.inline = None;
        }
        self.block(&mut f.body);
        match &mut f.tail {
            Tail::Forever(b) => self.block(b),
            Tail::Match(arms) => self.arms(arms),
            Tail::Make | Tail::Await(_) | Tail::Question(_) => {}
        }
        f.tail.futs().into_iter().for_each(|f| self.fut(f));
    }

    fn block(&mut self, b: &mut Block) {
        let mut i = 0;
        while i < b.len() {
            if self.now() {
                b.remove(i);
                return;
            }
            if let Some(inner) = self.hoisted(&mut b[i]) {
                b.splice(i..=i, inner);
                return;
            }
            self.stmt(&mut b[i]);
            i += 1;
        }
    }

    /// The blocks of a statement in its place.
    fn hoisted(&mut self, s: &mut Stmt) -> Option<Block> {
        let mut all = vec![];
        blocks_of(s, &mut |b| all.push(b.clone()));
        for (i, b) in all.iter().enumerate() {
            // Equal arms give equal programs.
            if !all[..i].iter().any(|o| format!("{o:?}") == format!("{b:?}")) && self.now() {
                return Some(b.clone());
            }
        }
        None
    }

    fn stmt(&mut self, s: &mut Stmt) {
        match s {
            Stmt::Match { arms, .. } => self.arms(arms),
            Stmt::MatchValue { arms, .. } => self.arms(arms),
            Stmt::If { other, .. } if !other.is_empty() && self.now() => other.clear(),
            Stmt::Lets(list) => self.arms(list),
            Stmt::Wide { from, .. } if !matches!(from, Source::Made) && self.now() => *from = Source::Made,
            Stmt::Wide { passes, .. } if !passes.is_empty() && self.now() => drop(passes.pop()),
            Stmt::Await { how, .. } if !matches!(how, How::Bind | How::Discard) && self.now() => *how = How::Bind,
            _ => {}
        }
        futs_of(s, &mut |f| self.fut(f));
        blocks_of(s, &mut |b| self.block(b));
    }

    fn arms<T>(&mut self, arms: &mut Vec<T>) {
        let mut i = 0;
        while arms.len() > 1 && i < arms.len() {
            if self.now() {
                arms.remove(i);
                return;
            }
            i += 1;
        }
    }

    fn fut(&mut self, f: &mut Fut) {
        let inner: Vec<Fut> = f.children().into_iter().map(|c| c.clone()).collect();
        for child in inner {
            if self.now() {
                *f = child;
                return;
            }
        }
        if !matches!(f, Fut::Yields | Fut::Leaf { .. } | Fut::Ready { .. }) && self.now() {
            *f = Fut::Yields;
            return;
        }
        if let Fut::Block { body, .. } = f {
            self.block(body);
        }
        f.children().into_iter().for_each(|c| self.fut(c));
    }
}
