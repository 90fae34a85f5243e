//! Writes the columns that a node is known to have into its properties: of one node, or of a whole file.

use project::facts::Section;
use project::layout::FileKind;
use project::{NodeKind, NodeRef};

use super::{Cx, model};
use crate::columns;
use crate::fixes::Together;
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::node(cx).filter(|node| node.entry.is_some()) else { return Ok(()) };
    let change = change(cx, &node);
    let name = node.name.clone();
    cx.add(format!("Document the columns of '{name}'"), change);
    Ok(())
}

/// Every entry of the file.
pub(super) fn all(cx: &mut Cx<'_>) -> Cancellable<()> {
    if cx.file.entry.kind != FileKind::Properties {
        return Ok(());
    }
    let mesh = &cx.file.analysis.mesh;
    let mut together = Together::default();
    for entry in &cx.file.facts.entries {
        cx.file.analysis.check()?;
        let package = cx.file.package;
        let node = match entry.section {
            Section::Models => mesh.model(package, &entry.name),
            Section::Seeds => mesh.seed(package, &entry.name),
            Section::Snapshots => mesh.snapshot(package, &entry.name),
            Section::Tables => mesh.table(package, &entry.index_name(cx.file.facts)),
            _ => None,
        };
        let is_here = |node: &NodeRef| node.entry.is_some_and(|site| site.file == cx.file.file);
        if let Some(change) = node.filter(is_here).and_then(|node| change(cx, &node)) {
            together.add(&change);
        }
    }
    let change = together.finish();
    let change = (!change.edits.is_empty()).then_some(change);
    cx.add("Document all columns of this file that are known".to_owned(), change);
    Ok(())
}

fn change(cx: &Cx<'_>, node: &NodeRef) -> Option<SourceChange> {
    let (_, entry) = cx.file.analysis.mesh.entry(node.entry?)?;
    // Versions inherit and leave out columns: which one is meant is not certain.
    if entry.is_versioned()
        || !matches!(node.kind, NodeKind::Model | NodeKind::Seed | NodeKind::Snapshot | NodeKind::Source)
    {
        return None;
    }
    let known = columns::known(cx.file.analysis, cx.files, node)?;
    model::edit(cx, node, |doc, mapping| columns::fill(doc, mapping, &known))
}
