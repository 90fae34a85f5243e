//! Tokens of Jinja expressions and of Python, for readers that must work on any broken text.
//!
//! A token list always covers what it can; nothing here fails. Must not know calls.

use std::ops::Range;

use crate::jinja::quote;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or keyword.
    Word,
    /// Starts with a digit.
    Number,
    /// A string literal.
    Str(Quotes),
    /// `(`, `[`, `{`
    Open(u8),
    /// `)`, `]`, `}`
    Close(u8),
    Comma,
    /// A single `=`.
    Assign,
    Dot,
    /// `:` outside of any operator.
    Colon,
    /// Any other operator or character.
    Other,
    /// Everything open ends here: a Python statement starts although brackets are open.
    Break,
}

/// The shape of a string literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quotes {
    /// `'` or `"`
    pub quote: u8,
    /// Bytes from the token's start to the text: prefix and quotes.
    pub before: usize,
    /// Bytes of the closing quotes; 0 when they are missing.
    pub after: usize,
    /// The text is what is written, up to escapes: no bytes, no f-string.
    pub plain: bool,
    /// Backslashes are themselves.
    pub raw: bool,
}

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

/// Tokens of a Jinja expression. `whole`: Jinja accepts the strings of this text as they are.
pub(crate) fn jinja(text: &str, region: Range<usize>, whole: bool) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = region.start;
    while at < region.end {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, end) = if matches!(bytes[at], b'\'' | b'"') {
            jinja_string(bytes, at, region.end, whole)
        } else {
            plain(bytes, at, region.end)
        };
        tokens.push(Token { kind, range: at..end });
        at = end;
    }
    tokens
}

fn jinja_string(bytes: &[u8], at: usize, limit: usize, whole: bool) -> (TokenKind, usize) {
    let strict = if whole { quote::strict(bytes, at, limit).map(|string| string.end) } else { None };
    let end = strict.map_or_else(|| quote::tolerant(bytes, at, limit), Ok);
    let (end, after) = match end {
        Ok(end) => (end, 1),
        Err(end) => (end.max(at + 1), 0),
    };
    (TokenKind::Str(Quotes { quote: bytes[at], before: 1, after, plain: true, raw: false }), end)
}

/// The token at `at`, which is neither blank nor a quote.
fn plain(bytes: &[u8], at: usize, limit: usize) -> (TokenKind, usize) {
    let byte = bytes[at];
    if quote::is_word(byte) {
        let number = byte.is_ascii_digit();
        let part = |at: usize| {
            let byte = bytes[at];
            let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
            quote::is_word(byte) || number && byte == b'.' && at + 1 < limit && digit(bytes.get(at + 1))
        };
        let end = (at..limit).find(|at| !part(*at)).unwrap_or(limit);
        return (if number { TokenKind::Number } else { TokenKind::Word }, end);
    }
    let next = bytes.get(at + 1).filter(|_| at + 1 < limit).copied();
    let pair = matches!(
        (byte, next),
        (b'=' | b'!' | b'<' | b'>', Some(b'='))
            | (b'*', Some(b'*'))
            | (b'/', Some(b'/'))
            | (b'-', Some(b'>'))
    );
    let kind = match byte {
        _ if pair => TokenKind::Other,
        b'(' | b'[' | b'{' => TokenKind::Open(byte),
        b')' | b']' | b'}' => TokenKind::Close(byte),
        b',' => TokenKind::Comma,
        b'=' => TokenKind::Assign,
        b'.' => TokenKind::Dot,
        b':' => TokenKind::Colon,
        _ => TokenKind::Other,
    };
    (kind, at + if pair { 2 } else { 1 })
}

/// Tokens of a Python file. Comments are left out.
pub(crate) fn python(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    // Brackets open, and the indentation of the line where the first one was opened.
    let (mut depth, mut indent) = (0usize, 0usize);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\n' || at == 0 {
            let line = if byte == b'\n' { at + 1 } else { 0 };
            let first = bytes[line..].iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(0);
            if depth > 0 && first <= indent && starts_statement(&text[line + first..]) {
                tokens.push(Token { kind: TokenKind::Break, range: line..line });
                depth = 0;
            }
            if depth == 0 {
                indent = first;
            }
            if byte == b'\n' {
                at += 1;
                continue;
            }
        }
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if byte == b'#' {
            at = text[at..].find('\n').map_or(bytes.len(), |offset| at + offset);
            continue;
        }
        let (kind, end) = python_string(text, at).unwrap_or_else(|| plain(bytes, at, bytes.len()));
        match kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens.push(Token { kind, range: at..end });
        at = end;
    }
    tokens
}

/// `def`, `return`, `name = value`: no continuation of a bracket would be written so far left.
fn starts_statement(line: &str) -> bool {
    let word = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    const KEYWORDS: [&str; 12] = [
        "def", "class", "return", "import", "while", "with", "try", "raise", "pass", "assert", "del",
        "global",
    ];
    if word.is_empty() {
        return false;
    }
    let rest = &line[word.len()..];
    KEYWORDS.contains(&word) || rest.starts_with(" = ")
}

fn python_string(text: &str, at: usize) -> Option<(TokenKind, usize)> {
    let bytes = text.as_bytes();
    if at > 0 && quote::is_word(bytes[at - 1]) {
        return None;
    }
    let prefix = bytes[at..].iter().take(2).take_while(|b| b"rbuftRBUFT".contains(b)).count();
    let letters = &bytes[at..at + prefix];
    let has = |letter: u8| letters.iter().any(|b| b.eq_ignore_ascii_case(&letter));
    let open = at + prefix;
    let quote = *bytes.get(open).filter(|b| matches!(b, b'\'' | b'"'))?;
    let triple = bytes[open..].starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let start = open + width;
    let mut end = start;
    let mut parenthesis = None;
    let quotes = |after| {
        let plain = !has(b'b') && !has(b'f') && !has(b't');
        TokenKind::Str(Quotes { quote, before: prefix + width, after, plain, raw: has(b'r') })
    };
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            b'\n' | b'\r' if !triple => break,
            b')' if parenthesis.is_none() => parenthesis = Some(end),
            byte if byte == quote && (!triple || bytes[end..].starts_with(&[quote; 3])) => {
                return Some((quotes(width), end + width));
            }
            _ => {}
        }
        end += 1;
    }
    let end = end.min(bytes.len());
    Some((quotes(0), if triple { end } else { parenthesis.unwrap_or(end) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(tokens: &[Token], text: &str) -> Vec<String> {
        tokens.iter().map(|token| text[token.range.clone()].to_owned()).collect()
    }

    #[test]
    fn jinja_strings_end_where_they_can() {
        let text = "ref('a) }} x = 'b'";
        assert_eq!(words(&jinja(text, 0..text.len(), false), text)[..4], ["ref", "(", "'a", ")"]);
        let text = "f('it\\'s', 1.5, a.b)";
        let all = words(&jinja(text, 0..text.len(), true), text);
        assert_eq!(all, ["f", "(", "'it\\'s'", ",", "1.5", ",", "a", ".", "b", ")"]);
    }

    #[test]
    fn python_strings_and_comments() {
        let text = "x = r'a' # ref('b')\ny = \"\"\"a\n'b\"\"\" + f'c' == 2";
        let all = words(&python(text), text);
        assert_eq!(all, ["x", "=", "r'a'", "y", "=", "\"\"\"a\n'b\"\"\"", "+", "f'c'", "==", "2"]);
    }

    #[test]
    fn an_open_bracket_ends_where_a_statement_starts() {
        let text = "a = dbt.ref(\nb = dbt.ref('x')\n";
        assert!(python(text).iter().any(|token| token.kind == TokenKind::Break));
        let text = "a = f(\n    b = 1,\n)\n";
        assert!(python(text).iter().all(|token| token.kind != TokenKind::Break));
    }
}
