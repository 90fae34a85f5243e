//! The words and marks inside one tag, for colouring and for the shape of half-typed text.
//!
//! Lexical only: what a name means is not known here.

use std::ops::Range;

use text::TextRange;

use super::{Tag, TagKind};
use crate::token::{self, TokenKind};

/// A piece of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexemeKind,
    /// Its bytes.
    pub range: TextRange,
}

/// What a piece of a tag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LexemeKind {
    /// `{{`, `%}` and the like, with their `-` or `+`.
    Delimiter,
    /// The statement's first word, and words such as `in` and `not`.
    Keyword,
    /// `true`, `none` …
    Constant,
    /// A name that stands alone.
    Name,
    /// A name with a parenthesis behind it.
    Call,
    /// What stands behind a dot.
    Member,
    /// The `v` of `v=2` inside of parentheses.
    Argument,
    /// What stands behind `|`.
    Filter,
    /// What stands behind `is`.
    Test,
    /// A string with its quotes.
    Str,
    /// A number.
    Number,
    /// An operator, bracket or other mark.
    Mark,
}

/// The pieces of an output or statement tag of `text`, in source order; none of comments and raw blocks.
pub fn lexemes(text: &str, tag: &Tag) -> Vec<Lexeme> {
    if !matches!(tag.kind, TagKind::Output | TagKind::Statement) {
        return Vec::new();
    }
    let whole = usize::from(tag.range.start())..usize::from(tag.range.end()).min(text.len());
    let inner = inner(text, tag);
    let piece = |kind, range: Range<usize>| Lexeme { kind, range: text::range(range.start, range.end) };
    let mut out = vec![piece(LexemeKind::Delimiter, whole.start..inner.start)];
    out.extend(expression(text, inner.clone(), tag.kind == TagKind::Statement));
    if tag.closed && inner.end < whole.end {
        out.push(piece(LexemeKind::Delimiter, inner.end..whole.end));
    }
    out
}

/// Between a tag's delimiters.
pub fn inner(text: &str, tag: &Tag) -> Range<usize> {
    let bytes = text.as_bytes();
    let whole = usize::from(tag.range.start())..usize::from(tag.range.end()).min(bytes.len());
    let sign = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'-' | b'+'));
    let start = (whole.start + 2).min(whole.end);
    let start = if start < whole.end && sign(start) { start + 1 } else { start };
    let mut end = if tag.closed { whole.end.saturating_sub(2) } else { whole.end };
    if tag.closed && end > start && sign(end - 1) {
        end -= 1;
    }
    start..end.max(start)
}

/// The pieces of an expression without delimiters. `statement`: its first word is a keyword.
pub fn expression(text: &str, region: Range<usize>, statement: bool) -> Vec<Lexeme> {
    let tokens = token::jinja(text, region, true);
    let word = |at: usize| text.get(tokens[at].range.clone()).unwrap_or_default();
    let mut out = Vec::with_capacity(tokens.len());
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| (tokens[at].kind, word(at)));
        let behind = tokens.get(at + 1).map(|token| token.kind);
        let kind = match token.kind {
            TokenKind::Word => match (word(at), before) {
                (_, Some((TokenKind::Dot, _))) => LexemeKind::Member,
                (_, None) if statement => LexemeKind::Keyword,
                (_, Some((_, "|"))) => LexemeKind::Filter,
                (name, Some((_, "is"))) if name != "not" => LexemeKind::Test,
                (name, Some((_, "not"))) if at >= 2 && word(at - 2) == "is" && !is_constant(name) => {
                    LexemeKind::Test
                }
                (_, _) if depth > 0 && behind == Some(TokenKind::Assign) => LexemeKind::Argument,
                (name, _) if is_constant(name) => LexemeKind::Constant,
                (name, _) if is_keyword(name) => LexemeKind::Keyword,
                _ if behind == Some(TokenKind::Open(b'(')) => LexemeKind::Call,
                _ => LexemeKind::Name,
            },
            TokenKind::Number => LexemeKind::Number,
            TokenKind::Str(_) => LexemeKind::Str,
            TokenKind::Open(_) => {
                depth += 1;
                LexemeKind::Mark
            }
            TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                LexemeKind::Mark
            }
            _ => LexemeKind::Mark,
        };
        out.push(Lexeme { kind, range: text::range(token.range.start, token.range.end) });
    }
    out
}

fn is_constant(word: &str) -> bool {
    matches!(word, "true" | "True" | "false" | "False" | "none" | "None")
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "in" | "is" | "if" | "else" | "recursive" | "import" | "as")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let template = super::super::parse(text);
        let all = template.tags.iter().flat_map(|tag| lexemes(text, tag));
        let one = |piece: Lexeme| {
            let range = usize::from(piece.range.start())..usize::from(piece.range.end());
            format!("{:?} {}", piece.kind, &text[range])
        };
        all.filter(|piece| piece.kind != LexemeKind::Mark).map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn every_word_is_told_by_its_neighbours() {
        for (text, wanted) in [
            (
                "{{- ref('a', v=2) | upper }}",
                "Delimiter {{-, Call ref, Str 'a', Argument v, Number 2, Filter upper, Delimiter }}",
            ),
            (
                "{% set x = a.b if c is not none else true -%}",
                "Delimiter {%, Keyword set, Name x, Name a, Member b, Keyword if, Name c, Keyword is, \
                 Keyword not, Constant none, Keyword else, Constant true, Delimiter -%}",
            ),
            (
                "{% if x is not defined %}",
                "Delimiter {%, Keyword if, Name x, Keyword is, Keyword not, Test defined, Delimiter %}",
            ),
            ("{{ ref('half", "Delimiter {{, Call ref, Str 'half"),
            ("{# no #}{% raw %}{{ x }}{% endraw %}", ""),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }
}
