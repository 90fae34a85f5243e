//! Positions, edits and name matching.
//!
//! Knows bytes, lines and columns; must not know dbt, files or the protocol.
//! Offsets are UTF-8 byte offsets ([`TextSize`]); lines and columns are 0-based.

mod edit;
mod fuzzy;
mod line_index;
mod suggest;

pub use edit::{TextEdit, apply_edits};
pub use fuzzy::Fuzzy;
pub use line_index::{Encoding, LineCol, LineIndex};
pub use suggest::suggest;
pub use text_size::{TextRange, TextSize};

/// A [`TextRange`] from two byte offsets; `start` must not exceed `end`.
pub fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(size(start), size(end))
}

/// A [`TextSize`] from a byte offset. Offsets past 4 GiB saturate: no such file is ever read.
pub fn size(offset: usize) -> TextSize {
    TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX))
}
