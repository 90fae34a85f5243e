//! Facts of a node whose files are known.

use project::node::Tri;
use project::resolve::Resolver;
use project::{Mesh, NodeKind, NodeRef, Package};
use smol_str::{SmolStr, format_smolstr};
use syntax::calls::Lit;

use super::{ColumnLine, Description, Summary, VersionLine, default_materialization, origin, with_docs};
use crate::diagnostics::FileCx;

pub(super) fn summary(cx: &FileCx<'_>, node: &NodeRef) -> Summary {
    let mesh = &cx.analysis.mesh;
    Summary {
        unique_id: mesh.unique_id(node),
        kind: node.kind.as_str(),
        project: mesh.package(node.package).map_or("", Package::name).into(),
        name: node.name.clone(),
        version: node.version.clone(),
        access: (node.kind == NodeKind::Model).then(|| mesh.access(node)).flatten(),
        group: mesh.group(node).ok().flatten(),
        materialized: word(mesh, node, "materialized").or_else(|| default_materialization(node.kind)),
        deprecation: mesh.deprecation(node).map(|date| date.to_string()),
        text: mesh.description(node).map(|text| with_docs(mesh, node.package, text)),
    }
}

pub(super) fn described(cx: &FileCx<'_>, node: &NodeRef) -> Description {
    let mesh = &cx.analysis.mesh;
    let summary = summary(cx, node);
    let entry = node.entry.and_then(|site| mesh.entry(site)).map(|(_, entry)| entry);
    let columns = mesh.columns(node).into_iter().map(|column| ColumnLine {
        name: column.name.clone(),
        data_type: column.data_type.clone(),
        text: column.description.as_deref().map(|text| with_docs(mesh, node.package, text)),
    });
    Description {
        versions: versions(mesh, node),
        group_owner: summary.group.as_ref().and_then(|group| group_owner(mesh, node, group)),
        owner: entry.and_then(owner),
        relation: relation(mesh, node),
        contract: mesh.contract(node) == Some(true),
        enabled: mesh.enabled(node) != Tri::No,
        columns: columns.collect(),
        tests: entry
            .map(|entry| entry.tests.iter().map(project::facts::DataTest::shown).collect())
            .unwrap_or_default(),
        origin: origin::of_file(cx, node),
        summary,
    }
}

/// A setting that is one word.
fn word(mesh: &Mesh, node: &NodeRef, key: &str) -> Option<SmolStr> {
    match mesh.setting(node, key)?.single()? {
        Lit::Str(word) if !word.is_empty() => Some(word.clone()),
        _ => None,
    }
}

/// What YAML and config say of the relation's name. The target's database and schema are the profile's,
/// which is never read: they are left out.
pub(super) fn relation(mesh: &Mesh, node: &NodeRef) -> Option<String> {
    let word = |key: &str| word(mesh, node, key);
    let (mut database, mut schema) = (word("database"), word("schema"));
    if node.kind == NodeKind::Source {
        // A table is where its source is, and a source without a schema is in the one of its name (dbt 1.12,
        // "Source properties").
        let source = node.entry.and_then(|site| {
            let (facts, table) = mesh.entry(site)?;
            facts.entries.get(table.parent? as usize)
        });
        let set = |key: &str| source.and_then(|source| source.settings.get(key));
        let of_source = |key: &str| set(key)?.value.as_str().map(SmolStr::new);
        database = database.or_else(|| of_source("database"));
        schema = schema.or_else(|| of_source("schema"));
        if set("schema").is_none() {
            schema = schema.or_else(|| node.name.split_once('.').map(|(source, _)| source.into()));
        }
    }
    let alias = word("alias").or_else(|| word("identifier"));
    if alias.is_none() && schema.is_none() && database.is_none() {
        return None;
    }
    let name = alias.unwrap_or_else(|| match &node.version {
        // dbt's default alias of a version (spec §1).
        Some(version) => format_smolstr!("{}_v{}", node.name, version.replace('.', "_")),
        None => node.name.rsplit('.').next().unwrap_or_default().into(),
    });
    let parts: Vec<SmolStr> = [database, schema, Some(name)].into_iter().flatten().collect();
    Some(parts.join("."))
}

pub(super) fn versions(mesh: &Mesh, node: &NodeRef) -> Vec<VersionLine> {
    let family = mesh.package(node.package).and_then(|package| mesh.family(package, &node.name));
    let Some(family) = family.filter(|_| node.kind == NodeKind::Model) else { return Vec::new() };
    let mut members: Vec<_> = family.versions.iter().collect();
    members.sort_by(|a, b| b.version.order(&a.version));
    let line = |member: &project::node::Member| {
        let of = NodeRef { version: Some(member.version.text.clone()), ..node.clone() };
        VersionLine {
            version: member.version.text.clone(),
            latest: family.latest.as_ref() == Some(&member.version.text),
            prerelease: family.is_prerelease(&member.version),
            deprecation: mesh.deprecation(&of).map(|date| date.to_string()),
            missing: member.file.is_none(),
        }
    };
    members.into_iter().map(line).collect()
}

/// Who answers for an entry: `meta.owner`, else an exposure's or a group's `owner`.
fn owner(entry: &project::facts::Entry) -> Option<SmolStr> {
    let settings = &entry.settings;
    let of = |key: &str, wanted: &str| match settings.get(key)?.value.single()? {
        Lit::Dict { entries, .. } => {
            entries.iter().find(|(key, _)| key == wanted)?.1.as_str().map(SmolStr::new)
        }
        _ => None,
    };
    let plain = || settings.get("owner")?.value.as_str().map(SmolStr::new);
    of("meta", "owner").or_else(|| of("owner", "name")).or_else(|| of("owner", "email")).or_else(plain)
}

fn group_owner(mesh: &Mesh, node: &NodeRef, group: &str) -> Option<String> {
    let known = Resolver::new(mesh, node.package)?.packages().collect::<Vec<_>>();
    let own = mesh.package(node.package)?;
    // Names of groups are shared by all packages of a project (spec §6).
    let site = std::iter::once(own)
        .chain(known)
        .find_map(|package| package.site(project::names::Space::Group, group))?;
    owner(mesh.entry(site)?.1).map(String::from)
}
