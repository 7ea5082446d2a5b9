//! Why something is not recognised, in words a Rust programmer understands.

use thiserror::Error;

/// Why a function that looks like a coroutine is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotRecognised {
    /// The entry block does not load a state and jump on it.
    #[error("its first block does not dispatch on a state stored in the future")]
    NoDispatch,
    /// It is no async body, and has the code of one.
    #[error("it is an ordinary function that rustc inlined an async body into")]
    InlinedInto,
    /// It never returns, and awaits what is not known to be a future.
    #[error("it never returns, and what it awaits is not known to be a future")]
    AwaitsUnknown,
    /// It never returns, and does not await in the way of `.await`.
    #[error("it never returns, and pins what it polls in another way than `.await`")]
    PinsOtherwise,
    /// It never returns, and not every child is known to be gone once it is done.
    #[error("it never returns, and may poll a future again that is done")]
    PollsAgain,
    /// Names of `core` may be those of another crate.
    #[error(
        "two crates of this program are called `core`, and nothing tells which is the real one"
    )]
    SeveralCores,
    /// Something happens before the dispatch.
    #[error("its first block does more than look at the state")]
    EntryHasEffects,
    /// Copies elsewhere may go on where this one panics.
    #[error("a check for overflow in it always fails; copies in other crates may go without it")]
    DecidedCheck,
    /// The dispatch has a reachable default.
    #[error("states without a case of their own are handled together")]
    ReachableDefault,
    /// A case 0 is missing.
    #[error("there is no case for the future that was not polled yet")]
    NoUnresumedState,
    /// A store to the state cell is volatile, atomic, partial or not a constant.
    #[error("a state is stored that is not a plain constant")]
    UnusualStateStore,
    /// The state is read again after the dispatch.
    #[error("the state is read in more than one place")]
    SecondStateLoad,
    /// The dispatch is not all that looks at the state that was loaded.
    #[error("the state is used for more than to choose where to go on")]
    StateUsed,
    /// A state is stored that the dispatch does not know.
    #[error("state {0} is stored but has no case")]
    UnknownState(u64),
    /// After the state is stored, the function goes on.
    #[error("after storing state {0} the function does not just return")]
    NotAnExit(u64),
    /// A state's panic has another form than rustc gives it.
    #[error("the check for a resumption in state {0} has an unusual form")]
    UnusualResumedCheck(u64),
    /// Marked `optnone`.
    #[error("the function is marked not to be optimised")]
    OptNone,
}

/// Why the encoding of `Poll::Pending` is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PendingUnknown {
    /// It never suspends and no await site tests its result.
    #[error("the future never suspends, and nothing here awaits it to show how Pending looks")]
    NeverSuspendsNorAwaited,
    /// Its suspend exits do more than return a constant.
    #[error("its suspend exits do more than return a constant")]
    ExitNotConstant,
    /// Its suspend exits return different things.
    #[error("its suspend exits return different encodings")]
    ExitsDisagree,
    /// Await sites test it in a way that fits more than one value.
    #[error("the code that awaits it tests its result in a way that fits several values")]
    TestAmbiguous,
}
