//! Whose machine code is it? Attributes the code of a linked file to functions of its source.
//!
//! DWARF says which function each range of code comes from, as a tree: a function, and in it what
//! was inlined there, and so on. Code belongs to the innermost function that was asked for: what a
//! future calls and was inlined is the future's, but a child that was inlined is its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result};
use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, Range, RunTimeEndian, Unit,
    UnitOffset, constants,
};
use object::{Architecture, File, Object, ObjectSection, ObjectSymbol, SymbolKind};

type Reader<'a> = EndianSlice<'a, RunTimeEndian>;
type Entry<'a> = DebuggingInformationEntry<Reader<'a>>;

/// Bytes of code of one function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes {
    /// All of them.
    pub total: u64,
    /// Those inside other functions.
    pub inlined: u64,
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
    let mut bytes = BTreeMap::new();
    let mut symbols = Symbols::of(&dwarf).context("cannot read the debug information")?;
    let mut starts = function_starts(file);
    for unit in 0..symbols.units.len() {
        let moves = moves(&mut symbols, unit, wanted, &mut starts);
        for (symbol, size, is_inlined) in moves.context("cannot read the debug information")? {
            let (total, inlined) = bytes.entry(symbol).or_insert((0, 0));
            *total += size;
            *inlined += if is_inlined { size } else { 0 };
        }
    }
    // What was inlined lies inside the function around it. Where debug information says otherwise,
    // a slip must not become a huge number.
    let positive = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
    let bytes = bytes.into_iter().map(|(symbol, (total, inlined))| {
        (symbol, Bytes { total: positive(total), inlined: positive(inlined) })
    });
    Ok(bytes.collect())
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
    /// The innermost function that was asked for, and whether it is inlined here.
    owner: Option<(String, bool)>,
}

/// Code that comes to a function, or is taken away for one inside it: symbol, bytes, and whether
/// that is inside another function.
type Move = (String, i64, bool);

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
        let own = symbol.filter(|symbol| wanted.contains(symbol.as_str()));
        if let Some(own) = &own {
            let size: i64 =
                ranges.iter().map(|range| range.end.saturating_sub(range.begin) as i64).sum();
            moves.extend(outer.clone().map(|(owner, is_inlined)| (owner, -size, is_inlined)));
            moves.push((own.clone(), size, !is_function));
        }
        levels.push(Level { depth, is_there, owner: own.map(|own| (own, !is_function)).or(outer) });
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
