//! BENCHMARKS.md: tables of what `results.json` and `peers/results.json` hold.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use crate::build::Config;
use crate::corpus::{Corpus, Kind, Program};
use crate::largest::Largest;
use crate::measure::Size;
use crate::peers::{self, Suites};
use crate::reports::Done;
use crate::results::{self, Entry, Origin, Results};

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
                let sizes = |entry: &'_ Entry| entry.size.as_ref().map(|size| size.of.clone());
                document += &plugins(&programs, &[level], results, sizes);
            }
        }
    }
    document += &done_section(corpus, results);
    document += &largest_section(corpus, results);
    document += &cost_section(corpus, results);
    document
}

const INTRODUCTION: &str = "\
# Benchmarks

Written by `bench/run` (and `bench/run --cost` for the last table); `bench/results.json` has the same numbers. The programs are in `bench/corpus`
and `examples`, with exact versions of what they are built from.

Each is linked without the plugin (base), with `COROFOLD=only=pending` (pending), and with the plugin as it comes (all).
Text is the bytes of executable sections; rodata those of constants, unwind tables included. The columns of pending and all say by how much
that differs from base; both is the two together, which `size` prints as text. Resumed counts the calls of `panic_const_async_fn_resumed*` in the
machine code: base → pending → all. Below a table is the commit of the plugin that its numbers are of; where it has several, which programs.

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

/// Which plugin the numbers of each configuration are of, in the order of the programs.
fn plugins(
    programs: &[&Program],
    levels: &[&String],
    results: &Results,
    origin: impl Fn(&Entry) -> Option<Origin>,
) -> String {
    let mut text = String::new();
    for config in WITH_PLUGIN {
        let mut measured: Vec<(String, Vec<&str>)> = Vec::new();
        for program in programs {
            for level in levels {
                let entry = results.get(&program.name, level, config);
                let Some(of) = entry.and_then(&origin) else { continue };
                let plugin = results.plugin_name(&of).unwrap_or("unknown").to_owned();
                match measured.iter_mut().find(|(known, _)| *known == plugin) {
                    Some((_, names)) => names.push(&program.name),
                    None => measured.push((plugin, vec![&program.name])),
                }
            }
        }
        let of_one = measured.len() == 1;
        let plugins = measured.into_iter().map(|(plugin, mut names)| {
            names.dedup();
            if of_one { plugin } else { format!("{plugin} ({})", names.join(", ")) }
        });
        let plugins: Vec<String> = plugins.collect();
        if !plugins.is_empty() {
            let _ = writeln!(text, "- plugin of {}: {}", config.name(), plugins.join("; "));
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
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
        "both",
        "all: text",
        "rodata",
        "both",
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
    let mean = |config, part: fn(&Size) -> u64| {
        let ratios: Vec<f64> = programs
            .iter()
            .filter_map(|program| ratio(program, level, config, part, results))
            .collect();
        geometric_mean(&ratios).map_or_else(String::new, percent)
    };
    let means = WITH_PLUGIN.map(|config| {
        [
            mean(config, |size| size.text),
            mean(config, |size| size.rodata),
            mean(config, Size::flash),
        ]
    });
    let empty = ["geometric mean", "", "", ""].map(str::to_owned);
    table.add_row(empty.into_iter().chain(means.into_iter().flatten()).chain([String::new()]));
    Some(table)
}

fn ratio(
    program: &Program,
    level: &str,
    config: Config,
    part: fn(&Size) -> u64,
    results: &Results,
) -> Option<f64> {
    let (base, now) = results.sizes(&program.name, level, config)?;
    Some(part(&now) as f64 / part(&base) as f64)
}

fn size_row(program: &Program, level: &str, results: &Results) -> Option<Vec<String>> {
    let base = results.size(&program.name, level, Config::Base)?.value;
    let architecture = program.target.split('-').next().unwrap_or_default();
    let name = format!("{} ({})", program.name, program.what);
    let mut row =
        vec![name, architecture.to_owned(), base.text.to_string(), base.rodata.to_string()];
    let mut resumed = base.resumed_panics.to_string();
    for config in WITH_PLUGIN {
        let Some((base, now)) = results.sizes(&program.name, level, config) else {
            row.extend([String::new(), String::new(), String::new()]);
            continue;
        };
        row.extend([
            difference(base.text, now.text),
            difference(base.rodata, now.rodata),
            percent(now.flash() as f64 / base.flash() as f64),
        ]);
        let _ = write!(resumed, " → {}", now.resumed_panics);
    }
    row.push(resumed);
    Some(row)
}

/// What is known of each program and opt level with everything on.
fn with_everything_on<'a>(
    corpus: &'a Corpus,
    results: &'a Results,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Entry)> {
    corpus.programs().iter().flat_map(move |program| {
        let levels = corpus.kind_of(program).opt_levels.iter();
        levels.filter_map(move |level| {
            let entry = results.get(&program.name, level, Config::All)?;
            Some((program.name.as_str(), level.as_str(), entry))
        })
    })
}

/// How much was done in each program with everything on; empty where nothing is known.
fn done_section(corpus: &Corpus, results: &Results) -> String {
    let header = [
        "program",
        "opt-level",
        "suspend states",
        "folded",
        "never suspend",
        "flattened",
        "plugin",
    ];
    let mut table = table(&header, 2);
    for (program, level, entry) in with_everything_on(corpus, results) {
        let Some(done) = &entry.done else { continue };
        let Done { states, folded, never, flattened } = done.value;
        let numbers = [states, folded, never, flattened].map(|number| number.to_string());
        let plugin = results.plugin_name(&done.of).unwrap_or("unknown").to_owned();
        let names = [program.to_owned(), level.to_owned()];
        table.add_row(names.into_iter().chain(numbers).chain([plugin]));
    }
    if table.is_empty() { String::new() } else { format!("{DONE}{table}\n") }
}

const DONE: &str = "
## What was done

With everything on, in the last crate of a program, where most generic futures of its dependencies are compiled too: its suspend states as rustc made
them, those that `fold` made another one, the awaits of futures that never suspend, and the futures that became part of the one that awaits them.
What several modules have copies of counts once.

";

/// The largest resume function of each program with everything on; empty where none is known.
fn largest_section(corpus: &Corpus, results: &Results) -> String {
    let header = [
        "program",
        "opt-level",
        "resume function",
        "base",
        "all",
        "states",
        "what is left, and why",
    ];
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header);
    for (program, level, entry) in with_everything_on(corpus, results) {
        let Some(largest) = &entry.largest else { continue };
        table.add_row(largest_row(program, level, &largest.value));
    }
    if table.is_empty() {
        return String::new();
    }
    format!("{LARGEST}{table}\n")
}

const LARGEST: &str = "
## Largest resume functions

The largest resume function of each program that is a function of its own with everything on, with its bytes there and without the plugin, and its
suspend states before → after. LLVM makes many a part of the function that polls them, tasks of embassy-executor above all: these are not seen here
(`cargo corofold report` tells their code apart), and base is empty where LLVM did so without the plugin. Futures that it awaits may have become a
part of it. What is left is what the plugin reports for it, each reason with the number of states or children it was given for.

";

fn largest_row(program: &str, level: &str, largest: &Largest) -> [String; 7] {
    let left = largest.left.iter().map(|(why, times)| match times {
        1 => why.clone(),
        _ => format!("{why} ({times})"),
    });
    let left: Vec<String> = left.collect();
    [
        program.to_owned(),
        level.to_owned(),
        // A bar would end the cell.
        shortened(&largest.name).replace('|', "\\|"),
        largest.before.map(|bytes| bytes.to_string()).unwrap_or_default(),
        largest.after.to_string(),
        format!("{} → {}", largest.states_before, largest.states_after),
        if left.is_empty() { "nothing".to_owned() } else { left.join("; ").replace('|', "\\|") },
    ]
}

/// A path of a table's width: generic arguments make many longer than a page.
fn shortened(name: &str) -> String {
    const WIDTH: usize = 100;
    match name.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
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
    let counter = results.counter().unwrap_or("an unknown counter");
    let programs: Vec<&Program> = corpus.programs().iter().collect();
    let levels: BTreeSet<&String> =
        corpus.by_kind().flat_map(|(kind, _)| &kind.opt_levels).collect();
    let levels: Vec<&String> = levels.into_iter().collect();
    let costs = |entry: &'_ Entry| entry.cost.as_ref().map(|cost| cost.of.clone());
    format!(
        "\n## Cost\n\nInstructions that rustc executes for the last crate of a program, which with fat LTO is all of its code, counted by\n\
         `{counter}`, in millions.\n\n{table}\n{}",
        plugins(&programs, &levels, results, costs)
    )
}

fn cost_row(program: &Program, level: &str, results: &Results) -> Option<Vec<String>> {
    let cost = |config| results.get(&program.name, level, config)?.cost.as_ref();
    let base = cost(Config::Base)?;
    let instructions = base.value.instructions;
    let mut row =
        vec![program.name.clone(), level.to_owned(), (instructions / 1_000_000).to_string()];
    row.extend(WITH_PLUGIN.map(|config| {
        let now = cost(config).filter(|now| now.of.sources == base.of.sources);
        now.map_or_else(String::new, |now| {
            percent(now.value.instructions as f64 / instructions as f64)
        })
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
