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
/// namespace is `C` in v0 mangling; that of the bodies which rustc makes for async closures is `s`.
pub fn may_be_resume_function(symbol: &[u8]) -> bool {
    const V0: [&[u8]; 4] = [b"_RNC", b"_RINC", b"_RNs", b"_RINs"];
    const LEGACY: &[u8] = b"$u7b$$u7b$closure$u7d$$u7d$17h";
    let is_legacy = || symbol.windows(LEGACY.len()).any(|part| part == LEGACY);
    V0.iter().any(|start| symbol.starts_with(start)) || symbol.starts_with(b"_ZN") && is_legacy()
}

/// Is it the `poll` of a future that is not a coroutine?
pub fn is_poll_of_future(symbol: &str) -> bool {
    readable(symbol).ends_with(" as core::future::future::Future>::poll")
}

/// Could this symbol be the drop glue of a closure-like type?
pub fn may_be_drop_glue(symbol: &[u8]) -> bool {
    const PATHS: [&[u8]; 3] =
        [b"4core3ptr9drop_glueNC", b"4core3ptr13drop_in_placeNC", b"_ZN4core3ptr"];
    // The name of `core`'s crate hash stands before the path, within the first bytes.
    let head = &symbol[..symbol.len().min(64)];
    PATHS.iter().any(|path| head.windows(path.len()).any(|part| part == *path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESUME: &str = "_RNCNvCs5a42DAGlD6v_1a4root0B3_";

    #[test]
    fn a_poll_is_one_of_the_trait_in_core() {
        assert!(is_poll_of_future("_RNvXCs1_1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll"));
        assert!(!is_poll_of_future("_RNvXCs1_1aNtB2_4LeafNtB2_6Future4poll"));
        assert!(!is_poll_of_future("_RNvCs1_1a4poll"));
    }

    #[test]
    fn an_ordinary_function_is_no_resume_function() {
        assert!(may_be_resume_function(RESUME.as_bytes()));
        assert!(may_be_resume_function(b"_RINCNvC1a4root0mEB4_"));
        let poll = b"_RNvXCs1_1aNtB2_4LeafNtNtNtC4core6future6future6Future4poll";
        assert!(!may_be_resume_function(poll));
    }

    #[test]
    fn readable_names_have_no_hash() {
        assert_eq!(readable(RESUME), "a::root::{closure#0}");
        assert_eq!(readable("main"), "main");
    }
}
