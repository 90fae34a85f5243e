//! Where a string literal ends, read by Jinja's rules and read with doubt.
//!
//! Knows quotes, escapes and lines; must not know expressions.

/// Two bytes that start or end a tag: a string that contains them may really be two halves of others.
pub(crate) fn is_delimiter(bytes: &[u8], at: usize) -> bool {
    let pair = (bytes.get(at), bytes.get(at + 1));
    is_opener(bytes, at) || matches!(pair, (Some(b'}' | b'%' | b'#'), Some(b'}')))
}

/// `{{`, `{%` or `{#` at `at`.
pub(crate) fn is_opener(bytes: &[u8], at: usize) -> bool {
    matches!((bytes.get(at), bytes.get(at + 1)), (Some(b'{'), Some(b'{' | b'%' | b'#')))
}

/// Part of a name or number; every byte of a character beyond ASCII counts.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A string literal by Jinja's rules.
pub(crate) struct Strict {
    /// Just behind the closing quote.
    pub end: usize,
    /// Contains a line end or a [delimiter](is_delimiter).
    pub suspicious: bool,
}

/// Reads the string whose opening quote is at `open`; `None` without a closing quote before `limit`.
pub(crate) fn strict(bytes: &[u8], open: usize, limit: usize) -> Option<Strict> {
    let quote = *bytes.get(open)?;
    let mut suspicious = false;
    let mut at = open + 1;
    while at < limit {
        match bytes[at] {
            byte if byte == quote => return Some(Strict { end: at + 1, suspicious }),
            b'\\' => at += 1,
            b'\n' | b'\r' => suspicious = true,
            b'{' | b'}' | b'%' | b'#' if is_delimiter(bytes, at) => suspicious = true,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether no name touches the quotes of the string `open..end` from outside. Two halves of other strings
/// nearly always have one there: `{{ ref('a) }} where b = 'c'`.
pub(crate) fn stands_alone(bytes: &[u8], open: usize, end: usize) -> bool {
    let before = open.checked_sub(1).and_then(|at| bytes.get(at));
    !before.is_some_and(|b| is_word(*b)) && !bytes.get(end).is_some_and(|b| is_word(*b))
}

/// Reads the string at `open` in a tag that is damaged.
///
/// `Ok` is just behind the closing quote, `Err` where the text of an unclosed string ends: before `)`, a
/// delimiter or the end of the line.
pub(crate) fn tolerant(bytes: &[u8], open: usize, limit: usize) -> Result<usize, usize> {
    let quote = bytes[open];
    let mut stop = None;
    let (mut crossed_line, mut crossed_delimiter) = (false, false);
    let mut at = open + 1;
    while at < limit {
        let byte = bytes[at];
        if byte == quote {
            let end = at + 1;
            if !crossed_line && !crossed_delimiter || stands_alone(bytes, open, end) {
                return Ok(end);
            }
            break;
        }
        let line_end = matches!(byte, b'\n' | b'\r');
        let delimiter = is_delimiter(bytes, at);
        if stop.is_none() && (line_end || delimiter || byte == b')') {
            stop = Some(at);
        }
        // Over a line a closing quote is only believed when it comes before any delimiter.
        if delimiter && crossed_line || line_end && (crossed_delimiter || blank_line_follows(bytes, at)) {
            break;
        }
        crossed_line |= line_end;
        crossed_delimiter |= delimiter;
        at += if byte == b'\\' && !matches!(bytes.get(at + 1), Some(b'\n' | b'\r') | None) { 2 } else { 1 };
    }
    Err(stop.unwrap_or(limit.min(bytes.len())))
}

/// At a line end: is the next line empty or blank?
pub(crate) fn blank_line_follows(bytes: &[u8], at: usize) -> bool {
    let mut next = at + 1;
    if bytes.get(at) == Some(&b'\r') && bytes.get(next) == Some(&b'\n') {
        next += 1;
    }
    while let Some(byte) = bytes.get(next) {
        match byte {
            b'\n' | b'\r' => return true,
            b' ' | b'\t' | 0x0b | 0x0c => next += 1,
            _ => return false,
        }
    }
    false
}
