//! The IR of what is left, before and after the plugin.
//!
//! rustc, asked to save temporary files, leaves the IR of each codegen unit as it was before any
//! pass: what the plugin got. LLVM's `opt` does to it what the plugin did in the build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use corofold_report::Module as Document;

use super::Side;
use super::model::{Artifact, Future, FutureSide, Pair};
use crate::files;
use crate::opt::{self, LlvmOpt, Module};
use crate::report::{self, Builds};
use crate::status;

/// Writes two files for each future that has something left, for each side that has it.
///
/// # Errors
/// No `opt`, IR that is gone, or a folder that cannot be written.
pub fn write(
    folder: &Path,
    sides: &Pair<Side>,
    builds: &Pair<Builds>,
    artifacts: &[Artifact],
) -> Result<()> {
    let opt = LlvmOpt::find(&sides.a.session.plugin)?;
    let mut written = 0;
    for artifact in artifacts {
        let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
        for (index, future) in artifact.futures.iter().enumerate() {
            let wanted = |side| Wanted { index, future, side };
            of_a.extend(future.sides.a.as_ref().map(wanted));
            of_b.extend(future.sides.b.as_ref().map(wanted));
        }
        for (name, side, build, mut wanted) in
            [("a", &sides.a, &builds.a, of_a), ("b", &sides.b, &builds.b, of_b)]
        {
            wanted.retain(|future| !future.side.left.is_empty());
            written += wanted.len();
            let linked = build.with_plugin().folder.join(&artifact.path);
            let folder = folder.join(name).join(folder_of(artifact, artifacts));
            let passes = opt::passes(&side.session.options, &[]);
            write_side(&folder, &opt, &passes, &linked, wanted)?;
        }
    }
    status::status("Wrote", &format!("the IR of {written} futures to {}", folder.display()));
    Ok(())
}

/// A name for each artifact: its own, with its kind where that is another one's too.
fn folder_of(artifact: &Artifact, all: &[Artifact]) -> String {
    let is_alone = all.iter().filter(|other| other.name == artifact.name).count() == 1;
    let Artifact { name, kind, .. } = artifact;
    if is_alone { name.clone() } else { format!("{name}-{kind}") }
}

/// The files of one side of one artifact, which is `linked`.
fn write_side(
    folder: &Path,
    opt: &LlvmOpt,
    passes: &str,
    linked: &Path,
    wanted: Vec<Wanted>,
) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let documents = report::documents(linked)?;
    for (module, futures) in by_module(&documents, wanted) {
        let input = unoptimised(linked, module)?;
        let before = Module::parse(&opt.named_text(&input, None)?);
        let after = Module::parse(&opt.named_text(&input, Some(passes))?);
        for future in futures {
            future.write(folder, "before", &before, &input)?;
            future.write(folder, "after", &after, &input)?;
        }
    }
    Ok(())
}

/// A future whose IR is to be written.
struct Wanted<'a> {
    /// Its place in the table.
    index: usize,
    future: &'a Future,
    side: &'a FutureSide,
}

impl Wanted<'_> {
    fn write(&self, folder: &Path, when: &str, module: &Module, input: &Path) -> Result<()> {
        let place = self.future.location.as_ref().map(|place| format!("; at {place}\n"));
        let kinds = self.side.left.iter().map(|found| {
            let upstream = found.kind.upstream().unwrap_or("none");
            format!("; {}: {}, upstream: {upstream}\n", found.kind.name(), found.findings)
        });
        let text = module.function(&self.side.symbol);
        let text = text.unwrap_or_else(|| "; It is no function of its own any more.\n".to_owned());
        let text = format!(
            "; {}, {when} the plugin\n{}{}; from {}\n\n{text}",
            self.future.title,
            place.unwrap_or_default(),
            kinds.collect::<String>(),
            input.display()
        );
        let name =
            format!("{:03}-{}.{when}.ll", self.index + 1, files::name_of(&self.future.title));
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
    }
}

/// The futures by the codegen unit that has them: the first, where several have a copy.
fn by_module<'a, 'b>(
    documents: &'a [Document],
    wanted: Vec<Wanted<'b>>,
) -> BTreeMap<&'a str, Vec<Wanted<'b>>> {
    let mut modules: BTreeMap<&str, Vec<Wanted>> = BTreeMap::new();
    for future in wanted {
        let has = |document: &&Document| {
            document.coroutines.iter().any(|found| found.symbol == future.side.symbol)
        };
        if let Some(document) = documents.iter().find(has) {
            modules.entry(&document.module).or_default().push(future);
        }
    }
    modules
}

/// The IR of a codegen unit of this linked file.
fn unoptimised(linked: &Path, module: &str) -> Result<PathBuf> {
    let end = format!(".{module}.rcgu.no-opt.bc");
    let folders = linked.ancestors().map(|folder| folder.join("deps"));
    let mut files = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    files
        .find(|file| file.file_name().to_string_lossy().ends_with(&end))
        .map(|file| file.path())
        .with_context(|| format!("there is no IR of the codegen unit `{module}`"))
}
