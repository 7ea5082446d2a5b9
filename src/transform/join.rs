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
    let sites = coroutine.await_sites.iter().map(|site| (site.state, ends(coroutine, site)));
    let sites: Vec<(u64, Vec<Block>)> = sites.filter(|(_, ends)| ends.len() > 1).collect();
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
    for (state, ends) in sites {
        let ways = ways_in(&analyses, &ends);
        let plan = Plan::of(&analyses.comparison, &ways);
        if !plan.joins.is_empty() {
            plan.apply();
            joined.push((state, plan.joins.len()));
            analyses = analyse();
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

/// What is to be joined at one await site.
#[derive(Default)]
struct Plan {
    /// Where ways start that stay, outer ones before inner ones.
    kept: Vec<Block>,
    joins: Vec<Join>,
}

impl Plan {
    fn of(comparison: &Comparison, ways: &[Vec<Block>]) -> Self {
        let mut plan = Self::default();
        for way in ways {
            let mut own = Vec::new();
            for &start in way.iter().filter(|block| !plan.kept.contains(block)) {
                if plan.joins.iter().any(|join| join.gone == start) {
                    break;
                }
                if let Some(join) = plan.join(comparison, start) {
                    plan.joins.push(join);
                    break;
                }
                own.push(start);
            }
            plan.kept.extend(own);
        }
        plan
    }

    /// Finds a way that `gone` may become.
    fn join(&self, comparison: &Comparison, gone: Block) -> Option<Join> {
        self.kept.iter().find_map(|&kept| {
            let common = comparison.compare_ways_in(kept, gone).ok()?;
            let is_mostly_same = common.parameters.len() * 2 <= common.instructions.len();
            is_mostly_same.then_some(Join { kept, gone, common })
        })
    }

    /// All operands that become phis. What is kept of one way may lead into another that is kept,
    /// whose parameters are then its own; such joins come later, never the other way round.
    fn parameters(&self) -> HashSet<Place> {
        let mut parameters: HashSet<Place> = HashSet::new();
        for join in self.joins.iter().rev() {
            parameters.extend(&join.common.parameters);
            for &(kept, gone) in &join.common.instructions {
                let varying = places(gone).filter(|place| parameters.contains(place));
                let passed_on: Vec<Place> = varying.map(|(_, index)| (kept, index)).collect();
                parameters.extend(passed_on);
            }
        }
        parameters
    }

    fn apply(&self) {
        let phis = self.insert_phis();
        for join in &self.joins {
            let partner: HashMap<Inst, Inst> = join.common.instructions.iter().copied().collect();
            let values: Vec<(Inst, Value)> = phis[&join.kept]
                .iter()
                .filter_map(|((inst, index), phi)| {
                    Some((*phi, partner.get(inst)?.operand(*index)?))
                })
                .collect();
            let target = entry_with(join.kept, &values);
            for from in join.gone.predecessors() {
                Edge { from, to: join.gone }.redirect(target);
            }
            for (kept, gone) in &join.common.instructions {
                kept.merge_debug_location(*gone);
            }
        }
    }

    /// The phis of each way that others join, by the operands that they stand for.
    fn insert_phis(&self) -> HashMap<Block, Vec<(Place, Inst)>> {
        let parameters = self.parameters();
        let mut phis = HashMap::new();
        for &block in &self.kept {
            let Some(join) = self.joins.iter().find(|join| join.kept == block) else { continue };
            let kept = join.common.instructions.iter().map(|(kept, _)| *kept);
            let varying = kept.flat_map(places).filter(|place| parameters.contains(place));
            let own = varying.filter_map(|place| Some((place, parameter(block, place)?)));
            phis.insert(block, own.collect());
        }
        phis
    }
}

/// An operand: an instruction and an index.
type Place = (Inst, u32);

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

fn places(inst: Inst) -> impl Iterator<Item = Place> {
    (0..inst.operands().len() as u32).map(move |index| (inst, index))
}

/// A phi at the head of `block` in place of an operand behind it.
fn parameter(block: Block, (inst, index): Place) -> Option<Inst> {
    let own = inst.operand(index)?;
    let phi = block.prepend_phi(own.ty());
    block.incoming_edges().for_each(|from| phi.add_incoming(own, from));
    inst.set_operand(index, phi.value());
    Some(phi)
}
