//! Makes a model public, with an enforced contract where its columns and their types are known.

use project::node::Access;

use super::{Cx, model};
use crate::Cancellable;

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let mesh = &cx.file.analysis.mesh;
    if !matches!(mesh.access(&node), Some(Access::Private | Access::Protected)) {
        return Ok(());
    }
    let name = &node.name;
    if is_typed(cx, &node) {
        let keys = [("access", "public"), ("contract", "{enforced: true}")];
        let change = model::set_config(cx, &node, &keys);
        cx.add(format!("Make '{name}' public with an enforced contract"), change);
    }
    let change = model::set_config(cx, &node, &[("access", "public")]);
    cx.add(format!("Make '{name}' public"), change);
    Ok(())
}

/// Whether properties list columns, each with its type, as a contract must: dbt refuses one without.
fn is_typed(cx: &Cx<'_>, node: &project::NodeRef) -> bool {
    let entry = node.entry.and_then(|site| cx.file.analysis.mesh.entry(site));
    entry.is_some_and(|(_, entry)| {
        let versions = entry.versions.iter().flatten();
        let own = versions.filter_map(|version| version.columns.as_ref()).flat_map(|columns| &columns.own);
        let is_typed = |column: &project::facts::Column| column.data_type.is_some();
        // `materialized` elsewhere may be one that takes no contract.
        let is_plain = entry.settings.str("materialized") != Some("ephemeral");
        is_plain && !entry.columns.is_empty() && entry.columns.iter().chain(own).all(is_typed)
    })
}
