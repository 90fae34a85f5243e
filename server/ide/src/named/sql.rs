//! Columns in the SQL of a template: of what `ref()` and `source()` read, where it is certain whose they are.
//!
//! Works on the text as it is typed. What a query makes itself is not known here.

use project::facts::{Use, columns_in_sql};
use project::graph;
use syntax::columns::Sure;
use text::{TextRange, TextSize};

use super::columns::{self, Of};
use super::lists;
use crate::Completions;
use crate::completion::Cx;
use crate::completion::slot::Slot;
use crate::diagnostics::FileCx;
use crate::thing::Thing;

/// The column at a place.
pub(crate) fn at(cx: &FileCx<'_>, text: &str, offset: TextSize) -> Option<(TextRange, Thing)> {
    let (range, of) = owners(cx, text, &cx.facts.uses, Sure::Certain, offset)?;
    let name = text.get(usize::from(range.start())..usize::from(range.end()))?;
    Some((range, Thing::Column(Box::new(columns::find(cx, &of, name)?))))
}

/// The columns that can be written at a place.
pub(crate) fn complete(cx: &Cx<'_>) -> Completions {
    // What is there may be a keyword so far, or nothing.
    const WORD: &str = "x_0";
    let Some(word) = word(cx.text, cx.offset) else { return Completions::default() };
    let moved = |range: TextRange| match range.start() >= word.end() {
        true => range - word.len() + text::size(WORD.len() + 1),
        false => range,
    };
    let (start, end) = (usize::from(word.start()), usize::from(word.end()));
    let text = format!("{}{WORD} {}", &cx.text[..start], &cx.text[end..]);
    let mut uses = cx.file.facts.uses.to_vec();
    uses.iter_mut().for_each(|used| used.call.range = moved(used.call.range));
    let found = owners(&cx.file, &text, &uses, Sure::Possible, word.start());
    let known = found.iter().flat_map(|(_, of)| of).flat_map(|of| columns::known(&cx.file, of));
    // How others are quoted is the warehouse's matter.
    let known = known.filter(|column| column.name.chars().all(is_part));
    let typed = &cx.text[start..cx.offset.into()];
    lists::columns(&Slot::verbatim(word, typed), known)
}

/// Whose column the word at a place is, and its bytes.
fn owners(
    cx: &FileCx<'_>,
    text: &str,
    uses: &[Use],
    sure: Sure,
    offset: TextSize,
) -> Option<(TextRange, Vec<Of>)> {
    let tags = syntax::jinja::parse(text).tags;
    let found = columns_in_sql(text, &tags, uses, sure, |_| true);
    let mut here = found.into_iter().filter(|column| column.range.contains_inclusive(offset)).peekable();
    let range = here.peek()?.range;
    let used = here.filter_map(|column| uses.get(column.used as usize));
    Some((range, used.flat_map(|used| graph::targets(&cx.resolver, used)).map(Of::Node).collect()))
}

/// The word that ends or goes on at a place; empty where there is none.
fn word(text: &str, offset: TextSize) -> Option<TextRange> {
    let (before, behind) = text.split_at_checked(offset.into())?;
    let start = before.trim_end_matches(is_part).len();
    let end = text.len() - behind.trim_start_matches(is_part).len();
    // In front of a word another one begins.
    Some(text::range(start, if start == before.len() { start } else { end }))
}

/// Whether a letter may stand in a name without quotes.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}
