//! Assists: changes that a place offers although nothing is wrong there: pin, publish, deprecate, …
//!
//! One file each. An assist is silent where its edit would not be certain: in YAML that is broken or written in a
//! form it does not know, in files of installed packages, for what something dynamic decides.

mod access;
mod deprecate;
mod group;
mod model;
mod new_version;
mod pin;
#[cfg(test)]
mod tests;
mod yaml;

use std::sync::Arc;

use project::FileId;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, FileRange, SourceChange};

/// A change that a place offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Assist {
    /// An imperative sentence; tells it from all others of the place.
    pub title: String,
    /// What it changes; `None` while only titles are wanted and the change is costly.
    pub change: Option<SourceChange>,
}

/// How much of the assists of a place is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Costly changes are left out.
    Titles,
    /// The one with this title.
    One(&'a str),
    /// Everything.
    All,
}

/// Gives the current text of a file that need not be open. Must not be asked for more than a few files.
pub type ReadText<'a> = dyn Fn(FileId) -> Option<Arc<str>> + 'a;

/// Everything that is known where assists are asked for, and what they have offered.
struct Cx<'a> {
    file: FileCx<'a>,
    range: TextRange,
    read: &'a ReadText<'a>,
    wanted: Wanted<'a>,
    out: Vec<Assist>,
}

impl Cx<'_> {
    fn add(&mut self, title: String, change: Option<SourceChange>) {
        if matches!(self.wanted, Wanted::One(wanted) if wanted != title) {
            return;
        }
        self.out.extend(change.map(|change| Assist { title, change: Some(change) }));
    }

    /// The same for what is too costly to be worked out before somebody wants it.
    fn add_costly(
        &mut self,
        title: String,
        change: impl FnOnce(&Self) -> Cancellable<Option<SourceChange>>,
    ) -> Cancellable<()> {
        if self.wanted == Wanted::Titles {
            self.out.push(Assist { title, change: None });
        } else if self.wanted == Wanted::All || self.wanted == Wanted::One(&title) {
            let change = change(self)?;
            self.add(title, change);
        }
        Ok(())
    }
}

/// In the order in which they are offered.
const ASSISTS: &[fn(&mut Cx<'_>) -> Cancellable<()>] =
    &[pin::assist, access::assist, group::assist, new_version::assist, deprecate::assist];

/// What a place offers.
pub fn assists(
    analysis: &Analysis,
    at: FileRange,
    read: &ReadText<'_>,
    wanted: Wanted<'_>,
) -> Cancellable<Vec<Assist>> {
    let Some(file) = FileCx::new(analysis, at.file) else { return Ok(Vec::new()) };
    let mut cx = Cx { file, range: at.range, read, wanted, out: Vec::new() };
    for assist in ASSISTS {
        analysis.check()?;
        assist(&mut cx)?;
    }
    Ok(cx.out)
}
