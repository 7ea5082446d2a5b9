//! `fold`: suspend states that behave alike become one.
//!
//! ```text
//! match k { 0 => f(1).await, _ => f(2).await }
//!
//! before: state 3 -> poll f -> Pending: store 3   after: state 3 -> poll f -> Pending: store 3
//!         state 4 -> poll f -> Pending: store 4          state 4 -> (as state 3)
//! ```
//! States are partitioned as in DFA minimisation: all that poll the same function at the same place
//! start in one class; members that differ from the first are split off until nothing changes. Only
//! states with one fingerprint are compared.
//! Equal means: the same code from the resume edge on, up to renaming (see [`compare`]), and the
//! same arm in the drop glue.
//!
//! Then the edges into the await site of a folded state go to that of the one that is kept, by way
//! of a copy of what its resume edge does first. That is sound since entering an await site is the
//! same as resuming there: what lives across an await lives in the frame, never in an alloca. The
//! case of the folded state stays in both switches, at the kept state's block: another codegen unit
//! may have its own copy of the resume function that was not folded and still stores it. Where all
//! suspend states have become one, that block is the default of the switch instead. Frame, size and
//! offsets stay.
//!
//! Declines: drop glue that is not in this module; coverage builds, whose counters would lie;
//! what comes from another crate, where copies may have checks for overflow that this code has not;
//! every difference, which the report names.

use super::Transformation;
use crate::analysis::compare::{Comparison, Correspondence};
use crate::analysis::difference::Difference;
use crate::analysis::fingerprint::Fingerprints;
use crate::compilation::is_whole_program;
use crate::llvm::{Block, Function, Inst, Module, Value};
use crate::model::{AwaitSite, Coroutine, Dispatch, Model};
use crate::options::Options;
use crate::report::Outcome;
use std::collections::{HashMap, HashSet};

/// See the head of this file.
pub struct FoldStates;

/// One state that becomes another.
struct Fold {
    kept: u64,
    folded: u64,
    common: Vec<Correspondence>,
}

/// What is to be done, and what cannot.
#[derive(Default)]
struct Plan {
    folds: Vec<Fold>,
    refused: Vec<(u64, String)>,
}

impl Transformation for FoldStates {
    fn name(&self) -> &'static str {
        "fold"
    }

    fn run(&self, model: &mut Model, options: &Options) -> bool {
        let is_whole = is_whole_program(options);
        let mut changed = false;
        for resume in model.futures() {
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            let plan = plan(model, &coroutine, is_whole);
            for (state, why) in &plan.refused {
                let outcome = Outcome::missed("StateNotFolded", why.clone());
                model.record(self.name(), &coroutine, Some(*state), outcome);
            }
            if plan.folds.is_empty() {
                continue;
            }
            apply(&coroutine, &plan.folds);
            for fold in &plan.folds {
                let text = format!("behaves like state {} and became it", fold.kept);
                let outcome = Outcome::passed("StateFolded", text).same_as(fold.kept);
                model.record(self.name(), &coroutine, Some(fold.folded), outcome);
            }
            clean_up(model.module, &coroutine);
            model.refresh(resume);
            changed = true;
        }
        if changed {
            model.connect();
        }
        changed
    }
}

fn plan(model: &Model, coroutine: &Coroutine, is_whole: bool) -> Plan {
    let mut plan = Plan::default();
    let sites: Vec<&AwaitSite> = candidates(coroutine);
    if sites.len() < 2 {
        return plan;
    }
    let refusal = if coroutine.resume.instructions().any(Inst::is_profile_counter) {
        Some("coverage counts the arms apart")
    } else if coroutine.drop_glue.is_none() {
        Some("its drop glue is not in this module")
    } else if !model.has_all_checks(coroutine, is_whole) {
        Some("it is of another crate, whose checks for overflow may tell its arms apart in a copy")
    } else {
        None
    };
    if let Some(why) = refusal {
        plan.refused.push((sites[0].state, why.to_owned()));
        return plan;
    }
    let states = States::new(model.module, coroutine);
    for class in partition(&states, &sites, &mut plan.refused) {
        let (kept, others) = (class.kept, class.others);
        plan.folds.extend(others.into_iter().map(|(folded, common)| Fold { kept, folded, common }));
    }
    plan.folds.sort_by_key(|fold| fold.folded);
    plan
}

/// States that some other state may equal: the same function polled at the same place.
fn candidates(coroutine: &Coroutine) -> Vec<&AwaitSite> {
    let mut count: HashMap<Option<Function>, usize> = HashMap::new();
    for site in &coroutine.await_sites {
        *count.entry(site.callee).or_default() += 1;
    }
    let has_twin = |site: &&AwaitSite| count.get(&site.callee).is_some_and(|count| *count > 1);
    coroutine
        .await_sites
        .iter()
        .filter(has_twin)
        .filter(|site| site.is_enterable(&coroutine.dispatch))
        .collect()
}

/// States that are equal to their first.
struct Class {
    kept: u64,
    others: Vec<(u64, Vec<Correspondence>)>,
}

type ClassOf = HashMap<u64, u64>;

/// Splits until every member equals the first of its class, given the classes themselves.
fn partition(
    states: &States,
    sites: &[&AwaitSite],
    refused: &mut Vec<(u64, String)>,
) -> Vec<Class> {
    let mut first_of: HashMap<Option<Function>, u64> = HashMap::new();
    let optimistic: ClassOf = sites
        .iter()
        .map(|site| (site.state, *first_of.entry(site.callee).or_insert(site.state)))
        .collect();
    let mut differences: HashMap<u64, Difference> = HashMap::new();
    let mut class_of = optimistic.clone();
    loop {
        let (classes, split) = refine(states, sites, &class_of, &mut differences);
        if split == class_of {
            refused.extend(failures(states, &optimistic, &classes, differences));
            return classes;
        }
        class_of = split;
    }
}

/// What keeps those states alone that are in no class with another one, the first of their kind
/// aside.
fn failures(
    states: &States,
    optimistic: &ClassOf,
    classes: &[Class],
    mut differences: HashMap<u64, Difference>,
) -> Vec<(u64, String)> {
    let same_class = |a: u64, b: u64| is_same_class(optimistic, a, b);
    let alone = classes.iter().filter(|class| class.others.is_empty()).map(|class| class.kept);
    let mut failed: Vec<(u64, String)> = alone
        .filter_map(|state| {
            // Where the fingerprint told them apart, nothing was compared.
            let first = optimistic[&state];
            let found = differences.remove(&state);
            let why = found.or_else(|| states.compare(first, state, &same_class).err())?;
            (state != first).then(|| (state, why.to_string()))
        })
        .collect();
    failed.sort_by_key(|(state, _)| *state);
    failed
}

fn is_same_class(class_of: &ClassOf, a: u64, b: u64) -> bool {
    class_of.contains_key(&a) && class_of.get(&a) == class_of.get(&b)
}

/// One round of splitting.
fn refine(
    states: &States,
    sites: &[&AwaitSite],
    class_of: &ClassOf,
    differences: &mut HashMap<u64, Difference>,
) -> (Vec<Class>, ClassOf) {
    let same_class = |a: u64, b: u64| is_same_class(class_of, a, b);
    let mut classes: Vec<Class> = Vec::new();
    let mut split = ClassOf::new();
    // Only states of one home with one fingerprint can be equal.
    let mut known: HashMap<(u64, Fingerprint), Vec<usize>> = HashMap::new();
    for site in sites {
        let state = site.state;
        let alike = known.entry((class_of[&state], states.fingerprint(state))).or_default();
        let home = alike.iter().copied().find_map(|index| {
            match states.compare(classes[index].kept, state, &same_class) {
                Ok(common) => Some((index, common)),
                Err(difference) => {
                    differences.entry(state).or_insert(difference);
                    None
                }
            }
        });
        if let Some((index, common)) = home {
            split.insert(state, classes[index].kept);
            classes[index].others.push((state, common));
        } else {
            split.insert(state, state);
            alike.push(classes.len());
            classes.push(Class { kept: state, others: Vec::new() });
        }
    }
    (classes, split)
}

/// Of a state's code in the resume function and in the drop glue.
type Fingerprint = (Option<u64>, Option<u64>);

/// Compares states: their resume edges, then their arms in the drop glue.
struct States<'a> {
    dispatch: &'a Dispatch,
    resume: Comparison<'a>,
    drop: Option<(&'a Dispatch, Comparison<'a>)>,
    resume_prints: Fingerprints,
    drop_prints: Option<Fingerprints>,
}

impl<'a> States<'a> {
    fn new(module: Module, coroutine: &'a Coroutine) -> Self {
        let stores: HashSet<Inst> = coroutine.stores.iter().map(|store| store.store).collect();
        let dispatch = &coroutine.dispatch;
        let resume = Comparison::new(module, coroutine.resume, dispatch.frame, move |inst| {
            stores.contains(&inst)
        });
        let drop = coroutine.drop_glue.as_ref().and_then(|glue| {
            let dispatch = glue.dispatch.as_ref()?;
            let comparison = Comparison::new(module, glue.function, dispatch.frame, |_| false);
            Some((dispatch, comparison))
        });
        let resume_prints = resume.fingerprints();
        let drop_prints = drop.as_ref().map(|(_, comparison)| comparison.fingerprints());
        Self { dispatch, resume, drop, resume_prints, drop_prints }
    }

    /// The same for all states that are equal.
    fn fingerprint(&self, state: u64) -> Fingerprint {
        let of = |dispatch: &Dispatch, prints: &Fingerprints| prints.get(dispatch.target(state)?);
        let glue = self.drop.as_ref().zip(self.drop_prints.as_ref());
        let drop = glue.and_then(|((dispatch, _), prints)| of(dispatch, prints));
        (of(self.dispatch, &self.resume_prints), drop)
    }

    fn compare(
        &self,
        kept: u64,
        other: u64,
        assumed: &dyn Fn(u64, u64) -> bool,
    ) -> Result<Vec<Correspondence>, Difference> {
        let targets = |dispatch: &Dispatch| Some((dispatch.target(kept)?, dispatch.target(other)?));
        let (left, right) = targets(self.dispatch).ok_or(Difference::ControlFlow)?;
        let mut common = vec![self.resume.compare(left, right, assumed)?];
        if let Some((dispatch, comparison)) = &self.drop {
            let (left, right) = targets(dispatch).ok_or(Difference::ControlFlow)?;
            let is_redirectable = left == right || dispatch.cases.iter().any(|c| c.state == other);
            if !is_redirectable {
                return Err(Difference::ControlFlow);
            }
            let same = comparison.compare(left, right, assumed);
            common.push(same.map_err(|difference| Difference::Drop(Box::new(difference)))?);
        }
        Ok(common)
    }
}

fn apply(coroutine: &Coroutine, folds: &[Fold]) {
    let sites: HashMap<u64, &AwaitSite> =
        coroutine.await_sites.iter().map(|site| (site.state, site)).collect();
    let mut entries: HashMap<u64, Block> = HashMap::new();
    for fold in folds {
        let (Some(kept), Some(folded)) = (sites.get(&fold.kept), sites.get(&fold.folded)) else {
            continue;
        };
        // The kept state is entered the same way, so that nothing tells the arms apart.
        let entry = *entries.entry(fold.kept).or_insert_with(|| common_entry(coroutine, kept));
        for edge in folded.entries(&coroutine.dispatch) {
            edge.redirect(entry);
        }
        for (kept, gone) in fold.common.iter().flat_map(|common| &common.instructions) {
            kept.merge_debug_location(*gone);
        }
    }
    redirect_cases(coroutine, folds);
}

/// Both switches lead the folded states where the kept ones go.
fn redirect_cases(coroutine: &Coroutine, folds: &[Fold]) {
    let glue = coroutine.drop_glue.as_ref().and_then(|glue| glue.dispatch.as_ref());
    for dispatch in [Some(&coroutine.dispatch), glue].into_iter().flatten() {
        let goes_with = |fold: &Fold| Some((fold.folded, dispatch.target(fold.kept)?));
        dispatch.redirect_cases(&folds.iter().filter_map(goes_with).collect());
    }
}

/// A block that prepares locals as the resume edge of `site` does, and goes on to its poll. All
/// entry edges of the site lead there.
fn common_entry(coroutine: &Coroutine, site: &AwaitSite) -> Block {
    let edges = site.entries(&coroutine.dispatch);
    let entry = entry_like_resume(coroutine, site);
    edges.into_iter().for_each(|edge| edge.redirect(entry));
    entry
}

/// A block that prepares locals as the resume edge of `site` does, and goes on to its poll.
fn entry_like_resume(coroutine: &Coroutine, site: &AwaitSite) -> Block {
    let block = coroutine.resume.append_block("folded.entry");
    let mut copies: HashMap<Value, Value> = HashMap::new();
    for inst in site.resume_line().into_iter().flat_map(Block::instructions) {
        if inst.successor_count() == 0 {
            let copy =
                inst.clone_to_end(block, |value| copies.get(&value).copied().unwrap_or(value));
            copies.insert(inst.value(), copy.value());
        }
    }
    block.branch_to(site.poll_block);
    block
}

fn clean_up(module: Module, coroutine: &Coroutine) {
    coroutine.mark();
    let glue = coroutine.drop_glue.as_ref().map(|glue| glue.function);
    for function in std::iter::once(coroutine.resume).chain(glue) {
        if let Some(dispatch) = Dispatch::of(module, function) {
            dispatch.suspend_by_default();
        }
        function.remove_unreachable_blocks();
    }
}
