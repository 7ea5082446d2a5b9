//! Paths as people write them.

use corofold_report::Location;

/// What an async body was written as, where debug information does not say.
const UNKNOWN: &str = "async";

/// Generic arguments that are nested deeper are left out.
const DEPTH: usize = 3;

/// The name of a future: `app::run` for the body of `async fn run`.
pub fn future(name: &str, construct: &str) -> String {
    let Some((outer, _)) = name.rsplit_once("::{closure#") else { return short(name) };
    match construct {
        "async fn" | UNKNOWN => short(outer),
        _ => format!("{construct} in {}", short(self::outer(outer))),
    }
}

/// The name of a function that is no future.
pub fn function(name: &str) -> String {
    short(name)
}

/// A path whose generic arguments lost the modules that they are in:
/// `<Retry<Client<_>> as Service>::call`.
fn short(path: &str) -> String {
    let mut text = String::new();
    // Where the path that is being written starts, for each open bracket.
    let mut starts = vec![0];
    let mut skipped = 0;
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let depth = starts.len() - 1;
        let after = &rest[c.len_utf8()..];
        let is_arrow = c == '>' && path[..path.len() - rest.len()].ends_with('-');
        match c {
            '<' if depth == DEPTH => skipped += 1,
            '>' if skipped > 0 && !is_arrow => {
                skipped -= 1;
                if skipped == 0 {
                    text.push_str("<_>");
                }
            }
            _ if skipped > 0 => {}
            '<' => {
                text.push(c);
                starts.push(text.len());
            }
            '>' if depth > 0 && !is_arrow => {
                text.push(c);
                starts.pop();
            }
            ':' if depth > 0 && after.starts_with(':') => {
                rest = &after[1..];
                match rest.chars().next() {
                    // Closures have no name of their own, and before a bracket nothing is told.
                    Some('{') => text.push_str("::"),
                    Some('<') => {}
                    _ => text.truncate(starts[depth]),
                }
                continue;
            }
            _ => {
                text.push(c);
                if " ,&([*".contains(c) {
                    starts[depth] = text.len();
                }
            }
        }
        rest = after;
    }
    text
}

/// A title in a sentence.
pub fn quoted(title: &str) -> String {
    match title.split_once(" in ") {
        Some((construct, path)) if construct.starts_with("async ") => {
            format!("the {construct} in `{path}`")
        }
        _ => format!("`{title}`"),
    }
}

/// A body inside an async fn is inside its `{closure#0}`.
fn outer(path: &str) -> &str {
    path.strip_suffix("::{closure#0}").unwrap_or(path)
}

/// What a poll awaits: `Timer` for `<Timer as core::future::future::Future>::poll`.
pub fn awaited(name: &str) -> String {
    let implementation = name.strip_suffix(" as core::future::future::Future>::poll");
    match implementation.and_then(|implementation| implementation.strip_prefix('<')) {
        Some(ty) => short(ty),
        None => future(name, UNKNOWN),
    }
}

/// A title, and behind it the place.
pub fn with_place(title: &str, place: Option<&Location>) -> String {
    let place = place.map(|place| format!("  {}", self::place(&place.to_string())));
    format!("{title}{}", place.unwrap_or_default())
}

/// A place without the folders above a crate of the registry or of the standard library.
pub fn place(place: &str) -> &str {
    let below = |marker: &str| place.split_once(marker).map(|(_, rest)| rest);
    // One more folder is in between: of the index, of the repository, or of a hash.
    let skipped = |rest: &'static str| below(rest)?.split_once('/').map(|(_, rest)| rest);
    skipped("/registry/src/")
        .or_else(|| skipped("/git/checkouts/"))
        .or_else(|| skipped("/rustc/"))
        .or_else(|| below("/rustlib/src/rust/"))
        .unwrap_or(place)
}

/// The crate of a path: its first segment, with what stands before it taken away.
pub fn crate_name(name: &str) -> &str {
    let mut path = name;
    for prefix in ["<", "&", "mut ", "*const ", "*mut ", "["].iter().cycle().take(18) {
        path = path.strip_prefix(prefix).unwrap_or(path);
    }
    path.split("::").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn futures_are_named_as_they_are_written() {
        assert_eq!(future("app::run::{closure#0}", "async fn"), "app::run");
        assert_eq!(future("app::run::{closure#0}", "async"), "app::run");
        let block = "app::run::{closure#0}::{closure#2}";
        assert_eq!(future(block, "async block"), "async block in app::run");
        assert_eq!(quoted("async block in app::run"), "the async block in `app::run`");
        assert_eq!(quoted("app::run"), "`app::run`");
    }

    #[test]
    fn modules_of_arguments_are_left_out() {
        for (path, title) in [
            ("a::b::run", "a::b::run"),
            ("a::run::<b::c::D>", "a::run::<D>"),
            ("<&mut a::B<c::D> as e::F>::g", "<&mut B<D> as F>::g"),
            ("a::run::<(b::C, [d::E; 4])>", "a::run::<(C, [E; 4])>"),
            ("a::run::<b::c::{closure#0}>", "a::run::<c::{closure#0}>"),
            ("a::run::<fn(b::C) -> d::E>", "a::run::<fn(C) -> E>"),
            ("a::A<b::B<c::C<d::D<e::E>>>>::f", "a::A<B<C<D<_>>>>::f"),
        ] {
            assert_eq!(short(path), title);
        }
    }

    #[test]
    fn awaited_futures_are_types_or_functions() {
        assert_eq!(awaited("<app::Timer as core::future::future::Future>::poll"), "app::Timer");
        assert_eq!(awaited("app::leaf::{closure#0}"), "app::leaf");
        assert_eq!(awaited("poll_something"), "poll_something");
    }

    #[test]
    fn places_in_dependencies_are_short() {
        for (long, short) in [
            (
                "/home/me/.cargo/registry/src/index-1234/a-0.6.0/src/lib.rs:7:3",
                "a-0.6.0/src/lib.rs:7:3",
            ),
            ("/rustc/0123abcd/library/core/src/a.rs", "library/core/src/a.rs"),
            ("/usr/lib/rustlib/src/rust/library/core/src/a.rs", "library/core/src/a.rs"),
            ("src/main.rs:1:1", "src/main.rs:1:1"),
        ] {
            assert_eq!(place(long), short);
        }
    }

    #[test]
    fn the_crate_comes_first() {
        assert_eq!(crate_name("<&mut app::Bus<u8> as hal::I2c>::read::{closure#0}"), "app");
        assert_eq!(crate_name("tokio::time::sleep::{closure#0}"), "tokio");
    }
}
