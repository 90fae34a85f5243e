//! The model that assists are about, and its properties as something that can be edited.

use project::layout::FileKind;
use project::package::Role;
use project::{Mesh, NodeKind, NodeRef, Package};
use text::TextEdit;

use super::Cx;
use crate::yaml_edit::Doc;
use crate::{Analysis, Files, SourceChange, place, thing};

/// The model that the file is, or whose entry the cursor is in; only of a project of the workspace.
pub(super) fn model(cx: &Cx<'_>) -> Option<NodeRef> {
    node(cx).filter(|node| node.kind == NodeKind::Model)
}

/// The same for anything that has an entry.
pub(super) fn node(cx: &Cx<'_>) -> Option<NodeRef> {
    let mesh = &cx.file.analysis.mesh;
    let node = match cx.file.entry.kind {
        FileKind::Model | FileKind::PythonModel => mesh.node_of_file(cx.file.file),
        FileKind::Properties => thing::node_around(cx.file.analysis, cx.file.file, cx.range.start()),
        _ => None,
    }?;
    is_ours(mesh, &node).then_some(node)
}

/// Whether a node and its entry belong to one project of the workspace.
pub(crate) fn is_ours(mesh: &Mesh, node: &NodeRef) -> bool {
    let Some(package) = mesh.package(node.package) else { return false };
    let is_ours = package.role == Role::Project && !mesh.registry.outside.contains(&package.id);
    let entry = node.entry.and_then(|site| mesh.file(site.file));
    is_ours && entry.is_none_or(|entry| entry.package == node.package)
}

/// The package that owns a model.
pub(super) fn package<'a>(cx: &Cx<'a>, node: &NodeRef) -> Option<&'a Package> {
    cx.file.analysis.mesh.package(node.package)
}

/// Whether only the model's YAML entry decides a key: not its own file, not one of its versions.
fn is_free(mesh: &Mesh, node: &NodeRef, key: &str) -> bool {
    let in_file = mesh.facts(node.file).is_some_and(|facts| facts.settings.get(key).is_some());
    let entry = node.entry.and_then(|site| mesh.entry(site));
    let mut versions = entry.iter().flat_map(|(_, entry)| entry.versions.iter().flatten());
    !in_file && versions.all(|version| version.settings.get(key).is_none())
}

/// Edits of the model's entry.
pub(super) fn edit(
    cx: &Cx<'_>,
    node: &NodeRef,
    edit: impl FnOnce(&Doc, syntax::yaml::Node<'_>) -> Option<Vec<TextEdit>>,
) -> Option<SourceChange> {
    edit_entry(cx.file.analysis, cx.files, node, edit)
}

/// The same without a place.
pub(crate) fn edit_entry(
    analysis: &Analysis,
    files: &dyn Files,
    node: &NodeRef,
    edit: impl FnOnce(&Doc, syntax::yaml::Node<'_>) -> Option<Vec<TextEdit>>,
) -> Option<SourceChange> {
    let site = node.entry?;
    let (_, entry) = analysis.mesh.entry(site)?;
    let doc = Doc::new(site.file, files.text(site.file)?)?;
    let edits = doc.checked(edit(&doc, doc.entry(entry)?)?)?;
    Some(SourceChange { edits: vec![(doc.file, edits)], ..SourceChange::default() })
}

/// Sets configs of a model in its entry; one without an entry gets one.
pub(crate) fn set_config(
    analysis: &Analysis,
    files: &dyn Files,
    node: &NodeRef,
    keys: &[(&str, &str)],
) -> Option<SourceChange> {
    if !keys.iter().all(|(key, _)| is_free(&analysis.mesh, node, key)) {
        return None;
    }
    if node.entry.is_some() {
        return edit_entry(analysis, files, node, |doc, mapping| doc.set_config(mapping, keys));
    }
    let lines: Vec<String> = keys.iter().map(|(key, value)| format!("    {key}: {value}")).collect();
    new_entry(analysis, files, node, &format!("  config:\n{}", lines.join("\n")))
}

/// An entry for a model that has none; `rest` is indented as its keys are.
pub(crate) fn new_entry(
    analysis: &Analysis,
    files: &dyn Files,
    node: &NodeRef,
    rest: &str,
) -> Option<SourceChange> {
    let path = &analysis.mesh.file(node.file)?.path;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let gap = if rest.is_empty() { "" } else { "\n" };
    let item = format!("- name: {}{gap}{rest}", node.name);
    let package = analysis.mesh.package(node.package)?;
    place::add(
        analysis,
        files,
        package,
        &place::Entry { folder, list: "models", item: &item, stem: &node.name },
    )
}
