//! `cargo corofold size`: builds without and with the plugin and compares.
//!
//! Nothing but the plugin differs between the two. Both go through the wrapper and give rustc the
//! same release label, so that crate hashes, and with them symbol names and the order of functions,
//! are the same in both. Both get RUSTC_BOOTSTRAP where one needs it, since rustc then mangles
//! symbols as nightly does. The folder names are of equal length, since paths below them end up in
//! the programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use cargo_metadata::Artifact;
use serde::Serialize;

use crate::build::Build;
use crate::driver::Session;
use crate::measure::Measure;
use crate::opts::{Common, Format, SizeArgs};
use crate::panics::ResumedPanics;
use crate::rustflags;
use crate::table::{self, Row};
use crate::wrapper::Settings;
use crate::{output, status};

pub fn run(common: &Common, args: &SizeArgs) -> Result<ExitCode> {
    let session = Session::start(common, &args.cargo.cargo)?;
    rustflags::refuse_plugin(&session)?;
    session.announce();
    let folder = session.cargo.target_dir()?.join("corofold");
    let with_plugin = Settings { label: "corofold-size".to_owned(), ..session.with_plugin()? };
    let base = Settings {
        plugin: None,
        identity: concat!("base ", env!("CARGO_PKG_VERSION")).to_owned(),
        ..with_plugin.clone()
    };
    let without = Build::run(&session, &base, &folder.join("base"), &args.cargo.cargo)?;
    let with = Build::run(&session, &with_plugin, &folder.join("with"), &args.cargo.cargo)?;
    let report = Report::of(&without, &with, args.top)?;
    match args.message_format {
        Format::Json => output::line(serde_json::to_string_pretty(&report)?)?,
        Format::Table => output::text(report.table())?,
    }
    if with.at_level_0 && !session.options.force() && report.shows_nothing() {
        status::note(
            "built at opt-level 0, where the plugin changes nothing; pass --release or --profile",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--message-format json` prints. All numbers are bytes, except the counts of panics:
///
/// ```json
/// {
///   "artifacts": [
///     {
///       "name": "server",
///       "kind": "bin",
///       "path": "release/server",
///       "without": {
///         "text": 1000, "rodata": 200, "data": 30, "total": 1230,
///         "resumed-panics": { "precision": "exact", "count": 3 }
///       },
///       "with": { "...": "as in without" },
///       "functions": [{ "name": "server::main", "without": 120, "with": 80 }]
///     }
///   ]
/// }
/// ```
///
/// `path` is below the folders `base` and `with`. `precision` is `exact`, `at-least`, or `unknown`,
/// and the latter has no `count`. `functions` is there with `--top` only, what changed most first.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    artifacts: Vec<Comparison>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Comparison {
    name: String,
    kind: String,
    path: PathBuf,
    without: Sizes,
    with: Sizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    functions: Option<Vec<Function>>,
    /// How many functions changed, listed or not.
    #[serde(skip)]
    changed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Sizes {
    text: u64,
    rodata: u64,
    data: u64,
    total: u64,
    resumed_panics: ResumedPanics,
}

#[derive(Serialize, Debug, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
struct Function {
    name: String,
    without: u64,
    with: u64,
}

impl Report {
    /// Is each artifact as large with the plugin as without?
    fn shows_nothing(&self) -> bool {
        self.artifacts.iter().all(|artifact| artifact.without.total == artifact.with.total)
    }

    fn of(without: &Build, with: &Build, top: Option<usize>) -> Result<Self> {
        let mut artifacts = Vec::new();
        for (path, artifact) in &with.artifacts {
            if !without.artifacts.contains_key(path) {
                bail!("`{}` was built with the plugin only", path.display());
            }
            let (without, with) =
                (Measure::of(&without.folder.join(path))?, Measure::of(&with.folder.join(path))?);
            artifacts.push(Comparison::of(path, artifact, &without, &with, top));
        }
        if artifacts.is_empty() {
            bail!("nothing to compare: cargo built no executable, cdylib or staticlib");
        }
        Ok(Self { artifacts })
    }

    fn table(&self) -> String {
        let tables: Vec<_> = self.artifacts.iter().map(Comparison::table).collect();
        tables.join("\n")
    }
}

impl Comparison {
    fn of(
        path: &Path,
        artifact: &Artifact,
        without: &Measure,
        with: &Measure,
        top: Option<usize>,
    ) -> Self {
        let mut functions = changed_functions(&without.functions, &with.functions);
        let changed = functions.len();
        let kept = top.filter(|top| *top > 0).unwrap_or(changed);
        functions.truncate(kept);
        Self {
            name: artifact.target.name.clone(),
            kind: artifact.target.kind.first().map(ToString::to_string).unwrap_or_default(),
            path: path.to_owned(),
            without: Sizes::of(without),
            with: Sizes::of(with),
            functions: top.map(|_| functions),
            changed,
        }
    }

    fn table(&self) -> String {
        let (without, with) = (&self.without, &self.with);
        let rows = [
            Row::new("text", without.text, with.text),
            Row::new("rodata", without.rodata, with.rodata),
            Row::new("data", without.data, with.data),
            Row::new("total", without.total, with.total),
        ];
        let [before, after] = [without, with].map(|sizes| sizes.resumed_panics.to_string());
        let panics = vec![before, after, String::new(), String::new(), "resumed panics".to_owned()];
        let mut text = format!(
            "{}\n{}",
            table::heading(&self.path, &self.kind),
            table::comparison(&rows, Some(panics))
        );
        if let Some(functions) = &self.functions {
            text += &self.functions_table(functions);
        }
        text
    }

    fn functions_table(&self, functions: &[Function]) -> String {
        if functions.is_empty() {
            return "\nNo function changed its size, or the file has no symbols.\n".to_owned();
        }
        let rows: Vec<_> = functions.iter().map(|f| Row::new(&f.name, f.without, f.with)).collect();
        let mut text = format!("\n{}", table::comparison(&rows, None));
        if self.changed > functions.len() {
            text += &format!(
                "And {} that changed less; use --top N.\n",
                self.changed - functions.len()
            );
        }
        text
    }
}

impl Sizes {
    fn of(measure: &Measure) -> Self {
        Self {
            text: measure.text,
            rodata: measure.rodata,
            data: measure.data,
            total: measure.total(),
            resumed_panics: measure.resumed_panics,
        }
    }
}

/// The functions whose size differs, by how much and then by name.
fn changed_functions(
    without: &BTreeMap<String, u64>,
    with: &BTreeMap<String, u64>,
) -> Vec<Function> {
    let size = |functions: &BTreeMap<String, u64>, name| functions.get(name).copied().unwrap_or(0);
    let gone_or_changed = without.keys();
    let new = with.keys().filter(|name| !without.contains_key(*name));
    let mut changed: Vec<_> = gone_or_changed
        .chain(new)
        .map(|name| Function {
            name: name.clone(),
            without: size(without, name),
            with: size(with, name),
        })
        .filter(|function| function.without != function.with)
        .collect();
    changed.sort_by(|a, b| {
        let by = |f: &Function| std::cmp::Reverse(f.without.abs_diff(f.with));
        by(a).cmp(&by(b)).then_with(|| a.name.cmp(&b.name))
    });
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(text: u64, resumed_panics: ResumedPanics) -> Sizes {
        Sizes { text, rodata: 200, data: 30, total: text + 230, resumed_panics }
    }

    fn comparison() -> Comparison {
        let functions = vec![Function { name: "server::main".into(), without: 120, with: 80 }];
        Comparison {
            name: "server".into(),
            kind: "bin".into(),
            path: "release/server".into(),
            without: sizes(1000, ResumedPanics::Exact(3)),
            with: sizes(900, ResumedPanics::Unknown),
            functions: Some(functions),
            changed: 5,
        }
    }

    #[test]
    fn json_is_as_documented() {
        let json =
            serde_json::to_value(Report { artifacts: vec![comparison()] }).expect("serializable");
        let expected = serde_json::json!({ "artifacts": [{
            "name": "server",
            "kind": "bin",
            "path": "release/server",
            "without": {
                "text": 1000, "rodata": 200, "data": 30, "total": 1230,
                "resumed-panics": { "precision": "exact", "count": 3 },
            },
            "with": {
                "text": 900, "rodata": 200, "data": 30, "total": 1130,
                "resumed-panics": { "precision": "unknown" },
            },
            "functions": [{ "name": "server::main", "without": 120, "with": 80 }],
        }]});
        assert_eq!(json, expected);
    }

    #[test]
    fn the_table_shows_sections_panics_and_functions() {
        let text = comparison().table();
        let expected = "
release/server (bin)
 without     with  difference        %
    1000      900        -100  -10.00%  text
     200      200           0    0.00%  rodata
      30       30           0    0.00%  data
    1230     1130        -100   -8.13%  total
       3  unknown                       resumed panics

 without  with  difference        %
     120    80         -40  -33.33%  server::main
And 4 that changed less; use --top N.
";
        assert_eq!(text, expected[1..]);
    }

    #[test]
    fn functions_are_ordered_by_change_and_name() {
        let map = |pairs: &[(&str, u64)]| {
            pairs.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect()
        };
        let without = map(&[("b", 10), ("a", 10), ("gone", 50), ("same", 5)]);
        let with = map(&[("b", 20), ("a", 0), ("new", 1), ("same", 5)]);
        let names: Vec<_> =
            changed_functions(&without, &with).into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["gone", "a", "b", "new"]);
    }
}
