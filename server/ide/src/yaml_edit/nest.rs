//! Moves keys of a mapping below another key of it: `config:`, `arguments:`.

use syntax::yaml::{Entry, Kind, Node};
use text::{TextEdit, TextRange};

use super::Doc;

/// What goes where.
pub(crate) struct Nest<'n> {
    /// The mapping with the keys.
    pub mapping: Node<'n>,
    /// The keys that move, in order.
    pub keys: Vec<Entry<'n>>,
    /// The key that they go below.
    pub under: &'n str,
}

impl Doc {
    /// The edits that move them. They keep their comments and their order.
    pub fn nest(&self, nest: &Nest<'_>) -> Option<Vec<TextEdit>> {
        let Nest { mapping, keys, under } = nest;
        if mapping.is_alias() || keys.is_empty() || keys.iter().any(|key| key.merged) {
            return None;
        }
        match mapping.is_block() {
            true => self.nest_block(*mapping, keys, under),
            false => self.nest_flow(*mapping, keys, under),
        }
    }

    fn nest_block(&self, mapping: Node<'_>, keys: &[Entry<'_>], under: &str) -> Option<Vec<TextEdit>> {
        let indent = mapping.indent()? as usize;
        let step = self.style().step;
        let target = mapping.entry(under).filter(|target| !target.merged);
        let mut moved: Vec<String> = Vec::new();
        let mut cuts: Vec<TextRange> = Vec::new();
        let margin = match &target {
            Some(target) if target.value.is_alias() => return None,
            Some(target) if target.value.is_block() && target.value.kind() == Kind::Mapping => {
                target.value.indent()? as usize
            }
            Some(target) if target.value.kind() == Kind::Null => indent + step,
            Some(target) => return self.nest_into_flow(target, keys),
            None => indent + step,
        };
        for key in keys {
            let lines = self.lines(key.range);
            let before = &self.text[usize::from(lines.start())..usize::from(key.range.start())];
            let lines = self.with_comments(lines, indent);
            // The key that opens an item shares its line with the dash.
            if !before.chars().all(|c| c == ' ') || before.len() != indent || !self.is_sound(lines) {
                return None;
            }
            for line in self.at(lines).lines() {
                let body = line.trim_start_matches(' ');
                let own = line.len() - body.len();
                let shifted = (own + margin).checked_sub(indent)?;
                moved.push(if body.is_empty() {
                    String::new()
                } else {
                    format!("{}{body}", " ".repeat(shifted))
                });
            }
            cuts.push(lines);
        }
        let line_break = self.line_break();
        let moved = moved.join(line_break);
        let mut edits: Vec<TextEdit> = cuts.iter().map(|cut| TextEdit::replace(*cut, "")).collect();
        let place = match &target {
            Some(target) => match target.value.kind() {
                Kind::Null => target.key_range.end(),
                _ => target.range.end(),
            },
            None => {
                // In the place of the first of them.
                let first = edits.first_mut()?;
                first.new_text = format!("{}{under}:{line_break}{moved}{line_break}", " ".repeat(indent));
                return Some(edits);
            }
        };
        let end = usize::from(place);
        let line = self.text[end..].find(['\r', '\n']).map_or(self.text.len(), |at| end + at);
        if cuts.iter().any(|cut| cut.contains_inclusive(text::size(line)) && usize::from(cut.start()) < line)
        {
            return None;
        }
        edits.push(TextEdit::insert(text::size(line), format!("{line_break}{moved}")));
        Some(edits)
    }

    /// Lines with the comments right above them that are indented the same.
    pub(super) fn with_comments(&self, lines: TextRange, indent: usize) -> TextRange {
        let mut start = usize::from(lines.start());
        while let Some(before) = start.checked_sub(1) {
            let above = self.text[..before].rfind('\n').map_or(0, |at| at + 1);
            let line = &self.text[above..start];
            let body = line.trim_start_matches(' ');
            if !body.starts_with('#') || line.len() - body.len() != indent {
                break;
            }
            start = above;
        }
        text::range(start, lines.end().into())
    }

    /// Keys of a block below one that is written in braces.
    fn nest_into_flow(&self, target: &Entry<'_>, keys: &[Entry<'_>]) -> Option<Vec<TextEdit>> {
        if target.value.kind() != Kind::Mapping || !target.value.is_closed() {
            return None;
        }
        let mut edits = Vec::new();
        let mut new = Vec::new();
        for key in keys {
            let lines = self.lines(key.range);
            let text = self.at(key.range);
            let is_first = self.at(TextRange::new(lines.start(), key.range.start())).trim() != "";
            let value = self.at(key.value.range());
            let fits = key.value.kind() == Kind::Scalar && !value.contains([',', '[', ']', '{', '}', '#'])
                || !key.value.is_block() && key.value.kind() != Kind::Scalar && key.value.is_closed();
            if is_first || text.contains('\n') || !fits || !self.is_sound(lines) {
                return None;
            }
            // A comment would be lost.
            if self.at(lines).trim() != text {
                return None;
            }
            edits.push(TextEdit::replace(lines, ""));
            new.push(text.to_owned());
        }
        let new = new.join(", ");
        edits.push(match target.value.entries().filter(|entry| !entry.merged).last() {
            Some(last) => TextEdit::insert(last.range.end(), format!(", {new}")),
            None => TextEdit::replace(target.value.range(), format!("{{{new}}}")),
        });
        Some(edits)
    }

    /// `{a: 1, b: 2}` becomes `{under: {a: 1, b: 2}}`: only where all of them move, or those at an end.
    fn nest_flow(&self, mapping: Node<'_>, keys: &[Entry<'_>], under: &str) -> Option<Vec<TextEdit>> {
        let all: Vec<Entry<'_>> = mapping.entries().collect();
        let first = all.iter().position(|entry| entry.key_range == keys[0].key_range)?;
        let together = all.get(first..first + keys.len())?;
        let same = together.iter().zip(keys).all(|(a, b)| a.key_range == b.key_range);
        if !same || !mapping.is_closed() || mapping.entry(under).is_some() || !self.is_sound(mapping.range())
        {
            return None;
        }
        let (start, end) = (keys[0].range.start(), keys.last()?.range.end());
        Some(vec![TextEdit::insert(start, format!("{under}: {{")), TextEdit::insert(end, "}")])
    }
}
