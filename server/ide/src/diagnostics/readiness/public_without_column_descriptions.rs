//! `public-without-column-descriptions`: others have to guess what a column holds.

use rustc_hash::FxHashSet;

use super::PublicModel;
use crate::diagnostics::wording;
use crate::{Diagnostic, Severity};

pub(in crate::diagnostics) const CODE: &str = "public-without-column-descriptions";

/// How many columns a message lists.
const SHOWN: usize = 5;

pub(super) fn check(model: &PublicModel<'_>, out: &mut Vec<Diagnostic>) {
    let mesh = &model.cx.analysis.mesh;
    let mut seen = FxHashSet::default();
    let columns = model.nodes.iter().flat_map(|node| mesh.columns(node));
    let bare: Vec<_> = columns
        .filter(|column| column.description.is_none() && seen.insert(&column.name))
        .map(|column| format!("'{}'", column.name))
        .collect();
    if bare.is_empty() {
        return;
    }
    let verb = if bare.len() == 1 { "a column" } else { "columns" };
    let message = format!(
        "the public model '{}' has {verb} without description: {}",
        model.name,
        wording::list(bare.into_iter(), SHOWN)
    );
    out.push(Diagnostic::new(CODE, model.range, Severity::Warning, message));
}
