//! Levels of the resource trees of `dbt_project.yml`: packages, then folders and nodes as their fully qualified names
//! have them.

use std::collections::BTreeMap;

use project::layout::{FileKind, relative_to};
use project::names::{FILE, Space};
use project::{NodeKind, NodeRef, Package, Target};
use smol_str::SmolStr;

use crate::diagnostics::FileCx;
use crate::thing::{Thing, project_named};

/// What a name in a tree stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Level {
    Package,
    /// With the number of nodes below it.
    Folder(usize),
    /// A source with its tables.
    Source,
    Node(Option<NodeRef>),
}

/// The keys of dbt_project.yml that hold a tree.
pub(crate) const TREES: [&str; 13] = [
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "tests",
    "data_tests",
    "functions",
    "sources",
    "exposures",
    "metrics",
    "semantic-models",
    "saved-queries",
    "unit_tests",
];

/// The names that can follow `keys`, which start with the tree's.
pub(crate) fn names(cx: &FileCx<'_>, keys: &[&str]) -> BTreeMap<String, Level> {
    let mut out = BTreeMap::new();
    let Some((&tree, below)) = keys.split_first() else { return out };
    // The project's own folders may stand without its name.
    let Some((name, folders)) = below.split_first() else {
        out.extend(cx.resolver.packages().map(|package| (package.name().to_owned(), Level::Package)));
        return out;
    };
    let Some(package) = cx.resolver.packages().find(|package| package.name() == *name) else { return out };
    match tree_of(package, tree) {
        Some((roots, kinds)) => in_files(cx, package, folders, roots, kinds, &mut out),
        None => in_names(cx, package, tree, folders, &mut out),
    }
    out
}

/// What a level means.
pub(crate) fn thing(cx: &FileCx<'_>, above: &[SmolStr], name: &str) -> Option<Thing> {
    let keys: Vec<&str> = above.iter().map(SmolStr::as_str).collect();
    match names(cx, &keys).remove(name)? {
        Level::Package => project_named(cx, name),
        Level::Node(node) => Some(Thing::Nodes(vec![Target::Local(node?)])),
        Level::Source => {
            let mut packages = cx.resolver.packages();
            packages.find_map(|package| package.site(Space::Source, name)).map(Thing::Entry)
        }
        Level::Folder(nodes) => Some(Thing::Folder { name: name.into(), nodes }),
    }
}

fn add_folder(out: &mut BTreeMap<String, Level>, name: &str) {
    match out.entry(name.to_owned()).or_insert(Level::Folder(0)) {
        Level::Folder(nodes) => *nodes += 1,
        // A file and a folder may have one name.
        Level::Package | Level::Source | Level::Node(_) => {}
    }
}

/// Nodes that are files: the path is looked at before anything else is asked.
fn in_files(
    cx: &FileCx<'_>,
    package: &Package,
    folders: &[&str],
    roots: &[SmolStr],
    kinds: &[FileKind],
    out: &mut BTreeMap<String, Level>,
) {
    let mesh = &cx.analysis.mesh;
    for file in package.files() {
        let Some(entry) = mesh.file(file).filter(|entry| kinds.contains(&entry.kind)) else { continue };
        let Some(mut rest) = roots.iter().find_map(|root| relative_to(&entry.path, root)) else { continue };
        let inside = folders.iter().all(|folder| match relative_to(rest, folder) {
            Some(deeper) => {
                rest = deeper;
                true
            }
            None => false,
        });
        if !inside {
            continue;
        }
        match rest.split_once('/') {
            Some((folder, _)) => add_folder(out, folder),
            None => {
                let Some(node) = mesh.node_of_file(file) else { continue };
                out.insert(node.name.to_string(), Level::Node(Some(node)));
            }
        }
    }
}

/// Nodes that are blocks or entries.
fn in_names(
    cx: &FileCx<'_>,
    package: &Package,
    tree: &str,
    folders: &[&str],
    out: &mut BTreeMap<String, Level>,
) {
    let mesh = &cx.analysis.mesh;
    let (space, kind) = match tree {
        "snapshots" => (Space::Snapshot, NodeKind::Snapshot),
        "sources" => (Space::Table, NodeKind::Source),
        "exposures" => (Space::Exposure, NodeKind::Exposure),
        "metrics" => (Space::Metric, NodeKind::Metric),
        "semantic-models" => (Space::SemanticModel, NodeKind::SemanticModel),
        "saved-queries" => (Space::SavedQuery, NodeKind::SavedQuery),
        _ => return,
    };
    for (name, _) in package.names(space) {
        let node = match kind {
            NodeKind::Snapshot => mesh.snapshot(package, name),
            NodeKind::Source => mesh.table(package, name),
            _ => mesh.yaml_node(package, kind, space, name),
        };
        let Some(node) = node else { continue };
        let fqn = mesh.fqn(&node);
        let inside = fqn.get(1..).unwrap_or_default();
        if inside.len() <= folders.len() || !inside.iter().zip(folders).all(|(a, b)| a == b) {
            continue;
        }
        let level = &inside[folders.len()];
        match inside.len() - folders.len() {
            1 => {
                out.insert(level.to_string(), Level::Node(Some(node)));
            }
            2 if kind == NodeKind::Source => {
                out.insert(level.to_string(), Level::Source);
            }
            // A snapshot block's file.
            2 if kind == NodeKind::Snapshot && node.item != FILE => {
                out.entry(level.to_string()).or_insert(Level::Node(Some(node)));
            }
            _ => add_folder(out, level),
        }
    }
}

/// Where the files of a tree lie, and which they are.
fn tree_of<'p>(package: &'p Package, tree: &str) -> Option<(&'p [SmolStr], &'static [FileKind])> {
    let kinds: &[FileKind] = match tree {
        "models" => &[FileKind::Model, FileKind::PythonModel],
        "seeds" => &[FileKind::Seed],
        "analyses" => &[FileKind::Analysis],
        "tests" | "data_tests" => &[FileKind::SingularTest],
        "functions" => &[FileKind::Function],
        _ => return None,
    };
    Some((package.config.paths.of_tree(tree), kinds))
}
