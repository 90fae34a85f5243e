//! Every place where the thing under the cursor is named: what references, highlights and renaming share.

use project::FileId;
use syntax::jinja::Then;
use text::TextRange;

use crate::locals::{self, LocalName};
use crate::thing;
use crate::usages::{self, Role, Subject, Usage};
use crate::{Analysis, Cancellable, FilePos};

/// A thing that is named in files.
pub(crate) enum Named<'a> {
    /// A variable of a template.
    Local(Box<LocalName<'a>>),
    /// A thing of the mesh, and the bytes of its name under the cursor.
    Thing {
        /// The snapshot.
        analysis: &'a Analysis,
        /// What it is.
        subject: Box<Subject>,
        /// The name under the cursor.
        origin: TextRange,
    },
}

/// One place where a thing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub file: FileId,
    pub range: TextRange,
    /// The thing is made or gets a value here.
    pub write: bool,
}

/// The thing under the cursor.
pub(crate) fn find(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<Named<'_>>> {
    analysis.check()?;
    if let Some(local) = locals::find(analysis, pos) {
        return Ok(Some(Named::Local(Box::new(local))));
    }
    let found = thing::find(analysis, pos);
    Ok(found.and_then(|found| {
        let subject = Box::new(Subject::of(&found)?);
        Some(Named::Thing { analysis, subject, origin: found.range })
    }))
}

impl Named<'_> {
    /// Every place where it is named, by file and place; only those in one file with `within`.
    pub(crate) fn occurrences(&self, within: Option<FileId>) -> Cancellable<Vec<Occurrence>> {
        match self {
            Named::Local(local) => {
                let of = |mention: &syntax::jinja::Mention| Occurrence {
                    file: local.cx.file,
                    range: mention.range,
                    write: mention.then == Then::Write,
                };
                Ok(local.mentions().map(of).collect())
            }
            Named::Thing { analysis, subject, .. } => {
                let of = |usage: Usage| Occurrence {
                    file: usage.file,
                    range: usage.range,
                    write: matches!(usage.role, Role::Declaration | Role::Stem),
                };
                Ok(usages::find(analysis, subject, within)?.into_iter().map(of).collect())
            }
        }
    }
}
