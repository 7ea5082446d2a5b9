//! BENCHMARKS.md: tables of what `results.json` and `peers/results.json` hold.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use crate::build::Config;
use crate::corpus::{Corpus, Kind, Program};
use crate::peers::{self, Suites};
use crate::results::{self, Results};

const WITH_PLUGIN: [Config; 2] = [Config::Pending, Config::All];

/// Writes it next to the folder `bench`, from all that is known of the corpus and of the suites, also where only a part was measured anew.
///
/// # Errors
/// Where one of the files that it is made from does not exist or cannot be understood.
pub fn write(bench: &Path) -> Result<()> {
    let corpus = Corpus::read(bench, &[])?;
    let results: Results = results::read(&bench.join("results.json"))?;
    let suites = Suites::read(bench)?;
    let path = bench.join("../BENCHMARKS.md");
    fs::write(&path, render(&corpus, &results) + &peers::table::section(&suites))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn render(corpus: &Corpus, results: &Results) -> String {
    let mut document = String::from(INTRODUCTION);
    for (of, version) in &results.compilers {
        let _ = writeln!(document, "- {of}: {version}");
    }
    document += "\n## Size\n";
    for (kind, programs) in corpus.by_kind() {
        for level in &kind.opt_levels {
            if let Some(table) = size_table(&programs, level, results) {
                let title = heading(kind, &programs);
                let _ = write!(
                    document,
                    "\n### {title}, opt-level {level}\n\n{}.\n\n{table}\n",
                    kind.description
                );
            }
        }
    }
    document += &cost_section(corpus, results);
    document
}

const INTRODUCTION: &str = "\
# Benchmarks

Written by `bench/run` (and `bench/run --cost` for the last table); `bench/results.json` has the same numbers. The programs are in `bench/corpus`
and `examples`, with exact versions of what they are built from.

Each is linked without the plugin (base), with `COROFOLD=only=pending` (pending), and with the plugin as it comes (all).
Text is the bytes of executable sections; rodata those of constants, unwind tables included. The columns of pending and all say by how much
that differs from base. Resumed counts the calls of `panic_const_async_fn_resumed*` in the machine code: base → pending → all.

";

fn heading(kind: &Kind, programs: &[&Program]) -> String {
    if kind.build_std.is_some() {
        return "Firmware".to_owned();
    }
    let targets = programs.first().map_or("", |program| program.target.as_str());
    format!("Programs for {targets}")
}

/// An empty table, whose columns are aligned to the right but for the first `left` ones.
pub fn table(header: &[&str], left: usize) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header);
    for column in table.column_iter_mut().skip(left) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// `-123 (-1.2 %)`.
fn difference(base: u64, now: u64) -> String {
    if base == now {
        return "0".to_owned();
    }
    let bytes = now.cast_signed() - base.cast_signed();
    format!("{bytes:+} ({})", percent(now as f64 / base as f64))
}

fn percent(ratio: f64) -> String {
    format!("{:+.2} %", (ratio - 1.0) * 100.0)
}

/// The geometric mean, for ratios.
pub fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (logarithms / ratios.len() as f64).exp())
}

/// One row for each program that was measured without the plugin; nothing where none was.
fn size_table(programs: &[&Program], level: &str, results: &Results) -> Option<Table> {
    let header = [
        "program",
        "target",
        "text",
        "rodata",
        "pending: text",
        "rodata",
        "all: text",
        "rodata",
        "resumed",
    ];
    let mut table = table(&header, 2);
    for program in programs {
        if let Some(row) = size_row(program, level, results) {
            table.add_row(row);
        }
    }
    if table.is_empty() {
        return None;
    }
    let mean = |config, part: fn(&crate::measure::Size) -> u64| {
        let ratios: Vec<f64> = programs
            .iter()
            .filter_map(|program| ratio(program, level, config, part, results))
            .collect();
        geometric_mean(&ratios).map_or_else(String::new, percent)
    };
    let means = WITH_PLUGIN
        .map(|config| [mean(config, |size| size.text), mean(config, |size| size.rodata)]);
    let empty = ["geometric mean", "", "", ""].map(str::to_owned);
    table.add_row(empty.into_iter().chain(means.into_iter().flatten()).chain([String::new()]));
    Some(table)
}

fn ratio(
    program: &Program,
    level: &str,
    config: Config,
    part: fn(&crate::measure::Size) -> u64,
    results: &Results,
) -> Option<f64> {
    let base = results.size(&program.name, level, Config::Base)?;
    let now = results.size(&program.name, level, config)?;
    Some(part(&now) as f64 / part(&base) as f64)
}

fn size_row(program: &Program, level: &str, results: &Results) -> Option<Vec<String>> {
    let base = results.size(&program.name, level, Config::Base)?;
    let architecture = program.target.split('-').next().unwrap_or_default();
    let name = format!("{} ({})", program.name, program.what);
    let mut row =
        vec![name, architecture.to_owned(), base.text.to_string(), base.rodata.to_string()];
    let mut resumed = base.resumed_panics.to_string();
    for config in WITH_PLUGIN {
        let Some(now) = results.size(&program.name, level, config) else {
            row.extend([String::new(), String::new()]);
            continue;
        };
        row.extend([difference(base.text, now.text), difference(base.rodata, now.rodata)]);
        let _ = write!(resumed, " → {}", now.resumed_panics);
    }
    row.push(resumed);
    Some(row)
}

/// What the plugin costs when a program is compiled; empty where nothing was counted.
fn cost_section(corpus: &Corpus, results: &Results) -> String {
    let mut table = table(&["program", "opt-level", "base", "pending", "all"], 2);
    for program in corpus.programs() {
        for level in &corpus.kind_of(program).opt_levels {
            if let Some(row) = cost_row(program, level, results) {
                table.add_row(row);
            }
        }
    }
    if table.is_empty() {
        return String::new();
    }
    let counter = results.counter.as_deref().unwrap_or("an unknown counter");
    format!(
        "\n## Cost\n\nInstructions that rustc executes for the last crate of a program, which with fat LTO is all of its code, counted by\n\
         `{counter}`, in millions.\n\n{table}\n"
    )
}

fn cost_row(program: &Program, level: &str, results: &Results) -> Option<Vec<String>> {
    let count = |config| results.get(&program.name, level, config)?.instructions;
    let base = count(Config::Base)?;
    let mut row = vec![program.name.clone(), level.to_owned(), (base / 1_000_000).to_string()];
    row.extend(WITH_PLUGIN.map(|config| {
        count(config).map_or_else(String::new, |now| percent(now as f64 / base as f64))
    }));
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::{difference, geometric_mean};

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(difference(1000, 970), "-30 (-3.00 %)");
        assert_eq!(difference(1000, 1005), "+5 (+0.50 %)");
        assert_eq!(difference(1000, 1000), "0");
    }

    #[test]
    fn the_mean_of_a_ratio_and_its_inverse_is_one() {
        let mean = geometric_mean(&[0.5, 2.0]).unwrap();
        assert!((mean - 1.0).abs() < 1e-12);
        assert!(geometric_mean(&[]).is_none());
    }
}
