//! Every certain fix of a file that changes nothing but this file: fit to be done on each save.

use super::Cx;
use crate::Cancellable;
use crate::fixes::{Confidence, Together, automatic};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let mut together = Together::default();
    for (_, fix) in automatic(cx.file.analysis, cx.file.file, cx.files, Confidence::Certain)? {
        let here = fix.change.edits.iter().all(|(file, _)| *file == cx.file.file);
        if here && fix.change.paths().next().is_none() {
            // What overlaps is left for the next time.
            together.add(&fix.change);
        }
    }
    let change = together.finish();
    let change = (!change.edits.is_empty()).then_some(change);
    cx.add("Make all certain fixes in this file".to_owned(), change);
    Ok(())
}
