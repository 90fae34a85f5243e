//! Every place where the thing under the cursor is named: what references, highlights and renaming share.
//!
//! One kind of thing so far, the variables of a template; whatever has names in files fits in.

use project::FileId;
use syntax::jinja::Then;
use text::TextRange;

use crate::locals::{self, LocalName};
use crate::{Analysis, Cancellable, FilePos};

/// A thing that is named in files.
pub(crate) enum Named<'a> {
    /// A variable of a template.
    Local(Box<LocalName<'a>>),
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
    Ok(locals::find(analysis, pos).map(|local| Named::Local(Box::new(local))))
}

impl Named<'_> {
    /// Every place where it is named, by file and place.
    pub(crate) fn occurrences(&self) -> Vec<Occurrence> {
        match self {
            Named::Local(local) => {
                let of = |mention: &syntax::jinja::Mention| Occurrence {
                    file: local.cx.file,
                    range: mention.range,
                    write: mention.then == Then::Write,
                };
                local.mentions().map(of).collect()
            }
        }
    }
}
