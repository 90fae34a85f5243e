//! The dbt calls of a Python model: `dbt.ref("m", v=1)`, `dbt.source(…)`, `dbt.config(…)`.
//!
//! A tolerant tokenizer, not a Python parser; must not know files or projects.

use std::ops::Range;

use smol_str::SmolStr;
use text::TextRange;

use crate::SyntaxError;
use crate::calls::{Arg, Call, Reach, Value};
use crate::frames::{self, Frame};
use crate::token::{self, Token, TokenKind};

/// What one Python model says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PythonModel {
    /// The calls on `dbt` in source order, named `ref`, `source`, `config`, `config.get`, …; `this` for each
    /// use of `dbt.this`. dbt reads them whatever branch they are in, so each has [`Reach::Always`].
    pub calls: Vec<Call>,
    /// The name `model` in `def model(dbt, session):`.
    pub model_fn: Option<TextRange>,
    /// Unclosed strings and brackets.
    pub errors: Vec<SyntaxError>,
}

/// Reads a Python model.
pub fn parse(text: &str) -> PythonModel {
    let tokens = token::python(text);
    let found = frames::frames(text, &tokens, &["def", "class"]);
    let reader = Reader { text, tokens: &tokens };
    let mut calls: Vec<Call> = found.iter().filter_map(|frame| reader.call(frame)).collect();
    calls.extend(reader.this());
    calls.sort_by_key(|call| call.name_range.start());
    let model = |pair: &[Token]| reader.word(&pair[0]) == "def" && reader.word(&pair[1]) == "model";
    PythonModel {
        calls,
        model_fn: tokens.windows(2).find(|pair| model(pair)).map(|pair| range(&pair[1].range)),
        errors: reader.errors(&found),
    }
}

/// `ref` for `dbt.ref`; `None` when the name is not one of `dbt`'s.
pub(crate) fn normalised(name: &str) -> Option<SmolStr> {
    name.strip_prefix("dbt.").map(SmolStr::new)
}

fn range(bytes: &Range<usize>) -> TextRange {
    text::range(bytes.start, bytes.end)
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl<'t> Reader<'t> {
    fn word(&self, token: &Token) -> &'t str {
        &self.text[token.range.clone()]
    }

    fn call(&self, frame: &Frame) -> Option<Call> {
        let (name, name_range) = frame.callee.as_ref()?;
        let name = normalised(name)?;
        let all = frames::arguments(self.tokens, frame, self.text.len());
        let last = all.len().saturating_sub(1);
        let mut complete = frame.closed;
        let mut args = Vec::new();
        for (index, arg) in all.iter().enumerate() {
            let value = &self.tokens[arg.value()];
            let (Some(start), Some(end)) = (value.first(), value.last()) else {
                // Nothing behind the last comma, or nothing at all, is no argument.
                complete &= index == last && arg.keyword.is_none();
                continue;
            };
            let stars = self.word(start).chars().all(|c| c == '*');
            complete &= !matches!(end.kind, TokenKind::Str(quotes) if quotes.after == 0);
            args.push(Arg {
                keyword: arg
                    .keyword
                    .map(|at| (SmolStr::new(self.word(&self.tokens[at])), range(&self.tokens[at].range))),
                range: text::range(start.range.start, end.range.end),
                value: if stars { Value::Unknown } else { frames::value(self.text, value) },
                splat: stars,
            });
        }
        let end = match self.tokens.get(frame.end) {
            Some(token) if frame.closed => token.range.end,
            _ => self.tokens[..frame.end].last().map_or(name_range.end, |token| token.range.end),
        };
        Some(Call {
            name,
            name_range: range(name_range),
            range: text::range(name_range.start, end),
            args,
            reach: Reach::Always,
            complete,
        })
    }

    fn this(&self) -> impl Iterator<Item = Call> {
        let is_this = |three: &&[Token]| {
            self.word(&three[0]) == "dbt" && three[1].kind == TokenKind::Dot && self.word(&three[2]) == "this"
        };
        self.tokens.windows(3).filter(is_this).map(|three| {
            let range = text::range(three[0].range.start, three[2].range.end);
            Call {
                name: "this".into(),
                name_range: range,
                range,
                args: Vec::new(),
                reach: Reach::Always,
                complete: true,
            }
        })
    }

    fn errors(&self, found: &[Frame]) -> Vec<SyntaxError> {
        let error = |range, message: String| SyntaxError { range, message, related: None };
        let unclosed = found.iter().filter(|frame| !frame.closed).map(|frame| {
            let open = &self.tokens[frame.open];
            error(range(&open.range), format!("`{}` is never closed", self.word(open)))
        });
        let strings = self.tokens.iter().filter_map(|token| match token.kind {
            TokenKind::Str(quotes) if quotes.after == 0 => {
                Some(error(range(&token.range), "this string is never closed".into()))
            }
            _ => None,
        });
        let mut errors: Vec<SyntaxError> = unclosed.chain(strings).collect();
        errors.sort_by_key(|error| error.range.start());
        errors
    }
}
