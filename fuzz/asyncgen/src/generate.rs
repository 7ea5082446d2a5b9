//! Random programs: the same seed gives the same tree, always.

use crate::ast::*;
use oorandom::Rand64;

/// The generator's choices, from one fixed algorithm.
struct Rng(Rand64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0.rand_range(0..n)
    }
    fn range(&mut self, a: u64, b: u64) -> u64 {
        self.0.rand_range(a..b + 1)
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// A local of one of [`Ty::WIDE`].
#[derive(Clone, Copy)]
struct WideLocal {
    n: u32,
    ty: Ty,
    /// Not the capture of a block or closure
    writable: bool,
}

/// Where a statement is to stand.
#[derive(Clone)]
struct Scope {
    /// What `return` and `?` leave with; `None` where neither is possible
    ret: Option<Ty>,
    labels: Vec<u32>,
    /// Labels of loops, for `continue`
    loops: Vec<u32>,
    /// Traced locals that may be looked at
    locals: Vec<u32>,
    wides: Vec<WideLocal>,
    /// Nothing here lets the address of a local out, so that the plugin knows who reads the frame
    plain: bool,
    depth: u32,
    /// Suspending futures are allowed
    suspends: bool,
    /// The enclosing recursive function
    recursive: Option<(usize, Ty)>,
}

impl Scope {
    /// Inside an async block or closure: nothing of the outside is left but `a` and wide values, which are captured.
    fn inner(&self, ret: Ty) -> Scope {
        Scope {
            ret: Some(ret),
            labels: vec![],
            loops: vec![],
            locals: vec![],
            wides: self.wides.iter().map(|w| WideLocal { writable: false, ..*w }).collect(),
            plain: self.plain,
            depth: self.depth + 1,
            suspends: self.suspends,
            recursive: None,
        }
    }
    fn deeper(&self) -> Scope {
        Scope { depth: self.depth + 1, ..self.clone() }
    }
}

/// What a function is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Any,
    /// The deepest, and a root
    Last,
    /// Takes a wide value, for one plain caller
    WideCallee,
    /// The same, and asks where it is
    PooledCallee,
    /// The plain caller of that, and a root
    WideCaller,
    /// Small, a root, and little else than what differs by checks alone
    Checks,
}

struct Gen {
    rng: Rng,
    fns: Vec<Func>,
    /// Names of locals, labels, log lines and leaves
    next: u32,
    /// Statements left for the function in work
    budget: i32,
    /// Calls each function's body makes when run once, roughly, to keep runs short
    weight: Vec<u64>,
    /// How many more calls of each function may be written down
    places: Vec<u32>,
    cost: u64,
}

/// Programs are this long at most, in lines, so that a build takes about half a second.
const MOST_LINES: usize = 600;

/// The program of a seed: the first of its candidates that is neither trivial nor too long.
pub fn program(seed: u64) -> Program {
    let fits = |p: &Program| (40..MOST_LINES).contains(&crate::print::lines(p));
    (0..).map(|attempt| candidate(seed, attempt)).find(fits).expect("candidates do not end")
}

fn candidate(seed: u64, attempt: u64) -> Program {
    let rng = Rng(Rand64::new((u128::from(attempt) << 64) | u128::from(seed)));
    let mut g = Gen { rng, fns: vec![], next: 10, budget: 0, weight: vec![], places: vec![], cost: 0 };
    let count = g.rng.range(4, 9) as usize;
    for i in 0..count {
        g.add_func(if i + 1 == count { Role::Last } else { Role::Any });
    }
    let mut roots: Vec<Root> = Vec::new();
    let wanted = g.rng.range(1, 3) as usize;
    // The last function is the deepest; the others are chosen among the rest.
    for n in 0..wanted {
        let f = if n == 0 { count - 1 } else { g.rng.below(count as u64 - 1) as usize };
        if g.fns[f].kind == FnKind::TakesRef || g.places[f] == 0 || roots.iter().any(|r| r.call.f == f) {
            continue;
        }
        let call = g.call(f, None);
        roots.push(Root { call, place: g.place() });
    }
    if g.rng.chance(60) {
        roots.push(g.wide_pair());
    }
    if g.rng.chance(60) {
        g.add_func(Role::Checks);
        let call = g.call(g.fns.len() - 1, None);
        roots.push(Root { call, place: Place::Boxed });
    }
    Program { seed, fns: g.fns, roots }
}

impl Gen {
    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
    fn constant(&mut self) -> u64 {
        self.rng.below(1000)
    }
    fn ty(&mut self) -> Ty {
        self.rng.pick(&Ty::ALL)
    }
    fn on(&mut self) -> (u64, u64) {
        let m = self.rng.range(2, 6);
        (m, self.rng.below(m))
    }

    // ------------------------------------------------------------- functions

    /// Two small functions, so that little but the call of one decides what the frame of the other has to keep.
    fn wide_pair(&mut self) -> Root {
        let place = self.place();
        self.add_func(if place == Place::Pool { Role::PooledCallee } else { Role::WideCallee });
        self.add_func(Role::WideCaller);
        Root { call: self.call(self.fns.len() - 1, None), place }
    }

    fn place(&mut self) -> Place {
        self.rng.pick(&[Place::Boxed, Place::Boxed, Place::Boxed, Place::Dyn, Place::Dyn, Place::Pool])
    }

    fn add_func(&mut self, role: Role) {
        let f = self.func(self.fns.len(), role);
        self.fns.push(f);
        self.weight.push(self.cost.max(1));
    }

    fn func(&mut self, i: usize, role: Role) -> Func {
        let last = role == Role::Last;
        let suspends = role != Role::Any || !self.rng.chance(20);
        let kind = self.kind(role);
        let ret = match self.rng.below(10) {
            _ if kind == FnKind::Generic => Ty::Param,
            0 if suspends && role == Role::Any => Ty::Never,
            1..=3 => self.rng.pick(&Ty::RESULTS),
            _ => self.ty(),
        };
        self.budget = match role {
            Role::Last => 14,
            Role::Any => self.rng.range(1, 8) as i32,
            Role::WideCallee | Role::PooledCallee | Role::WideCaller | Role::Checks => self.rng.range(1, 3) as i32,
        };
        self.cost = 0;
        let argument = kind.wide().map(|ty| WideLocal { n: 0, ty, writable: true });
        let scope = Scope {
            ret: (ret != Ty::Never).then_some(ret),
            labels: vec![],
            loops: vec![],
            locals: vec![],
            // Often the argument is only looked at where the body begins: its place in the frame is free later.
            wides: argument.filter(|_| self.rng.chance(40)).into_iter().collect(),
            plain: match role {
                Role::Any | Role::Last => self.rng.chance(if argument.is_some() { 75 } else { 8 }),
                Role::WideCallee | Role::PooledCallee | Role::WideCaller | Role::Checks => true,
            },
            depth: 0,
            suspends,
            recursive: (kind == FnKind::Recursive).then_some((i, ret)),
        };
        // Pass-through layers are common in real code, and a target of their own.
        let empty = !last && role != Role::Checks && self.rng.chance(20);
        let mut body = match role {
            Role::Checks => self.checks(&scope),
            _ if empty => vec![],
            _ => self.block(&scope, 6),
        };
        if kind == FnKind::Recursive {
            let at = self.rng.below(body.len() as u64 + 1) as usize;
            body.insert(at, Stmt::Recur { f: i, k: self.constant(), ty: ret });
        }
        self.add_wide(&mut body, &scope, argument, role);
        let tail = self.tail(&scope, ret, empty);
        if kind == FnKind::Recursive {
            self.cost *= 4;
        }
        let places = self.most_places(argument.is_some(), scope.plain);
        let is_callee = matches!(role, Role::WideCallee | Role::PooledCallee);
        self.places.push(if is_callee { 1 } else { places });
        let inline = self.rng.chance(30).then(|| self.rng.chance(50));
        Func { kind, ret, body, tail, inline, suspends }
    }

    /// What is done with a wide argument; and plain code mostly calls something that takes one.
    fn add_wide(&mut self, body: &mut Block, scope: &Scope, argument: Option<WideLocal>, role: Role) {
        if let Some(argument) = argument {
            self.pass_early(body, argument);
        }
        if role == Role::PooledCallee {
            for _ in 0..self.rng.range(1, 3) {
                let at = self.rng.below(2).min(body.len() as u64) as usize;
                body.insert(at, self.is_at(argument));
            }
        }
        let call = match role {
            Role::WideCaller => Some(self.call(self.fns.len() - 1, None)),
            Role::Any | Role::Last if scope.plain && self.rng.chance(60) => self.wide_call(scope),
            _ => None,
        };
        if let Some(call) = call {
            body.push(Stmt::Await { fut: Fut::Call(call), how: How::Bind, ret: Ty::Unit });
        }
    }

    /// What is called once becomes part of its caller, as is common in real code. A plain function does not, so that
    /// what it calls does not end in a frame whose addresses get out.
    fn most_places(&mut self, is_wide: bool, plain: bool) -> u32 {
        let percent = match (is_wide, plain) {
            (true, _) => 70,
            (false, true) => 0,
            (false, false) => 50,
        };
        if self.rng.chance(percent) { 1 } else { u32::MAX }
    }

    fn kind(&mut self, role: Role) -> FnKind {
        let last = role == Role::Last;
        let wide = self.rng.pick(&Ty::WIDE);
        match self.rng.below(100) {
            0..=59 if role == Role::PooledCallee => FnKind::TakesWide(Ty::U64),
            60..=79 if role == Role::PooledCallee => FnKind::CapturesWide(Ty::U64),
            _ if role == Role::PooledCallee => FnKind::TakesWide(wide),
            0..=59 if role == Role::WideCallee => FnKind::TakesWide(wide),
            _ if role == Role::WideCallee => FnKind::CapturesWide(wide),
            0..=59 if role == Role::WideCaller => FnKind::Async,
            _ if role == Role::WideCaller => FnKind::Impl,
            0..=79 if role == Role::Checks => FnKind::Async,
            _ if role == Role::Checks => FnKind::Generic,
            0..=24 => FnKind::Async,
            25..=38 => FnKind::TakesWide(wide),
            39..=44 => FnKind::CapturesWide(wide),
            45..=49 => FnKind::Impl,
            50..=53 => FnKind::Boxed,
            54..=63 => FnKind::Generic,
            64..=69 => FnKind::Method,
            70..=75 => FnKind::Static,
            76..=80 => FnKind::Object,
            81..=87 => FnKind::Recursive,
            88..=93 => FnKind::TakesDrop,
            _ if last => FnKind::Async,
            _ => FnKind::TakesRef,
        }
    }

    fn tail(&mut self, scope: &Scope, ret: Ty, empty: bool) -> Tail {
        if ret == Ty::Never {
            self.budget = self.budget.max(2);
            return Tail::Forever(self.block(scope, 2));
        }
        match self.rng.below(10) {
            0..=2 => Tail::Await(self.fut_of(scope, ret)),
            3 => {
                let first = self.fut_of(scope, ret);
                Tail::Match(self.equal_futs(first))
            }
            4 if ret.is_result() => {
                let ty = self.rng.pick(&Ty::RESULTS);
                Tail::Question(self.fut_of(scope, ty))
            }
            _ if empty => Tail::Await(self.fut_of(scope, ret)),
            _ => Tail::Make,
        }
    }

    // --------------------------------------------------------------- futures

    fn call(&mut self, f: usize, ty: Option<Ty>) -> Call {
        let ty = ty.unwrap_or_else(|| self.ty());
        self.cost += self.weight[f];
        self.places[f] = self.places[f].saturating_sub(1);
        Call { f, kind: self.fns[f].kind, k: self.constant(), ty, pick: self.rng.below(2) as u32 }
    }

    /// Functions that may be called here, with the given result (any if `None`).
    fn callable(&self, scope: &Scope, ret: Option<Ty>) -> Vec<usize> {
        // What plain code calls once is left for that.
        let is_open = |f: usize| match self.places[f] {
            0 => false,
            1 => scope.plain || self.fns[f].kind.wide().is_none(),
            _ => true,
        };
        let fits = |f: &Func| {
            f.kind != FnKind::TakesRef
                && (scope.suspends || !f.suspends)
                && match ret {
                    Some(ty) => f.ret == ty || f.kind == FnKind::Generic,
                    None => f.ret != Ty::Never,
                }
        };
        // A body that is heavy already does not multiply what is heavy below it.
        let room = 200u64.saturating_sub(self.cost);
        (0..self.fns.len()).filter(|i| fits(&self.fns[*i]) && self.weight[*i] <= room && is_open(*i)).collect()
    }

    /// A function that takes a wide value. Awaited as it is, it may become part of the caller.
    fn wide_call(&mut self, scope: &Scope) -> Option<Call> {
        let mut calls = self.callable(scope, None);
        calls.retain(|f| self.fns[*f].kind.wide().is_some());
        let f = (!calls.is_empty()).then(|| self.rng.pick(&calls))?;
        Some(self.call(f, None))
    }

    fn leaf(&mut self, scope: &Scope, ty: Ty) -> Fut {
        self.cost += 1;
        let k = self.constant();
        if !scope.suspends {
            return Fut::Ready { ty, k };
        }
        let kind = self.rng.pick(&[LeafKind::Big, LeafKind::Big, LeafKind::Small, LeafKind::Waits]);
        Fut::Leaf { kind, id: self.fresh(), k, ty }
    }

    /// A future of a given type.
    fn fut_of(&mut self, scope: &Scope, ty: Ty) -> Fut {
        let calls = self.callable(scope, Some(ty));
        let simple = if !calls.is_empty() && self.rng.chance(75) {
            let f = self.rng.pick(&calls);
            Fut::Call(self.call(f, Some(ty)))
        } else if scope.depth < 3 && self.budget > 2 && self.rng.chance(25) {
            Fut::Block { ty, body: self.captures(&scope.inner(ty)) }
        } else {
            self.leaf(scope, ty)
        };
        self.wrapped(simple, ty, scope)
    }

    /// Layers around a future that keep its type.
    fn wrapped(&mut self, f: Fut, ty: Ty, scope: &Scope) -> Fut {
        if scope.plain {
            return f;
        }
        let f = Box::new(f);
        match self.rng.below(20) {
            0 => Fut::Pinned(f),
            1 | 2 if !(ty == Ty::Param && matches!(*f, Fut::Block { .. })) => Fut::Dyn(ty, f),
            3 => Fut::Wrap(0, f),
            4 => Fut::Wrap(1, f),
            5 if scope.suspends => Fut::Wrap(2, f),
            6 => Fut::Through(f),
            _ => *f,
        }
    }

    /// A future of any type; never one that cannot complete.
    fn fut(&mut self, scope: &Scope) -> Fut {
        let calls = self.callable(scope, None);
        if !calls.is_empty() && self.rng.chance(60) {
            let f = self.rng.pick(&calls);
            let ty = match self.fns[f].ret {
                Ty::Param => self.ty(),
                ty => ty,
            };
            let call = Fut::Call(self.call(f, Some(ty)));
            return self.wrapped(call, ty, scope);
        }
        let ty = self.ty();
        if scope.plain {
            return self.fut_of(scope, ty);
        }
        match self.rng.below(12) {
            0 | 1 => Fut::Join(Box::new(self.fut_of(scope, ty)), Box::new(self.small_fut(scope))),
            2 | 3 => self.select(scope),
            4 => Fut::Catch(Box::new(self.fut_of(scope, ty))),
            5 => Fut::Hashed(Box::new(self.fut_of(scope, ty))),
            6 => {
                let n = self.rng.range(1, 3);
                Fut::JoinAll((0..n).map(|_| self.fut_of(scope, ty)).collect())
            }
            7 if scope.suspends => Fut::Yields,
            _ => self.fut_of(scope, ty),
        }
    }

    fn small_fut(&mut self, scope: &Scope) -> Fut {
        let ty = self.ty();
        if self.rng.chance(50) { self.fut_of(scope, ty) } else { self.leaf(scope, ty) }
    }

    /// One side may be a future that never completes.
    fn select(&mut self, scope: &Scope) -> Fut {
        let never: Vec<usize> =
            self.callable(scope, Some(Ty::Never)).into_iter().filter(|f| self.fns[*f].ret == Ty::Never).collect();
        let a = if never.is_empty() || self.rng.chance(20) {
            self.small_fut(scope)
        } else {
            let f = self.rng.pick(&never);
            Fut::Call(self.call(f, Some(Ty::Never)))
        };
        let b = self.small_fut(scope);
        let (a, b) = if self.rng.chance(50) { (a, b) } else { (b, a) };
        Fut::Select(Box::new(a), Box::new(b))
    }

    /// Equal or nearly equal arms of one type, from a first one.
    fn equal_futs(&mut self, first: Fut) -> Vec<Fut> {
        let n = self.rng.range(2, 6);
        let mut arms = vec![first.clone()];
        for _ in 1..n {
            let mut arm = first.clone();
            if self.rng.chance(60) {
                self.vary_fut(&mut arm);
            }
            arms.push(arm);
        }
        arms
    }

    // ------------------------------------------------------------ statements

    fn block(&mut self, scope: &Scope, most: u64) -> Block {
        let mut scope = scope.clone();
        let mut own: Vec<u32> = vec![];
        let mut out = vec![];
        for _ in 0..self.rng.range(1, most) {
            if self.budget <= 0 {
                break;
            }
            self.budget -= 1;
            let s = self.stmt(&mut scope, &mut own);
            out.push(s);
        }
        out
    }

    fn stmt(&mut self, scope: &mut Scope, own: &mut Vec<u32>) -> Stmt {
        if scope.plain {
            return self.plain_stmt(scope);
        }
        match self.rng.below(100) {
            0..=5 => Stmt::Log(self.fresh()),
            6 | 7 => Stmt::Mix(self.constant()),
            8 | 9 => self.checked(),
            10..=18 => self.local(scope, own),
            19..=22 => self.use_local(scope, own),
            23..=32 => self.wide(scope),
            33..=47 => self.await_stmt(scope),
            48..=60 => self.matching(scope),
            61..=69 => self.manual(scope),
            70..=94 if scope.depth < 3 => self.compound(scope),
            95..=97 => self.jump(scope),
            _ => self.await_stmt(scope),
        }
    }

    fn plain_stmt(&mut self, scope: &mut Scope) -> Stmt {
        match self.rng.below(100) {
            0..=5 => Stmt::Mix(self.constant()),
            6..=9 => self.checked(),
            10..=14 => Stmt::Log(self.fresh()),
            15..=39 => self.wide(scope),
            40..=47 => self.matching(scope),
            48..=69 if scope.depth < 3 => self.compound(scope),
            70..=75 => self.jump(scope),
            _ => self.await_stmt(scope),
        }
    }

    fn checked(&mut self) -> Stmt {
        let check = self.rng.pick(&[Check::Sum, Check::Sum, Check::Discarded, Check::Shift, Check::Negation]);
        Stmt::Checked { check, k: self.constant() }
    }

    /// What copies of a body differ in where only some of the crates check.
    fn checks(&mut self, scope: &Scope) -> Block {
        let mut body = if self.rng.chance(30) { self.block(scope, 2) } else { vec![] };
        match self.rng.below(4) {
            0 | 1 => {
                let arms = self.arms_by_check(scope, true);
                body.push(Stmt::Match { on: Scrutinee::Acc, arms });
            }
            2 => {
                let local = WideLocal { n: self.fresh(), ty: self.rng.pick(&Ty::WIDE), writable: false };
                body.push(Stmt::Wide { n: local.n, ty: local.ty, from: Source::Made, passes: vec![] });
                body.push(self.await_stmt(scope));
                let read = Stmt::Pass { n: local.n, ty: local.ty, pass: self.pass_kind(&local) };
                body.push(Stmt::Fails { on: self.on(), by_constants: self.rng.chance(60), body: vec![read] });
            }
            _ => body.push(Stmt::Leaked { n: self.fresh(), body: vec![self.await_stmt(scope)] }),
        }
        body
    }

    /// Arms that are equal but for where a check stands, which tells what it drops if it fails.
    fn arms_by_check(&mut self, scope: &Scope, may_always_fail: bool) -> Vec<Block> {
        let first = self.await_stmt(&scope.deeper());
        let check = if may_always_fail && self.rng.chance(30) {
            Stmt::Checked { check: Check::Returned, k: 0 }
        } else {
            Stmt::Checked { check: Check::Alone, k: self.constant() }
        };
        let guards: Block = (0..self.rng.range(1, 2)).map(|_| Stmt::Guard { n: self.fresh() }).collect();
        let arm = |at: usize| {
            let mut arm = guards.clone();
            arm.insert(at, check.clone());
            arm.insert(0, first.clone());
            arm
        };
        let mut places: Vec<usize> = (0..=guards.len()).collect();
        if self.rng.chance(50) {
            places.reverse();
        }
        places.into_iter().map(arm).collect()
    }

    fn local(&mut self, scope: &mut Scope, own: &mut Vec<u32>) -> Stmt {
        let count = if self.rng.chance(25) { 2 } else { 1 };
        let mut list = vec![];
        for _ in 0..count {
            let n = self.fresh();
            own.push(n);
            scope.locals.push(n);
            list.push((n, self.rng.range(1, 3) as u32));
        }
        match list[..] {
            [(n, k)] => Stmt::Let { n, k },
            _ => Stmt::Lets(list),
        }
    }

    /// A new wide value, something that is done with one, or a block that captures one.
    fn wide(&mut self, scope: &mut Scope) -> Stmt {
        if !scope.wides.is_empty() && self.rng.chance(60) {
            if scope.depth < 3 && self.rng.chance(40) {
                let ty = self.ty();
                let fut = Fut::Block { ty, body: self.captures(&scope.inner(ty)) };
                return Stmt::Await { fut, how: How::Bind, ret: Ty::Unit };
            }
            let local = self.rng.pick(&scope.wides);
            return self.pass(&local);
        }
        let ty = self.rng.pick(&Ty::WIDE);
        let from = match self.rng.below(4) {
            0 => Source::Given(self.callee()),
            1 => Source::Await(self.fut_of(scope, ty)),
            _ => Source::Made,
        };
        let local = WideLocal { n: self.fresh(), ty, writable: true };
        scope.wides.push(local);
        let passes = (0..self.rng.below(3)).map(|_| self.pass_kind(&local)).collect();
        Stmt::Wide { n: local.n, ty, from, passes }
    }

    /// Something is done with a wide value where a body begins, or nearly so: nothing in between may change the frame.
    fn pass_early(&mut self, body: &mut Block, mut local: WideLocal) {
        let at = usize::from(self.rng.chance(25)).min(body.len());
        local.writable &= self.rng.chance(25);
        let only_read = self.rng.chance(50).then_some(Pass::Read(Callee::Direct));
        let pass = only_read.unwrap_or_else(|| self.pass_kind(&local));
        body.insert(at, Stmt::Pass { n: local.n, ty: local.ty, pass });
    }

    /// The body of an async block, which mostly begins with something that it captured.
    fn captures(&mut self, scope: &Scope) -> Block {
        let mut body = self.block(scope, 3);
        if scope.suspends && !body.iter().any(awaits) {
            body.push(self.await_stmt(scope));
        }
        if !scope.wides.is_empty() && self.rng.chance(60) {
            let local = self.rng.pick(&scope.wides);
            self.pass_early(&mut body, local);
        }
        body
    }

    fn pass(&mut self, local: &WideLocal) -> Stmt {
        if self.rng.chance(12) {
            return self.is_at(Some(*local));
        }
        Stmt::Pass { n: local.n, ty: local.ty, pass: self.pass_kind(local) }
    }

    /// Of a value, or of `a`. Frames are arrays of eight bytes for the most part, so that some answers are yes.
    fn is_at(&mut self, local: Option<WideLocal>) -> Stmt {
        let w = local.filter(|_| self.rng.chance(80)).map(|local| (local.n, local.ty));
        Stmt::IsAt { w, offset: 8 * self.rng.below(8) as u32 }
    }

    fn pass_kind(&mut self, local: &WideLocal) -> Pass {
        let part = self.rng.below(2) as u32;
        if local.ty == Ty::Tailed && self.rng.chance(60) {
            return self.rng.pick(&[Pass::Ref, Pass::Ref, Pass::RefOfCopy]);
        }
        match self.rng.below(if local.writable { 16 } else { 13 }) {
            12 | 15 if local.ty == Ty::U64 => Pass::Read(Callee::Direct),
            0..=4 => Pass::Read(self.callee()),
            5 | 6 => Pass::Spoil(self.callee()),
            7 => Pass::Twice,
            8 => Pass::RefOfCopy,
            9 => Pass::Ref,
            10 | 11 => Pass::Edited(self.callee()),
            12 => Pass::Part(part),
            13 | 14 => Pass::Edit(self.callee()),
            _ => Pass::SetPart(part),
        }
    }

    fn callee(&mut self) -> Callee {
        self.rng.pick(&[Callee::Direct, Callee::Direct, Callee::Direct, Callee::Direct, Callee::Pointer, Callee::Dyn])
    }

    fn use_local(&mut self, scope: &mut Scope, own: &mut Vec<u32>) -> Stmt {
        if !own.is_empty() && self.rng.chance(50) {
            let n = own.remove(self.rng.below(own.len() as u64) as usize);
            scope.locals.retain(|l| *l != n);
            return if self.rng.chance(50) { Stmt::Drop(n) } else { Stmt::DropIf(n, self.rng.range(2, 4)) };
        }
        if scope.locals.is_empty() {
            return Stmt::Log(self.fresh());
        }
        Stmt::Use(self.rng.pick(&scope.locals))
    }

    fn await_stmt(&mut self, scope: &Scope) -> Stmt {
        let by_ref: Vec<usize> = (0..self.fns.len())
            .filter(|i| self.fns[*i].kind == FnKind::TakesRef)
            .filter(|i| self.fns[*i].ret != Ty::Never && (scope.suspends || !self.fns[*i].suspends))
            .collect();
        if !scope.plain && !by_ref.is_empty() && self.rng.chance(25) {
            let f = self.rng.pick(&by_ref);
            return Stmt::AwaitRef { call: self.call(f, None) };
        }
        if self.rng.chance(if scope.plain { 40 } else { 15 })
            && let Some(call) = self.wide_call(scope)
        {
            return Stmt::Await { fut: Fut::Call(call), how: How::Bind, ret: Ty::Unit };
        }
        if self.rng.chance(8) {
            return Stmt::Two(self.fut(scope), self.fut(scope));
        }
        let result = scope.ret.filter(|r| r.is_result());
        if let Some(ret) = result
            && self.rng.chance(60)
        {
            let ty = self.rng.pick(&Ty::RESULTS);
            let how = self.rng.pick(&[How::Question, How::Question, How::MapQuestion, How::IfLet]);
            return Stmt::Await { fut: self.fut_of(scope, ty), how, ret };
        }
        let how = match self.rng.below(10) {
            0 => How::Keep(self.fresh()),
            1 => How::Discard,
            2 => How::Inline,
            3 if !scope.plain => How::WithTemp(self.fresh()),
            _ => How::Bind,
        };
        Stmt::Await { fut: self.fut(scope), how, ret: Ty::Unit }
    }

    fn matching(&mut self, scope: &Scope) -> Stmt {
        if self.rng.chance(35) {
            let question = scope.ret.is_some_and(Ty::is_result) && self.rng.chance(60);
            let first = if question {
                let ty = self.rng.pick(&Ty::RESULTS);
                self.fut_of(scope, ty)
            } else {
                self.fut(scope)
            };
            // Blocks are types of their own, so arms must not repeat them.
            let ty = self.ty();
            let first =
                if has_block(&first) { self.leaf(scope, if question { Ty::ResU32 } else { ty }) } else { first };
            return Stmt::MatchValue { arms: self.equal_futs(first), question };
        }
        if self.rng.chance(15) {
            return Stmt::Match { on: Scrutinee::Acc, arms: self.arms_by_check(scope, false) };
        }
        // Matches within matches multiply.
        let n = self.rng.range(2, if scope.depth == 0 { 6 } else { 3 }) as usize;
        let on = match self.rng.below(8) {
            _ if scope.plain => Scrutinee::Acc,
            0 => Scrutinee::Temp(self.fresh()),
            1 => Scrutinee::Await(self.fut(scope)),
            2 | 3 => Scrutinee::Payload,
            _ => Scrutinee::Acc,
        };
        let inner = scope.deeper();
        if self.rng.chance(25) {
            self.budget += n as i32;
            let arms = (0..n).map(|_| self.block(&inner, 2)).collect();
            return Stmt::Match { on, arms };
        }
        self.budget += 2;
        let mut first = self.block(&inner, 3);
        if !first.iter().any(awaits) {
            first.push(self.await_stmt(&inner));
        }
        let mut arms = vec![first.clone()];
        for _ in 1..n {
            let mut arm = first.clone();
            if self.rng.chance(60) {
                self.vary(&mut arm, &inner);
            }
            arms.push(arm);
        }
        Stmt::Match { on, arms }
    }

    fn compound(&mut self, scope: &Scope) -> Stmt {
        let mut inner = scope.deeper();
        let label = self.fresh();
        match self.rng.below(if scope.plain { 11 } else { 21 }) {
            0..=3 => {
                let (m, r) = self.on();
                let on = if self.rng.chance(25) { Cond::Await(self.fut(scope)) } else { Cond::Mod(m, r) };
                let then = self.block(&inner, 3);
                let other = if self.rng.chance(50) { self.block(&inner, 2) } else { vec![] };
                Stmt::If { on, then, other }
            }
            4..=7 => {
                inner.labels.push(label);
                inner.loops.push(label);
                let kind = self.rng.pick(&[LoopKind::For, LoopKind::While, LoopKind::Loop]);
                let before = self.cost;
                let mut body = self.block(&inner, 4);
                if self.rng.chance(60) {
                    let at = self.rng.below(body.len() as u64 + 1) as usize;
                    body.insert(at, self.jump(&inner));
                }
                self.cost += 2 * (self.cost - before);
                Stmt::Loop { label, kind, times: self.rng.range(1, 3), body }
            }
            8 | 9 => {
                inner.labels.push(label);
                let mut body = self.block(&inner, 3);
                let at = self.rng.below(body.len() as u64 + 1) as usize;
                body.insert(at, Stmt::Break { label, on: self.on() });
                Stmt::Labelled { label, body }
            }
            10 => Stmt::Fails { on: self.on(), by_constants: self.rng.chance(30), body: self.block(&inner, 3) },
            11 if !scope.wides.is_empty() => {
                let w = self.rng.pick(&scope.wides).n;
                Stmt::SamePlace { n: label, w, body: self.block(&inner, 3) }
            }
            11..=13 => Stmt::Borrow { n: label, unique: self.rng.chance(60), body: self.block(&inner, 3) },
            14 => Stmt::BorrowBlock { body: self.captures(&scope.inner_unit()) },
            15 | 16 => {
                let ty = self.ty();
                let body = self.captures(&scope.inner(ty));
                Stmt::Closure { n: label, by_ref: self.rng.chance(50), ty, body }
            }
            17 => Stmt::ClosureArg { body: self.captures(&scope.inner(Ty::U64)) },
            18 | 19 if scope.recursive.is_some() => {
                let (f, ty) = scope.recursive.expect("checked by the guard");
                Stmt::Recur { f, k: self.constant(), ty }
            }
            _ => Stmt::Scope(self.block(&inner, 3)),
        }
    }

    fn jump(&mut self, scope: &Scope) -> Stmt {
        let on = self.on();
        match (self.rng.below(3), scope.ret) {
            (0, Some(ty)) => Stmt::Return { on, ty },
            (1, _) if !scope.loops.is_empty() => Stmt::Continue { label: self.rng.pick(&scope.loops), on },
            _ if !scope.labels.is_empty() => Stmt::Break { label: self.rng.pick(&scope.labels), on },
            (_, Some(ty)) => Stmt::Return { on, ty },
            _ => Stmt::Log(self.fresh()),
        }
    }

    fn manual(&mut self, scope: &Scope) -> Stmt {
        const ANY: [Manual; 8] = [
            Manual::OnceThenDrop,
            Manual::BusyThenDrop,
            Manual::BlockOn,
            Manual::BlockOnBox,
            Manual::Dead,
            Manual::Reassign,
            Manual::Table,
            Manual::Lookalike,
        ];
        const SUSPENDING: [Manual; 9] = [
            Manual::AtOnce,
            Manual::OnceThenAwait,
            Manual::Slot,
            Manual::Replace,
            Manual::Array,
            Manual::Turns,
            Manual::SelectByRef,
            Manual::Maybe,
            Manual::Never,
        ];
        match self.rng.below(20) {
            0..=8 => return self.manual_call(scope),
            9..=11 => return self.tiny(scope),
            _ => {}
        }
        let how = if scope.suspends && self.rng.chance(65) { self.rng.pick(&SUSPENDING) } else { self.rng.pick(&ANY) };
        let before = self.cost;
        let fut = self.fut(scope);
        self.cost += 2 * (self.cost - before);
        Stmt::Manual { how, n: self.rng.range(1, 4), fut }
    }

    /// What is done with the future of one function: others await it too, and half of them never suspend.
    fn manual_call(&mut self, scope: &Scope) -> Stmt {
        let how = self.rng.pick(&[Manual::Places, Manual::PolledWhereMade, Manual::AgainWhenDone]);
        let suspends = scope.suspends && self.rng.chance(50);
        let calls = self.callable(&Scope { suspends, ..scope.clone() }, None);
        if calls.is_empty() {
            return self.await_stmt(scope);
        }
        let f = self.rng.pick(&calls);
        let before = self.cost;
        let fut = Fut::Call(self.call(f, None));
        self.cost += 4 * (self.cost - before);
        Stmt::Manual { how, n: self.rng.range(1, 3), fut }
    }

    fn tiny(&mut self, scope: &Scope) -> Stmt {
        let mut bodies = vec![TinyBody::Array, TinyBody::Drop, TinyBody::Unit];
        let mut ways = vec![Tiny::Once, Tiny::Twice];
        if scope.suspends {
            bodies.push(TinyBody::Yields);
            ways.push(Tiny::Retry);
        }
        Stmt::Tiny { how: self.rng.pick(&ways), body: self.rng.pick(&bodies), n: self.rng.range(1, 3) }
    }

    // ------------------------------------------------------ nearly equal arms

    /// Makes a copy of an arm differ in one place.
    fn vary(&mut self, arm: &mut Block, scope: &Scope) {
        match self.rng.below(8) {
            0 => arm.insert(0, Stmt::Mix(self.constant())),
            1 => arm.insert(0, self.checked()),
            2 => arm.push(Stmt::Mix(self.constant())),
            3 => arm.push(Stmt::Log(self.fresh())),
            4 => {
                let n = self.fresh();
                arm.insert(0, Stmt::Let { n, k: self.rng.range(1, 3) as u32 });
            }
            5 => {
                let s = self.jump(scope);
                arm.push(s);
            }
            _ => {
                let at = self.rng.below(arm.len().max(1) as u64) as usize;
                if let Some(s) = arm.get_mut(at) {
                    self.vary_stmt(s);
                }
            }
        }
    }

    fn vary_stmt(&mut self, s: &mut Stmt) {
        if let Stmt::Await { fut, how, .. } = s
            && how.takes_any()
            && self.vary_type(fut)
        {
            return;
        }
        match s {
            Stmt::Log(id) => *id += 1,
            Stmt::Mix(k) | Stmt::Checked { k, .. } => *k += 1,
            // Another type of the same layout.
            Stmt::Let { k, .. } => *k = *k % 3 + 1,
            // Another drop order.
            Stmt::Lets(list) => list.reverse(),
            Stmt::Break { on, .. } | Stmt::Continue { on, .. } | Stmt::Return { on, .. } => on.1 = (on.1 + 1) % on.0,
            Stmt::Manual { n, .. } => *n += 1,
            Stmt::AwaitRef { call } => call.k += 1,
            Stmt::Wide { passes, .. } if passes.len() > 1 => passes.reverse(),
            Stmt::Loop { times, .. } => *times += 1,
            _ => {
                let (mut futs, mut blocks) = (0, 0);
                futs_of(s, &mut |_| futs += 1);
                blocks_of(s, &mut |_| blocks += 1);
                self.vary_inside(s, futs == 0, blocks);
            }
        }
    }

    fn vary_inside(&mut self, s: &mut Stmt, no_futs: bool, blocks: u64) {
        if no_futs && blocks == 0 {
            return;
        }
        let mut done = false;
        if !no_futs {
            futs_of(s, &mut |f| {
                if !std::mem::replace(&mut done, true) {
                    self.vary_fut(f);
                }
            });
            return;
        }
        let wanted = self.rng.below(blocks);
        let mut at = 0;
        blocks_of(s, &mut |b| {
            if at == wanted
                && let Some(s) = b.first_mut()
            {
                self.vary_stmt(s);
            }
            at += 1;
        });
    }

    /// Gives a generic call or a leaf another type, half of the time.
    fn vary_type(&mut self, f: &mut Fut) -> bool {
        let other = self.ty();
        match f {
            Fut::Leaf { ty, .. } | Fut::Ready { ty, .. } if self.rng.chance(50) => *ty = other,
            Fut::Call(c) if c.kind == FnKind::Generic && self.rng.chance(50) => c.ty = other,
            _ => return false,
        }
        true
    }

    /// Another constant, another implementor or depth, another leaf.
    fn vary_fut(&mut self, f: &mut Fut) {
        let k = self.constant();
        match f {
            Fut::Call(c) if self.rng.chance(50) => c.pick = 1 - c.pick.min(1),
            Fut::Call(c) => c.k = k,
            Fut::Leaf { id, .. } if self.rng.chance(50) => *id += 1,
            Fut::Leaf { k: old, .. } | Fut::Ready { k: old, .. } => *old = k,
            Fut::Block { body, .. } => {
                if let Some(s) = body.last_mut() {
                    self.vary_stmt(s);
                }
            }
            Fut::Yields => {}
            _ => {
                let mut children = f.children();
                let at = self.rng.below(children.len() as u64) as usize;
                self.vary_fut(children[at]);
            }
        }
    }
}

impl Scope {
    /// Inside `async { … }` that gives `()` and borrows `a`: no `return`, no `?`.
    fn inner_unit(&self) -> Scope {
        Scope { ret: None, ..self.inner(Ty::Unit) }
    }
}

fn has_block(f: &Fut) -> bool {
    matches!(f, Fut::Block { .. }) || f.clone().children().into_iter().any(|c| has_block(c))
}

fn awaits(s: &Stmt) -> bool {
    let mut s = s.clone();
    let mut found = matches!(s, Stmt::AwaitRef { .. } | Stmt::BorrowBlock { .. } | Stmt::Recur { .. });
    futs_of(&mut s, &mut |_| found = true);
    blocks_of(&mut s, &mut |b| found |= b.iter().any(awaits));
    found
}
