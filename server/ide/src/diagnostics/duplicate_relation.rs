//! `duplicate-relation`: two nodes that dbt would write to one table or view (spec §8).
//!
//! Only where database, schema and alias of both are written out, and no macro of the project makes names of them.

use project::facts::Section;
use project::flavor::Flavor;
use project::layout::FileKind;
use project::names::{FILE, Site, Space};
use project::node::{NodeKind, Tri};
use project::{NodeRef, Package, Target};
use smol_str::{SmolStr, format_smolstr};
use syntax::calls::{Lit, Value};

use super::nodes::{Blame, may_configure};
use super::{FileCx, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "duplicate-relation";

/// The macros that make names of configs.
const NAMING: [&str; 3] = ["generate_alias_name", "generate_schema_name", "generate_database_name"];

/// How many nodes of an alias are compared.
const CANDIDATES: usize = 64;

#[derive(PartialEq)]
struct Relation {
    database: Option<SmolStr>,
    schema: Option<SmolStr>,
    /// The schema is written as it is, not put behind the target's.
    exact: bool,
    identifier: SmolStr,
}

/// Of one node; says what belongs into this file.
pub(super) fn check(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let Some(relation) = relation(cx, node) else { return };
    let Some(other) =
        others(cx, &relation.identifier).into_iter().find(|other| clashes(cx, node, &relation, other))
    else {
        return;
    };
    let Some(range) = Blame::of(cx, node, &["alias"]).here(cx) else { return };
    if cx.resolver.packages().any(has_naming) || may_configure(cx, node) || may_configure(cx, &other) {
        return;
    }
    let what = wording::a(other.kind);
    let message = format!(
        "dbt would write two nodes to '{}': this one and {what}, {}; give one of them another alias or schema",
        relation.identifier,
        cx.unique_id(&Target::Local(other.clone())),
    );
    let place = cx.place(&Target::Local(other));
    out.push(Diagnostic::new(CODE, range, Severity::Error, message).related(place, "the other one"));
}

fn clashes(cx: &FileCx<'_>, node: &NodeRef, mine: &Relation, other: &NodeRef) -> bool {
    let same = other.kind == node.kind && other.package == node.package && other.name == node.name;
    // Two of one name are told of otherwise.
    !(same && other.version == node.version)
        && other.file != node.file
        && relation(cx, other).is_some_and(|theirs| theirs == *mine)
}

/// Where dbt builds a node; `None` when that is not known, or nothing is built.
fn relation(cx: &FileCx<'_>, node: &NodeRef) -> Option<Relation> {
    let mesh = &cx.analysis.mesh;
    if mesh.enabled(node) != Tri::Yes {
        return None;
    }
    if cx.flavor() == Flavor::V2
        && mesh
            .setting(node, "materialized")
            .is_some_and(|value| value.as_str().is_none_or(|word| word == "ephemeral"))
    {
        return None;
    }
    // What an adapter calls a schema or a database.
    if ["project", "dataset", "catalog", "target_database"]
        .iter()
        .any(|key| mesh.setting(node, key).is_some())
    {
        return None;
    }
    let text = |key: &str| written(mesh.setting(node, key));
    let identifier = match text("alias")?.filter(|alias| !alias.is_empty()) {
        Some(alias) => alias,
        None => match &node.version {
            Some(version) => format_smolstr!("{}_v{}", node.name, version.replace('.', "_")),
            None => node.name.clone(),
        },
    };
    let (schema, exact) = match text("target_schema")?.filter(|_| node.kind == NodeKind::Snapshot) {
        Some(schema) => (Some(schema), true),
        None => (text("schema")?, false),
    };
    Some(Relation { database: text("database")?, schema, exact, identifier })
}

/// A text or nothing; `None` for what is not known.
fn written(value: Option<Value>) -> Option<Option<SmolStr>> {
    match value {
        None => Some(None),
        Some(value) => match value.single()? {
            Lit::None => Some(None),
            Lit::Str(text) => Some(Some(text.clone())),
            _ => None,
        },
    }
}

/// The nodes whose name or alias is `identifier`.
fn others(cx: &FileCx<'_>, identifier: &str) -> Vec<NodeRef> {
    let mesh = &cx.analysis.mesh;
    let mut out = Vec::new();
    // A package that lies beside this project is configured here in ways that are not known.
    let ours =
        |package: &&Package| mesh.project_of(package.id).is_some_and(|owner| owner.id == cx.project.id);
    for package in cx.resolver.packages().filter(ours) {
        let files =
            [Space::Model, Space::Seed].into_iter().flat_map(|space| package.sites(space, identifier));
        out.extend(files.filter_map(|site| mesh.node_of_file(site.file)));
        out.extend(mesh.snapshot(package, identifier));
        let aliased = package.sites(Space::Alias, identifier).iter();
        out.extend(aliased.take(CANDIDATES).flat_map(|site| aliased_nodes(cx, package, *site)));
    }
    out.truncate(CANDIDATES);
    out
}

fn aliased_nodes(cx: &FileCx<'_>, package: &Package, site: Site) -> Vec<NodeRef> {
    let mesh = &cx.analysis.mesh;
    let (Some(file), Some(facts)) = (mesh.file(site.file), mesh.facts(site.file)) else { return Vec::new() };
    if file.kind != FileKind::Properties {
        return match facts.defs.get(site.item as usize) {
            Some(def) => mesh.snapshot(package, &def.name).into_iter().collect(),
            None if site.item == FILE && matches!(file.kind, FileKind::Model | FileKind::PythonModel) => {
                mesh.node_of_file(site.file).into_iter().collect()
            }
            None => Vec::new(),
        };
    }
    let Some(entry) = facts.entries.get(site.item as usize) else { return Vec::new() };
    match entry.section {
        Section::Models => {
            let Some(family) = mesh.family(package, &entry.name) else { return Vec::new() };
            let members = family.versions.iter().map(Some);
            let all = members.chain((!family.is_versioned()).then_some(None));
            all.filter_map(|member| mesh.member_node(package, &family, member)).collect()
        }
        Section::Seeds => mesh.seed(package, &entry.name).into_iter().collect(),
        Section::Snapshots => mesh.snapshot(package, &entry.name).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn has_naming(package: &Package) -> bool {
    NAMING.iter().any(|name| package.site(Space::Macro, name).is_some())
        || package.names(Space::Macro).any(|(name, _)| {
            name.split_once("__").is_some_and(|(_, implemented)| NAMING.contains(&implemented))
        })
}
