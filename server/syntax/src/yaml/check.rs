//! What PyYAML refuses after parsing, when it builds values: keys that are collections, text it takes for a
//! date or number and cannot read, misuse of `<<`. Also duplicate keys and characters no YAML may hold.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use text::TextRange;

use super::chars::forbidden;
use super::resolve::{Dialect, Resolved, plain, timestamp};
use super::scalar::Style;
use super::tree::{Kind, Link, NONE, Node, Role, SIMPLE, Shape, Tag, Tree, span};
use crate::SyntaxError;

/// Control characters reported at most.
const MAX_FORBIDDEN: usize = 20;
/// Mappings with more entries look for duplicates by hashing.
const FEW: usize = 12;

/// Adds to the tree's errors and duplicate keys, and sorts the errors.
pub(super) fn constructed(tree: &mut Tree, text: &str) {
    let mut found = Found { errors: Vec::new(), duplicates: Vec::new() };
    let mut at = if is_printable(text) { text.len() } else { 0 };
    while let Some((start, len)) = forbidden(text, at).filter(|_| found.errors.len() < MAX_FORBIDDEN) {
        found.error(span(start as u32, (start + len) as u32), "YAML allows no control characters");
        at = start + len;
    }
    let view = View { tree, text };
    if let Some(root) = tree.root {
        view.value(root, &mut found);
    }
    for link in &tree.links {
        if link.key != NONE {
            view.key(link, &mut found);
        }
        view.value(link.value, &mut found);
    }
    let mut keys = Vec::new();
    for data in &tree.nodes {
        if data.shape == Shape::Mapping {
            view.duplicates(data.a, &mut keys, &mut found);
        }
    }
    found.duplicates.sort_by_key(|(_, second)| second.start());
    tree.duplicates = found.duplicates;
    if !found.errors.is_empty() {
        tree.errors.append(&mut found.errors);
    }
    tree.errors.sort_by_key(|error| error.range.start());
    // One a line: the first is the cause.
    let mut last: Option<usize> = None;
    tree.errors.retain(|error| {
        let start = usize::from(error.range.start());
        let same =
            last.is_some_and(|at| text.get(at..start).is_some_and(|between| !between.contains(['\n', '\r'])));
        last = Some(start);
        !same
    });
}

/// Whether all of it is ASCII and none of it a control character but breaks and tabs: nearly every file is, and this
/// loop reads many bytes at a time.
fn is_printable(text: &str) -> bool {
    let odd = |b: &u8| u8::from((*b < b' ' && !matches!(b, b'\n' | b'\r' | b'\t')) | (*b >= 0x7F));
    text.as_bytes().chunks(1024).all(|chunk| chunk.iter().fold(0, |any, b| any | odd(b)) == 0)
}

struct Found {
    errors: Vec<SyntaxError>,
    duplicates: Vec<(TextRange, TextRange)>,
}

impl Found {
    fn error(&mut self, range: TextRange, message: &str) {
        self.errors.push(SyntaxError { range, message: message.to_owned(), related: None });
    }
}

struct View<'t> {
    tree: &'t Tree,
    text: &'t str,
}

impl<'t> View<'t> {
    fn node(&self, id: u32) -> Node<'t> {
        Node { tree: self.tree, text: self.text, id }
    }

    fn key(&self, link: &Link, found: &mut Found) {
        let node = self.node(link.key);
        if matches!(node.kind(), Kind::Mapping | Kind::Sequence) {
            found.error(node.range(), "a list or mapping cannot be a key");
        }
        if link.role == Role::Merge {
            let value = self.node(link.value);
            let fits = match value.kind() {
                Kind::Mapping | Kind::UnknownAlias => true,
                Kind::Sequence => {
                    value.items().all(|item| matches!(item.kind(), Kind::Mapping | Kind::UnknownAlias))
                }
                Kind::Scalar | Kind::Null => false,
            };
            if !fits {
                found.error(node.range(), "`<<` merges a mapping or a list of mappings");
            }
            return;
        }
        self.scalar(link.key, true, found);
    }

    fn value(&self, id: u32, found: &mut Found) {
        self.scalar(id, false, found);
    }

    fn scalar(&self, id: u32, key: bool, found: &mut Found) {
        let Some(data) = self.tree.data(id) else { return };
        if data.tag != Tag::None {
            self.tagged(id, found);
            return;
        }
        if data.shape != Shape::Scalar(Style::Plain) || data.flags & SIMPLE == 0 {
            return;
        }
        let Some(text) = self.text.get(data.a as usize..data.b as usize) else { return };
        let range = span(data.start, data.end);
        match text.as_bytes() {
            [b'='] if !key => found.error(range, "`=` alone must be in quotes"),
            b"<<" if !key => found.error(range, "`<<` is a key; put it in quotes to mean the text"),
            [b'+' | b'-' | b'0'..=b'9', ..] => {
                if let Some(message) = unreadable(text) {
                    found.error(range, message);
                }
            }
            _ => {}
        }
    }

    fn tagged(&self, id: u32, found: &mut Found) {
        let Some(data) = self.tree.data(id) else { return };
        let node = self.node(id);
        let text = node.text().unwrap_or_default();
        let number = || text.replace('_', "");
        let kind = match data.tag {
            Tag::None | Tag::Bare | Tag::Other => return,
            Tag::Sequence => Kind::Sequence,
            Tag::Mapping => Kind::Mapping,
            _ => Kind::Scalar,
        };
        let is = match node.kind() {
            Kind::Null => Kind::Scalar,
            kind => kind,
        };
        let readable = is == kind
            && match data.tag {
                Tag::Int => {
                    unreadable(&text).is_none() && matches!(plain(&text, Dialect::V1_1), Resolved::Int(_))
                }
                Tag::Float => {
                    matches!(plain(&text, Dialect::V1_1), Resolved::Float(_) | Resolved::Int(_))
                        || number().parse::<f64>().is_ok()
                }
                Tag::Bool => {
                    matches!(text.to_lowercase().as_str(), "yes" | "no" | "true" | "false" | "on" | "off")
                }
                Tag::Timestamp => timestamp(&text).is_some() && unreadable(&text).is_none(),
                _ => true,
            };
        if !readable {
            found.error(node.range(), "this value does not fit its tag");
        }
    }

    fn duplicates(&self, first: u32, keys: &mut Vec<(u32, &'t [u8])>, found: &mut Found) {
        keys.clear();
        let mut next = first;
        while let Some(link) = self.tree.links.get(next as usize) {
            next = link.next;
            if link.role != Role::Plain {
                continue;
            }
            let simple = self.tree.data(link.key).filter(|d| d.flags & SIMPLE != 0);
            let Some(raw) = simple.and_then(|d| self.text.as_bytes().get(d.a as usize..d.b as usize)) else {
                keys.clear();
                self.duplicates_by_hash(first, found);
                return;
            };
            keys.push((link.key, raw));
            if keys.len() > FEW {
                self.duplicates_by_hash(first, found);
                return;
            }
        }
        for (i, &(second, raw)) in keys.iter().enumerate() {
            let earlier = keys[..i].iter().rev().find(|&&(first, other)| {
                other.len() == raw.len() && other == raw && self.same_type(first, second)
            });
            if let Some(&(first, _)) = earlier {
                found.duplicates.push((self.node(first).range(), self.node(second).range()));
            }
        }
    }

    /// `1` and `"1"` are different keys.
    fn same_type(&self, first: u32, second: u32) -> bool {
        self.is_text(first) == self.is_text(second)
    }

    fn is_text(&self, id: u32) -> bool {
        self.node(id).scalar().is_some_and(|s| s.resolve(Dialect::V1_1) == Resolved::Str)
    }

    fn duplicates_by_hash(&self, first: u32, found: &mut Found) {
        let mut seen: FxHashMap<(bool, Cow<'t, str>), u32> = FxHashMap::default();
        let mut next = first;
        while let Some(link) = self.tree.links.get(next as usize) {
            next = link.next;
            let Some(text) = self.node(link.key).text().filter(|_| link.role == Role::Plain) else {
                continue;
            };
            if let Some(earlier) = seen.insert((self.is_text(link.key), text), link.key) {
                found.duplicates.push((self.node(earlier).range(), self.node(link.key).range()));
            }
        }
    }
}

/// Why PyYAML cannot read a plain scalar that it takes for a date or a number.
fn unreadable(text: &str) -> Option<&'static str> {
    let body = text.trim_start_matches(['+', '-']);
    if let Some(digits) = body.strip_prefix("0b").or_else(|| body.strip_prefix("0x"))
        && text.len() - body.len() <= 1
        && !digits.is_empty()
        && digits.bytes().all(|b| b == b'_')
    {
        return Some("YAML takes this for a number; put it in quotes");
    }
    if text.len() < 8 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let time = timestamp(text)?;
    let days = match time.month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if time.year.is_multiple_of(4)
            && (!time.year.is_multiple_of(100) || time.year.is_multiple_of(400)) =>
        {
            29
        }
        2 => 28,
        _ => 0,
    };
    let date = time.year >= 1 && (1..=days).contains(&time.day);
    let clock = time.clock.is_none_or(|(hour, minute, second, zone_hours, zone_minutes)| {
        hour < 24 && minute < 60 && second < 60 && zone_hours * 60 + zone_minutes < 24 * 60
    });
    (!date || !clock).then_some("no such date; put it in quotes if it is text")
}
