//! What can be written at a place in a tag, and where names of the context are known.

use project::layout::FileKind;
use syntax::cursor::TagSite;
use syntax::jinja::TagKind;
use syntax::yaml::Step;
use text::{TextRange, TextSize, size};

use super::Places;
use super::receiver::{Scope, ends_with_word};
use crate::diagnostics::FileCx;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want<'t> {
    /// The first word of a statement.
    Statement,
    /// Behind `|`.
    Filter,
    /// Behind `is`.
    Test,
    /// Behind the dot of this; empty behind the dot of a call's result.
    Member(&'t str),
    /// The start of a value.
    Value,
    /// A new name, or nothing at all.
    Nothing,
}

/// Statements that start with a name of their own.
const NAMING: [&str; 8] =
    ["macro", "test", "data_test", "snapshot", "docs", "materialization", "block", "raw"];

/// What the word at a place is.
pub(super) fn want<'t>(text: &str, offset: TextSize, site: &'t TagSite) -> Want<'t> {
    if site.string.is_some() {
        return Want::Nothing;
    }
    let before = text.get(site.tag_range.start().into()..site.word.start().into()).unwrap_or_default();
    let statement = site.tag == TagKind::Statement;
    let inside = if statement { before.trim_start_matches(['{', '%', '-', '+']) } else { before };
    let inside = inside.trim();
    if statement && inside.is_empty() {
        return if site.word_text.contains('.') { Want::Nothing } else { Want::Statement };
    }
    if inside.ends_with('|') && !inside.ends_with("||") || statement && inside == "filter" {
        return Want::Filter;
    }
    let blank = before.ends_with(char::is_whitespace);
    let asked = inside.strip_suffix("not").map_or(inside, str::trim_end);
    if blank && (ends_with_word(inside, "is") || asked.len() < inside.len() && ends_with_word(asked, "is")) {
        return Want::Test;
    }
    let typed = usize::from(part(text, offset, site).start() - site.word.start());
    if typed > 0 {
        return Want::Member(site.word_text.get(..typed - 1).unwrap_or_default());
    }
    let keyword = site.keyword.as_deref().filter(|_| statement).unwrap_or_default();
    if statement && !takes_value(inside, site) || ends_value(inside, keyword) {
        return Want::Nothing;
    }
    Want::Value
}

/// The part of a dotted word that the cursor is in.
pub(super) fn part(text: &str, offset: TextSize, site: &TagSite) -> TextRange {
    let (start, end) = (usize::from(site.word.start()), usize::from(site.word.end()));
    let at = usize::from(offset).clamp(start, end);
    let from = text.get(start..at).and_then(|typed| typed.rfind('.')).map_or(start, |dot| start + dot + 1);
    let to = text.get(at..end).and_then(|rest| rest.find('.')).map_or(end, |dot| at + dot);
    TextRange::new(size(from), size(to))
}

/// Whether a value comes next in a statement, after what is written of it.
fn takes_value(inside: &str, site: &TagSite) -> bool {
    let Some(keyword) = site.keyword.as_deref() else { return false };
    if NAMING.contains(&keyword) || keyword.starts_with("end") || keyword == "else" {
        return false;
    }
    match keyword {
        "set" | "with" => inside.contains('='),
        "for" => inside.split_whitespace().any(|word| word == "in"),
        _ => inside.starts_with(keyword),
    }
}

/// Words that a value follows.
const OPERATORS: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];

/// Whether text ends with a value, so that only an operator can follow.
fn ends_value(inside: &str, keyword: &str) -> bool {
    let last = inside.chars().next_back().unwrap_or(' ');
    if last.is_alphanumeric() || last == '_' {
        let word = inside.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        return inside != keyword && !OPERATORS.contains(&word);
    }
    // `{% call(row) list(…) %}`
    matches!(last, ')' | ']' | '}' | '\'' | '"') && !(keyword == "call" && inside.starts_with("call("))
}

/// The sets of names that are known at a place.
pub(super) fn places(cx: &FileCx<'_>, text: &str, offset: TextSize, site: &TagSite) -> Places {
    let rendered = Places::EVERYWHERE | Places::TARGET;
    let braces = text.get(site.tag_range.start().into()..).is_some_and(|tag| tag.starts_with('{'));
    match cx.entry.kind {
        FileKind::Macro => rendered | Places::CODE | Places::MACRO | Places::RUN,
        FileKind::PythonModel => Places::default(),
        kind if kind.is_template() => {
            let macro_like = cx.facts.defs.iter().any(|def| def.full.contains_inclusive(offset));
            let more = if macro_like { Places::MACRO } else { Places::default() };
            rendered | Places::CODE | more
        }
        kind if kind.is_yaml() && !braces => Places::EXPRESSION,
        FileKind::Properties if is_code(text, offset) => rendered | Places::YAML | Places::CODE,
        FileKind::Properties => rendered | Places::YAML | Places::DESCRIPTION,
        FileKind::ProjectFile if is_code(text, offset) => rendered | Places::CODE,
        FileKind::Packages => Places::EVERYWHERE,
        _ => rendered,
    }
}

/// Keys of YAML whose text dbt renders like the code of a node.
const CODE_KEYS: [&str; 12] = [
    "pre-hook",
    "pre_hook",
    "post-hook",
    "post_hook",
    "on-run-start",
    "on-run-end",
    "data_tests",
    "tests",
    "where",
    "loaded_at_query",
    "sql_header",
    "expression",
];

fn is_code(text: &str, offset: TextSize) -> bool {
    let tree = syntax::yaml::parse(text);
    let site = syntax::yaml::cursor(&tree, text, offset);
    site.path.iter().any(|step| match step {
        Step::Key(key, _) => CODE_KEYS.contains(&key.trim_start_matches('+')),
        Step::Index(..) => false,
    })
}

/// What is visible at a place of a file.
pub(super) fn scope<'a>(cx: &FileCx<'a>, text: &'a str, offset: TextSize) -> Scope<'a> {
    Scope { text, offset, defs: &cx.facts.defs, python: cx.entry.kind == FileKind::PythonModel }
}
