//! Scalars: what they spell once quotes, escapes, folding and indentation are taken away, and where each
//! decoded byte was written. Knows nothing of types (see `resolve`).

use std::borrow::Cow;

use text::{TextRange, TextSize};

use super::chars::{self, break_len, is_blank};
use super::tree::Tag;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `text`
    Plain,
    /// `'text'`
    Single,
    /// `"text"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A scalar in its file.
#[derive(Debug, Clone, Copy)]
pub struct Scalar<'t> {
    /// Its bytes with quotes or block header.
    pub range: TextRange,
    /// Its bytes without them; for a block scalar its lines, trailing blank ones included.
    pub content: TextRange,
    /// How it is written.
    pub style: Style,
    /// False when the closing quote is missing.
    pub closed: bool,
    pub(super) text: &'t str,
    pub(super) indent: u32,
    pub(super) simple: bool,
    pub(super) tag: Tag,
}

/// A scalar's text and the way back to the file.
#[derive(Debug, Clone)]
pub struct Decoded<'t> {
    /// What YAML hands to dbt.
    pub text: Cow<'t, str>,
    /// Runs in order: from this offset of the text on, bytes come from that offset of the file.
    runs: Vec<(u32, u32)>,
    base: u32,
    end: u32,
}

impl Decoded<'_> {
    /// The file's byte from which the byte at `offset` of the text comes. For an escape or a folded break,
    /// its first byte; offsets past the end give the end of the content.
    pub fn source(&self, offset: TextSize) -> TextSize {
        let offset = u32::from(offset);
        let after = self.runs.partition_point(|&(decoded, _)| decoded <= offset);
        let (decoded, source) = match after.checked_sub(1) {
            Some(i) => self.runs[i],
            None => (0, self.base),
        };
        let limit = self.runs.get(after).map_or(self.end, |&(_, source)| source);
        source.saturating_add(offset - decoded).min(limit).into()
    }

    /// [`Decoded::source`] of both ends.
    pub fn source_range(&self, range: TextRange) -> TextRange {
        let start = self.source(range.start());
        TextRange::new(start, self.source(range.end()).max(start))
    }
}

/// Collects decoded text with its runs.
struct Builder<'t> {
    file: &'t str,
    out: String,
    runs: Vec<(u32, u32)>,
}

impl Builder<'_> {
    /// `file[from..to]` as it stands.
    fn copy(&mut self, from: usize, to: usize) {
        if from < to {
            self.runs.push((self.out.len() as u32, from as u32));
            self.out.push_str(self.file.get(from..to).unwrap_or_default());
        }
    }

    /// `c`, written as something else at `from`.
    fn put(&mut self, c: char, from: usize) {
        self.runs.push((self.out.len() as u32, from as u32));
        self.out.push(c);
    }

    /// The breaks at `at`: `\n` each, or U+2028 and U+2029 as they are (libyaml). What was left out before the
    /// first belongs to it: it comes from `from`.
    fn put_breaks(&mut self, at: &[usize], from: usize) {
        for (i, &at) in at.iter().enumerate() {
            match break_len(self.file.as_bytes(), at) {
                3 => self.copy(at, at + 3),
                _ => self.put('\n', if i == 0 { from } else { at }),
            }
        }
    }
}

impl<'t> Scalar<'t> {
    /// What the scalar spells.
    pub fn decoded(&self) -> Decoded<'t> {
        let (from, to) = (usize::from(self.content.start()), usize::from(self.content.end()));
        let raw = self.text.get(from..to).unwrap_or_default();
        let whole = |text| Decoded { text, runs: Vec::new(), base: from as u32, end: to as u32 };
        if self.simple {
            return whole(Cow::Borrowed(raw));
        }
        let mut builder =
            Builder { file: self.text, out: String::with_capacity(raw.len()), runs: Vec::new() };
        match self.style {
            Style::Plain => flowing(&mut builder, from, to, 0),
            Style::Single => flowing(&mut builder, from, to, b'\''),
            Style::Double => flowing(&mut builder, from, to, b'"'),
            Style::Literal | Style::Folded => {
                let header = self.text.get(usize::from(self.range.start())..from).unwrap_or_default();
                block(&mut builder, from, to, self.indent as usize, self.style, header);
            }
        }
        Decoded { text: Cow::Owned(builder.out), runs: builder.runs, base: from as u32, end: to as u32 }
    }
}

/// Plain and quoted text: single breaks fold to a blank, further ones stay, blanks around them go.
fn flowing(out: &mut Builder<'_>, from: usize, to: usize, quote: u8) {
    let file = out.file;
    let b = &file.as_bytes()[..to];
    let mut i = from;
    let mut run = from;
    while i < to {
        if quote != 0 {
            i = chars::quoted_stop(b, i, quote);
        } else {
            i = chars::line_end(b, i);
        }
        if i >= to {
            break;
        }
        match b[i] {
            b'\'' if quote == b'\'' => {
                // `''`: keep the first quote, leave the second out.
                out.copy(run, i + 1);
                i = (i + 2).min(to);
                run = i;
            }
            b'\\' if quote == b'"' => {
                out.copy(run, i);
                let broken = break_len(b, i + 1);
                if broken > 0 {
                    i = fold(out, i + 1 + broken, to, None);
                } else {
                    let (c, next) = escape(b, i);
                    if let Some(c) = c {
                        out.put(c, i);
                    } else {
                        out.copy(i, next);
                    }
                    i = next;
                }
                run = i;
            }
            _ if break_len(b, i) > 0 => {
                let text_end = chars::trim_end(b, run, i);
                out.copy(run, text_end);
                i = fold(out, i + break_len(b, i), to, Some((i, text_end)));
                run = i;
            }
            _ => i += 1,
        }
    }
    out.copy(run, to.max(run));
}

/// Skips blank lines and indentation from `i`, after a break, and puts what they fold to. `first` is that
/// break and where the text before it ended, or `None` when the break was escaped.
fn fold(out: &mut Builder<'_>, mut i: usize, to: usize, first: Option<(usize, usize)>) -> usize {
    let b = &out.file.as_bytes()[..to];
    let mut breaks = Vec::new();
    loop {
        while is_blank(b.get(i)) {
            i += 1;
        }
        match break_len(b, i) {
            0 => break,
            n => {
                breaks.push(i);
                i += n;
            }
        }
    }
    if let Some((at, text_end)) = first {
        if break_len(b, at) == 3 {
            out.put_breaks(&[at], at);
        } else if breaks.is_empty() {
            out.put(' ', text_end);
        } else {
            out.put_breaks(&breaks, text_end);
            return i;
        }
    }
    if let Some(&at) = breaks.first() {
        out.put_breaks(&breaks, at);
    }
    i
}

/// The character of the escape at `i` (a backslash not before a break) and the offset after it; `None` when
/// it is no escape that YAML knows.
pub(super) fn escape(b: &[u8], i: usize) -> (Option<char>, usize) {
    let Some(&code) = b.get(i + 1) else { return (None, b.len()) };
    let simple = match code {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' | b'u' | b'U' => {
            let digits = match code {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let value = b
                .get(i + 2..i + 2 + digits)
                .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))
                .and_then(|hex| std::str::from_utf8(hex).ok())
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32);
            return match value {
                Some(c) => (Some(c), i + 2 + digits),
                None => (None, i + 2),
            };
        }
        // Not to cut a character in two.
        0x80.. => return (None, i + 1),
        _ => return (None, i + 2),
    };
    (Some(simple), i + 2)
}

/// Block text: `indent` columns go from each line, folded lines join, the end is chomped as the header says.
fn block(out: &mut Builder<'_>, from: usize, to: usize, indent: usize, style: Style, header: &str) {
    let b = &out.file.as_bytes()[..to];
    let mut i = from;
    // Breaks met since the last line of text; the first ends that line, or precedes all text.
    let mut breaks: Vec<usize> = Vec::new();
    let mut started = false;
    let mut previous_blank = false;
    loop {
        let line = i;
        while i < line + indent && b.get(i) == Some(&b' ') {
            i += 1;
        }
        let broken = break_len(b, i);
        if broken > 0 {
            breaks.push(i);
            i += broken;
            continue;
        }
        if i >= to {
            break;
        }
        let blank = is_blank(b.get(i));
        let mut rest = breaks.as_slice();
        if let (true, [first, after @ ..]) = (started, rest) {
            let folds = style == Style::Folded && !previous_blank && !blank && break_len(b, *first) != 3;
            if folds {
                if after.is_empty() {
                    out.put(' ', *first);
                }
                rest = after;
            }
        }
        if let Some(&first) = breaks.first() {
            out.put_breaks(rest, first);
        }
        breaks.clear();
        started = true;
        previous_blank = blank;
        let end = chars::line_end(b, i);
        out.copy(i, end);
        i = end;
        let broken = break_len(b, i);
        if broken > 0 {
            breaks.push(i);
            i += broken;
        }
    }
    let header = header.split(['#', '\n', '\r']).next().unwrap_or_default();
    let kept = if header.contains('-') {
        0
    } else if header.contains('+') {
        breaks.len()
    } else {
        breaks.len().min(usize::from(started))
    };
    if let Some(&first) = breaks.first() {
        out.put_breaks(&breaks[..kept], first);
    }
}
