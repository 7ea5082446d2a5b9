//! What rustc was asked to do, from its command line.
//!
//! A module does not show whether it is all of a program. rustc's command line does, and a plugin
//! runs in its process.

use crate::options::Options;
use std::ffi::OsString;
use std::sync::OnceLock;

/// Is this module its whole program, by its own words or by rustc's command line?
///
/// Never where its object may be used again in a later, incremental build, in which there may be
/// other units: rustc does not compile a unit again because their number was changed
/// (`compiler/rustc_session/src/options.rs`, `codegen_units`, `UNTRACKED`).
pub fn is_whole_program(options: &Options) -> bool {
    let is_incremental = CommandLine::of_process().is_some_and(CommandLine::is_incremental);
    !is_incremental && (options.whole || is_sole_unit_of_final_crate())
}

/// Does rustc compile, in one codegen unit, a crate that no other crate will be compiled against?
/// Then all code for the types of that crate is in this module.
fn is_sole_unit_of_final_crate() -> bool {
    CommandLine::of_process().is_some_and(CommandLine::has_one_unit_and_is_final)
}

/// Does code that is generated here check for overflows, where the crate that it comes from asked for
/// it? Code that is generated for a crate without checks has none, wherever it comes from.
pub fn checks_for_overflow() -> bool {
    CommandLine::of_process().is_some_and(CommandLine::checks_for_overflow)
}

/// The same, and does it check what std's unsafe functions require as well? Code that is generated for
/// other crates may.
pub fn has_every_check() -> bool {
    CommandLine::of_process().is_some_and(CommandLine::has_every_check)
}

/// Crate types that end up in no other crate. Source: `compiler/rustc_session/src/config.rs`,
/// `CrateType`.
const FINAL_TYPES: [&str; 4] = ["bin", "cdylib", "staticlib", "sdylib"];

/// What is asked for, as far as it matters here.
#[derive(Default)]
struct CommandLine {
    crate_types: Vec<String>,
    /// The options of `-C`, in order; a name without a value has an empty one.
    codegen: Vec<(String, String)>,
    /// Is `-Zub-checks` given, which overrides `-C debug-assertions`?
    names_ub_checks: bool,
}

impl CommandLine {
    /// Read once: it is asked for each coroutine.
    fn of_process() -> Option<&'static Self> {
        static LINE: OnceLock<Option<CommandLine>> = OnceLock::new();
        LINE.get_or_init(|| Self::of(std::env::args_os())).as_ref()
    }

    /// `None`: something is not understood, such as a file of arguments.
    fn of(arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut line = Self::default();
        let mut arguments = arguments.skip(1).peekable();
        while let Some(argument) = arguments.next() {
            let argument = argument.into_string().ok()?;
            if argument.starts_with('@') || is_cluster(&argument) {
                return None;
            }
            let mut value_of = |names: &[&str]| {
                let name = names.iter().find(|name| argument.starts_with(**name))?;
                let rest = &argument[name.len()..];
                let is_long = name.starts_with("--");
                match rest.strip_prefix('=') {
                    Some(value) if is_long => Some(value.to_owned()),
                    _ if rest.is_empty() => arguments.next()?.into_string().ok(),
                    _ if is_long => None,
                    _ => Some(rest.to_owned()),
                }
            };
            if let Some(list) = value_of(&["--crate-type"]) {
                line.crate_types.extend(list.split(',').map(str::to_owned));
            } else if let Some(option) = value_of(&["--codegen", "-C"]) {
                let (name, value) = option.split_once('=').unwrap_or((&option, ""));
                // rustc takes either spelling.
                line.codegen.push((name.replace('_', "-"), value.to_owned()));
            } else if let Some(option) = value_of(&["-Z"]) {
                line.names_ub_checks |= option.replace('_', "-").starts_with("ub-checks");
            } else if may_take_value(&argument) && arguments.peek().is_some_and(is_option) {
                return None;
            }
        }
        Some(line)
    }

    /// The value of an option of `-C`: the last one counts.
    fn codegen(&self, name: &str) -> Option<&str> {
        let mut given = self.codegen.iter().rev();
        given.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has_one_unit_and_is_final(&self) -> bool {
        let is_final = |name: &String| FINAL_TYPES.contains(&name.as_str());
        self.codegen("codegen-units") == Some("1")
            && !self.crate_types.is_empty()
            && self.crate_types.iter().all(is_final)
    }

    fn is_incremental(&self) -> bool {
        self.codegen("incremental").is_some()
    }

    /// Off where nothing is said, as from opt-level 1 on.
    fn checks_for_overflow(&self) -> bool {
        let either = self.codegen("overflow-checks").or(self.codegen("debug-assertions"));
        either.is_some_and(is_on)
    }

    /// Off where `-Zub-checks` is given, whatever it says.
    fn has_every_check(&self) -> bool {
        let has_ub_checks = self.codegen("debug-assertions").is_some_and(is_on);
        has_ub_checks && !self.names_ub_checks && self.checks_for_overflow()
    }
}

fn is_on(value: &str) -> bool {
    matches!(value, "" | "y" | "yes" | "on" | "true")
}

fn is_option(argument: &OsString) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}

/// May what follows be its value, though it looks like an option, as in `-L -Ccodegen-units=1`?
fn may_take_value(argument: &str) -> bool {
    const FLAGS: [&str; 9] =
        ["-h", "-O", "-g", "-v", "-V", "--help", "--test", "--verbose", "--version"];
    let is_alone = match argument.strip_prefix("--") {
        Some(long) => !long.contains('='),
        None => argument.starts_with('-') && argument.len() == 2,
    };
    is_alone && !FLAGS.contains(&argument)
}

/// Several short options in one argument, such as `-OCcodegen-units=16`: only the first letters of
/// options that take no value can be followed by others.
fn is_cluster(argument: &str) -> bool {
    let mut letters = argument.strip_prefix('-').unwrap_or_default().chars();
    let is_flag = letters.next().is_some_and(|first| "OghvV".contains(first));
    is_flag && letters.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> CommandLine {
        CommandLine::of(line.split(' ').map(OsString::from)).unwrap_or_default()
    }

    fn judge(line: &str) -> bool {
        read(line).has_one_unit_and_is_final()
    }

    #[test]
    fn a_program_in_one_unit_is_whole() {
        assert!(judge("rustc --crate-name a src/main.rs --crate-type bin -C codegen-units=1"));
        assert!(judge("rustc --crate-type=staticlib,cdylib -Ccodegen-units=1 a.rs"));
        assert!(judge("rustc --crate-type bin -C codegen-units=16 --codegen codegen-units=1 a.rs"));
        assert!(judge("rustc --crate-type bin --codegen=codegen-units=1 -C lto=fat a.rs"));
    }

    #[test]
    fn several_units_are_not() {
        assert!(!judge("rustc --crate-type bin a.rs"));
        assert!(!judge("rustc --crate-type bin -C codegen-units=1 -C codegen-units=2 a.rs"));
        assert!(!judge("rustc --crate-type bin -C codegen-units=1 -Ccodegen_units=2 a.rs"));
        assert!(judge("rustc --crate-type bin -C codegen_units=1 a.rs"));
    }

    #[test]
    fn a_crate_that_others_use_is_not() {
        assert!(!judge("rustc --crate-type lib -C codegen-units=1 a.rs"));
        assert!(!judge("rustc --crate-type cdylib --crate-type rlib -C codegen-units=1 a.rs"));
        assert!(!judge("rustc -C codegen-units=1 a.rs"));
    }

    #[test]
    fn what_is_not_understood_is_not() {
        assert!(!judge("rustc @arguments --crate-type bin -C codegen-units=1"));
        assert!(!judge("rustc --crate-type bin -C codegen-units=1 -OCcodegen-units=16 a.rs"));
        assert!(judge("rustc -O -g --crate-type bin -C codegen-units=1 a.rs"));
        assert!(!judge("rustc --crate-type bin -L -Ccodegen-units=1 a.rs"));
        assert!(!judge("rustc --crate-type bin -Ccodegen-units=16 -o -Ccodegen-units=1 a.rs"));
        assert!(judge("rustc --crate-type bin --cfg a -Lx -L y --test -Ccodegen-units=1 - -v"));
        assert!(!judge("opt -passes=corofold a.ll"));
    }

    #[test]
    fn incremental_builds_are_told() {
        assert!(
            read("rustc --crate-type bin -C codegen-units=1 -C incremental=dir a.rs")
                .is_incremental()
        );
        assert!(read("rustc a.rs --codegen=incremental=dir").is_incremental());
        assert!(!read("rustc --crate-type bin -C codegen-units=1 a.rs").is_incremental());
    }

    #[test]
    fn overflows_are_checked_where_one_asks_for_it() {
        assert!(read("rustc -O -C overflow-checks=on a.rs").checks_for_overflow());
        assert!(read("rustc -O -Coverflow_checks a.rs").checks_for_overflow());
        assert!(read("rustc -O -Cdebug-assertions=yes a.rs").checks_for_overflow());
        assert!(
            !read("rustc -O -Cdebug-assertions -C overflow-checks=off a.rs").checks_for_overflow()
        );
        assert!(
            !read("rustc -O -Coverflow-checks=on -Coverflow-checks=no a.rs").checks_for_overflow()
        );
        assert!(!read("rustc -O a.rs").checks_for_overflow());
        assert!(!read("rustc -O -Z ub-checks=yes a.rs").checks_for_overflow());
        assert!(!read("rustc -O -Coverflow-checks=on @more a.rs").checks_for_overflow());
    }

    #[test]
    fn every_check_is_what_debug_assertions_ask_for() {
        assert!(read("rustc -O -C debug-assertions=on a.rs").has_every_check());
        assert!(!read("rustc -O -C overflow-checks=on a.rs").has_every_check());
        assert!(!read("rustc -O -Cdebug-assertions -Coverflow-checks=off a.rs").has_every_check());
        assert!(!read("rustc -O -Cdebug-assertions -Zub_checks=no a.rs").has_every_check());
        assert!(!read("rustc -O -Cdebug-assertions -Z ub-checks a.rs").has_every_check());
        assert!(!read("rustc -O a.rs").has_every_check());
    }
}
