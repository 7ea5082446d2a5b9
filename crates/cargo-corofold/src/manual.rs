//! `cargo corofold man`: manual pages, made from the command line's own definition.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_mangen::Man;

use crate::opts::{Cargo, ManArgs};

pub fn run(args: &ManArgs) -> Result<ExitCode> {
    let write = || -> Result<()> {
        fs::create_dir_all(&args.folder)?;
        for (name, page) in pages()? {
            fs::write(args.folder.join(name), page)?;
        }
        Ok(())
    };
    write().with_context(|| format!("cannot write to `{}`", args.folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// A page for the command and for each of its subcommands, by file name.
fn pages() -> Result<Vec<(String, String)>> {
    // `help` is no page of its own.
    let mut root = Cargo::command().mut_subcommand("corofold", |c| c.disable_help_subcommand(true));
    root.build();
    let corofold = root.find_subcommand("corofold").context("there is no such command")?;
    let subcommands = corofold.get_subcommands().filter(|sub| !sub.is_hide_set());
    std::iter::once(corofold).chain(subcommands).map(page).collect()
}

fn page(command: &clap::Command) -> Result<(String, String)> {
    let words = command.get_bin_name().unwrap_or(command.get_name());
    let name = words.replace(' ', "-");
    // The page of a subcommand refers to those below it by the name that is set here.
    let command = command.clone().name(name.clone()).display_name(name.clone());
    let command = command.version(env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    Man::new(command).manual("Corofold").render(&mut page)?;
    Ok((format!("{name}.1"), String::from_utf8(page)?))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_pages_in_the_documentation_are_those_of_the_command() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/man");
        let advice = "run `cargo corofold man docs/man`";
        let pages = pages().expect("pages");
        for (name, page) in &pages {
            let documented = fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert_eq!(&documented, page, "{name} is old: {advice}");
        }
        let documented = fs::read_dir(folder).expect("a folder").count();
        assert_eq!(documented, pages.len(), "pages of commands that are gone: {advice}");
    }
}
