//! The lines of source that the page shows: bodies of futures, and what is around findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use corofold_report::Location;
use serde::Serialize;

use crate::report::model::{Future, Report};
use crate::report::titles;

/// Lines before a body, for its signature.
const SIGNATURE: u32 = 24;
/// Lines of a body that are shown at most.
const BODY: u32 = 400;
/// Lines around a place.
const AROUND: u32 = 2;

/// Consecutive lines of a file.
#[derive(Serialize, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number of the first, from 1.
    first: u32,
    lines: Vec<String>,
}

/// The lines for a page, by the short path of their file. Files that are not there are left out.
pub fn of(report: &Report, workspace: &Path) -> BTreeMap<String, Vec<Part>> {
    let mut sources = BTreeMap::new();
    for (file, wanted) in wanted(report) {
        let Ok(text) = fs::read_to_string(workspace.join(file)) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        sources.insert(titles::place(file).to_owned(), parts(&lines, &wanted));
    }
    sources
}

/// What is asked for in a file.
#[derive(Default)]
struct Wanted {
    /// Where bodies start, and the last line of theirs that is known.
    bodies: BTreeSet<(u32, u32)>,
    places: BTreeSet<u32>,
}

fn wanted(report: &Report) -> BTreeMap<&str, Wanted> {
    let mut wanted: BTreeMap<&str, Wanted> = BTreeMap::new();
    for artifact in &report.artifacts {
        for future in &artifact.futures {
            let Some(start) = &future.location else { continue };
            let last = awaits(future).filter(|place| place.file == start.file);
            let last = last.map(|place| place.line).max().unwrap_or(start.line);
            wanted.entry(&start.file).or_default().bodies.insert((start.line, last));
        }
        for finding in &artifact.findings {
            for label in finding.place.iter().chain(&finding.related) {
                let place = &label.location;
                wanted.entry(&place.file).or_default().places.insert(place.line);
            }
        }
    }
    wanted
}

fn awaits(future: &Future) -> impl Iterator<Item = &Location> {
    let sites = future.before.iter().flat_map(|before| &before.await_sites);
    let sites = sites.filter_map(|site| site.location.as_ref());
    let suspended = future.frame.iter().flat_map(|frame| &frame.suspended);
    sites.chain(suspended.filter_map(|suspended| suspended.location.as_ref()))
}

fn parts(lines: &[&str], wanted: &Wanted) -> Vec<Part> {
    let mut shown = BTreeSet::new();
    for (start, last) in &wanted.bodies {
        shown.extend(start.saturating_sub(SIGNATURE)..=end(lines, *start, *last));
    }
    for line in &wanted.places {
        shown.extend(line.saturating_sub(AROUND)..=line.saturating_add(AROUND));
    }
    let mut parts: Vec<Part> = Vec::new();
    for number in shown {
        let Some(index) = number.checked_sub(1) else { continue };
        let Some(line) = lines.get(index as usize) else { continue };
        match parts.last_mut() {
            Some(part) if part.first as usize + part.lines.len() == number as usize => {
                part.lines.push((*line).to_owned());
            }
            _ => parts.push(Part { first: number, lines: vec![(*line).to_owned()] }),
        }
    }
    parts
}

/// The line that closes the body: the first that is indented no more than the one in which the
/// body starts. So does rustfmt indent.
fn end(lines: &[&str], start: u32, last: u32) -> u32 {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = start.checked_sub(1).and_then(|index| lines.get(index as usize)) else {
        return last;
    };
    let after = lines.iter().skip(start as usize).zip(start + 1..);
    let mut closing = after
        .filter(|(line, _)| !line.trim().is_empty() && indent(line) <= indent(first))
        .map(|(_, number)| number);
    let close = closing.find(|number| *number >= last).unwrap_or(last);
    close.min(start.saturating_add(BODY)).max(last.min(start.saturating_add(BODY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "use x;\n\nasync fn a() {\n    b().await;\n\n    c();\n}\n\nfn d() {}\n";

    fn parts_of(bodies: &[(u32, u32)], places: &[u32]) -> Vec<(u32, usize)> {
        let lines: Vec<&str> = TEXT.lines().collect();
        let wanted = Wanted {
            bodies: bodies.iter().copied().collect(),
            places: places.iter().copied().collect(),
        };
        parts(&lines, &wanted).iter().map(|part| (part.first, part.lines.len())).collect()
    }

    #[test]
    fn bodies_go_to_their_bracket() {
        assert_eq!(parts_of(&[(3, 4)], &[]), [(1, 7)]);
    }

    #[test]
    fn places_have_lines_around_and_parts_that_meet_are_one() {
        assert_eq!(parts_of(&[], &[1]), [(1, 3)]);
        assert_eq!(parts_of(&[], &[2, 9]), [(1, 4), (7, 3)]);
        assert_eq!(parts_of(&[(3, 4)], &[9]), [(1, 9)]);
    }

    #[test]
    fn places_that_are_not_there_are_left_out() {
        assert_eq!(parts_of(&[(400, 500)], &[4_294_967_295, 0]), [(1, 2)]);
    }
}
