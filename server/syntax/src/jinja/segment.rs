//! Cuts a template into tags before anything is parsed, so that a damaged tag cannot hurt its neighbours.
//!
//! A tag that Jinja's own lexer would close ends where Jinja ends it. Any other is damaged and ends early:
//! before the next tag, at its line's end, at a lone `}`. Lexical only; must not know expressions.

use std::ops::Range;

use super::TagKind;
use super::quote;

/// One tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment {
    pub kind: TagKind,
    /// Bytes, delimiters included.
    pub range: Range<usize>,
    /// The closing delimiter is there.
    pub closed: bool,
    /// The first word of a statement; empty for the rest.
    pub keyword: Range<usize>,
    /// Between the delimiters; the body of a raw block.
    pub inner: Range<usize>,
}

/// Cuts `text`. `trust` is asked about a tag that closes only if strings over lines or around other tags
/// are what they seem to be: does it make sense as a whole?
pub(crate) fn segments(text: &str, mut trust: impl FnMut(Range<usize>) -> bool) -> Vec<Segment> {
    let mut cutter = Cutter::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = cutter.next_opener(at) {
        let segment = match text.as_bytes()[start + 1] {
            b'#' => cutter.comment(start),
            b'%' => cutter.raw(start).unwrap_or_else(|| cutter.tag(start, TagKind::Statement, &mut trust)),
            _ => cutter.tag(start, TagKind::Output, &mut trust),
        };
        at = segment.range.end.max(start + 2);
        found.push(segment);
    }
    found
}

struct Cutter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// Open brackets of the tag being read.
    stack: Vec<u8>,
    /// From here on no `'`, `"`, `#}` was found: not searched for again.
    none_after: [usize; 3],
    /// Every `{% endraw %}`, start and end.
    raw_ends: Option<Vec<(usize, usize)>>,
    /// Bytes that may still be read on the assumption that a tag is whole: keeps the work linear.
    budget: usize,
    /// For each `{#` that only a later comment closes: see [`Cutter::comment`].
    unbalanced: Option<Vec<usize>>,
}

const SINGLE: usize = 0;
const DOUBLE: usize = 1;
const COMMENT: usize = 2;

impl<'t> Cutter<'t> {
    fn new(text: &'t str) -> Cutter<'t> {
        Cutter {
            text,
            bytes: text.as_bytes(),
            stack: Vec::new(),
            none_after: [usize::MAX; 3],
            raw_ends: None,
            budget: text.len() * 8 + 4096,
            unbalanced: None,
        }
    }

    fn next_opener(&self, mut at: usize) -> Option<usize> {
        loop {
            at += memchr::memchr(b'{', self.bytes.get(at..)?)?;
            if quote::is_opener(self.bytes, at) {
                return Some(at);
            }
            at += 1;
        }
    }

    /// The next `needle` at or behind `at`, remembering that there is none.
    fn find(&mut self, needle: &str, memo: usize, at: usize) -> Option<usize> {
        if at >= self.none_after[memo] {
            return None;
        }
        let found = self.text.get(at..).and_then(|rest| rest.find(needle));
        if found.is_none() {
            self.none_after[memo] = at;
        }
        found.map(|offset| at + offset)
    }

    // ---- comments and raw blocks

    /// A comment ends at the next `#}`. Without one it was typed a moment ago and ends at the next blank line,
    /// or before the next tag: what the paragraph says stays alive. So does a comment that would merely swallow
    /// the start of a later one.
    fn comment(&mut self, start: usize) -> Segment {
        let from = start + 2;
        let end = self.find("#}", COMMENT, from).map(|at| at + 2);
        let whole = match end {
            Some(end) => {
                let nested = self.bytes[from..end].windows(2).any(|pair| pair == b"{#");
                !(nested && self.is_unbalanced(start))
            }
            None => false,
        };
        let (range, inner) = match end {
            Some(end) if whole => (start..end, from..end - 2),
            _ => {
                let tag = self.next_opener(from).unwrap_or(self.bytes.len());
                let early = self.blank_line(from, tag).unwrap_or(tag);
                let early = self.trim_end(from, early);
                (start..early, from..early)
            }
        };
        Segment { kind: TagKind::Comment, inner, range, closed: end.is_some(), keyword: start..start }
    }

    /// Where the first blank line between `from` and `to` starts.
    fn blank_line(&self, from: usize, to: usize) -> Option<usize> {
        (from..to).find(|at| self.bytes[*at] == b'\n' && quote::blank_line_follows(self.bytes, *at))
    }

    /// Whether the comment at `start` has no end of its own when comments are counted as if they nested. A
    /// region commented out with the comments in it is balanced: there Jinja's reading stays.
    fn is_unbalanced(&mut self, start: usize) -> bool {
        let bytes = self.bytes;
        let unbalanced = self.unbalanced.get_or_insert_with(|| {
            let mut open = Vec::new();
            let mut at = start;
            while let Some(pair) = bytes.get(at..at + 2) {
                match pair {
                    b"{#" => open.push(at),
                    b"#}" => drop(open.pop()),
                    _ => {
                        at += 1;
                        continue;
                    }
                }
                at += 2;
            }
            open
        });
        unbalanced.binary_search(&start).is_ok()
    }

    /// `{% raw %}` with its end. Without one the tag is an ordinary statement.
    fn raw(&mut self, start: usize) -> Option<Segment> {
        let body = bare_tag(self.text, start, "raw", &['-'])?;
        let text = self.text;
        let ends = self.raw_ends.get_or_insert_with(|| {
            let word = |at: usize| {
                let before = text[body..at].trim_end();
                let open = body + before.strip_suffix(['-', '+']).unwrap_or(before).strip_suffix("{%")?.len();
                Some((open, bare_tag(text, open, "endraw", &['-', '+'])?))
            };
            text[body..].match_indices("endraw").filter_map(|(at, _)| word(body + at)).collect()
        });
        let (open, end) = *ends.get(ends.partition_point(|(open, _)| *open < body))?;
        Some(Segment {
            kind: TagKind::Raw,
            range: start..end,
            closed: true,
            keyword: start..start,
            inner: body..open,
        })
    }

    // ---- outputs and statements

    fn tag(&mut self, start: usize, kind: TagKind, trust: &mut impl FnMut(Range<usize>) -> bool) -> Segment {
        let (end, closed) = match self.strict_end(start, kind) {
            Some((end, false)) => (end, true),
            Some((end, true)) if trust(start..end) => (end, true),
            _ => self.damaged_end(start, kind),
        };
        let mark = |byte: Option<&u8>| usize::from(matches!(byte, Some(b'-' | b'+')));
        let from = (start + 2 + mark(self.bytes.get(start + 2))).min(end);
        let marks: &[u8] = if kind == TagKind::Output { b"-" } else { b"-+" };
        let mark_end = usize::from(closed && marks.contains(&self.bytes[end - 3]));
        let to = if closed { end - 2 - mark_end } else { end }.max(from);
        let mut keyword = start..start;
        if kind == TagKind::Statement {
            let inner = &self.text[from..to];
            let word = from + (inner.len() - inner.trim_start().len());
            keyword = word..word + self.bytes[word..to].iter().take_while(|b| quote::is_word(**b)).count();
        }
        Segment { kind, range: start..end, closed, keyword, inner: from..to }
    }

    /// Where Jinja ends the tag at `start`, and whether that rests on a string that is hard to believe.
    fn strict_end(&mut self, start: usize, kind: TagKind) -> Option<(usize, bool)> {
        let bytes = self.bytes;
        let mut doubtful = false;
        let limit = bytes.len().min(start + self.budget.max(512));
        let mut at = start + 2;
        self.stack.clear();
        let end = loop {
            let Some(byte) = bytes[..limit].get(at) else { break None };
            match byte {
                b'\'' | b'"' => {
                    let memo = if *byte == b'\'' { SINGLE } else { DOUBLE };
                    if at >= self.none_after[memo] {
                        break None;
                    }
                    let Some(string) = quote::strict(bytes, at, limit) else {
                        if limit == bytes.len() {
                            self.none_after[memo] = at;
                        }
                        break None;
                    };
                    doubtful |= string.suspicious && !quote::stands_alone(bytes, at, string.end);
                    at = string.end;
                    continue;
                }
                b'{' if quote::is_opener(bytes, at) => break None,
                b'(' | b'[' | b'{' => self.stack.push(*byte),
                b')' | b']' | b'}' if !self.stack.is_empty() => {
                    let open = self.stack.pop();
                    if open != Some(matching(*byte)) {
                        break None;
                    }
                }
                b'}' if kind == TagKind::Output && bytes.get(at + 1) == Some(&b'}') => break Some(at + 2),
                b'%' if self.stack.is_empty() && bytes.get(at + 1) == Some(&b'}') => {
                    break (kind == TagKind::Statement).then_some(at + 2);
                }
                b')' | b']' | b'}' => break None,
                _ => {}
            }
            at += 1;
        };
        self.budget = self.budget.saturating_sub(end.unwrap_or(at) - start);
        end.map(|end| (end, doubtful))
    }

    /// Where a tag ends that Jinja would refuse, and whether its closing delimiter is there.
    fn damaged_end(&mut self, start: usize, kind: TagKind) -> (usize, bool) {
        let bytes = self.bytes;
        // The end should no closing delimiter come before the next tag.
        let mut stop = None;
        let mut braces = 0usize;
        self.stack.clear();
        let mut at = start + 2;
        while let Some(byte) = bytes.get(at).copied() {
            let next = bytes.get(at + 1).copied();
            match byte {
                b'\'' | b'"' => {
                    at = match quote::tolerant(bytes, at, bytes.len()) {
                        Ok(end) | Err(end) => end.max(at + 1),
                    };
                    continue;
                }
                b'{' if quote::is_opener(bytes, at) => break,
                b'(' | b'[' | b'{' => {
                    self.stack.push(byte);
                    braces += usize::from(byte == b'{');
                }
                b')' | b']' => self.close(byte, &mut braces),
                b'}' if next == Some(b'}') && kind == TagKind::Output => {
                    // `}}` may close two dicts, or a dict and, with one more, the tag.
                    if braces >= 2 || braces == 1 && bytes.get(at + 2) == Some(&b'}') {
                        self.close(byte, &mut braces);
                    } else {
                        return (at + 2, true);
                    }
                }
                b'%' if next == Some(b'}') && kind == TagKind::Statement => return (at + 2, true),
                b'}' if braces > 0 => self.close(byte, &mut braces),
                b'}' => {
                    stop.get_or_insert(at);
                    break;
                }
                b'%' if next == Some(b'}') => {
                    stop.get_or_insert(at);
                    break;
                }
                b'\n' if stop.is_none() && !self.goes_on(at) => stop = Some(at),
                _ => {}
            }
            at += 1;
        }
        (self.trim_end(start + 2, stop.unwrap_or(at)), false)
    }

    /// Closes the innermost bracket of this kind, and with it those left open inside.
    fn close(&mut self, byte: u8, braces: &mut usize) {
        let Some(at) = self.stack.iter().rposition(|open| *open == matching(byte)) else { return };
        *braces -= self.stack[at..].iter().filter(|open| **open == b'{').count();
        self.stack.truncate(at);
    }

    /// Whether the line behind the line end at `at` looks like more of the tag, not like SQL.
    fn goes_on(&self, at: usize) -> bool {
        if quote::blank_line_follows(self.bytes, at) {
            return false;
        }
        let rest = self.text[at + 1..].trim_start_matches([' ', '\t']).as_bytes();
        let Some(first) = rest.first() else { return false };
        match first {
            b')' | b']' | b'}' | b',' | b'|' | b'~' | b'.' => return true,
            b'%' | b'-' | b'+' => return rest.get(1) == Some(&b'}') || rest.get(2) == Some(&b'}'),
            _ if self.stack.is_empty() => return false,
            b'\'' | b'"' | b'[' | b'{' | b'(' | b'0'..=b'9' => return true,
            _ => {}
        }
        // `name=`, but not `name ==`.
        let word = rest.iter().take_while(|b| quote::is_word(**b)).count();
        let behind = rest[word..]
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t'))
            .map_or(&rest[..0], |n| &rest[word + n..]);
        word > 0 && behind.first() == Some(&b'=') && behind.get(1) != Some(&b'=')
    }

    fn trim_end(&self, from: usize, to: usize) -> usize {
        from + self.text.get(from..to).map_or(0, |text| text.trim_end().len())
    }
}

/// The end of `{% word %}` at `start`, with the given whitespace marks before `%}`.
fn bare_tag(text: &str, start: usize, word: &str, marks: &[char]) -> Option<usize> {
    let rest = text.get(start + 2..)?;
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest).trim_start().strip_prefix(word)?.trim_start();
    let rest = rest.strip_prefix(marks).unwrap_or(rest);
    Some(text.len() - rest.strip_prefix("%}")?.len())
}

fn matching(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}
