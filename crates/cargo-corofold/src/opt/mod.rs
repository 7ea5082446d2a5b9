//! `cargo corofold opt`: tries transformations on IR, and shows what they change.
//!
//! The work is done by LLVM's own `opt`, with the plugin loaded, on a file or on what rustc makes of
//! a crate before any pass ran, which is what the plugin sees in a build.

mod source;
mod text;
mod tool;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use regex_lite::Regex;

use crate::cargo::Cargo;
use crate::options::{self, Options};
use crate::opts::{Common, OptArgs};
use crate::plugin::Plugin;
use crate::{output, status};
pub use text::Module;
pub use tool::LlvmOpt;

pub fn run(common: &Common, args: &OptArgs) -> Result<ExitCode> {
    let filter = args.filter.as_deref().map(Regex::new).transpose();
    let filter = filter.context("--filter is not a regular expression")?;
    // A file of IR needs no cargo.
    let cargo = Cargo::from_env(&args.input).ok();
    let configured = || cargo.as_ref()?.config_variable(options::VARIABLE);
    let options = Options::resolve(common.corofold.as_deref(), configured)?;
    let plugin = Plugin::find(common.plugin.as_deref())?;
    let opt = LlvmOpt::find(&plugin)?;
    let inputs = source::find(common, &args.input)?;
    let passes = passes(&options, &args.only);
    if inputs.len() > 1 && (args.output.is_some() || !args.diff && !args.print_model) {
        bail!("there are {} crates, and the result is one module: name one with -p", inputs.len());
    }
    for input in &inputs {
        let model = opt.model(input)?;
        if model.is_empty() {
            status::note(&format!(
                "there is no coroutine in `{}`; rustc compiles those that nothing polls here, and \
                 generic ones, in the crate that does",
                input.display()
            ));
        }
        if args.print_model {
            output::styled(model)?;
        }
        if args.diff {
            print_changes(&opt, input, &passes, filter.as_ref())?;
        }
        if let Some(output) = &args.output {
            opt.write(input, &passes, output)?;
        } else if !args.diff && !args.print_model {
            output::text(opt.text(input, &passes)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The words of `COROFOLD` as text of a pipeline. What comes out has to be valid IR, so LLVM's
/// verifier runs after each transformation.
pub fn passes(options: &Options, only: &[String]) -> String {
    let options = options.with("verify");
    let mut words: Vec<String> = options.as_str().split(',').map(str::to_owned).collect();
    if !only.is_empty() {
        words.retain(|word| !word.trim().starts_with("only="));
        words.push(format!("only={}", only.join("+")));
    }
    format!("corofold<{}>", words.join(";"))
}

fn print_changes(opt: &LlvmOpt, input: &Path, passes: &str, filter: Option<&Regex>) -> Result<()> {
    let before = Module::parse(&opt.named_text(input, None)?);
    let after = Module::parse(&opt.named_text(input, Some(passes))?);
    let mut changes = before.changes(&after);
    changes.retain(|change| filter.is_none_or(|filter| filter.is_match(&change.name)));
    for change in &changes {
        output::styled(format_args!("{change}\n"))?;
    }
    if changes.is_empty() {
        status::note(&format!("no function of `{}` changes", input.display()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_pipeline() {
        let options = Options::resolve(Some("proved"), || None).expect("valid");
        let only = ["fold", "flatten"].map(str::to_owned);
        assert_eq!(passes(&options, &only), "corofold<proved;verify;only=fold+flatten>");
        let options = Options::resolve(Some("only=pending,trap"), || None).expect("valid");
        assert_eq!(passes(&options, &only), "corofold<trap;verify;only=fold+flatten>");
        let options = Options::resolve(Some(""), || None).expect("valid");
        assert_eq!(passes(&options, &[]), "corofold<verify>");
    }
}
