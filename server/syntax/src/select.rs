//! What a query selects, and the relations that it names: as far as its text says so for certain.
//!
//! No SQL parser: a list of columns is given only when each of them is a plain column or has its name behind `as`.
//! Must not know what a relation or a `ref` is.

use std::ops::Range;

use text::TextRange;

use crate::jinja::{Tag, TagKind, Template};
use crate::sql::{NONE, Token, TokenKind, tokens};

/// One column of a query's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Its name, without quotes.
    pub name: String,
    /// The type that it is cast to.
    pub data_type: Option<String>,
}

/// What a query gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// These columns.
    Columns(Vec<Selected>),
    /// All columns of one tag: `select * from {{ … }}`. The tag's range.
    All(TextRange),
}

/// A relation that is written out: `database.schema.table`, `schema.table`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its bytes.
    pub range: TextRange,
    /// Its parts without quotes, and whether each was quoted.
    pub parts: Vec<(String, bool)>,
}

/// The columns of the query that a template is; `None` where the text alone does not say.
pub fn output(text: &str, template: &Template) -> Option<Output> {
    if !template.errors.is_empty() {
        return None;
    }
    let (tokens, _) = tokens(text, &template.tags);
    let reader = Reader { text, tokens: &tokens, template };
    reader.query(0..tokens.len(), 0)
}

/// Every relation behind `from` and `join`, in source order.
pub fn relations(text: &str, tags: &[Tag]) -> Vec<Relation> {
    let (tokens, _) = tokens(text, tags);
    let mut out = Vec::new();
    // What the innermost parentheses belong to.
    let mut callers: Vec<(usize, &str)> = Vec::new();
    for at in 0..tokens.len() {
        while callers.last().is_some_and(|(close, _)| *close <= at) {
            callers.pop();
        }
        let word = &text[tokens[at].range.clone()];
        if tokens[at].kind == TokenKind::Open {
            let caller = at.checked_sub(1).filter(|before| tokens[*before].kind == TokenKind::Name);
            callers.push((tokens[at].pair, caller.map_or("", |caller| &text[tokens[caller].range.clone()])));
        }
        let begins = word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("join");
        let inside = callers.last().map_or("", |(_, caller)| *caller);
        let is_function = ["extract", "substring", "trim", "overlay", "position"];
        let before = at.checked_sub(1).map_or("", |before| &text[tokens[before].range.clone()]);
        if begins
            && tokens[at].kind == TokenKind::Name
            && !before.eq_ignore_ascii_case("distinct")
            && !is_function.iter().any(|name| inside.eq_ignore_ascii_case(name))
        {
            out.extend(relation(text, tags, &tokens, at + 1));
        }
    }
    out
}

/// `a.b.c` at a token; not a function's call, nothing with a tag in it.
fn relation(text: &str, tags: &[Tag], tokens: &[Token], first: usize) -> Option<Relation> {
    let start = tokens.get(first).filter(|token| token.kind == TokenKind::Name)?.range.start;
    let mut parts = Vec::new();
    let mut at = first;
    let end = loop {
        let token = tokens.get(at).filter(|token| token.kind == TokenKind::Name)?;
        let word = &text[token.range.clone()];
        let quote = word.chars().next().filter(|c| matches!(c, '"' | '`'));
        match quote {
            Some(quote) => {
                let inner = word.strip_prefix(quote)?.strip_suffix(quote)?;
                if quote == '`' {
                    parts.extend(inner.split('.').map(|part| (part.to_owned(), true)));
                } else {
                    parts.push((inner.to_owned(), true));
                }
            }
            None => parts.push((word.to_owned(), false)),
        }
        let dot = tokens
            .get(at + 1)
            .filter(|dot| dot.range.start == token.range.end && &text[dot.range.clone()] == ".");
        match (dot, tokens.get(at + 2)) {
            (Some(dot), Some(next)) if next.range.start == dot.range.end => at += 2,
            (Some(_), _) => return None,
            _ => break token.range.end,
        }
    };
    let range = text::range(start, end);
    let is_call = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Open);
    let has_tag = tags.iter().any(|tag| tag.range.intersect(range).is_some_and(|shared| !shared.is_empty()));
    // `name {{ … }}`: who knows what comes of it.
    let glued = tags.iter().any(|tag| usize::from(tag.range.start()) == end);
    let whole = (2..=3).contains(&parts.len()) && parts.iter().all(|(part, _)| !part.is_empty());
    (whole && !is_call && !has_tag && !glued).then_some(Relation { range, parts })
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    template: &'t Template,
}

/// How many common table expressions are followed.
const DEPTH: usize = 24;

/// Words that end the list of what is read.
const BEHIND: [&str; 11] = [
    "where",
    "group",
    "order",
    "limit",
    "qualify",
    "having",
    "union",
    "intersect",
    "except",
    "window",
    "offset",
];

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or_default()
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.word(at).eq_ignore_ascii_case(word)
    }

    /// The next token at the same level.
    fn next(&self, at: usize) -> usize {
        match self.tokens.get(at) {
            Some(token) if token.kind == TokenKind::Open && token.pair != NONE => token.pair + 1,
            _ => at + 1,
        }
    }

    /// The output of the query in a range of tokens.
    fn query(&self, tokens: Range<usize>, depth: usize) -> Option<Output> {
        if depth > DEPTH {
            return None;
        }
        let mut at = tokens.start;
        // `{{ config(…) }}` stands before the query.
        while at < tokens.end && self.is_tag(at) {
            at += 1;
        }
        let mut ctes: Vec<(String, Range<usize>)> = Vec::new();
        if self.is(at, "with") {
            at += 1 + usize::from(self.is(at + 1, "recursive"));
            loop {
                let name = self.name(at)?;
                at += 1;
                self.is(at, "as").then_some(())?;
                at += 1;
                at += usize::from(self.is(at, "not"));
                at += usize::from(self.is(at, "materialized"));
                let open =
                    self.tokens.get(at).filter(|open| open.kind == TokenKind::Open && open.pair != NONE)?;
                ctes.push((name, at + 1..open.pair));
                at = open.pair + 1;
                match self.tokens.get(at).map(|token| token.kind) {
                    Some(TokenKind::Comma) => at += 1,
                    _ => break,
                }
            }
        }
        self.select(at, tokens.end, &ctes, depth)
    }

    fn select(&self, at: usize, end: usize, ctes: &[(String, Range<usize>)], depth: usize) -> Option<Output> {
        if !self.is(at, "select") {
            return None;
        }
        let begin = self.tokens[at].range.start;
        let mut first = at + 1;
        if self.is(first, "distinct") || self.is(first, "all") {
            first += 1;
        }
        if self.is(first, "on") || self.is(first, "top") || self.is(first, "as") {
            return None;
        }
        let (mut items, mut start, mut at) = (Vec::new(), first, first);
        while at < end && !self.is(at, "from") && !BEHIND.iter().any(|word| self.is(at, word)) {
            if self.tokens[at].kind == TokenKind::Comma {
                items.push(start..at);
                start = at + 1;
            }
            at = self.next(at);
        }
        if start < at {
            items.push(start..at);
        }
        let until = self.tokens.get(at).map_or(self.text.len(), |token| token.range.start);
        if at > end || !self.is_plain(begin..until) {
            return None;
        }
        if let [item] = items.as_slice()
            && item.len() == 1
            && self.word(item.start) == "*"
        {
            return self.all(at, end, ctes, depth);
        }
        items.into_iter().map(|item| self.item(item)).collect::<Option<Vec<_>>>().map(Output::Columns)
    }

    /// Whether nothing that dbt decides changes what is selected: no tags in the list, no block around it.
    fn is_plain(&self, list: Range<usize>) -> bool {
        let range = text::range(list.start, list.end.max(list.start));
        let shared = |other: TextRange| other.intersect(range).is_some_and(|shared| !shared.is_empty());
        let in_list = self.template.tags.iter().any(|tag| tag.kind != TagKind::Comment && shared(tag.range));
        !in_list && !self.template.blocks.iter().any(|block| shared(block.full))
    }

    /// `* from x`, and nothing joined to it.
    fn all(&self, from: usize, end: usize, ctes: &[(String, Range<usize>)], depth: usize) -> Option<Output> {
        if !self.is(from, "from") {
            return None;
        }
        let source = from + 1;
        let mut behind = source + 1;
        // An alias.
        if behind < end && !BEHIND.iter().any(|word| self.is(behind, word)) {
            behind += usize::from(self.is(behind, "as"));
            self.name(behind)?;
            behind += 1;
        }
        if behind < end && !BEHIND.iter().any(|word| self.is(behind, word)) {
            return None;
        }
        let token = self.tokens.get(source).filter(|_| source < end)?;
        let range = text::range(token.range.start, token.range.end);
        if let Some(tag) = self.template.tags.iter().find(|tag| tag.range == range) {
            let inside = |block: &crate::jinja::Block| block.full.contains_range(range);
            let is_free = tag.kind == TagKind::Output && !self.template.blocks.iter().any(inside);
            return is_free.then_some(Output::All(range));
        }
        let name = self.name(source)?;
        let at = ctes.iter().rposition(|(known, _)| known.eq_ignore_ascii_case(&name))?;
        // What it reads may be what stands before it.
        self.cte(&ctes[..at], ctes[at].1.clone(), depth + 1)
    }

    fn cte(&self, before: &[(String, Range<usize>)], body: Range<usize>, depth: usize) -> Option<Output> {
        if depth > DEPTH {
            return None;
        }
        match self.is(body.start, "with") {
            true => self.query(body, depth),
            false => self.select(body.start, body.end, before, depth),
        }
    }

    /// `a`, `t.a`, `… as a`
    fn item(&self, item: Range<usize>) -> Option<Selected> {
        let last = item.end.checked_sub(1)?;
        if self.is_path(&item) {
            return Some(Selected { name: self.name(last)?, data_type: None });
        }
        let named = item.len() >= 3 && self.is(last - 1, "as");
        let name = self.name(last).filter(|_| named)?;
        Some(Selected { name, data_type: self.cast(item.start..last - 1) })
    }

    /// `a`, `t.a`
    fn is_path(&self, tokens: &Range<usize>) -> bool {
        let is_part = |at: usize| match at % 2 {
            0 => self.tokens.get(tokens.start + at).is_some_and(|token| token.kind == TokenKind::Name),
            _ => self.word(tokens.start + at) == ".",
        };
        tokens.len() % 2 == 1 && (0..tokens.len()).all(is_part)
    }

    /// The type of `cast(x as type)` or `x::type`.
    fn cast(&self, value: Range<usize>) -> Option<String> {
        let open = value.start + 1;
        let is_cast = self.is(value.start, "cast") || self.is(value.start, "try_cast");
        if is_cast
            && self
                .tokens
                .get(open)
                .is_some_and(|token| token.kind == TokenKind::Open && token.pair + 1 == value.end)
        {
            let (mut at, mut word) = (open + 1, None);
            while at < value.end - 1 {
                if self.is(at, "as") {
                    word = Some(at);
                }
                at = self.next(at);
            }
            return self.type_name(word? + 1..value.end - 1);
        }
        let mut colons = None;
        let mut at = value.start;
        while at < value.end {
            if self.word(at) == ":" && self.word(at + 1) == ":" {
                colons = Some(at + 2);
                at += 1;
            }
            at = self.next(at);
        }
        // `a + b::int` is of another type.
        let is_whole = |colons: usize| {
            let cast = value.start..colons - 2;
            self.is_path(&cast) || self.next(cast.start) == cast.end
        };
        colons.filter(|colons| is_whole(*colons)).and_then(|colons| self.type_name(colons..value.end))
    }

    fn type_name(&self, tokens: Range<usize>) -> Option<String> {
        let (first, last) = (self.tokens.get(tokens.start)?, self.tokens.get(tokens.end.checked_sub(1)?)?);
        let text = self.text.get(first.range.start..last.range.end)?;
        let is_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '(' | ')' | ',');
        let is_good = text.chars().all(is_type) && text.starts_with(|c: char| c.is_alphabetic());
        is_good.then(|| text.to_ascii_lowercase())
    }

    fn is_tag(&self, at: usize) -> bool {
        self.word(at).starts_with("{{")
    }

    /// A name without its quotes.
    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Name)?;
        let word = self.text.get(token.range.clone())?;
        let is_quoted = word.len() > 2 && word.starts_with(['"', '`']);
        let name = if is_quoted { &word[1..word.len() - 1] } else { word };
        let is_word = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
            && !name.starts_with(|c: char| c.is_ascii_digit());
        // `case … end`
        let is_free =
            is_quoted || !["end", "null", "true", "false"].iter().any(|word| name.eq_ignore_ascii_case(word));
        ((is_quoted || is_word) && is_free && !name.contains("{{")).then(|| name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jinja;

    fn shown(sql: &str) -> String {
        match output(sql, &jinja::parse(sql)) {
            None => "?".to_owned(),
            Some(Output::All(range)) => {
                format!("all of {}", &sql[usize::from(range.start())..usize::from(range.end())])
            }
            Some(Output::Columns(columns)) => {
                let column = |column: &Selected| match &column.data_type {
                    Some(kind) => format!("{}:{kind}", column.name),
                    None => column.name.clone(),
                };
                columns.iter().map(column).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn columns_are_told_where_the_text_says_them() {
        for (sql, wanted) in [
            ("select 1 as id, t.b, \"C d\" from x t", "id b C d"),
            (
                "{{ config(materialized='table') }}\nselect cast(a as Numeric(38, 0)) as a, b::int as b, (c)::text as c from x",
                "a:numeric(38, 0) b:int c:text",
            ),
            ("select a + b::int as c, max(x::int) as d from t", "c d"),
            ("with a as (select 1 as x), b as (select * from a where true) select * from b", "x"),
            ("with src as (select * from {{ ref('m') }}) select * from src -- end", "all of {{ ref('m') }}"),
            ("select * from {{ source('a', 'b') }} as t where x", "all of {{ source('a', 'b') }}"),
            ("select a from x union all select b from y", "a"),
            ("select a, from x", "a"),
            ("select a from x {% if is_incremental() %} where y {% endif %}", "a"),
        ] {
            assert_eq!(shown(sql), wanted, "{sql}");
        }
    }

    #[test]
    fn nothing_is_told_where_it_does_not() {
        for sql in [
            "select a, b c from x",
            "select *, a from x",
            "select t.* from x",
            "select * from a join b using (id)",
            "select * from a, b",
            "select {{ cols() }} from x",
            "{% if x %} select a {% else %} select b {% endif %} from t",
            "select {% for c in d %} {{ c }}, {% endfor %} 1 as x from t",
            "select case when a then b end from t",
            "with a as (select 1 as x) select * from c",
            "select distinct on (a) a from t",
            "select a from t {{",
            "",
            "insert into x",
        ] {
            assert_eq!(shown(sql), "?", "{sql}");
        }
    }

    #[test]
    fn relations_are_found_behind_from_and_join() {
        let found = |sql: &str| -> Vec<String> {
            let found = relations(sql, &jinja::parse(sql).tags);
            found
                .iter()
                .map(|found| sql[usize::from(found.range.start())..usize::from(found.range.end())].to_owned())
                .collect()
        };
        let sql = "-- from x.y\nselect ' from a.b ', extract(year from d.e) from raw.orders o join \"DB\".\"s\".t on a.b = c.d join `p.d.t` join f.g(x) join {{ s }}.t join one is distinct from a.b";
        assert_eq!(found(sql), ["raw.orders", "\"DB\".\"s\".t", "`p.d.t`"]);
        assert_eq!(found("select 1 from a. join b."), Vec::<String>::new());
        assert_eq!(found("from raw.{{ x }} join raw.x{{ y }} join a.b.c.d"), Vec::<String>::new());
    }
}
