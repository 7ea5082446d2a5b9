//! What rustc was asked to do, from its command line.
//!
//! A module does not show whether it is all of a program. rustc's command line does, and a plugin
//! runs in its process.

use std::ffi::OsString;

/// Does rustc compile, in one codegen unit, a crate that no other crate will be compiled against?
/// Then all code for the types of that crate is in this module.
pub fn is_sole_unit_of_final_crate() -> bool {
    has_one_unit_and_is_final(std::env::args_os())
}

/// Crate types that end up in no other crate. Source: `compiler/rustc_session/src/config.rs`,
/// `CrateType`.
const FINAL_TYPES: [&str; 4] = ["bin", "cdylib", "staticlib", "sdylib"];

/// Anything that is not understood, such as a file of arguments, counts as no.
fn has_one_unit_and_is_final(arguments: impl Iterator<Item = OsString>) -> bool {
    let (mut types, mut units) = (Vec::new(), None);
    let mut arguments = arguments.skip(1);
    while let Some(argument) = arguments.next() {
        let Some(argument) = argument.to_str().map(str::to_owned) else { return false };
        if argument.starts_with('@') || is_cluster(&argument) {
            return false;
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
            types.extend(list.split(',').map(str::to_owned));
        } else if let Some(option) = value_of(&["--codegen", "-C"])
            && let Some((name, count)) = option.split_once('=')
            // rustc takes either spelling.
            && name.replace('_', "-") == "codegen-units"
        {
            // The last one counts.
            units = Some(count.to_owned());
        }
    }
    let is_final = |name: &String| FINAL_TYPES.contains(&name.as_str());
    units.as_deref() == Some("1") && !types.is_empty() && types.iter().all(is_final)
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

    fn judge(line: &str) -> bool {
        has_one_unit_and_is_final(line.split(' ').map(OsString::from))
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
        assert!(!judge("opt -passes=corofold a.ll"));
    }
}
