//! Turns the tree into Rust source.

use crate::ast::*;
use std::fmt::Write;

/// Shared by all programs of one source file.
const RUNTIME: &str = include_str!("../runtime/rt.rs");

/// Source lines with their indentation.
struct Out {
    text: String,
    depth: usize,
    /// What stands before an item that other crates may have to name
    visible: &'static str,
}

impl Out {
    fn line(&mut self, s: &str) {
        let depth = if s.starts_with('}') { self.depth.saturating_sub(1) } else { self.depth };
        let _ = writeln!(self.text, "{:1$}{s}", "", depth * 4);
        self.depth = depth + usize::from(s.ends_with('{'));
    }

    fn block(&mut self, head: &str, b: &Block) {
        self.line(&format!("{head} {{"));
        self.stmts(b);
        self.line("}");
    }

    fn stmts(&mut self, b: &Block) {
        b.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, s: &Stmt) {
        match s {
            Stmt::Log(id) => self.line(&format!("t({id}, a);")),
            Stmt::Mix(k) => self.line(&format!("a = mix(a, {k});")),
            Stmt::Checked { check, k } => self.line(&check_text(*check, *k)),
            Stmt::Fails { on, by_constants, body } => {
                self.line(&format!("if may_panic() && a % {} == {} {{", on.0, on.1));
                self.line(if *by_constants { "let x = 255_u8;" } else { "let x = (a % 4) as u8 | 252;" });
                self.line("t(7, (x + 4) as u64);");
                self.stmts(body);
                self.line("}");
            }
            Stmt::Guard { n } => self.line(&format!("let z{n} = Z::<{n}>;")),
            Stmt::Leaked { n, body } => {
                self.line("let list = ManuallyDrop::new(Vec::from_iter(0..a % 7 + 2));");
                self.line(&format!("let mut l{n} = Leaked {{ list }};"));
                self.stmts(body);
                self.line(&format!("a = mix(a, l{n}.take_first());"));
            }
            Stmt::Let { n, k } => self.line(&format!("let d{n} = D::<{k}>::new({n}, a);")),
            Stmt::Lets(list) => {
                list.iter().for_each(|(n, k)| self.line(&format!("let d{n} = D::<{k}>::new({n}, a);")));
            }
            Stmt::Use(n) => self.line(&format!("a = mix(a, d{n}.h());")),
            Stmt::Wide { n, ty, from, passes } => {
                self.line(&format!("let mut w{n}: {} = {};", ty.rust(), source_text(*ty, from)));
                passes.iter().for_each(|pass| self.line(&pass_text(*n, *ty, *pass)));
            }
            Stmt::Pass { n, ty, pass } => self.line(&pass_text(*n, *ty, *pass)),
            Stmt::IsAt { w, offset } => self.is_at(*w, *offset),
            Stmt::SamePlace { n, w, body } => {
                self.line(&format!("let q{n} = place(&w{w});"));
                self.stmts(body);
                self.line(&format!(
                    "a = mix(a, (q{n} == place(&w{w})) as u64 + 2 * (q{n} == place(&ELSEWHERE)) as u64);"
                ));
            }
            Stmt::Tiny { how, body, n } => {
                self.line("{");
                tiny(*how, *body, *n).iter().for_each(|l| self.line(l));
                self.line("}");
            }
            Stmt::Drop(n) => self.line(&format!("drop(d{n});")),
            Stmt::DropIf(n, m) => self.block(&format!("if a % {m} == 1"), &vec![Stmt::Drop(*n)]),
            Stmt::Borrow { n, unique, body } => self.borrow(*n, *unique, body),
            Stmt::Await { fut, how, ret } => self.awaits(&fut_text(fut), *how, *ret),
            Stmt::AwaitRef { call } => {
                self.line("let mut m = a ^ 9;");
                self.line(&format!("let v = f{}(a ^ {}, &mut m).await;", call.f, call.k));
                self.line("a = mix(mix(a, m), v.h());");
            }
            Stmt::BorrowBlock { body } => {
                self.line("async {");
                self.stmts(body);
                self.line("}");
                self.line(".await;");
            }
            Stmt::Two(x, y) => {
                self.line(&format!("a = mix({}.await.h(), {}.await.h());", fut_text(x), fut_text(y)));
            }
            Stmt::Match { on, arms } => self.matches(on, arms),
            Stmt::MatchValue { arms, question } => {
                self.line(&format!("let v = match a % {} {{", arms.len()));
                self.value_arms(arms);
                self.line("};");
                let v = if *question { "v?" } else { "v" };
                self.line(&format!("a = mix(a, {v}.h());"));
            }
            Stmt::If { on, then, other } => self.ifs(on, then, other),
            Stmt::Loop { label, kind, times, body } => self.loops(*label, *kind, *times, body),
            Stmt::Labelled { label, body } => self.block(&format!("'l{label}:"), body),
            Stmt::Break { label, on } => self.jump(*on, &format!("break 'l{label};")),
            Stmt::Continue { label, on } => self.jump(*on, &format!("continue 'l{label};")),
            Stmt::Return { on, ty } => self.jump(*on, &format!("return <{}>::mk(a);", ty.rust())),
            Stmt::Scope(body) => self.block("", body),
            Stmt::Closure { n, by_ref, ty, body } => self.closure(*n, *by_ref, *ty, body),
            Stmt::ClosureArg { body } => {
                self.line("let b = a;");
                self.line("let c = async move |y: u64| -> u64 {");
                self.line("let mut a = b ^ y;");
                self.stmts(body);
                self.line("a");
                self.line("};");
                self.line("a = mix(a, call_twice(c, a).await);");
            }
            Stmt::Manual { how, n, fut } => {
                self.line("{");
                manual(*how, *n, &fut_text(fut)).iter().for_each(|l| self.line(l));
                self.line("}");
            }
            Stmt::Recur { f, k, ty } => {
                self.line("if depth > 0 {");
                self.line(&format!(
                    "let v = (Box::pin(f{f}(a ^ {k}, depth - 1)) as Pin<Box<dyn Future<Output = {}>>>).await;",
                    ty.rust()
                ));
                self.line("a = mix(a, v.h());");
                self.line("}");
            }
        }
    }

    fn is_at(&mut self, w: Option<(u32, Ty)>, offset: u32) {
        let value = w.map_or("a".into(), |(n, _)| format!("w{n}"));
        let read = format!("a = mix(a, read::<{}>({value}));", w.map_or(Ty::U64, |(_, ty)| ty).rust());
        self.line(&format!("if is_at(&{value}, {offset}) {{"));
        self.line("opaque(1);");
        self.line(&read);
        self.line("} else {");
        self.line("opaque(2);");
        self.line(&read);
        self.line("}");
    }

    fn jump(&mut self, on: (u64, u64), what: &str) {
        self.line(&format!("if a % {} == {} {{", on.0, on.1));
        self.line(what);
        self.line("}");
    }

    fn borrow(&mut self, n: u32, unique: bool, body: &Block) {
        self.line(&format!("let mut b{n} = [a, {n}, 3];"));
        let kind = if unique { "&mut " } else { "&" };
        self.line(&format!("let r{n} = {kind}b{n};"));
        self.stmts(body);
        if unique {
            self.line(&format!("r{n}[1] ^= a;"));
        }
        self.line(&format!("a = mix(a, r{n}[(a % 3) as usize]);"));
    }

    fn awaits(&mut self, fut: &str, how: How, ret: Ty) {
        match how {
            How::Bind => {
                self.line(&format!("let v = {fut}.await;"));
                self.line("a = mix(a, v.h());");
            }
            How::Keep(n) => {
                self.line(&format!("let v{n} = {fut}.await;"));
                self.line(&format!("a = mix(a, v{n}.h());"));
            }
            How::Question => {
                self.line(&format!("let v = {fut}.await?;"));
                self.line("a = mix(a, v.h());");
            }
            How::MapQuestion => {
                self.line(&format!("let v = {fut}.await.map(|v| v.h() ^ 5).map_err(|_| E::High)?;"));
                self.line("a = mix(a, v);");
            }
            How::IfLet => {
                self.line(&format!("if let Ok(v) = {fut}.await {{"));
                self.line("a = mix(a, v.h());");
                self.line("} else {");
                self.line(&format!("return <{}>::mk(a);", ret.rust()));
                self.line("}");
            }
            How::Discard => self.line(&format!("let _ = {fut}.await;")),
            How::Inline => self.line(&format!("a = mix(a, {fut}.await.h());")),
            How::WithTemp(n) => {
                self.line(&format!("a = mix(D::<4>::new({n}, a).h(), {fut}.await.h());"));
            }
        }
    }

    fn matches(&mut self, on: &Scrutinee, arms: &[Block]) {
        let n = arms.len();
        let head = match on {
            Scrutinee::Acc => format!("a % {n}"),
            Scrutinee::Temp(id) => format!("D::<5>::new({id}, a).h() % {n}"),
            Scrutinee::Await(f) => format!("{}.await.h() % {n}", fut_text(f)),
            Scrutinee::Payload => "P::mk(a)".into(),
        };
        self.line(&format!("match {head} {{"));
        const PAYLOADS: [(&str, &str); 6] = [
            ("P::A(p)", "a = mix(a, p.h());"),
            ("P::B(p)", "a = mix(a, p.h());"),
            ("P::C(p)", "a = mix(a, p);"),
            ("P::D(p)", "t(8, p.h());"),
            ("P::E(p)", "a = mix(a, *p);"),
            ("P::F", ""),
        ];
        for (i, arm) in arms.iter().enumerate() {
            let payload = matches!(on, Scrutinee::Payload);
            let pattern = match i {
                _ if i + 1 == n => "_".into(),
                _ if payload => PAYLOADS[i].0.to_string(),
                _ => i.to_string(),
            };
            self.line(&format!("{pattern} => {{"));
            self.stmts(arm);
            // The payload is used after the arm's awaits, so it lives across them.
            if payload && i + 1 < n && !PAYLOADS[i].1.is_empty() {
                self.line(PAYLOADS[i].1);
            }
            self.line("}");
        }
        self.line("}");
    }

    fn value_arms(&mut self, arms: &[Fut]) {
        for (i, f) in arms.iter().enumerate() {
            let pattern = if i + 1 == arms.len() { "_".into() } else { i.to_string() };
            self.line(&format!("{pattern} => {}.await,", fut_text(f)));
        }
    }

    fn ifs(&mut self, on: &Cond, then: &Block, other: &Block) {
        let on = match on {
            Cond::Mod(m, r) => format!("a % {m} == {r}"),
            Cond::Await(f) => format!("{}.await.h() % 2 == 0", fut_text(f)),
        };
        self.line(&format!("if {on} {{"));
        self.stmts(then);
        if !other.is_empty() {
            self.line("} else {");
            self.stmts(other);
        }
        self.line("}");
    }

    fn loops(&mut self, label: u32, kind: LoopKind, times: u64, body: &Block) {
        match kind {
            LoopKind::For => self.line(&format!("'l{label}: for i in 0..{times}u64 {{")),
            LoopKind::While => {
                self.line(&format!("let mut i{label} = 0;"));
                self.line(&format!("'l{label}: while i{label} < {times} && fuel() {{"));
                self.line(&format!("i{label} += 1;"));
            }
            LoopKind::Loop => {
                self.line(&format!("let mut i{label} = 0;"));
                self.line(&format!("'l{label}: loop {{"));
                self.line(&format!("i{label} += 1;"));
                self.jump_if(&format!("i{label} > {times} || !fuel()"), &format!("break 'l{label};"));
            }
        }
        if kind == LoopKind::For {
            self.jump_if("!fuel()", &format!("break 'l{label};"));
            self.line("a = mix(a, i);");
        }
        self.stmts(body);
        self.line("}");
    }

    fn jump_if(&mut self, on: &str, what: &str) {
        self.line(&format!("if {on} {{"));
        self.line(what);
        self.line("}");
    }

    fn closure(&mut self, n: u32, by_ref: bool, ty: Ty, body: &Block) {
        let ty = ty.rust();
        if by_ref {
            self.line(&format!("let mut c{n} = async |y: u64| -> {ty} {{"));
            self.line("a = mix(a, y);");
        } else {
            self.line("let b = a;");
            self.line(&format!("let c{n} = async move |y: u64| -> {ty} {{"));
            self.line("let mut a = b ^ y;");
        }
        self.stmts(body);
        self.line(&format!("<{ty}>::mk(a)"));
        self.line("};");
        self.line(&format!("let v = c{n}(5).await;"));
        self.line(&format!("let w = c{n}(v.h()).await;"));
        self.line("a = mix(a, w.h());");
    }

    fn func(&mut self, i: usize, f: &Func) {
        if let Some(never) = f.inline {
            let attribute = if never { "#[inline(never)]" } else { "#[inline(always)]" };
            if matches!(f.kind, FnKind::Async | FnKind::Generic | FnKind::Impl) {
                self.line(attribute);
            }
        }
        let r = f.ret.rust();
        let pub_ = self.visible;
        match f.kind {
            FnKind::Async => self.whole(&format!("{pub_}async fn f{i}(mut a: u64) -> {r}"), f),
            FnKind::Generic => self.whole(&format!("{pub_}async fn f{i}<T: V>(mut a: u64) -> {r}"), f),
            FnKind::TakesDrop => self.whole(&format!("{pub_}async fn f{i}(mut a: u64, d: D<3>) -> {r}"), f),
            FnKind::TakesWide(w) => {
                self.whole(&format!("{pub_}async fn f{i}(mut a: u64, mut w0: {}) -> {r}", w.rust()), f);
            }
            FnKind::CapturesWide(w) => {
                self.line(&format!("{pub_}fn f{i}(mut a: u64, mut w0: {}) -> impl Future<Output = {r}> {{", w.rust()));
                self.whole("async move", f);
                self.line("}");
            }
            FnKind::TakesRef => {
                self.line(&format!("{pub_}async fn f{i}(mut a: u64, r: &mut u64) -> {r} {{"));
                self.line("*r ^= a;");
                self.body(f);
                self.line("}");
            }
            FnKind::Recursive => self.whole(&format!("{pub_}async fn f{i}(mut a: u64, depth: u32) -> {r}"), f),
            FnKind::Impl => {
                self.line(&format!("{pub_}fn f{i}(mut a: u64) -> impl Future<Output = {r}> {{"));
                self.whole("async move", f);
                self.line("}");
            }
            FnKind::Boxed => {
                self.line(&format!("{pub_}fn f{i}(mut a: u64) -> Pin<Box<dyn Future<Output = {r}>>> {{"));
                self.line("Box::pin(async move {");
                self.body(f);
                self.line("})");
                self.line("}");
            }
            FnKind::Method | FnKind::Static | FnKind::Object => self.trait_of(i, f),
        }
    }

    /// The trait of a method, its two implementors, and how it is called.
    fn trait_of(&mut self, i: usize, f: &Func) {
        let r = f.ret.rust();
        let pub_ = self.visible;
        let object = f.kind == FnKind::Object;
        let head = if object {
            format!("fn m(&self, mut a: u64) -> Pin<Box<dyn Future<Output = {r}> + '_>>")
        } else {
            format!("async fn m(&self, mut a: u64) -> {r}")
        };
        self.line(&format!("pub trait T{i} {{"));
        self.line(&format!("{};", head.replace("mut ", "")));
        self.line("}");
        for s in 0..2 {
            self.line(&format!("pub struct S{i}x{s}(pub u64);"));
            self.line(&format!("impl T{i} for S{i}x{s} {{"));
            self.line(&format!("{head} {{"));
            if object {
                self.line("Box::pin(async move {");
            }
            self.line("a = mix(a, self.0);");
            self.body(f);
            if object {
                self.line("})");
            }
            self.line("}");
            self.line("}");
        }
        match f.kind {
            FnKind::Static => {
                self.line(&format!("{pub_}async fn g{i}<S: T{i}>(s: S, a: u64) -> {r} {{"));
                self.line("s.m(a).await");
                self.line("}");
            }
            FnKind::Object => {
                self.line(&format!("{pub_}static O{i}: [&(dyn T{i} + Sync); 2] = [&S{i}x0(3), &S{i}x1(4)];"));
            }
            _ => {}
        }
    }

    fn whole(&mut self, head: &str, f: &Func) {
        self.line(&format!("{head} {{"));
        self.body(f);
        self.line("}");
    }

    fn body(&mut self, f: &Func) {
        self.stmts(&f.body);
        if f.kind == FnKind::TakesRef {
            self.line("*r ^= a;");
        }
        match &f.tail {
            Tail::Make => self.line(&format!("<{}>::mk(a)", f.ret.rust())),
            Tail::Await(fut) => self.line(&format!("{}.await", fut_text(fut))),
            Tail::Question(fut) => {
                self.line(&format!("let v = {}.await?;", fut_text(fut)));
                self.line(&format!("Ok(<{}>::mk(mix(a, v.h()))?)", f.ret.rust()));
            }
            Tail::Match(arms) => {
                self.line(&format!("match a % {} {{", arms.len()));
                self.value_arms(arms);
                self.line("}");
            }
            Tail::Forever(b) => {
                self.line("loop {");
                self.stmts(b);
                self.line("yields().await;");
                self.line("}");
            }
        }
    }
}

fn source_text(ty: Ty, from: &Source) -> String {
    match from {
        Source::Made => format!("<{}>::mk(a)", ty.rust()),
        Source::Given(callee) => format!("{}(a)", callee_text("give", ty, *callee)),
        Source::Await(fut) => format!("{}.await", fut_text(fut)),
    }
}

/// The statement that does something with `wN`.
fn pass_text(n: u32, ty: Ty, pass: Pass) -> String {
    let look = if ty == Ty::Tailed { "total" } else { "look" };
    let value = match pass {
        Pass::Read(callee) => format!("{}(w{n})", callee_text("read", ty, callee)),
        Pass::Spoil(callee) => format!("{}(w{n})", callee_text("spoil", ty, callee)),
        Pass::Twice => format!("twice(w{n}, w{n})"),
        Pass::RefOfCopy => format!("{look}(&{{ w{n} }})"),
        Pass::Ref => format!("{look}(&w{n})"),
        Pass::Edited(callee) => format!("{}(w{n}, a).h()", callee_text("edit", ty, callee)),
        Pass::Part(pick) => format!("w{n}{} as u64", ty.part(pick)),
        Pass::Edit(callee) => return format!("w{n} = {}(w{n}, a);", callee_text("edit", ty, callee)),
        Pass::SetPart(_) if ty == Ty::OptTrio => return format!("w{n}.get_or_insert(Trio::mk(3)).y = a;"),
        Pass::SetPart(pick) => return format!("w{n}{} = a as _;", ty.part(pick)),
    };
    format!("a = mix(a, {value});")
}

/// A statement that panics now and then, or always, in code with checks, where panics are allowed.
fn check_text(check: Check, k: u64) -> String {
    let low = format!("(a ^ {k}) % limit()");
    match check {
        Check::Sum => format!("a = mix(a, (({low}) as u8 + 208) as u64);"),
        Check::Discarded => format!("let _ = ({low}) as u8 + 208;"),
        Check::Shift => format!("a = mix(a, 1 << (({low}) as u32 + 16));"),
        Check::Negation => format!("a = mix(a, -((({low}) + 80) as u8 as i8) as u64);"),
        Check::Alone => format!("let _ = ((a ^ {k}) % LIMIT) as u8 + 208;"),
        Check::Returned => "same::<1>(&a);".into(),
    }
}

/// What is called for one of the runtime's functions over wide values.
fn callee_text(name: &str, ty: Ty, callee: Callee) -> String {
    match callee {
        Callee::Direct => format!("{name}::<{}>", ty.rust()),
        Callee::Pointer => format!("{name}_pointer::<{}>()", ty.rust()),
        Callee::Dyn => format!("wide::<{}>(a).{name}", ty.rust()),
    }
}

/// Lines that handle one future by hand. `f` is evaluated where it is written.
fn manual(how: Manual, n: u64, f: &str) -> Vec<String> {
    let poll_once = |p: &str| format!("poll_fn(|cx| Poll::Ready({p}.as_mut().poll(cx))).await");
    let text = match how {
        Manual::OnceThenDrop => {
            format!("let mut p = pin!({f});\nlet v = {};\na = mix(a, v.h());\nt(70, a);", poll_once("p"))
        }
        Manual::OnceThenAwait => format!(
            "let mut p = Box::pin({f});\nmatch {} {{\nPoll::Ready(v) => a = mix(a, v.h()),\nPoll::Pending => {{\nyields().await;\na = mix(a, p.await.h());\n}}\n}}",
            poll_once("p")
        ),
        Manual::BusyThenDrop => busy(n, f, ""),
        Manual::Slot => format!(
            "let mut s = MaybeUninit::uninit();\nfor round in 0..2u64 {{\ns.write({f});\nlet mut left = {n};\nlet v = poll_fn(|cx| {{\n// SAFETY: written above, not moved until it is dropped in place.\nlet p = unsafe {{ Pin::new_unchecked(s.assume_init_mut()) }};\nmatch p.poll(cx) {{\nPoll::Ready(v) => Poll::Ready(v.h()),\nPoll::Pending if left == 0 => Poll::Ready(1),\nPoll::Pending => {{\nleft -= 1;\nPoll::Pending\n}}\n}}\n}})\n.await;\nunsafe {{ std::ptr::drop_in_place(s.as_mut_ptr()) }};\na = mix(mix(a, v), round);\n}}"
        ),
        Manual::Replace => format!(
            "let mut o = Some(Box::pin({f}));\nlet v = poll_fn(|cx| Poll::Ready(o.as_mut().unwrap().as_mut().poll(cx))).await;\na = mix(a, v.h());\no = None;\nt(71, a);\nyields().await;\nlet again = async {{ {f}.await }};\na = mix(a, again.await.h());"
        ),
        Manual::Array => format!(
            "let make = |a: u64| {f};\nlet mut list = [make(a), make(a ^ 1), make(a ^ 2)];\nlist.swap(0, {});\nfor f in list {{\na = mix(a, f.await.h());\n}}",
            1 + n % 2
        ),
        Manual::Reassign => format!(
            "let make = |a: u64| {f};\nlet mut f = make(a);\nt(72, a);\nif a % 2 == 0 {{\nf = make(a ^ 7);\n}}\na = mix(a, f.await.h());"
        ),
        Manual::Turns => format!(
            "let make = |a: u64| {f};\nlet (mut x, mut y) = (pin!(make(a)), pin!(make(a ^ 3)));\nlet (mut vx, mut vy) = (None, None);\npoll_fn(|cx| {{\nif vx.is_none() {{\nif let Poll::Ready(v) = x.as_mut().poll(cx) {{\nvx = Some(v);\n}}\n}}\nif vy.is_none() {{\nif let Poll::Ready(v) = y.as_mut().poll(cx) {{\nvy = Some(v);\n}}\n}}\nif vx.is_some() && vy.is_some() {{\nPoll::Ready(())\n}} else {{\nPoll::Pending\n}}\n}})\n.await;\na = mix(vx.unwrap().h(), vy.unwrap().h());"
        ),
        Manual::SelectByRef => format!(
            "let mut p = pin!({f});\nmatch select(p.as_mut(), small::<u32>(73)).await {{\nEither::L(v) => a = mix(a, v.h()),\nEither::R(v) => {{\na = mix(a, v.h());\na = mix(a, p.await.h());\n}}\n}}"
        ),
        Manual::BlockOn => format!("a = mix(a, block_on({f}, {n}).h());"),
        Manual::BlockOnBox => format!("a = mix(a, block_on(Box::pin({f}), {n}).h());"),
        Manual::Maybe => {
            format!("let f = {f};\nt(74, a);\nif a % {} == 0 {{\na = mix(a, f.await.h());\n}}\nt(75, a);", 2 + n % 2)
        }
        Manual::Never => format!("let f = {f};\nyields().await;\nt(76, a);\ndrop(f);"),
        Manual::Dead => format!("if false {{\na = mix(a, {f}.await.h());\n}}"),
        Manual::Places => format!(
            "a = mix(a, {f}.await.h());\nt(77, a);\nif a % 2 == 0 {{\na = mix(a, {f}.await.h());\n}}\nfor _ in 0..{n} {{\na = mix(a, {f}.await.h());\n}}"
        ),
        Manual::PolledWhereMade => format!(
            "for _ in 0..{n} {{\nlet v = poll_fn(|cx| Poll::Ready(Box::pin({f}).as_mut().poll(cx))).await;\na = mix(a, v.h());\n}}"
        ),
        Manual::AtOnce => format!("a = mix(a, at_once({f}).await);"),
        Manual::Table => format!("a = mix(a, by_table({f}, {n}));"),
        Manual::Lookalike => format!("a = mix(a, by_lookalike({f}, {n}));"),
        Manual::AgainWhenDone => busy(n, f, "t(78, ready_again(p.as_mut(), cx) as u64);\n"),
    };
    text.lines().map(str::to_owned).collect()
}

/// Lines that poll a small body in closures.
fn tiny(how: Tiny, body: TinyBody, n: u64) -> Vec<String> {
    let make = |x: &str| match body {
        TinyBody::Array => format!("tiny([{x}, 1, {x} ^ 3, 4])"),
        TinyBody::Drop => format!("tiny_drop(D::new(6, {x}))"),
        TinyBody::Unit => format!("tiny_unit({x})"),
        TinyBody::Yields => format!("tiny_yields({x})"),
    };
    let (first, next) = (make("a"), make("x"));
    let text = match how {
        Tiny::Once => format!(
            "let mut p = pin!({first});\nlet k = a;\na = mix(a, poll_with(p.as_mut(), move |f, cx| {{\nlet v = f.poll(cx);\nt({n}, v.is_pending() as u64);\nmatch v {{\nPoll::Ready(v) => mix(k, v.h()),\nPoll::Pending => k ^ 7,\n}}\n}}));"
        ),
        Tiny::Retry => format!(
            "let mut p = Box::pin({first});\nlet mut left = {n};\nlet v = poll_fn(|cx| match p.as_mut().poll(cx) {{\nPoll::Pending => Poll::Pending,\nPoll::Ready(v) if left == 0 => Poll::Ready(v.h()),\nPoll::Ready(v) => {{\nleft -= 1;\nlet x = v.h();\np.set({next});\nt(79, x);\nPoll::Pending\n}}\n}})\n.await;\na = mix(a, v);"
        ),
        Tiny::Twice => format!(
            "let mut p = Box::pin({first});\nlet mut step = |x: u64, cx: &mut Context| {{\nlet v = p.as_mut().poll(cx).map(|v| v.h());\nt({n}, v.is_ready() as u64);\np.set({next});\nv\n}};\nfor _ in 0..2 {{\nlet v = poll_fn(|cx| Poll::Ready(call_step(&mut step, a, cx))).await;\na = mix(a, v.h());\n}}"
        ),
    };
    text.lines().map(str::to_owned).collect()
}

/// A box that is polled some times in one poll, and dropped; `when_done` stands where it was ready.
fn busy(n: u64, f: &str, when_done: &str) -> String {
    format!(
        "let mut p = Box::pin({f});\nlet v = poll_fn(|cx| {{\nfor _ in 0..{n} {{\nif let Poll::Ready(v) = p.as_mut().poll(cx) {{\n{when_done}return Poll::Ready(v.h());\n}}\n}}\nPoll::Ready(0)\n}})\n.await;\ndrop(p);\na = mix(a, v);"
    )
}

fn call_text(c: &Call) -> String {
    let (f, k, pick) = (c.f, c.k, c.pick);
    match c.kind {
        FnKind::Async | FnKind::Impl | FnKind::Boxed | FnKind::TakesRef => format!("f{f}(a ^ {k})"),
        FnKind::Generic => format!("f{f}::<{}>(a ^ {k})", c.ty.rust()),
        FnKind::Method => format!("S{f}x{pick}::m(const {{ &S{f}x{pick}({k}) }}, a)"),
        FnKind::Static => format!("g{f}(S{f}x{pick}({k}), a)"),
        FnKind::Object => format!("O{f}[{pick}].m(a ^ {k})"),
        FnKind::Recursive => format!("f{f}(a ^ {k}, {})", pick + 1),
        FnKind::TakesWide(w) | FnKind::CapturesWide(w) => {
            let made = if pick == 0 || k % 2 == 0 { Source::Made } else { Source::Given(Callee::Direct) };
            format!("f{f}(a ^ {k}, {})", source_text(w, &made))
        }
        FnKind::TakesDrop => format!("f{f}(a ^ {k}, D::new({pick}, a))"),
    }
}

fn fut_text(f: &Fut) -> String {
    let one = |name: &str, f: &Fut| format!("{name}({})", fut_text(f));
    let two = |name: &str, a: &Fut, b: &Fut| format!("{name}({}, {})", fut_text(a), fut_text(b));
    match f {
        Fut::Call(c) => call_text(c),
        Fut::Leaf { kind, id, k, ty } => match kind {
            LeafKind::Big => format!("leaf::<{}>({id}, a ^ {k})", ty.rust()),
            LeafKind::Small => format!("small::<{}>({id})", ty.rust()),
            LeafKind::Waits => format!("waits::<{}>({id})", ty.rust()),
        },
        Fut::Ready { ty, k } => format!("ready(<{}>::mk(a ^ {k}))", ty.rust()),
        Fut::Yields => "yields()".into(),
        Fut::Block { ty, body } => block_text(*ty, body),
        Fut::Pinned(f) => one("Box::pin", f),
        Fut::Dyn(ty, f) => {
            format!("(Box::pin({}) as Pin<Box<dyn Future<Output = {}>>>)", fut_text(f), ty.rust())
        }
        Fut::Wrap(how, f) => one(&format!("wrap::<{how}, _>"), f),
        Fut::Through(f) => one("through", f),
        Fut::Hashed(f) => one("hashed", f),
        Fut::Catch(f) => one("catch", f),
        Fut::Join(a, b) => two("join", a, b),
        Fut::Select(a, b) => two("select", a, b),
        Fut::JoinAll(list) => {
            let list: Vec<_> = list.iter().map(|f| one("Box::pin", f)).collect();
            format!("join_all(vec![{}])", list.join(", "))
        }
    }
}

fn block_text(ty: Ty, body: &Block) -> String {
    let mut out = Out { text: String::new(), depth: 0, visible: "" };
    out.line("({");
    out.line("let mut a = a;");
    out.line("async move {");
    out.stmts(body);
    out.line(&format!("<{}>::mk(a)", ty.rust()));
    out.line("}");
    out.line("})");
    out.text.trim_end().to_owned()
}

/// The functions of a program.
fn functions(out: &mut Out, p: &Program) {
    // In the crate of the bodies, whose flags decide whether its MIR has the check.
    out.line("#[inline]");
    out.line("fn same<const LOW: u32>(x: &u64) -> &u64 {");
    out.line("let _ = MOST_THAT_ABORTS - LOW;");
    out.line("x");
    out.line("}");
    for i in p.reachable() {
        out.func(i, &p.fns[i]);
    }
}

/// The function that lists a program's roots. Where frames are shared by copies of it (`is_shared`), no root is polled through
/// `dyn Future`, which is always the copy that made the frame.
fn roots(out: &mut Out, p: &Program, is_shared: bool) {
    out.line("pub fn roots() -> Vec<Root> {");
    out.line("let mut roots = vec![];");
    for (i, r) in p.roots.iter().enumerate() {
        let root = match r.place {
            Place::Pool => "root_pooled",
            Place::Dyn if !is_shared => "root_dyn",
            Place::Dyn | Place::Boxed => "root",
        };
        out.line(&format!("roots.push({root}(\"seed {} root {i}\", |a| {}));", p.seed, call_text(&r.call)));
    }
    out.line("roots");
    out.line("}");
}

/// A module with what `uses` names and what `items` prints, all of it `visible`.
fn module(p: &Program, uses: &str, visible: &'static str, items: impl FnOnce(&mut Out)) -> String {
    let mut out = Out { text: String::new(), depth: 0, visible };
    out.line(&format!("{visible}mod s{} {{", p.seed));
    out.line(uses);
    items(&mut out);
    out.line("}");
    out.text
}

/// A program as part of one source file.
fn whole_module(p: &Program) -> String {
    module(p, "use super::rt::*;", "", |out| {
        functions(out, p);
        roots(out, p, false);
    })
}

/// The length of a program without the runtime.
pub fn lines(p: &Program) -> usize {
    whole_module(p).lines().count()
}

/// One self-contained source file of several programs.
pub fn source(programs: &[Program]) -> String {
    let mut text = String::from("#![allow(warnings)]\n");
    programs.iter().for_each(|p| text.push_str(&whole_module(p)));
    text.push_str("fn main() {\n    let o = rt::options();\n");
    for p in programs {
        let _ = writeln!(text, "    s{}::roots().iter().for_each(|root| rt::drive([root, root], o));", p.seed);
    }
    text.push_str("}\nmod rt {\n");
    // Inner attributes and module docs are not allowed in the middle of a file.
    for line in RUNTIME.lines().filter(|l| !l.starts_with("//!") && !l.starts_with("#![")) {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("}\n");
    text
}

/// The same programs as several crates: two libraries have code that polls and drops the same frames in turns.
pub struct Crates {
    /// What the others share
    pub runtime: &'static str,
    /// The source of both libraries, where each is a copy of the other
    pub copy: String,
    /// The source of a library with the functions, where the two have only the roots
    pub bodies: String,
    pub roots: String,
    pub main: String,
}

/// Their names are `rt`, `bodies`, `plain` and `tested`.
pub fn crates(programs: &[Program]) -> Crates {
    let head = "#![allow(warnings)]\n";
    let of_each = |text: &dyn Fn(&Program) -> String| programs.iter().fold(head.to_owned(), |all, p| all + &text(p));
    let copy = of_each(&|p| {
        let uses = "use rt::*;";
        // Nobody else names the functions.
        format!(
            "pub {}",
            module(p, uses, "", |out| {
                functions(out, p);
                roots(out, p, true);
            })
        )
    });
    let bodies = of_each(&|p| module(p, "use rt::*;", "pub ", |out| functions(out, p)));
    let roots = of_each(&|p| {
        let uses = format!("use rt::*; use bodies::s{}::*;", p.seed);
        module(p, &uses, "pub ", |out| roots(out, p, true))
    });
    let mut main = String::from("fn main() {\n    let o = rt::options();\n");
    for p in programs {
        let _ = writeln!(main, "    for (a, b) in plain::s{0}::roots().iter().zip(&tested::s{0}::roots()) {{", p.seed);
        main.push_str("        rt::drive([a, b], o);\n    }\n");
    }
    main.push_str("}\n");
    Crates { runtime: RUNTIME, copy, bodies, roots, main }
}
