//! The generator as a user runs it: deterministic, its programs compile and run, rustc
//! without a plugin agrees with itself, and a lost drop is seen and reduced.

use std::path::Path;
use std::process::{Command, Output};

fn asyncgen(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncgen")).args(args).output().expect("asyncgen starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn program(seed: u32) -> String {
    let out = asyncgen(&["gen", "--seed", &seed.to_string()]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    text(&out.stdout)
}

fn compile_and_run(source: &str, dir: &Path) -> String {
    let (file, exe) = (dir.join("p.rs"), dir.join("p"));
    std::fs::write(&file, source).unwrap();
    let built = Command::new("rustc").args(["--edition=2021", "-Copt-level=0", "-o"]).args([&exe, &file]).output();
    let built = built.expect("rustc starts");
    assert!(built.status.success(), "{}", text(&built.stderr));
    let run = Command::new(&exe).output().unwrap();
    assert!(run.status.success(), "{}: {}", run.status, text(&run.stderr));
    text(&run.stdout)
}

#[test]
fn a_seed_gives_one_program_and_seeds_differ() {
    for seed in 0..50 {
        assert_eq!(program(seed), program(seed), "seed {seed}");
        assert_ne!(program(seed), program(seed + 1), "seed {seed}");
    }
}

/// Every construct comes up, so that a campaign of some hundred seeds covers all of them.
#[test]
fn the_constructs_come_up() {
    let own = |source: String| source.split("\nmod rt {").next().unwrap().to_owned();
    let all: String = (0..400).map(program).map(own).collect();
    for construct in [
        "?;",
        "match P::mk",
        "catch(",
        "select(",
        "join(",
        "join_all(",
        "pin!(",
        "MaybeUninit::uninit",
        "drop_in_place",
        "poll_fn(",
        "block_on(",
        "if false {",
        "async |y",
        "async move |y",
        "async {\n",
        "-> impl Future",
        "-> Pin<Box",
        "<T: V>(mut a",
        "<S: T",
        "&mut m).await",
        "depth - 1",
        "continue 'l",
        "break 'l",
        "return <",
        "let r",
        "wrap::<2, _>",
        "through(",
        "yields()",
        "convert::Infallible {",
        "ready(<",
        "call_twice(c",
        "list.swap",
        "mut w0: Page",
        "mut w0: Tailed<[u64; 3]>",
        "total(&w",
        "total(&{ w",
        "at_once(",
        "mut w0: [u64; 4]) -> impl Future",
        "= give::<",
        "read::<Trio>(w",
        "spoil::<",
        "read_pointer::<",
        ">(a).read(w",
        "twice(w",
        "look(&{ w",
        "look(&w",
        ", a).h());",
        "a as _;",
        "root_pooled(",
        "if is_at(&w",
        "if is_at(&a",
        " == place(&w",
        "by_table(",
        "by_lookalike(",
        "poll_with(p",
        "call_step(",
        "p.set(tiny",
        "% limit()) as u8 + 208) as u64);",
        "let _ = ((a ^",
        "a = mix(a, 1 << ((",
        "a = mix(a, -((((a ^",
        "if may_panic() && ",
        "let x = 255_u8;",
        "let x = (a % 4) as u8 | 252;",
        "let z",
        "% LIMIT) as u8 + 208;",
        "same::<1>(&a);",
        ".take_first());",
    ] {
        assert!(all.matches(construct).count() >= 8, "{construct}: {}", all.matches(construct).count());
    }
}

#[test]
fn programs_compile_and_run() {
    let dir = tempfile::tempdir().unwrap();
    for seed in 100..120 {
        let out = compile_and_run(&program(seed), dir.path());
        // Each root prints a line for each of ten scripts.
        assert!(out.lines().count() >= 10, "seed {seed}: {out}");
        assert!(out.contains(": ready after "), "seed {seed} never completes: {out}");
        assert!(!out.contains("BAD CANARY"), "seed {seed}");
    }
}

#[test]
fn rustc_alone_agrees_with_itself() {
    let out = asyncgen(&["run", "--seeds", "200..232", "--jobs", "1", "--repoll"]);
    assert!(out.status.success(), "{}{}", text(&out.stdout), text(&out.stderr));
    assert!(text(&out.stdout).starts_with("32 programs, 184 builds, "), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains(" 0 failures; "), "{}", text(&out.stdout));
}

/// The same frames are polled by two copies of each program, which prints what one alone does.
#[test]
fn copies_that_take_turns_agree() {
    for layout in ["layout=copies", "layout=bodies,others=s,checks=5,asserts=3"] {
        let config = format!("opt=2,panic=unwind,cgus=4,{layout}");
        let out = asyncgen(&["reduce", "--seed", "200", "--config", &config]);
        assert!(!out.status.success(), "{layout}");
        assert!(text(&out.stderr).contains("does not fail in 1 builds"), "{layout}: {}", text(&out.stderr));
    }
}

#[test]
fn a_lost_drop_is_found_saved_and_reduced() {
    let keep = tempfile::tempdir().unwrap();
    let planted = "--rustc-arg=--cfg=planted_lost_drop";
    let keep_at = keep.path().to_str().unwrap();
    let out = asyncgen(&["run", "--seeds", "5..6", "--keep", keep_at, planted]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    assert!(text(&out.stderr).contains("FAILURE seed 5 opt="), "{}", text(&out.stderr));
    let saved = std::fs::read_dir(keep.path()).unwrap().next().expect("one failure is saved").unwrap().path();
    for file in ["program.rs", "command", "expected", "actual", "stderr", "expected.full", "actual.full"] {
        assert!(saved.join(file).exists(), "{file} is missing");
    }
    let out = asyncgen(&["reduce", "--seed", "5", planted, "--config", "opt=3,panic=abort,lto=local,cgus=1,debug=2"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let reduced = text(&out.stdout);
    let body = reduced.split("mod rt {").next().unwrap();
    assert!(body.contains("D::<1>::new") || body.contains("P::mk"), "{body}");
    assert!(body.lines().count() < 40, "{body}");
}

#[test]
fn wrong_arguments_are_named() {
    for (args, message) in [
        (&["run", "--seeds", "5..5"][..], "holds no seed"),
        (&["run", "--seeds", "5"], "FIRST..END"),
        (&["run", "--seeds", "0..1", "--plugin", "no/such.so"], "no plugin at no/such.so"),
        (&["run", "--seeds", "0..1", "--rustc", "no-such-rustc"], "no-such-rustc"),
        (&["reduce", "--seed", "1", "--config", "opt"], "KEY=VALUE"),
    ] {
        let out = asyncgen(args);
        assert!(!out.status.success(), "{args:?}");
        assert!(text(&out.stderr).contains(message), "{args:?}: {}", text(&out.stderr));
    }
}
