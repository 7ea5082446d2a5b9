//! Wrong rewrites by hand: each must be found. Right ones must not.

use anyhow::Result;
use std::path::PathBuf;
use validate::campaign::{Campaign, Totals};
use validate::plugin::Plugin;

const BASE: &str = include_str!("base.ll");
const PATHS: usize = 300;

/// A list of texts that stand once, and what replaces each.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn changed(text: &str, changes: Changes) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "the base has to have this once: {old}");
        text.replace(old, new)
    })
}

/// Compares the base with what `changes` make of it.
fn compared(changes: Changes) -> Result<Totals> {
    compared_with(BASE, changes, false)
}

fn compared_with(before: &str, changes: Changes, late: bool) -> Result<Totals> {
    let folder = tempfile::tempdir()?;
    let files: Vec<PathBuf> = ["before.ll", "after.ll"].iter().map(|name| folder.path().join(name)).collect();
    std::fs::write(&files[0], before)?;
    std::fs::write(&files[1], changed(before, changes))?;
    // Two files are compared, so no plugin runs.
    let plugin = Plugin { opt: PathBuf::new(), library: PathBuf::new() };
    let campaign = Campaign { plugin, ways: Vec::new(), late, paths: PATHS, jobs: 1, time: None };
    campaign.compare(&files[0], &files[1], "planted")
}

#[track_caller]
fn found(old: &str, new: &str, because: &str) {
    check_found(&compared(&[(old, new)]).expect("both modules are valid"), because);
}

#[track_caller]
fn check_found(totals: &Totals, because: &str) {
    let [mismatch] = &totals.mismatches[..] else { panic!("{} mismatches: {totals}", totals.mismatches.len()) };
    assert!(mismatch.contains(because), "found for another reason: {mismatch}");
}

#[track_caller]
fn equal(change: Changes) {
    check_equal(&compared(change).expect("both modules are valid"));
}

#[track_caller]
fn check_equal(totals: &Totals) {
    assert_eq!(totals.mismatches, [""; 0]);
    assert!(totals.paths > 20 && totals.covered * 10 > totals.blocks * 8, "hardly anything was compared: {totals}");
}

#[test]
fn lost_drop() {
    found(
        "ready4:\n  call void @drop_leaf4(ptr %slot4)\n",
        "ready4:\n",
        "call of drop_leaf4 became call of drop_local",
    );
}

#[test]
fn lost_drop_when_unwinding() {
    found("  call void @drop_local(ptr %localp)\n", "", "call of drop_local became unwinding");
}

#[test]
fn lost_drop_in_glue() {
    found("i32 4, label %drop4\n  ]\nnothing", "i32 4, label %local\n  ]\nnothing", "call of drop_leaf4");
}

#[test]
fn second_drop() {
    let call = "  call void @drop_local(ptr %locald)\n  %cell1";
    found(call, &format!("  call void @drop_local(ptr %locald)\n{call}"), "return became call of drop_local");
}

#[test]
fn skipped_call() {
    found(
        "invoke void @log(i32 7)\n    to label %begun unwind label %cleanup",
        "br label %begun",
        "call of log became call of leaf",
    );
}

#[test]
fn wrong_argument() {
    found("@log(i32 7)", "@log(i32 8)", "call of log, value 0: byte 0 was 7, is 8");
}

#[test]
fn wrong_constant_in_the_frame() {
    found("store i32 77, ptr %local", "store i32 78, ptr %local", "byte 0 was 77, is 78");
}

#[test]
fn wrong_place_of_the_child() {
    found(
        "%slot4 = getelementptr inbounds i8, ptr %frame, i64 16\n  %pending4",
        "%slot4 = getelementptr inbounds i8, ptr %frame, i64 20\n  %pending4",
        "call of leaf4, value 0",
    );
}

#[test]
fn wrong_state_stored() {
    found("store i8 4, ptr %cell4", "store i8 3, ptr %cell4", "Undefined");
}

#[test]
fn state_not_stored() {
    found("  store i8 4, ptr %cell4\n", "", "became");
}

#[test]
fn completion_not_stored() {
    found("  store i8 1, ptr %cell1\n  ret i8", "  ret i8", "became");
}

#[test]
fn poisoned_state_not_stored() {
    found("  store i8 2, ptr %cellp\n", "", "return became call of drop_l");
}

#[test]
fn pending_returned_as_ready() {
    found(
        "store i8 4, ptr %cell4\n  ret i8 2",
        "store i8 4, ptr %cell4\n  ret i8 1",
        "return, value 0: byte 0 was 2, is 1",
    );
}

#[test]
fn result_lost() {
    found("ret i8 %pending4", "ret i8 undef", "return, value 0");
}

#[test]
fn states_swapped() {
    found("i32 4, label %resume4\n", "i32 4, label %resume3\n", "event");
}

#[test]
fn child_state_skipped() {
    // As if the entry edge were taken for the resume edge: right only for the code after the plugin.
    found(
        "i32 3, label %resume3\n    i32 4, label %resume4\n  ]\nnever",
        "i32 3, label %unresumed\n    i32 4, label %resume4\n  ]\nnever",
        "call of leaf became call of log",
    );
}

#[test]
fn undefined_where_it_was_not() {
    found("i32 4, label %resume4\n", "i32 4, label %never\n", "Undefined");
}

#[test]
fn endless_loop() {
    found("ready4:\n", "ready4:\n  br i1 true, label %ready4, label %more\nmore:\n", "Cut");
}

#[test]
fn equal_modules_have_nothing_to_compare() {
    let totals = compared(&[]).expect("a valid module");
    assert_eq!((totals.changed, totals.paths), (0, 0));
}

#[test]
fn states_may_be_stored_earlier() {
    equal(&[
        ("  store i8 4, ptr %cell4\n", ""),
        (
            "store i16 4, ptr %new4\n",
            "store i16 4, ptr %new4\n  %early = getelementptr inbounds i8, ptr %frame, i64 8\n  store i8 4, ptr %early\n",
        ),
    ]);
}

#[test]
fn glue_of_a_completed_child_may_go() {
    equal(&[("ready3:\n  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)\n", "ready3:\n")]);
}

#[test]
fn undefined_values_may_become_defined() {
    equal(&[("store i8 undef, ptr %padding", "store i8 5, ptr %padding")]);
}

#[test]
fn polls_after_completion_may_return_pending() {
    let call = "panic:\n  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)\n  unreachable\n";
    equal(&[(call, "panic:\n  ret i8 2\n")]);
}

#[test]
fn values_that_no_type_has_are_not_compared() {
    // The completed child returns what the environment made, such as a null reference. The code after
    // looks at the child's state instead.
    let made = "%value = call i1 @made() nounwind\n  ret i1 %value";
    let declared = "declare i1 @leaf(ptr, ptr)\ndeclare i1 @made()\n";
    let before = changed(BASE, &[("ret i1 false", made), ("declare i1 @leaf(ptr, ptr)\n", declared)]);
    let test = "unwind label %cleanup3\npolled3:\n  br i1 %pending3,";
    let other_test = "unwind label %cleanup3\npolled3:\n  \
        %child = getelementptr inbounds i8, ptr %frame, i64 20\n  %childstate = load i8, ptr %child\n  \
        %suspended3 = icmp ne i8 %childstate, 1\n  br i1 %suspended3,";
    let totals = compared_with(&before, &[(test, other_test)], false).expect("both modules are valid");
    assert_eq!(totals.mismatches, [""; 0]);
    assert!(totals.paths > 20, "hardly anything was compared: {totals}");
}

/// The base with bytes that are listed for `corofold-unread-stores`, and stores to them.
fn base_of_late() -> String {
    let stores = "store i32 77, ptr %local
  %not_listed = getelementptr inbounds i8, ptr %frame, i64 36
  store i32 9, ptr %not_listed
  %by_nobody = getelementptr inbounds i8, ptr %frame, i64 0
  store i8 1, ptr %by_nobody
  %by_later_poll = getelementptr inbounds i8, ptr %frame, i64 1
  store i8 2, ptr %by_later_poll
  %by_glue = getelementptr inbounds i8, ptr %frame, i64 2
  store i8 3, ptr %by_glue
  %by_small = getelementptr inbounds i8, ptr %frame, i64 52
  store i32 4, ptr %by_small
  %small = call i32 @small(ptr %by_small)
  call void @use(i32 %small)
  %by_borrower = getelementptr inbounds i8, ptr %frame, i64 56
  store i32 5, ptr %by_borrower
  %borrow = alloca ptr
  store ptr %by_borrower, ptr %borrow
  call void @borrow(ptr %borrow)
  %by_callee = getelementptr inbounds i8, ptr %frame, i64 60
  store i32 6, ptr %by_callee
  call void @borrow(ptr %by_callee)
";
    let small = "declare i1 @leaf(ptr, ptr)
declare void @use(i32) nounwind
declare void @borrow(ptr) nounwind
define internal i32 @small(ptr %number) {
  %read = load i32, ptr %number
  ret i32 %read
}
";
    let used = "ready4:
  %later = getelementptr inbounds i8, ptr %frame, i64 1
  %read = load i8, ptr %later
  %wide_read = zext i8 %read to i32
  call void @use(i32 %wide_read)
";
    let branch = "drop3:
  %decides = getelementptr inbounds i8, ptr %frame, i64 2
  %read = load i8, ptr %decides
  %is3 = icmp eq i8 %read, 3
  br i1 %is3, label %dropped3, label %local
dropped3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %local
";
    let (parameter, listed) = ("5outer0(ptr %frame,", r#"5outer0(ptr "corofold-unread"="0-3,12-16,52-64" %frame,"#);
    let glue = "drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @_RINvNtC4core3ptr9drop_glueNCNvC1a5inner0E(ptr %slot3)
  br label %local
";
    changed(
        BASE,
        &[
            (parameter, listed),
            ("store i32 77, ptr %local\n", stores),
            ("declare i1 @leaf(ptr, ptr)\n", small),
            ("ready4:\n", used),
            (glue, branch),
        ],
    )
}

/// A store that `corofold-unread-stores` must not take.
#[track_caller]
fn found_late(store: &str, because: &str) {
    check_found(&compared_with(&base_of_late(), &[(store, "")], true).expect("both modules are valid"), because);
}

#[test]
fn store_that_nobody_reads_may_go() {
    let store = ("  store i8 1, ptr %by_nobody\n", "");
    check_equal(&compared_with(&base_of_late(), &[store], true).expect("both modules are valid"));
    // It does not go from the first half of the plugin.
    check_found(
        &compared_with(&base_of_late(), &[store], false).expect("both modules are valid"),
        "Source(0) at 0: byte 0 was 1",
    );
}

#[test]
fn store_that_a_later_poll_reads() {
    found_late("  store i8 2, ptr %by_later_poll\n", "call of use, value 0: byte 0 was 2, is undefined");
}

#[test]
fn store_that_a_later_poll_shows() {
    found_late("  store i32 77, ptr %local\n", "Source(0) at 12, reached from 12: byte 0 was 77, is undefined");
}

#[test]
fn store_that_decides_in_the_glue() {
    found_late("  store i8 3, ptr %by_glue\n", "branch on an undefined value");
}

#[test]
fn store_that_a_function_of_the_module_reads() {
    found_late("  store i32 4, ptr %by_small\n", "call of use, value 0: byte 0 was 4");
}

#[test]
fn store_behind_a_borrow_of_a_borrow() {
    found_late(
        "  store i32 5, ptr %by_borrower\n",
        "call of borrow, value 0: behind a pointer to a local: Source(0) at 56",
    );
}

#[test]
fn store_behind_an_argument() {
    found_late(
        "  store i32 6, ptr %by_callee\n",
        "call of borrow, value 0: Source(0) at 60, reached from 60: byte 0 was 6",
    );
}

#[test]
fn store_to_bytes_that_are_not_listed() {
    found_late("  store i32 9, ptr %not_listed\n", "Source(0) at 36: byte 0 was 9");
}
