//! Edges between nodes: what a file depends on, across projects.

use crate::access::{Referrer, ReferrerKind};
use crate::facts::{By, DefKind, Section, Use};
use crate::layout::FileKind;
use crate::mesh::{FileId, Mesh};
use crate::names::FILE;
use crate::node::{NodeKind, NodeRef, Target};
use crate::refs::{Lookup, RefArgs, SourceArgs, lookup};
use crate::resolve::{Resolution, Resolver};
use syntax::calls::Reach;

/// The nodes that a call depends on; several when an argument has several values, none when it is unknown
/// or not found.
pub fn targets(resolver: &Resolver<'_>, used: &Use) -> Vec<Target> {
    let found = |resolution| match resolution {
        Resolution::Found { target, .. } => Some(target),
        _ => None,
    };
    match lookup(&used.call.name) {
        Lookup::Ref => {
            let args = RefArgs::read(&used.call, resolver.flavor());
            let package = match &args.package {
                None => None,
                Some(part) => match part.single() {
                    Some(name) => Some(name.to_owned()),
                    None => return Vec::new(),
                },
            };
            let version = match &args.version {
                None => None,
                Some(part) => match part.single() {
                    Some(version) => Some(version.to_owned()),
                    None => return Vec::new(),
                },
            };
            args.name
                .iter()
                .flat_map(|part| &part.names)
                .filter_map(|name| found(resolver.reference(package.as_deref(), name, version.as_deref())))
                .collect()
        }
        Lookup::Source => {
            let args = SourceArgs::read(&used.call);
            let (Some(source), Some(table)) = (args.source, args.table) else { return Vec::new() };
            let Some(source) = source.single().map(str::to_owned) else { return Vec::new() };
            table.names.iter().filter_map(|table| found(resolver.table(&source, table))).collect()
        }
        Lookup::Metric | Lookup::Function => match named(used) {
            Some((package, name)) if lookup(&used.call.name) == Lookup::Metric => {
                found(resolver.metric(package, name)).into_iter().collect()
            }
            Some((package, name)) => found(resolver.function(package, name)).into_iter().collect(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The package and name of `metric(['package',] 'name')` and `function(['package',] 'name')`; `None` when they are
/// not known.
pub fn named(used: &Use) -> Option<(Option<&str>, &str)> {
    let args = used.call.args.iter();
    let names: Option<Vec<&str>> =
        args.map(|arg| arg.value.as_str().filter(|_| arg.keyword.is_none() && !arg.splat)).collect();
    match names?.as_slice() {
        [name] => Some((None, *name)),
        [package, name] => Some((Some(*package), *name)),
        _ => None,
    }
}

/// Whose call it is.
pub fn referrer(mesh: &Mesh, file: FileId, by: By) -> Option<Referrer> {
    let entry = mesh.file(file)?;
    let facts = mesh.facts(file)?;
    let package = mesh.package(entry.package)?;
    let plain = |kind: NodeKind| Referrer {
        package: package.id,
        kind: ReferrerKind::Node(kind),
        group: Ok(None),
        node: None,
    };
    let unchecked = || Referrer { kind: ReferrerKind::Unchecked, ..plain(NodeKind::Model) };
    let of_node = |node: NodeRef| {
        // Of all referrers only models carry a group (and generic tests that of their model).
        let group = if node.kind == NodeKind::Model { mesh.group(&node) } else { Ok(None) };
        Referrer { package: package.id, kind: ReferrerKind::Node(node.kind), group, node: Some(node) }
    };
    Some(match by {
        By::File => match mesh.node_of_file(file) {
            Some(node) => of_node(node),
            None if entry.kind == FileKind::Snapshot => plain(NodeKind::Snapshot),
            None => unchecked(),
        },
        By::Def(at) => {
            let def = facts.defs.get(at as usize)?;
            match def.kind {
                DefKind::Snapshot => match mesh.snapshot(package, &def.name) {
                    Some(node) => of_node(node),
                    None => plain(NodeKind::Snapshot),
                },
                DefKind::Docs => unchecked(),
                _ => Referrer { kind: ReferrerKind::Macro, ..plain(NodeKind::Model) },
            }
        }
        By::Hook => plain(NodeKind::Operation),
        By::Setting | By::Late | By::Text(_) | By::Early(_) | By::Given(_) => unchecked(),
        By::Test(at) => {
            let entry = facts.entries.get(at as usize)?;
            let mut test = plain(NodeKind::Test);
            if entry.section == Section::Models {
                // A generic test carries the group of the model it is attached to.
                test.group = mesh.model(package, &entry.name).map_or(Ok(None), |node| mesh.group(&node));
            }
            test
        }
        By::Entry(at) => {
            let entry = facts.entries.get(at as usize)?;
            let node = |kind| mesh.yaml_node(package, kind, entry.section.space(), &entry.name);
            match entry.section {
                Section::Models => {
                    mesh.model(package, &entry.name).map_or_else(|| plain(NodeKind::Model), of_node)
                }
                Section::Snapshots => match mesh.snapshot(package, &entry.name) {
                    Some(node) => of_node(node),
                    None => plain(NodeKind::Snapshot),
                },
                Section::Exposures => node(NodeKind::Exposure).map_or_else(unchecked, of_node),
                Section::SemanticModels => node(NodeKind::SemanticModel).map_or_else(unchecked, of_node),
                Section::Metrics => node(NodeKind::Metric).map_or_else(unchecked, of_node),
                Section::SavedQueries => node(NodeKind::SavedQuery).map_or_else(unchecked, of_node),
                _ => unchecked(),
            }
        }
    })
}

/// What one node depends on, in source order, each once.
pub fn parents(mesh: &Mesh, node: &NodeRef) -> Vec<Target> {
    let mut out: Vec<Target> = Vec::new();
    let Some(resolver) = Resolver::new(mesh, node.package) else { return out };
    let mut add = |target: Target| {
        if !out.contains(&target) {
            out.push(target);
        }
    };
    let mut from = |file: FileId, wanted: &dyn Fn(By) -> bool| {
        let Some(facts) = mesh.facts(file) else { return };
        for used in facts.uses.iter().filter(|used| wanted(used.by)) {
            // dbt renders a file with `execute` false: what only runs later is no edge.
            if matches!(used.call.reach, Reach::Never | Reach::Execute | Reach::Macro) {
                continue;
            }
            targets(&resolver, used).into_iter().for_each(&mut add);
        }
    };
    let item = node.item;
    if node.kind == NodeKind::SemanticModel && mesh.entry_section(node) == Some(Section::Models) {
        // What its model's entry says is the model's own.
    } else if item == FILE {
        from(node.file, &|by| by == By::File);
    } else if node.kind == NodeKind::Snapshot
        && mesh.facts(node.file).is_some_and(|facts| facts.defs.get(item as usize).is_some())
    {
        from(node.file, &|by| by == By::Def(item));
    } else {
        from(node.file, &|by| by == By::Entry(item));
    }
    if let Some(site) = node.entry.filter(|site| node.kind == NodeKind::Model && site.file != node.file) {
        // A foreign key's `to`.
        from(site.file, &|by| by == By::Entry(site.item));
    }
    if item != FILE {
        mesh.named_parents(node).into_iter().for_each(&mut add);
    }
    out
}

/// A key that is the same for the same node, whichever way it was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A file, and the block or entry in it.
    Site(FileId, u32),
    /// A node of a manifest: its address in memory, and its index.
    Manifest(usize, u32),
}

impl Target {
    /// The node's key.
    pub fn key(&self) -> Key {
        match self {
            Target::Local(node) => Key::Site(node.file, node.item),
            Target::Upstream { manifest, node, .. } => {
                Key::Manifest(std::sync::Arc::as_ptr(manifest).addr(), *node)
            }
        }
    }
}

/// What a node depends on, wherever it is known from.
pub fn parents_of(mesh: &Mesh, target: &Target) -> Vec<Target> {
    match target {
        Target::Local(node) => parents(mesh, node),
        Target::Upstream { manifest, node, project } => {
            let Some(node) = manifest.node_at(*node) else { return Vec::new() };
            node.depends_on()
                .filter_map(|unique_id| {
                    live(mesh, unique_id).map(Target::Local).or_else(|| {
                        let index = manifest.index_of(unique_id)?;
                        Some(Target::Upstream {
                            manifest: manifest.clone(),
                            project: project.clone(),
                            node: index,
                        })
                    })
                })
                .collect()
        }
    }
}

/// The live node of a unique id, when its project is in the mesh.
pub fn live(mesh: &Mesh, unique_id: &str) -> Option<NodeRef> {
    let mut parts = unique_id.splitn(3, '.');
    let (kind, package, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let package = mesh.projects().find(|project| project.name() == package)?;
    match kind {
        "model" => {
            if let Some(family) = mesh.family(package, rest) {
                return mesh.member_node(package, &family, None);
            }
            let (name, version) = rest.rsplit_once(".v")?;
            let family = mesh.family(package, name)?;
            let member = family.member(version)?;
            mesh.member_node(package, &family, Some(member))
        }
        "seed" => mesh.seed(package, rest),
        "snapshot" => mesh.snapshot(package, rest),
        "source" => mesh.table(package, rest),
        _ => None,
    }
}
