//! Byte offsets to lines and columns and back, in the three encodings of the protocol.

use crate::{TextSize, size};

/// How columns are counted (LSP 3.17, `PositionEncodingKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the protocol's default.
    Utf16,
    /// Unicode scalar values: also the columns that people count.
    Utf32,
}

impl Encoding {
    fn width(self, c: char) -> u32 {
        match self {
            Encoding::Utf8 => c.len_utf8() as u32,
            Encoding::Utf16 => c.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }
}

/// A 0-based line and a 0-based column in some [`Encoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// 0-based.
    pub line: u32,
    /// 0-based, in the units of the encoding it was made with.
    pub col: u32,
}

/// Where each line of one text starts.
///
/// A line ends at `\n`, `\r\n` or a lone `\r`, as in LSP; the terminator belongs to its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Box<[u32]>,
    len: u32,
}

impl LineIndex {
    /// Indexes `text`. Every other method must be given the same text.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0u32];
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line {
                starts.push(at as u32 + 1);
            }
        }
        LineIndex { starts: starts.into(), len: bytes.len() as u32 }
    }

    /// Number of lines; at least 1.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of a byte offset; offsets past the end give the last line.
    pub fn line(&self, offset: TextSize) -> u32 {
        let offset = u32::from(offset);
        self.starts.partition_point(|start| *start <= offset) as u32 - 1
    }

    /// Byte offset at which a 0-based line starts, `None` past the last line.
    pub fn line_start(&self, line: u32) -> Option<TextSize> {
        self.starts.get(line as usize).map(|start| TextSize::new(*start))
    }

    /// Byte offset just behind a line's terminator (or the text's end).
    pub fn line_end(&self, line: u32) -> TextSize {
        TextSize::new(self.starts.get(line as usize + 1).copied().unwrap_or(self.len))
    }

    /// Line and column of a byte offset. An offset inside a character counts as its start; one past
    /// the end as the end.
    pub fn line_col(&self, text: &str, offset: TextSize, encoding: Encoding) -> LineCol {
        let line = self.line(offset);
        let start = self.starts[line as usize] as usize;
        let offset = usize::from(offset).min(text.len());
        let col = text[start..]
            .char_indices()
            .take_while(|(at, c)| start + at + c.len_utf8() <= offset)
            .map(|(_, c)| encoding.width(c))
            .sum();
        LineCol { line, col }
    }

    /// Byte offset of a line and column.
    ///
    /// A column past the line's end gives the line's end (LSP: "defaults back to the line length"); a
    /// column inside a character gives its start. `None` when the line does not exist.
    pub fn offset(&self, text: &str, at: LineCol, encoding: Encoding) -> Option<TextSize> {
        let start = usize::from(self.line_start(at.line)?);
        let line = text.get(start..usize::from(self.line_end(at.line)))?;
        let line = line.trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (offset, c) in line.char_indices() {
            units += encoding.width(c);
            if units > at.col {
                return Some(size(start + offset));
            }
        }
        Some(size(start + line.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\né🦀b\n\rlast";

    #[test]
    fn round_trips_in_every_encoding() {
        let index = LineIndex::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, c) in TEXT.char_indices().filter(|(_, c)| !matches!(c, '\r' | '\n')) {
                let at = index.line_col(TEXT, size(offset), encoding);
                assert_eq!(index.offset(TEXT, at, encoding), Some(size(offset)), "{c} {encoding:?}");
            }
        }
    }

    #[test]
    fn columns_count_units_of_the_encoding() {
        let index = LineIndex::new(TEXT);
        let b = size(TEXT.find('b').unwrap());
        let col = |encoding| index.line_col(TEXT, b, encoding).col;
        assert_eq!((col(Encoding::Utf8), col(Encoding::Utf16), col(Encoding::Utf32)), (6, 3, 2));
        assert_eq!(index.lines(), 4);
    }

    #[test]
    fn positions_outside_are_clamped_to_the_line_and_refused_past_the_text() {
        let index = LineIndex::new(TEXT);
        let at = |line, col| index.offset(TEXT, LineCol { line, col }, Encoding::Utf16);
        assert_eq!(at(0, 99), Some(size(1)));
        assert_eq!(at(9, 0), None);
        // inside the surrogate pair
        assert_eq!(at(1, 2), Some(size(TEXT.find('🦀').unwrap())));
        assert_eq!(index.line_col(TEXT, size(9999), Encoding::Utf8).line, 3);
    }
}
