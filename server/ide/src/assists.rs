//! Assists: changes that a place offers although nothing is wrong there: pin, publish, deprecate, …
//!
//! One file each. An assist is silent where its edit would not be certain: in YAML that is broken or written in a
//! form it does not know, in files of installed packages, for what something dynamic decides.

mod access;
mod create_entry;
mod create_group;
mod declare;
mod dependencies_file;
mod deprecate;
mod document;
mod fix_all;
mod group;
mod model;
mod move_config;
mod new_version;
mod pin;
mod relation;
mod split;
#[cfg(test)]
pub(crate) mod tests;
mod upgrade;

use text::TextRange;

use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, FileRange, Files, SourceChange};

pub(crate) use model::{is_ours, set_config};

/// A change that a place offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Assist {
    /// An imperative sentence; tells it from all others of the place.
    pub title: String,
    /// What sort of change it is.
    pub kind: AssistKind,
    /// What it changes; `None` while only titles are wanted and the change is costly.
    pub change: Option<SourceChange>,
}

/// Sorts of assists, which editors offer in different menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssistKind {
    /// Of what the cursor is on.
    Rewrite,
    /// Text goes to other files.
    Move,
    /// Of the whole file, or more.
    Source,
    /// Every certain fix of the file, fit to be done on each save.
    FixAll,
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

/// Everything that is known where assists are asked for, and what they have offered.
struct Cx<'a> {
    file: FileCx<'a>,
    range: TextRange,
    files: &'a dyn Files,
    wanted: Wanted<'a>,
    kind: AssistKind,
    out: Vec<Assist>,
}

impl Cx<'_> {
    fn add(&mut self, title: String, change: Option<SourceChange>) {
        if matches!(self.wanted, Wanted::One(wanted) if wanted != title) {
            return;
        }
        let kind = self.kind;
        self.out.extend(change.map(|change| Assist { title, kind, change: Some(change) }));
    }

    /// The same for what is too costly to be worked out before somebody wants it.
    fn add_costly(
        &mut self,
        title: String,
        change: impl FnOnce(&Self) -> Cancellable<Option<SourceChange>>,
    ) -> Cancellable<()> {
        if self.wanted == Wanted::Titles {
            self.out.push(Assist { title, kind: self.kind, change: None });
        } else if self.wanted == Wanted::All || self.wanted == Wanted::One(&title) {
            let change = change(self)?;
            self.add(title, change);
        }
        Ok(())
    }

    /// Whether the file belongs to a project that people work on here.
    fn is_ours(&self) -> bool {
        let mesh = &self.file.analysis.mesh;
        self.file.package.role == project::package::Role::Project
            && !mesh.registry.outside.contains(&self.file.package.id)
    }
}

type Offer = fn(&mut Cx<'_>) -> Cancellable<()>;

/// In the order in which they are offered.
const ASSISTS: &[(AssistKind, Offer)] = &[
    (AssistKind::Rewrite, relation::assist),
    (AssistKind::Rewrite, pin::assist),
    (AssistKind::Rewrite, declare::assist),
    (AssistKind::Rewrite, move_config::assist),
    (AssistKind::Rewrite, create_entry::assist),
    (AssistKind::Rewrite, document::assist),
    (AssistKind::Rewrite, access::assist),
    (AssistKind::Rewrite, group::assist),
    (AssistKind::Rewrite, create_group::assist),
    (AssistKind::Rewrite, new_version::assist),
    (AssistKind::Rewrite, deprecate::assist),
    (AssistKind::Move, split::assist),
    (AssistKind::Move, dependencies_file::assist),
    (AssistKind::FixAll, fix_all::assist),
    (AssistKind::Source, relation::all),
    (AssistKind::Source, move_config::all),
    (AssistKind::Source, document::all),
    (AssistKind::Source, upgrade::assist),
];

/// What a place offers, of the kinds that `is_wanted`.
pub fn assists(
    analysis: &Analysis,
    at: FileRange,
    files: &dyn Files,
    wanted: Wanted<'_>,
    is_wanted: &dyn Fn(AssistKind) -> bool,
) -> Cancellable<Vec<Assist>> {
    let Some(file) = FileCx::new(analysis, at.file) else { return Ok(Vec::new()) };
    let kind = AssistKind::Rewrite;
    let mut cx = Cx { file, range: at.range, files, wanted, kind, out: Vec::new() };
    if !cx.is_ours() {
        return Ok(cx.out);
    }
    for (kind, assist) in ASSISTS.iter().filter(|(kind, _)| is_wanted(*kind)) {
        analysis.check()?;
        cx.kind = *kind;
        assist(&mut cx)?;
    }
    Ok(cx.out)
}
