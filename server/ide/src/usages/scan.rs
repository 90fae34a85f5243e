//! Names that no index keeps: values of YAML keys, groups, projects. Looks at the facts of every file.

use project::Target;
use project::layout::FileKind;
use project::names::{Site, Space};
use project::refs::{Lookup, RefArgs, lookup};

use super::{NodeSubject, Role, Usage, unique_id};
use crate::diagnostics::FileCx;
use crate::thing::{Thing, group_named, referenced};
use crate::{Analysis, Cancellable};

/// `model:` of unit tests. They stand in the model's own package or one above it.
pub(super) fn of_node(analysis: &Analysis, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    if node.space != Space::Model || node.version.is_some() {
        return Ok(());
    }
    for package in analysis.mesh.packages() {
        analysis.check()?;
        for site in package.names(Space::UnitTest).flat_map(|(_, sites)| sites.iter()) {
            let Some((_, entry)) = analysis.mesh.entry(*site) else { continue };
            let Some(model) =
                entry.settings.get("model").filter(|model| model.value.as_str() == Some(&node.name))
            else {
                continue;
            };
            let Some(cx) = FileCx::new(analysis, site.file) else { continue };
            let found: Vec<Target> = referenced(&cx, Some(cx.package.name()), &node.name, None);
            if found.iter().any(|target| node.ids.contains(&unique_id(analysis, target))) {
                out.push(Usage { file: site.file, range: model.value_range, role: Role::Value });
            }
        }
    }
    Ok(())
}

/// `group:` in YAML and `config(group=…)`.
pub(super) fn of_group(analysis: &Analysis, group: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &analysis.mesh;
    let Some((_, entry)) = mesh.entry(group) else { return Ok(()) };
    let name = entry.name.as_str();
    for (file, known) in mesh.files() {
        analysis.check()?;
        let Some(facts) = &known.facts else { continue };
        let entries = facts.entries.iter().flat_map(|entry| {
            let versions = entry.versions.iter().flatten();
            entry.settings.0.iter().chain(versions.flat_map(|version| version.settings.0.iter()))
        });
        let blocks = facts.defs.iter().flat_map(|def| def.settings.0.iter());
        let mut settings = facts.settings.0.iter().chain(entries).chain(blocks).peekable();
        if settings.peek().is_none() {
            continue;
        }
        let named = settings.filter(|setting| setting.key == "group" && setting.value.as_str() == Some(name));
        let named: Vec<_> = named.map(|setting| setting.value_range).collect();
        if named.is_empty() {
            continue;
        }
        let Some(cx) = FileCx::new(analysis, file) else { continue };
        if matches!(group_named(&cx, name), Some(Thing::Entry(found)) if found == group) {
            out.extend(named.into_iter().map(|range| Usage { file, range, role: Role::Value }));
        }
    }
    Ok(())
}

/// The first of two arguments of `ref()`, the project of `dependencies.yml`.
pub(super) fn of_project(analysis: &Analysis, name: &str, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &analysis.mesh;
    for (file, known) in mesh.files() {
        analysis.check()?;
        let Some(facts) = &known.facts else { continue };
        if known.kind == FileKind::Dependencies {
            let projects = facts.dependencies.iter().flat_map(|facts| facts.projects.iter());
            let named = projects.filter(|dep| dep.name == name);
            out.extend(named.map(|dep| Usage { file, range: dep.name_range, role: Role::Value }));
        }
        for (used, at) in facts.uses.iter().zip(0..) {
            let positional = used.call.args.iter().filter(|arg| arg.keyword.is_none());
            if lookup(&used.call.name) != Lookup::Ref || positional.count() != 2 {
                continue;
            }
            let args = RefArgs::read(&used.call, mesh.flavor(known.package));
            let package = args.package.filter(|part| part.single() == Some(name));
            out.extend(package.map(|part| Usage { file, range: part.range, role: Role::Call(at) }));
        }
    }
    Ok(())
}
