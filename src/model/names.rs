//! Symbols as Rust programmers know them.
//!
//! Names select candidates and help to pair; what they suggest is checked on the shape.

use super::mangling;
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

/// Is it `Pin::new_unchecked` of a reference, in v0 or legacy mangling?
pub fn is_pin_new_unchecked(symbol: &str) -> bool {
    let name = readable(symbol);
    name == "core::pin::Pin<Ptr>::new_unchecked"
        || name
            .strip_prefix("<core::pin::Pin<&mut ")
            .and_then(|rest| rest.strip_suffix(">>::new_unchecked"))
            .is_some_and(is_one_type)
}

/// Is it one of the functions of `core` that an `.await` calls for what it polls, `Pin::new_unchecked`
/// and `IntoFuture::into_future` of what is a future? Source: `compiler/rustc_ast_lowering/src/expr.rs`,
/// `make_lowered_await`.
pub fn is_of_await(symbol: &str) -> bool {
    is_pin_new_unchecked(symbol) || is_into_future(symbol)
}

/// Is it the `IntoFuture::into_future` of what is a future, which returns its argument?
pub fn is_into_future(symbol: &str) -> bool {
    const NAME: &str = "into_future";
    const PATH: &str = " as core::future::into_future::IntoFuture>::into_future";
    symbol.contains(NAME) && readable(symbol).ends_with(PATH) && mangling::is_of_core(symbol)
}

/// Does no bracket close that was not opened here? Arrows of function types do not count.
fn is_one_type(name: &str) -> bool {
    let mut depth = 0;
    name.replace("->", "").chars().all(|letter| {
        depth += match letter {
            '<' => 1,
            '>' => -1,
            _ => 0,
        };
        depth >= 0
    })
}

/// The module of `core` with a function for each panic that rustc calls. Source:
/// `library/core/src/panicking.rs`.
const PANICS_MODULE: &str = "core::panicking::panic_const::";

/// The name of one of these functions.
pub fn panic_of_core(symbol: &[u8]) -> Option<String> {
    let symbol = std::str::from_utf8(symbol).ok()?;
    // What all have in common spares the other functions the demangler.
    symbol.contains("panic_const_").then_some(())?;
    readable(symbol).strip_prefix(PANICS_MODULE).map(str::to_owned)
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
    fn only_the_function_of_core_pins_like_an_await() {
        let pin = "_RNvMs4_NtCs1_4core3pinINtB5_3PinQNtCs2_1a4LeafE13new_uncheckedBH_";
        assert!(is_pin_new_unchecked(pin));
        assert!(is_pin_new_unchecked(
            "_ZN4core3pin14Pin$LT$Ptr$GT$13new_unchecked17h0123456789abcdefE"
        ));
        let safe = "_RNvMs4_NtCs1_4core3pinINtB5_3PinQNtCs2_1a4LeafE3newBH_";
        assert!(!is_pin_new_unchecked(safe));
        let of_own_trait = "_RNvXCs2_1aINtNtCs1_4core3pin3PinQhEINtB2_1TmE13new_unchecked";
        assert!(readable(of_own_trait).ends_with(">>::new_unchecked"));
        assert!(!is_pin_new_unchecked(of_own_trait));
    }

    #[test]
    fn only_the_functions_of_core_are_those_of_an_await() {
        let pin = "_RNvMs4_NtCs1_4core3pinINtB5_3PinQNtCs2_1a4LeafE13new_uncheckedBH_";
        assert!(is_of_await(pin));
        let of_future = "_RNvXs_NtNtCs1_4core6future11into_futureQNtCs2_1a4LeafNtB4_10IntoFuture11into_futureBI_";
        assert_eq!(
            readable(of_future),
            "<&mut a::Leaf as core::future::into_future::IntoFuture>::into_future"
        );
        assert!(is_of_await(of_future));
        let own =
            "_RNvXCs2_1aNtB2_4LeafNtNtNtCs1_4core6future11into_future10IntoFuture11into_future";
        assert!(readable(own).ends_with("::IntoFuture>::into_future"));
        assert!(!is_of_await(own));
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
