//! The name a person most likely meant, looked for among what a call could see.
//!
//! Runs on keystrokes over every name of a project, so nothing is worked out per name; only the winner is
//! checked.

use project::names::Space;
use project::node::Target;
use project::registry::Supply;
use project::{Mesh, Package};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::FileCx;

/// How often a winner may turn out to be no node.
const TRIES: usize = 3;

/// A model, seed or snapshot whose name is near `typed`, among those that `ref(package, …)` (or one-argument
/// `ref` for `None`) can find.
pub(super) fn node(cx: &FileCx<'_>, package: Option<&str>, typed: &str) -> Option<SmolStr> {
    if !cx.may_guess() {
        return None;
    }
    let mesh = &cx.analysis.mesh;
    let mut live: Vec<&Package> =
        cx.resolver.packages().filter(|known| package.is_none_or(|name| known.name() == name)).collect();
    let mut manifests = Vec::new();
    for upstream in cx.resolver.upstreams() {
        if !package.map_or(upstream.is_declared(), |name| upstream.name == name) {
            continue;
        }
        match &upstream.supply {
            Some(Supply::Live(id)) => live.extend(mesh.package(*id)),
            Some(Supply::Manifest { manifest, package, .. }) => manifests.push((manifest, package)),
            None => {}
        }
    }
    let mut wrong: FxHashSet<&str> = FxHashSet::default();
    for _ in 0..TRIES {
        let own = [Space::Model, Space::Seed, Space::Snapshot];
        let own = live.iter().flat_map(|package| own.into_iter().flat_map(move |space| package.names(space)));
        // Models with versions have files of other names; their entry has the right one.
        let entries = live.iter().flat_map(|package| package.names(Space::VersionFile));
        let entries = entries.filter_map(|(_, sites)| Some(mesh.entry(*sites.first()?)?.1.name.as_str()));
        let names = own.map(|(name, _)| name.as_str()).chain(entries);
        let published = manifests
            .iter()
            .flat_map(|(manifest, package)| manifest.referable(package).map(|node| node.name()));
        let candidates = names.chain(published).filter(|name| !wrong.contains(name));
        let found = text::suggest(typed, candidates)?;
        let is_published =
            || manifests.iter().any(|(manifest, package)| !manifest.by_name(package, found).is_empty());
        match live.iter().find_map(|package| real(mesh, package, found)) {
            Some(name) if name != typed => return Some(name),
            None if is_published() => return Some(found.into()),
            _ => wrong.insert(found),
        };
    }
    None
}

/// The name to write for a candidate: the stem of a version's file stands for its model.
fn real(mesh: &Mesh, package: &Package, name: &str) -> Option<SmolStr> {
    let is_node = mesh.family(package, name).is_some()
        || mesh.seed(package, name).is_some()
        || mesh.snapshot(package, name).is_some();
    if is_node {
        return Some(name.into());
    }
    let file = package.site(Space::Model, name)?.file;
    mesh.version_of_file(package, file).map(|(family, _)| family.name)
}

/// A project or package whose name is near `typed`.
pub(super) fn project(cx: &FileCx<'_>, typed: &str) -> Option<SmolStr> {
    let packages = cx.resolver.packages().map(Package::name);
    let upstreams = cx.resolver.upstreams().iter().map(|upstream| upstream.name.as_str());
    text::suggest(typed, packages.chain(upstreams)).map(SmolStr::new)
}

/// A known project or package whose name differs from `typed` in letter case only.
pub(super) fn other_case<'a>(cx: &FileCx<'a>, typed: &str) -> Option<&'a str> {
    let project = cx.project;
    let installed = cx.resolver.packages().map(Package::name);
    let supplied = cx.resolver.upstreams().iter().filter(|upstream| upstream.supply.is_some());
    let names = installed.chain(supplied.map(|upstream| upstream.name.as_str()));
    names
        .filter(|name| *name != typed && *name != project.name())
        .find(|name| name.to_lowercase() == typed.to_lowercase())
}

/// Whose node it is: the name of its package or project.
pub(super) fn owner(cx: &FileCx<'_>, target: &Target) -> SmolStr {
    match target {
        Target::Local(node) => cx.analysis.mesh.package(node.package).map_or("", Package::name).into(),
        Target::Upstream { project, .. } => project.clone(),
    }
}
