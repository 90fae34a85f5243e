//! Columns that consumers name: whom the loss of one concerns, and losses that no properties tell of.

use crate::analysis::{self, Analysis};
use ide::impact::{Consumer, Named};
use project::surface::{Change, Offered, Surface, What};
use project::{FileId, Package};
use rustc_hash::FxHashSet;

/// The column that a change takes away or makes another.
pub fn changed(change: &Change) -> Option<&str> {
    match &change.what {
        What::ColumnRemoved(name) | What::ColumnRetyped { name, .. } => Some(name),
        _ => None,
    }
}

/// Everyone in other projects who names this column of a model.
pub fn readers(now: &Analysis, of: Named<'_>, column: &str) -> Vec<Consumer> {
    let named = analysis::columns_read(now, of).unwrap_or_default();
    let named = named.into_iter().filter(|reader| reader.column.eq_ignore_ascii_case(column));
    named.map(|reader| reader.by).collect()
}

/// Those who name the column first, at the place where they do; then all others.
pub fn first(all: Vec<Consumer>, named: Vec<Consumer>) -> Vec<(Consumer, bool)> {
    let files: FxHashSet<FileId> = named.iter().filter_map(|reader| Some(reader.place?.0)).collect();
    let others = all.into_iter().filter(|of| of.place.is_none_or(|(file, _)| !files.contains(&file)));
    let others: Vec<_> = others.map(|other| (other, false)).collect();
    named.into_iter().map(|reader| (reader, true)).chain(others).collect()
}

/// Adds the columns that a model's SQL does not name any more although consumers do, and makes the loss of a column
/// breaking that is not merely documentation.
pub fn weigh(now: &Analysis, old: &Analysis, project: &Package, before: &Surface, changes: &mut Vec<Change>) {
    let after = Surface::live(now.mesh(), project).public(before);
    for (unique_id, model) in &before.public(&after).models {
        if !after.models.contains_key(unique_id) || model.contract {
            continue;
        }
        let (Some(then), Some(text)) = (sql(old, unique_id), sql(now, unique_id)) else { continue };
        if then == text {
            continue;
        }
        let of = named(project.name(), unique_id, model);
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for reader in analysis::columns_read(now, of).unwrap_or_default() {
            let column = reader.column.to_lowercase();
            if !is_lost(&then, &text, &column) || !seen.insert(column.clone()) {
                continue;
            }
            let is_it = |change: &&mut Change| {
                change.unique_id == *unique_id
                    && matches!(&change.what, What::ColumnRemoved(name) if name.eq_ignore_ascii_case(&column))
            };
            match changes.iter_mut().find(is_it) {
                Some(known) => known.breaking = true,
                None => changes.push(Change {
                    unique_id: unique_id.clone(),
                    model: model.shown(),
                    what: What::ColumnRemoved(reader.column.clone()),
                    breaking: true,
                }),
            }
        }
    }
    changes.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
}

fn named<'n>(project: &'n str, unique_id: &'n str, model: &'n Offered) -> Named<'n> {
    let version = model.version.as_deref();
    Named { project, unique_id, name: &model.name, version, latest: model.latest }
}

/// The text of the file that builds a model, where that is SQL.
fn sql(analysis: &Analysis, unique_id: &str) -> Option<String> {
    let file = ide::lineage::file_of(&analysis.ide, unique_id)?;
    analysis.path(file).filter(|path| path.ends_with(".sql"))?;
    Some(analysis.text(file)?.to_lowercase())
}

/// Whether a query named a column and does not now. One that takes more by `*` than before may still have it.
fn is_lost(before: &str, now: &str, column: &str) -> bool {
    let stars = |text: &str| text.matches('*').count();
    has_word(before, column) && !has_word(now, column) && stars(now) <= stars(before)
}

/// Whether a word stands in a text; both in lower case.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_lost_when_its_word_is() {
        assert!(is_lost("select total, id from x", "select id from x", "total"));
        assert!(!is_lost("select total from x", "select subtotal as total from x", "total"));
        assert!(!is_lost("select total from x", "select * from x", "total"));
        assert!(!is_lost("select subtotal from x", "select id from x", "total"));
    }
}
