//! What is being typed at an offset.
//!
//! A hand lexer over the one tag around the offset, independent of any tree: it answers for the most
//! broken text. Must not know files or projects.

mod site;

use smol_str::SmolStr;
use text::{TextRange, TextSize};

use crate::calls::Value;
use crate::jinja::TagKind;

/// Where an offset is.
#[derive(Debug, Clone, PartialEq)]
pub enum Site {
    /// Outside every tag: SQL, Markdown, Python code without a dbt call around.
    Content,
    /// In a comment.
    Comment,
    /// In a raw block.
    Raw,
    /// In an output or statement tag, a bare expression or Python code.
    Tag(TagSite),
}

/// An offset inside a tag.
#[derive(Debug, Clone, PartialEq)]
pub struct TagSite {
    /// Output or statement.
    pub tag: TagKind,
    /// The whole tag, delimiters included.
    pub tag_range: TextRange,
    /// The tag has its closing delimiter.
    pub closed: bool,
    /// The first word of a statement.
    pub keyword: Option<SmolStr>,
    /// The calls around the offset, outermost first.
    pub calls: Vec<CallSite>,
    /// The string literal the offset is in (between or touching its quotes), terminated or not.
    pub string: Option<StrSite>,
    /// The dotted identifier the offset touches; empty, at the offset, when there is none.
    pub word: TextRange,
    /// The text of [`word`](TagSite::word), without blanks around its dots.
    pub word_text: SmolStr,
    /// `v` when the offset is in the value of `v=`.
    pub keyword_arg: Option<SmolStr>,
}

/// A call around an offset.
#[derive(Debug, Clone, PartialEq)]
pub struct CallSite {
    /// The callee, as in [`crate::calls::Call::name`].
    pub name: SmolStr,
    /// Its bytes.
    pub name_range: TextRange,
    /// Just behind `(`.
    pub open: TextSize,
    /// At `)`.
    pub close: Option<TextSize>,
    /// In source order, with an empty entry for one that is not typed yet.
    pub args: Vec<ArgSite>,
    /// Index in `args` of the argument the offset is in.
    pub active: usize,
}

/// An argument of a call around an offset.
#[derive(Debug, Clone, PartialEq)]
pub struct ArgSite {
    /// `v` and its bytes in `v=2`.
    pub keyword: Option<(SmolStr, TextRange)>,
    /// The value without blanks around it; empty, where it would be typed, when there is none.
    pub range: TextRange,
    /// The value when it is one string literal.
    pub string: Option<StrSite>,
    /// The value when it is one written literal.
    pub value: Value,
}

/// A string literal.
#[derive(Debug, Clone, PartialEq)]
pub struct StrSite {
    /// Inside the quotes; an unterminated one ends before `)`, the tag's end or the line's end.
    pub content: TextRange,
    /// `'` or `"`
    pub quote: char,
    /// It has its closing quote.
    pub terminated: bool,
}

/// In a whole template. Offsets past the end count as the end.
pub fn jinja(text: &str, offset: TextSize) -> Site {
    site::template(text, site::floor(text, offset))
}

/// In a bare expression, as for [`crate::jinja::parse_expression`].
pub fn expression(text: &str, offset: TextSize) -> Site {
    site::expression(text, site::floor(text, offset))
}

/// In a Python model: a [`Site::Tag`] inside the parentheses of a call on `dbt` and on a name that starts
/// with `dbt.`, content elsewhere. Names are normalised as in [`crate::python`].
pub fn python(text: &str, offset: TextSize) -> Site {
    site::python(text, site::floor(text, offset))
}
