//! Ranges of bytes in a frame.

use super::StateCell;

/// Bytes of a frame, by their offsets from its start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bytes {
    /// The first.
    pub low: i64,
    /// The first that does not belong to them any more; `i64::MAX` where nobody knows.
    pub high: i64,
}

impl Bytes {
    /// `size` bytes from `low` on.
    pub fn sized(low: i64, size: u64) -> Self {
        let high = i64::try_from(size).ok().and_then(|size| low.checked_add(size));
        Self { low, high: high.unwrap_or(i64::MAX) }
    }

    /// Those of a state cell.
    pub fn of_cell(cell: StateCell) -> Self {
        Self { low: cell.offset, high: cell.offset + cell.size() }
    }

    /// All from `low` on.
    pub fn from(low: i64) -> Self {
        Self { low, high: i64::MAX }
    }

    /// Does somebody know where they end?
    pub fn is_known(self) -> bool {
        self.high != i64::MAX
    }

    /// How many.
    pub fn count(self) -> i64 {
        self.high.saturating_sub(self.low)
    }

    /// Have both a byte in common?
    pub fn overlaps(self, other: Self) -> bool {
        self.low < other.high && other.low < self.high
    }

    /// Is the byte at `offset` among them?
    pub fn holds(self, offset: i64) -> bool {
        (self.low..self.high).contains(&offset)
    }

    /// Are all of `other` among them?
    pub fn contains(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The same, seen from a frame in which this one begins at `offset`.
    pub fn shifted(self, offset: i64) -> Self {
        Self { low: self.low.saturating_add(offset), high: self.high.saturating_add(offset) }
    }
}
