//! Where a thing is made: its file, its block, its YAML entry.

use project::layout::FileKind;
use project::names::{FILE, Site};
use project::{NodeKind, Target};
use text::TextRange;

use super::{NodeSubject, Role, Usage};
use crate::Analysis;

/// The files and blocks of a node, and its YAML name; of one version its `v`.
pub(super) fn of_node(analysis: &Analysis, subject: &NodeSubject) -> Vec<Usage> {
    let mesh = &analysis.mesh;
    let mut out = Vec::new();
    let mut add = |file, range, role| out.push(Usage { file, range, role });
    for target in &subject.targets {
        let Target::Local(node) = target else { continue };
        let block = mesh.facts(node.file).and_then(|facts| facts.defs.get(node.item as usize));
        if node.item == FILE {
            add(node.file, TextRange::empty(0.into()), Role::Declaration);
        } else if let Some(block) = block.filter(|_| node.kind == NodeKind::Snapshot) {
            add(node.file, block.name_range, Role::Declaration);
        }
        let element = mesh.version_entry(node);
        let entry = node.entry.and_then(|site| Some((site.file, mesh.entry(site)?.1)));
        if let Some((file, entry)) = entry {
            match element.filter(|_| subject.version.is_some()) {
                Some(element) => add(file, element.v_range, Role::Declaration),
                None => add(file, entry.name_range, Role::Declaration),
            }
            if let Some((_, range)) = element.and_then(|element| element.defined_in.as_ref()) {
                add(file, *range, Role::Stem);
            }
        }
    }
    out
}

/// The name of a YAML entry.
pub(super) fn of_entry(analysis: &Analysis, site: Site) -> Vec<Usage> {
    let entry = analysis.mesh.entry(site);
    entry
        .map(|(_, entry)| Usage { file: site.file, range: entry.name_range, role: Role::Declaration })
        .into_iter()
        .collect()
}

/// The name of a block, and of the YAML entry that describes it.
pub(super) fn of_def(analysis: &Analysis, site: Site) -> Vec<Usage> {
    let mesh = &analysis.mesh;
    let mut out = Vec::new();
    let facts = mesh.facts(site.file);
    let Some(def) = facts.and_then(|facts| facts.defs.get(site.item as usize)) else { return out };
    out.push(Usage { file: site.file, range: def.name_range, role: Role::Declaration });
    let package = mesh.file(site.file).and_then(|file| mesh.package(file.package));
    let patches = package.map(|package| package.sites(project::names::Space::MacroPatch, &def.index_name()));
    for patch in patches.into_iter().flatten() {
        // Of `test_unique` what is the test's own name.
        let own = |patch: Usage| Usage { range: super::calls::last_word(&def.name, patch.range), ..patch };
        out.extend(of_entry(analysis, *patch).into_iter().map(own));
    }
    out
}

/// The `name` of every dbt_project.yml that has it.
pub(super) fn of_project(analysis: &Analysis, name: &str) -> Vec<Usage> {
    let mut out = Vec::new();
    for package in analysis.mesh.packages().filter(|package| package.name() == name) {
        let file = package.file("dbt_project.yml").filter(|file| {
            analysis.mesh.file(*file).is_some_and(|entry| entry.kind == FileKind::ProjectFile)
        });
        if let (Some(file), Some((_, range))) = (file, &package.config.name) {
            out.push(Usage { file, range: *range, role: Role::Declaration });
        }
    }
    out
}
