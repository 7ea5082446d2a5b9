//! The transformations: one file each, over the model.
//!
//! To add one: a file here, a line in [`TRANSFORMATIONS`] and in `llvm-pass/Passes.def`, a folder
//! in `lit-tests/`.

mod completed;
mod flatten;
mod fold;
mod join;
mod never;
mod pending;
mod prune;
mod slots;

pub use slots::stores::remove_unread;

use crate::model::Model;
use crate::options::Options;

/// A change to the recognised coroutines of a module.
pub trait Transformation: Sync {
    /// Its name in options, pipeline text, remarks and reports.
    fn name(&self) -> &'static str;

    /// Applies it wherever its preconditions hold, and keeps the model true.
    /// Returns whether the IR changed.
    fn run(&self, model: &mut Model, options: &Options) -> bool;
}

/// All transformations, in the order in which they run: the numbers of `llvm-pass/Passes.def`.
///
/// - `prune` first: dead states need no work.
/// - `completed` before `never` and `fold`: cleanup that nothing needs makes fewer differences.
/// - `pending` before `never`: the suspend exits and tests that `never` removes tell how to say
///   Pending.
/// - `never` before `fold`: it removes states.
/// - `join` after `fold`: states that became one are entered by several ways.
/// - `flatten` after all that: it inlines what the others left, and moves the stores they look for.
/// - `slots` last: the slots of a child are part of the frame that its code became part of.
pub const TRANSFORMATIONS: [&dyn Transformation; 8] = [
    &prune::PruneStates,
    &completed::CompletedChildren,
    &pending::ResumedPanics,
    &never::NeverSuspending,
    &fold::FoldStates,
    &join::JoinWaysIn,
    &flatten::Flatten,
    &slots::UnreadSlots,
];

#[cfg(test)]
mod tests {
    use super::TRANSFORMATIONS;

    #[test]
    fn passes_def_lists_the_same_names_in_the_same_order() {
        let definitions = include_str!("../../llvm-pass/Passes.def");
        let lines = definitions.lines().filter(|line| line.starts_with("COROFOLD_PASS("));
        let listed: Vec<String> =
            lines.map(|line| line.rsplit('"').nth(1).unwrap_or_default().to_owned()).collect();
        let names: Vec<&str> = TRANSFORMATIONS.iter().map(|known| known.name()).collect();
        assert_eq!(listed, names);
        assert_eq!(names, crate::options::TRANSFORMATIONS.map(|(name, _)| name));
        for (number, line) in
            definitions.lines().filter(|line| line.starts_with("COROFOLD_PASS(")).enumerate()
        {
            assert!(line.starts_with(&format!("COROFOLD_PASS({number},")), "{line}");
        }
    }
}
