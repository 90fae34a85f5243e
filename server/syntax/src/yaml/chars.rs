//! Bytes and lines as libyaml (PyYAML's reader) tells them apart. Knows no tokens.

/// Bytes that a scan of plain text must look at twice.
const STOP: u8 = 1;
/// Bytes that additionally end plain text inside a flow collection.
const FLOW: u8 = 2;
/// First bytes of a line break: `\n`, `\r`, and of U+0085, U+2028, U+2029.
const BREAK: u8 = 4;
/// Bytes that end or interrupt a double-quoted run.
const DOUBLE: u8 = 8;
/// Bytes that end or interrupt a single-quoted run.
const SINGLE: u8 = 16;
/// Bytes that are, or may begin, a character that no YAML may hold.
const ODD: u8 = 32;

static CLASS: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        table[i] = match b {
            b':' | b'#' => STOP,
            b'\n' | b'\r' | 0xC2 | 0xE2 => STOP | BREAK | DOUBLE | SINGLE,
            b',' | b'[' | b']' | b'{' | b'}' => FLOW,
            b'"' | b'\\' => DOUBLE,
            b'\'' => SINGLE,
            _ => 0,
        };
        if (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || matches!(b, 0x7F | 0xC2 | 0xEF) {
            table[i] |= ODD;
        }
        i += 1;
    }
    table
};

fn find(b: &[u8], mut i: usize, mask: u8) -> usize {
    while let Some(&byte) = b.get(i) {
        if CLASS[byte as usize] & mask != 0 {
            break;
        }
        i += 1;
    }
    i
}

/// The next byte from `i` that may end plain text in block context.
pub(super) fn plain_stop(b: &[u8], i: usize) -> usize {
    find(b, i, STOP)
}

/// The next byte from `i` that may end plain text in flow context.
pub(super) fn plain_stop_flow(b: &[u8], i: usize) -> usize {
    find(b, i, STOP | FLOW)
}

/// The next quote, backslash or possible break from `i` for a quoted scalar.
pub(super) fn quoted_stop(b: &[u8], i: usize, quote: u8) -> usize {
    find(b, i, if quote == b'"' { DOUBLE } else { SINGLE })
}

/// The length of the line break at `i`, 0 if there is none. `\r\n` is one break.
pub(super) fn break_len(b: &[u8], i: usize) -> usize {
    match b.get(i) {
        Some(b'\n') => 1,
        Some(b'\r') => 1 + usize::from(b.get(i + 1) == Some(&b'\n')),
        Some(0xC2) if b.get(i + 1) == Some(&0x85) => 2,
        Some(0xE2) if b.get(i + 1) == Some(&0x80) && matches!(b.get(i + 2), Some(0xA8 | 0xA9)) => 3,
        _ => 0,
    }
}

/// Where the line that contains `i` ends, its break excluded.
pub(super) fn line_end(b: &[u8], mut i: usize) -> usize {
    loop {
        i = find(b, i, BREAK);
        if i >= b.len() || break_len(b, i) > 0 {
            return i;
        }
        i += 1;
    }
}

pub(super) fn is_blank(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t'))
}

/// Blank, break or the end of the text.
pub(super) fn blank_or_end(b: &[u8], i: usize) -> bool {
    match b.get(i) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
        Some(0xC2 | 0xE2) => break_len(b, i) > 0,
        Some(_) => false,
    }
}

/// Break or the end of the text.
pub(super) fn at_line_end(b: &[u8], i: usize) -> bool {
    i >= b.len() || break_len(b, i) > 0
}

pub(super) fn skip_spaces(b: &[u8], mut i: usize) -> usize {
    while b.get(i) == Some(&b' ') {
        i += 1;
    }
    i
}

pub(super) fn skip_blanks(b: &[u8], mut i: usize) -> usize {
    while is_blank(b.get(i)) {
        i += 1;
    }
    i
}

/// The end of `b[start..end]` without its trailing blanks.
pub(super) fn trim_end(b: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && is_blank(b.get(end - 1)) {
        end -= 1;
    }
    end
}

/// `---` or `...` followed by a blank, at `i`, which must be the start of a line.
pub(super) fn document_marker(b: &[u8], i: usize) -> bool {
    matches!(b.get(i..i + 3), Some(b"---" | b"...")) && blank_or_end(b, i + 3)
}

/// `- ` at `i`.
pub(super) fn dash(b: &[u8], i: usize) -> bool {
    b.get(i) == Some(&b'-') && blank_or_end(b, i + 1)
}

/// Whether the line whose first token is at `i` reads like `key: …` or `- …`: the sign that an unclosed
/// quote or bracket before it has ended. Looks at this line only.
pub(super) fn looks_structured(b: &[u8], i: usize) -> bool {
    if dash(b, i) {
        return true;
    }
    let mut at = i;
    if let Some(&quote @ (b'"' | b'\'')) = b.get(i) {
        at += 1;
        while !at_line_end(b, at) && b.get(at) != Some(&quote) {
            at += 1;
        }
        at = skip_blanks(b, at + 1);
        return b.get(at) == Some(&b':') && blank_or_end(b, at + 1);
    }
    // A key of dbt: one word. Prose with a colon in it is not a key.
    while b
        .get(at)
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'+' | b'.' | b'$'))
    {
        at += 1;
    }
    at > i && b.get(at) == Some(&b':') && blank_or_end(b, at + 1)
}

/// The first character that libyaml's reader refuses (control characters and non-characters), with its
/// length in bytes, from `i` on.
pub(super) fn forbidden(text: &str, i: usize) -> Option<(usize, usize)> {
    let b = text.as_bytes();
    let mut at = i;
    loop {
        let rest = b.get(at..)?;
        at += rest.iter().position(|&c| CLASS[c as usize] & ODD != 0)?;
        match (b[at], b.get(at + 1), b.get(at + 2)) {
            (0xC2, Some(0x80..=0x84 | 0x86..=0x9F), _) => return Some((at, 2)),
            (0xEF, Some(0xBF), Some(0xBE | 0xBF)) => return Some((at, 3)),
            (0xC2 | 0xEF, ..) => at += 1,
            _ => return Some((at, 1)),
        }
    }
}
