//! Find references: every place where the thing under the cursor is named.

use crate::occurrences::find;
use crate::{Analysis, Cancellable, FilePos, FileRange};

/// The places, by file and place; those that make it or give it a value only with `declaration`. `None` where
/// nothing is named.
pub fn references(
    analysis: &Analysis,
    pos: FilePos,
    declaration: bool,
) -> Cancellable<Option<Vec<FileRange>>> {
    let Some(named) = find(analysis, pos)? else { return Ok(None) };
    let places = named.occurrences(None)?.into_iter().filter(|place| declaration || !place.write);
    Ok(Some(places.map(|place| FileRange { file: place.file, range: place.range }).collect()))
}
