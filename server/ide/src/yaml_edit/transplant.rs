//! Moves an entry of one mapping into another one of the same document.

use syntax::yaml::{Entry, Kind, Node};
use text::{TextEdit, TextRange};

use super::{Doc, scalar};

impl Doc {
    /// The edits that move the entry at one way of keys to another one. It keeps its lines and the comments above it;
    /// keys that would lead to nothing go, those that are missing are made.
    pub fn transplant(&self, from: &[&str], to: &[&str]) -> Option<Vec<TextEdit>> {
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        if !self.is_without_aliases() || shared == from.len().min(to.len()) {
            return None;
        }
        let way = entries(self.root()?, from);
        let last = from.len() - 1;
        let entry = way.get(last)?;
        let (moved, indent) = self.own_lines(entry)?;
        let key = self.key(entry.key_node.scalar()?.content, to.last()?)?;
        let key = TextEdit::replace(key.range() - moved.start(), key.new_text);
        let body = text::apply_edits(self.at(moved), &[key])?;
        // What the two ways share stays, whatever is left below it.
        let is_left = |at: &usize| *at < shared || way[*at].value.entries().count() > 1;
        let top = (0..last).rev().find(is_left).map_or(0, |at| at + 1);
        let (cut, _) = self.own_lines(&way[top])?;
        let rest = text::apply_edits(&self.text, &[TextEdit::replace(cut, "")])?;
        let rest = Doc::new(self.file, rest.into())?;
        let (place, margin, missing) = rest.place_for(to)?;
        let step = self.style().step;
        let shift = |by: usize, line: &str| format!("{}{line}", " ".repeat(by));
        let made = missing
            .iter()
            .enumerate()
            .map(|(depth, key)| shift(margin + depth * step, &format!("{}:", scalar(key))));
        let mut lines: Vec<String> = made.collect();
        let margin = margin + missing.len() * step;
        for line in body.lines() {
            let body = line.trim_start_matches(' ');
            let by = (line.len() - body.len() + margin).checked_sub(indent)?;
            lines.push(if body.is_empty() { String::new() } else { shift(by, body) });
        }
        let mut insert = rest.insert_lines(place, &lines);
        if insert.range.0 >= cut.start().into() {
            let by = u32::from(cut.len());
            insert.range = (insert.range.0 + by, insert.range.1 + by);
        }
        self.checked(vec![TextEdit::replace(cut, ""), insert])
    }

    /// Another word in place of a key, whose bytes without quotes are given.
    pub fn key(&self, range: TextRange, new: &str) -> Option<TextEdit> {
        let before = self.text.get(..usize::from(range.start()))?.chars().next_back();
        let new = match before.filter(|c| matches!(c, '\'' | '"')) {
            Some(_) if new.contains(['\'', '"', '\\']) => return None,
            Some(_) => new.to_owned(),
            None => scalar(new),
        };
        Some(TextEdit::replace(range, new))
    }

    /// The lines of an entry with its comments, and how far it is indented; `None` where others share them.
    fn own_lines(&self, entry: &Entry<'_>) -> Option<(TextRange, usize)> {
        let lines = self.lines(entry.range);
        let indent = usize::from(entry.range.start() - lines.start());
        let before = &self.text[usize::from(lines.start())..usize::from(entry.range.start())];
        (before.bytes().all(|b| b == b' ') && self.is_sound(lines))
            .then(|| (self.with_comments(lines, indent), indent))
    }

    /// Behind what an entry at a way of keys goes, how far its first new key is indented, and which keys are to be made
    /// before its own.
    fn place_for<'k>(&self, way: &'k [&'k str]) -> Option<(TextRange, usize, &'k [&'k str])> {
        let (_, above) = way.split_last()?;
        let known = entries(self.root()?, above);
        let last = known.last()?;
        let missing = &above[known.len()..];
        let lines = self.lines(last.range);
        let indent = usize::from(last.range.start() - lines.start());
        match last.value.kind() {
            Kind::Null => Some((last.key_range, indent + self.style().step, missing)),
            Kind::Mapping if last.value.is_block() => {
                if missing.is_empty() && last.value.entry(way.last()?).is_some() {
                    return None;
                }
                let end = last.value.entries().map(|entry| entry.range).max_by_key(|range| range.end())?;
                Some((end, last.value.indent()? as usize, missing))
            }
            _ => None,
        }
    }
}

/// The entries on a way of keys, as far as they are there.
fn entries<'t>(root: Node<'t>, way: &[&str]) -> Vec<Entry<'t>> {
    let mut at = root;
    let mut out = Vec::new();
    for key in way {
        let Some(entry) = at.entry(key).filter(|entry| !entry.merged) else { break };
        at = entry.value;
        out.push(entry);
    }
    out
}
