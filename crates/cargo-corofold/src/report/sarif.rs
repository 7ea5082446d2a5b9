//! Findings as SARIF 2.1.0, for code scanning.

use std::path::Path;

use anyhow::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, Location as Place, Message, MultiformatMessageString, PhysicalLocation,
    Region, ReportingDescriptor, Result as Sarifed, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use super::model::{Finding, Kind, Label, Report, Severity};

/// The base of relative paths: the root of the workspace.
const ROOT: &str = "SRCROOT";

/// The findings of all artifacts.
pub fn of(report: &Report, workspace: &Path) -> Result<String> {
    let findings = report.artifacts.iter().flat_map(|artifact| &artifact.findings);
    let results: Vec<Sarifed> = findings.map(|finding| result(finding, workspace)).collect();
    let driver = ToolComponent::builder()
        .name("corofold")
        .version(env!("CARGO_PKG_VERSION"))
        .rules(Kind::ALL.map(rule).to_vec())
        .build();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
    let sarif = Sarif::builder().version("2.1.0").runs(vec![run]).build();
    Ok(serde_json::to_string_pretty(&sarif)?)
}

fn rule(kind: Kind) -> ReportingDescriptor {
    let text = MultiformatMessageString::builder().text(kind.description()).build();
    ReportingDescriptor::builder().id(kind.name()).short_description(text).build()
}

fn result(finding: &Finding, workspace: &Path) -> Sarifed {
    let level = match finding.severity {
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    };
    let text = format!("{}. {}", finding.message, finding.remedy);
    let places = |labels: &mut dyn Iterator<Item = &Label>| -> Vec<Place> {
        labels.map(|label| place(label, workspace)).collect()
    };
    Sarifed::builder()
        .rule_id(finding.kind.name())
        .level(level)
        .message(Message::builder().text(text).build())
        .locations(places(&mut finding.place.iter()))
        .related_locations(places(&mut finding.related.iter()))
        .build()
}

/// All but what stands for itself in a path by RFC 3986.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn uri_path(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), ENCODED).to_string()
}

fn place(label: &Label, workspace: &Path) -> Place {
    let location = &label.location;
    let file = Path::new(&location.file);
    let artifact = match file.strip_prefix(workspace).unwrap_or(file) {
        below if below.is_relative() => {
            ArtifactLocation::builder().uri(uri_path(below)).uri_base_id(ROOT).build()
        }
        outside => ArtifactLocation::builder().uri(format!("file://{}", uri_path(outside))).build(),
    };
    let column = (location.column > 0).then_some(i64::from(location.column));
    let mut region = Region::builder().start_line(i64::from(location.line)).build();
    region.start_column = column;
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    let mut place = Place::builder().physical_location(place).build();
    if !label.text.is_empty() {
        place.message = Some(Message::builder().text(label.text.clone()).build());
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri_path(Path::new("src/mit leer/ä.rs")), "src/mit%20leer/%C3%A4.rs");
    }
}
