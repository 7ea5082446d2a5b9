//! Columns: debug information counts bytes, and everybody else characters.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use corofold_report::Module;

/// Makes all columns count characters. Of a file that cannot be read they stay as they are.
pub fn count_characters(modules: &mut [Module], workspace: &Path) {
    let mut files: HashMap<String, Option<String>> = HashMap::new();
    for place in modules.iter_mut().flat_map(Module::await_locations_mut) {
        let read = || fs::read_to_string(workspace.join(&place.file)).ok();
        let text = files.entry(place.file.clone()).or_insert_with(read);
        let index = place.line.checked_sub(1).map(|index| index as usize);
        let line = text.as_deref().zip(index).and_then(|(text, index)| text.lines().nth(index));
        if let Some(line) = line {
            place.column = characters(line, place.column);
        }
    }
}

/// The column in characters of one in bytes.
fn characters(line: &str, column: u32) -> u32 {
    let before = column.checked_sub(1).and_then(|bytes| line.get(..bytes as usize));
    before.map_or(column, |before| before.chars().count() as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_characters() {
        let line = "/* ёжик 🦔 */ first.await";
        let column = line.find("await").expect("there") as u32 + 1;
        assert_eq!(column, 27);
        assert_eq!(characters(line, column), 20);
        assert_eq!(characters("first.await", 7), 7);
    }

    #[test]
    fn what_is_no_place_in_the_line_stays() {
        assert_eq!(characters("ё", 2), 2);
        assert_eq!(characters("a", 99), 99);
        assert_eq!(characters("a", 0), 0);
    }
}
