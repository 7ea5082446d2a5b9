//! `--html`: the report as one file for the browser, which loads nothing.
//!
//! The page is a script, a style sheet and the report itself as data. The script draws what is
//! looked at, so that a report of thousands of futures opens at once. Nothing of the report is ever
//! read as markup or as code: it stands there compressed, as Base64, the script makes text nodes of
//! it, and the page's policy lets no script and no style be used but these two, by their hashes.

mod sources;

use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::model::Report;
use super::{answer, titles};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
/// In the order in which they need one another.
const SCRIPT: &str = concat!(
    include_str!("page/dom.js"),
    include_str!("page/report.js"),
    include_str!("page/treemap.js"),
    include_str!("page/layout.js"),
    include_str!("page/graph.js"),
    include_str!("page/source.js"),
    include_str!("page/list.js"),
    include_str!("page/future.js"),
    include_str!("page/main.js"),
);

/// Writes the page.
///
/// # Errors
/// A file that cannot be written.
pub fn write(report: &Report, workspace: &Path, path: &Path) -> Result<()> {
    let page = page(report, workspace)?;
    std::fs::write(path, page).with_context(|| format!("cannot write `{}`", path.display()))
}

fn page(report: &Report, workspace: &Path) -> Result<String> {
    let sources = sources::of(report, workspace);
    let why = |artifact| answer::why(artifact).map(|facts| facts.join("; "));
    let why: Vec<Option<String>> = report.artifacts.iter().map(why).collect();
    let mut data = json!({ "report": report, "why": why, "sources": sources });
    shorten_places(&mut data["report"]);
    let policy = format!(
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; \
         style-src '{}'; script-src '{}'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let version = concat!("Written by cargo-corofold ", env!("CARGO_PKG_VERSION"));
    let parts = [
        ("{policy}", policy.as_str()),
        ("{style}", STYLE),
        ("{version}", version),
        ("{data}", &packed(&data)?),
        ("{script}", SCRIPT),
    ];
    Ok(filled(PAGE, &parts))
}

/// The template with its holes filled, in order. What is filled in is not looked at again.
fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    for (hole, part) in parts {
        let Some((before, after)) = rest.split_once(hole) else { continue };
        text.extend([before, part]);
        rest = after;
    }
    text + rest
}

/// Data for the script. Names and types of futures repeat one another: little is left of them.
fn packed(data: &Value) -> Result<String> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut encoder, data)?;
    Ok(BASE64_STANDARD.encode(encoder.finish()?))
}

/// The way in which a policy names a script or a style.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// Leaves out folders of this machine in all places.
fn shorten_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(file) if name == "file" => *file = titles::place(file).to_owned(),
                    field => shorten_places(field),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(shorten_places),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(filled("a{x}b{y}c", &[("{x}", "{y}"), ("{y}", "1")]), "a{y}b1c");
    }

    #[test]
    fn the_page_has_a_hole_for_each_part() {
        for hole in ["{policy}", "{style}", "{version}", "{data}", "{script}"] {
            assert_eq!(PAGE.matches(hole).count(), 1, "{hole}");
        }
        assert!(!SCRIPT.contains("</script"), "the script would end there");
    }
}
