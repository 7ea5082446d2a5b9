//! `join`: equal ways into one await site become one.
//!
//! ```text
//! match k { 0 => f(1).await, 1 => f(2).await, _ => f(k).await }     // one state after `fold`
//!
//! before: arm 0: build f(1) in the frame -> poll      after: arm 0: x = 1 -> build f(x) -> poll
//!         arm 1: build f(2) in the frame -> poll             arm 1: x = 2 -> (as arm 0)
//! ```
//! The ways are compared from the blocks that dominate their entry edges on, the outermost first,
//! down to where they meet (see [`Comparison::compare_ways_in`]). Constants that are stored or
//! passed on may differ: they become phis.
//!
//! That is sound since equal ways do the same to the frame, call the same functions, and leave
//! nothing behind in locals: whoever comes to one may as well take the other.
//!
//! Declines: coverage builds, whose counters would lie; ways of which less than half is the same.

use super::Transformation;
use crate::analysis::compare::{Comparison, Correspondence};
use crate::llvm::{Block, Inst, Module, Opcode, Value};
use crate::model::{AwaitSite, Coroutine, Edge, Model};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::{HashMap, HashSet};

/// See the head of this file.
pub struct JoinWaysIn;

/// How far from its entry edge a way is looked at, in blocks that dominate it.
const MOST_BLOCKS: usize = 16;

/// How often the ways into one site are looked at anew.
const MOST_PLANS: usize = 8;

/// One way that becomes another.
struct Join {
    kept: Block,
    gone: Block,
    common: Correspondence,
}

impl Transformation for JoinWaysIn {
    fn name(&self) -> &'static str {
        "join"
    }

    fn run(&self, model: &mut Model, _options: &Options) -> bool {
        let mut changed = false;
        for resume in model.futures() {
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            let joined = join_all(model.module, &coroutine);
            if joined.is_empty() {
                continue;
            }
            for (state, number) in joined {
                let text = format!("{number} way(s) into it became part of others");
                let outcome = Outcome::passed("WaysJoined", text);
                model.record(self.name(), &coroutine, Some(state), outcome);
            }
            coroutine.mark();
            resume.remove_unreachable_blocks();
            model.refresh(resume);
            changed = true;
        }
        if changed {
            model.connect();
        }
        changed
    }
}

/// What planning needs; it holds until something is joined.
struct Analyses<'a> {
    comparison: Comparison<'a>,
    /// The immediate dominator of each block.
    dominators: HashMap<Block, Block>,
}

/// Joins the ways into each await site. Returns the sites' states, and how many ways went.
fn join_all(module: Module, coroutine: &Coroutine) -> Vec<(u64, usize)> {
    let sites = coroutine.await_sites.iter();
    let sites: Vec<&AwaitSite> = sites.filter(|site| ends(coroutine, site).len() > 1).collect();
    let counts = || coroutine.resume.instructions().any(Inst::is_profile_counter);
    if sites.is_empty() || counts() {
        return Vec::new();
    }
    let stores: HashSet<Inst> = coroutine.stores.iter().map(|store| store.store).collect();
    let analyse = || Analyses {
        comparison: Comparison::new(module, coroutine.resume, coroutine.dispatch.frame, |inst| {
            stores.contains(&inst)
        }),
        dominators: coroutine.resume.immediate_dominators(),
    };
    let mut analyses = analyse();
    let mut joined = Vec::new();
    for site in sites {
        let mut number = 0;
        // What was joined is looked at anew: one plan never depends on another.
        for _ in 0..MOST_PLANS {
            let plan = Plan::of(&analyses.comparison, &ways_in(&analyses, &ends(coroutine, site)));
            if plan.joins.is_empty() {
                break;
            }
            plan.apply();
            number += plan.joins.len();
            analyses = analyse();
        }
        if number > 0 {
            joined.push((site.state, number));
        }
    }
    joined
}

/// The blocks in which the ways into a site end: those that its entry edges come from or, where such
/// a block brings several ways together, its predecessors.
fn ends(coroutine: &Coroutine, site: &AwaitSite) -> Vec<Block> {
    let entries = site.entries(&coroutine.dispatch).into_iter().map(|edge| edge.from);
    let merged = |from: Block| {
        let before = from.predecessors();
        if before.len() > 1 { before } else { vec![from] }
    };
    entries.flat_map(merged).collect()
}

/// For each of these ends the blocks that every way to it passes, from the outermost on that is not
/// on the way to all of them.
fn ways_in(analyses: &Analyses, ends: &[Block]) -> Vec<Vec<Block>> {
    let above = |block: Block| {
        std::iter::successors(Some(block), |block| analyses.dominators.get(block).copied())
    };
    let mut passed: HashMap<Block, usize> = HashMap::new();
    for block in ends.iter().flat_map(|end| above(*end)) {
        *passed.entry(block).or_default() += 1;
    }
    let way = |from: Block| {
        let own = above(from).take_while(|block| passed[block] < ends.len());
        let mut way: Vec<Block> = own.take(MOST_BLOCKS).filter(is_entered_by_jumps).collect();
        way.reverse();
        way
    };
    ends.iter().map(|end| way(*end)).collect()
}

/// An unwind edge leads to a landing pad, and no block can stand between.
fn is_entered_by_jumps(block: &Block) -> bool {
    !block.walk().any(|inst| inst.is(Opcode::LLVMLandingPad))
}

/// An operand: an instruction and an index.
type Place = (Inst, u32);

/// Ways that become one and the same other way, which is the same code for all of them.
#[derive(Default)]
struct Plan {
    joins: Vec<Join>,
}

impl Plan {
    /// Goes through the ways and joins each to one before it, if it can.
    fn of(comparison: &Comparison, ways: &[Vec<Block>]) -> Self {
        let mut plan = Self::default();
        // Until the first join all blocks that a later way may become; then the one it chose.
        let mut kept: Vec<Block> = Vec::new();
        for way in ways {
            let mut own = Vec::new();
            for &start in way.iter().filter(|block| !kept.contains(block)) {
                if plan.joins.iter().any(|join| join.gone == start) {
                    break;
                }
                if let Some(join) = plan.join(comparison, &kept, start) {
                    kept = vec![join.kept];
                    plan.joins.push(join);
                    break;
                }
                own.push(start);
            }
            if plan.joins.is_empty() {
                kept.extend(own);
            }
        }
        plan
    }

    /// Finds a way that `gone` may become.
    fn join(&self, comparison: &Comparison, kept: &[Block], gone: Block) -> Option<Join> {
        kept.iter().find_map(|&kept| {
            let common = comparison.compare_ways_in(kept, gone).ok()?;
            let join = Join { kept, gone, common };
            (join.is_mostly_same() && join.is_apart() && self.fits(&join)).then_some(join)
        })
    }

    /// Does it keep just what the others keep? Then each has a value for each phi.
    fn fits(&self, join: &Join) -> bool {
        let of = |join: &Join| -> Vec<Inst> {
            join.common.instructions.iter().map(|(kept, _)| *kept).collect()
        };
        self.joins.first().is_none_or(|first| of(first) == of(join))
    }

    fn apply(&self) {
        let Some(kept) = self.joins.first().map(|join| join.kept) else { return };
        let mut places: Vec<Place> = Vec::new();
        for place in self.joins.iter().flat_map(|join| &join.common.parameters) {
            if !places.contains(place) {
                places.push(*place);
            }
        }
        // Read before any operand is replaced.
        let values: Vec<Vec<Value>> =
            self.joins.iter().map(|join| join.values_of(&places)).collect();
        let phis: Vec<Inst> = places.iter().map(|place| parameter(kept, *place)).collect();
        for (join, values) in self.joins.iter().zip(values) {
            let target = entry_with(kept, &phis.iter().copied().zip(values).collect::<Vec<_>>());
            for from in join.gone.predecessors() {
                Edge { from, to: join.gone }.redirect(target);
            }
            for (kept, gone) in &join.common.instructions {
                kept.merge_debug_location(*gone);
            }
        }
    }
}

impl Join {
    fn is_mostly_same(&self) -> bool {
        self.common.parameters.len() * 2 <= self.common.instructions.len()
    }

    /// Is no code in both ways?
    fn is_apart(&self) -> bool {
        let gone: HashSet<Inst> = self.common.instructions.iter().map(|(_, gone)| *gone).collect();
        self.common.instructions.iter().all(|(kept, _)| !gone.contains(kept))
    }

    /// What the way that goes has at these places.
    fn values_of(&self, places: &[Place]) -> Vec<Value> {
        let partner: HashMap<Inst, Inst> = self.common.instructions.iter().copied().collect();
        places.iter().filter_map(|(inst, index)| partner.get(inst)?.operand(*index)).collect()
    }
}

/// Where edges go that bring these values of the phis of `kept`. It is a block of its own, since one
/// switch may lead here by several edges that bring different ones.
fn entry_with(kept: Block, values: &[(Inst, Value)]) -> Block {
    if values.is_empty() {
        return kept;
    }
    let entry = kept.function().append_block("joined.way");
    entry.branch_to(kept);
    values.iter().for_each(|(phi, value)| phi.add_incoming(*value, entry));
    entry
}

/// A phi at the head of `block` in place of an operand behind it.
fn parameter(block: Block, (inst, index): Place) -> Inst {
    let own = inst.operands()[index as usize];
    let phi = block.prepend_phi(own.ty());
    block.incoming_edges().for_each(|from| phi.add_incoming(own, from));
    inst.set_operand(index, phi.value());
    phi
}
