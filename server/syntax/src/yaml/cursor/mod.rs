//! What is being typed at an offset of a YAML file: a key, a value, a comment, or nothing yet, and under
//! which path. Answers from the tree where it knows the line, else from the line's text and column, so a
//! half-typed line has an answer too. Knows nothing of which keys dbt has.

mod flow;
mod locate;

use std::borrow::Cow;

use text::{TextRange, TextSize};

use self::locate::{Hop, Locator};
use super::chars::{self, is_blank, skip_blanks};
use super::lex::{Stop, plain_line};
use super::scalar::{Scalar, Style};
use super::tree::{Data, FLOW, NONE, Node, Shape, Tree, UNCLOSED, span};

/// One step from the root towards the cursor, with the collection it is taken in (`None` while that
/// collection is not there yet, as under a key without a value).
#[derive(Debug, Clone)]
pub enum Step<'t> {
    /// Into the value of this key.
    Key(Cow<'t, str>, Option<Node<'t>>),
    /// Into this item, 0-based. For an item not written yet, the index it would get.
    Index(usize, Option<Node<'t>>),
}

impl Step<'_> {
    /// The key, unless it is an index.
    pub fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key, _) => Some(key),
            Step::Index(..) => None,
        }
    }
}

/// What is at the cursor.
#[derive(Debug, Clone)]
pub enum YamlPlace<'t> {
    /// A mapping key, or a bare word that may become one. `path` leads to the mapping it is (or would be) in.
    Key {
        /// The whole word without quotes: what a completion replaces.
        range: TextRange,
        /// Its text up to the cursor.
        prefix: &'t str,
        /// A `:` follows already.
        has_colon: bool,
        /// The word stands alone after `- ` or under a key, so it may be a value as well: the path's last step is
        /// that item or key.
        may_be_value: bool,
        /// The quote it is in.
        quote: Option<char>,
    },
    /// A value. `path` leads to it, the last step being its own key or index.
    Value {
        /// The content without quotes: what a completion replaces. Empty when nothing is typed.
        range: TextRange,
        /// Its text up to the cursor, as written.
        prefix: &'t str,
        /// The quote it is in.
        quote: Option<char>,
        /// The scalar, when the tree has one here.
        scalar: Option<Scalar<'t>>,
    },
    /// In a comment: offer nothing.
    Comment,
    /// On blank space: `path` leads to the collection that this column belongs to.
    Blank {
        /// The cursor's column in bytes.
        indent: u32,
    },
}

/// The answer of [`cursor`].
#[derive(Debug, Clone)]
pub struct YamlSite<'t> {
    /// From the root.
    pub path: Vec<Step<'t>>,
    /// What is being typed.
    pub place: YamlPlace<'t>,
    /// The collection in which the key or item is (or the blank column lies): its siblings are there. For a value
    /// after its key, the mapping of that key. `None` while it is not there yet.
    pub container: Option<Node<'t>>,
}

/// What is being typed at `offset`. Never fails; an offset past the end means the end, one inside a
/// character its start.
pub fn cursor<'t>(tree: &'t Tree, text: &'t str, offset: TextSize) -> YamlSite<'t> {
    let mut offset = usize::from(offset).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let b = text.as_bytes();
    let mut line = offset;
    while line > 0 && !matches!(b[line - 1], b'\n' | b'\r') {
        line -= 1;
    }
    let context = Context { locator: Locator { tree, text }, b, offset, line };
    let comments = tree.comments();
    let before = comments.partition_point(|c| usize::from(c.start()) < offset);
    if before > 0 && usize::from(comments[before - 1].end()) >= offset {
        let (hops, _) = context.locator.by_offset(offset);
        return context.site(&hops, None, YamlPlace::Comment);
    }
    context.here()
}

struct Context<'t> {
    locator: Locator<'t>,
    b: &'t [u8],
    offset: usize,
    /// Start of the cursor's line.
    line: usize,
}

impl<'t> Context<'t> {
    fn text(&self) -> &'t str {
        self.locator.text
    }

    fn node(&self, id: u32) -> Node<'t> {
        Node { tree: self.locator.tree, text: self.text(), id }
    }

    fn data(&self, id: u32) -> Option<&'t Data> {
        self.locator.tree.data(id)
    }

    fn site(&self, hops: &[Hop], container: Option<u32>, place: YamlPlace<'t>) -> YamlSite<'t> {
        let path = hops.iter().map(|hop| self.step(hop)).collect();
        let container = container.filter(|&id| id != NONE).map(|id| self.node(id));
        YamlSite { path, place, container }
    }

    fn step(&self, hop: &Hop) -> Step<'t> {
        let container = (hop.container != NONE).then(|| self.node(hop.container));
        match &hop.key {
            Some((start, end)) => {
                let key = self.text().get(*start..*end).unwrap_or_default();
                Step::Key(Cow::Borrowed(key), container)
            }
            None if hop.item => Step::Index(hop.index, container),
            None => Step::Key(self.node(hop.key_node).text().unwrap_or_default(), container),
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text().get(start..end.max(start)).unwrap_or_default()
    }

    fn range(&self, start: usize, end: usize) -> TextRange {
        span(start as u32, end as u32)
    }

    fn here(&self) -> YamlSite<'t> {
        let (hops, leaf) = self.locator.by_offset(self.offset);
        let eol = chars::line_end(self.b, self.line);
        let Some(leaf) = leaf else {
            return match hops.last() {
                Some(hop) if hop.at >= self.line => self.on_entry(hops),
                _ => self.by_line(eol),
            };
        };
        let Some(data) = self.data(leaf) else { return self.by_line(eol) };
        let start = data.start as usize;
        let mine = hops.last().is_some_and(|hop| hop.at >= self.line);
        let starts_here = start >= self.line;
        match data.shape {
            Shape::Mapping | Shape::Sequence if data.flags & FLOW != 0 => {
                let end = data.end as usize;
                let unclosed = data.flags & UNCLOSED != 0;
                let inside = self.offset > start
                    && (self.offset < end || (unclosed && self.offset <= chars::line_end(self.b, end)));
                if inside {
                    return self.in_flow(hops, leaf);
                }
                if mine { self.value(hops, leaf) } else { self.by_line(eol) }
            }
            Shape::Scalar(Style::Literal | Style::Folded) => {
                let content = data.a as usize;
                let column = self.offset - self.line;
                let inside = self.offset >= content
                    && (self.line < data.b as usize || content == self.offset && data.b == data.a)
                    && (column >= data.indent as usize || !self.blank_line(eol));
                if inside || (self.offset < content && self.line <= start) {
                    return self.value(hops, leaf);
                }
                self.by_line(eol)
            }
            Shape::Scalar(_) | Shape::Alias if mine => self.on_scalar(hops, leaf),
            Shape::Scalar(_) | Shape::Alias if starts_here || self.offset <= data.end as usize => {
                // On a line of its own under its key, or on a later line of itself.
                if starts_here { self.on_scalar(hops, leaf) } else { self.value(hops, leaf) }
            }
            Shape::Null if mine => self.on_entry(hops),
            _ => self.by_line(eol),
        }
    }

    fn blank_line(&self, eol: usize) -> bool {
        skip_blanks(self.b, self.line) >= eol
    }

    /// The innermost entry or item starts on this line, and the cursor is in its key or before any value.
    fn on_entry(&self, mut hops: Vec<Hop>) -> YamlSite<'t> {
        let Some(hop) = hops.last().cloned() else { return self.by_line(self.offset) };
        if !hop.item {
            let key = self.data(hop.key_node);
            let in_key = key.is_some_and(|d| self.offset <= d.end as usize)
                || !self.slice(hop.at, self.offset).contains(':');
            if in_key {
                hops.pop();
                return self.key(&hops, hop.container, hop.key_node, true, false);
            }
            return self.empty_value(&hops, Some(hop.container));
        }
        if self.offset <= hop.at {
            hops.pop();
            return self.blank(&hops, Some(hop.container));
        }
        self.empty_key(&hops, None, true)
    }

    fn empty_value(&self, hops: &[Hop], container: Option<u32>) -> YamlSite<'t> {
        let range = self.range(self.offset, self.offset);
        self.site(hops, container, YamlPlace::Value { range, prefix: "", quote: None, scalar: None })
    }

    fn empty_key(&self, hops: &[Hop], container: Option<u32>, may_be_value: bool) -> YamlSite<'t> {
        let range = self.range(self.offset, self.offset);
        let place = YamlPlace::Key { range, prefix: "", has_colon: false, may_be_value, quote: None };
        self.site(hops, container, place)
    }

    fn blank(&self, hops: &[Hop], container: Option<u32>) -> YamlSite<'t> {
        let indent = (self.offset - self.line) as u32;
        self.site(hops, container, YamlPlace::Blank { indent })
    }

    /// The content of a scalar and its quote.
    fn content(data: &Data, b: &[u8]) -> (usize, usize, Option<char>) {
        match data.shape {
            Shape::Scalar(Style::Single | Style::Double) => {
                let quote = b.get(data.start as usize).map(|&c| c as char);
                (data.a as usize, data.b as usize, quote)
            }
            Shape::Scalar(Style::Literal | Style::Folded) => {
                (data.a as usize, (data.end as usize).max(data.a as usize), None)
            }
            _ => (data.start as usize, data.end as usize, None),
        }
    }

    fn key(
        &self,
        hops: &[Hop],
        container: u32,
        key: u32,
        has_colon: bool,
        may_be_value: bool,
    ) -> YamlSite<'t> {
        let (start, end, quote) =
            self.data(key).map_or((self.offset, self.offset, None), |d| Self::content(d, self.b));
        let range = self.range(start, end);
        let prefix = self.slice(start, self.offset.clamp(start, end));
        self.site(hops, Some(container), YamlPlace::Key { range, prefix, has_colon, may_be_value, quote })
    }

    /// The cursor is in, before or behind the value `leaf`.
    fn value(&self, hops: Vec<Hop>, leaf: u32) -> YamlSite<'t> {
        let container = hops.last().map(|hop| hop.container);
        let Some(data) = self.data(leaf) else { return self.empty_value(&hops, container) };
        let (start, end, quote) = Self::content(data, self.b);
        if self.offset < start && quote.is_none() {
            return self.empty_value(&hops, container);
        }
        // Behind plain or unclosed text one goes on typing it.
        let open = data.flags & UNCLOSED != 0 || quote.is_none();
        let end = if open { end.max(self.offset) } else { end };
        let scalar = match data.shape {
            Shape::Scalar(_) => self.node(leaf).scalar(),
            _ => None,
        };
        let prefix = self.slice(start, self.offset.clamp(start, end));
        let range = self.range(start, end);
        self.site(&hops, container, YamlPlace::Value { range, prefix, quote, scalar })
    }

    /// The cursor's line holds the scalar `leaf`: after its key, after `- `, or alone.
    fn on_scalar(&self, mut hops: Vec<Hop>, leaf: u32) -> YamlSite<'t> {
        let Some(data) = self.data(leaf) else { return self.on_entry(hops) };
        let Some(hop) = hops.last().cloned() else { return self.bare(&hops, None, data) };
        let mine = hop.at >= self.line;
        if mine && self.offset < data.start as usize {
            return self.on_entry(hops);
        }
        if mine && !hop.item {
            return self.value(hops, leaf);
        }
        if data.shape == Shape::Scalar(Style::Plain) && self.word(data) {
            return self.bare(&hops, None, data);
        }
        if !mine && self.offset < data.start as usize {
            hops.pop();
            return self.blank(&hops, Some(hop.container));
        }
        self.value(hops, leaf)
    }

    /// Something like a key, and the cursor not behind it.
    fn word(&self, data: &Data) -> bool {
        let word = self.slice(data.start as usize, data.end as usize);
        self.offset <= data.end as usize
            && word.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'+' | b'.'))
    }

    fn bare(&self, hops: &[Hop], container: Option<u32>, data: &Data) -> YamlSite<'t> {
        let (start, end) = (data.start as usize, data.end as usize);
        let place = YamlPlace::Key {
            range: self.range(start, end),
            prefix: self.slice(start, self.offset.clamp(start, end)),
            has_colon: false,
            may_be_value: true,
            quote: None,
        };
        self.site(hops, container, place)
    }

    /// The line is blank, or the tree has nothing of it: its column decides.
    fn by_line(&self, eol: usize) -> YamlSite<'t> {
        let eol = eol.max(chars::line_end(self.b, self.line));
        let mut at = skip_blanks(self.b, self.line);
        if self.blank_line(eol) || self.offset < at {
            let column = self.offset - self.line;
            let (hops, container) = self.locator.by_column(column, self.line, false);
            return self.blank(&hops, container);
        }
        let column = at - self.line;
        let mut dashed = false;
        let (mut hops, mut container) = self.locator.by_column(column, self.line, chars::dash(self.b, at));
        while chars::dash(self.b, at) && self.offset > at {
            let index = container.filter(|_| !dashed).map_or(0, |id| self.locator.items_before(id, at));
            let parent = container.filter(|_| !dashed).unwrap_or(NONE);
            hops.push(Hop { container: parent, at, index, item: true, key_node: NONE, key: None });
            dashed = true;
            container = None;
            at = skip_blanks(self.b, at + 1);
        }
        if at >= eol || self.offset < at {
            return self.empty_key(&hops, container, dashed);
        }
        self.line_word(hops, container, at, dashed)
    }

    /// A key or a word at `at`, in a line that the tree does not have.
    fn line_word(&self, mut hops: Vec<Hop>, container: Option<u32>, at: usize, dashed: bool) -> YamlSite<'t> {
        let quote = match self.b.get(at) {
            Some(&c @ (b'"' | b'\'')) => Some(c as char),
            _ => None,
        };
        let start = at + usize::from(quote.is_some());
        let (mut end, mut colon) = (start, None);
        if let Some(quote) = quote {
            while !chars::at_line_end(self.b, end) && self.b.get(end) != Some(&(quote as u8)) {
                end += 1;
            }
            let after = skip_blanks(self.b, end + 1);
            if self.b.get(after) == Some(&b':') {
                colon = Some(after);
            }
        } else {
            let line = plain_line(self.b, at);
            end = line.end;
            if line.why == Stop::Colon {
                colon = Some(line.stop);
            }
        }
        if let Some(colon) = colon.filter(|&colon| self.offset > colon) {
            let parent = container.unwrap_or(NONE);
            let key = Some((start, end));
            hops.push(Hop { container: parent, at, index: 0, item: false, key_node: NONE, key });
            let mut from = skip_blanks(self.b, colon + 1);
            let eol = chars::line_end(self.b, self.line);
            let mut to = chars::trim_end(self.b, from, eol).max(from);
            if self.offset < from {
                return self.empty_value(&hops, container);
            }
            let quote = match self.b.get(from) {
                Some(&c @ (b'"' | b'\'')) => Some(c as char),
                _ => None,
            };
            if quote.is_some() {
                from += 1;
                if to > from && self.b.get(to - 1).map(|&c| c as char) == quote {
                    to -= 1;
                }
            }
            to = to.max(self.offset).max(from);
            let place = YamlPlace::Value {
                range: self.range(from, to),
                prefix: self.slice(from, self.offset),
                quote,
                scalar: None,
            };
            return self.site(&hops, container, place);
        }
        // Behind a bare word with a blank nothing is known any more: it is still that word's place.
        let end = if colon.is_none() && is_blank(self.b.get(self.offset.wrapping_sub(1))) {
            end.max(self.offset)
        } else {
            end
        };
        let place = YamlPlace::Key {
            range: self.range(start, end),
            prefix: self.slice(start, self.offset.clamp(start, end)),
            has_colon: colon.is_some(),
            may_be_value: dashed && colon.is_none(),
            quote,
        };
        self.site(&hops, container, place)
    }
}
