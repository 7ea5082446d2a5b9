//! Which future costs most, and why: the first question that a report answers.

use super::model::{Artifact, Finding, Future, Severity};
use super::text::percent;

/// Why the largest future costs what it does, as the end of a sentence.
pub fn why(artifact: &Artifact) -> Option<String> {
    let largest = artifact.futures.first()?;
    let mut text = format!(
        "{} bytes of code, {} of the program",
        largest.code.total(),
        percent(largest.code.total(), artifact.text)
    );
    if largest.code.drop_glue > 0 {
        text.push_str(&format!(", {} of them to drop it", largest.code.drop_glue));
    }
    text.push_str(&waits(largest));
    text.push_str(&change(largest).unwrap_or_default());
    if let Some(finding) = telling(artifact, largest) {
        text.push_str(&format!("; {}", finding.message));
    }
    Some(text)
}

fn waits(future: &Future) -> String {
    let frame = future.frame_bytes.map(|bytes| format!(" and takes {bytes} bytes of memory"));
    let awaits = match future.suspend_states {
        0 => "never waits".to_owned(),
        1 => "waits at one place".to_owned(),
        more => format!("waits at {more} places"),
    };
    format!("; it {awaits}{}", frame.unwrap_or_default())
}

/// What the plugin makes of it.
fn change(future: &Future) -> Option<String> {
    let (before, after) = (future.code.total(), future.code_with_plugin?.total());
    let children = future.records.iter().filter(|r| r.done && r.remark == "ChildFlattened").count();
    match before.abs_diff(after) {
        0 => None,
        less if after < before => Some(format!("; {less} less with the plugin")),
        more if children == 0 => Some(format!("; {more} more with the plugin")),
        more => Some(format!("; {more} more with the plugin, as it takes in what it awaits")),
    }
}

/// The first finding about a future that says what to gain.
fn telling<'a>(artifact: &'a Artifact, future: &Future) -> Option<&'a Finding> {
    let mut own = artifact.findings.iter().filter(|finding| finding.symbol == future.symbol);
    own.find(|finding| finding.severity == Severity::Warning || finding.cost.is_some())
}
