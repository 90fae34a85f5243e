//! Makes a model public, with an enforced contract where its columns and their types are known.

use project::NodeRef;
use project::layout::FileKind;
use project::node::Access;

use super::{Cx, model};
use crate::columns::{self, Known};
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let mesh = &cx.file.analysis.mesh;
    if !matches!(mesh.access(&node), Some(Access::Private | Access::Protected)) {
        return Ok(());
    }
    let name = &node.name;
    if let Some(columns) = typed(cx, &node) {
        let change = contract(cx, &node, &columns);
        cx.add(format!("Make '{name}' public with an enforced contract"), change);
    }
    let change = model::set_config(cx.file.analysis, cx.files, &node, &[("access", "public")]);
    cx.add(format!("Make '{name}' public"), change);
    Ok(())
}

/// The columns of a contract: dbt refuses one without all of them, each with its type. Empty when they are written.
fn typed(cx: &Cx<'_>, node: &NodeRef) -> Option<Vec<Known>> {
    let mesh = &cx.file.analysis.mesh;
    // dbt takes contracts of SQL models that are built as one of these.
    let built = mesh.setting(node, "materialized");
    let is_sql = mesh.file(node.file).is_some_and(|file| file.kind == FileKind::Model);
    let built = built.as_ref().map_or(Some("view"), |value| value.as_str())?;
    if !is_sql || !matches!(built, "view" | "table" | "incremental") {
        return None;
    }
    let entry = node.entry.and_then(|site| mesh.entry(site)).map(|(_, entry)| entry);
    let has_type = |column: &project::facts::Column| column.data_type.is_some();
    if let Some(entry) = entry {
        let versions = entry.versions.iter().flatten();
        let mut own =
            versions.filter_map(|version| version.columns.as_ref()).flat_map(|columns| &columns.own);
        if !entry.columns.is_empty() && entry.columns.iter().all(has_type) && own.all(has_type) {
            return Some(Vec::new());
        }
        if entry.is_versioned() {
            return None;
        }
    }
    let known = columns::known(cx.file.analysis, cx.files, node)?;
    // What is written and not known may be more than there is.
    let is_known = |column: &project::facts::Column| known.iter().any(|known| known.is(&column.name));
    let all = entry.is_none_or(|entry| entry.columns.iter().all(is_known));
    let typed = |known: &Known| {
        let written = entry.and_then(|entry| entry.columns.iter().find(|column| known.is(&column.name)));
        known.data_type.is_some() || written.is_some_and(has_type)
    };
    (all && known.iter().all(typed)).then_some(known)
}

fn contract(cx: &Cx<'_>, node: &NodeRef, known: &[Known]) -> Option<SourceChange> {
    let keys = [("access", "public"), ("contract", "{enforced: true}")];
    let (analysis, files) = (cx.file.analysis, cx.files);
    let mut change = model::set_config(analysis, files, node, &keys)?;
    if node.entry.is_none() {
        let rest = "  config:\n    access: public\n    contract: {enforced: true}\n";
        return model::new_entry(analysis, files, node, &format!("{rest}{}", columns::list(known, 2)));
    }
    if !known.is_empty() {
        let columns = model::edit(cx, node, |doc, mapping| columns::fill(doc, mapping, known))?;
        let (file, more) = columns.edits.into_iter().next()?;
        let (_, edits) = change.edits.iter_mut().find(|(known, _)| *known == file)?;
        edits.extend(more);
    }
    Some(change)
}
