//! The shape of SQL around a template's tags: common table expressions, parentheses, comments.
//!
//! No SQL parser: whatever the dialect, and however broken, it finds what these few marks say. Tags of the
//! template are opaque. Must not know tables or columns.

use std::ops::Range;

use rustc_hash::FxHashSet;
use text::TextRange;

use crate::jinja::{Tag, TagKind};

/// What the SQL of a text shows. Ranges are bytes of the text, in source order of their starts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    /// `name as (…)` behind `with`, nested ones included.
    pub ctes: Vec<Cte>,
    /// Inside each pair of parentheses; up to the text's end where the closing one is missing.
    pub parens: Vec<TextRange>,
    /// `--` to the end of the line, and `/* … */`.
    pub comments: Vec<TextRange>,
}

/// A common table expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Cte {
    /// The name without quotes.
    pub name: TextRange,
    /// Between the parentheses.
    pub body: TextRange,
    /// From the name to the closing parenthesis.
    pub full: TextRange,
}

/// The tokens between `tags` with their parentheses paired, and the comments.
pub(crate) fn tokens(text: &str, tags: &[Tag]) -> (Vec<Token>, Vec<TextRange>) {
    let mut lexer =
        Lexer { bytes: text.as_bytes(), tags, tokens: Vec::new(), comments: Vec::new(), none_before: 0 };
    lexer.run();
    let Lexer { mut tokens, comments, .. } = lexer;
    let mut open: Vec<usize> = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at].kind {
            TokenKind::Open => open.push(at),
            TokenKind::Close => {
                if let Some(start) = open.pop() {
                    tokens[start].pair = at;
                }
            }
            _ => {}
        }
    }
    (tokens, comments)
}

/// Reads the SQL between `tags`, which are those of the same text, in source order.
pub fn read(text: &str, tags: &[Tag]) -> Sql {
    let (tokens, comments) = tokens(text, tags);
    let mut parens = Vec::new();
    let reader = Reader { text, tokens: &tokens };
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Open) {
        parens.push(text::range(token.range.end, reader.close(token)));
    }
    let ctes = reader.ctes();
    Sql { ctes, parens, comments }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word, a quoted name, or an output of the template.
    Name,
    Open,
    Close,
    Comma,
    Other,
}

/// No closing parenthesis.
pub(crate) const NONE: usize = usize::MAX;

#[derive(Debug)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
    /// Of an opening parenthesis: index of the closing one.
    pub(crate) pair: usize,
}

struct Lexer<'t> {
    bytes: &'t [u8],
    tags: &'t [Tag],
    tokens: Vec<Token>,
    comments: Vec<TextRange>,
    /// There is no `*/` up to here.
    none_before: usize,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let (mut at, mut tag) = (0, 0);
        while at < self.bytes.len() {
            while self.tags.get(tag).is_some_and(|tag| usize::from(tag.range.end()) <= at) {
                tag += 1;
            }
            if let Some(found) = self.tags.get(tag).filter(|tag| usize::from(tag.range.start()) <= at) {
                let end = usize::from(found.range.end()).max(at + 1);
                if found.kind == TagKind::Output {
                    self.push(TokenKind::Name, at..end);
                }
                at = end;
                continue;
            }
            // Nothing of SQL reaches into a tag.
            let limit = self.tags.get(tag).map_or(self.bytes.len(), |tag| tag.range.start().into());
            at = self.token(at, limit);
        }
    }

    /// Reads what starts at `at`; where it ends.
    fn token(&mut self, at: usize, limit: usize) -> usize {
        let rest = &self.bytes[at..limit];
        let line = || rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        match rest[0] {
            b'-' if rest.starts_with(b"--") => {
                let end = at + line();
                self.comments.push(text::range(at, end));
                end
            }
            b'/' if rest.starts_with(b"/*") => {
                // Searched for once up to each tag: a text of nothing else stays linear.
                let close = if self.none_before == limit {
                    None
                } else {
                    rest.windows(2).skip(2).position(|two| two == b"*/")
                };
                if close.is_none() {
                    self.none_before = limit;
                }
                let end = close.map_or(at + line(), |close| at + close + 4);
                self.comments.push(text::range(at, end));
                end
            }
            // Half typed, a quote must not swallow what follows its line.
            quote @ (b'\'' | b'"' | b'`') => {
                let stop = rest[1..].iter().position(|byte| *byte == quote || matches!(byte, b'\n' | b'\r'));
                let close = stop.filter(|stop| rest[1 + stop] == quote);
                let end = close.map_or(at + 1, |close| at + close + 2);
                self.push(if quote == b'\'' { TokenKind::Other } else { TokenKind::Name }, at..end);
                end
            }
            b'(' => self.push(TokenKind::Open, at..at + 1),
            b')' => self.push(TokenKind::Close, at..at + 1),
            b',' => self.push(TokenKind::Comma, at..at + 1),
            byte if is_word(byte) => {
                let end = at + rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                self.push(TokenKind::Name, at..end)
            }
            byte if byte.is_ascii_whitespace() => at + 1,
            _ => self.push(TokenKind::Other, at..at + 1),
        }
    }

    fn push(&mut self, kind: TokenKind, range: Range<usize>) -> usize {
        let end = range.end;
        // `{{ prefix }}_name` is one name.
        if kind == TokenKind::Name
            && let Some(last) = self.tokens.last_mut().filter(|last| last.kind == TokenKind::Name)
            && last.range.end == range.start
        {
            last.range.end = end;
        } else {
            self.tokens.push(Token { kind, range, pair: NONE });
        }
        end
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl Reader<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .and_then(|token| self.text.get(token.range.clone()))
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Where the parenthesis that `open` opens is closed.
    fn close(&self, open: &Token) -> usize {
        self.tokens.get(open.pair).map_or(self.text.len(), |close| close.range.start)
    }

    fn ctes(&self) -> Vec<Cte> {
        let mut out = Vec::new();
        // A name is not looked at as a keyword again: that would read the rest of its list once more.
        let mut names: FxHashSet<usize> = FxHashSet::default();
        for at in 0..self.tokens.len() {
            if names.contains(&at) || !self.is(at, "with") {
                continue;
            }
            let mut next = if self.is(at + 1, "recursive") { at + 2 } else { at + 1 };
            while let Some((cte, behind)) = self.cte(next) {
                names.insert(next);
                out.push(cte);
                if self.kind(behind) != Some(TokenKind::Comma) {
                    break;
                }
                next = behind + 1;
            }
        }
        out.sort_by_key(|cte| cte.full.start());
        out
    }

    /// `name [(columns)] as [not materialized] (…)` at a token, and the index of what follows.
    fn cte(&self, at: usize) -> Option<(Cte, usize)> {
        let name = self.tokens.get(at).filter(|token| token.kind == TokenKind::Name)?;
        let mut next = at + 1;
        if self.kind(next) == Some(TokenKind::Open) {
            next = self.tokens[next].pair.checked_add(1)?;
        }
        if !self.is(next, "as") {
            return None;
        }
        next += 1;
        next += usize::from(self.is(next, "not"));
        next += usize::from(self.is(next, "materialized"));
        let open = self.tokens.get(next).filter(|token| token.kind == TokenKind::Open)?;
        let close = self.close(open);
        let end = (close + 1).min(self.text.len());
        let quoted = matches!(self.text.as_bytes()[name.range.start], b'"' | b'`') && name.range.len() > 2;
        let trim = usize::from(quoted);
        let cte = Cte {
            name: text::range(name.range.start + trim, name.range.end - trim),
            body: text::range(open.range.end, close),
            full: text::range(name.range.start, end),
        };
        Some((cte, open.pair.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<&str> {
        let found = read(sql, &crate::jinja::parse(sql).tags);
        found
            .ctes
            .iter()
            .map(|cte| &sql[usize::from(cte.name.start())..usize::from(cte.name.end())])
            .collect()
    }

    #[test]
    fn ctes_are_found_in_any_dialect_and_in_broken_text() {
        for (sql, wanted) in [
            ("with a as (select 1), b (x, y) as not materialized (select 2) select 3", &["a", "b"][..]),
            ("WITH RECURSIVE \"Big one\" AS (select ')') , `c` as (select 1)", &["Big one", "c"]),
            (
                "with a as (with inner_one as (select 1) select 2), b as (select (1))",
                &["a", "inner_one", "b"],
            ),
            (
                "with {{ p }}_x as (select 1){% if y %}, z as (select 2){% endif %} select",
                &["{{ p }}_x", "z"],
            ),
            ("with a as (-- it's ) \n select '{{ x }}' /* ) */ ), b as (select 1", &["a", "b"]),
            ("with a as (select 'half typed\n), b as (select 1)", &["a", "b"]),
            ("select cast(x as timestamp with time zone), u.y from t with (nolock)", &[]),
            ("select * from unnest(x) with ordinality as t (a, b)", &[]),
            ("with a as", &[]),
            ("with a as (select 1), ", &["a"]),
        ] {
            assert_eq!(names(sql), wanted, "{sql}");
        }
    }

    #[test]
    fn a_text_made_of_one_thing_costs_no_more_than_its_length() {
        for piece in ["with as (x), ", "with a as (", "/* ", "'\"` ", "((", "{{ x }} (", "-- \n"] {
            let sql = format!("with {}", piece.repeat(200_000 / piece.len()));
            let begun = std::time::Instant::now();
            read(&sql, &crate::jinja::parse(&sql).tags);
            assert!(begun.elapsed().as_secs() < 5, "{piece}");
        }
    }

    #[test]
    fn comments_and_parentheses_keep_out_of_tags_and_strings() {
        let sql = "-- one (\n/* two\n( */ select f('(', {{ g(1) }}) {# ( #}";
        let found = read(sql, &crate::jinja::parse(sql).tags);
        let texts = |ranges: &[TextRange]| -> Vec<String> {
            ranges
                .iter()
                .map(|range| sql[usize::from(range.start())..usize::from(range.end())].into())
                .collect()
        };
        assert_eq!(texts(&found.comments), ["-- one (", "/* two\n( */"]);
        assert_eq!(texts(&found.parens), ["'(', {{ g(1) }}"]);
    }
}
