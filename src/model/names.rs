//! Symbols as Rust programmers know them.
//!
//! Names select candidates and help to pair; what they suggest is checked on the shape.

use rustc_demangle::try_demangle;

/// The path of a symbol without hashes, or the symbol itself where it is not Rust's.
pub fn readable(symbol: &str) -> String {
    match try_demangle(symbol) {
        Ok(name) => format!("{name:#}"),
        Err(_) => symbol.to_owned(),
    }
}

/// Could this symbol be the resume function of a coroutine? They are named like closures, whose
/// namespace is `C` in v0 mangling.
pub fn may_be_resume_function(symbol: &[u8]) -> bool {
    const LEGACY: &[u8] = b"$u7b$$u7b$closure$u7d$$u7d$17h";
    let is_legacy = || symbol.windows(LEGACY.len()).any(|part| part == LEGACY);
    symbol.starts_with(b"_RNC") || symbol.starts_with(b"_ZN") && is_legacy()
}

/// Could this symbol be the drop glue of a closure-like type?
pub fn may_be_drop_glue(symbol: &[u8]) -> bool {
    const PATHS: [&[u8]; 3] =
        [b"4core3ptr9drop_glueNC", b"4core3ptr13drop_in_placeNC", b"_ZN4core3ptr"];
    // The name of `core`'s crate hash stands before the path, within the first bytes.
    let head = &symbol[..symbol.len().min(64)];
    PATHS.iter().any(|path| head.windows(path.len()).any(|part| part == *path))
}

/// The identity of the closure-like type that a resume function belongs to, with crate hashes, in
/// the notation of [`dropped_type`].
pub fn resumed_type(symbol: &str) -> Option<String> {
    let full = try_demangle(symbol).ok()?.to_string();
    // A legacy symbol ends in the hash of the instance, which its drop glue does not share.
    Some(without_turbofish(without_legacy_hash(&full)))
}

/// The type that a drop glue function drops, if it is named as one for a closure-like type.
pub fn dropped_type(symbol: &str) -> Option<String> {
    let is_v0 = symbol.contains("9drop_glueNC") || symbol.contains("13drop_in_placeNC");
    let is_legacy = symbol.contains("drop_in_place$LT$") || symbol.contains("drop_glue$LT$");
    if !is_v0 && !is_legacy {
        return None;
    }
    let full = try_demangle(symbol).ok()?.to_string();
    let name = without_legacy_hash(&full);
    let start = name.find("drop_glue").or_else(|| name.find("drop_in_place"))?;
    let arguments = name[start..].split_once('<')?.1.strip_suffix('>')?;
    Some(without_turbofish(arguments))
}

fn without_legacy_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path
        }
        _ => name,
    }
}

/// Paths print generic arguments as `f::<T>` where they name a value and `f<T>` inside types.
fn without_turbofish(name: &str) -> String {
    name.replace("::<", "<")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESUME: &str = "_RNCNvCs5a42DAGlD6v_1a4root0B3_";
    const GLUE: &str = "_RINvNtCs8NwYtU1Mohg_4core3ptr9drop_glueNCNvCs5a42DAGlD6v_1a4root0EBF_";

    #[test]
    fn resume_function_and_drop_glue_name_the_same_type() {
        assert_eq!(resumed_type(RESUME), dropped_type(GLUE));
        assert!(resumed_type(RESUME).is_some_and(|name| name.ends_with("root::{closure#0}")));
    }

    #[test]
    fn other_drop_glue_is_not_paired() {
        let leaf = "_RINvNtCs8NwYtU1Mohg_4core3ptr9drop_glueNtCs5a42DAGlD6v_1a4LeafEBD_";
        assert_eq!(dropped_type(leaf), None);
        assert_eq!(dropped_type("malloc"), None);
    }

    #[test]
    fn readable_names_have_no_hash() {
        assert_eq!(readable(RESUME), "a::root::{closure#0}");
        assert_eq!(readable("main"), "main");
    }
}
