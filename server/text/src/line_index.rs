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
    /// Counts about every [`STRIDE`] bytes, so that a column far into a line needs no count from its start.
    /// Empty unless some line is longer than that.
    marks: Box<[Mark]>,
}

/// Bytes that are counted through without a [`Mark`].
const STRIDE: usize = 1024;

/// How many units precede a byte offset that is the start of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mark {
    at: u32,
    utf16: u32,
    chars: u32,
}

impl Mark {
    fn units(self, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => self.at,
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.chars,
        }
    }

    fn all(text: &str) -> Box<[Mark]> {
        let (mut mark, mut marks) = (Mark::default(), Vec::new());
        for (at, c) in text.char_indices() {
            mark.at = at as u32;
            if at / STRIDE > marks.len() {
                marks.push(mark);
            }
            mark.utf16 += c.len_utf16() as u32;
            mark.chars += 1;
        }
        marks.into()
    }
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
        let is_long = |pair: &[u32]| (pair[1] - pair[0]) as usize > STRIDE;
        let last = bytes.len() - starts.last().map_or(0, |start| *start as usize);
        let marks =
            if last > STRIDE || starts.windows(2).any(is_long) { Mark::all(text) } else { Box::default() };
        LineIndex { starts: starts.into(), len: bytes.len() as u32, marks }
    }

    /// The last mark at or before a byte offset.
    fn mark(&self, offset: usize) -> Mark {
        let behind = self.marks.partition_point(|mark| mark.at as usize <= offset);
        behind.checked_sub(1).map_or_else(Mark::default, |at| self.marks[at])
    }

    /// Units before a byte offset, counted from the start of the text.
    fn units(&self, text: &str, offset: usize, encoding: Encoding) -> u32 {
        let mark = self.mark(offset);
        mark.units(encoding) + count(text, mark.at as usize, offset, encoding)
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
        let col = if offset.saturating_sub(start) > STRIDE {
            self.units(text, offset, encoding) - self.units(text, start, encoding)
        } else {
            count(text, start, offset, encoding)
        };
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
        let (mut from, mut units) = (0, 0);
        if line.len() > STRIDE {
            let before = self.units(text, start, encoding);
            let behind =
                self.marks.partition_point(|mark| mark.units(encoding).saturating_sub(before) <= at.col);
            let mark = behind.checked_sub(1).map(|at| self.marks[at]);
            if let Some(mark) = mark.filter(|mark| (start..=start + line.len()).contains(&(mark.at as usize)))
            {
                (from, units) = (mark.at as usize - start, mark.units(encoding) - before);
            }
        }
        for (offset, c) in line[from..].char_indices() {
            units += encoding.width(c);
            if units > at.col {
                return Some(size(start + from + offset));
            }
        }
        Some(size(start + line.len()))
    }
}

/// Units of the characters that lie wholly between two byte offsets, the first of which starts a character.
fn count(text: &str, from: usize, to: usize, encoding: Encoding) -> u32 {
    text[from..]
        .char_indices()
        .take_while(|(at, c)| from + at + c.len_utf8() <= to)
        .map(|(_, c)| encoding.width(c))
        .sum()
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
    fn long_lines_are_counted_as_short_ones_are() {
        let long = format!("é🦀\r\n{}\n{}ü", "a🦀é".repeat(400), "b".repeat(3000));
        let index = LineIndex::new(&long);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let (mut line, mut col) = (0, 0);
            for (offset, c) in long.char_indices() {
                let at = LineCol { line, col };
                assert_eq!(index.line_col(&long, size(offset), encoding), at, "{offset} {encoding:?}");
                if !matches!(c, '\r' | '\n') {
                    assert_eq!(index.offset(&long, at, encoding), Some(size(offset)), "{at:?} {encoding:?}");
                }
                (line, col) = if c == '\n' { (line + 1, 0) } else { (line, col + encoding.width(c)) };
            }
            assert_eq!(index.offset(&long, LineCol { line: 2, col: 9999 }, encoding), Some(size(long.len())));
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
