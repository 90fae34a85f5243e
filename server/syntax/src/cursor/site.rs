//! From an offset to its tag, its tokens and the calls around it.

use std::ops::Range;

use smol_str::SmolStr;
use text::{TextRange, TextSize};

use super::{ArgSite, CallSite, Site, StrSite, TagSite};
use crate::frames::{self, ArgTokens, Frame};
use crate::jinja::TagKind;
use crate::jinja::quote;
use crate::jinja::segment::{Segment, segments};
use crate::python::normalised;
use crate::token::{self, Token, TokenKind};

/// The byte offset, at most the text's end, at the start of a character.
pub(super) fn floor(text: &str, offset: TextSize) -> usize {
    let mut at = usize::from(offset).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn template(text: &str, offset: usize) -> Site {
    if !text.contains('{') {
        return Site::Content;
    }
    // No tree is asked here: a doubtful string is taken as damage.
    let all = segments(text, |_| false);
    let index = all.partition_point(|segment| segment.range.start + 2 <= offset);
    let Some(segment) = index.checked_sub(1).and_then(|index| all.get(index)) else { return Site::Content };
    let end = segment.range.end;
    let inside = match (segment.kind, segment.closed) {
        (TagKind::Comment, false) => offset <= end || same_line(text, end, offset),
        (_, true) => offset <= end.saturating_sub(2),
        (_, false) => offset <= end || goes_on(text, segment, offset),
    };
    if !inside {
        return Site::Content;
    }
    match segment.kind {
        TagKind::Comment => return Site::Comment,
        TagKind::Raw => return Site::Raw,
        TagKind::Output | TagKind::Statement => {}
    }
    let keyword = &text[segment.keyword.clone()];
    let from = if keyword.is_empty() { segment.inner.start } else { segment.keyword.end };
    let region = from..segment.inner.end.max(if segment.closed { 0 } else { offset });
    let reader = Reader {
        text,
        offset,
        tokens: token::jinja(text, region.start.min(region.end)..region.end, segment.closed),
        region: segment.inner.start.min(region.end)..region.end,
    };
    let definitions: &[&str] = if is_definition(keyword) { &[""] } else { &[] };
    let mut site = reader.site(definitions, None);
    site.tag = segment.kind;
    site.tag_range = text::range(segment.range.start, end);
    site.closed = segment.closed;
    site.keyword = (!keyword.is_empty()).then(|| keyword.into());
    Site::Tag(site)
}

/// Words whose first parenthesis holds parameters.
fn is_definition(keyword: &str) -> bool {
    matches!(keyword, "macro" | "test" | "data_test" | "materialization" | "snapshot" | "docs" | "block")
}

fn same_line(text: &str, end: usize, offset: usize) -> bool {
    text.get(end..offset).is_some_and(|between| !between.contains('\n'))
}

/// Whether an offset behind an unclosed tag still belongs to it: on its line, or on a blank line while a
/// bracket is open.
fn goes_on(text: &str, segment: &Segment, offset: usize) -> bool {
    let Some(between) = text.get(segment.range.end..offset) else { return false };
    if !between.trim().is_empty() {
        return false;
    }
    let lines = between.bytes().filter(|b| *b == b'\n').count();
    let open = || {
        let tokens = token::jinja(text, segment.inner.clone(), false);
        frames::frames(text, &tokens, &[]).iter().any(|frame| !frame.closed)
    };
    lines == 0 || lines <= 2 && open()
}

pub(super) fn expression(text: &str, offset: usize) -> Site {
    let tokens = token::jinja(text, 0..text.len(), false);
    Site::Tag(Reader { text, offset, tokens, region: 0..text.len() }.site(&[], None))
}

pub(super) fn python(text: &str, offset: usize) -> Site {
    let tokens = token::python(text);
    let reader = Reader { text, offset, tokens, region: 0..text.len() };
    let site = reader.site(&["def", "class"], Some("dbt"));
    if site.calls.is_empty() && !site.word_text.starts_with("dbt.") {
        return Site::Content;
    }
    Site::Tag(site)
}

struct Reader<'t> {
    text: &'t str,
    offset: usize,
    tokens: Vec<Token>,
    /// What may be read: the inside of the tag.
    region: Range<usize>,
}

impl Reader<'_> {
    /// `object`: only calls on this name count, and their names are normalised.
    fn site(&self, definitions: &[&str], object: Option<&str>) -> TagSite {
        let found = frames::frames(self.text, &self.tokens, definitions);
        let calls: Vec<CallSite> = found
            .iter()
            .filter(|frame| self.is_around(frame))
            .filter_map(|frame| {
                let (name, range) = frame.callee.clone()?;
                let name = if object.is_some() { normalised(&name)? } else { name };
                Some(self.call(frame, name, range))
            })
            .collect();
        let string = self.string();
        let word = if string.is_some() { self.offset..self.offset } else { self.word() };
        let word_text = self.text[word.clone()].chars().filter(|c| !c.is_whitespace());
        let keyword_arg = calls.last().and_then(|call| {
            let arg = call.args.get(call.active)?;
            let (name, range) = arg.keyword.as_ref()?;
            (usize::from(range.end()) < self.offset).then(|| name.clone())
        });
        TagSite {
            tag: TagKind::Output,
            tag_range: text::range(self.region.start, self.region.end),
            closed: true,
            keyword: None,
            calls,
            string,
            word_text: SmolStr::from_iter(word_text),
            word: text::range(word.start, word.end),
            keyword_arg,
        }
    }

    /// Where the token at `index` starts; the region's end behind the last one.
    fn start(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.region.end, |token| token.range.start)
    }

    fn is_around(&self, frame: &Frame) -> bool {
        self.tokens[frame.open].range.end <= self.offset && self.offset <= self.start(frame.end)
    }

    fn call(&self, frame: &Frame, name: SmolStr, name_range: Range<usize>) -> CallSite {
        let args = frames::arguments(&self.tokens, frame, self.region.end);
        let active = args.iter().rposition(|arg| arg.space.start <= self.offset).unwrap_or(0);
        CallSite {
            name,
            name_range: text::range(name_range.start, name_range.end),
            open: text::size(self.tokens[frame.open].range.end),
            close: frame.closed.then(|| text::size(self.start(frame.end))),
            args: args.iter().map(|arg| self.argument(arg)).collect(),
            active,
        }
    }

    fn argument(&self, arg: &ArgTokens) -> ArgSite {
        let keyword = arg.keyword.map(|index| {
            let range = self.tokens[index].range.clone();
            (SmolStr::new(&self.text[range.clone()]), text::range(range.start, range.end))
        });
        let tokens = &self.tokens[arg.value()];
        let string = match tokens {
            [token] => self.str_site(token),
            _ => None,
        };
        let range = match (tokens, &string) {
            ([token], Some(string)) if !string.terminated => {
                text::range(token.range.start, usize::from(string.content.end()))
            }
            ([first, ..], _) => text::range(first.range.start, tokens[tokens.len() - 1].range.end),
            ([], _) => TextRange::empty(text::size(self.empty_place(arg))),
        };
        ArgSite { keyword, range, string, value: frames::value(self.text, tokens) }
    }

    /// Where the value of an argument without one would be typed: here, or behind the delimiter.
    fn empty_place(&self, arg: &ArgTokens) -> usize {
        let from = arg.keyword.map_or(arg.space.start, |index| self.tokens[index + 1].range.end);
        if (from..=arg.space.end).contains(&self.offset) {
            return self.offset;
        }
        let behind_comma = from > 0 && self.text.as_bytes()[from - 1] == b',';
        from + usize::from(behind_comma && self.text[from..arg.space.end].starts_with(' '))
    }

    /// The literal the offset is in or at.
    fn string(&self) -> Option<StrSite> {
        let around = self.tokens.iter().filter(|token| {
            matches!(token.kind, TokenKind::Str(_))
                && token.range.start <= self.offset
                && self.offset <= self.reach_of(token)
        });
        // Of two that touch here the one that really contains the offset.
        let token = around.min_by_key(|token| token.range.start == self.offset)?;
        self.str_site(token)
    }

    /// Behind an unclosed string blanks may have been typed that are still part of it.
    fn reach_of(&self, token: &Token) -> usize {
        let closed = matches!(token.kind, TokenKind::Str(quotes) if quotes.after > 0);
        if closed { token.range.end } else { token.range.end.max(self.typed_end(token)) }
    }

    fn typed_end(&self, token: &Token) -> usize {
        let blank = self
            .text
            .get(token.range.end..self.offset)
            .is_some_and(|between| between.bytes().all(|b| matches!(b, b' ' | b'\t')));
        if blank { self.offset } else { token.range.end }
    }

    fn str_site(&self, token: &Token) -> Option<StrSite> {
        let TokenKind::Str(quotes) = token.kind else { return None };
        let mut content = frames::content(token, quotes);
        let terminated = quotes.after > 0;
        if !terminated {
            // Blanks at the end belong to what follows, unless they were just typed.
            let end = content.start + self.text[content.clone()].trim_end().len();
            let here = if (content.start..=content.end).contains(&self.offset) { self.offset } else { 0 };
            content.end =
                end.max(here).max(if self.offset > content.end { self.typed_end(token) } else { 0 });
        }
        Some(StrSite {
            content: text::range(content.start, content.end),
            quote: char::from(quotes.quote),
            terminated,
        })
    }

    /// The dotted name around the offset.
    fn word(&self) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let part = |at: usize| quote::is_word(bytes[at]) || bytes[at] == b'.';
        let mut start = self.offset.min(self.region.end);
        while start > self.region.start && part(start - 1) {
            start -= 1;
        }
        let mut end = self.offset.max(start);
        while end < self.region.end && part(end) {
            end += 1;
        }
        if bytes[start..end].first().is_some_and(u8::is_ascii_digit) {
            return self.offset..self.offset;
        }
        start..end
    }
}
