//! Semantic tokens: what each name means, and the words of Jinja, for editors that colour by meaning.
//!
//! Only what is certain is said: a name that leads nowhere stays the string it is.

mod names;
#[cfg(test)]
mod tests;
mod words;

use project::FileId;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable};

/// A coloured piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its bytes; only comments and strings reach over lines.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
    /// What is special about it.
    pub marks: TokenMarks,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TokenKind {
    /// A project or package.
    Project,
    /// A model of the own project or its packages.
    Model,
    /// A model of an upstream project.
    UpstreamModel,
    Seed,
    Snapshot,
    Source,
    Table,
    Version,
    Column,
    Exposure,
    Metric,
    Group,
    Docs,
    /// A generic test where it is used.
    Test,
    Macro,
    /// A function, filter or test that is no macro.
    Function,
    Parameter,
    Variable,
    Property,
    Keyword,
    Str,
    Number,
    Comment,
    Operator,
}

/// What is special about a token: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct TokenMarks(pub u8);

impl TokenMarks {
    /// The name is given here.
    pub const DECLARATION: TokenMarks = TokenMarks(1);
    /// Its deprecation date has come.
    pub const DEPRECATED: TokenMarks = TokenMarks(1 << 1);
    /// dbt or Jinja bring it.
    pub const BUILT_IN: TokenMarks = TokenMarks(1 << 2);
    /// It belongs to an upstream project.
    pub const UPSTREAM: TokenMarks = TokenMarks(1 << 3);

    /// Whether all of `other` is in the set.
    #[must_use]
    pub fn has(self, other: TokenMarks) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for TokenMarks {
    type Output = TokenMarks;

    fn bitor(self, other: TokenMarks) -> TokenMarks {
        TokenMarks(self.0 | other.0)
    }
}

/// The tokens of an open file, in order, none over another.
pub fn tokens(analysis: &Analysis, file: FileId) -> Cancellable<Vec<Token>> {
    analysis.check()?;
    let (Some(cx), Some(text)) = (FileCx::new(analysis, file), analysis.text(file)) else {
        return Ok(Vec::new());
    };
    let mut named = names::names(&cx, text)?;
    let words = words::words(&cx, text);
    sort(&mut named);
    Ok(merge(named, words))
}

fn sort(tokens: &mut Vec<Token>) {
    tokens.retain(|token| !token.range.is_empty());
    tokens.sort_by_key(|token| (token.range.start(), token.range.end()));
    let mut end = 0.into();
    tokens.retain(|token| {
        let free = token.range.start() >= end;
        if free {
            end = token.range.end();
        }
        free
    });
}

/// Both in order; a word gives way to the name in it.
fn merge(named: Vec<Token>, mut words: Vec<Token>) -> Vec<Token> {
    sort(&mut words);
    let mut at = 0;
    words.retain(|word| {
        while named.get(at).is_some_and(|name| name.range.end() <= word.range.start()) {
            at += 1;
        }
        named.get(at).is_none_or(|name| name.range.start() >= word.range.end())
    });
    words.extend(named);
    words.sort_by_key(|token| token.range.start());
    words
}
