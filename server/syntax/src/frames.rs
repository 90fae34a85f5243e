//! Brackets and calls in a token list: which call is around a place, what its arguments are.
//!
//! Works on any tokens, matched or not. Must not know where the tokens come from.

use std::ops::Range;

use smol_str::SmolStr;

use crate::calls::{Lit, Value};
use crate::jinja::fold;
use crate::token::{Quotes, Token, TokenKind};

/// A bracket pair.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    /// Index of the opening token.
    pub open: usize,
    /// Index of the closing token, or of the first token that is surely behind an unclosed one.
    pub end: usize,
    /// The closing token is there.
    pub closed: bool,
    /// The callee when it is a call.
    pub callee: Option<(SmolStr, Range<usize>)>,
}

/// An argument: the tokens between two commas.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArgTokens {
    /// Indices of its tokens, keyword included.
    pub tokens: Range<usize>,
    /// Index of the keyword's token.
    pub keyword: Option<usize>,
    /// Byte range between the delimiters around it.
    pub space: Range<usize>,
}

impl ArgTokens {
    /// Indices of the value's tokens.
    pub(crate) fn value(&self) -> Range<usize> {
        self.tokens.start + self.keyword.map_or(0, |_| 2)..self.tokens.end
    }
}

const DEPTH: usize = 256;

/// Words before a parenthesis that are no callees.
const OPERATORS: [&str; 20] = [
    "and", "or", "not", "if", "elif", "else", "in", "is", "for", "do", "set", "call", "return", "import",
    "from", "print", "with", "lambda", "await", "yield",
];

/// Every bracket pair, in the order of their opening. `definitions` are words that make the next name one
/// that is defined, not called.
pub(crate) fn frames(text: &str, tokens: &[Token], definitions: &[&str]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open(byte) if open.len() < DEPTH => {
                let callee = if byte == b'(' { callee(text, tokens, index, definitions) } else { None };
                open.push(frames.len());
                frames.push(Frame { open: index, end: tokens.len(), closed: false, callee });
            }
            TokenKind::Close(byte) => {
                let matching =
                    |frame: &usize| tokens[frames[*frame].open].kind == TokenKind::Open(opening(byte));
                let Some(at) = open.iter().rposition(matching) else { continue };
                let target = open[at];
                for frame in open.drain(at..) {
                    frames[frame].end = index;
                }
                frames[target].closed = true;
            }
            TokenKind::Break => {
                for frame in open.drain(..) {
                    frames[frame].end = index;
                }
            }
            _ => {}
        }
    }
    frames
}

fn opening(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

/// The callee in front of the parenthesis at `open`: `a.b`, `.b` behind a call, `()` for a call's result.
fn callee(
    text: &str,
    tokens: &[Token],
    open: usize,
    definitions: &[&str],
) -> Option<(SmolStr, Range<usize>)> {
    let last = open.checked_sub(1)?;
    let word = |index: usize| &text[tokens[index].range.clone()];
    match tokens[last].kind {
        TokenKind::Word if !OPERATORS.contains(&word(last)) => {}
        TokenKind::Close(b')') => return Some(("()".into(), tokens[last].range.clone())),
        TokenKind::Close(b']') => return Some(("[]".into(), tokens[last].range.clone())),
        _ => return None,
    }
    let mut first = last;
    while first >= 2 && tokens[first - 1].kind == TokenKind::Dot && tokens[first - 2].kind == TokenKind::Word
    {
        first -= 2;
    }
    let chained = first > 0 && tokens[first - 1].kind == TokenKind::Dot;
    let before = first.checked_sub(1).map(word).unwrap_or_default();
    if !chained && definitions.contains(&before) {
        return None;
    }
    let range = tokens[first].range.start..tokens[last].range.end;
    let dot = if chained { "." } else { "" };
    let name = dot.chars().chain(text[range.clone()].chars().filter(|c| !c.is_whitespace()));
    Some((SmolStr::from_iter(name), range))
}

/// The arguments of a call, with an empty one where a value is still to be typed.
pub(crate) fn arguments(tokens: &[Token], frame: &Frame, text_end: usize) -> Vec<ArgTokens> {
    let end_of = |index: usize| tokens.get(index).map_or(text_end, |token| token.range.start);
    let mut args = Vec::new();
    let (mut first, mut from) = (frame.open + 1, tokens[frame.open].range.end);
    let mut depth = 0usize;
    for index in frame.open + 1..=frame.end {
        let at_end = index == frame.end;
        let kind = tokens.get(index).map(|token| token.kind);
        match kind {
            Some(TokenKind::Open(_)) if !at_end => depth += 1,
            Some(TokenKind::Close(_)) if !at_end => depth = depth.saturating_sub(1),
            _ => {}
        }
        if at_end || depth == 0 && kind == Some(TokenKind::Comma) {
            let named = index > first + 1
                && tokens[first].kind == TokenKind::Word
                && tokens[first + 1].kind == TokenKind::Assign;
            args.push(ArgTokens {
                tokens: first..index,
                keyword: named.then_some(first),
                space: from..end_of(index).max(from),
            });
            first = index + 1;
            from = tokens.get(index).map_or(text_end, |token| token.range.end);
        }
    }
    args
}

/// The value of a literal: strings, numbers, constants, and lists and dicts of them; unknown otherwise.
pub(crate) fn value(text: &str, tokens: &[Token]) -> Value {
    let (value, used) = literal(text, tokens, 0);
    if used == tokens.len() { value } else { Value::Unknown }
}

/// The literal at the start of `tokens` and how many of them it takes.
fn literal(text: &str, tokens: &[Token], depth: usize) -> (Value, usize) {
    let Some(token) = tokens.first() else { return (Value::Unknown, 0) };
    let word = &text[token.range.clone()];
    let one = |lit: Lit| (Value::Literal(lit), 1);
    match token.kind {
        TokenKind::Str(quotes) => strings(text, tokens, quotes),
        TokenKind::Number => (fold::number(word), 1),
        TokenKind::Other
            if word == "-" && tokens.get(1).is_some_and(|next| next.kind == TokenKind::Number) =>
        {
            (fold::sign(true, fold::number(&text[tokens[1].range.clone()])), 2)
        }
        TokenKind::Word => match word {
            "true" | "True" => one(Lit::Bool(true)),
            "false" | "False" => one(Lit::Bool(false)),
            "none" | "None" => one(Lit::None),
            _ => (Value::Unknown, 1),
        },
        TokenKind::Open(open) if depth < 32 => collection(text, tokens, open, depth),
        _ => (Value::Unknown, 1),
    }
}

/// One string, or several side by side.
fn strings(text: &str, tokens: &[Token], quotes: Quotes) -> (Value, usize) {
    let parts = tokens.iter().map_while(|token| match token.kind {
        TokenKind::Str(quotes) => Some((token, quotes)),
        _ => None,
    });
    let (mut whole, mut known, mut count) = (String::new(), true, 0);
    for (token, quotes) in parts {
        count += 1;
        known &= quotes.plain && quotes.after > 0;
        let inner = &text[content(token, quotes)];
        if quotes.raw { whole.push_str(inner) } else { whole.push_str(&fold::unescape(inner)) }
    }
    let value = Value::Literal(Lit::Str(whole.into()));
    // A prefixed or tripled string has other quotes than `Arg::inner_range` expects.
    let single = count == 1 && quotes.before == 1;
    (
        if !known {
            Value::Unknown
        } else if single {
            value
        } else {
            fold::elsewhere(value)
        },
        count,
    )
}

/// The bytes inside the quotes.
pub(crate) fn content(token: &Token, quotes: Quotes) -> Range<usize> {
    let start = (token.range.start + quotes.before).min(token.range.end);
    start..(token.range.end - quotes.after).max(start)
}

/// A list, tuple or dict of literals; anything else inside brackets is unknown.
fn collection(text: &str, tokens: &[Token], open: u8, depth: usize) -> (Value, usize) {
    let (mut items, mut entries, mut complete) = (Vec::new(), Vec::new(), true);
    let (mut at, mut commas) = (1, 0);
    loop {
        match tokens.get(at).map(|token| token.kind) {
            Some(TokenKind::Close(close)) if opening(close) == open => break,
            None => return (Value::Unknown, at),
            _ => {}
        }
        let (item, used) = literal(text, &tokens[at..], depth + 1);
        at += used.max(1);
        if open == b'{' {
            if tokens.get(at).is_none_or(|token| token.kind != TokenKind::Colon) {
                return (Value::Unknown, tokens.len());
            }
            let (value, used) = literal(text, tokens.get(at + 1..).unwrap_or_default(), depth + 1);
            at += 1 + used.max(1);
            match item.as_str() {
                Some(key) => entries.push((key.into(), value)),
                None => complete = false,
            }
        } else {
            items.push(item);
        }
        match tokens.get(at).map(|token| token.kind) {
            Some(TokenKind::Comma) => {
                commas += 1;
                at += 1;
            }
            Some(TokenKind::Close(close)) if opening(close) == open => {}
            _ => return (Value::Unknown, tokens.len()),
        }
    }
    let value = match (open, items.len(), commas) {
        (b'{', ..) => Value::Literal(Lit::Dict { entries, complete }),
        (b'(', 1, 0) => items.pop().map_or(Value::Unknown, fold::elsewhere),
        _ => Value::Literal(Lit::List(items)),
    };
    (value, at + 1)
}
