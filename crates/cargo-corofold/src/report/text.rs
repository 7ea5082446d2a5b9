//! A report for people: a table of futures, then what can be improved.

use std::path::Path;

use anstyle::Style;
use anyhow::Result;

use super::answer;
use super::diagnostics::Diagnostics;
use super::model::{Artifact, Future, Report};
use super::titles;
use crate::opts::ReportArgs;
use crate::{output, table};

const HEADER: [&str; 10] =
    ["code", "%", "poll", "drop", "frame", "states", "panics", "saves", "findings", "future"];
/// Columns of numbers.
const NUMBERS: usize = 8;

/// Prints the report to standard output.
///
/// # Errors
/// Output that cannot be written.
pub fn print(report: &Report, args: &ReportArgs, workspace: &Path) -> Result<()> {
    for artifact in &report.artifacts {
        output::styled(summary(artifact))?;
        output::styled(futures(artifact, args.top))?;
        let diagnostics = Diagnostics::new(workspace);
        let listed = limit(args.findings, artifact.findings.len());
        for finding in &artifact.findings[..listed] {
            output::styled(format_args!("\n{}\n", diagnostics.render(finding)))?;
        }
        let more = artifact.findings.len() - listed;
        if more > 0 {
            let more = table::counted(more, "more finding");
            output::styled(format_args!("\nAnd {more}; use --findings N (0 = all).\n"))?;
        }
    }
    Ok(())
}

/// 0 means all.
fn limit(asked: usize, there: usize) -> usize {
    if asked == 0 { there } else { asked.min(there) }
}

fn summary(artifact: &Artifact) -> String {
    let mut text = format!(
        "{}: {} bytes of code, {} ({}) of them in {}",
        table::heading(&artifact.path, &artifact.kind),
        artifact.text,
        artifact.futures_code,
        percent(artifact.futures_code, artifact.text),
        table::counted(artifact.futures.len(), "future")
    );
    if let Some(with) = artifact.text_with_plugin {
        let change = table::signed(with.wrapping_sub(artifact.text) as i64);
        text.push_str(&format!("; with the plugin {with} ({change})"));
    }
    if let (Some(largest), Some(why)) = (artifact.futures.first(), answer::why(artifact)) {
        let bold = Style::new().bold();
        text.push_str(&format!("\n{bold}{} costs most:{bold:#}", titled(largest)));
        text.extend(why.iter().map(|fact| format!("\n  {fact}")));
        text.push('\n');
    }
    text + "\n"
}

fn futures(artifact: &Artifact, top: usize) -> String {
    let listed = limit(top, artifact.futures.len());
    let rows = artifact.futures[..listed].iter().map(|future| row(future, artifact));
    let mut text = table::aligned(&HEADER, NUMBERS, rows);
    let more = artifact.futures.len() - listed;
    if more > 0 {
        let more = table::counted(more, "smaller future");
        text.push_str(&format!("And {more}; use --top N (0 = all).\n"));
    }
    text
}

fn row(future: &Future, artifact: &Artifact) -> Vec<String> {
    let code = future.code;
    let saves = future.code_with_plugin.map(|with| code.total() as i64 - with.total() as i64);
    let unknown = || "?".to_owned();
    let own = artifact.findings.iter().filter(|finding| finding.symbol == future.symbol);
    let mut kinds: Vec<&str> = Vec::new();
    for kind in own.map(|finding| finding.kind.name()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    vec![
        code.total().to_string(),
        percent(code.total(), artifact.text),
        code.poll.to_string(),
        code.drop_glue.to_string(),
        future.frame_bytes.map_or_else(unknown, |bytes| bytes.to_string()),
        future.suspend_states.to_string(),
        future.resumed_panics.to_string(),
        saves.map_or_else(unknown, |bytes| bytes.to_string()),
        abbreviated(&kinds),
        titled(future),
    ]
}

fn titled(future: &Future) -> String {
    titles::with_place(&future.title, future.location.as_ref())
}

/// The first, and how many more.
fn abbreviated(kinds: &[&str]) -> String {
    match kinds {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first, more @ ..] => format!("{first} +{}", more.len()),
    }
}

/// A share, as in the table.
pub fn percent(part: u64, whole: u64) -> String {
    format!("{:.1}%", part as f64 / whole.max(1) as f64 * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_after_the_first() {
        assert_eq!(abbreviated(&["large-value", "passes-through"]), "large-value +1");
        assert_eq!(abbreviated(&["large-value"]), "large-value");
        assert_eq!(abbreviated(&[]), "");
    }
}
