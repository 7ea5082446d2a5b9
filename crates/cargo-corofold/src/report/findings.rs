//! What can be improved: read off the state machines, the frames and what the plugin did.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use corofold_report::{Frame, Location, Machine, Record, Role, Slot, Suspended, Unrecognised};

use super::code::Bytes;
use super::model::{Cost, Finding, Future, Kind, Label, Resource, Severity};
use super::titles;

/// Values below this many bytes are not worth a change of the source.
const LARGE_VALUE: u64 = 128;
/// Copies below this many bytes are not.
const LARGE_COPY: u64 = 32;
/// How many places of one finding are listed.
const PLACES: usize = 5;

/// All findings, the most worthwhile first.
pub fn of(
    futures: &[Future],
    unrecognised: &[Unrecognised],
    code: &BTreeMap<String, Bytes>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = futures.iter().flat_map(of_future).collect();
    findings.extend(unrecognised.iter().map(|left| not_transformed(left, code)));
    for finding in &mut findings {
        if !is_own(finding) {
            finding.severity = Severity::Note;
        }
    }
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.severity, Reverse(f.cost.map_or(0, |cost| cost.bytes)), f.kind);
        key(a).cmp(&key(b)).then_with(|| (&a.future, &a.message).cmp(&(&b.future, &b.message)))
    });
    findings
}

/// Is it in the source of the workspace, as opposed to that of a dependency?
fn is_own(finding: &Finding) -> bool {
    // Files of the workspace are below its root, and all others absolute.
    let file = finding.place.as_ref().map(|place| Path::new(&place.location.file));
    file.is_some_and(Path::is_relative)
}

fn of_future(future: &Future) -> Vec<Finding> {
    let finders = [
        never_suspends,
        passes_through,
        equal_states,
        states_differ,
        states_unreachable,
        children_dropped,
        large_values,
        arguments_stored_twice,
        futures_copied,
        resumed_panics_kept,
    ];
    finders.iter().flat_map(|find| find(future)).collect()
}

/// A finding about a future as a whole.
fn finding(future: &Future, kind: Kind, message: String, remedy: &str) -> Finding {
    Finding {
        kind,
        severity: Severity::Warning,
        future: future.title.clone(),
        symbol: future.symbol.clone(),
        message,
        place: future.location.clone().map(|location| Label { location, text: String::new() }),
        related: Vec::new(),
        cost: None,
        remedy: remedy.to_owned(),
    }
}

impl Finding {
    fn at(mut self, place: Option<Label>) -> Self {
        self.place = place.or(self.place);
        self
    }

    fn costs(mut self, bytes: u64, of: Resource, is_estimate: bool) -> Self {
        self.cost = Some(Cost { bytes, of, is_estimate });
        self
    }

    fn noted(mut self) -> Self {
        self.severity = Severity::Note;
        self
    }
}

fn never_suspends(future: &Future) -> Vec<Finding> {
    let Some(before) = &future.before else { return Vec::new() };
    let waits = before.states.iter().any(|state| state.role == Role::Suspended);
    if waits || !future.construct.starts_with("async") || future.construct == "async gen" {
        return Vec::new();
    }
    let message = format!("{} never suspends", quoted(future));
    let remedy = "make it a plain function; if a trait asks for a future, return \
                  `core::future::ready(...)`, and if a macro asks for `async`, leave it: the \
                  plugin turns its awaits into calls";
    let found = finding(future, Kind::NeverSuspends, message, remedy);
    let place = future.location.clone();
    let place = place.map(|location| label(location, "nothing in here ever waits"));
    vec![found.at(place).costs(future.code.total(), Resource::Code, true)]
}

fn passes_through(future: &Future) -> Vec<Finding> {
    let Some(before) = future.before.as_ref().filter(|before| before.passes_through) else {
        return Vec::new();
    };
    let [site] = &before.await_sites[..] else { return Vec::new() };
    let awaited = site.awaits.as_deref().map(titles::awaited).unwrap_or_default();
    let message = format!("{} does nothing but await {}", quoted(future), titles::quoted(&awaited));
    let remedy = "return the future instead of awaiting it, from a plain `fn` with the result \
                  `impl Future<Output = ...>`; the plugin makes it a part of who awaits it";
    let found = finding(future, Kind::PassesThrough, message, remedy);
    let place = place_of(future, site.state, "the only await");
    vec![found.at(place).costs(future.code.total(), Resource::Code, true)]
}

fn equal_states(future: &Future) -> Vec<Finding> {
    let Some(before) = &future.before else { return Vec::new() };
    let folded: Vec<&Record> = records(future, "StateFolded").collect();
    let Some(first) = folded.first() else { return Vec::new() };
    let states: Vec<u64> = folded.iter().filter_map(|record| record.state).collect();
    let message = match states.len() {
        1 => format!("two awaits of {} do the same", quoted(future)),
        more => format!("{more} awaits of {} do the same as others", quoted(future)),
    };
    let remedy = "choose the arguments first and await once after the `match` or `if`; the plugin \
                  makes them one state";
    let mut found = finding(future, Kind::EqualStates, message, remedy)
        .at(first.state.and_then(|state| place_of(future, state, "this await")))
        .costs(share_of_code(future, before, &states), Resource::Code, true);
    let mut kept: Vec<u64> = folded.iter().filter_map(|record| record.other_state).collect();
    kept.dedup();
    let same =
        kept.iter().filter_map(|state| place_of(future, *state, "does the same as this one"));
    let others = states.iter().skip(1);
    let others = others.filter_map(|state| place_of(future, *state, "and so does this one"));
    found.related = same.chain(others).take(PLACES).collect();
    vec![found]
}

/// The code of the poll, by the share of LLVM instructions that only `states` need.
fn share_of_code(future: &Future, machine: &Machine, states: &[u64]) -> u64 {
    let own = machine.states.iter().filter(|state| states.contains(&state.state));
    let own: usize = own.map(|state| state.own_instructions).sum();
    let all = machine.instructions.max(1) as u64;
    future.code.poll * (own as u64).min(all) / all
}

fn states_differ(future: &Future) -> Vec<Finding> {
    let differ = records(future, "StateNotFolded").map(|record| {
        let message = format!(
            "an await of {} is like another, but not the same: {}",
            quoted(future),
            record.text
        );
        let remedy = "if the difference is not meant, remove it: equal awaits become one state";
        let place = record.state.and_then(|state| place_of(future, state, "this await"));
        finding(future, Kind::StatesDiffer, message, remedy).at(place).noted()
    });
    differ.collect()
}

fn states_unreachable(future: &Future) -> Vec<Finding> {
    let states: Vec<u64> =
        records(future, "StatePruned").filter_map(|record| record.state).collect();
    let Some(before) = future.before.as_ref().filter(|_| !states.is_empty()) else {
        return Vec::new();
    };
    let awaits = plural(states.len(), "await", "awaits");
    let message = format!("{} has {awaits} that no path reaches", quoted(future));
    let remedy = "remove it, or leave it out with `#[cfg]`; the plugin removes its state";
    let mut places = states.iter().filter_map(|state| place_of(future, *state, "never reached"));
    let mut found = finding(future, Kind::UnreachableState, message, remedy)
        .at(places.next())
        .costs(share_of_code(future, before, &states), Resource::Code, true);
    found.related = places.take(PLACES).collect();
    vec![found]
}

fn children_dropped(future: &Future) -> Vec<Finding> {
    let dropped = records(future, "CompletedChildNotDropped").filter_map(|record| record.state);
    let mut states: Vec<u64> = dropped.collect();
    states.dedup();
    if states.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "{} drops {} after completion, which does nothing",
        quoted(future),
        plural(states.len(), "child", "children")
    );
    let remedy = "nothing in the source: the plugin removes these calls";
    let mut places =
        states.iter().filter_map(|state| place_of(future, *state, "completed, then dropped"));
    let mut found = finding(future, Kind::ChildDroppedAfterCompletion, message, remedy)
        .at(places.next())
        .noted();
    found.related = places.take(PLACES).collect();
    vec![found]
}

fn large_values(future: &Future) -> Vec<Finding> {
    let suspended = future.frame.iter().flat_map(|frame| &frame.suspended);
    let mut values: BTreeMap<(u64, &str), Vec<&Suspended>> = BTreeMap::new();
    let mut slots: BTreeMap<(u64, &str), &Slot> = BTreeMap::new();
    for state in suspended {
        let large = state.slots.iter().filter(|slot| slot.bytes >= LARGE_VALUE);
        for slot in large.filter(|slot| slot.name != Slot::AWAITEE && !is_future(slot)) {
            let key = (slot.offset, slot.name.as_str());
            values.entry(key).or_default().push(state);
            slots.insert(key, slot);
        }
    }
    let found =
        values.into_iter().map(|(key, states)| {
            let slot = slots[&key];
            let message = format!(
                "{} ({} bytes) lives across {} of {}",
                named(slot),
                slot.bytes,
                plural(states.len(), "await", "awaits"),
                quoted(future)
            );
            let remedy = "end its scope before the await, borrow it from where it does not move \
                      (a `StaticCell`, a `Box`), or make it smaller";
            let mut places = states.iter().filter_map(|state| {
                place_of(future, state.state, &format!("{} is kept while this waits", named(slot)))
            });
            let mut found = finding(future, Kind::LargeValue, message, remedy)
                .at(places.next())
                .costs(slot.bytes, Resource::Frame, false);
            found.related = places.take(PLACES).collect();
            found
        });
    found.collect()
}

fn arguments_stored_twice(future: &Future) -> Vec<Finding> {
    let Some(frame) = future.frame.as_ref().filter(|_| future.construct == "async fn") else {
        return Vec::new();
    };
    let large = frame.captured.iter().filter(|slot| slot.bytes >= LARGE_COPY);
    let found = large.filter_map(|argument| {
        let is_copy = |slot: &Slot| {
            slot.name == argument.name
                && slot.type_name == argument.type_name
                && slot.offset != argument.offset
        };
        let state = frame.suspended.iter().find(|state| state.slots.iter().any(is_copy))?;
        let message = format!(
            "the argument `{}` ({} bytes) is in {} twice",
            argument.name, argument.bytes, quoted(future)
        );
        let remedy = "take it by reference, or write a plain `fn` that returns `async move { ... }`: \
                      rustc moves the arguments of an `async fn` to locals and keeps both places, \
                      and what an async block captures only once";
        let place = place_of(future, state.state, "kept while this waits");
        let found = finding(future, Kind::ArgumentStoredTwice, message, remedy).at(place);
        Some(found.costs(argument.bytes, Resource::Frame, false))
    });
    found.collect()
}

fn futures_copied(future: &Future) -> Vec<Finding> {
    let Some(frame) = &future.frame else { return Vec::new() };
    let mut found: BTreeMap<&str, Finding> = BTreeMap::new();
    for state in &frame.suspended {
        let Some(awaitee) = state.slots.iter().find(|slot| slot.name == Slot::AWAITEE) else {
            continue;
        };
        let Some(source) = moved_into(frame, state, awaitee) else { continue };
        let message = format!(
            "{} ({} bytes) is a future that {} copies to where it awaits it, and has room for both",
            named(source),
            awaitee.bytes,
            quoted(future)
        );
        let remedy = "pin it where it is and await the reference: \
                      `let mut f = core::pin::pin!(f); f.as_mut().await`";
        let place = place_of(future, state.state, "copied for this await");
        let copied = finding(future, Kind::FutureCopied, message, remedy).at(place);
        let copied = copied.costs(awaitee.bytes, Resource::Frame, false);
        found.entry(source.name.as_str()).or_insert(copied);
    }
    found.into_values().collect()
}

/// The variable that held the future that a state awaits: of the same type, and no longer there.
fn moved_into<'a>(frame: &'a Frame, state: &Suspended, awaitee: &Slot) -> Option<&'a Slot> {
    let is_still_held = |slot: &Slot| {
        state.slots.iter().any(|held| held.name == slot.name && held.offset == slot.offset)
    };
    let locals = frame.suspended.iter().flat_map(|state| &state.slots);
    let mut locals = locals.filter(|slot| {
        slot.name != Slot::AWAITEE
            && slot.bytes >= LARGE_COPY
            && slot.type_name.is_some()
            && slot.type_name == awaitee.type_name
            && slot.offset != awaitee.offset
    });
    locals.find(|slot| !is_still_held(slot))
}

fn quoted(future: &Future) -> String {
    titles::quoted(&future.title)
}

fn resumed_panics_kept(future: &Future) -> Vec<Finding> {
    let kept = records(future, "ResumedPanicKept").map(|record| {
        let message = format!(
            "{} still panics when it is polled after completion: {}",
            quoted(future),
            record.text
        );
        let remedy = "poll it from an `.await` only, or leave out `proved` and `poisoned=keep`";
        finding(future, Kind::ResumedPanicKept, message, remedy).noted()
    });
    // One for the state after completion is enough; a second may be there for that after a panic.
    kept.take(1).collect()
}

fn not_transformed(left: &Unrecognised, code: &BTreeMap<String, Bytes>) -> Finding {
    let place = left.location.clone();
    let bytes = code.get(&left.symbol).map(|bytes| bytes.total);
    Finding {
        kind: Kind::NotTransformed,
        severity: Severity::Note,
        future: titles::future(&left.name, "async"),
        symbol: left.symbol.clone(),
        message: format!("`{}` is left as it is: {}", left.name, left.reason),
        place: place.map(|location| label(location, "")),
        related: Vec::new(),
        cost: bytes.map(|bytes| Cost { bytes, of: Resource::Code, is_estimate: true }),
        remedy: "nothing is wrong with it; it costs what it costs without the plugin".to_owned(),
    }
}

fn records<'a>(future: &'a Future, remark: &'a str) -> impl Iterator<Item = &'a Record> {
    future.records.iter().filter(move |record| record.remark == remark)
}

/// The place of the await of a state.
fn place_of(future: &Future, state: u64, text: &str) -> Option<Label> {
    let sites = future.before.iter().flat_map(|before| &before.await_sites);
    let site = sites.filter(|site| site.state == state).find_map(|site| site.location.clone());
    let suspended = future.frame.iter().flat_map(|frame| &frame.suspended);
    let variant =
        || suspended.filter(|other| other.state == state).find_map(|other| other.location.clone());
    site.or_else(variant).map(|location| label(location, text))
}

fn label(location: Location, text: &str) -> Label {
    Label { location, text: text.to_owned() }
}

/// Is it itself a future that rustc made?
fn is_future(slot: &Slot) -> bool {
    slot.type_name.as_ref().is_some_and(|name| name.contains("::{async_"))
}

/// rustc numbers what has no name.
fn named(slot: &Slot) -> String {
    match (slot.name.starts_with("__"), &slot.type_name) {
        (true, Some(ty)) => format!("a temporary `{ty}`"),
        (true, None) => "a temporary".to_owned(),
        (false, _) => format!("`{}`", slot.name),
    }
}

fn plural(count: usize, one: &str, more: &str) -> String {
    if count == 1 { format!("one {one}") } else { format!("{count} {more}") }
}
