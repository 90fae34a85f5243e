//! Proposals for what a place names.

use project::Package;
use project::checks::METHODS;
use project::names::Space;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Named, columns, selectors};
use crate::completion::slot::Slot;
use crate::completion::{Cx, config, list, variables};
use crate::{CompletionKind, Completions};

/// The names that fit in a slot.
pub(crate) fn proposals(cx: &Cx<'_>, named: &Named, slot: &Slot) -> Completions {
    let file = &cx.file;
    match named {
        Named::Column(of) => columns(slot, of.iter().flat_map(|of| columns::known(file, of))),
        Named::Listed(of) => {
            let own: Vec<SmolStr> =
                of.iter().flat_map(|of| columns::known(file, of)).map(|column| column.name).collect();
            let read = of.iter().flat_map(|of| columns::read_by(file, of));
            let all = read.flat_map(|of| columns::known(file, &of));
            // The one that is being written may be in the list already.
            let written = cx.text.get(usize::from(slot.range.start())..usize::from(slot.range.end()));
            columns(
                slot,
                all.filter(|column| !own.contains(&column.name) || written == Some(column.name.as_str())),
            )
        }
        Named::Macro => macros(cx, slot),
        Named::Argument(site) => {
            let facts = file.analysis.mesh.facts(site.file);
            let def = facts.and_then(|facts| facts.defs.get(site.item as usize));
            let names = def.into_iter().flat_map(|def| &def.params).map(|param| &param.name);
            let given = |name: &&SmolStr| !matches!(name.as_str(), "model" | "column_name");
            list(slot, CompletionKind::Key, names.filter(given))
        }
        Named::Variable => variables::list_of(cx, slot),
        Named::EnvVar => variables::environment(cx, slot),
        Named::Package => {
            list(slot, CompletionKind::Package, file.resolver.packages().map(Package::name).chain(["dbt"]))
        }
        Named::Group => config::groups(cx, slot),
        Named::Materialization => {
            custom(cx, slot, |name| Some(name.strip_prefix("materialization_")?.rsplit_once('_')?.0))
        }
        Named::Strategy => {
            custom(cx, slot, |name| name.strip_prefix("get_incremental_")?.strip_suffix("_sql"))
        }
        Named::Version(model) => {
            let family = file.analysis.mesh.family(file.package, model);
            let versions = family.iter().flat_map(|family| family.versions.iter());
            list(slot, CompletionKind::Version, versions.map(|member| &member.version.text))
        }
        Named::NewVersion(model) => {
            let prefix = format!("{model}_v");
            let files = file.package.names(Space::Model).filter_map(|(stem, _)| stem.strip_prefix(&*prefix));
            list(slot, CompletionKind::Version, files)
        }
        Named::Stem => {
            let files = file.package.names(Space::Model).map(|(stem, _)| stem);
            list(slot, CompletionKind::Model, files)
        }
        // Levels are proposed with the keys of their tree.
        Named::Level(_) => Completions::default(),
        Named::Selected(method) => {
            let all: FxHashMap<SmolStr, CompletionKind> =
                selectors::values(file, method).into_iter().collect();
            let mut out = list(slot, CompletionKind::Value, all.keys());
            for item in &mut out.items {
                item.kind = all.get(item.label.as_str()).copied().unwrap_or(CompletionKind::Value);
            }
            out
        }
        // A name without a method selects nodes.
        Named::Method => {
            let methods = METHODS.iter().filter(|method| **method != "selector");
            let mut out = list(slot, CompletionKind::Key, methods);
            let nodes = selectors::values(file, "fqn").into_iter().map(|(name, _)| name);
            out.items.extend(list(slot, CompletionKind::Model, nodes).items);
            out
        }
    }
}

/// Columns, with their types and whose they are.
pub(crate) fn columns(slot: &Slot, all: impl Iterator<Item = columns::Known>) -> Completions {
    let mut known: FxHashMap<SmolStr, columns::Known> = FxHashMap::default();
    for column in all {
        known.entry(column.name.clone()).or_insert(column);
    }
    let mut out = list(slot, CompletionKind::Column, known.keys());
    for item in &mut out.items {
        let Some(column) = known.get(item.label.as_str()) else { continue };
        let description = column.description.as_deref().and_then(|text| text.lines().next());
        let parts: Vec<&str> = column.data_type.as_deref().into_iter().chain(description).collect();
        item.detail = (!parts.is_empty()).then(|| parts.join(" · "));
        item.label_description = Some(column.of.to_string());
    }
    out
}

/// Macros that are called by their names: the project's own, packages' with the package, dbt's best known.
fn macros(cx: &Cx<'_>, slot: &Slot) -> Completions {
    use project::facts::DefKind;
    let mesh = &cx.file.analysis.mesh;
    let mut names: Vec<SmolStr> = vec![SmolStr::new_static("is_incremental")];
    for package in cx.file.resolver.packages() {
        let own = package.id == cx.file.package.id || package.id == cx.file.project.id;
        for (name, sites) in package.names(Space::Macro) {
            let def = sites.first().and_then(|site| mesh.facts(site.file)?.defs.get(site.item as usize));
            if def.is_none_or(|def| def.kind != DefKind::Macro) {
                continue;
            }
            names.push(if own {
                name.clone()
            } else {
                smol_str::format_smolstr!("{}.{name}", package.name())
            });
        }
    }
    let dbts = crate::catalog::all(crate::catalog::Kind::Macro).filter(|item| item.common);
    names.extend(dbts.map(|item| SmolStr::new_static(item.name)));
    list(slot, CompletionKind::Macro, names)
}

/// Values that macros of the project and its packages add.
fn custom(cx: &Cx<'_>, slot: &Slot, of_name: impl Fn(&str) -> Option<&str>) -> Completions {
    let macros = cx.file.resolver.packages().flat_map(|package| package.names(Space::Macro));
    let names: Vec<&str> = macros.filter_map(|(name, _)| of_name(name)).collect();
    list(slot, CompletionKind::Value, names)
}
