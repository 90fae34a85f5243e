//! Which words of a query are columns of one relation: `o.total` behind `from {{ … }} as o`, `total` where nothing else
//! is read.
//!
//! No SQL parser: what joins, nested queries or lateral names could make doubtful is left out, so that a word that is
//! found is a column of the relation or of nothing. Must not know which relation it is.

use rustc_hash::{FxHashMap, FxHashSet};
use text::TextRange;

use crate::jinja::Tag;
use crate::sql::{NONE, Token, TokenKind, tokens};

/// Names of one relation are followed through so many common table expressions.
const STEPS: usize = 16;

/// The columns of relations in one text.
#[derive(Debug)]
pub struct Query<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    scopes: Vec<Scope>,
    /// How often each alias is given to something that is read.
    bound: FxHashMap<String, usize>,
    /// The names of common table expressions by the select that they are.
    ctes: FxHashMap<usize, String>,
}

/// Which words count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Only what can be of no other relation.
    Certain,
    /// Also words of a select that reads several, which may be of any of them.
    Possible,
}

/// One select without what is nested in it.
#[derive(Debug, Clone, Default)]
struct Scope {
    /// Its tokens, in order.
    tokens: Vec<usize>,
    /// The token before the parenthesis that holds it.
    owner: Option<usize>,
}

/// Every select with the tokens that are its own: parentheses that hold no query belong to what is around them.
fn scopes(text: &str, tokens: &[Token]) -> Vec<Scope> {
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    let mut out = vec![Scope::default()];
    // The scopes around, and whether each parenthesis opened one.
    let mut around: Vec<usize> = vec![0];
    let mut opened: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => {
                let is_query = ["select", "with"].iter().any(|key| word(at + 1).eq_ignore_ascii_case(key));
                out[*around.last().unwrap_or(&0)].tokens.push(at);
                opened.push(is_query);
                if is_query {
                    around.push(out.len());
                    out.push(Scope { tokens: Vec::new(), owner: at.checked_sub(1) });
                }
            }
            TokenKind::Close => {
                if opened.pop() == Some(true) {
                    around.pop();
                }
                out[*around.last().unwrap_or(&0)].tokens.push(at);
            }
            _ => {
                let set = ["union", "except", "intersect", "minus"];
                if set.iter().any(|key| word(at).eq_ignore_ascii_case(key)) {
                    // Another select follows in the same parentheses.
                    let owner = out[*around.last().unwrap_or(&0)].owner;
                    if let Some(last) = around.last_mut() {
                        *last = out.len();
                    }
                    out.push(Scope { tokens: Vec::new(), owner });
                    continue;
                }
                out[*around.last().unwrap_or(&0)].tokens.push(at);
            }
        }
    }
    out
}

impl<'t> Query<'t> {
    /// Reads a text. `tags` are its own, in source order.
    pub fn new(text: &'t str, tags: &[Tag]) -> Query<'t> {
        let tokens = tokens(text, tags).0;
        let scopes = scopes(text, &tokens);
        let mut out = Query { text, tokens, scopes, bound: FxHashMap::default(), ctes: FxHashMap::default() };
        (out.bound, out.ctes) = (out.aliases(), out.expressions());
        out
    }

    /// The words that are columns of the relation which the output tag at `relation` writes, in source order.
    pub fn columns(&self, relation: TextRange, sure: Sure) -> Vec<TextRange> {
        let relation = usize::from(relation.start())..usize::from(relation.end());
        let at = self.tokens.iter().position(|token| token.range == relation);
        at.map(|at| self.columns_of(at, sure)).unwrap_or_default()
    }

    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|token| self.text.get(token.range.clone())).unwrap_or_default()
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.word(at).eq_ignore_ascii_case(word))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// A name as warehouses compare it; `None` for keywords and what the template writes.
    fn name(&self, at: usize) -> Option<String> {
        let word = self.word(at);
        let is_name = self.kind(at) == Some(TokenKind::Name) && !word.contains('{') && !is_keyword(word);
        let bare = word.trim_matches(['"', '`']);
        let starts = bare.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        (is_name && starts).then(|| bare.to_lowercase())
    }

    fn columns_of(&self, relation: usize, sure: Sure) -> Vec<TextRange> {
        // What the relation is called, and where it is read.
        let mut names: FxHashSet<String> = FxHashSet::default();
        let mut read: Vec<usize> = vec![relation];
        let mut known: FxHashSet<usize> = FxHashSet::default();
        let mut aliases: FxHashSet<String> = FxHashSet::default();
        for _ in 0..STEPS {
            let fresh: Vec<usize> = read.iter().copied().filter(|at| known.insert(*at)).collect();
            if fresh.is_empty() {
                break;
            }
            for at in fresh {
                let Some(scope) = self.scope_of(at).filter(|_| self.is_read(at)) else { continue };
                // `… as t(x, y)` calls the columns otherwise.
                if self.alias(at).is_some_and(|alias| self.kind(alias + 1) == Some(TokenKind::Open)) {
                    known.remove(&at);
                    continue;
                }
                if let Some(alias) = self.alias(at).and_then(|alias| self.name(alias)) {
                    aliases.insert(alias);
                } else if let Some(name) = self.name(at) {
                    aliases.insert(name);
                }
                // `orders as (select * from {{ … }})` is the relation by another name.
                if self.takes_all(scope)
                    && let Some(name) = self.ctes.get(&scope)
                    && names.insert(name.clone())
                {
                    let reads =
                        |token: &usize| self.name(*token).as_ref() == Some(name) && self.is_read(*token);
                    read.extend((0..self.tokens.len()).filter(reads));
                }
            }
        }
        let mut out: Vec<TextRange> = Vec::new();
        for alias in aliases.iter().filter(|alias| self.bound.get(*alias).is_none_or(|times| *times <= 1)) {
            out.extend(self.behind(alias));
        }
        for at in known.iter().filter(|at| self.is_read(**at)) {
            if let Some(scope) = self.scope_of(*at).filter(|at| sure == Sure::Possible || self.reads_one(*at))
            {
                out.extend(self.free(scope, *at));
            }
        }
        out.sort_by_key(|range| range.start());
        out.dedup();
        out
    }

    fn scope_of(&self, at: usize) -> Option<usize> {
        self.scopes.iter().position(|scope| scope.tokens.binary_search(&at).is_ok())
    }

    /// Behind `from` or `join`.
    fn is_read(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, &["from", "join"]))
            && !matches!(self.word(at + 1), "." | "(")
    }

    /// The commas behind which other relations are read.
    fn lists(&self) -> Vec<usize> {
        const CLAUSES: [&str; 9] =
            ["select", "from", "join", "on", "using", "where", "group", "having", "order"];
        let mut out = Vec::new();
        for scope in &self.scopes {
            let (mut depth, mut reads) = (0_usize, false);
            for at in &scope.tokens {
                match self.kind(*at) {
                    Some(TokenKind::Open) => depth += 1,
                    Some(TokenKind::Close) => depth = depth.saturating_sub(1),
                    _ if depth > 0 => {}
                    Some(TokenKind::Comma) if reads => out.push(*at),
                    _ if self.is(*at, &CLAUSES) => reads = self.is(*at, &["from", "join"]),
                    _ => {}
                }
            }
        }
        out
    }

    /// The alias behind a relation.
    fn alias(&self, at: usize) -> Option<usize> {
        let next = at + 1 + usize::from(self.is(at + 1, &["as"]));
        self.name(next).map(|_| next)
    }

    fn expressions(&self) -> FxHashMap<usize, String> {
        let mut out: FxHashMap<usize, String> = FxHashMap::default();
        let (mut seen, mut twice): (FxHashSet<String>, FxHashSet<String>) = Default::default();
        for (at, scope) in self.scopes.iter().enumerate() {
            let Some(owner) = scope.owner.filter(|owner| self.is(*owner, &["as"])) else { continue };
            let Some(name) = owner.checked_sub(1).and_then(|name| self.name(name)) else { continue };
            if !seen.insert(name.clone()) {
                twice.insert(name.clone());
            }
            out.insert(at, name);
        }
        // One name for two queries, nested or in a union: not followed.
        out.retain(|_, name| !twice.contains(name));
        out
    }

    fn aliases(&self) -> FxHashMap<String, usize> {
        let mut out: FxHashMap<String, usize> = FxHashMap::default();
        let mut targets: FxHashMap<String, FxHashSet<String>> = FxHashMap::default();
        let reads = (0..self.tokens.len()).filter(|at| self.is(*at, &["from", "join"]));
        for at in reads.chain(self.lists()) {
            let (target, alias) = match self.kind(at + 1) {
                Some(TokenKind::Open) => {
                    let close = self.tokens.get(at + 1).map_or(NONE, |token| token.pair);
                    (format!("({at}"), close.checked_add(1).and_then(|_| self.alias(close)))
                }
                _ => (self.word(at + 1).to_lowercase(), self.alias(at + 1)),
            };
            let name = alias.and_then(|alias| self.name(alias)).or_else(|| self.name(at + 1));
            let Some(name) = name else { continue };
            // The same thing under the same name again is no other meaning.
            if targets.entry(name.clone()).or_default().insert(target) {
                *out.entry(name).or_default() += 1;
            }
        }
        out
    }

    /// `select * from` one relation, and nothing else that would make or leave out columns.
    fn takes_all(&self, scope: usize) -> bool {
        let tokens = &self.scopes[scope].tokens;
        let mut of = tokens.iter().map(|at| self.word(*at));
        let select = of.next().is_some_and(|word| word.eq_ignore_ascii_case("select"));
        let star = of.next() == Some("*");
        select
            && star
            && of.next().is_some_and(|word| word.eq_ignore_ascii_case("from"))
            && self.reads_one(scope)
    }

    /// One `from`, no `join`, no list.
    fn reads_one(&self, scope: usize) -> bool {
        let tokens = &self.scopes[scope].tokens;
        let mut depth = 0_usize;
        let mut from = None;
        for (index, at) in tokens.iter().enumerate() {
            match self.kind(*at) {
                Some(TokenKind::Open) => depth += 1,
                Some(TokenKind::Close) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                _ if self.is(*at, &["join", "lateral", "pivot", "unpivot", "unnest", "apply"]) => {
                    return false;
                }
                _ if self.is(*at, &["from"]) && from.replace(index).is_some() => return false,
                _ => {}
            }
        }
        let Some(from) = from else { return false };
        // A comma at this level before the next clause is another relation.
        let mut depth = 0_usize;
        for at in &tokens[from..] {
            match self.kind(*at) {
                Some(TokenKind::Open) => depth += 1,
                Some(TokenKind::Close) => depth = depth.saturating_sub(1),
                Some(TokenKind::Comma) if depth == 0 => return false,
                _ if self.is(*at, &["where", "group", "order", "having", "qualify", "window", "limit"]) => {
                    break;
                }
                _ => {}
            }
        }
        true
    }

    /// The words behind `alias.`
    fn behind(&self, alias: &str) -> Vec<TextRange> {
        let mut out = Vec::new();
        for at in 1..self.tokens.len().saturating_sub(1) {
            let is_column = self.word(at) == "."
                && self.name(at - 1).as_deref() == Some(alias)
                && at.checked_sub(2).is_none_or(|before| self.word(before) != ".")
                && self.kind(at + 2) != Some(TokenKind::Open)
                && self.word(at + 2) != ".";
            if is_column && self.is_column_word(at + 1) {
                out.push(self.bare(at + 1));
            }
        }
        out
    }

    fn is_column_word(&self, at: usize) -> bool {
        let word = self.word(at);
        let first = word.trim_matches(['"', '`']).chars().next();
        self.kind(at) == Some(TokenKind::Name)
            && !word.contains('{')
            && first.is_some_and(|c| c.is_alphabetic() || c == '_')
    }

    /// The words of a select that no alias stands before.
    fn free(&self, scope: usize, relation: usize) -> Vec<TextRange> {
        let tokens = &self.scopes[scope].tokens;
        let alias = self.alias(relation);
        // `total as amount`, `total amount`: what the select makes it may use again.
        let mut made: FxHashSet<String> = FxHashSet::default();
        for at in tokens {
            if self.is(*at, &["as"]) {
                made.extend(self.name(at + 1));
            } else if self.is_alias(*at) {
                made.extend(self.name(*at));
            }
        }
        let is_free = |at: &usize| {
            let (before, after) =
                (at.checked_sub(1).map_or("", |before| self.word(before)), self.word(at + 1));
            let is_cte = self.is(at + 1, &["as"]) && self.kind(at + 2) == Some(TokenKind::Open);
            let is_argument = after == "=" && self.word(at + 2) == ">";
            *at != relation
                && Some(*at) != alias
                && self.name(*at).is_some_and(|name| !made.contains(&name))
                // In some dialects it is a text.
                && !self.word(*at).starts_with('"')
                && !matches!(before, "." | ":" | "@" | "$")
                && !self.is(at.wrapping_sub(1), &["as", "interval", "over", "from", "join", "collate"])
                && !matches!(after, "." | "(")
                && !is_cte
                && !is_argument
        };
        tokens.iter().copied().filter(is_free).map(|at| self.bare(at)).collect()
    }

    /// A name behind an expression that it names without `as`.
    fn is_alias(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| match self.kind(before) {
            Some(TokenKind::Close) => true,
            Some(TokenKind::Name) => !is_keyword(self.word(before)) || self.is(before, &["end"]),
            _ => self.word(before).starts_with('\''),
        })
    }

    /// A word without its quotes.
    fn bare(&self, at: usize) -> TextRange {
        let range = &self.tokens[at].range;
        let quoted = usize::from(self.word(at).starts_with(['"', '`']) && range.len() > 2);
        text::range(range.start + quoted, range.end - quoted)
    }
}

/// Words that no column is called without quotes, and those that stand where a column could and mean something else.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asof",
    "at",
    "between",
    "bernoulli",
    "bigint",
    "boolean",
    "both",
    "by",
    "case",
    "cast",
    "char",
    "collate",
    "cross",
    "current",
    "current_catalog",
    "current_database",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "current_warehouse",
    "date",
    "datetime",
    "day",
    "dayofweek",
    "dayofyear",
    "days",
    "dd",
    "decimal",
    "desc",
    "distinct",
    "double",
    "dow",
    "doy",
    "else",
    "end",
    "epoch",
    "escape",
    "except",
    "exclude",
    "exists",
    "false",
    "fetch",
    "first",
    "float",
    "following",
    "for",
    "from",
    "full",
    "getdate",
    "group",
    "having",
    "hh",
    "hour",
    "hours",
    "ignore",
    "ilike",
    "in",
    "inner",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isoweek",
    "isoyear",
    "join",
    "key",
    "last",
    "lateral",
    "leading",
    "left",
    "level",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "microsecond",
    "millisecond",
    "mi",
    "minus",
    "minute",
    "minutes",
    "mm",
    "month",
    "months",
    "natural",
    "next",
    "not",
    "null",
    "nulls",
    "number",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "path",
    "pivot",
    "preceding",
    "qualify",
    "quarter",
    "range",
    "recursive",
    "repeatable",
    "respect",
    "right",
    "rlike",
    "row",
    "rowid",
    "rownum",
    "rows",
    "sample",
    "second",
    "seconds",
    "select",
    "semi",
    "session_user",
    "similar",
    "smallint",
    "some",
    "ss",
    "string",
    "struct",
    "sysdate",
    "system",
    "systimestamp",
    "table",
    "tablesample",
    "text",
    "then",
    "this",
    "time",
    "timestamp",
    "to",
    "top",
    "trailing",
    "true",
    "unbounded",
    "union",
    "unnest",
    "unpivot",
    "user",
    "using",
    "value",
    "values",
    "varchar",
    "week",
    "weekday",
    "weeks",
    "when",
    "where",
    "window",
    "with",
    "within",
    "year",
    "years",
    "yy",
    "yyyy",
    "zone",
];

fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of the first output of the text.
    fn found(sql: &str) -> Vec<&str> {
        let tags = crate::jinja::parse(sql).tags;
        let relation = tags.iter().find(|tag| tag.kind == crate::jinja::TagKind::Output).unwrap().range;
        let mut out: Vec<&str> = Query::new(sql, &tags)
            .columns(relation, Sure::Certain)
            .into_iter()
            .map(|range| &sql[range])
            .collect();
        out.dedup();
        out
    }

    #[test]
    fn words_behind_the_alias_and_in_a_select_of_its_own() {
        for (sql, wanted) in [
            (
                "select o.id, o.total as t from {{ r }} as o join x on o.key = x.key",
                &["id", "total", "key"][..],
            ),
            ("select o.id from {{ r }} o", &["id"]),
            ("select t.x, t.y from {{ r }} as t(x, y)", &[]),
            ("select o.a from {{ r }} o where exists (select 1 from x, y o where o.zz = 1)", &[]),
            (
                "select id, sum(total) as total_sum, 'x' from {{ r }} where at > 1 group by id",
                &["id", "total", "id"],
            ),
            ("select id from {{ r }}, other", &[]),
            ("select id from {{ r }} join other using (id)", &[]),
            ("select count(*) from (select a from {{ r }}) where b > 1", &["a"]),
            (
                "with orders as (select * from {{ r }}), x as (select orders.a, c.b from orders join c on c.i = orders.j) select z from x",
                &["a", "j"],
            ),
            (
                "with orders as (select * from {{ r }}), x as (select a, b from orders) select z from x",
                &["a", "b"],
            ),
            ("with o as (select a from {{ r }}) select o.b, c from o", &["a"]),
            (
                "with s as (select * from {{ r }}), t as (select * from s) select t.a, t.\"B c\", \"text\" from t",
                &["a", "B c"],
            ),
            // One alias for two relations, or a name of two queries.
            ("select o.a from {{ r }} o union all select o.b from y o", &[]),
            (
                "select a::int, b total, x.y, f(c), cast(d as text), -- e\n 'g' from {{ r }}",
                &["a", "b", "c", "d"],
            ),
            ("select a b, b + 1, f(x => c), sysdate from {{ r }}", &["a", "c"]),
            ("select {{ c }}_x, a from {{ r }}", &[]),
            ("select a from {{ r }}.b", &[]),
            ("select extract(year from a), date_trunc('day', b) from {{ r }}", &["b"]),
            ("select a from {{ r }} union all select b from z", &["a"]),
            ("", &[]),
        ] {
            let sql = if sql.is_empty() { "{{ r }}" } else { sql };
            // In one case the first output is a column: nothing reads it.
            assert_eq!(found(sql), wanted, "{sql}");
        }
    }

    #[test]
    fn a_long_text_costs_what_its_length_costs() {
        for piece in ["o.a, ", "(select a from x), ", "with o as (select * from ", "(("] {
            let sql = format!("select {} b from {{{{ r }}}} o", piece.repeat(50_000 / piece.len()));
            let tags = crate::jinja::parse(&sql).tags;
            let begun = std::time::Instant::now();
            Query::new(&sql, &tags).columns(tags[0].range, Sure::Certain);
            assert!(begun.elapsed().as_secs() < 10, "{piece}");
        }
    }
}
