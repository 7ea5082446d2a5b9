//! The tables of a cross-check.

use anyhow::Result;

use super::model::{Artifact, Code, Crosscheck, Future, FutureSide, Row};
use crate::report::titles;
use crate::{output, table};

const KINDS: [&str; 6] = ["left A", "left B", "saves A", "saves B", "kind", "upstream"];
const FUTURES: [&str; 8] =
    ["left A", "left B", "code A", "code B", "saves A", "saves B", "kinds", "future"];

/// Prints the tables to standard output.
///
/// # Errors
/// Output that cannot be written.
pub fn print(crosscheck: &Crosscheck, verbose: bool) -> Result<()> {
    output::line(format_args!("A: {}\nB: {}", crosscheck.a, crosscheck.b))?;
    for artifact in &crosscheck.artifacts {
        output::text(format_args!("\n{}", summary(artifact)))?;
        output::text(table::aligned(&KINDS, 4, artifact.kinds.iter().map(kind)))?;
        if verbose {
            let futures = table::aligned(&FUTURES, 6, artifact.futures.iter().map(future));
            output::text(format_args!("\n{futures}"))?;
        }
    }
    Ok(())
}

fn summary(artifact: &Artifact) -> String {
    let code = |code: Code| format!("{} bytes, {} with the plugin", code.without, code.with);
    let (a, b) = (code(artifact.text.a), code(artifact.text.b));
    let heading = table::heading(&artifact.path, &artifact.kind);
    format!("{heading}: code of A {a}; code of B {b}\n")
}

fn kind(row: &Row) -> Vec<String> {
    vec![
        row.findings.a.to_string(),
        row.findings.b.to_string(),
        row.saves.a.to_string(),
        row.saves.b.to_string(),
        row.kind.name().to_owned(),
        row.upstream.unwrap_or("none").to_owned(),
    ]
}

fn future(future: &Future) -> Vec<String> {
    let sides = [&future.sides.a, &future.sides.b];
    let number = |of: fn(&FutureSide) -> i64| {
        sides.map(|side| side.as_ref().map_or_else(|| "-".to_owned(), |side| of(side).to_string()))
    };
    let findings = |side: &FutureSide| side.left.iter().map(|found| found.findings as i64).sum();
    let mut cells = number(findings).to_vec();
    cells.extend(number(|side| side.code.without as i64));
    cells.extend(number(|side| side.code.saved()));
    let mut kinds: Vec<&str> = sides
        .into_iter()
        .flatten()
        .flat_map(|side| side.left.iter().map(|found| found.kind.name()))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    cells.push(kinds.join(" "));
    cells.push(titles::with_place(&future.title, future.location.as_ref()));
    cells
}
