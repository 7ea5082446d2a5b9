//! The programs that are generated, as a tree.
//!
//! Every body works on one accumulator `a: u64`, so statements can be added,
//! mutated and removed without breaking the names and types of the others.

pub type Block = Vec<Stmt>;

/// Types that futures complete with; one per kind of `Poll` layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    Unit,
    Bool,
    U8,
    I16,
    U32,
    U64,
    U128,
    Char,
    F64,
    Pair,
    Str,
    OptBox,
    OptU32,
    NonZero,
    OptNonZero,
    Ordering,
    Arr3,
    Arr40,
    Arr4,
    Trio,
    OptTrio,
    Mixed,
    Page,
    Tailed,
    String,
    Bytes,
    Niche,
    Fat,
    Traced,
    DynFn,
    PollU8,
    ResU32,
    ResBox,
    ResUnit,
    ResString,
    /// Only in functions that never complete.
    Never,
    /// The type parameter of the enclosing function.
    Param,
}

impl Ty {
    /// Concrete types a generator may choose from; `Result`s for `?` are at the end.
    pub const ALL: [Ty; 35] = [
        Ty::Unit,
        Ty::Bool,
        Ty::U8,
        Ty::I16,
        Ty::U32,
        Ty::U64,
        Ty::U128,
        Ty::Char,
        Ty::F64,
        Ty::Pair,
        Ty::Str,
        Ty::OptBox,
        Ty::OptU32,
        Ty::NonZero,
        Ty::OptNonZero,
        Ty::Ordering,
        Ty::Arr3,
        Ty::Arr40,
        Ty::Arr4,
        Ty::Trio,
        Ty::OptTrio,
        Ty::Mixed,
        Ty::Page,
        Ty::Tailed,
        Ty::String,
        Ty::Bytes,
        Ty::Niche,
        Ty::Fat,
        Ty::Traced,
        Ty::DynFn,
        Ty::PollU8,
        Ty::ResU32,
        Ty::ResBox,
        Ty::ResUnit,
        Ty::ResString,
    ];
    pub const RESULTS: [Ty; 4] = [Ty::ResU32, Ty::ResBox, Ty::ResUnit, Ty::ResString];
    /// `Copy` types that do not fit in two registers: calls pass the address of a copy, and of room for a result.
    pub const WIDE: [Ty; 7] = [Ty::Arr40, Ty::Arr4, Ty::Trio, Ty::OptTrio, Ty::Mixed, Ty::Page, Ty::Tailed];

    pub fn is_result(self) -> bool {
        Ty::RESULTS.contains(&self)
    }

    /// A number that is part of a wide value, as it is written behind the value's name.
    pub fn part(self, pick: u32) -> &'static str {
        let parts = match self {
            Ty::Arr40 => ["[7]", "[(a % 40) as usize]"],
            Ty::Arr4 => ["[2]", "[(a % 4) as usize]"],
            Ty::Trio => [".x", ".z"],
            Ty::Mixed => [".small", ".middle"],
            Ty::Page => [".lines[6]", ".lines[(a % 8) as usize]"],
            Ty::Tailed => [".head", ".tail[(a % 3) as usize]"],
            _ => [".unwrap_or(Trio::mk(3)).x", ".unwrap_or(Trio::mk(4)).y"],
        };
        parts[pick as usize % 2]
    }

    pub fn rust(self) -> &'static str {
        match self {
            Ty::Unit => "()",
            Ty::Bool => "bool",
            Ty::U8 => "u8",
            Ty::I16 => "i16",
            Ty::U32 => "u32",
            Ty::U64 => "u64",
            Ty::U128 => "u128",
            Ty::Char => "char",
            Ty::F64 => "f64",
            Ty::Pair => "(u8, u32)",
            Ty::Str => "&'static str",
            Ty::OptBox => "Option<Box<u32>>",
            Ty::OptU32 => "Option<u32>",
            Ty::NonZero => "std::num::NonZeroU32",
            Ty::OptNonZero => "Option<std::num::NonZeroU32>",
            Ty::Ordering => "std::cmp::Ordering",
            Ty::Arr3 => "[u8; 3]",
            Ty::Arr40 => "[u8; 40]",
            Ty::Arr4 => "[u64; 4]",
            Ty::Trio => "Trio",
            Ty::OptTrio => "Option<Trio>",
            Ty::Mixed => "Mixed",
            Ty::Page => "Page",
            Ty::Tailed => "Tailed<[u64; 3]>",
            Ty::String => "String",
            Ty::Bytes => "Vec<u8>",
            Ty::Niche => "Niche",
            Ty::Fat => "Fat",
            Ty::Traced => "D<7>",
            Ty::DynFn => "Box<dyn Fn() -> u64>",
            Ty::PollU8 => "Poll<u8>",
            Ty::ResU32 => "Result<u32, E>",
            Ty::ResBox => "Result<Box<u64>, E>",
            Ty::ResUnit => "Result<(), E>",
            Ty::ResString => "Result<String, E>",
            Ty::Never => "std::convert::Infallible",
            Ty::Param => "T",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Program {
    pub seed: u64,
    pub fns: Vec<Func>,
    pub roots: Vec<Root>,
}

/// A future the driver polls: a call of a function.
#[derive(Clone, Debug)]
pub struct Root {
    pub call: Call,
    pub place: Place,
}

/// Where the frame of a root is, and how it is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Boxed,
    /// In a box, through `dyn Future`
    Dyn,
    /// In static memory
    Pool,
}

/// How a function that gives a future is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FnKind {
    /// `async fn f(x: u64) -> R`
    Async,
    /// `fn f(x: u64) -> impl Future<Output = R>` around an async block
    Impl,
    /// `fn f(x: u64) -> Pin<Box<dyn Future<Output = R>>>`
    Boxed,
    /// `async fn f<T: V>(x: u64) -> T`
    Generic,
    /// `async fn` in a trait, called on one of two types with `&self`
    Method,
    /// The same behind `async fn f<S: Trait>(s: S, x: u64)`
    Static,
    /// An object-safe trait whose method gives a boxed future
    Object,
    /// Takes a depth; the body may contain [`Stmt::Recur`]
    Recursive,
    /// `async fn f(x: u64, d: D<3>) -> R`
    TakesDrop,
    /// `async fn f(x: u64, r: &mut u64) -> R`; only for [`Stmt::AwaitRef`]
    TakesRef,
    /// `async fn f(x: u64, w0: W) -> R`, where `W` is one of [`Ty::WIDE`], or `u64`
    TakesWide(Ty),
    /// `fn f(x: u64, w0: W) -> impl Future<Output = R>` around an async block, which captures `w0`
    CapturesWide(Ty),
}

impl FnKind {
    /// The type of the wide value that it takes.
    pub fn wide(self) -> Option<Ty> {
        match self {
            FnKind::TakesWide(ty) | FnKind::CapturesWide(ty) => Some(ty),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Func {
    pub kind: FnKind,
    pub ret: Ty,
    pub body: Block,
    pub tail: Tail,
    /// `#[inline(never)]` or `#[inline(always)]`
    pub inline: Option<bool>,
    /// May return Pending; the others are the never-suspending ones.
    pub suspends: bool,
}

/// What a function ends with.
#[derive(Clone, Debug)]
pub enum Tail {
    /// `R::mk(a)`
    Make,
    /// `f.await`, of the function's own type
    Await(Fut),
    /// `match a % n { … => f.await, … }`
    Match(Vec<Fut>),
    /// `Ok(f.await?…)` of `Result` types
    Question(Fut),
    /// A loop that only a `cancel` ends
    Forever(Block),
}

/// The call of function `f`, with the argument `a ^ k`.
#[derive(Clone, Debug)]
pub struct Call {
    pub f: usize,
    pub kind: FnKind,
    pub k: u64,
    /// The type argument, where the function is generic
    pub ty: Ty,
    /// Which of the two implementors, for trait methods; a depth for recursion; how a wide argument is made
    pub pick: u32,
}

/// Expressions that are futures. None borrows, so all of them can be stored.
#[derive(Clone, Debug)]
pub enum Fut {
    Call(Call),
    Leaf {
        kind: LeafKind,
        id: u32,
        k: u64,
        ty: Ty,
    },
    Ready {
        ty: Ty,
        k: u64,
    },
    Yields,
    /// `async move { …; R::mk(a) }` over a copy of `a`
    Block {
        ty: Ty,
        body: Block,
    },
    /// `Box::pin(f)`
    Pinned(Box<Fut>),
    /// `Box::pin(f) as Pin<Box<dyn Future<Output = R>>>`
    Dyn(Ty, Box<Fut>),
    /// A hand-written wrapper: 0 passes through, 1 polls twice, 2 sleeps every other time
    Wrap(u8, Box<Fut>),
    /// An `async fn` that takes any future and awaits it
    Through(Box<Fut>),
    /// The same with the result mapped to its hash
    Hashed(Box<Fut>),
    /// A panic becomes an error
    Catch(Box<Fut>),
    Join(Box<Fut>, Box<Fut>),
    Select(Box<Fut>, Box<Fut>),
    JoinAll(Vec<Fut>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    Big,
    Small,
    Waits,
}

#[derive(Clone, Debug)]
pub enum Cond {
    /// `a % m == r`
    Mod(u64, u64),
    /// `f.await.h() % 2 == 0`
    Await(Fut),
}

#[derive(Clone, Debug)]
pub enum Scrutinee {
    /// `a % n`
    Acc,
    /// Of a traced temporary, which lives as long as the match
    Temp(u32),
    /// `f.await.h() % n`
    Await(Fut),
    /// `P::mk(a)`: arms bind payloads with and without drop glue
    Payload,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// `let v = f.await; a = mix(a, v.h());`
    Bind,
    /// The value is kept in a variable to the end of the block
    Keep(u32),
    /// `f.await?`
    Question,
    /// `f.await.map(…).map_err(…)?`
    MapQuestion,
    /// `if let Ok(v) = f.await { … } else { return … }`
    IfLet,
    /// `let _ = f.await;`
    Discard,
    /// `a = mix(a, f.await.h())`
    Inline,
    /// A traced temporary of the same statement lives across the await
    WithTemp(u32),
}

impl How {
    /// Whether the future may be of any type.
    pub fn takes_any(self) -> bool {
        !matches!(self, How::Question | How::MapQuestion | How::IfLet)
    }
}

/// Where a wide value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// `W::mk(a)`, which is inlined
    Made,
    /// A call, which returns it through a pointer: directly, through a pointer, through `dyn`
    Given(Callee),
    /// `f.await`
    Await(Fut),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    Direct,
    Pointer,
    Dyn,
}

/// What is done with a wide value `w`. No callee is inlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// By value, to a function that only reads it
    Read(Callee),
    /// By value, to a function that overwrites its argument and may panic
    Spoil(Callee),
    /// By value, twice in one call
    Twice,
    /// `&{ w }`: a reference to a copy that ends with the statement
    RefOfCopy,
    /// `&w`
    Ref,
    /// By value, and the result is another one
    Edited(Callee),
    /// One part of it is read
    Part(u32),
    /// `w = edit(w, a)`
    Edit(Callee),
    /// One part of it is written
    SetPart(u32),
}

/// Arithmetic that is checked for overflow in code generated for a crate that asks for it, and only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The sum is used
    Sum,
    /// The sum is not, so that nothing but the check is left
    Discarded,
    Shift,
    Negation,
    /// Nothing is called for it, which could unwind on its own. Where panics unwind it may fail in every run.
    Alone,
    /// In a function that returns its argument, so that nothing of it is left without the check. It always fails.
    Returned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    For,
    While,
    Loop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manual {
    /// `pin!`, polled once, dropped at the end of the scope
    OnceThenDrop,
    /// Boxed, polled once, then awaited if it was pending
    OnceThenAwait,
    /// Boxed, polled a few times in one poll, dropped by hand
    BusyThenDrop,
    /// `MaybeUninit` slot: written, polled, dropped in place, written again
    Slot,
    /// `Option<Pin<Box<_>>>`, replaced while it is suspended
    Replace,
    /// An array of unpolled futures that is permuted, then awaited one by one
    Array,
    /// Assigned again before the first poll
    Reassign,
    /// Two futures of one type polled in turn out of an array
    Turns,
    /// `select` over `Pin<&mut F>`; what lost is awaited on
    SelectByRef,
    /// Polled to completion on the stack of one poll
    BlockOn,
    /// The same with a box
    BlockOnBox,
    /// Made, then awaited under a condition only
    Maybe,
    /// Made and dropped
    Never,
    /// `if false { f.await }`
    Dead,
    /// Awaited at several places of one body: in a row, under a condition, in a loop
    Places,
    /// Passed to a future that polls it once, on the stack, and suspends then
    AtOnce,
    /// `Box::pin(f)` polled in the expression that makes it
    PolledWhereMade,
    /// Boxed, polled to completion and then again, which panics or is pending
    AgainWhenDone,
    /// Polled through a table of functions of the program's own
    Table,
    /// The same with one that looks like a vtable
    Lookalike,
}

/// A body so small that rustc inlines it, polled by a closure that goes on after the poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiny {
    /// Polled once; what comes after runs in any case
    Once,
    /// Replaced in place where it is ready, some times
    Retry,
    /// The same closure, called twice through `dyn FnMut`
    Twice,
}

/// Which body that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TinyBody {
    Array,
    Drop,
    Unit,
    Yields,
}

#[derive(Clone, Debug)]
pub enum Stmt {
    /// A line of the log
    Log(u32),
    Mix(u64),
    /// Of a value below `k`, which may be too large
    Checked {
        check: Check,
        k: u64,
    },
    /// A check that always fails, as LLVM finds out, and what only code without it does
    Fails {
        on: (u64, u64),
        /// LLVM has to look at constants alone
        by_constants: bool,
        body: Block,
    },
    /// `let zN = Z::<N>;`, a traced value that is made without any code
    Guard {
        n: u32,
    },
    /// A vector that is never dropped lives across the block. Whether its capacity is read behind that is up to std's own checks.
    Leaked {
        n: u32,
        body: Block,
    },
    /// `let dN = D::<K>::new(N, a);`
    Let {
        n: u32,
        k: u32,
    },
    /// Several at once, in this order
    Lets(Vec<(u32, u32)>),
    Use(u32),
    /// A wide value `wN`, and what is done with it at once
    Wide {
        n: u32,
        ty: Ty,
        from: Source,
        passes: Vec<Pass>,
    },
    /// What is done with a wide value that was made before
    Pass {
        n: u32,
        ty: Ty,
        pass: Pass,
    },
    /// Asks whether `w`, or `a` where there is none, is at some place of static memory, and does the same in either case
    IsAt {
        w: Option<(u32, Ty)>,
        offset: u32,
    },
    /// A value is where it was before the block, and nowhere else
    SamePlace {
        n: u32,
        w: u32,
        body: Block,
    },
    Tiny {
        how: Tiny,
        body: TinyBody,
        n: u64,
    },
    Drop(u32),
    /// `if a % m == 1 { drop(dN); }`
    DropIf(u32, u64),
    /// A self-reference: an array borrowed across the block
    Borrow {
        n: u32,
        unique: bool,
        body: Block,
    },
    Await {
        fut: Fut,
        how: How,
        ret: Ty,
    },
    /// A function that takes `&mut u64`, whose target lives in this frame
    AwaitRef {
        call: Call,
    },
    /// `async { …a is borrowed… }.await`
    BorrowBlock {
        body: Block,
    },
    /// Two awaits in one expression
    Two(Fut, Fut),
    Match {
        on: Scrutinee,
        arms: Vec<Block>,
    },
    /// A match whose arms are awaits of one type; then perhaps `?`
    MatchValue {
        arms: Vec<Fut>,
        question: bool,
    },
    If {
        on: Cond,
        then: Block,
        other: Block,
    },
    Loop {
        label: u32,
        kind: LoopKind,
        times: u64,
        body: Block,
    },
    Labelled {
        label: u32,
        body: Block,
    },
    Break {
        label: u32,
        on: (u64, u64),
    },
    Continue {
        label: u32,
        on: (u64, u64),
    },
    Return {
        on: (u64, u64),
        ty: Ty,
    },
    Scope(Block),
    /// An async closure, called twice; `by_ref` captures `a` by reference
    Closure {
        n: u32,
        by_ref: bool,
        ty: Ty,
        body: Block,
    },
    /// An async closure handed to a function that calls it
    ClosureArg {
        body: Block,
    },
    Manual {
        how: Manual,
        n: u64,
        fut: Fut,
    },
    /// Boxed call of the enclosing recursive function, while depth is left
    Recur {
        f: usize,
        k: u64,
        ty: Ty,
    },
}

/// Calls `f` on each block directly below a statement.
pub fn blocks_of<'a>(s: &'a mut Stmt, f: &mut dyn FnMut(&'a mut Block)) {
    match s {
        Stmt::Borrow { body, .. }
        | Stmt::Fails { body, .. }
        | Stmt::Leaked { body, .. }
        | Stmt::SamePlace { body, .. }
        | Stmt::BorrowBlock { body }
        | Stmt::Loop { body, .. }
        | Stmt::Labelled { body, .. }
        | Stmt::Scope(body)
        | Stmt::Closure { body, .. }
        | Stmt::ClosureArg { body } => f(body),
        Stmt::Match { arms, .. } => arms.iter_mut().for_each(f),
        Stmt::If { then, other, .. } => {
            f(then);
            f(other);
        }
        _ => {}
    }
}

/// Calls `f` on each future directly below a statement.
pub fn futs_of<'a>(s: &'a mut Stmt, f: &mut dyn FnMut(&'a mut Fut)) {
    match s {
        Stmt::Await { fut, .. } | Stmt::Manual { fut, .. } | Stmt::Wide { from: Source::Await(fut), .. } => f(fut),
        Stmt::Two(x, y) => {
            f(x);
            f(y);
        }
        Stmt::Match { on: Scrutinee::Await(fut), .. } | Stmt::If { on: Cond::Await(fut), .. } => f(fut),
        Stmt::MatchValue { arms, .. } => arms.iter_mut().for_each(f),
        _ => {}
    }
}

impl Fut {
    /// The futures directly inside.
    pub fn children(&mut self) -> Vec<&mut Fut> {
        match self {
            Fut::Pinned(f) | Fut::Dyn(_, f) | Fut::Wrap(_, f) | Fut::Through(f) | Fut::Hashed(f) | Fut::Catch(f) => {
                vec![f]
            }
            Fut::Join(a, b) | Fut::Select(a, b) => vec![a, b],
            Fut::JoinAll(list) => list.iter_mut().collect(),
            Fut::Call(_) | Fut::Leaf { .. } | Fut::Ready { .. } | Fut::Yields | Fut::Block { .. } => vec![],
        }
    }
}

impl Tail {
    pub fn futs(&mut self) -> Vec<&mut Fut> {
        match self {
            Tail::Await(f) | Tail::Question(f) => vec![f],
            Tail::Match(list) => list.iter_mut().collect(),
            Tail::Make | Tail::Forever(_) => vec![],
        }
    }
}

/// Calls `f` on every call of a function, anywhere in the program's functions.
pub fn for_each_call(func: &mut Func, f: &mut dyn FnMut(&mut Call)) {
    block_calls(&mut func.body, f);
    if let Tail::Forever(b) = &mut func.tail {
        block_calls(b, f);
    }
    func.tail.futs().into_iter().for_each(|x| fut_calls(x, f));
}

fn block_calls(b: &mut Block, f: &mut dyn FnMut(&mut Call)) {
    for s in b {
        if let Stmt::AwaitRef { call } = s {
            f(call);
        }
        futs_of(s, &mut |x| fut_calls(x, f));
        blocks_of(s, &mut |x| block_calls(x, f));
    }
}

fn fut_calls(fut: &mut Fut, f: &mut dyn FnMut(&mut Call)) {
    match fut {
        Fut::Call(c) => f(c),
        Fut::Block { body, .. } => block_calls(body, f),
        _ => fut.children().into_iter().for_each(|x| fut_calls(x, f)),
    }
}

impl Program {
    /// The functions that roots reach, in order.
    pub fn reachable(&self) -> Vec<usize> {
        let mut seen = vec![false; self.fns.len()];
        let mut todo: Vec<usize> = self.roots.iter().map(|r| r.call.f).collect();
        while let Some(i) = todo.pop() {
            if !std::mem::replace(&mut seen[i], true) {
                for_each_call(&mut self.fns[i].clone(), &mut |c| todo.push(c.f));
            }
        }
        (0..seen.len()).filter(|i| seen[*i]).collect()
    }
}
