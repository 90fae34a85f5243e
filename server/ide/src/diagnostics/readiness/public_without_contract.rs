//! `public-without-contract`: what others build on can change its columns without anybody noticing (spec §11).

use super::PublicModel;
use crate::Diagnostic;

pub(in crate::diagnostics) const CODE: &str = "public-without-contract";

pub(super) fn check(model: &PublicModel<'_>, out: &mut Vec<Diagnostic>) {
    let what = "has no contract: enforce one, so that its columns cannot change unseen";
    model.report(CODE, what, |mesh, node| mesh.contract(node) == Some(false), out);
}
