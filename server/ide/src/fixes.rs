//! Quick fixes: the changes that the findings of a place offer.

use crate::diagnostics::{Depth, diagnostics};
use crate::{Analysis, Cancellable, Diagnostic, FileRange, Fix};

/// Every fix of every finding that touches a range.
pub fn fixes(analysis: &Analysis, at: FileRange) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    let mut out = Vec::new();
    for found in diagnostics(analysis, at.file, Depth::Full)? {
        let touches =
            found.range.intersect(at.range).is_some() || found.range.contains_inclusive(at.range.start());
        if touches {
            out.extend(found.fixes.iter().cloned().map(|fix| (found.clone(), fix)));
        }
    }
    Ok(out)
}
