//! Modules as text, and how two of them differ, function by function.
//!
//! The text is made comparable first: what LLVM numbers anew with each change (metadata, groups of
//! attributes) or derives from the rest (lists of predecessors), and debug information, would differ
//! in lines that are the same.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use anstyle::{AnsiColor, Style};
use rustc_demangle::demangle;
use similar::{ChangeTag, TextDiff};

/// Lines around a change.
const CONTEXT: usize = 3;

/// What is before the number of a node of metadata.
const METADATA: &str = "!";
/// What is before the number of a group of attributes.
const ATTRIBUTES: &str = " #";
/// What is before the number of a debug location.
const DEBUG_LOCATION: &str = " !dbg !";

/// The functions that a module defines.
#[derive(Default)]
pub struct Module {
    functions: Vec<Function>,
    /// Where a symbol is in `functions`.
    places: BTreeMap<String, usize>,
    /// Groups of attributes as text, by number, and the numbers by text.
    attributes: BTreeMap<String, String>,
    numbers: BTreeMap<String, String>,
}

struct Function {
    symbol: String,
    lines: Vec<String>,
}

impl Module {
    /// `text` is a module as LLVM prints it.
    pub fn parse(text: &str) -> Self {
        let mut module = Self::default();
        let metadata = definitions(text, METADATA);
        module.attributes = definitions(text, "attributes #");
        let attributes = module.attributes.iter();
        module.numbers = attributes.map(|(number, text)| (text.clone(), number.clone())).collect();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(symbol) = line.strip_prefix("define ").and_then(symbol) else { continue };
            let body = lines.by_ref().take_while(|line| *line != "}");
            let body = std::iter::once(line).chain(body).chain(["}"]);
            let lines = body.filter_map(|line| comparable(line, &metadata)).collect();
            module.places.insert(symbol.clone(), module.functions.len());
            module.functions.push(Function { symbol, lines });
        }
        module
    }

    /// The text of a function, if the module has it.
    pub fn function(&self, symbol: &str) -> Option<String> {
        let function = &self.functions[*self.places.get(symbol)?];
        Some(function.lines.iter().map(|line| format!("{line}\n")).collect())
    }

    /// The functions that differ, in the order of this module, then those that only `after` has.
    pub fn changes(&self, after: &Self) -> Vec<Change> {
        let is_new = |function: &&Function| !self.places.contains_key(&function.symbol);
        let all = self.functions.iter().chain(after.functions.iter().filter(is_new));
        all.filter_map(|function| self.change(after, &function.symbol)).collect()
    }

    /// How a function differs; none if it does not.
    pub fn change(&self, after: &Self, symbol: &str) -> Option<Change> {
        let sides = [self, after].map(|module| module.lines_of(symbol, &self.numbers));
        let [before, after] = &sides;
        (before != after).then(|| Change {
            name: format!("{:#}", demangle(symbol)),
            symbol: symbol.to_owned(),
            instructions: [before, after].map(|lines| count_instructions(lines)),
            diff: difference(before, after),
        })
    }

    /// The lines of a function; none if it is not here. Groups of attributes are written out at its
    /// head; below they have the numbers that are `known` for equal ones.
    fn lines_of(&self, symbol: &str, known: &BTreeMap<String, String>) -> Vec<String> {
        let Some(place) = self.places.get(symbol) else { return Vec::new() };
        let written = |number: &str| Some(format!(" {}", self.attributes.get(number)?));
        let named = |number: &str| {
            let known = known.get(self.attributes.get(number)?);
            known.map(|known| format!("{ATTRIBUTES}{known}")).or_else(|| written(number))
        };
        let lines = self.functions[*place].lines.iter().enumerate();
        let lines = lines.map(|(index, line)| match index {
            0 => with_references(line, ATTRIBUTES, written),
            _ => with_references(line, ATTRIBUTES, named),
        });
        lines.map(Cow::into_owned).collect()
    }
}

/// The name in a definition, without quotes.
fn symbol(definition: &str) -> Option<String> {
    let name = definition.split_once('@')?.1;
    let name = match name.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => name.split_once('(')?.0,
    };
    Some(name.to_owned())
}

/// Lines such as `!7 = ...`: what stands there, by number.
fn definitions(text: &str, prefix: &str) -> BTreeMap<String, String> {
    let definition = |line: &str| {
        let (number, content) = line.strip_prefix(prefix)?.split_once(" = ")?;
        number.parse::<u64>().ok()?;
        Some((number.to_owned(), content.to_owned()))
    };
    text.lines().filter_map(definition).collect()
}

/// The line without what is not compared, and none if that is all of it.
fn comparable(line: &str, metadata: &BTreeMap<String, String>) -> Option<String> {
    if line.trim_start().starts_with("#dbg_") {
        return None;
    }
    // Only the comments of labels are LLVM's own.
    let is_label = !line.starts_with(' ') && line.contains("; ");
    let line = if is_label { line.split("; ").next().unwrap_or(line).trim_end() } else { line };
    let content = |number: &str| match metadata.get(number) {
        Some(leaf) if !refers(leaf) => Some(leaf.clone()),
        _ => Some("!{...}".to_owned()),
    };
    Some(with_references(&without_debug_location(line), METADATA, content).into_owned())
}

fn without_debug_location(line: &str) -> Cow<'_, str> {
    let Some((before, after)) = line.split_once(DEBUG_LOCATION) else { return line.into() };
    let before = before.strip_suffix(',').unwrap_or(before);
    Cow::Owned([before, after.trim_start_matches(is_digit)].concat())
}

/// Does a node of metadata name other nodes?
fn refers(node: &str) -> bool {
    node.match_indices(METADATA).any(|(at, _)| node[at + METADATA.len()..].starts_with(is_digit))
}

/// The line with other text in place of each `sign` with a number, where there is one.
fn with_references<'a>(
    line: &'a str,
    sign: &str,
    text: impl Fn(&str) -> Option<String>,
) -> Cow<'a, str> {
    let mut written = String::new();
    // What is copied already.
    let mut copied = 0;
    for (at, _) in line.match_indices(sign) {
        let number = &line[at + sign.len()..];
        let length = number.find(|c| !is_digit(c)).unwrap_or(number.len());
        let Some(text) = (length > 0).then(|| text(&number[..length])).flatten() else { continue };
        written.push_str(&line[copied..at]);
        written.push_str(&text);
        copied = at + sign.len() + length;
    }
    if copied == 0 {
        return line.into();
    }
    written.push_str(&line[copied..]);
    written.into()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Lines in the bodies of blocks. A long instruction goes on in lines that are further in.
fn count_instructions(lines: &[String]) -> usize {
    let is_instruction = |line: &&String| line.starts_with("  ") && !line.starts_with("   ");
    let is_end = |line: &String| line.trim() == "]";
    lines.iter().filter(is_instruction).filter(|line| !is_end(line)).count()
}

/// One function before and after.
pub struct Change {
    /// Its path in Rust.
    pub name: String,
    pub symbol: String,
    /// Before and after; 0 where there is no such function.
    pub instructions: [usize; 2],
    diff: Vec<Line>,
}

enum Line {
    Position(String),
    Text(ChangeTag, String),
}

fn difference(before: &[String], after: &[String]) -> Vec<Line> {
    let (before, after) = (joined(before), joined(after));
    let diff = TextDiff::from_lines(&before, &after);
    let mut unified = diff.unified_diff();
    let mut lines = Vec::new();
    for hunk in unified.context_radius(CONTEXT).iter_hunks() {
        lines.push(Line::Position(hunk.header().to_string()));
        lines.extend(hunk.iter_changes().map(|change| {
            Line::Text(change.tag(), change.value().trim_end_matches('\n').to_owned())
        }));
    }
    lines
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A unified diff with colours, which whoever prints takes out where they are not wanted.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = Style::new().bold();
        let [before, after] = self.instructions;
        writeln!(f, "{title}{}{title:#}", self.name)?;
        let what = match (before, after) {
            (0, _) => format!("new, {after} instructions"),
            (_, 0) => format!("gone, {before} instructions"),
            _ => format!("{before} instructions -> {after}"),
        };
        writeln!(f, "{title}{what}{title:#}")?;
        writeln!(f, "{title}--- before {}{title:#}", self.symbol)?;
        writeln!(f, "{title}+++ after {}{title:#}", self.symbol)?;
        for line in &self.diff {
            let (color, sign, text) = match line {
                Line::Position(text) => (Some(AnsiColor::Cyan), "", text),
                Line::Text(ChangeTag::Delete, text) => (Some(AnsiColor::Red), "-", text),
                Line::Text(ChangeTag::Insert, text) => (Some(AnsiColor::Green), "+", text),
                Line::Text(ChangeTag::Equal, text) => (None, " ", text),
            };
            let style = color.map_or(Style::new(), |color| color.on_default());
            writeln!(f, "{style}{sign}{text}{style:#}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\
define i1 @_RNCNvC1a3fut0(ptr %frame) #1 !dbg !4 {
start:
  %state = load i8, ptr %frame, !range !2, !dbg !5
    #dbg_value(i8 %state, !6, !DIExpression(), !5)
  br label %end, !dbg !5

end:                                              ; preds = %start
  ret i1 false
}

define void @same() #0 {
start:
  ret void
}

attributes #0 = { nounwind }
attributes #1 = { inlinehint }
!2 = !{i8 0, i8 4}
!4 = distinct !DISubprogram(name: \"a\", scope: !7)
";

    const AFTER: &str = "\
define i1 @_RNCNvC1a3fut0(ptr %frame) #0 {
start:
  %state = load i8, ptr %frame, !range !1
  ret i1 false
}

define void @same() #1 {
start:
  ret void
}

attributes #0 = { inlinehint \"corofold\" }
attributes #1 = { nounwind }
!1 = !{i8 0, i8 4}
";

    #[test]
    fn what_changed_is_shown_and_numbers_are_not() {
        let changes = Module::parse(BEFORE).changes(&Module::parse(AFTER));
        let shown: Vec<String> = changes
            .iter()
            .map(|c| anstream::adapter::strip_str(&c.to_string()).to_string())
            .collect();
        let expected = "\
a::fut::{closure#0}
3 instructions -> 2
--- before _RNCNvC1a3fut0
+++ after _RNCNvC1a3fut0
@@ -1,8 +1,5 @@
-define i1 @_RNCNvC1a3fut0(ptr %frame) { inlinehint } {
+define i1 @_RNCNvC1a3fut0(ptr %frame) { inlinehint \"corofold\" } {
 start:
   %state = load i8, ptr %frame, !range !{i8 0, i8 4}
-  br label %end
-
-end:
   ret i1 false
 }
";
        assert_eq!(shown, [expected]);
    }

    #[test]
    fn functions_come_and_go() {
        let changes = Module::parse(BEFORE).changes(&Module::default());
        let shown: Vec<[usize; 2]> = changes.iter().map(|change| change.instructions).collect();
        assert_eq!(shown, [[3, 0], [1, 0]]);
        let changes = Module::default().changes(&Module::parse(AFTER));
        assert_eq!(changes[1].instructions, [0, 1]);
    }

    #[test]
    fn quoted_names_are_names() {
        let module = Module::parse("define void @\"a b\"() {\n  ret void\n}\n");
        assert!(module.function("a b").is_some_and(|text| text.ends_with("  ret void\n}\n")));
    }
}
