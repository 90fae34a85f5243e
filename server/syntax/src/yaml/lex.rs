//! The pieces of one value: properties, quoted, plain and block scalars, aliases. Each reads at `pos`, makes
//! its node, and leaves `pos` where the rest of the line goes on.

use text::TextRange;

use super::block::{Parser, Props};
use super::chars::{
    self, at_line_end, blank_or_end, break_len, dash, document_marker, is_blank, line_end, looks_structured,
    skip_blanks,
};
use super::scalar::{Style, escape};
use super::tree::{Data, NONE, SIMPLE, Shape, Tag, UNCLOSED, span};

/// Errors kept: a text with more is no YAML.
const MAX_ERRORS: usize = 1000;

/// One line of plain text.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlainLine {
    /// After the last non-blank byte.
    pub end: usize,
    /// The byte that stopped it: the colon, the `#`, the break.
    pub stop: usize,
    pub why: Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// `: `
    Colon,
    /// ` #`
    Comment,
    LineEnd,
}

/// Plain text in block context from `start` to the end of its line at most.
pub(super) fn plain_line(b: &[u8], start: usize) -> PlainLine {
    let mut i = start;
    let why = loop {
        i = chars::plain_stop(b, i);
        match b.get(i) {
            None => break Stop::LineEnd,
            Some(b':') if blank_or_end(b, i + 1) => break Stop::Colon,
            Some(b'#') if i > start && is_blank(b.get(i - 1)) => break Stop::Comment,
            Some(_) if break_len(b, i) > 0 => break Stop::LineEnd,
            Some(_) => i += 1,
        }
    };
    PlainLine { end: chars::trim_end(b, start, i), stop: i, why }
}

/// The end of the line from `start` on, ` #` comments left out, trailing blanks too.
fn text_end(b: &[u8], start: usize) -> (usize, usize) {
    let mut line = plain_line(b, start);
    while line.why == Stop::Colon {
        let next = plain_line(b, line.stop + 1);
        let comment_after_colon = next.why == Stop::LineEnd && is_blank(b.get(next.stop));
        line = PlainLine { end: next.end.max(line.stop + 1), ..next };
        if comment_after_colon {
            break;
        }
    }
    (line.end, line.stop)
}

fn anchor_end(b: &[u8], mut i: usize) -> usize {
    while b.get(i).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')) {
        i += 1;
    }
    i
}

/// What libyaml wants after the name of an anchor or alias.
fn anchor_ends_well(b: &[u8], start: usize, end: usize) -> bool {
    end > start
        && (blank_or_end(b, end)
            || matches!(b.get(end), Some(b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`')))
}

impl<'t> Parser<'t> {
    pub(super) fn scalar_node(
        &mut self,
        style: Style,
        range: (usize, usize),
        content: (usize, usize),
        flags: u8,
    ) -> u32 {
        self.node(Data {
            shape: Shape::Scalar(style),
            flags,
            tag: Tag::None,
            start: range.0 as u32,
            end: range.1 as u32,
            a: content.0 as u32,
            b: content.1 as u32,
            indent: 0,
        })
    }

    /// A plain scalar of one line.
    pub(super) fn plain_node(&mut self, start: usize, end: usize) -> u32 {
        self.scalar_node(Style::Plain, (start, end), (start, end), SIMPLE)
    }

    /// Anchors and tags at `pos`, then blanks.
    pub(super) fn props(&mut self, flow: bool) -> Props {
        let mut props = Props::default();
        loop {
            let start = self.pos;
            match self.b.get(start) {
                Some(b'&') => {
                    let end = anchor_end(self.b, start + 1);
                    if !anchor_ends_well(self.b, start + 1, end) {
                        self.error(
                            start,
                            end.max(start + 1),
                            "an anchor's name is made of letters, digits, `_` and `-`",
                        );
                    } else if props.anchor.is_some() {
                        self.error(start, end, "a value can have one anchor only");
                    }
                    props.anchor = Some((start as u32 + 1, end as u32));
                    self.pos = end;
                }
                Some(b'!') => {
                    let end = self.tag_end(start, flow);
                    if props.tagged {
                        self.error(start, end, "a value can have one tag only");
                    }
                    if flow && !blank_or_end(self.b, end) && self.b[end] != b',' {
                        self.error(start, end, "a tag ends with a blank");
                    }
                    props.tag = self.tag(start, end);
                    props.tagged = true;
                    self.pos = end;
                }
                _ => return props,
            }
            self.last_end = self.pos;
            self.pos = skip_blanks(self.b, self.pos);
        }
    }

    fn tag_end(&self, start: usize, flow: bool) -> usize {
        let mut i = start + 1;
        let verbatim = self.b.get(i) == Some(&b'<');
        while !blank_or_end(self.b, i)
            && (verbatim || !flow || !matches!(self.b[i], b',' | b'[' | b']' | b'{' | b'}'))
        {
            i += 1;
            if verbatim && self.b.get(i - 1) == Some(&b'>') {
                break;
            }
        }
        i
    }

    /// The tags PyYAML's safe loader can construct.
    fn tag(&mut self, start: usize, end: usize) -> Tag {
        let written = self.text.get(start..end).unwrap_or_default();
        let name = written
            .strip_prefix("!!")
            .or_else(|| written.strip_prefix("!<tag:yaml.org,2002:").and_then(|t| t.strip_suffix('>')));
        match name {
            Some("str") => Tag::Str,
            Some("int") => Tag::Int,
            Some("float") => Tag::Float,
            Some("bool") => Tag::Bool,
            Some("null") => Tag::Null,
            Some("timestamp") => Tag::Timestamp,
            Some("binary") => Tag::Binary,
            Some("seq" | "omap" | "pairs") => Tag::Sequence,
            Some("map" | "set") => Tag::Mapping,
            None if written == "!" => Tag::Bare,
            _ => {
                if !self.custom_tags {
                    self.error(start, end, &format!("dbt knows no tag `{written}`"));
                }
                Tag::Other
            }
        }
    }

    /// `*name` at `pos`.
    pub(super) fn alias(&mut self) -> u32 {
        let start = self.pos;
        let end = anchor_end(self.b, start + 1);
        let name = self.text.get(start + 1..end).unwrap_or_default();
        let mut target = NONE;
        if !anchor_ends_well(self.b, start + 1, end) {
            self.error(
                start,
                end.max(start + 1),
                "an alias is `*` and the name of an anchor; quote the text if it is meant as text",
            );
        } else if let Some(&id) = self.anchors.get(name) {
            // A collection still being read contains this alias: not followed, or walks would not end.
            if self.tree.data(id).is_some_and(|d| d.end != NONE) {
                target = id;
            }
        } else {
            self.error(start, end, &format!("no anchor `&{name}` before this alias"));
        }
        self.pos = end;
        let id = self.node(Data {
            shape: Shape::Alias,
            flags: 0,
            tag: Tag::None,
            start: start as u32,
            end: end as u32,
            a: target,
            b: NONE,
            indent: 0,
        });
        self.tree.aliases.push(id);
        id
    }

    /// The end of a quoted scalar that closes on its line, for telling keys from values.
    pub(super) fn quoted_on_line(&self, start: usize) -> Option<usize> {
        let quote = self.b[start];
        let mut i = start + 1;
        loop {
            i = chars::quoted_stop(self.b, i, quote);
            match self.b.get(i)? {
                b'\'' if quote == b'\'' && self.b.get(i + 1) == Some(&b'\'') => i += 2,
                &c if c == quote => return Some(i + 1),
                b'\\' if break_len(self.b, i + 1) == 0 => i += 2,
                b'\\' => return None,
                _ if break_len(self.b, i) > 0 => return None,
                _ => i += 1,
            }
        }
    }

    /// A quoted scalar at `pos`; it may span lines. `indent` is the column of the block it stands in.
    ///
    /// libyaml lets a quoted scalar run over any line. Here a line that is not deeper than the block, or reads
    /// like a key or an item, ends it unless it closes properly later: with nothing but the end of a value
    /// behind the closing quote.
    pub(super) fn quoted(&mut self, indent: i32, flow: bool) -> u32 {
        let b = self.b;
        let start = self.pos;
        let quote = b[start];
        let style = if quote == b'"' { Style::Double } else { Style::Single };
        let mut i = start + 1;
        let mut line = self.line;
        let mut simple = true;
        let mut cut: Option<usize> = None;
        let mut bad_escape: Option<(usize, usize)> = None;
        let closed = loop {
            i = chars::quoted_stop(b, i, quote);
            let Some(&c) = b.get(i) else { break false };
            let broken = match c {
                b'\'' if b.get(i + 1) == Some(&b'\'') && quote == b'\'' => {
                    simple = false;
                    i += 2;
                    continue;
                }
                _ if c == quote => break true,
                b'\\' => {
                    simple = false;
                    let broken = break_len(b, i + 1);
                    if broken == 0 {
                        let (escaped, next) = escape(b, i);
                        if escaped.is_none() {
                            bad_escape.get_or_insert((i, next));
                        }
                        i = next;
                        continue;
                    }
                    i += 1;
                    broken
                }
                _ => break_len(b, i),
            };
            if broken == 0 {
                i += 1;
                continue;
            }
            simple = false;
            i += broken;
            line = i;
            if document_marker(b, i) {
                break false;
            }
            i = skip_blanks(b, i);
            if cut.is_none() && !at_line_end(b, i) && ((i - line) as i32 <= indent || looks_structured(b, i))
            {
                if self.budget == 0 {
                    i = line;
                    break false;
                }
                cut = Some(line);
            }
        };
        let ends_well = closed && {
            let after = skip_blanks(b, i + 1);
            cut.is_none()
                || at_line_end(b, after)
                // A `#` right behind the quote is a comment too, unless it is text between two quotes.
                || (b[after] == b'#'
                    && (after > i + 1 || !b[after..line_end(b, after)].contains(&quote)))
                || (flow && matches!(b[after], b',' | b']' | b'}' | b':'))
        };
        if ends_well {
            if let Some((from, to)) = bad_escape {
                self.error(
                    from,
                    to,
                    "YAML knows no such escape; write the backslash twice, or use single quotes",
                );
            }
            self.pos = i + 1;
            self.line = line;
            return self.scalar_node(style, (start, i + 1), (start + 1, i), if simple { SIMPLE } else { 0 });
        }
        self.error(start, line_end(b, start), &format!("this `{}` is never closed", quote as char));
        let limit = cut.unwrap_or(i);
        self.budget = self.budget.saturating_sub(i - limit);
        let mut end = limit.max(start + 1);
        while end > start + 1 && (is_blank(b.get(end - 1)) || matches!(b.get(end - 1), Some(b'\n' | b'\r'))) {
            end -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.pos = end;
        self.line = self.line_of(end);
        self.scalar_node(style, (start, end), (start + 1, end), UNCLOSED)
    }

    /// A plain scalar in block context whose first line is `first`; it may go on over deeper lines. When one of
    /// those turns out to hold a `: `, which PyYAML refuses, the scalar ends before it (or before the
    /// first line that looks like an item) and that line is read for itself.
    pub(super) fn plain(&mut self, start: usize, first: PlainLine, indent: i32) -> u32 {
        let b = self.b;
        let mut end = first.end;
        let mut lines = 1;
        self.pos = first.stop;
        let mut more = first.why == Stop::LineEnd;
        let mut item: Option<(usize, usize, usize)> = None;
        while more {
            let mut i = self.pos;
            let mut line = self.line;
            loop {
                let broken = break_len(b, i);
                if broken == 0 {
                    break;
                }
                i += broken;
                line = i;
                while is_blank(b.get(i)) {
                    if b[i] == b'\t' && ((i - line) as i32) <= indent {
                        let tabs = skip_blanks(b, i);
                        self.line = line;
                        self.error(i, tabs, "indent with spaces: YAML refuses tabs here");
                        i = tabs;
                        break;
                    }
                    i += 1;
                }
            }
            self.line = line;
            self.pos = i;
            let column = (i - line) as i32;
            if i >= b.len() || b[i] == b'#' || column <= indent || (column == 0 && document_marker(b, i)) {
                break;
            }
            let next = plain_line(b, i);
            if next.why == Stop::Colon {
                if let Some((item_line, at, end_before)) = item
                    && self.budget >= i - at
                {
                    self.budget -= i - at;
                    (self.line, self.pos, end) = (item_line, at, end_before);
                }
                break;
            }
            if item.is_none() && dash(b, i) {
                item = Some((line, i, end));
            }
            end = next.end;
            lines += 1;
            self.pos = next.stop;
            more = next.why == Stop::LineEnd;
        }
        self.scalar_node(Style::Plain, (start, end), (start, end), if lines == 1 { SIMPLE } else { 0 })
    }

    /// The rest of the line as one plain scalar, after an error.
    pub(super) fn rest_as_text(&mut self) -> u32 {
        let start = self.pos;
        let (end, stop) = text_end(self.b, start);
        self.pos = stop;
        self.plain_node(start, end.max(start))
    }

    /// `{{ … }}` or `{% … %}` at `pos`, which PyYAML always refuses there, kept as one plain scalar: to the end of
    /// the line in block context, else to its closer.
    pub(super) fn jinja(&mut self, indent: i32, flow: bool) -> u32 {
        let start = self.pos;
        let closer = if self.b.get(start + 1) == Some(&b'{') { "}}" } else { "%}" };
        let mut from = start + 2;
        let mut line = self.line;
        let (mut end, mut stop);
        loop {
            let eol = line_end(self.b, from.min(self.b.len()));
            (end, stop) = (chars::trim_end(self.b, start, eol), eol);
            let found = self.text.get(from..eol).and_then(|t| t.find(closer));
            if let Some(at) = found {
                let after = from + at + 2;
                (end, stop) = if flow { (after, after) } else { text_end(self.b, after) };
                end = end.max(after);
                break;
            }
            let next = eol + break_len(self.b, eol);
            let token = skip_blanks(self.b, next);
            let ends = next == eol
                || at_line_end(self.b, token)
                || (token - next) as i32 <= indent
                || looks_structured(self.b, token);
            if ends {
                break;
            }
            (from, line) = (token, next);
        }
        self.error(
            start,
            chars::trim_end(self.b, start, line_end(self.b, start)).min(end),
            "a value that starts with Jinja must be in quotes, or YAML reads its `{` as a mapping",
        );
        let multi = line != self.line;
        self.line = line;
        self.pos = stop;
        self.scalar_node(Style::Plain, (start, end), (start, end), if multi { 0 } else { SIMPLE })
    }

    /// A block scalar at `pos`, its `|` or `>`. Leaves `pos` at the start of the first line after it.
    pub(super) fn block_scalar(&mut self, indent: i32) -> u32 {
        let b = self.b;
        let start = self.pos;
        let style = if b[start] == b'|' { Style::Literal } else { Style::Folded };
        let mut i = start + 1;
        let mut explicit = None;
        let mut chomped = false;
        loop {
            match b.get(i) {
                Some(b'+' | b'-') if !chomped => chomped = true,
                Some(digit @ b'0'..=b'9') if explicit.is_none() => explicit = Some(digit - b'0'),
                _ => break,
            }
            i += 1;
        }
        let mut end = i;
        if explicit == Some(0) {
            self.error(start, i, "an indentation indicator is a digit from 1 to 9");
        }
        i = skip_blanks(b, i);
        if b.get(i) == Some(&b'#') {
            self.pos = i;
            self.comment();
        } else if !at_line_end(b, i) {
            end = chars::trim_end(b, start, line_end(b, i));
            self.error(i, end, "the text of a block scalar starts on the next line");
        }
        i = line_end(b, i);
        i += break_len(b, i);
        let content = i;
        let column = match explicit {
            Some(n @ 1..) => indent.max(0) as usize + n as usize,
            _ => self.detect_indent(content).max((indent + 1).max(1) as usize),
        };
        loop {
            self.line = i;
            let mut at = i;
            while at < i + column && b.get(at) == Some(&b' ') {
                at += 1;
            }
            let broken = break_len(b, at);
            if broken > 0 {
                i = at + broken;
                continue;
            }
            if at >= b.len() {
                i = at;
                break;
            }
            if at < i + column {
                if b[at] != b'\t' {
                    break;
                }
                self.error(at, skip_blanks(b, at), "indent with spaces: YAML refuses tabs here");
            }
            let eol = line_end(b, at);
            let trimmed = chars::trim_end(b, at, eol);
            if trimmed > at {
                end = trimmed;
            }
            i = eol + break_len(b, eol);
            if i == eol {
                break;
            }
        }
        self.line = self.line.min(i);
        self.pos = i;
        let id = self.scalar_node(style, (start, end), (content.min(i), i), 0);
        self.tree.nodes[id as usize].indent = column as u32;
        id
    }

    /// The columns of the leading blank lines and of the first line of text, whichever is most.
    fn detect_indent(&mut self, mut i: usize) -> usize {
        let mut most = 0;
        loop {
            let line = i;
            i = chars::skip_spaces(self.b, i);
            most = most.max(i - line);
            if self.b.get(i) == Some(&b'\t') {
                self.line = line;
                self.error(i, skip_blanks(self.b, i), "indent with spaces: YAML refuses tabs here");
            }
            match break_len(self.b, i) {
                0 => return most,
                n => i += n,
            }
        }
    }

    /// A comment at `pos`.
    pub(super) fn comment(&mut self) {
        let end = line_end(self.b, self.pos);
        self.tree.comments.push(span(self.pos as u32, end as u32));
        self.pos = end;
    }

    /// The start of the line that `i` is on.
    fn line_of(&self, i: usize) -> usize {
        let mut at = i;
        while at > 0 {
            let previous = self.b[at - 1];
            let ends = matches!(previous, b'\n' | b'\r')
                || (previous == 0x85 && break_len(self.b, at.saturating_sub(2)) == 2)
                || (matches!(previous, 0xA8 | 0xA9) && break_len(self.b, at.saturating_sub(3)) == 3);
            if ends {
                break;
            }
            at -= 1;
        }
        at
    }

    /// One error a line: the first is the cause, the others follow from it.
    pub(super) fn error(&mut self, start: usize, end: usize, message: &str) {
        self.error_with(start, end, message, None);
    }

    pub(super) fn error_with(
        &mut self,
        start: usize,
        end: usize,
        message: &str,
        related: Option<(TextRange, String)>,
    ) {
        if self.error_line == Some(self.line) || self.tree.errors.len() >= MAX_ERRORS {
            return;
        }
        self.error_line = Some(self.line);
        let range = span(start as u32, end.max(start) as u32);
        self.tree.errors.push(crate::SyntaxError { range, message: message.to_owned(), related });
    }
}
