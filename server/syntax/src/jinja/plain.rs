//! Tags that need no tree: `{{ name }}`, and one call with written-out arguments.
//!
//! Most tags of most projects are of this kind (dbt's own static parser reads little else, spec §15).
//! Whatever is not surely so is left to the tree, which must give the same.

use std::ops::Range;

use text::TextRange;

use super::fold;
use super::quote;
use crate::calls::{Arg, Call, Reach, Value};
use crate::frames::{self, Frame};
use crate::token::{self, Token, TokenKind};

/// `{{ name }}`, `{{ a.b }}`: nothing is called, nothing is wrong.
pub(crate) fn is_name(inner: &str) -> bool {
    let name = inner.trim();
    let part = |part: &str| {
        part.bytes().all(|b| b.is_ascii() && quote::is_word(b))
            && part.starts_with(|c: char| !c.is_ascii_digit())
    };
    name.split('.').all(part) && !is_keyword(name)
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "not" | "and" | "or" | "if" | "in" | "is" | "else")
}

/// Words that name no variable.
pub(crate) fn is_constant(word: &str) -> bool {
    matches!(word, "true" | "false" | "none" | "True" | "False" | "None")
}

/// The call that is all there is inside a tag, when its arguments are literals.
pub(crate) fn call(text: &str, inner: Range<usize>, reach: Reach) -> Option<Call> {
    let whole = text.get(inner.clone())?.trim();
    let first = whole.bytes().next()?;
    if !quote::is_word(first) || first.is_ascii_digit() || !whole.ends_with(')') {
        return None;
    }
    let to = inner.end;
    let tokens = token::jinja(text, inner, true);
    let open = tokens.iter().position(|token| token.kind == TokenKind::Open(b'('))?;
    let callee = tokens[..open].iter().enumerate().all(|(index, token)| match token.kind {
        TokenKind::Word => index % 2 == 0,
        TokenKind::Dot => index % 2 == 1,
        _ => false,
    });
    let name = text.get(tokens[0].range.start..tokens[open].range.start)?.trim_end();
    if !callee || open % 2 == 0 || is_keyword(name) || name.bytes().any(|b| !quote::is_word(b) && b != b'.') {
        return None;
    }
    let end = tokens.len() - 1;
    // The closing parenthesis counts as the last neighbour.
    if tokens[end].kind != TokenKind::Close(b')')
        || !tokens[open + 1..].windows(2).all(|pair| is_written(pair, text))
    {
        return None;
    }
    let frame = Frame { open, end, closed: true, callee: None };
    let mut args: Vec<Arg> = Vec::new();
    let all = frames::arguments(&tokens, &frame, to);
    let last = all.len() - 1;
    for (index, arg) in all.into_iter().enumerate() {
        if arg.tokens.is_empty() && index == last {
            break;
        }
        let value = tokens.get(arg.value()).filter(|value| !value.is_empty())?;
        let range = text::range(value[0].range.start, value[value.len() - 1].range.end);
        let keyword = arg.keyword.map(|at| {
            let range = tokens[at].range.clone();
            (text[range.clone()].into(), text::range(range.start, range.end))
        });
        if keyword.is_none() && args.last().is_some_and(|arg| arg.keyword.is_some()) {
            return None;
        }
        let value = frames::value(text, value);
        if !fold::is_known(&value) || matches!(value, Value::Folded(_)) {
            return None;
        }
        args.push(Arg { keyword, range, value, splat: false });
    }
    let start = tokens[0].range.start;
    let name_range = text::range(start, start + name.len());
    let range = TextRange::new(name_range.start(), text::size(tokens[end].range.end));
    Some(Call { name: name.into(), name_range, range, args, reach, complete: true })
}

/// Whether the first of two neighbours is part of a literal, a keyword or punctuation of those.
fn is_written(pair: &[Token], text: &str) -> bool {
    let [token, next] = pair else { return false };
    let word = &text[token.range.clone()];
    match token.kind {
        TokenKind::Word => {
            let constant = is_constant(word);
            constant != (next.kind == TokenKind::Assign)
        }
        TokenKind::Number => word.bytes().all(|b| b.is_ascii_digit()),
        TokenKind::Str(quotes) => quotes.after > 0 && !matches!(next.kind, TokenKind::Str(_)),
        TokenKind::Comma | TokenKind::Assign | TokenKind::Colon => true,
        TokenKind::Open(open) | TokenKind::Close(open) => !matches!(open, b'(' | b')'),
        TokenKind::Dot | TokenKind::Other | TokenKind::Break => false,
    }
}
