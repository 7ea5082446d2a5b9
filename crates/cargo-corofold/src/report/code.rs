//! Whose machine code is it? Attributes the code of a linked file to functions of its source.
//!
//! DWARF says which function each range of code comes from, as a tree: a function, and in it what
//! was inlined there, and so on. Code belongs to the innermost function that was asked for: what a
//! future calls and was inlined is the future's, but a child that was inlined is its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, bail};
use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, Range, RunTimeEndian, Unit,
    UnitOffset, constants,
};
use object::{Architecture, File, Object, ObjectSection, ObjectSymbol, SymbolKind};

type Reader<'a> = EndianSlice<'a, RunTimeEndian>;
type Entry<'a> = DebuggingInformationEntry<Reader<'a>>;

/// Bytes of code of one function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bytes {
    /// All of them.
    pub total: u64,
    /// Those inside other functions.
    pub inlined: u64,
    /// Those that came with a function that it calls and that was not asked for, by symbol.
    pub callees: BTreeMap<String, u64>,
}

/// Is what attribution needs in the file? Else all code would seem to be nobody's.
///
/// # Errors
/// Symbols or debug information that were stripped.
pub fn check(file: &File) -> Result<()> {
    let missing = if function_starts(file).is_empty() {
        "symbols"
    } else if file.section_by_name(gimli::SectionId::DebugInfo.name()).is_none() {
        "debug information"
    } else {
        return Ok(());
    };
    bail!(
        "its {missing} were stripped, so its code cannot be told apart; leave out `-Cstrip`, `-s` and \
         the like of RUSTFLAGS, of `rustflags` and of the linker's arguments"
    );
}

/// The code of each function of `wanted`, by symbol. What has none is left out.
///
/// # Errors
/// Debug information that cannot be read.
pub fn attribute(file: &File, wanted: &HashSet<&str>) -> Result<BTreeMap<String, Bytes>> {
    let sections = gimli::DwarfSections::load(|id| -> Result<_> {
        let section = file.section_by_name(id.name());
        let data = section.map(|section| section.uncompressed_data()).transpose()?;
        Ok(data.unwrap_or_default())
    })?;
    let endian = if file.is_little_endian() { RunTimeEndian::Little } else { RunTimeEndian::Big };
    let dwarf = sections.borrow(|data| EndianSlice::new(data, endian));
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    let mut symbols = Symbols::of(&dwarf).context("cannot read the debug information")?;
    let mut starts = function_starts(file);
    for unit in 0..symbols.units.len() {
        let moves = moves(&mut symbols, unit, wanted, &mut starts);
        for moved in moves.context("cannot read the debug information")? {
            sums.entry(moved.owner.symbol.clone()).or_default().add(moved);
        }
    }
    Ok(sums.into_iter().map(|(symbol, sums)| (symbol, sums.bytes())).collect())
}

/// What came to a function and what was taken away.
#[derive(Default)]
struct Sums {
    total: i64,
    inlined: i64,
    callees: BTreeMap<String, i64>,
}

impl Sums {
    fn add(&mut self, moved: Move) {
        let Move { owner, bytes, is_there_already } = moved;
        if let Some(callee) = owner.callee {
            *self.callees.entry(callee).or_default() += bytes;
        }
        if !is_there_already {
            self.total += bytes;
            self.inlined += if owner.is_inlined { bytes } else { 0 };
        }
    }

    /// What was inlined lies inside the function around it. Where debug information says otherwise,
    /// a slip must not become a huge number.
    fn bytes(self) -> Bytes {
        let positive = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
        let total = positive(self.total);
        let of_callee = |(callee, bytes)| (callee, positive(bytes).min(total));
        let callees = self.callees.into_iter().map(of_callee);
        Bytes {
            total,
            inlined: positive(self.inlined),
            callees: callees.filter(|(_, bytes)| *bytes > 0).collect(),
        }
    }
}

/// Where functions of the symbol table start. What the linker dropped keeps its debug information,
/// at an address where no function is.
fn function_starts(file: &File) -> HashSet<u64> {
    // The lowest bit of an Arm function's address says that it is Thumb code.
    let mask = if file.architecture() == Architecture::Arm { !1 } else { !0 };
    let functions = file.symbols().filter(|s| s.kind() == SymbolKind::Text && s.is_definition());
    functions.map(|symbol| symbol.address() & mask).collect()
}

/// A function, or what was inlined of one, around an entry.
struct Level {
    depth: isize,
    /// Is it in the file?
    is_there: bool,
    owner: Option<Owner>,
}

/// The innermost function that was asked for.
#[derive(Clone)]
struct Owner {
    symbol: String,
    /// Is it inside another function?
    is_inlined: bool,
    /// The function that it calls and that was inlined around the code.
    callee: Option<String>,
}

/// Code that comes to a function, or is taken away for one inside it.
struct Move {
    owner: Owner,
    bytes: i64,
    /// Whether the owner has it already, and just the callee gets it.
    is_there_already: bool,
}

fn moves(
    symbols: &mut Symbols,
    unit: usize,
    wanted: &HashSet<&str>,
    starts: &mut HashSet<u64>,
) -> Result<Vec<Move>, gimli::Error> {
    let mut moves = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    for (entry, ranges) in symbols.code(unit)? {
        let depth = entry.depth();
        while levels.last().is_some_and(|level| level.depth >= depth) {
            levels.pop();
        }
        let is_function = entry.tag() == constants::DW_TAG_subprogram;
        let around = levels.last().filter(|_| !is_function);
        let is_there = match around {
            Some(around) => around.is_there,
            // Folded functions share a start: the first counts.
            None => is_function && ranges.iter().any(|range| starts.remove(&range.begin)),
        };
        let outer = around.and_then(|around| around.owner.clone());
        let symbol = if is_there { symbols.of_entry(unit, &entry)? } else { None };
        let bytes: i64 =
            ranges.iter().map(|range| range.end.saturating_sub(range.begin) as i64).sum();
        let owner = match (symbol, outer) {
            (Some(symbol), outer) if wanted.contains(symbol.as_str()) => {
                let less = |owner| Move { owner, bytes: -bytes, is_there_already: false };
                moves.extend(outer.map(less));
                let owner = Owner { symbol, is_inlined: !is_function, callee: None };
                moves.push(Move { owner: owner.clone(), bytes, is_there_already: false });
                Some(owner)
            }
            (Some(callee), Some(Owner { callee: None, symbol, is_inlined })) => {
                let owner = Owner { symbol, is_inlined, callee: Some(callee) };
                moves.push(Move { owner: owner.clone(), bytes, is_there_already: true });
                Some(owner)
            }
            (_, outer) => outer,
        };
        levels.push(Level { depth, is_there, owner });
    }
    Ok(moves)
}

/// The linker's names of functions.
struct Symbols<'a> {
    dwarf: &'a Dwarf<Reader<'a>>,
    units: Vec<Unit<Reader<'a>>>,
    known: HashMap<(usize, UnitOffset), Option<String>>,
}

impl<'a> Symbols<'a> {
    fn of(dwarf: &'a Dwarf<Reader<'a>>) -> Result<Self, gimli::Error> {
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Some(header) = headers.next()? {
            units.push(dwarf.unit(header)?);
        }
        Ok(Self { dwarf, units, known: HashMap::new() })
    }

    /// The functions and inlined functions of a unit that have code, in the order of the tree.
    fn code(&self, unit: usize) -> Result<Vec<(Entry<'a>, Vec<Range>)>, gimli::Error> {
        let unit = &self.units[unit];
        let mut found = Vec::new();
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            let tag = entry.tag();
            if tag != constants::DW_TAG_subprogram && tag != constants::DW_TAG_inlined_subroutine {
                continue;
            }
            let mut ranges = Vec::new();
            let mut all = self.dwarf.die_ranges(unit, entry)?;
            while let Some(range) = all.next()? {
                ranges.push(range);
            }
            if !ranges.is_empty() {
                found.push((entry.clone(), ranges));
            }
        }
        Ok(found)
    }

    /// The symbol of a function or of what was inlined of one.
    fn of_entry(&mut self, unit: usize, entry: &Entry<'a>) -> Result<Option<String>, gimli::Error> {
        let key = (unit, entry.offset());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let symbol = match entry.attr_value(constants::DW_AT_linkage_name) {
            Some(name) => {
                let name = self.dwarf.attr_string(&self.units[unit], name)?;
                Some(name.to_string_lossy().into_owned())
            }
            None => match self.origin(unit, entry) {
                Some((unit, offset)) => {
                    let origin = self.units[unit].entry(offset)?;
                    self.of_entry(unit, &origin)?
                }
                None => None,
            },
        };
        self.known.insert(key, symbol.clone());
        Ok(symbol)
    }

    /// The entry that describes the function apart from its code.
    fn origin(&self, unit: usize, entry: &Entry<'a>) -> Option<(usize, UnitOffset)> {
        let reference = entry
            .attr_value(constants::DW_AT_abstract_origin)
            .or_else(|| entry.attr_value(constants::DW_AT_specification))?;
        match reference {
            AttributeValue::UnitRef(offset) => Some((unit, offset)),
            AttributeValue::DebugInfoRef(offset) => self
                .units
                .iter()
                .enumerate()
                .find_map(|(index, unit)| Some((index, offset.to_unit_offset(&unit.header)?))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A parent into which a child and another function were inlined, and into the child one more.
    const PROGRAM: &str = r#"
        #define INLINE __attribute__((always_inline)) inline
        volatile int cell;
        INLINE void helper() { cell = 1; cell = 2; }
        INLINE void callee() { cell = 3; helper(); }
        INLINE void child() { cell = 4; callee(); }
        __attribute__((noinline)) void parent() { cell = 5; callee(); child(); }
        int main() { parent(); return cell; }"#;

    #[test]
    fn code_is_that_of_the_innermost_function_asked_for_and_of_its_callees() {
        let folder = tempfile::tempdir().expect("a folder");
        let (source, output) = (folder.path().join("a.cpp"), folder.path().join("a.out"));
        std::fs::write(&source, PROGRAM).expect("written");
        let mut compiler = Command::new("c++");
        compiler.args(["-O1", "-g", "-o"]).arg(&output).arg(&source);
        assert!(compiler.status().expect("a C++ compiler").success());
        let bytes = std::fs::read(&output).expect("readable");
        let file = File::parse(bytes.as_slice()).expect("an object file");
        let of = |wanted: &[&str]| {
            attribute(&file, &wanted.iter().copied().collect()).expect("debug information")
        };
        let [parent, child, callee] = ["_Z6parentv", "_Z5childv", "_Z6calleev"];
        let alone = &of(&[parent])[parent];
        let both = of(&[parent, child]);
        let (outer, inner) = (&both[parent], &both[child]);
        assert_eq!(alone.total, outer.total + inner.total, "the child is no part of the parent");
        assert_eq!((outer.inlined, inner.inlined), (0, inner.total));
        // What the helper has is the callee's, and what the child calls is the child's.
        for code in [outer, inner] {
            let callees: Vec<&str> = code.callees.keys().map(String::as_str).collect();
            assert_eq!(callees, [callee]);
            assert!(code.callees[callee] > 0 && code.callees[callee] < code.total, "{code:?}");
        }
        assert_eq!(alone.callees[child], inner.total);
    }
}
