//! Every place where the thing under the cursor is named: what references, highlights and renaming share.

use std::sync::Arc;

use project::FileId;
use project::facts::Def;
use project::names::Site;
use syntax::jinja::Then;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::locals::{self, LocalName};
use crate::thing::{self, Thing};
use crate::usages::{self, Role, Subject, Usage};
use crate::{Analysis, Cancellable, FilePos, ReadText};

/// A thing that is named in files.
pub(crate) enum Named<'a> {
    /// A variable of a template.
    Local(Box<LocalName<'a>>),
    /// A parameter of a macro that is named where the macro is called.
    Parameter {
        /// The snapshot.
        analysis: &'a Analysis,
        /// The macro.
        site: Site,
        /// The same.
        def: &'a Def,
        /// Which of its parameters.
        at: usize,
        /// The name under the cursor.
        origin: TextRange,
    },
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
    if let Some(thing::Found { thing: Thing::Parameter(site, at), range, .. }) = &found {
        let def = analysis.mesh.facts(site.file).and_then(|facts| facts.defs.get(site.item as usize));
        let of = |def| Named::Parameter { analysis, site: *site, def, at: *at as usize, origin: *range };
        return Ok(def.filter(|def| def.params.len() > *at as usize).map(of));
    }
    let found = found.and_then(|found| Some((Subject::of(&found)?, found.range)));
    let found = found.or_else(|| usages::unset(analysis, pos)).or_else(|| usages::column_at(analysis, pos));
    Ok(found.map(|(subject, origin)| Named::Thing { analysis, subject: Box::new(subject), origin }))
}

/// The snapshot with the text of one more file.
pub(crate) fn with_text(analysis: &Analysis, file: FileId, read: &ReadText<'_>) -> Option<Analysis> {
    let mut out = analysis.clone();
    if out.text(file).is_none() {
        let text = read(file)?;
        Arc::make_mut(&mut out.open).insert(file, text);
    }
    Some(out)
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
            Named::Parameter { analysis, site, def, at, .. } => {
                let made = FilePos { file: site.file, offset: def.params[*at].range.start() };
                let with = with_text(analysis, site.file, read);
                let local = with.as_ref().and_then(|analysis| locals::find(analysis, made));
                let mut out = match (local, FileCx::new(analysis, site.file)) {
                    (Some(local), _) => Named::Local(Box::new(local)).occurrences(None, read)?,
                    // Without the macro's text: who calls it.
                    (None, Some(cx)) => {
                        let callers = usages::callers(&cx, def, &def.params[*at].name)?;
                        callers
                            .into_iter()
                            .map(|(file, range)| Occurrence { file, range, write: false })
                            .collect()
                    }
                    _ => Vec::new(),
                };
                out.retain(|place| within.is_none_or(|file| file == place.file));
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
