//! Open documents: their text belongs to the client, edit by edit.
//!
//! Edits go to a rope; the analysis gets a contiguous text, made once per version. Line ends are kept as they
//! are. Knows no files and no projects.

use crate::{lsp, uri};
use ropey::{Rope, RopeSlice};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use text::{Encoding, LineIndex};

/// Names a document however the client spells its URI: a path, or the URI of what is no file.
pub type DocKey = Arc<str>;

/// The key of a URI.
pub fn key(uri: &lsp::Uri) -> DocKey {
    uri::to_path(uri).map_or_else(|| uri.as_str().into(), Into::into)
}

/// One state of an open document. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Document {
    /// As the client spelled it: answers repeat it.
    pub uri: lsp::Uri,
    /// The client's number for this state.
    pub version: i32,
    rope: Rope,
    cached: OnceLock<Arc<Text>>,
}

/// A text with its lines.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// What the analysis reads.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
}

impl Text {
    /// Indexes the lines of `text`.
    pub fn new(text: Arc<str>) -> Text {
        Text { lines: LineIndex::new(&text), text }
    }
}

impl Document {
    /// A document as it was opened.
    pub fn new(uri: lsp::Uri, version: i32, text: &str) -> Document {
        Document { uri, version, rope: Rope::from_str(text), cached: OnceLock::new() }
    }

    /// The text of this version.
    pub fn text(&self) -> &Arc<Text> {
        self.cached.get_or_init(|| {
            let mut text = String::with_capacity(self.rope.len_bytes());
            self.rope.chunks().for_each(|chunk| text.push_str(chunk));
            Arc::new(Text::new(text.into()))
        })
    }

    /// Applies edits in order: each refers to the text that the one before left.
    pub fn apply(&mut self, changes: Vec<lsp::TextDocumentContentChangeEvent>, encoding: Encoding) {
        use lsp::TextDocumentContentChangeEvent as Change;
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => {
                    self.rope = Rope::from_str(&whole.text)
                }
                Change::TextDocumentContentChangePartial(part) => {
                    let from = char_at(&self.rope, part.range.start, encoding);
                    let to = char_at(&self.rope, part.range.end, encoding);
                    let (from, to) = (from.min(to), from.max(to));
                    self.rope.remove(from..to);
                    self.rope.insert(from, &part.text);
                }
            }
        }
        self.cached = OnceLock::new();
    }
}

/// The index of the character at a position; beyond a line its end, beyond the text its end.
fn char_at(rope: &Rope, position: lsp::Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    if line >= rope.len_lines() {
        return rope.len_chars();
    }
    let content = without_terminator(rope.line(line));
    let column = position.character as usize;
    let within = match encoding {
        Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
        Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
        Encoding::Utf32 => column.min(content.len_chars()),
    };
    rope.line_to_char(line) + within
}

fn without_terminator(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let mut end = line.len_chars();
    while end > 0 && matches!(line.char(end - 1), '\n' | '\r') {
        end -= 1;
    }
    line.slice(..end)
}

/// All open documents. A clone is a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    by_key: Arc<FxHashMap<DocKey, Document>>,
}

impl Documents {
    /// An open document.
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.by_key.get(key)
    }

    /// An open document, to be edited.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Document> {
        Arc::make_mut(&mut self.by_key).get_mut(key)
    }

    /// Opens a document, or opens it anew.
    pub fn insert(&mut self, key: DocKey, document: Document) {
        Arc::make_mut(&mut self.by_key).insert(key, document);
    }

    /// Closes a document; `None` when it was not open.
    pub fn remove(&mut self, key: &str) -> Option<Document> {
        Arc::make_mut(&mut self.by_key).remove(key)
    }

    /// The keys of all open documents, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &DocKey> {
        self.by_key.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp::{Position, Range};

    type Edit<'a> = ((u32, u32), (u32, u32), &'a str);

    fn edited(text: &str, encoding: Encoding, edits: &[Edit<'_>]) -> String {
        let uri = uri::from_path("/srv/a.sql").unwrap();
        let mut document = Document::new(uri, 1, text);
        let at = |(line, character)| Position { line, character };
        let change = |&(start, end, text): &Edit<'_>| {
            lsp::TextDocumentContentChangePartial {
                range: Range { start: at(start), end: at(end) },
                text: text.to_owned(),
                ..Default::default()
            }
            .into()
        };
        document.apply(edits.iter().map(change).collect(), encoding);
        let cached = document.text();
        assert_eq!(cached.lines, LineIndex::new(&cached.text));
        cached.text.to_string()
    }

    #[test]
    fn columns_are_counted_in_the_negotiated_units() {
        let text = "-- é🦀 x\nselect 1";
        for (encoding, column) in [(Encoding::Utf8, 10), (Encoding::Utf16, 7), (Encoding::Utf32, 6)] {
            let got = edited(text, encoding, &[((0, column), (0, column + 1), "y")]);
            assert_eq!(got, "-- é🦀 y\nselect 1", "{encoding:?}");
        }
    }

    #[test]
    fn each_edit_refers_to_what_the_one_before_left() {
        let edits = [((0, 0), (0, 0), "a\nb\n"), ((1, 0), (1, 1), "B"), ((2, 0), (3, 0), "")];
        assert_eq!(edited("x\ny", Encoding::Utf16, &edits), "a\nB\ny");
    }

    #[test]
    fn line_ends_are_kept_and_never_entered() {
        assert_eq!(edited("a\r\nb\rc\nd", Encoding::Utf16, &[((0, 99), (0, 99), "!")]), "a!\r\nb\rc\nd");
        assert_eq!(edited("a\r\nb\rc\nd", Encoding::Utf16, &[((2, 1), (3, 0), "+")]), "a\r\nb\rc+d");
        // Separators of Unicode end no line in LSP.
        assert_eq!(
            edited("a\u{2028}b\u{b}c\u{85}\nd", Encoding::Utf32, &[((1, 0), (1, 1), "D")]),
            "a\u{2028}b\u{b}c\u{85}\nD"
        );
    }

    #[test]
    fn impossible_ranges_are_clamped() {
        assert_eq!(edited("ab", Encoding::Utf16, &[((9, 9), (9, 9), "!")]), "ab!");
        assert_eq!(edited("ab", Encoding::Utf16, &[((0, 2), (0, 0), "!")]), "!");
        assert_eq!(edited("🦀", Encoding::Utf16, &[((0, 1), (0, 1), "x")]), "x🦀");
        assert_eq!(edited("é", Encoding::Utf8, &[((0, 1), (0, 2), "x")]), "x");
        assert_eq!(edited("", Encoding::Utf8, &[((0, u32::MAX), (u32::MAX, 0), "x")]), "x");
    }

    #[test]
    fn a_clone_of_the_set_does_not_see_later_edits() {
        let uri = uri::from_path("/srv/a.sql").unwrap();
        let mut documents = Documents::default();
        documents.insert(key(&uri), Document::new(uri.clone(), 1, "old"));
        let before = documents.clone();
        let whole = lsp::TextDocumentContentChangeWholeDocument { text: "new".to_owned() };
        documents.get_mut(&key(&uri)).unwrap().apply(vec![whole.into()], Encoding::Utf16);
        assert_eq!(&*before.get("/srv/a.sql").unwrap().text().text, "old");
        assert_eq!(&*documents.get("/srv/a.sql").unwrap().text().text, "new");
    }
}
