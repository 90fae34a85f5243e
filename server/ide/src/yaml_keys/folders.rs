//! Names in the resource trees of `dbt_project.yml`: packages, then folders and nodes below their paths.

use std::collections::BTreeMap;

use project::Package;
use project::layout::{FileKind, relative_to, stem};
use project::schema::Step;
use smol_str::SmolStr;

use crate::diagnostics::FileCx;

/// What a name in a tree stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Package,
    Folder,
    Node,
}

/// The names that can follow `path`, which starts with the tree's key.
pub(super) fn names(cx: &FileCx<'_>, path: &[Step<'_>]) -> BTreeMap<String, Level> {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Item => None,
        })
        .collect();
    let mut out = BTreeMap::new();
    let Some((&tree, below)) = keys.split_first() else { return out };
    if below.is_empty() {
        out.extend(cx.resolver.packages().map(|package| (package.name().to_owned(), Level::Package)));
    }
    // The project's own folders may stand without its name.
    let (package, folders) = match below.split_first() {
        Some((name, rest)) => match cx.resolver.packages().find(|package| package.name() == *name) {
            Some(package) => (package, rest),
            None => return out,
        },
        None => return out,
    };
    let Some((roots, kinds)) = tree_of(package, tree) else { return out };
    for file in package.files() {
        let Some(entry) = cx.analysis.mesh.file(file).filter(|entry| kinds.contains(&entry.kind)) else {
            continue;
        };
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
            Some((folder, _)) => out.insert(folder.to_owned(), Level::Folder),
            None => out.insert(stem(rest).to_owned(), Level::Node),
        };
    }
    out
}

/// Where the files of a tree lie, and which they are.
fn tree_of<'p>(package: &'p Package, tree: &str) -> Option<(&'p [SmolStr], &'static [FileKind])> {
    let paths = &package.config.paths;
    Some(match tree {
        "models" => (&paths.models, &[FileKind::Model, FileKind::PythonModel]),
        "seeds" => (&paths.seeds, &[FileKind::Seed]),
        "snapshots" => (&paths.snapshots, &[FileKind::Snapshot]),
        "analyses" => (&paths.analyses, &[FileKind::Analysis]),
        "tests" | "data_tests" => (&paths.tests, &[FileKind::SingularTest]),
        "functions" => (&paths.functions, &[FileKind::Function]),
        _ => return None,
    })
}
