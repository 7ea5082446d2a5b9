//! Findings in the way of rustc's diagnostics, with the source.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use corofold_report::Location;

use super::model::{Cost, Finding, Label, Resource, Severity};

/// Renders findings; source files are read once.
pub struct Diagnostics {
    workspace: PathBuf,
    renderer: Renderer,
    sources: RefCell<HashMap<String, Option<Rc<str>>>>,
}

impl Diagnostics {
    pub fn new(workspace: &Path) -> Self {
        Self {
            workspace: workspace.to_owned(),
            renderer: Renderer::styled(),
            sources: RefCell::default(),
        }
    }

    /// The finding with colours, which whoever prints takes out where they are not wanted.
    pub fn render(&self, finding: &Finding) -> String {
        let level = match finding.severity {
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(&finding.message).id(finding.kind.name());
        let labels: Vec<&Label> = finding.place.iter().chain(&finding.related).collect();
        let sources: Vec<(String, Option<Rc<str>>)> =
            files(&labels).into_iter().map(|file| (file.to_owned(), self.source(file))).collect();
        let mut group = Group::with_title(title);
        for (file, source) in &sources {
            let here = labels.iter().copied().filter(|label| label.location.file == *file);
            group = match source {
                Some(source) => group.element(snippet(file, source, here, finding)),
                None => {
                    let places = here.map(|label| {
                        annotate_snippets::Origin::path(label.location.file.as_str())
                            .line(label.location.line as usize)
                    });
                    places.fold(group, Group::element)
                }
            };
        }
        if let Some(cost) = finding.cost {
            group = group.element(Level::NOTE.message(costs(cost)));
        }
        group = group.element(Level::HELP.message(&finding.remedy));
        self.renderer.render(&[group])
    }

    fn source(&self, file: &str) -> Option<Rc<str>> {
        let mut sources = self.sources.borrow_mut();
        let read = || std::fs::read_to_string(self.workspace.join(file)).ok().map(Rc::from);
        sources.entry(file.to_owned()).or_insert_with(read).clone()
    }
}

/// The files, in the order of the labels.
fn files<'a>(labels: &[&'a Label]) -> Vec<&'a str> {
    let mut files: Vec<&str> = Vec::new();
    for label in labels {
        if !files.contains(&label.location.file.as_str()) {
            files.push(&label.location.file);
        }
    }
    files
}

fn snippet<'a>(
    file: &'a str,
    source: &'a str,
    labels: impl Iterator<Item = &'a Label>,
    finding: &Finding,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut snippet = Snippet::source(source).path(file);
    for label in labels {
        let is_primary = finding.place.as_ref() == Some(label);
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let Some(span) = span(source, &label.location) else { continue };
        snippet = snippet.annotation(kind.span(span).label(&label.text));
    }
    snippet
}

/// The word at a place; the text of the line where the column is not known.
fn span(source: &str, place: &Location) -> Option<Range<usize>> {
    let start = line_start(source, place.line)?;
    let line = source[start..].lines().next().unwrap_or_default();
    let text = line.trim_end().len();
    let column = match place.column {
        0 => line.len() - line.trim_start().len(),
        column => line.char_indices().nth(column as usize - 1).map_or(text, |(at, _)| at),
    };
    let rest = &line[column.min(text)..text];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let length = match (place.column, word) {
        (0, _) => rest.len(),
        (_, 0) => rest.chars().next().map_or(0, char::len_utf8),
        (_, word) => word,
    };
    let from = start + column.min(text);
    Some(from..from + length)
}

fn line_start(source: &str, line: u32) -> Option<usize> {
    let mut starts = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1));
    starts.nth(line.checked_sub(1)? as usize)
}

fn costs(cost: Cost) -> String {
    let of = match cost.of {
        Resource::Code => "code",
        Resource::Frame => "each such future",
    };
    let estimate = if cost.is_estimate { "about " } else { "" };
    format!("{estimate}{} bytes of {of}", cost.bytes)
}

#[cfg(test)]
mod tests {
    use super::super::model::Kind;
    use super::*;

    const SOURCE: &str = "async fn a() {\n    b(1).await;\n}\n";

    fn place(line: u32, column: u32) -> Location {
        Location { file: "a.rs".to_owned(), line, column }
    }

    fn marked(line: u32, column: u32) -> Option<&'static str> {
        span(SOURCE, &place(line, column)).map(|span| &SOURCE[span])
    }

    #[test]
    fn words_are_marked_and_lines_where_there_is_no_column() {
        assert_eq!(marked(2, 10), Some("await"));
        assert_eq!(marked(1, 14), Some("{"));
        assert_eq!(marked(2, 0), Some("b(1).await;"));
        assert_eq!(marked(2, 99), Some(""));
        assert_eq!(marked(9, 1), None);
    }

    #[test]
    fn a_finding_shows_its_source() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.rs"), SOURCE).expect("written");
        let finding = Finding {
            kind: Kind::PassesThrough,
            severity: Severity::Warning,
            future: "a".to_owned(),
            symbol: String::new(),
            message: "`a` does nothing but await `b`".to_owned(),
            place: Some(Label { location: place(2, 10), text: "the only await".to_owned() }),
            related: Vec::new(),
            cost: Some(Cost { bytes: 80, of: Resource::Code, is_estimate: true }),
            remedy: "return it".to_owned(),
        };
        let diagnostics =
            Diagnostics { renderer: Renderer::plain(), ..Diagnostics::new(folder.path()) };
        let expected = "
warning[passes-through]: `a` does nothing but await `b`
 --> a.rs:2:10
  |
2 |     b(1).await;
  |          ^^^^^ the only await
  |
  = note: about 80 bytes of code
  = help: return it";
        assert_eq!(diagnostics.render(&finding), expected[1..]);
    }
}
