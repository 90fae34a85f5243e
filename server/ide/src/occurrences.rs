//! Every place where the thing under the cursor is named: what references, highlights and renaming share.

use project::FileId;
use syntax::jinja::Then;
use text::TextRange;

use crate::locals::{self, LocalName};
use crate::thing;
use crate::usages::{self, Role, Subject, Usage};
use crate::{Analysis, Cancellable, FilePos, ReadText};

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
    let found = found.and_then(|found| Some((Subject::of(&found)?, found.range)));
    let found = found.or_else(|| usages::unset(analysis, pos)).or_else(|| usages::column_at(analysis, pos));
    Ok(found.map(|(subject, origin)| Named::Thing { analysis, subject: Box::new(subject), origin }))
}

impl Named<'_> {
    /// Every place where it is named, by file and place; only those in one file with `within`.
    pub(crate) fn occurrences(
        &self,
        within: Option<FileId>,
        read: &ReadText<'_>,
    ) -> Cancellable<Vec<Occurrence>> {
        match self {
            Named::Local(local) => {
                let of = |mention: &syntax::jinja::Mention| Occurrence {
                    file: local.cx.file,
                    range: mention.range,
                    write: mention.then == Then::Write,
                };
                let mut out: Vec<Occurrence> = local.mentions().map(of).collect();
                if let Some(def) = local.parameter_of() {
                    let callers = usages::callers(&local.cx, def, &local.local().name)?;
                    let callers = callers.into_iter().filter(|(file, _)| within.is_none_or(|of| of == *file));
                    out.extend(callers.map(|(file, range)| Occurrence { file, range, write: false }));
                    out.sort_by_key(|place| (place.file, place.range.start()));
                    out.dedup();
                }
                Ok(out)
            }
            Named::Thing { analysis, subject, .. } => {
                let of = |usage: Usage| Occurrence {
                    file: usage.file,
                    range: usage.range,
                    write: matches!(usage.role, Role::Declaration | Role::Stem),
                };
                Ok(usages::find_reading(analysis, subject, within, read)?.into_iter().map(of).collect())
            }
        }
    }
}
