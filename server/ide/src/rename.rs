//! Rename: a new name for the thing under the cursor at every place where it is named, or why not.

mod files;
mod local;
#[cfg(test)]
mod tests;
mod thing;
mod written;

use project::FileId;
use project::refs::{Lookup, lookup};
use text::{TextEdit, TextRange};

use crate::occurrences::{Named, find, with_text};
use crate::{Analysis, Cancellable, FilePos, ReadText, SourceChange};

pub use files::{files_deleted, files_renamed};

/// A name that can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The name under the cursor.
    pub range: TextRange,
    /// What it is now.
    pub name: String,
}

/// What would be renamed. `Err` says why the name under the cursor cannot be; `Ok(None)`: there is none.
pub fn prepare_rename(analysis: &Analysis, pos: FilePos) -> Cancellable<Result<Option<Rename>, String>> {
    let named = find(analysis, pos)?.filter(|_| !is_lookup(analysis, pos));
    let Some(named) = named else { return Ok(Ok(None)) };
    Ok(match &named {
        Named::Parameter { origin, def, at, .. } => local::may_change_parameter(def, *at)
            .map(|name| Some(Rename { range: *origin, name: name.to_owned() })),
        Named::Local(local) => {
            let rename = || Rename { range: local.origin(), name: local.local().name.to_string() };
            local::may_change(local).map(|()| Some(rename()))
        }
        Named::Thing { subject, origin, .. } => thing::may_change(analysis, subject).map(|name| {
            Some(Rename { range: *origin, name: name.unwrap_or_else(|| thing::shown(subject, analysis)) })
        }),
    })
}

/// Whether the cursor is on `ref` itself, or its like: what it finds can be renamed, that cannot.
fn is_lookup(analysis: &Analysis, pos: FilePos) -> bool {
    let uses = analysis.mesh.facts(pos.file).into_iter().flat_map(|facts| facts.uses.iter());
    let mut calls = uses.map(|used| &used.call).filter(|call| call.name_range.contains_inclusive(pos.offset));
    calls.any(|call| lookup(&call.name) != Lookup::Macro)
}

/// The edits that give the name under the cursor another one. `Err` says why it cannot have it. `read` reads the file of
/// a macro whose parameter is named elsewhere.
pub fn rename(
    analysis: &Analysis,
    pos: FilePos,
    to: &str,
    read: &ReadText<'_>,
) -> Cancellable<Result<SourceChange, String>> {
    match find(analysis, pos)?.filter(|_| !is_lookup(analysis, pos)) {
        None => Ok(Err("there is no name here that can be changed".to_owned())),
        Some(Named::Parameter { site, def, at, .. }) => {
            let made = FilePos { file: site.file, offset: def.params[at].range.start() };
            match with_text(analysis, site.file, read) {
                Some(analysis) => rename(&analysis, made, to, read),
                None => Ok(Err("the file of the macro cannot be read".to_owned())),
            }
        }
        Some(Named::Local(local)) => Ok(local::places(&local, to)?
            .map(|places| change(places.into_iter().map(|(f, r)| (f, r, to.to_owned()))))),
        Some(Named::Thing { subject, .. }) => thing::rename(analysis, &subject, to),
    }
}

/// The replacements, by file and place, each place once.
fn change(places: impl IntoIterator<Item = (FileId, TextRange, String)>) -> SourceChange {
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_by_key(|(file, range, _)| (*file, range.start()));
    places.dedup_by_key(|(file, range, _)| (*file, *range));
    let mut change = SourceChange::default();
    for (file, range, to) in places {
        let edit = TextEdit::replace(range, to);
        match change.edits.last_mut().filter(|(last, _)| *last == file) {
            Some((_, list)) => list.push(edit),
            None => change.edits.push((file, vec![edit])),
        }
    }
    change
}
