//! Positions and ranges of the protocol into bytes.

use crate::documents::Text;
use crate::lsp;
use crate::snapshot::Snapshot;
use ide::{FilePos, FileRange};
use text::{Encoding, LineCol, TextRange, TextSize};

/// The byte offset of a position; beyond the last line the text's end (LSP 3.18, Position).
pub fn offset(text: &Text, at: lsp::Position, encoding: Encoding) -> TextSize {
    let offset = text.lines.offset(&text.text, LineCol { line: at.line, col: at.character }, encoding);
    offset.unwrap_or(text::size(text.text.len()))
}

/// The byte range of a range; `None` when it ends before it starts.
pub fn range(text: &Text, range: lsp::Range, encoding: Encoding) -> Option<TextRange> {
    let (start, end) = (offset(text, range.start, encoding), offset(text, range.end, encoding));
    (start <= end).then(|| TextRange::new(start, end))
}

/// Where a request points.
pub fn file_pos(snap: &Snapshot, at: &lsp::TextDocumentPositionParams) -> Option<FilePos> {
    let file = snap.file(&at.text_document.uri)?;
    let offset = offset(&*snap.text(file)?, at.position, snap.encoding());
    Some(FilePos { file, offset })
}

/// The part of a file that a request is about.
pub fn file_range(
    snap: &Snapshot,
    document: &lsp::TextDocumentIdentifier,
    at: lsp::Range,
) -> Option<FileRange> {
    let file = snap.file(&document.uri)?;
    let range = range(&*snap.text(file)?, at, snap.encoding())?;
    Some(FileRange { file, range })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::to_proto;
    use lsp::{Position, Range};

    #[test]
    fn ranges_round_trip_and_end_with_the_text() {
        let text = Text::new("a\r\né🦀b\n".into());
        let at = |line, character| Position { line, character };
        let good = Range { start: at(1, 1), end: at(1, 3) };
        let bytes = range(&text, good, Encoding::Utf16).unwrap();
        assert_eq!(&text.text[bytes], "🦀");
        assert_eq!(to_proto::range(&text, bytes, Encoding::Utf16), good);
        assert_eq!(range(&text, Range { start: at(1, 3), end: at(1, 1) }, Encoding::Utf16), None);
        assert_eq!(usize::from(offset(&text, at(9, 0), Encoding::Utf16)), text.text.len());
    }
}
