//! The model that assists are about, and its properties as something that can be edited.

use project::layout::FileKind;
use project::package::Role;
use project::{NodeKind, NodeRef, Package};
use text::TextEdit;

use super::Cx;
use super::yaml::Doc;
use crate::{SourceChange, thing};

/// The model that the file is, or whose entry the cursor is in; only of a project of the workspace.
pub(super) fn model(cx: &Cx<'_>) -> Option<NodeRef> {
    let mesh = &cx.file.analysis.mesh;
    let node = match cx.file.entry.kind {
        FileKind::Model | FileKind::PythonModel => mesh.node_of_file(cx.file.file),
        FileKind::Properties => thing::node_around(cx.file.analysis, cx.file.file, cx.range.start()),
        _ => None,
    }?;
    let package = mesh.package(node.package)?;
    let is_ours = package.role == Role::Project && !mesh.registry.outside.contains(&package.id);
    let entry = node.entry.and_then(|site| mesh.file(site.file));
    let is_here = entry.is_none_or(|entry| entry.package == node.package);
    (node.kind == NodeKind::Model && is_ours && is_here).then_some(node)
}

/// The package that owns a model.
pub(super) fn package<'a>(cx: &Cx<'a>, node: &NodeRef) -> Option<&'a Package> {
    cx.file.analysis.mesh.package(node.package)
}

/// Whether only the model's YAML entry decides a key: not its own file, not one of its versions.
pub(super) fn is_free(cx: &Cx<'_>, node: &NodeRef, key: &str) -> bool {
    let mesh = &cx.file.analysis.mesh;
    let in_file = mesh.facts(node.file).is_some_and(|facts| facts.settings.get(key).is_some());
    let entry = node.entry.and_then(|site| mesh.entry(site));
    let mut versions = entry.iter().flat_map(|(_, entry)| entry.versions.iter().flatten());
    !in_file && versions.all(|version| version.settings.get(key).is_none())
}

/// The file with the model's entry.
pub(super) fn doc(cx: &Cx<'_>, node: &NodeRef) -> Option<Doc> {
    let file = node.entry?.file;
    Doc::new(file, (cx.read)(file)?)
}

/// Edits of the model's entry.
pub(super) fn edit(
    cx: &Cx<'_>,
    node: &NodeRef,
    edit: impl FnOnce(&Doc, syntax::yaml::Node<'_>) -> Option<Vec<TextEdit>>,
) -> Option<SourceChange> {
    let (_, entry) = cx.file.analysis.mesh.entry(node.entry?)?;
    let doc = doc(cx, node)?;
    let edits = edit(&doc, doc.entry(entry)?)?;
    Some(SourceChange { edits: vec![(doc.file, edits)], ..SourceChange::default() })
}

/// Sets configs of a model in its entry; one without an entry gets a file for it beside its own.
pub(super) fn set_config(cx: &Cx<'_>, node: &NodeRef, keys: &[(&str, &str)]) -> Option<SourceChange> {
    if !keys.iter().all(|(key, _)| is_free(cx, node, key)) {
        return None;
    }
    if node.entry.is_some() {
        return edit(cx, node, |doc, mapping| doc.set_config(mapping, keys));
    }
    let lines: String = keys.iter().map(|(key, value)| format!("      {key}: {value}\n")).collect();
    new_entry(cx, node, &format!("    config:\n{lines}"))
}

/// A properties file with an entry for a model that has none; `rest` is indented as its keys are.
pub(super) fn new_entry(cx: &Cx<'_>, node: &NodeRef, rest: &str) -> Option<SourceChange> {
    let mesh = &cx.file.analysis.mesh;
    let path = mesh.path(node.file)?;
    let path = format!("{}.yml", path.rsplit_once('.')?.0);
    if mesh.file_at(&path).is_some() {
        return None;
    }
    let text = format!("models:\n  - name: {}\n{rest}", node.name);
    Some(SourceChange { create: vec![(path, text)], ..SourceChange::default() })
}
