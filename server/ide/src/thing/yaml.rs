//! Names in YAML files.

use project::facts::resources::{NameUse, Wanted};
use project::facts::{Entry, Section, VersionEntry};
use project::layout::FileKind;
use project::names::{FILE, Site, Space};
use project::resolve::Resolution;
use project::{NodeKind, NodeRef, Target};
use text::{TextRange, TextSize};

use super::{Thing, group_named, macro_named, project_named, referenced, resource};
use crate::diagnostics::FileCx;
use crate::named::columns::Known;
use crate::named::selectors;

pub(super) fn find(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    match cx.entry.kind {
        FileKind::Properties => in_properties(cx, offset),
        FileKind::Dependencies | FileKind::Packages => in_dependencies(cx, offset),
        FileKind::ProjectFile | FileKind::Vars => variable(cx, offset),
        FileKind::Selectors => selector(cx, offset),
        _ => None,
    }
}

fn variable(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let own = cx.facts.project.as_deref().and_then(|project| project.name.as_ref());
    if let Some((_, range)) = own.filter(|(_, range)| range.contains_inclusive(offset)) {
        return Some((*range, Thing::Package(cx.package.id)));
    }
    let at = cx.facts.vars.iter().position(|def| def.name_range.contains_inclusive(offset))?;
    let def = &cx.facts.vars[at];
    // The variables of a package stand below its name.
    let mut packages = cx.resolver.packages();
    if def.scope.is_none() && packages.any(|package| package.name() == def.name) {
        return project_named(cx, &def.name).map(|thing| (def.name_range, thing));
    }
    Some((def.name_range, Thing::Var(Site { file: cx.file, item: at as u32 })))
}

fn selector(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let facts = cx.facts.selectors.as_deref()?;
    let defined = facts.defs.iter().map(|def| (&def.name, def.name_range));
    let used = facts.uses.iter().map(|(name, range)| (name, *range));
    if let Some((name, range)) = defined.chain(used).find(|(_, range)| range.contains_inclusive(offset)) {
        return Some((range, Thing::Selector(cx.package.site(Space::Selector, name)?)));
    }
    let chosen = facts.chosen.iter().find(|chosen| chosen.range.contains_inclusive(offset))?;
    Some((chosen.range, selectors::thing(cx, &chosen.method, &chosen.value)?))
}

fn in_dependencies(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let facts = cx.facts.dependencies.as_deref()?;
    let project = facts.projects.iter().find(|dep| dep.name_range.contains_inclusive(offset));
    if let Some(dep) = project {
        return project_named(cx, &dep.name).map(|thing| (dep.name_range, thing));
    }
    let dep = facts.packages.iter().find(|dep| dep.source_range.contains_inclusive(offset))?;
    // Of what git, tarballs and folders hold only the last part of the path is a hint.
    let guess = || Some(dep.source.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git"));
    let name = dep.name().or_else(guess)?;
    let package = cx.resolver.packages().find(|package| package.name() == name)?;
    Some((dep.source_range, Thing::Package(package.id)))
}

fn in_properties(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    // Tables stand inside their source: the last entry around the offset is the innermost.
    let at = cx.facts.entries.iter().rposition(|entry| entry.range.contains_inclusive(offset))?;
    let entry = &cx.facts.entries[at];
    if entry.name_range.contains_inclusive(offset) {
        return Some((entry.name_range, named(cx, entry, Site { file: cx.file, item: at as u32 })));
    }
    if let Some(found) = used(cx, offset).or_else(|| listed(cx, entry, offset)) {
        return Some(found);
    }
    let versions = || entry.versions.iter().flatten();
    let version = versions().find(|version| version.range.contains_inclusive(offset));
    if let Some(found) = version.and_then(|version| in_version(cx, entry, version, offset)) {
        return Some(found);
    }
    let settings = entry.settings.0.iter().chain(versions().flat_map(|version| version.settings.0.iter()));
    let setting = settings.into_iter().find(|setting| setting.value_range.contains_inclusive(offset))?;
    let value = setting.value.as_str()?;
    let thing = match (setting.key.as_str(), entry.section) {
        ("group", _) => group_named(cx, value)?,
        _ => return None,
    };
    Some((setting.value_range, thing))
}

/// A column that an entry lists, or an argument of a macro.
fn listed(cx: &FileCx<'_>, entry: &Entry, offset: TextSize) -> Option<(TextRange, Thing)> {
    let own = entry.versions.iter().flatten().filter_map(|version| version.columns.as_ref());
    let mut all = entry.columns.iter().chain(own.flat_map(|columns| columns.own.iter()));
    let column = all.find(|column| column.name_range.contains_inclusive(offset))?;
    let thing = match entry.section {
        Section::Macros => {
            let of = cx.package.site(Space::Macro, &entry.name)?;
            crate::named::parameter(cx, of, &column.name)?
        }
        Section::Functions => return None,
        _ => Thing::Column(Box::new(Known {
            name: column.name.clone(),
            data_type: column.data_type.clone(),
            description: column.description.clone(),
            place: Some((cx.file, column.name_range)),
            of: entry.name.clone(),
        })),
    };
    Some((column.name_range, thing))
}

/// A name that stands without a call: a metric's measure, a unit test's model …
fn used(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let names = &cx.facts.resources().names;
    let used = names.iter().find(|used| used.range.contains_inclusive(offset))?;
    let name = used.name.as_str();
    let mesh = &cx.analysis.mesh;
    let tested = |model: &str| match mesh.tested_model(&cx.resolver, cx.package, model) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(target),
        _ => None,
    };
    let thing = match used.wanted {
        Wanted::Metric => resource(cx.resolver.metric(None, name))?,
        Wanted::Measure => Thing::Entry(cx.resolver.measure_site(name)?),
        Wanted::TimeDimension => Thing::Entry(dimension(cx, used)?),
        Wanted::Fixture => Thing::File(cx.package.site(Space::Fixture, name)?.file),
        Wanted::TestedModel => Thing::node(tested(name)?),
        Wanted::TestedVersion => {
            let of_test = |known: &&NameUse| known.entry == used.entry && known.wanted == Wanted::TestedModel;
            let model = tested(&names.iter().find(of_test)?.name)?;
            let model = crate::names::of_target(&model);
            let targets = referenced(cx, Some(cx.package.name()), &model, Some(name));
            (!targets.is_empty()).then_some(Thing::Nodes(targets))?
        }
        Wanted::OverriddenMacro => macro_named(cx, name)?,
        Wanted::OverriddenVar => Thing::Var(mesh.var(cx.package.id, name)?.0),
        // Stands in a call.
        Wanted::SeedRows => return None,
    };
    Some((used.range, thing))
}

/// The time dimension that a semantic model or one of its measures names.
fn dimension(cx: &FileCx<'_>, used: &NameUse) -> Option<Site> {
    let entry = cx.facts.entries.get(used.entry as usize)?;
    let model = if entry.section == Section::SemanticModels { used.entry } else { entry.parent? };
    let wanted = |entry: &Entry| {
        entry.section == Section::Dimensions && entry.parent == Some(model) && entry.name == used.name
    };
    let at = cx.facts.entries.iter().position(wanted)?;
    Some(Site { file: cx.file, item: at as u32 })
}

/// `v:` and `defined_in:` lead to the version's file.
fn in_version(
    cx: &FileCx<'_>,
    entry: &Entry,
    version: &VersionEntry,
    offset: TextSize,
) -> Option<(TextRange, Thing)> {
    let defined_in = version.defined_in.as_ref().map(|(_, range)| *range);
    let mut ranges = defined_in.into_iter().chain([version.v_range]);
    let range = ranges.find(|range| range.contains_inclusive(offset))?;
    let mesh = &cx.analysis.mesh;
    let family = mesh.family(cx.package, &entry.name)?;
    let member = family.member(&version.version.as_ref()?.text)?;
    let node = mesh.member_node(cx.package, &family, Some(member))?;
    Some((range, Thing::node(Target::Local(node))))
}

/// What the innermost entry around a place stands for.
pub(super) fn around(cx: &FileCx<'_>, offset: TextSize) -> Option<Thing> {
    let at = cx.facts.entries.iter().rposition(|entry| entry.range.contains_inclusive(offset))?;
    Some(named(cx, &cx.facts.entries[at], Site { file: cx.file, item: at as u32 }))
}

/// What an entry's name stands for: the node it describes, else the entry itself.
fn named(cx: &FileCx<'_>, entry: &Entry, site: Site) -> Thing {
    let mesh = &cx.analysis.mesh;
    let node = match entry.section {
        Section::Models => mesh.model(cx.package, &entry.name),
        Section::Seeds => mesh.seed(cx.package, &entry.name),
        Section::Snapshots => mesh.snapshot(cx.package, &entry.name),
        Section::Tables => mesh.table(cx.package, &entry.index_name(cx.facts)),
        Section::Exposures => mesh.yaml_node(cx.package, NodeKind::Exposure, Space::Exposure, &entry.name),
        Section::Functions => file_node(cx, Space::Function, &entry.name).filter(|node| node.item == FILE),
        Section::Analyses => file_node(cx, Space::Analysis, &entry.name),
        Section::DataTests => file_node(cx, Space::SingularTest, &entry.name),
        Section::Macros => {
            return cx.package.site(Space::Macro, &entry.name).map_or(Thing::Entry(site), Thing::Def);
        }
        _ => None,
    };
    node.map_or(Thing::Entry(site), |node| Thing::node(Target::Local(node)))
}

/// The node that a file of that name is.
fn file_node(cx: &FileCx<'_>, space: Space, name: &str) -> Option<NodeRef> {
    cx.analysis.mesh.node_of_file(cx.package.site(space, name)?.file)
}
