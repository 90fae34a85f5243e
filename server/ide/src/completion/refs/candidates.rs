//! Every name that could be written as an argument of `ref()`, before anything else is asked about it.

use std::sync::Arc;

use project::Package;
use project::referable::Referable;
use project::registry::{Supply, Transitive, Upstream, transitive};
use project::resolve::Via;
use project::upstream::Manifest;
use project::upstream::manifest::{Access, NodeRef as ManifestNode, ResourceType};

use crate::completion::Cx;
use crate::completion::rank::{LAST_TIER, starts};

/// Something that may be written as a name.
#[derive(Clone, Copy)]
pub(super) enum Candidate<'a> {
    /// An upstream project.
    Project(&'a Upstream),
    /// The project itself, or a package.
    Package(&'a Package),
    /// A node whose files are known.
    Local { package: &'a Package, of: Referable<'a>, owner: Owner<'a> },
    /// A node of a manifest (of several versions the latest).
    Manifest { manifest: &'a Arc<Manifest>, index: u32, name: &'a str, owner: Owner<'a> },
}

/// Whose a node is.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    /// The asking package's, or its project's.
    Own,
    /// Another package's of the project.
    Package,
    /// An upstream's, which may publish it.
    Upstream(&'a Upstream),
    /// An upstream's, which surely does not publish it.
    Closed(&'a Upstream),
    /// A package's inside an upstream, by the package's name: dbt-loom hands it on.
    HandedOn(&'a str),
}

impl Owner<'_> {
    /// As resolution has it.
    pub(super) fn via(self) -> Via {
        match self {
            Owner::Own => Via::Own,
            Owner::Package => Via::Package,
            Owner::HandedOn(_) => Via::Transitive,
            Owner::Upstream(upstream) | Owner::Closed(upstream) => {
                Via::Upstream { name: upstream.name.clone(), declared: upstream.is_declared() }
            }
        }
    }
}

/// Which names are looked at.
#[derive(Clone, Copy)]
pub(super) enum Look<'t> {
    /// Of each package the first that start with what is typed, however many there are: mostly enough.
    First(&'t str),
    /// All in which what is typed may occur.
    All(&'t str),
}

/// So many of each package at the first look, near ones counted apart.
pub(super) const FIRST: usize = 256;

impl Look<'_> {
    /// Whether a name should be looked at, where looking is cheap.
    fn takes(self, name: &str) -> bool {
        match self {
            Look::First(typed) => starts(typed, name).is_some(),
            Look::All(_) => true,
        }
    }

    /// What can be referenced in a package whose files are known.
    fn referable<'a>(self, cx: &Cx<'a>, package: &'a Package) -> Vec<Referable<'a>> {
        let mesh = &cx.file.analysis.mesh;
        match self {
            Look::First(typed) => {
                let near = folder(cx).filter(|_| package.id == cx.file.package.id);
                mesh.referable_starting(package, typed, near, FIRST)
            }
            Look::All(typed) => mesh.referable_with_letters(package, typed),
        }
    }
}

/// Own models of the same folder, other own models, models of declared upstreams, of packages, names of
/// projects.
const NEAR: u8 = 0;
const OWN: u8 = 1;
const UPSTREAM: u8 = 2;
const PACKAGE: u8 = 3;
const PROJECT: u8 = 4;

impl<'a> Candidate<'a> {
    pub(super) fn name(&self) -> &str {
        match self {
            Candidate::Project(upstream) => &upstream.name,
            Candidate::Package(package) => package.name(),
            Candidate::Local { of, .. } => of.name,
            Candidate::Manifest { name, .. } => name,
        }
    }

    /// Whether it is surely refused.
    pub(super) fn is_closed(&self) -> bool {
        matches!(
            self,
            Candidate::Local { owner: Owner::Closed(_), .. }
                | Candidate::Manifest { owner: Owner::Closed(_), .. }
        )
    }

    /// Whether it comes before all that are looked at later: see [`Look::First`].
    pub(super) fn is_best(&self, typed: &str, tier: u8) -> bool {
        tier < LAST_TIER && Look::First(typed).takes(self.name())
    }

    /// The lower, the more likely. `folder` is the asking file's: every candidate is compared with it.
    pub(super) fn tier(&self, cx: &Cx<'a>, folder: Option<&str>) -> u8 {
        let (owner, of) = match self {
            Candidate::Project(upstream) if upstream.is_declared() => return PROJECT,
            Candidate::Project(_) => return LAST_TIER + 1,
            Candidate::Package(package) if package.id == cx.file.project.id => return PROJECT + 2,
            Candidate::Package(_) => return PROJECT + 1,
            Candidate::Local { owner, of, .. } => (owner, Some(of)),
            Candidate::Manifest { owner, .. } => (owner, None),
        };
        match owner {
            Owner::Own if of.is_some_and(|of| is_near(cx, folder, of)) => NEAR,
            Owner::Own => OWN,
            Owner::Package | Owner::HandedOn(_) => PACKAGE,
            Owner::Upstream(upstream) if upstream.is_declared() => UPSTREAM,
            Owner::Upstream(_) => LAST_TIER,
            Owner::Closed(_) => LAST_TIER + 2,
        }
    }
}

/// The folder of the asking file, unless that is the package's root.
pub(super) fn folder<'a>(cx: &Cx<'a>) -> Option<&'a str> {
    cx.file.entry.path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Whether a node's file is in or below a folder of the asking package.
fn is_near(cx: &Cx<'_>, folder: Option<&str>, of: &Referable<'_>) -> bool {
    of.package == cx.file.package.id && folder.is_some_and(|folder| of.is_below(folder))
}

/// Packages and upstreams by name.
pub(super) fn projects<'a>(cx: &Cx<'a>) -> Vec<Candidate<'a>> {
    let resolver = &cx.file.resolver;
    let packages = resolver.packages().filter(|package| !package.name().is_empty());
    resolver.upstreams().iter().map(Candidate::Project).chain(packages.map(Candidate::Package)).collect()
}

/// One argument: everything that can be referenced, and the projects that a second argument can follow.
pub(super) fn anywhere<'a>(cx: &Cx<'a>, look: Look<'_>) -> Vec<Candidate<'a>> {
    let mut out = Vec::new();
    for package in cx.file.resolver.packages() {
        of_package(cx, look, package, &mut out);
    }
    for upstream in cx.file.resolver.upstreams() {
        of_upstream(cx, look, upstream, false, &mut out);
    }
    out.extend(projects(cx));
    out
}

/// Two arguments: the nodes of the named project, also those that may not be referenced.
pub(super) fn of_project<'a>(cx: &Cx<'a>, look: Look<'_>, project: &'a str) -> Vec<Candidate<'a>> {
    let mut out = Vec::new();
    if let Some(package) = cx.file.resolver.packages().find(|package| package.name() == project) {
        of_package(cx, look, package, &mut out);
    } else if let Some(upstream) = cx.file.resolver.upstreams().iter().find(|up| up.name == project) {
        of_upstream(cx, look, upstream, true, &mut out);
    } else {
        handed_on(cx, look, project, &mut out);
    }
    out
}

/// What dbt-loom hands on of a package inside an upstream.
fn handed_on<'a>(cx: &Cx<'a>, look: Look<'_>, package: &'a str, out: &mut Vec<Candidate<'a>>) {
    let mesh = &cx.file.analysis.mesh;
    let owner = Owner::HandedOn(package);
    match transitive(mesh, cx.file.project, package) {
        Some(Transitive::Live(package)) => {
            let nodes = look.referable(cx, package).into_iter();
            out.extend(nodes.map(|of| Candidate::Local { package, of, owner }));
        }
        Some(Transitive::Manifest(manifest, _)) => {
            for (index, node) in newest(manifest, package, look) {
                out.push(Candidate::Manifest { manifest, index, name: node.name(), owner });
            }
        }
        None => {}
    }
}

/// What can be referenced in a package of a manifest. Versions follow each other, lowest first: the latest stands for
/// all of them.
fn newest<'a>(manifest: &'a Manifest, package: &str, look: Look<'_>) -> Vec<(u32, ManifestNode<'a>)> {
    let indexes = manifest.referable_indexes(package);
    let nodes = indexes.iter().filter_map(|index| Some((*index, manifest.node_at(*index)?)));
    let nodes: Vec<_> = nodes.filter(|(_, node)| look.takes(node.name()) && node.enabled()).collect();
    let families = nodes.chunk_by(|(_, a), (_, b)| a.name() == b.name());
    families
        .filter_map(|versions| versions.iter().find(|(_, node)| node.is_latest()).or(versions.last()))
        .copied()
        .collect()
}

fn of_package<'a>(cx: &Cx<'a>, look: Look<'_>, package: &'a Package, out: &mut Vec<Candidate<'a>>) {
    let own = package.id == cx.file.package.id || package.id == cx.file.project.id;
    let owner = if own { Owner::Own } else { Owner::Package };
    let nodes = look.referable(cx, package);
    out.extend(nodes.into_iter().map(|of| Candidate::Local { package, of, owner }));
}

/// What an upstream publishes; with `all` also the rest.
fn of_upstream<'a>(
    cx: &Cx<'a>,
    look: Look<'_>,
    upstream: &'a Upstream,
    all: bool,
    out: &mut Vec<Candidate<'a>>,
) {
    match &upstream.supply {
        Some(Supply::Live(id)) => {
            let Some(package) = cx.file.analysis.mesh.package(*id) else { return };
            let (open, closed) = (Owner::Upstream(upstream), Owner::Closed(upstream));
            let public = cx.file.analysis.mesh.maybe_public(package);
            if all {
                let is_public =
                    |of: &Referable<'_>| public.binary_search_by_key(&of.name, |known| known.name).is_ok();
                let nodes = look.referable(cx, package);
                let nodes = nodes.into_iter().map(|of| (if is_public(&of) { open } else { closed }, of));
                out.extend(nodes.map(|(owner, of)| Candidate::Local { package, of, owner }));
            } else {
                let public = public.into_iter().filter(|of| look.takes(of.name));
                out.extend(public.map(|of| Candidate::Local { package, of, owner: open }));
            }
        }
        Some(Supply::Manifest { manifest, package, .. }) => {
            for (index, node) in newest(manifest, package, look) {
                let public = node.resource_type() == ResourceType::Model && node.access() == Access::Public;
                if all || public {
                    let owner = if public { Owner::Upstream(upstream) } else { Owner::Closed(upstream) };
                    out.push(Candidate::Manifest { manifest, index, name: node.name(), owner });
                }
            }
        }
        None => {}
    }
}
