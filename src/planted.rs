//! Faults on purpose, to show that the tests find them. Only a build with the feature
//! `planted-faults` has any, and only the one that `COROFOLD_FAULT` names; `make faults` builds and
//! tries each.

/// A wrong change, at the place of the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `flatten` removes the drop of a suspended child where it would inline it.
    LostDrop,
    /// `flatten` suspends on the way into an await, before the child was polled.
    SkippedPoll,
    /// `flatten` removes the stores of a child's states, so that its cell stays what it was.
    StaleChild,
    /// `flatten` moves the store of a state, and stores it nowhere.
    LostState,
    /// `pending` returns another constant than Pending.
    WrongPending,
    /// `never` takes a future with one suspend state for one without.
    LostSuspension,
    /// `fold` takes states for equal whose code has other constants.
    WrongFold,
    /// `prune` takes all suspend states but the first for ones that no path reaches.
    PrunedState,
    /// `fold` and `slots` take all copies of a body to have the checks that it has here.
    ForgottenCheck,
    /// `slots` takes all copies of a callee to read what it reads here.
    UncheckedCallee,
}

/// Is this the fault that was asked for?
#[cfg(not(feature = "planted-faults"))]
pub const fn planted(_fault: Fault) -> bool {
    false
}

/// Is this the fault that was asked for?
#[cfg(feature = "planted-faults")]
pub fn planted(fault: Fault) -> bool {
    use std::sync::OnceLock;
    const ALL: [(&str, Fault); 10] = [
        ("lost-drop", Fault::LostDrop),
        ("skipped-poll", Fault::SkippedPoll),
        ("stale-child", Fault::StaleChild),
        ("lost-state", Fault::LostState),
        ("wrong-pending", Fault::WrongPending),
        ("lost-suspension", Fault::LostSuspension),
        ("wrong-fold", Fault::WrongFold),
        ("pruned-state", Fault::PrunedState),
        ("forgotten-check", Fault::ForgottenCheck),
        ("unchecked-callee", Fault::UncheckedCallee),
    ];
    static CHOSEN: OnceLock<Option<Fault>> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| {
        let name = std::env::var("COROFOLD_FAULT").ok()?;
        let known = ALL.iter().find(|(known, _)| *known == name);
        // The border makes a compile error of it.
        Some(known.unwrap_or_else(|| panic!("COROFOLD_FAULT={name}: valid are {ALL:?}")).1)
    });
    *chosen == Some(fault)
}
