//! Lineage: what a node is made of, and what is made of it, across projects and kinds.
//!
//! Sources lead to models, models to exposures and tests, an upstream's model to whoever reads it: live where
//! files are known, else as far as a manifest tells.

mod children;
mod locate;
#[cfg(test)]
mod tests;

use project::layout::FileKind;
use project::macro_edges::MacroEdges;
use project::names::{FILE, Site};
use project::version::Version;
use project::{NodeRef, Target, graph};
use smol_str::{SmolStr, format_smolstr};
use text::TextRange;

use crate::diagnostics::place;
use crate::thing::{Thing, find};
use crate::usages::{name, unique_id, version, versions};
use crate::{Analysis, Cancellable, FilePos, Place};

/// One node in a walk through the mesh.
#[derive(Debug, Clone, PartialEq)]
pub struct LineageNode {
    /// As dbt writes it; for a generic test a text that leads nowhere further.
    pub unique_id: SmolStr,
    /// Its name; `v2` follows for a version.
    pub name: String,
    /// `model · platform`
    pub detail: String,
    /// As dbt writes it: `model`, `source`, `exposure` …
    pub kind: SmolStr,
    /// Where it is.
    pub place: Place,
}

/// The node at `pos`: the one named there, the one whose YAML entry it is, else the one that the file is.
pub fn prepare(analysis: &Analysis, pos: FilePos) -> Cancellable<Vec<LineageNode>> {
    analysis.check()?;
    let named = find(analysis, pos).and_then(|found| match found.thing {
        Thing::Nodes(targets) => Some(targets),
        Thing::Entry(site) => locate::of_entry(&analysis.mesh, site).map(|node| vec![Target::Local(node)]),
        _ => None,
    });
    let targets = match named {
        Some(targets) => targets,
        None => around(analysis, pos).map(Target::Local).into_iter().collect(),
    };
    Ok(targets.iter().filter_map(|target| item(analysis, target)).collect())
}

/// The node whose text surrounds `pos`.
fn around(analysis: &Analysis, pos: FilePos) -> Option<NodeRef> {
    let mesh = &analysis.mesh;
    let facts = mesh.facts(pos.file)?;
    let entry = mesh.file(pos.file)?;
    if let Some((at, def)) = facts.def_at(TextRange::empty(pos.offset))
        && def.kind == project::facts::DefKind::Snapshot
    {
        let package = mesh.package(entry.package)?;
        return mesh.snapshot(package, &def.name).filter(|node| node.item == at);
    }
    if entry.kind == FileKind::Properties {
        let at = facts.entries.iter().rposition(|entry| entry.range.contains_inclusive(pos.offset))?;
        return locate::of_entry(mesh, Site { file: pos.file, item: at as u32 });
    }
    mesh.node_of_file(pos.file)
}

/// What the node is made of.
pub fn parents(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    analysis.check()?;
    let Some(target) = locate::target(analysis, unique_id) else { return Ok(Vec::new()) };
    let found = match &target {
        Target::Local(node) => MacroEdges::new(&analysis.mesh).parents(node),
        Target::Upstream { .. } => graph::parents_of(&analysis.mesh, &target),
    };
    Ok(sorted(found.iter().filter_map(|target| item(analysis, target)).collect()))
}

/// What is made of the node.
pub fn children(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    analysis.check()?;
    let Some(target) = locate::target(analysis, unique_id) else { return Ok(Vec::new()) };
    Ok(sorted(children::of(analysis, &target)?))
}

/// A model's versions, the newest first; nothing for a model without versions.
pub fn model_versions(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    analysis.check()?;
    let Some(target) = locate::target(analysis, unique_id) else { return Ok(Vec::new()) };
    if version(&target).is_none() {
        return Ok(Vec::new());
    }
    let mut all = versions(analysis, &target);
    let order = |target: &Target| Version { text: version(target).unwrap_or_default().into(), is_str: false };
    all.sort_by(|a, b| order(b).order(&order(a)));
    Ok(all.iter().filter_map(|target| item(analysis, target)).collect())
}

/// The file that a node's code is in; `None` where only a manifest knows it.
pub fn file_of(analysis: &Analysis, unique_id: &str) -> Option<project::FileId> {
    match locate::target(analysis, unique_id)? {
        Target::Local(node) => Some(node.file),
        Target::Upstream { .. } => None,
    }
}

fn sorted(mut nodes: Vec<LineageNode>) -> Vec<LineageNode> {
    nodes.sort_by(|a, b| (&a.detail, &a.name, &a.unique_id).cmp(&(&b.detail, &b.name, &b.unique_id)));
    nodes.dedup_by(|a, b| a.unique_id == b.unique_id);
    nodes
}

/// What is shown of a node.
fn item(analysis: &Analysis, target: &Target) -> Option<LineageNode> {
    let mesh = &analysis.mesh;
    let (kind, project) = match target {
        Target::Local(node) => (node.kind.as_str(), mesh.package(node.package)?.name().to_owned()),
        Target::Upstream { manifest, node, .. } => {
            let node = manifest.node_at(*node)?;
            (node.resource_type().as_str(), node.package().to_owned())
        }
    };
    // A model's code says more than its YAML entry.
    let place = match target {
        Target::Local(node) if node.item == FILE => {
            let top = TextRange::empty(0.into());
            Place::File { file: node.file, full: top, focus: top }
        }
        _ => place(analysis, target)?,
    };
    let shown = match version(target) {
        Some(version) => format!("{} v{version}", name(target)),
        None => name(target).to_owned(),
    };
    Some(LineageNode {
        unique_id: unique_id(analysis, target),
        name: shown,
        detail: format!("{kind} · {project}"),
        kind: kind.into(),
        place,
    })
}

/// A generic test of a YAML entry: a leaf.
fn test_leaf(
    analysis: &Analysis,
    file: project::FileId,
    entry: u32,
    range: TextRange,
) -> Option<LineageNode> {
    let mesh = &analysis.mesh;
    let of = mesh.facts(file)?.entries.get(entry as usize)?;
    let project = mesh.package(mesh.file(file)?.package)?.name();
    Some(LineageNode {
        unique_id: format_smolstr!("test.{project}.{}:{}", of.name, u32::from(range.start())),
        name: format!("test on {}", of.name),
        detail: format!("test · {project}"),
        kind: "test".into(),
        place: Place::File { file, full: of.range, focus: range },
    })
}

/// A generic test that an entry lists by name: a leaf.
fn listed_test(analysis: &Analysis, site: Site, test: &str, at: u32) -> Option<LineageNode> {
    let mesh = &analysis.mesh;
    let (_, entry) = mesh.entry(site)?;
    let project = mesh.package(mesh.file(site.file)?.package)?.name();
    Some(LineageNode {
        unique_id: format_smolstr!("test.{project}.{}:{test}:{at}", entry.name),
        name: format!("{test} on {}", entry.name),
        detail: format!("test · {project}"),
        kind: "test".into(),
        place: Place::File { file: site.file, full: entry.range, focus: entry.name_range },
    })
}
