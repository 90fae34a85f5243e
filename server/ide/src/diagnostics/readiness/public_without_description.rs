//! `public-without-description`: others have to read the model's SQL to know what it holds.

use super::PublicModel;
use crate::Diagnostic;

pub(in crate::diagnostics) const CODE: &str = "public-without-description";

pub(super) fn check(model: &PublicModel<'_>, out: &mut Vec<Diagnostic>) {
    let what = "has no description: say what one row of it is";
    model.report(CODE, what, |mesh, node| mesh.description(node).is_none(), out);
}
