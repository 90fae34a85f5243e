//! `public-without-owner`: nobody to ask. A group has an owner (spec §6), `meta: {owner: …}` names one as well.

use project::{Mesh, NodeRef};
use syntax::calls::Lit;

use super::PublicModel;
use crate::Diagnostic;

pub(in crate::diagnostics) const CODE: &str = "public-without-owner";

pub(super) fn check(model: &PublicModel<'_>, out: &mut Vec<Diagnostic>) {
    let what = "has no owner: put it into a group, or name one as 'meta: {owner: …}'";
    model.report(CODE, what, |mesh, node| mesh.group(node) == Ok(None) && !names_owner(mesh, node), out);
}

/// Whether `meta` has an owner, or may have one.
fn names_owner(mesh: &Mesh, node: &NodeRef) -> bool {
    let Some(meta) = mesh.setting(node, "meta") else { return false };
    match meta.single() {
        Some(Lit::Dict { entries, complete }) => !complete || entries.iter().any(|(key, _)| key == "owner"),
        Some(Lit::None) => false,
        _ => true,
    }
}
