//! Replacements in a text.

use crate::TextRange;

/// Replaces the bytes of `range` by `new_text`. An empty range inserts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextEdit {
    /// Byte range in the text before any edit of the same set.
    pub range: (u32, u32),
    /// What stands there afterwards.
    pub new_text: String,
}

impl TextEdit {
    /// Replaces `range` by `new_text`.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range: (range.start().into(), range.end().into()), new_text: new_text.into() }
    }

    /// Inserts `new_text` at the byte `offset`.
    pub fn insert(offset: crate::TextSize, new_text: impl Into<String>) -> TextEdit {
        TextEdit::replace(TextRange::empty(offset), new_text)
    }

    /// The replaced byte range.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.range.0.into(), self.range.1.into())
    }
}

/// Applies `edits`, whose ranges all refer to `text` as given and must not overlap.
///
/// Returns `None` when ranges overlap, exceed the text or split a character.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.range);
    let mut out = String::with_capacity(text.len());
    let mut done = 0usize;
    for edit in sorted {
        let (start, end) = (edit.range.0 as usize, edit.range.1 as usize);
        out.push_str(text.get(done..start)?);
        text.get(start..end)?;
        out.push_str(&edit.new_text);
        done = end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range;

    #[test]
    fn edits_refer_to_the_text_before_any_of_them() {
        let edits = [TextEdit::replace(range(4, 7), "two"), TextEdit::insert(0.into(), ">")];
        assert_eq!(apply_edits("one TWO", &edits).as_deref(), Some(">one two"));
    }

    #[test]
    fn overlapping_or_foreign_ranges_are_refused() {
        let overlap = [TextEdit::replace(range(0, 3), ""), TextEdit::replace(range(2, 4), "")];
        assert_eq!(apply_edits("abcd", &overlap), None);
        assert_eq!(apply_edits("é", &[TextEdit::insert(1.into(), "x")]), None);
        assert_eq!(apply_edits("a", &[TextEdit::insert(9.into(), "x")]), None);
    }
}
