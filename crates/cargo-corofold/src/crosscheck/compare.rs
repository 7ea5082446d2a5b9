//! What two reports on one program leave to save.

use std::collections::BTreeMap;
use std::path::Path;

use corofold_report::Location;

use super::model::{Artifact, Code, Found, Future, FutureSide, Left, Pair, Row};
use crate::report::model::{Artifact as Reported, Future as ReportedFuture, Report};

/// The artifacts that both reports have.
pub fn artifacts(a: &Report, b: &Report) -> Vec<Artifact> {
    let with_path = |path: &Path| b.artifacts.iter().find(|artifact| artifact.path == path);
    a.artifacts.iter().filter_map(|a| Some(artifact(a, with_path(&a.path)?))).collect()
}

fn artifact(a: &Reported, b: &Reported) -> Artifact {
    let futures = futures(a, b);
    let text = |artifact: &Reported| Code {
        without: artifact.text,
        with: artifact.text_with_plugin.unwrap_or(artifact.text),
    };
    Artifact {
        name: a.name.clone(),
        kind: a.kind.clone(),
        path: a.path.clone(),
        text: Pair { a: text(a), b: text(b) },
        kinds: Left::all().into_iter().filter_map(|kind| row(kind, &futures)).collect(),
        futures,
    }
}

/// What makes futures of two builds the same: the path without hashes, and the place. Several may
/// share them, as those of two versions of a crate.
type Key<'a> = (&'a str, Option<&'a Location>);

/// Futures that have something left on at least one side.
fn futures(a: &Reported, b: &Reported) -> Vec<Future> {
    let (of_a, mut of_b) = (by_key(a), by_key(b));
    let mut pairs = Vec::new();
    for (key, futures) in of_a {
        let mut others = of_b.remove(&key).unwrap_or_default().into_iter();
        pairs.extend(futures.into_iter().map(|future| (Some(future), others.next())));
        pairs.extend(others.map(|other| (None, Some(other))));
    }
    pairs.extend(of_b.into_values().flatten().map(|other| (None, Some(other))));
    let mut futures: Vec<Future> = pairs
        .into_iter()
        .filter_map(|(of_a, of_b)| {
            let named = of_a.or(of_b)?;
            let sides = Pair { a: of_a.map(|f| side(a, f)), b: of_b.map(|f| side(b, f)) };
            let left = [&sides.a, &sides.b].into_iter().flatten();
            let has_more = left.into_iter().any(|side| !side.left.is_empty());
            let (title, location) = (named.title.clone(), named.location.clone());
            has_more.then_some(Future { title, location, sides })
        })
        .collect();
    let code = |future: &Future| {
        let of = |side: &Option<FutureSide>| side.as_ref().map_or(0, |side| side.code.without);
        of(&future.sides.a).max(of(&future.sides.b))
    };
    // Equal ones stay in the order of their paths.
    futures.sort_by_key(|future| std::cmp::Reverse(code(future)));
    futures
}

fn by_key(artifact: &Reported) -> BTreeMap<Key<'_>, Vec<&ReportedFuture>> {
    let mut futures: BTreeMap<Key, Vec<&ReportedFuture>> = BTreeMap::new();
    for future in &artifact.futures {
        futures.entry((&future.name, future.location.as_ref())).or_default().push(future);
    }
    futures
}

fn side(artifact: &Reported, future: &ReportedFuture) -> FutureSide {
    let found = |kind: Left| {
        let findings = match kind {
            Left::ResumedPanic => future.resumed_panics,
            Left::Finding(kind) => {
                let own = artifact.findings.iter().filter(|found| found.symbol == future.symbol);
                own.filter(|found| found.kind == kind).count()
            }
        };
        (findings > 0).then_some(Found { kind, findings })
    };
    FutureSide {
        symbol: future.symbol.clone(),
        code: Code {
            without: future.code.total(),
            with: future.code_with_plugin.unwrap_or(future.code).total(),
        },
        left: Left::all().into_iter().filter_map(found).collect(),
    }
}

/// What all futures have left of one kind; none if that is nothing.
fn row(kind: Left, futures: &[Future]) -> Option<Row> {
    let sum = |side: fn(&Pair<Option<FutureSide>>) -> &Option<FutureSide>| {
        let sides = futures.iter().filter_map(|future| side(&future.sides).as_ref());
        let having = sides.filter_map(|side| {
            Some((side, side.left.iter().find(|found| found.kind == kind)?.findings))
        });
        having.fold((0, 0), |(findings, saves), (side, more)| {
            (findings + more, saves + side.code.saved())
        })
    };
    let (a, b) = (sum(|sides| &sides.a), sum(|sides| &sides.b));
    (a.0 + b.0 > 0).then_some(Row {
        kind,
        upstream: kind.upstream(),
        findings: Pair { a: a.0, b: b.0 },
        saves: Pair { a: a.1, b: b.1 },
    })
}
