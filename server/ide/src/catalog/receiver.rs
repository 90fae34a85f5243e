//! What stands before a dot: names of the context, and variables as far as their line says what they are.
//!
//! Reads the text before the place, so that it answers while nothing parses. A guess that fails proposes
//! nothing; nothing is reported from it.

use project::facts::{Def, DefKind};
use text::TextSize;

use super::{Item, lookup, member};

/// What is visible at a place.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub text: &'a str,
    pub offset: TextSize,
    pub defs: &'a [Def],
    pub python: bool,
}

/// How far back a variable is looked for.
const REACH: usize = 1 << 16;
/// How many variables may be set to one another.
const MAX_DEPTH: u8 = 4;
/// How many mentions of a name are looked at.
const MAX_MENTIONS: usize = 64;

impl Scope<'_> {
    /// What a dotted name means here.
    pub(super) fn resolve(&self, path: &str) -> Option<&'static Item> {
        self.item(path, self.offset.into(), MAX_DEPTH)
    }

    /// The type of what a dotted name gives.
    pub(super) fn type_of(&self, path: &str) -> Option<&'static str> {
        self.path_type(path, self.offset.into(), MAX_DEPTH)
    }

    /// Whether the file itself gives the name a value before this place.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.variable(name, self.offset.into(), MAX_DEPTH).is_some()
    }

    /// The type of a call's result that ends at `end`: of `ref('x')` in front of `.include`.
    pub(super) fn type_before(&self, end: usize) -> Option<&'static str> {
        let before = self.text.get(..end)?.trim_end();
        let inside = before.strip_suffix(')')?;
        let from = floor(inside, inside.len().saturating_sub(REACH));
        let mut depth = 0usize;
        let open = inside[from..].char_indices().rev().find_map(|(at, c)| {
            match c {
                ')' => depth += 1,
                '(' if depth == 0 => return Some(from + at),
                '(' => depth -= 1,
                _ => {}
            }
            None
        })?;
        let callee = inside[..open].trim_end();
        let start = callee.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
        let path =
            &callee[start.map_or(0, |at| at + callee[at..].chars().next().map_or(1, char::len_utf8))..];
        self.path_type(path, open, MAX_DEPTH)
    }

    fn item(&self, path: &str, at: usize, depth: u8) -> Option<&'static Item> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let start = if self.python && first == "dbt" {
            Some(Some("dbt-python"))
        } else {
            self.variable(first, at, depth)
        };
        let Some(mut of) = start else { return lookup(path) };
        let mut found = None;
        for part in rest?.split('.') {
            let item = member(of?, part)?;
            of = item.gives;
            found = Some(item);
        }
        found
    }

    fn path_type(&self, path: &str, at: usize, depth: u8) -> Option<&'static str> {
        if self.python && path == "dbt" {
            return Some("dbt-python");
        }
        if let Some(of) = self.variable(path, at, depth) {
            return of;
        }
        self.item(path, at, depth)?.gives
    }

    /// `None`: no variable of the file; `Some(None)`: one of unknown type.
    fn variable(&self, name: &str, at: usize, depth: u8) -> Option<Option<&'static str>> {
        let depth = depth.checked_sub(1)?;
        if name.is_empty() || self.python {
            return None;
        }
        let at = floor(self.text, at.min(self.text.len()));
        let from = floor(self.text, at.saturating_sub(REACH));
        let window = &self.text[from..at];
        for (start, _) in window.rmatch_indices(name).take(MAX_MENTIONS) {
            let (before, after) = (&window[..start], &self.text[from + start + name.len()..]);
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            if before.ends_with(is_part) || after.starts_with(is_part) {
                continue;
            }
            let (before, after) = (before.trim_end(), after.trim_start());
            if ends_with_word(before, "set") {
                let value = after.strip_prefix('=').map(str::trim_start);
                return Some(value.and_then(|value| self.value_type(value, from + start, depth)));
            }
            if ends_with_word(before, "for") {
                let list = after
                    .strip_prefix("in")
                    .and_then(|list| self.value_type(list.trim_start(), from + start, depth));
                return Some(list.and_then(|of| of.strip_prefix("list<")?.strip_suffix('>')));
            }
        }
        self.parameter(name, at)
    }

    fn parameter(&self, name: &str, at: usize) -> Option<Option<&'static str>> {
        let place = text::size(at);
        let def = self.defs.iter().rev().find(|def| def.full.contains_inclusive(place))?;
        def.params.iter().find(|param| param.name == name)?;
        let tested = def.kind == DefKind::Test && name == "model";
        Some((tested || name == "relation" || name.ends_with("_relation")).then_some("Relation"))
    }

    /// The type of an expression that begins with a dotted name.
    fn value_type(&self, value: &str, at: usize, depth: u8) -> Option<&'static str> {
        let end = value.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
        self.path_type(&value[..end.unwrap_or(value.len())], at, depth)
    }
}

/// Whether text ends with a word of its own.
pub(super) fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The start of the character at a byte.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
