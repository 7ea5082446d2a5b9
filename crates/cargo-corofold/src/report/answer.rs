//! Which future costs most, and why: the first question that a report answers.

use super::model::{Artifact, Finding, Future, Severity};
use super::text::percent;

/// How many functions are named.
const NAMED: usize = 3;

/// Why the largest future costs what it does, one fact each.
pub fn why(artifact: &Artifact) -> Option<Vec<String>> {
    let largest = artifact.futures.first()?;
    let mut facts = vec![code(largest, artifact)];
    facts.extend(callees(largest));
    facts.push(waits(largest));
    facts.extend(change(largest));
    facts.extend(telling(artifact, largest).map(|finding| finding.message.clone()));
    Some(facts)
}

fn code(future: &Future, artifact: &Artifact) -> String {
    let bytes = future.code.total();
    let mut text =
        format!("{bytes} bytes of code, {} of the program", percent(bytes, artifact.text));
    if future.code.drop_glue > 0 {
        text.push_str(&format!(", {} of them to drop it", future.code.drop_glue));
    }
    text
}

/// What was inlined that has a share worth telling.
fn callees(future: &Future) -> Option<String> {
    let large = future.callees.iter().filter(|callee| callee.bytes * 20 >= future.code.total());
    let named = large.take(NAMED);
    let named = named.map(|callee| format!("`{}` ({} bytes)", callee.function, callee.bytes));
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| format!("inlined into it: {}", named.join(", ")))
}

fn waits(future: &Future) -> String {
    let frame = future.frame_bytes.map(|bytes| format!(" and takes {bytes} bytes of memory"));
    let awaits = match future.suspend_states {
        0 => "never waits".to_owned(),
        1 => "waits at one place".to_owned(),
        more => format!("waits at {more} places"),
    };
    format!("it {awaits}{}", frame.unwrap_or_default())
}

/// What the plugin makes of it.
fn change(future: &Future) -> Option<String> {
    let (before, after) = (future.code.total(), future.code_with_plugin?.total());
    let children = future.records.iter().filter(|r| r.done && r.remark == "ChildFlattened").count();
    match before.abs_diff(after) {
        0 => None,
        less if after < before => Some(format!("{less} bytes less with the plugin")),
        more if children == 0 => Some(format!("{more} bytes more with the plugin")),
        more => Some(format!("{more} bytes more with the plugin, as it takes in what it awaits")),
    }
}

/// The first finding about a future that says what to gain.
fn telling<'a>(artifact: &'a Artifact, future: &Future) -> Option<&'a Finding> {
    let mut own = artifact.findings.iter().filter(|finding| finding.symbol == future.symbol);
    own.find(|finding| finding.severity == Severity::Warning || finding.cost.is_some())
}
