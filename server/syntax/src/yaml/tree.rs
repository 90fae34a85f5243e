//! The arena of a YAML file and the way to walk it. Knows how nodes relate, not how they were read.
//!
//! An alias to a collection that contains it is answered as [`Kind::UnknownAlias`], so a walk over the tree
//! always ends; a walk that follows aliases may still visit a node once per alias ([`Node::is_alias`]).

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use text::TextRange;

use super::scalar::{Scalar, Style};
use crate::SyntaxError;

/// No node, no link.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Scalar(Style),
    Mapping,
    Sequence,
    Alias,
}

/// A tag as far as it changes how a scalar is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tag {
    #[default]
    None,
    /// `!`
    Bare,
    Str,
    Int,
    Float,
    Bool,
    Null,
    Timestamp,
    Binary,
    Sequence,
    Mapping,
    Other,
}

/// The decoded text is the content as written.
pub(super) const SIMPLE: u8 = 1;
/// A flow collection.
pub(super) const FLOW: u8 = 2;
/// A mapping with a `<<` key.
pub(super) const MERGES: u8 = 4;
/// The closing quote or bracket is missing.
pub(super) const UNCLOSED: u8 = 8;

/// One node. `a`, `b`: first and last link of a collection; start and end of a scalar's content; `a` the
/// target of an alias. `indent`: column of a block collection's keys or dashes, or of a block scalar's text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Data {
    pub shape: Shape,
    pub flags: u8,
    pub tag: Tag,
    pub start: u32,
    pub end: u32,
    pub a: u32,
    pub b: u32,
    pub indent: u32,
}

/// One entry of a mapping, or one item of a sequence (`key` is [`NONE`]).
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// Where it starts: the dash, the `?`, or the key with its properties.
    pub at: u32,
    pub key: u32,
    pub value: u32,
    pub next: u32,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// As written.
    Plain,
    /// `<<`
    Merge,
    /// Like [`Role::Plain`], after damage: repeats the key of the entry before it, so is no duplicate.
    Again,
    /// A list found where the entry with the same key already had its value: kept for walks, never the answer
    /// to [`Node::get`].
    Stray,
}

/// A parsed YAML file. Holds ranges, not text: pass the same text that was parsed.
#[derive(Debug, Default)]
pub struct Tree {
    /// What PyYAML would refuse, in source order, at most one a line.
    pub errors: Vec<SyntaxError>,
    pub(super) nodes: Vec<Data>,
    pub(super) links: Vec<Link>,
    pub(super) comments: Vec<TextRange>,
    pub(super) duplicates: Vec<(TextRange, TextRange)>,
    pub(super) aliases: Vec<u32>,
    pub(super) documents: usize,
    pub(super) root: Option<u32>,
}

pub(super) fn span(start: u32, end: u32) -> TextRange {
    TextRange::new(start.into(), end.max(start).into())
}

impl Tree {
    /// The first document's value; `None` for a file without content.
    pub fn root<'t>(&'t self, text: &'t str) -> Option<Node<'t>> {
        self.root.map(|id| Node { tree: self, text, id })
    }

    /// How many documents the file holds; dbt refuses more than one.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// Every comment from `#` to the end of its line, in source order.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// Keys written twice in one mapping: the range of the earlier and of the later key. dbt v1 takes the
    /// later and warns (D024); dbt v2 refuses (dbt1059).
    pub fn duplicate_keys(&self) -> &[(TextRange, TextRange)] {
        &self.duplicates
    }

    /// Every alias as written (`*x`) with the range of the value it stands for, in source order.
    pub fn aliases(&self) -> impl Iterator<Item = (TextRange, TextRange)> + '_ {
        self.aliases.iter().filter_map(|&id| {
            let alias = self.data(id)?;
            let target = self.data(alias.a)?;
            Some((span(alias.start, alias.end), span(target.start, target.end)))
        })
    }

    pub(super) fn data(&self, id: u32) -> Option<&Data> {
        self.nodes.get(id as usize)
    }

    /// The node an alias stands for, or the node itself; `None` for an alias that names nothing.
    pub(super) fn target(&self, id: u32) -> Option<u32> {
        let data = self.data(id)?;
        if data.shape != Shape::Alias {
            return Some(id);
        }
        let target = self.data(data.a)?;
        (target.shape != Shape::Alias).then_some(data.a)
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `key: value`, block or flow.
    Mapping,
    /// `- item`, or `[…]`.
    Sequence,
    /// Any text, also `null` or `~` written out.
    Scalar,
    /// Nothing written.
    Null,
    /// `*x` without an `&x` before it, or inside the value of its own `&x`.
    UnknownAlias,
}

/// A value in its file. Every accessor but [`Node::range`] and [`Node::is_alias`] looks through aliases.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) text: &'t str,
    pub(super) id: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.range())
    }
}

impl<'t> Node<'t> {
    fn data(self) -> Option<&'t Data> {
        self.tree.data(self.tree.target(self.id)?)
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        match self.data().map(|d| d.shape) {
            None | Some(Shape::Alias) => Kind::UnknownAlias,
            Some(Shape::Null) => Kind::Null,
            Some(Shape::Scalar(_)) => Kind::Scalar,
            Some(Shape::Mapping) => Kind::Mapping,
            Some(Shape::Sequence) => Kind::Sequence,
        }
    }

    /// The bytes of the value as written here (for an alias the `*x`), from its first byte to its last
    /// non-blank byte, without anchor and tag. Empty, right after the `:` or `-`, when nothing is written.
    pub fn range(self) -> TextRange {
        self.tree.data(self.id).map_or_else(TextRange::default, |d| span(d.start, d.end))
    }

    /// Whether this place holds `*x` instead of the value itself.
    pub fn is_alias(self) -> bool {
        self.tree.data(self.id).is_some_and(|d| d.shape == Shape::Alias)
    }

    /// Where the value itself is written: [`Node::range`], or for an alias the range of its anchor's value.
    pub fn definition_range(self) -> TextRange {
        self.data().map_or_else(|| self.range(), |d| span(d.start, d.end))
    }

    fn links(self, shape: Shape) -> Links<'t> {
        let first = self.data().filter(|d| d.shape == shape).map_or(NONE, |d| d.a);
        Links { tree: self.tree, next: first }
    }

    /// The entries of a mapping, none for anything else: as written and in order, duplicates included, without
    /// `<<`; then those that `<<` brings in and that are not overridden.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        let own = self.own_entries();
        let merged = if self.data().is_some_and(|d| d.flags & MERGES != 0) {
            self.merged_entries()
        } else {
            Vec::new()
        };
        own.chain(merged)
    }

    fn own_entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.links(Shape::Mapping)
            .filter(|link| link.role != Role::Merge)
            .map(move |link| self.make_entry(link, false))
    }

    fn make_entry(self, link: &Link, merged: bool) -> Entry<'t> {
        let key = Node { id: link.key, ..self };
        let value = Node { id: link.value, ..self };
        let key_range = key.range();
        Entry {
            key: key.text().unwrap_or_default(),
            key_range,
            key_node: key,
            value,
            merged,
            range: key_range.cover(value.range()),
        }
    }

    /// What `<<` brings in, strongest first: a later `<<` wins over an earlier one, an earlier mapping of a list
    /// over a later one (PyYAML's flatten_mapping). Each mapping is visited once, so this is linear.
    fn merged_entries(self) -> Vec<Entry<'t>> {
        let mut seen: FxHashSet<Cow<'t, str>> = self.own_entries().map(|e| e.key).collect();
        let mut visited: FxHashSet<u32> = self.tree.target(self.id).into_iter().collect();
        let mut found = Vec::new();
        let mut todo = self.merge_sources();
        while let Some(source) = todo.pop() {
            let Some(id) = self.tree.target(source.id) else { continue };
            if !visited.insert(id) {
                continue;
            }
            let entries: Vec<_> =
                source.links(Shape::Mapping).filter(|link| link.role != Role::Merge).collect();
            // The last of two equal keys wins, so look from the end and restore the order after.
            let first = found.len();
            for link in entries.into_iter().rev() {
                let entry = source.make_entry(link, true);
                if seen.insert(entry.key.clone()) {
                    found.push(entry);
                }
            }
            found[first..].reverse();
            todo.extend(source.merge_sources());
        }
        found
    }

    /// The mappings named by this mapping's `<<` keys, weakest first (so that a stack pops the strongest).
    fn merge_sources(self) -> Vec<Node<'t>> {
        let mut sources = Vec::new();
        for link in self.links(Shape::Mapping).filter(|link| link.role == Role::Merge) {
            let value = Node { id: link.value, ..self };
            if value.kind() == Kind::Mapping {
                sources.push(value);
            }
            let first = sources.len();
            sources.extend(value.items().filter(|item| item.kind() == Kind::Mapping));
            sources[first..].reverse();
        }
        sources
    }

    /// The value under `key`: the last one when it is written twice (PyYAML), else what `<<` brings in.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|e| e.value)
    }

    /// Like [`Node::get`], with the key's place.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        let mut best = None;
        for link in self.links(Shape::Mapping) {
            if link.role != Role::Merge
                && (link.role != Role::Stray || best.is_none())
                && (Node { id: link.key, ..self }).is_text(key)
            {
                best = Some(link);
            }
        }
        match best {
            Some(link) => Some(self.make_entry(link, false)),
            None if self.data()?.flags & MERGES != 0 => {
                self.merged_entries().into_iter().find(|e| e.key == key)
            }
            None => None,
        }
    }

    /// The items of a sequence, none for anything else.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        self.links(Shape::Sequence).map(move |link| Node { id: link.value, ..self })
    }

    /// The scalar, if it is one.
    pub fn scalar(self) -> Option<Scalar<'t>> {
        let data = self.data()?;
        let Shape::Scalar(style) = data.shape else { return None };
        Some(Scalar {
            range: span(data.start, data.end),
            content: span(data.a, data.b),
            style,
            closed: data.flags & UNCLOSED == 0,
            text: self.text,
            indent: data.indent,
            simple: data.flags & SIMPLE != 0,
            tag: data.tag,
        })
    }

    fn is_text(self, expected: &str) -> bool {
        match self.simple_text() {
            Some(text) => text == expected,
            None => self.text().is_some_and(|text| text == expected),
        }
    }

    /// The text of a scalar that spells what is written: nearly all are such, and asked for again and again.
    fn simple_text(self) -> Option<&'t str> {
        let data = self.data().filter(|d| d.flags & SIMPLE != 0)?;
        Some(self.text.get(data.a as usize..data.b as usize).unwrap_or_default())
    }

    /// The decoded text of a scalar whatever its type: `1`, `true` and `null` too.
    pub fn text(self) -> Option<Cow<'t, str>> {
        self.simple_text().map(Cow::Borrowed).or_else(|| Some(self.scalar()?.decoded().text))
    }

    /// A quick look at what [`Scalar::resolve`] says: true only for texts of both dialects, and for most of those.
    pub fn is_surely_text(self) -> bool {
        self.data().is_some_and(|d| d.tag == Tag::None)
            && self.simple_text().is_some_and(super::resolve::is_surely_text)
    }

    /// Whether it is a mapping or sequence written by indentation.
    pub fn is_block(self) -> bool {
        self.indent().is_some()
    }

    /// The column (in bytes) of a block collection's keys or dashes.
    pub fn indent(self) -> Option<u32> {
        let data = self.data()?;
        let collection = matches!(data.shape, Shape::Mapping | Shape::Sequence);
        (collection && data.flags & FLOW == 0).then_some(data.indent)
    }

    /// False when a quote or bracket of this very node is still open.
    pub fn is_closed(self) -> bool {
        self.data().is_none_or(|d| d.flags & UNCLOSED == 0)
    }
}

/// One `key: value`.
#[derive(Debug, Clone)]
pub struct Entry<'t> {
    /// The decoded key; empty for a key that is not a scalar.
    pub key: Cow<'t, str>,
    /// The key's bytes with its quotes.
    pub key_range: TextRange,
    /// The key itself.
    pub key_node: Node<'t>,
    /// [`Kind::Null`] when nothing follows the `:`.
    pub value: Node<'t>,
    /// It comes from another mapping by `<<`; its ranges are there.
    pub merged: bool,
    /// From the key's first byte to the value's last.
    pub range: TextRange,
}

struct Links<'t> {
    tree: &'t Tree,
    next: u32,
}

impl<'t> Iterator for Links<'t> {
    type Item = &'t Link;

    fn next(&mut self) -> Option<&'t Link> {
        let link = self.tree.links.get(self.next as usize)?;
        self.next = link.next;
        Some(link)
    }
}
