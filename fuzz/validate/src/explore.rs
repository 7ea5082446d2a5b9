//! Chooses the scenarios of a coroutine.

use crate::pair::{Pair, Root};
use crate::scenario::{self, Verdict};
use crate::value::Name;
use crate::world::{Decision, Site};
use std::collections::{BTreeMap, HashSet, VecDeque};

/// Scripts that wait, at most.
const MAX_WAITING: usize = 20_000;

/// What was found about one coroutine.
#[derive(Default, Debug)]
pub struct Findings {
    pub equal: usize,
    pub undefined: BTreeMap<String, usize>,
    pub refused: BTreeMap<String, usize>,
    /// The first one; no other is looked for
    pub mismatch: Option<String>,
    /// Blocks of the resume function and its drop glue
    pub blocks: usize,
    pub covered: usize,
}

/// Runs up to `budget` scenarios. Those that decide somewhere as no other one did come first, so
/// each option of each decision is met early, and all combinations if there are few.
pub fn explore(pair: &Pair<'_>, root: &Root, budget: usize) -> Findings {
    let mut findings = Findings::default();
    let mut covered = HashSet::new();
    let mut scripts = Scripts::default();
    scripts.fresh.push_back(Vec::new());
    for _ in 0..budget {
        let Some(script) = scripts.next() else { break };
        let length = script.len();
        let run = scenario::run(pair, root, script);
        scripts.add(&run.decisions, length);
        covered.extend(run.covered);
        match run.verdict {
            Verdict::Equal => findings.equal += 1,
            Verdict::Undefined(reason) => *findings.undefined.entry(reason).or_default() += 1,
            Verdict::Refused(reason) => *findings.refused.entry(reason).or_default() += 1,
            Verdict::Mismatch(difference) => {
                findings.mismatch = Some(difference);
                break;
            }
        }
    }
    let functions: Vec<Name> = [Some(root.resume), root.glue].into_iter().flatten().collect();
    findings.blocks = functions.iter().map(|name| pair.before.module.functions[name].blocks.len()).sum();
    findings.covered = covered.iter().filter(|(name, _)| functions.contains(name)).count();
    findings
}

/// Scripts that were not run yet.
#[derive(Default)]
struct Scripts {
    fresh: VecDeque<Vec<usize>>,
    other: VecDeque<Vec<usize>>,
    met: HashSet<(Site, usize)>,
}

impl Scripts {
    fn next(&mut self) -> Option<Vec<usize>> {
        self.fresh.pop_front().or_else(|| self.other.pop_front())
    }

    /// Adds those that differ from a run in one decision after the `fixed` first ones.
    fn add(&mut self, decisions: &[Decision], fixed: usize) {
        for decision in decisions {
            self.met.insert((decision.site, decision.chosen));
        }
        for (i, decision) in decisions.iter().enumerate().skip(fixed) {
            for option in (0..decision.options).filter(|option| *option != decision.chosen) {
                let is_fresh = self.met.insert((decision.site, option));
                let to = if is_fresh { &mut self.fresh } else { &mut self.other };
                if to.len() < MAX_WAITING {
                    let script = decisions[..i].iter().map(|decision| decision.chosen);
                    to.push_back(script.chain([option]).collect());
                }
            }
        }
    }
}
