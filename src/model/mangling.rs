//! Identities of types in v0 symbols.
//!
//! Two symbols spell the same type differently, since each refers back to what it said before, and
//! a demangled name leaves out what tells two items of one name apart. So a path or type is copied
//! here with every reference resolved and every disambiguator kept: equal text, equal type.
//! Grammar: RFC 2603 and `compiler/rustc_symbol_mangling/src/v0.rs`. What is not known here has no
//! identity.

/// The identity of the coroutine type that a resume function belongs to.
pub fn resumed_type(symbol: &str) -> Option<String> {
    let mut parser = Parser::new(symbol)?;
    parser.path()?;
    Some(parser.copy)
}

/// The identity of the type that `core`'s drop glue of this symbol drops.
pub fn dropped_type(symbol: &str) -> Option<String> {
    let mut parser = Parser::new(symbol)?;
    parser.tag(b'I')?;
    parser.path()?;
    let glue = std::mem::take(&mut parser.copy);
    if !is_core_drop_glue(&glue) {
        return None;
    }
    parser.ty()?;
    let dropped = std::mem::take(&mut parser.copy);
    parser.tag(b'E')?;
    Some(dropped)
}

/// Is it `core::ptr::drop_glue`, or `drop_in_place` as older versions of rustc call it? A program may
/// have modules of these names itself, in a crate of another name.
fn is_core_drop_glue(path: &str) -> bool {
    let path = path.strip_prefix("NvNt").and_then(without_hash);
    matches!(path, Some("4core3ptr9drop_glue" | "4core3ptr13drop_in_place"))
}

/// A crate, or what begins with one, without the hash that tells crates of one name apart.
fn without_hash(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('C')?;
    let hashed = rest.strip_prefix('s').and_then(|rest| rest.split_once('_'));
    Some(hashed.map_or(rest, |(_, rest)| rest))
}

/// Is the item of this symbol defined in a crate that is called `core`?
pub fn is_of_core(symbol: &str) -> bool {
    defining_crate(symbol).is_some_and(|defining| is_called_core(defining.as_bytes()))
}

/// The crates called `core` that the path or type of this symbol names, in its spelling.
pub fn crates_called_core(symbol: &str) -> impl Iterator<Item = &[u8]> {
    // Most symbols name none, and need no parser.
    let named = if symbol.contains("4core") { crates(symbol) } else { Vec::new() };
    named.into_iter().filter(|one| is_called_core(one))
}

fn is_called_core(spelled: &[u8]) -> bool {
    std::str::from_utf8(spelled).is_ok_and(|spelled| without_hash(spelled) == Some("4core"))
}

/// The crate that an instance was compiled for, where the symbol says so.
pub fn instantiating_crate(symbol: &str) -> Option<String> {
    let mut parser = Parser::new(symbol)?;
    parser.path()?;
    parser.copy.clear();
    // What LLVM or rustc appended to the name.
    if matches!(parser.peek(), None | Some(b'.' | b'$')) {
        return None;
    }
    parser.path()?;
    Some(parser.copy)
}

/// The crate that the item of this symbol is defined in, in the same spelling.
pub fn defining_crate(symbol: &str) -> Option<String> {
    crates(symbol).first().map(|first| String::from_utf8_lossy(first).into_owned())
}

/// Does the path or type of this symbol name the crate of this spelling?
pub fn names_crate(symbol: &str, wanted: &str) -> bool {
    crates(symbol).contains(&wanted.as_bytes())
}

/// The crates that the path or type of this symbol names, the defining one first.
fn crates(symbol: &str) -> Vec<&[u8]> {
    let Some(mut parser) = Parser::new(symbol) else { return Vec::new() };
    parser.path().map(|()| parser.crates).unwrap_or_default()
}

/// Bound on nested productions and resolved references: a symbol of one type may be exponential.
const LIMIT: usize = 20_000;

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    copy: String,
    /// The crates that were met. Of a path, that in which it begins comes first.
    crates: Vec<&'a [u8]>,
    steps: usize,
}

impl<'a> Parser<'a> {
    fn new(symbol: &'a str) -> Option<Self> {
        let text = symbol.strip_prefix("_R")?.as_bytes();
        Some(Self { text, at: 0, copy: String::new(), crates: Vec::new(), steps: 0 })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        self.copy.push(char::from(byte));
        Some(byte)
    }

    /// Steps over a byte without copying it.
    fn tag(&mut self, expected: u8) -> Option<()> {
        (self.peek()? == expected).then(|| self.at += 1)
    }

    fn step(&mut self) -> Option<()> {
        self.steps += 1;
        (self.steps < LIMIT).then_some(())
    }

    /// `0`..`9`, `a`..`z`, `A`..`Z`, ended by `_`.
    fn base_62(&mut self) -> Option<()> {
        while self.take()? != b'_' {}
        Some(())
    }

    fn optional(&mut self, tag: u8) -> Option<()> {
        if self.peek()? == tag {
            self.take()?;
            self.base_62()?;
        }
        Some(())
    }

    /// A reference back: what stands there is copied in its place.
    fn back_reference(&mut self, production: fn(&mut Self) -> Option<()>) -> Option<()> {
        self.step()?;
        self.tag(b'B')?;
        let mut target = 0usize;
        let mut digits = 0;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            let digit = match byte {
                b'_' => break,
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            target = target.checked_mul(62)?.checked_add(usize::from(digit))?;
            digits += 1;
        }
        if digits > 0 {
            target = target.checked_add(1)?;
        }
        let back = std::mem::replace(&mut self.at, target);
        // Only earlier text can be referred to, so this ends.
        if target >= back {
            return None;
        }
        production(self)?;
        self.at = back;
        Some(())
    }

    fn path(&mut self) -> Option<()> {
        self.step()?;
        match self.peek()? {
            b'C' => {
                let start = self.at;
                self.take()?;
                self.identifier()?;
                self.crates.push(&self.text[start..self.at]);
                Some(())
            }
            b'M' => {
                self.take()?;
                self.impl_path()?;
                self.ty()
            }
            b'X' => {
                self.take()?;
                self.impl_path()?;
                self.ty()?;
                self.path()
            }
            b'Y' => {
                self.take()?;
                let start = self.crates.len();
                self.ty()?;
                let behind_type = self.crates.len() - start;
                self.path()?;
                // A default method is defined where the trait is.
                self.crates[start..].rotate_left(behind_type);
                Some(())
            }
            b'N' => {
                self.take()?;
                self.take()?;
                self.path()?;
                self.identifier()
            }
            b'I' => {
                self.take()?;
                self.path()?;
                self.until_end(Self::generic_argument)
            }
            b'B' => self.back_reference(Self::path),
            _ => None,
        }
    }

    fn impl_path(&mut self) -> Option<()> {
        self.optional(b's')?;
        self.path()
    }

    fn until_end(&mut self, production: fn(&mut Self) -> Option<()>) -> Option<()> {
        while self.peek()? != b'E' {
            production(self)?;
        }
        self.take().map(drop)
    }

    fn identifier(&mut self) -> Option<()> {
        self.optional(b's')?;
        self.plain_identifier()
    }

    fn plain_identifier(&mut self) -> Option<()> {
        if self.peek()? == b'u' {
            self.take()?;
        }
        let mut length = 0usize;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.take()?;
            length = length.checked_mul(10)?.checked_add(usize::from(digit - b'0'))?;
        }
        if self.peek() == Some(b'_') {
            self.take()?;
        }
        for _ in 0..length {
            self.take()?;
        }
        Some(())
    }

    fn generic_argument(&mut self) -> Option<()> {
        match self.peek()? {
            b'L' => self.optional(b'L'),
            b'K' => {
                self.take()?;
                self.constant()
            }
            _ => self.ty(),
        }
    }

    fn ty(&mut self) -> Option<()> {
        self.step()?;
        match self.peek()? {
            // Basic types: a lower-case letter each.
            b'a'..=b'z' => self.take().map(drop),
            b'A' => {
                self.take()?;
                self.ty()?;
                self.constant()
            }
            b'S' | b'P' | b'O' => {
                self.take()?;
                self.ty()
            }
            b'R' | b'Q' => {
                self.take()?;
                self.optional(b'L')?;
                self.ty()
            }
            b'T' => {
                self.take()?;
                self.until_end(Self::ty)
            }
            b'F' => {
                self.take()?;
                self.function_signature()
            }
            b'D' => {
                self.take()?;
                self.optional(b'G')?;
                self.until_end(Self::dyn_trait)?;
                self.optional(b'L')
            }
            b'B' => self.back_reference(Self::ty),
            _ => self.path(),
        }
    }

    fn function_signature(&mut self) -> Option<()> {
        self.optional(b'G')?;
        if self.peek()? == b'U' {
            self.take()?;
        }
        if self.peek()? == b'K' {
            self.take()?;
            match self.peek()? {
                b'C' => self.take().map(drop)?,
                _ => self.plain_identifier()?,
            }
        }
        self.until_end(Self::ty)?;
        self.ty()
    }

    fn dyn_trait(&mut self) -> Option<()> {
        self.path()?;
        while self.peek()? == b'p' {
            self.take()?;
            self.plain_identifier()?;
            self.ty()?;
        }
        Some(())
    }

    /// Integers, `bool`, `char` and placeholders; other constants have no identity here.
    fn constant(&mut self) -> Option<()> {
        self.step()?;
        match self.peek()? {
            b'p' => self.take().map(drop),
            b'B' => self.back_reference(Self::constant),
            b'a'..=b'z' => {
                self.take()?;
                self.base_62()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resume_function_and_drop_glue_have_the_same_identity() {
        let resume = "_RNCNvCs5a42DAGlD6v_1a4root0B3_";
        let glue = "_RINvNtCs8NwYtU1Mohg_4core3ptr9drop_glueNCNvCs5a42DAGlD6v_1a4root0EBF_";
        assert_eq!(resumed_type(resume).as_deref(), Some("NCNvCs5a42DAGlD6v_1a4root0"));
        assert_eq!(dropped_type(glue), resumed_type(resume));
    }

    #[test]
    fn items_of_one_name_in_two_blocks_differ() {
        let first = "_RNCNvNvCs5a42DAGlD6v_1a4both5inner0B5_";
        let second = "_RNCNvNvCs5a42DAGlD6v_1a4boths_5inner0B5_";
        assert!(resumed_type(first).is_some());
        assert_ne!(resumed_type(first), resumed_type(second));
    }

    #[test]
    fn references_are_resolved() {
        // `f::<a::T, a::T>::{closure#0}`: the second `T` refers to the first, or to its crate.
        let whole = "_RNCINvCs1_1a1fNtB4_1TBc_E0B4_";
        let crate_only = "_RNCINvCs1_1a1fNtB4_1TNtB4_1TE0B4_";
        assert_eq!(resumed_type(whole).as_deref(), Some("NCINvCs1_1a1fNtCs1_1a1TNtCs1_1a1TE0"));
        assert_eq!(resumed_type(whole), resumed_type(crate_only));
    }

    #[test]
    fn the_instantiating_crate_is_at_the_end() {
        let glue = "_RINvNtCs8NwYtU1Mohg_4core3ptr9drop_glueNCNvCs5a42DAGlD6v_1a4root0EBF_";
        assert_eq!(instantiating_crate(glue).as_deref(), Some("Cs5a42DAGlD6v_1a"));
        let generic = "_RINvCs1_1a1fmECs2_1b";
        assert_eq!(instantiating_crate(generic).as_deref(), Some("Cs2_1b"));
        assert_eq!(instantiating_crate("_RNvCs1_1a1f"), None);
        assert_eq!(instantiating_crate("_RNvCs1_1a1f.llvm.42"), None);
    }

    #[test]
    fn crates_are_named_by_paths_and_not_by_identifiers() {
        let generic = "_RNCINvCs1_1m4bodyNtCs2_1e1TE0Cs2_1e";
        assert!(names_crate(generic, "Cs1_1m") && names_crate(generic, "Cs2_1e"));
        assert!(!names_crate("_RNCNvCs1_1m4body0Cs2_1e", "Cs2_1e"));
        assert!(!names_crate("_RNCNvCs1_1m11body_Cs2_1e0Cs2_1e", "Cs2_1e"));
    }

    #[test]
    fn crates_called_core_are_told_apart() {
        let of = |symbol| crates_called_core(symbol).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let glue = "_RINvNtCs8NwYtU1Mohg_4core3ptr9drop_glueNtCs1_4core1TEBF_";
        assert_eq!(of(glue), [b"Cs8NwYtU1Mohg_4core".to_vec(), b"Cs1_4core".to_vec()]);
        assert_eq!(of("_RNvC4core1f"), [b"C4core".to_vec()]);
        assert!(is_of_core("_RNvC4core1f") && !is_of_core("_RNvCs1_1a1f"));
        // Crates of other names, a module, and what is no path.
        for other in ["_RNvCs1_6__4core1f", "_RNvNtCs1_1a4core1f", "_RNvCs1_1a7C4core_", "4core"] {
            assert!(of(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn the_defining_crate_is_where_the_path_begins() {
        let of = |symbol| defining_crate(symbol);
        assert_eq!(of("_RNCNvCs1_1m4body0Cs2_1e").as_deref(), Some("Cs1_1m"));
        assert_eq!(of("_RNCINvCs1_1a1fNtCs2_1b1TE0Cs2_1b").as_deref(), Some("Cs1_1a"));
        // An inherent impl, one of a trait, and a default method of a trait of another crate.
        assert_eq!(of("_RNCNvMs_NtCs1_1a1mNtB6_1T3run0Cs2_1b").as_deref(), Some("Cs1_1a"));
        assert_eq!(of("_RNCNvXs_Cs1_1aNtCs2_1b1TNtB6_5Trait3run0B6_").as_deref(), Some("Cs1_1a"));
        assert_eq!(of("_RNCNvYNtCs2_1b1TNtCs1_1a5Trait3run0B6_").as_deref(), Some("Cs1_1a"));
        assert_eq!(of("main"), None);
    }

    #[test]
    fn what_is_no_drop_glue_or_no_symbol_has_no_identity() {
        assert_eq!(dropped_type("_RNCNvCs5a42DAGlD6v_1a4root0B3_"), None);
        assert_eq!(dropped_type("_RINvCs1_1a9drop_gluemEB2_"), None);
        // A program's own `core::ptr::drop_glue`.
        assert_eq!(dropped_type("_RINvNtNtCs1_1a4core3ptr9drop_gluemEB6_"), None);
        assert_eq!(dropped_type("_RINvNtCs1_4core3ptr9drop_gluemE").as_deref(), Some("m"));
        assert_eq!(dropped_type("_RINvNtC4core3ptr9drop_gluemE").as_deref(), Some("m"));
        assert_eq!(resumed_type("_ZN1a4root17h0123456789abcdefE"), None);
        assert_eq!(resumed_type("_RNCNvC"), None);
        assert_eq!(resumed_type("_RB9_"), None);
    }
}
