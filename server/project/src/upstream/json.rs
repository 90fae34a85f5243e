//! JSON from a stream, for serde visitors, in a fixed window of memory.
//!
//! A manifest of 200 MB must neither be held in memory nor take seconds, and nearly all of it is skipped:
//! serde_json is fast over a slice but takes bytes one at a time from a reader. What is skipped is checked for
//! closed strings and balanced brackets only. `NaN` and `Infinity`, which Python writes, count as null. Must
//! not know what the JSON means. Never recurses by itself: depth is up to the visitors.

use std::fmt;
use std::io::{ErrorKind, Read};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Why the JSON cannot be read; [`Json::position`] tells where.
#[derive(Debug)]
pub(super) enum Fault {
    /// It ends in the middle.
    End,
    /// A text that is not UTF-8.
    Utf8,
    /// Not JSON.
    Syntax(&'static str),
    /// The reader's error.
    Io(String),
    /// A visitor's own error.
    Visitor(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::End => f.write_str("unexpected end"),
            Fault::Utf8 => f.write_str("not UTF-8"),
            Fault::Syntax(what) => f.write_str(what),
            Fault::Io(what) | Fault::Visitor(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::Visitor(message.to_string())
    }
}

const WINDOW: usize = 256 * 1024;
/// No text that is kept is longer: a missing quote must not read the whole file into memory.
const LONGEST_TEXT: usize = 64 * 1024 * 1024;

/// A JSON document being read.
pub(super) struct Json<R> {
    reader: R,
    window: Vec<u8>,
    /// The next byte in the window.
    at: usize,
    /// Where the read part of the window ends.
    end: usize,
    /// Bytes of the document before the window.
    before: u64,
    /// Line ends among them, and the offset after the last.
    lines_before: usize,
    line_start: u64,
    /// A text with its escapes resolved.
    unescaped: Vec<u8>,
}

impl<R: Read> Json<R> {
    pub(super) fn new(reader: R) -> Self {
        Json {
            reader,
            window: vec![0; WINDOW],
            at: 0,
            end: 0,
            before: 0,
            lines_before: 0,
            line_start: 0,
            unescaped: Vec::new(),
        }
    }

    /// The first bytes (up to `len`) without taking them.
    pub(super) fn start(&mut self, len: usize) -> Result<&[u8], Fault> {
        while self.end - self.at < len && self.more(self.at)? {}
        Ok(self.window[self.at..self.end].get(..len).unwrap_or(&self.window[self.at..self.end]))
    }

    /// Skips bytes that [`Json::start`] has shown.
    pub(super) fn skip_start(&mut self, len: usize) {
        self.at = self.end.min(self.at + len);
    }

    /// Whether anything but white space is left.
    pub(super) fn has_more(&mut self) -> Result<bool, Fault> {
        Ok(self.significant()?.is_some())
    }

    /// How many bytes have been read, and the line and byte column of the next one, from 1.
    pub(super) fn position(&self) -> (u64, usize, usize) {
        let seen = &self.window[..self.at];
        let line_start = match seen.iter().rposition(|b| *b == b'\n') {
            Some(index) => self.before + index as u64 + 1,
            None => self.line_start,
        };
        let line = self.lines_before + count_lines(seen) + 1;
        let column = usize::try_from(self.before + self.at as u64 - line_start).unwrap_or(usize::MAX);
        (self.before + self.end as u64, line, column + 1)
    }

    /// Reads on, keeping the window from `keep`, which becomes its start. False at the end of the document.
    #[cold]
    fn more(&mut self, keep: usize) -> Result<bool, Fault> {
        let dropped = &self.window[..keep];
        // dbt writes one line: look for the end of one quickly first.
        if dropped.contains(&b'\n')
            && let Some(index) = dropped.iter().rposition(|b| *b == b'\n')
        {
            self.line_start = self.before + index as u64 + 1;
            self.lines_before += count_lines(dropped);
        }
        self.before += keep as u64;
        self.window.copy_within(keep..self.end, 0);
        self.at -= keep;
        self.end -= keep;
        if self.end == self.window.len() {
            if self.end >= LONGEST_TEXT {
                return Err(Fault::Syntax("a text longer than 64 MiB"));
            }
            self.window.resize(self.end * 2, 0);
        }
        loop {
            let free = &mut self.window[self.end..];
            match self.reader.read(free) {
                Ok(got) => {
                    // A reader that claims more than fits is wrong: do not trust it with our indexes.
                    self.end += got.min(free.len());
                    return Ok(got > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::Io(error.to_string())),
            }
        }
    }

    #[inline]
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        if self.at == self.end && !self.more(self.at)? {
            return Ok(None);
        }
        Ok(Some(self.window[self.at]))
    }

    /// The next byte that is no white space, not taken.
    #[inline]
    fn significant(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return Ok(other),
            }
        }
    }

    #[inline]
    fn expect_significant(&mut self) -> Result<u8, Fault> {
        self.significant()?.ok_or(Fault::End)
    }

    /// After an opening quote: skips to behind the closing one.
    fn skip_string(&mut self) -> Result<(), Fault> {
        loop {
            match find_special(&self.window[self.at..self.end]) {
                Some(len) => {
                    self.at += len + 1;
                    if self.window[self.at - 1] == b'"' {
                        return Ok(());
                    }
                    self.peek()?.ok_or(Fault::End)?;
                    self.at += 1;
                }
                None => {
                    self.at = self.end;
                    self.peek()?.ok_or(Fault::End)?;
                }
            }
        }
    }

    /// After an opening quote: the text, and behind the closing quote.
    fn string(&mut self) -> Result<&str, Fault> {
        let mut start = self.at;
        let mut escaped = false;
        let end = loop {
            match find_special(&self.window[self.at..self.end]) {
                Some(len) if self.window[self.at + len] == b'"' => {
                    self.at += len + 1;
                    break self.at - 1;
                }
                // An escape, both its bytes at hand.
                Some(len) if self.at + len + 1 < self.end => {
                    escaped = true;
                    self.at += len + 2;
                }
                special => {
                    self.at = special.map_or(self.end, |len| self.at + len);
                    if !self.more(start)? {
                        return Err(Fault::End);
                    }
                    start = 0;
                }
            }
        };
        let raw = &self.window[start..end];
        let bytes = if escaped {
            unescape(raw, &mut self.unescaped)?;
            &self.unescaped
        } else {
            raw
        };
        std::str::from_utf8(bytes).map_err(|_| Fault::Utf8)
    }

    /// A number or word: everything up to the next delimiter.
    fn word(&mut self) -> Result<&[u8], Fault> {
        let mut start = self.at;
        loop {
            let rest = &self.window[self.at..self.end];
            let delimiter = |b: &u8| {
                matches!(b, b',' | b'}' | b']' | b':' | b'"' | b'{' | b'[') || b.is_ascii_whitespace()
            };
            if let Some(len) = rest.iter().position(delimiter) {
                self.at += len;
                return Ok(&self.window[start..self.at]);
            }
            self.at = self.end;
            if self.end - start > 1024 {
                return Err(Fault::Syntax("expected a value"));
            }
            if !self.more(start)? {
                return Ok(&self.window[..self.end]);
            }
            start = 0;
        }
    }

    /// Skips one value without looking into it.
    fn skip_value(&mut self) -> Result<(), Fault> {
        match self.expect_significant()? {
            b'"' => {
                self.at += 1;
                return self.skip_string();
            }
            b'{' | b'[' => {}
            b'}' | b']' | b',' | b':' => return Err(Fault::Syntax("expected a value")),
            _ => return self.word().map(|_| ()),
        }
        let mut depth = 0u64;
        loop {
            let byte = match self.window.get(self.at..self.end).and_then(<[u8]>::first) {
                Some(byte) => *byte,
                None => self.peek()?.ok_or(Fault::End)?,
            };
            self.at += 1;
            match byte {
                b'"' => self.skip_string()?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a list or object goes on: takes the comma or the closing bracket.
    #[inline]
    fn goes_on(&mut self, first: &mut bool, close: u8) -> Result<bool, Fault> {
        let byte = self.expect_significant()?;
        if byte == close {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            if byte != b',' {
                return Err(Fault::Syntax(if close == b'}' {
                    "expected `,` or `}`"
                } else {
                    "expected `,` or `]`"
                }));
            }
            self.at += 1;
        }
        Ok(true)
    }
}

impl<'de, R: Read> Deserializer<'de> for &mut Json<R> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.expect_significant()? {
            b'"' => {
                self.at += 1;
                visitor.visit_str(self.string()?)
            }
            b'{' => {
                self.at += 1;
                visitor.visit_map(Items { json: self, first: true })
            }
            b'[' => {
                self.at += 1;
                visitor.visit_seq(Items { json: self, first: true })
            }
            b'}' | b']' | b',' | b':' => Err(Fault::Syntax("expected a value")),
            _ => match self.word()? {
                b"null" | b"NaN" | b"Infinity" | b"-Infinity" => visitor.visit_unit(),
                b"true" => visitor.visit_bool(true),
                b"false" => visitor.visit_bool(false),
                word => number(word, visitor),
            },
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

fn number<'de, V: Visitor<'de>>(word: &[u8], visitor: V) -> Result<V::Value, Fault> {
    const BAD: Fault = Fault::Syntax("expected a value");
    if !word.iter().all(|b| b.is_ascii_digit() || b"+-.eE".contains(b)) {
        return Err(BAD);
    }
    let text = std::str::from_utf8(word).map_err(|_| BAD)?;
    if let Ok(value) = text.parse::<u64>() {
        visitor.visit_u64(value)
    } else if let Ok(value) = text.parse::<i64>() {
        visitor.visit_i64(value)
    } else {
        visitor.visit_f64(text.parse().map_err(|_| BAD)?)
    }
}

/// The rest of a list or object.
struct Items<'j, R> {
    json: &'j mut Json<R>,
    first: bool,
}

impl<'de, R: Read> SeqAccess<'de> for Items<'_, R> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if !self.json.goes_on(&mut self.first, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.json).map(Some)
    }
}

impl<'de, R: Read> MapAccess<'de> for Items<'_, R> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if !self.json.goes_on(&mut self.first, b'}')? {
            return Ok(None);
        }
        if self.json.expect_significant()? != b'"' {
            return Err(Fault::Syntax("expected a key in double quotes"));
        }
        let key = seed.deserialize(&mut *self.json)?;
        if self.json.expect_significant()? != b':' {
            return Err(Fault::Syntax("expected `:`"));
        }
        self.json.at += 1;
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(&mut *self.json)
    }
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// Index of the first quote or backslash.
#[inline]
fn find_special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The lowest set high bit marks the first zero byte; higher ones may be false.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut chunks = bytes.chunks_exact(8);
    let mut start = 0;
    for chunk in chunks.by_ref() {
        let Ok(eight) = <[u8; 8]>::try_from(chunk) else { break };
        let word = u64::from_le_bytes(eight);
        let found = zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64));
        if found != 0 {
            return Some(start + (found.trailing_zeros() / 8) as usize);
        }
        start += 8;
    }
    let tail = chunks.remainder().iter().position(|b| matches!(b, b'"' | b'\\'))?;
    Some(start + tail)
}

/// Resolves escapes. Half of a surrogate pair alone becomes U+FFFD: Python can write it, nobody can read it.
fn unescape(raw: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    const BAD: Fault = Fault::Syntax("an escape that JSON does not have");
    out.clear();
    let mut rest = raw;
    while let Some(index) = rest.iter().position(|b| *b == b'\\') {
        out.extend_from_slice(&rest[..index]);
        let escape = rest.get(index + 1).ok_or(BAD)?;
        rest = &rest[index + 2..];
        out.push(match escape {
            b'"' | b'\\' | b'/' => *escape,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let (code, after) = code_unit(rest).ok_or(BAD)?;
                rest = after;
                let mut char = char::from_u32(code);
                if (0xd800..0xdc00).contains(&code)
                    && let Some((low, after)) = rest.strip_prefix(b"\\u").and_then(code_unit)
                    && (0xdc00..0xe000).contains(&low)
                {
                    rest = after;
                    char = char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00));
                }
                let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => return Err(BAD),
        });
    }
    out.extend_from_slice(rest);
    Ok(())
}

/// Four hexadecimal digits, and what follows.
fn code_unit(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(4)?;
    let value = digits.iter().try_fold(0, |value, b| Some(value * 16 + (*b as char).to_digit(16)?))?;
    Some((value, rest))
}

#[cfg(test)]
mod tests;
