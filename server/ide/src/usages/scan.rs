//! Names that no index keeps: values of YAML keys, groups, projects. Looks at the facts of every file.

use project::Target;
use project::facts::{FileFacts, Setting};
use project::layout::FileKind;
use project::names::{Site, Space};
use project::refs::{Lookup, RefArgs, lookup};
use text::TextRange;

use super::{NodeSubject, Role, Search, Usage, unique_id};
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::thing::{Thing, group_named, referenced};

/// `model:` of unit tests.
pub(super) fn of_node(search: Search<'_>, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    if node.space != Space::Model || node.version.is_some() {
        return Ok(());
    }
    let analysis = search.analysis;
    for package in analysis.mesh.packages() {
        analysis.check()?;
        let sites = package.names(Space::UnitTest).flat_map(|(_, sites)| sites.iter());
        for site in sites.filter(|site| search.wants(site.file)) {
            let Some((_, entry)) = analysis.mesh.entry(*site) else { continue };
            let model = entry.settings.get("model");
            let Some(model) = model.filter(|model| model.value.as_str() == Some(&node.name)) else {
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

/// `group:` in YAML, `config(group=…)`, `+group:` of a project.
pub(super) fn of_group(search: Search<'_>, group: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    let Some((_, entry)) = mesh.entry(group) else { return Ok(()) };
    let name = entry.name.as_str();
    search.each_file(|file, _, facts| {
        let named: Vec<TextRange> = groups(facts, name).collect();
        if named.is_empty() {
            return;
        }
        let Some(cx) = FileCx::new(search.analysis, file) else { return };
        if matches!(group_named(&cx, name), Some(Thing::Entry(found)) if found == group) {
            out.extend(named.into_iter().map(|range| Usage { file, range, role: Role::Value }));
        }
    })
}

fn groups<'f>(facts: &'f FileFacts, name: &'f str) -> impl Iterator<Item = TextRange> + 'f {
    let entries = facts.entries.iter().flat_map(|entry| {
        let versions = entry.versions.iter().flatten();
        entry.settings.0.iter().chain(versions.flat_map(|version| version.settings.0.iter()))
    });
    let blocks = facts.defs.iter().flat_map(|def| def.settings.0.iter());
    let settings = facts.settings.0.iter().chain(entries).chain(blocks);
    let is_it = move |setting: &&Setting| setting.key == "group" && setting.value.as_str() == Some(name);
    let placed = facts.project.iter().flat_map(|project| project.placed.iter());
    let placed = placed.filter(move |placed| placed.key == "group" && placed.value.as_str() == Some(name));
    settings.filter(is_it).map(inside).chain(placed.map(|placed| placed.range))
}

/// The bytes of a value without its quotes. In templates they are part of it.
fn inside(setting: &Setting) -> TextRange {
    let (range, value) = (setting.value_range, setting.value.as_str().unwrap_or_default());
    let quoted = usize::from(range.len()) == value.len() + 2;
    let one = text::size(1);
    if quoted { TextRange::new(range.start() + one, range.end() - one) } else { range }
}

/// The first of two arguments of `ref()`, the project of `dependencies.yml`, the package of a macro, the first
/// level of a config tree.
pub(super) fn of_project(search: Search<'_>, name: &str, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    search.each_file(|file, entry, facts| {
        let mut value = |range| out.push(Usage { file, range, role: Role::Value });
        if entry.kind == FileKind::Dependencies {
            let projects = facts.dependencies.iter().flat_map(|facts| facts.projects.iter());
            projects.filter(|dep| dep.name == name).for_each(|dep| value(dep.name_range));
        }
        let levels = facts.project.iter().flat_map(|project| project.levels.iter());
        levels
            .filter(|level| matches!(&*level.path, [top] if top == name))
            .for_each(|level| value(level.range));
        for (used, at) in facts.uses.iter().zip(0..) {
            let role = Role::Call(at);
            let call = &used.call;
            match lookup(&call.name) {
                Lookup::Ref if call.args.iter().filter(|arg| arg.keyword.is_none()).count() == 2 => {
                    let args = RefArgs::read(call, mesh.flavor(entry.package));
                    let package = args.package.filter(|part| part.single() == Some(name));
                    out.extend(package.map(|part| Usage { file, range: part.range, role }));
                }
                Lookup::Macro => {
                    let prefix = call.name.strip_prefix(name).filter(|rest| rest.starts_with('.'));
                    let start = call.name_range.start();
                    let range = TextRange::at(start, text::size(name.len()));
                    out.extend(prefix.map(|_| Usage { file, range, role: Role::Value }));
                }
                _ => {}
            }
        }
    })
}
