//! Tables in the way of cargo's tools: numbers first, right-aligned, the name last.

use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};

/// A number without and with the plugin.
pub struct Row {
    pub name: String,
    pub without: u64,
    pub with: u64,
}

impl Row {
    pub fn new(name: impl Into<String>, without: u64, with: u64) -> Self {
        Self { name: name.into(), without, with }
    }

    /// Bytes saved are negative.
    pub fn difference(&self) -> i64 {
        self.with.wrapping_sub(self.without) as i64
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.without.to_string(),
            self.with.to_string(),
            signed(self.difference()),
            percent(self.without, self.difference()),
            self.name.clone(),
        ]
    }
}

/// What a linked file is called above what is said of it.
pub fn heading(path: &Path, kind: &str) -> String {
    format!("{} ({kind})", path.display())
}

/// So many of a thing, whose plural ends in `s`.
pub fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A number with its sign, which 0 has not.
pub fn signed(difference: i64) -> String {
    if difference == 0 { "0".to_owned() } else { format!("{difference:+}") }
}

fn percent(without: u64, difference: i64) -> String {
    match (without, difference) {
        (_, 0) => "0.00%".to_owned(),
        (0, _) => "new".to_owned(),
        _ => format!("{:+.2}%", difference as f64 / without as f64 * 100.0),
    }
}

/// A comparison; `last` is a row of other cells that goes below.
pub fn comparison(rows: &[Row], last: Option<Vec<String>>) -> String {
    let header = ["without", "with", "difference", "%", ""];
    aligned(&header, 4, rows.iter().map(Row::cells).chain(last))
}

/// A table whose first columns are numbers.
pub fn aligned(
    header: &[&str],
    numbers: usize,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut table = plain();
    table.set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut().take(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    fit(&table)
}

/// What is known about something, by name.
pub fn facts(rows: &[(&str, String)]) -> String {
    let mut table = plain();
    table.add_rows(rows.iter().map(|(name, value)| [(*name).to_owned(), value.clone()]));
    lines(&table, usize::MAX)
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Cut to the width of the terminal, if stdout is one.
fn fit(table: &Table) -> String {
    lines(table, terminal_size::terminal_size().map_or(usize::MAX, |(width, _)| width.0.into()))
}

fn lines(table: &Table, width: usize) -> String {
    let cut =
        |line: String| format!("{}\n", line.chars().take(width).collect::<String>().trim_end());
    table.lines().map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_aligned_and_names_come_last() {
        let rows = [Row::new("text", 1000, 950), Row::new("data", 0, 8), Row::new("rodata", 7, 7)];
        let text =
            comparison(&rows, Some(["3", "0", "", "", "panics"].map(str::to_owned).to_vec()));
        let expected = "
 without  with  difference       %
    1000   950         -50  -5.00%  text
       0     8          +8     new  data
       7     7           0   0.00%  rodata
       3     0                      panics
";
        assert_eq!(text, expected[1..]);
    }
}
