//! Block structure: which mapping or sequence a line belongs to, by its column and a stack of open ones.
//!
//! Follows libyaml's rules exactly where a line fits; where it does not, `recover` finds it a place. Every
//! loop consumes bytes and the stack is bounded, so any text is read in linear time.

use rustc_hash::FxHashMap;

use super::chars::{
    self, at_line_end, blank_or_end, break_len, dash, document_marker, line_end, skip_blanks,
};
use super::check;
use super::lex::{PlainLine, Stop, plain_line};
use super::tree::{NONE, Tag, Tree};

/// Simple keys end within so many characters (libyaml).
pub(super) const MAX_KEY: usize = 1024;

/// Parses one YAML file. Never fails: what PyYAML would refuse is in [`Tree::errors`].
pub fn parse(text: &str) -> Tree {
    // Offsets are 32 bits, with one value kept for "none".
    if text.len() >= NONE as usize {
        return Tree::default();
    }
    let mut parser = Parser {
        text,
        b: text.as_bytes(),
        pos: 0,
        line: 0,
        tree: Tree::default(),
        frames: vec![Frame::new(FrameKind::Root, NONE, -1)],
        anchors: FxHashMap::default(),
        anchor_log: Vec::new(),
        last_end: 0,
        budget: 4 * text.len() + 4096,
        error_line: None,
        quiet: None,
        own: None,
        stray: None,
        custom_tags: false,
        document: Document::Fresh,
        needs_start: false,
    };
    parser.tree.nodes.reserve(text.len() / 14);
    parser.tree.links.reserve(text.len() / 28);
    parser.run();
    let mut tree = parser.tree;
    check::constructed(&mut tree, text);
    tree
}

/// Anchor and tag waiting for their value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Props {
    pub anchor: Option<(u32, u32)>,
    pub tag: Tag,
    pub tagged: bool,
}

impl Props {
    pub(super) fn any(&self) -> bool {
        self.anchor.is_some() || self.tagged
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Root,
    Mapping,
    Sequence,
}

/// What a frame waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Its last entry has its value.
    Filled,
    /// A value, of the last key, the last dash, or the document.
    Value,
    /// The key of `? `.
    Key,
}

/// An open block collection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub kind: FrameKind,
    pub node: u32,
    /// Column of its keys or dashes; -1 for the document.
    pub indent: i32,
    /// Another column taken for this collection's after an error.
    pub alt: Option<i32>,
    /// A sequence at its parent key's own column.
    pub indentless: bool,
    pub slot: Slot,
    /// Where the awaited value would start.
    pub slot_at: usize,
    pub props: Props,
    /// The last list at the column of this mapping's own keys.
    pub last_list: u32,
    /// The last entry of this mapping that was left without a value.
    pub last_empty: u32,
}

impl Frame {
    pub(super) fn new(kind: FrameKind, node: u32, indent: i32) -> Frame {
        let slot = if kind == FrameKind::Root { Slot::Value } else { Slot::Filled };
        Frame {
            kind,
            node,
            indent,
            alt: None,
            indentless: false,
            slot,
            slot_at: 0,
            props: Props::default(),
            last_list: NONE,
            last_empty: NONE,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Document {
    /// Nothing but comments and directives so far.
    Fresh,
    Open,
    /// After `...`.
    Ended,
}

/// A bare word just read where a key or an item could have stood: half-typed, if a deeper line follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub frame: usize,
    pub node: u32,
    pub column: usize,
}

/// A bare word at the column of a mapping's keys: its colon is missing.
#[derive(Debug, Clone, Copy)]
struct Stray {
    frame: usize,
    column: usize,
    start: usize,
    end: usize,
}

pub(super) struct Parser<'t> {
    pub text: &'t str,
    pub b: &'t [u8],
    pub pos: usize,
    /// Start of the current line.
    pub line: usize,
    pub tree: Tree,
    pub frames: Vec<Frame>,
    pub anchors: FxHashMap<&'t str, u32>,
    /// What each anchor stood for before, for taking back a failed attempt.
    pub anchor_log: Vec<(&'t str, Option<u32>)>,
    /// End of the last token, comments excluded.
    pub last_end: usize,
    /// Bytes that may still be read twice to find out where damage ends.
    pub budget: usize,
    pub error_line: Option<usize>,
    /// After an error: bare lines deeper than this column belong to it and are not reported again.
    pub quiet: Option<i32>,
    pub own: Option<Own>,
    stray: Option<Stray>,
    pub custom_tags: bool,
    document: Document,
    needs_start: bool,
}

/// What the first token of a line makes it.
enum Head {
    Dash,
    Question,
    Colon,
    /// The key's node, and the offset after its colon.
    Key(u32, usize),
    Text(Option<PlainLine>),
}

/// Which kind of collection a line belongs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Item,
    Entry,
}

impl Want {
    pub(super) fn kind(self) -> FrameKind {
        match self {
            Want::Item => FrameKind::Sequence,
            Want::Entry => FrameKind::Mapping,
        }
    }
}

impl<'t> Parser<'t> {
    fn run(&mut self) {
        if self.text.starts_with('\u{FEFF}') {
            (self.pos, self.line) = (3, 3);
        }
        while let Some(column) = self.next_line() {
            let mut column = column;
            while let Some(next) = self.token(column) {
                column = next;
            }
        }
        self.end_document();
    }

    /// Goes to the next token at the start of a line and gives its column.
    fn next_line(&mut self) -> Option<usize> {
        loop {
            self.pos = chars::skip_spaces(self.b, self.pos);
            let byte = *self.b.get(self.pos)?;
            match byte {
                b'#' => self.comment(),
                b'\t' => {
                    let start = self.pos;
                    self.pos = skip_blanks(self.b, start);
                    self.error(start, self.pos, "indent with spaces: YAML refuses tabs here");
                    if !at_line_end(self.b, self.pos) && self.b[self.pos] != b'#' {
                        return Some(self.pos - self.line);
                    }
                }
                b'-' | b'.' if self.pos == self.line && document_marker(self.b, self.pos) => self.marker(),
                b'%' if self.pos == self.line => self.directive(),
                _ => match break_len(self.b, self.pos) {
                    0 => return Some(self.pos - self.line),
                    n => {
                        self.pos += n;
                        self.line = self.pos;
                    }
                },
            }
        }
    }

    /// `---` or `...` at `pos`, and what follows on its line.
    fn marker(&mut self) {
        let start = self.pos;
        self.end_document();
        self.pos += 3;
        self.last_end = self.pos;
        if self.b[start] == b'.' {
            if self.document == Document::Fresh {
                self.error(start, self.pos, "`...` ends a document that has not begun");
            } else {
                self.document = Document::Ended;
            }
            self.finish_line();
            return;
        }
        if self.document != Document::Fresh {
            self.error(start, self.pos, "dbt reads one YAML document per file; this starts another");
        }
        self.document = Document::Open;
        self.needs_start = false;
        self.tree.documents += 1;
        self.frames[0].slot_at = self.pos;
        let at = skip_blanks(self.b, self.pos);
        let plain = self.b.get(at).is_some_and(|c| !b"\"'[{|>&!*#".contains(c));
        if dash(self.b, at) || (plain && plain_line(self.b, at).why == Stop::Colon) {
            // Not allowed on the marker's line; read it as if it were.
            self.error(at, line_end(self.b, at), "start the content on the line after `---`");
            self.pos = at;
            let mut column = at - self.line;
            while let Some(next) = self.token(column) {
                column = next;
            }
            return;
        }
        self.inline_value(0);
    }

    fn directive(&mut self) {
        let start = self.pos;
        let end = line_end(self.b, start);
        self.pos = end;
        let line = self.text.get(start..end).unwrap_or_default();
        let mut words = line.split([' ', '\t']).filter(|w| !w.is_empty());
        let known = match words.next() {
            Some("%YAML") => matches!(words.next(), Some("1.1" | "1.2")),
            Some("%TAG") => {
                self.custom_tags = true;
                words.next().is_some()
            }
            _ => false,
        };
        if self.document == Document::Open || !known {
            self.error(start, end, "text cannot start with `%`: put it in quotes");
        } else {
            self.needs_start = true;
        }
    }

    fn end_document(&mut self) {
        self.close_above(0);
        self.close_slot(0);
        let root = self.frames[0].node;
        if self.tree.root.is_none() && root != NONE {
            self.tree.root = Some(root);
        }
        self.frames[0] = Frame::new(FrameKind::Root, NONE, -1);
        self.anchors.clear();
        (self.own, self.stray, self.quiet) = (None, None, None);
    }

    fn begin_content(&mut self) {
        if self.document == Document::Open {
            return;
        }
        if self.document == Document::Ended || self.needs_start {
            self.error(self.pos, line_end(self.b, self.pos), "a document must start with `---` here");
        }
        self.document = Document::Open;
        self.needs_start = false;
        self.tree.documents += 1;
    }

    /// One token that may open block structure, at `pos`. Gives the column of the next one on the same line.
    fn token(&mut self, column: usize) -> Option<usize> {
        self.begin_content();
        let start = self.pos;
        self.adopt_stray(column);
        let props = self.props(false);
        if props.any() && (at_line_end(self.b, self.pos) || self.b[self.pos] == b'#') {
            self.lone_props(column, start, props);
            return None;
        }
        let head = self.head(start);
        if let Head::Text(plain) = head {
            self.text_line(column, props, plain);
            return None;
        }
        if props.any() && !matches!(head, Head::Key(..)) {
            self.error(start, self.pos, "an anchor or tag before a list goes on the line above it");
        }
        self.quiet = None;
        let want = if matches!(head, Head::Dash) { Want::Item } else { Want::Entry };
        let Some(frame) = self.place(column, want, start) else {
            self.pos = line_end(self.b, self.pos);
            return None;
        };
        self.own = None;
        match head {
            Head::Dash => {
                self.pos += 1;
                self.begin_link(frame, start, NONE, Slot::Value);
            }
            Head::Question => {
                self.pos += 1;
                self.begin_link(frame, start, NONE, Slot::Key);
            }
            Head::Colon => self.explicit_value(frame),
            Head::Key(key, after) => {
                self.pos = after;
                self.apply(key, props);
                self.begin_link(frame, start, key, Slot::Value);
                self.inline_value(frame);
                return None;
            }
            Head::Text(_) => {}
        }
        self.after_indicator()
    }

    /// Blanks after `- `, `? ` and `: `, where tabs are refused.
    fn after_indicator(&mut self) -> Option<usize> {
        let tab = chars::skip_spaces(self.b, self.pos);
        self.pos = skip_blanks(self.b, tab);
        if self.pos > tab {
            self.error(tab, self.pos, "use spaces here: YAML refuses tabs");
        }
        if at_line_end(self.b, self.pos) {
            return None;
        }
        if self.b[self.pos] == b'#' {
            self.comment();
            return None;
        }
        Some(self.pos - self.line)
    }

    /// `: ` on its own at `pos`: the value of a `? ` key.
    fn explicit_value(&mut self, frame: usize) {
        let start = self.pos;
        self.pos += 1;
        let waiting = match self.frames[frame].slot {
            Slot::Key => {
                let key = self.null(self.frames[frame].slot_at);
                self.fill(frame, key);
                true
            }
            Slot::Filled => self.last_link(frame).is_some_and(|link| link.key != NONE && link.value == NONE),
            Slot::Value => false,
        };
        if waiting {
            self.frames[frame].slot = Slot::Value;
            self.frames[frame].slot_at = self.pos;
            self.last_end = self.pos;
        } else {
            self.error(start, self.pos, "no key before this `:`");
            let key = self.null(start);
            self.begin_link(frame, start, key, Slot::Value);
        }
    }

    /// Tells what the token at `pos` opens. `start` is where its properties began.
    fn head(&mut self, start: usize) -> Head {
        let at = self.pos;
        let next_blank = blank_or_end(self.b, at + 1);
        match self.b[at] {
            b'-' if next_blank => Head::Dash,
            b'?' if next_blank => Head::Question,
            b':' if next_blank && at == start => Head::Colon,
            b':' if next_blank => {
                // `&a : v`: an empty key with properties.
                let key = self.null(at);
                Head::Key(key, at + 1)
            }
            b'"' | b'\'' => {
                let Some(end) = self.quoted_on_line(at) else { return Head::Text(None) };
                let colon = skip_blanks(self.b, end);
                if self.b.get(colon) != Some(&b':') || !blank_or_end(self.b, colon + 1) {
                    return Head::Text(None);
                }
                let key = self.quoted(i32::MIN, false);
                self.key(key, start, colon)
            }
            b'*' => {
                let mut end = at + 1;
                while self.b.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')) {
                    end += 1;
                }
                let colon = skip_blanks(self.b, end);
                if self.b.get(colon) != Some(&b':') || !blank_or_end(self.b, colon + 1) {
                    return Head::Text(None);
                }
                let key = self.alias();
                self.key(key, start, colon)
            }
            b'[' | b'{' | b'|' | b'>' => Head::Text(None),
            byte => {
                let line = plain_line(self.b, at);
                if line.why != Stop::Colon || line.stop == at {
                    return Head::Text(Some(line));
                }
                if let Some(message) = reserved(byte) {
                    self.error(at, line.end, message);
                }
                let key = self.plain_node(at, line.end);
                self.key(key, start, line.stop)
            }
        }
    }

    fn key(&mut self, key: u32, start: usize, colon: usize) -> Head {
        let too_long = colon - start > MAX_KEY
            && self.text.get(start..colon).is_some_and(|key| key.chars().count() > MAX_KEY);
        if too_long {
            self.error(start, colon, "a key can have 1024 characters at most");
        }
        Head::Key(key, colon + 1)
    }

    /// The deepest frame whose column is not right of `column`.
    pub(super) fn frame_for(&self, column: usize) -> usize {
        self.frames.iter().rposition(|f| f.indent <= column as i32).unwrap_or(0)
    }

    /// The frame that a key or item at `column` belongs to, opened if the line opens it. `None` when the
    /// nesting is too deep.
    fn place(&mut self, column: usize, want: Want, start: usize) -> Option<usize> {
        let at = self.frame_for(column);
        let frame = self.frames[at];
        let exact = frame.indent == column as i32;
        let found = match (want, frame.kind) {
            (Want::Item, FrameKind::Sequence) | (Want::Entry, FrameKind::Mapping) if exact => Some(at),
            (Want::Entry, FrameKind::Sequence) if exact && frame.indentless => Some(at - 1),
            (Want::Item, FrameKind::Mapping) if exact && frame.slot != Slot::Filled => {
                self.push(at, want.kind(), column, start)?;
                let list = self.frames.last_mut()?;
                list.indentless = true;
                self.frames[at].last_list = self.frames.last()?.node;
                return Some(self.frames.len() - 1);
            }
            _ if !exact && frame.slot != Slot::Filled => return self.push(at, want.kind(), column, start),
            _ => self.frames.iter().rposition(|f| f.alt == Some(column as i32) && f.kind == want.kind()),
        };
        match found {
            Some(found) => {
                self.close_above(found);
                Some(found)
            }
            None => self.recover(column, want, start),
        }
    }

    /// Properties alone on their line: they wait for the value below.
    fn lone_props(&mut self, column: usize, start: usize, props: Props) {
        let at = self.frame_for(column);
        let frame = &self.frames[at];
        if frame.indent < column as i32 && frame.slot != Slot::Filled {
            self.await_with(at, props);
        } else {
            self.error(start, self.last_end, "no value for this anchor or tag");
        }
        self.finish_line();
    }

    /// What follows a key's colon, or `---`, on the same line.
    fn inline_value(&mut self, at: usize) {
        self.pos = skip_blanks(self.b, self.pos);
        let props = self.props(false);
        self.await_with(at, props);
        if at_line_end(self.b, self.pos) {
            return;
        }
        if self.b[self.pos] == b'#' {
            self.comment();
            return;
        }
        self.value(at, None, None);
    }

    /// A line that is neither key nor item: the value that is awaited, or nothing that fits.
    fn text_line(&mut self, column: usize, props: Props, plain: Option<PlainLine>) {
        let at = self.frame_for(column);
        let frame = self.frames[at];
        // libyaml asks no column of block scalars.
        let block = matches!(self.b[self.pos], b'|' | b'>') && !props.any();
        if (frame.indent < column as i32 || block) && frame.slot != Slot::Filled {
            self.await_with(at, props);
            self.value(at, Some(column), plain);
            return;
        }
        let start = self.pos;
        let end = chars::trim_end(self.b, start, line_end(self.b, start));
        let jinja = self.b[start] == b'{' && matches!(self.b.get(start + 1), Some(b'{' | b'%'));
        if self.quiet.is_none_or(|quiet| column as i32 <= quiet) {
            let message = match (reserved(self.b[start]), frame.kind) {
                _ if jinja => "dbt does not run Jinja before it reads YAML: only quoted strings may hold it",
                (Some(message), _) => message,
                (None, FrameKind::Mapping) if plain.is_some() && frame.indent == column as i32 => {
                    "a key needs `:` and a blank after it"
                }
                (None, FrameKind::Sequence) if frame.indent == column as i32 => {
                    "a list item starts with `- `"
                }
                _ => "this line is no `key:`, no `- item`, and continues nothing",
            };
            self.error(start, end, message);
            self.quiet = Some(frame.indent.max(column as i32));
        }
        if let Some(line) = plain
            && frame.kind == FrameKind::Mapping
            && frame.indent == column as i32
        {
            self.stray = Some(Stray { frame: at, column, start, end: line.end });
        }
        self.own = None;
        match plain {
            Some(PlainLine { stop, why: Stop::Comment, .. }) => {
                self.pos = stop;
                self.comment();
            }
            _ => self.pos = line_end(self.b, start),
        }
    }

    /// A bare word at a mapping's column with deeper lines below was a key: give them to it.
    fn adopt_stray(&mut self, column: usize) {
        let Some(stray) = self.stray.take() else { return };
        if column <= stray.column || stray.frame >= self.frames.len() {
            return;
        }
        // Unless they go on with what was open before, further in than the word's own value would be.
        if self.frames.iter().skip(stray.frame + 2).any(|f| f.indent == column as i32) {
            return;
        }
        self.close_above(stray.frame);
        let key = self.plain_node(stray.start, stray.end);
        let pos = std::mem::replace(&mut self.pos, stray.end);
        self.begin_link(stray.frame, stray.start, key, Slot::Value);
        self.pos = pos;
    }

    /// One value at `pos`, for frame `at`. `own` is its column when it starts its line or follows `- `, where
    /// structure could start too.
    fn value(&mut self, at: usize, own: Option<usize>, plain: Option<PlainLine>) {
        let start = self.pos;
        let indent = self.frames[at].indent;
        let byte = self.b[start];
        let next_blank = blank_or_end(self.b, start + 1);
        self.own = None;
        let node = match byte {
            b'"' | b'\'' => self.quoted(indent, false),
            b'{' if matches!(self.b.get(start + 1), Some(b'{' | b'%')) => self.jinja(indent, false),
            b'[' | b'{' => {
                let props = std::mem::take(&mut self.frames[at].props);
                self.flow(indent, props)
            }
            b'*' => self.alias(),
            b'|' | b'>' => {
                let node = self.block_scalar(indent);
                self.fill_to(at, node);
                return;
            }
            _ => {
                let message = match byte {
                    b'-' if next_blank => Some("a list starts on the line after its key"),
                    b'?' | b':' if next_blank => Some("text in quotes if it is to start with this"),
                    _ => reserved(byte),
                };
                let line = plain.unwrap_or_else(|| plain_line(self.b, start));
                if let Some(message) = message {
                    self.error(start, line.end.max(start + 1), message);
                    self.quiet = Some(indent);
                    self.rest_as_text()
                } else if line.why == Stop::Colon {
                    self.error(
                        line.stop,
                        line.stop + 1,
                        "a second `: ` on this line: put the value in quotes if the colon is part of it",
                    );
                    self.quiet = Some(indent);
                    self.rest_as_text()
                } else {
                    let node = self.plain(start, line, indent);
                    self.fill_to(at, node);
                    self.own = own.map(|column| Own { frame: at, node, column });
                    return;
                }
            }
        };
        self.fill_to(at, node);
        self.finish_line();
    }

    /// Nothing but a comment may follow on this line.
    pub(super) fn finish_line(&mut self) {
        let before = self.b.get(self.pos.wrapping_sub(1)).copied();
        let touching = self.pos;
        self.pos = skip_blanks(self.b, self.pos);
        if at_line_end(self.b, self.pos) {
            return;
        }
        if self.b[self.pos] == b'#' {
            self.comment();
            return;
        }
        let eol = line_end(self.b, self.pos);
        let message = match (self.b[self.pos], before) {
            (b':', _) => "only a short text on one line can be a key",
            (_, Some(b'\'')) if touching == self.pos => {
                "the quote before this ends the value: inside single quotes a quote is written twice"
            }
            (_, Some(b'"')) if touching == self.pos => {
                "the quote before this ends the value: inside double quotes a quote is written `\\\"`"
            }
            _ => "the value has ended before this",
        };
        self.error(self.pos, chars::trim_end(self.b, self.pos, eol), message);
        self.quiet = self.frames.last().map(|f| f.indent);
        self.pos = eol;
    }
}

/// Why plain text cannot start with `byte`.
pub(super) fn reserved(byte: u8) -> Option<&'static str> {
    Some(match byte {
        b'%' => "text cannot start with `%`: put it in quotes",
        b'@' => "text cannot start with `@`: put it in quotes",
        b'`' => "text cannot start with a backtick: put it in quotes",
        b',' => "text cannot start with `,`: put it in quotes",
        b']' => "no `[` for this `]`",
        b'}' => "no `{` for this `}`",
        _ => return None,
    })
}
