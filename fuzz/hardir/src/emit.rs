//! Coroutines as rustc writes them, as LLVM IR text.
//!
//! The frame: what the body keeps at 0, the state cell at [`CELL`], the child at [`CHILD`].

use std::fmt::Write;

const CELL: usize = 8;
const CHILD: usize = 16;
const PANIC: &str = "_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed";

/// How the poll of one suspend state comes to its exit and what follows when it is ready.
#[derive(Clone)]
pub struct State {
    /// The function that is polled, in full: a coroutine's symbol, or `leaf`
    pub polls: String,
    /// The child's drop glue
    pub drops: String,
    /// Instructions after the poll was ready
    pub then: String,
    /// An alloca of its own holds the result, as rustc spills it
    pub spills: bool,
    /// Other code stands between the poll and its test: it is no await site
    pub hidden: bool,
    /// Where it goes on: the number of another state, or to the end
    pub next: Option<usize>,
}

impl State {
    pub fn of_leaf() -> State {
        State {
            polls: "leaf".into(),
            drops: "drop_leaf".into(),
            then: String::new(),
            spills: false,
            hidden: false,
            next: None,
        }
    }

    pub fn of(child: usize) -> State {
        State { polls: resume(child), drops: glue(child), ..State::of_leaf() }
    }
}

/// How the unresumed state enters the awaits.
pub enum Entry {
    /// A `match` with an arm for each
    Each,
    /// The first; the others follow by [`State::next`]
    First,
    /// None: `if false` stands around them
    Never,
}

pub struct Coroutine {
    pub number: usize,
    pub exported: bool,
    pub entry: Entry,
    pub states: Vec<State>,
}

/// The symbol of a resume function.
fn resume(number: usize) -> String {
    format!("_RNCNvC1a{}0", identifier(number))
}

/// The symbol of its drop glue.
fn glue(number: usize) -> String {
    format!("_RINvNtC4core3ptr9drop_glueNCNvC1a{}0E", identifier(number))
}

/// As v0 mangling writes it: the length, then the name.
fn identifier(number: usize) -> String {
    let name = format!("c{number}");
    format!("{}{name}", name.len())
}

/// A module of these coroutines and what they use.
pub fn module(coroutines: &[Coroutine]) -> String {
    let mut text = String::new();
    for coroutine in coroutines {
        coroutine.write_resume(&mut text);
        coroutine.write_glue(&mut text);
    }
    let _ = writeln!(text, "declare i1 @leaf(ptr, ptr)\ndeclare void @drop_leaf(ptr)\ndeclare void @other()");
    let _ = writeln!(text, "declare void @llvm.lifetime.start.p0(ptr)\ndeclare void @llvm.lifetime.end.p0(ptr)");
    let _ = writeln!(text, "declare void @{PANIC}(ptr)");
    text
}

impl Coroutine {
    pub fn new(number: usize, entry: Entry, states: Vec<State>) -> Coroutine {
        Coroutine { number, exported: false, entry, states }
    }

    fn linkage(&self) -> &'static str {
        if self.exported { "" } else { "internal " }
    }

    fn cell(&self) -> &'static str {
        if self.states.len() < 250 { "i8" } else { "i32" }
    }

    /// The cases of suspend states, to blocks whose names begin with `to`.
    fn cases(&self, to: &str) -> String {
        (0..self.states.len()).map(|i| format!("i32 {}, label %{to}{i} ", i + 3)).collect()
    }

    fn head(&self, otherwise: &str, cases: &str) -> String {
        let (ty, next) = (self.cell(), self.states.len() + 3);
        let (wide, tested) = match ty {
            "i8" => ("  %wide = zext i8 %state to i32\n", "%wide"),
            _ => ("", "%state"),
        };
        format!(
            "  %cell = getelementptr inbounds i8, ptr %frame, i64 {CELL}\n  \
             %state = load {ty}, ptr %cell, !range !{{{ty} 0, {ty} {next}}}, !noundef !{{}}\n{wide}  \
             switch i32 {tested}, label %{otherwise} [ {cases}]\n"
        )
    }

    fn write_resume(&self, text: &mut String) {
        let _ = writeln!(text, "define {}i1 @{}(ptr %frame, ptr %cx) {{\nstart:", self.linkage(), resume(self.number));
        for (i, _) in self.states.iter().enumerate().filter(|(_, state)| state.spills) {
            let _ = writeln!(text, "  %spill{i} = alloca i8");
        }
        let cases = format!("i32 0, label %unresumed i32 1, label %returned {}", self.cases("resume"));
        text.push_str(&self.head("never", &cases));
        text.push_str("never:\n  unreachable\nunresumed:\n");
        self.write_entry(text);
        let _ = writeln!(
            text,
            "returned:\n  br i1 false, label %returned, label %panic\npanic:\n  \
             call void @{PANIC}(ptr null)\n  unreachable"
        );
        for (i, state) in self.states.iter().enumerate() {
            self.write_state(text, i, state);
        }
        let _ = writeln!(text, "done:\n  store {} 1, ptr %cell\n  ret i1 false\n}}", self.cell());
    }

    fn write_entry(&self, text: &mut String) {
        let _ = match self.entry {
            Entry::Each => {
                let arms: String = (0..self.states.len()).map(|i| format!("i32 {i}, label %arm{i} ")).collect();
                let _ = writeln!(text, "  %which = load i32, ptr %frame\n  switch i32 %which, label %done [ {arms}]");
                (0..self.states.len())
                    .try_for_each(|i| writeln!(text, "arm{i}:\n  store i32 {i}, ptr %frame\n  br label %poll{i}"))
            }
            Entry::First => writeln!(text, "  br label %poll0"),
            Entry::Never => writeln!(text, "  br label %done"),
        };
    }

    fn write_state(&self, text: &mut String, i: usize, state: &State) {
        let State { polls, then, .. } = state;
        let _ = writeln!(
            text,
            "resume{i}:\n  br label %poll{i}\npoll{i}:\n  \
             %child{i} = getelementptr inbounds i8, ptr %frame, i64 {CHILD}\n  \
             %pending{i} = call i1 @{polls}(ptr %child{i}, ptr %cx)"
        );
        if state.hidden {
            let _ = writeln!(text, "  br i1 %pending{i}, label %left{i}, label %right{i}");
            let _ = writeln!(text, "left{i}:\n  br label %test{i}\nright{i}:\n  br label %test{i}\ntest{i}:");
        }
        if state.spills {
            let _ = writeln!(text, "  call void @llvm.lifetime.start.p0(ptr %spill{i})");
            let _ = writeln!(text, "  %byte{i} = zext i1 %pending{i} to i8\n  store i8 %byte{i}, ptr %spill{i}");
        }
        let _ = writeln!(
            text,
            "  br i1 %pending{i}, label %suspend{i}, label %ready{i}\nsuspend{i}:\n  \
             store {} {}, ptr %cell\n  ret i1 true\nready{i}:",
            self.cell(),
            i + 3
        );
        if state.spills {
            let _ = writeln!(text, "  %again{i} = load i8, ptr %spill{i}\n  store i8 %again{i}, ptr %frame");
            let _ = writeln!(text, "  call void @llvm.lifetime.end.p0(ptr %spill{i})");
        }
        let next = state.next.map_or("done".into(), |next| format!("poll{next}"));
        let _ = writeln!(text, "{then}  br label %{next}");
    }

    fn write_glue(&self, text: &mut String) {
        let _ = writeln!(text, "define {}void @{}(ptr %frame) {{\nstart:", self.linkage(), glue(self.number));
        text.push_str(&self.head("nothing", &self.cases("drop")));
        text.push_str("nothing:\n  ret void\n");
        for (i, state) in self.states.iter().enumerate() {
            let _ = writeln!(
                text,
                "drop{i}:\n  %child{i} = getelementptr inbounds i8, ptr %frame, i64 {CHILD}\n  \
                 call void @{}(ptr %child{i})\n  br label %nothing",
                state.drops
            );
        }
        text.push_str("}\n");
    }
}
