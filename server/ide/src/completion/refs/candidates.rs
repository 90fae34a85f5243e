//! Every name that could be written as an argument of `ref()`, before anything else is asked about it.

use std::sync::Arc;

use project::Package;
use project::referable::Referable;
use project::registry::{Supply, Upstream};
use project::resolve::Via;
use project::upstream::Manifest;
use project::upstream::manifest::{Access, ResourceType};

use crate::completion::Cx;
use crate::completion::rank::LAST_TIER;

/// Something that may be written as a name.
pub(super) enum Candidate<'a> {
    /// An upstream project.
    Project(&'a Upstream),
    /// The project itself, or a package.
    Package(&'a Package),
    /// A node whose files are known.
    Local { package: &'a Package, of: Referable<'a>, via: Via },
    /// A node of a manifest (of several versions the latest).
    Manifest { manifest: &'a Arc<Manifest>, upstream: &'a Upstream, index: u32, name: &'a str },
}

impl Candidate<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Candidate::Project(upstream) => &upstream.name,
            Candidate::Package(package) => package.name(),
            Candidate::Local { of, .. } => of.name,
            Candidate::Manifest { name, .. } => name,
        }
    }
}

/// Candidates with their tiers: the lower, the more likely.
pub(super) type Candidates<'a> = Vec<(u8, Candidate<'a>)>;

/// Own models of the same folder, other own models, models of declared upstreams, of packages, names of
/// projects.
const NEAR: u8 = 0;
const OWN: u8 = 1;
const UPSTREAM: u8 = 2;
const PACKAGE: u8 = 3;
const PROJECT: u8 = 4;

/// Packages and upstreams by name.
pub(super) fn projects<'a>(cx: &Cx<'a>) -> Candidates<'a> {
    let resolver = &cx.file.resolver;
    let upstreams = resolver.upstreams().iter().map(|upstream| {
        let tier = if upstream.is_declared() { PROJECT } else { LAST_TIER + 1 };
        (tier, Candidate::Project(upstream))
    });
    let packages = resolver.packages().filter(|package| !package.name().is_empty());
    let packages = packages.map(|package| {
        let own = package.id == cx.file.project.id;
        (PROJECT + if own { 2 } else { 1 }, Candidate::Package(package))
    });
    upstreams.chain(packages).collect()
}

/// One argument: everything that can be referenced, and the projects that a second argument can follow.
pub(super) fn anywhere<'a>(cx: &Cx<'a>) -> Candidates<'a> {
    let mut out = Vec::new();
    for package in cx.file.resolver.packages() {
        locals(cx, package, via(cx, package), false, &mut out);
    }
    for upstream in cx.file.resolver.upstreams() {
        of_upstream(cx, upstream, false, &mut out);
    }
    out.extend(projects(cx));
    out
}

/// Two arguments: the nodes of the named project.
pub(super) fn of_project<'a>(cx: &Cx<'a>, project: &str) -> Candidates<'a> {
    let mut out = Vec::new();
    if let Some(package) = cx.file.resolver.packages().find(|package| package.name() == project) {
        locals(cx, package, via(cx, package), true, &mut out);
    } else if let Some(upstream) = cx.file.resolver.upstreams().iter().find(|up| up.name == project) {
        of_upstream(cx, upstream, true, &mut out);
    }
    out
}

fn via(cx: &Cx<'_>, package: &Package) -> Via {
    let own = package.id == cx.file.package.id || package.id == cx.file.project.id;
    if own { Via::Own } else { Via::Package }
}

/// `all`: also what an upstream surely does not publish.
fn locals<'a>(cx: &Cx<'a>, package: &'a Package, via: Via, all: bool, out: &mut Candidates<'a>) {
    let mesh = &cx.file.analysis.mesh;
    let tier = tier(&via);
    let published = matches!(via, Via::Upstream { .. }) && !all;
    let may_be_public = published.then(|| mesh.may_be_public(package));
    let folder = cx.file.entry.path.rsplit_once('/').map(|(folder, _)| folder);
    let folder = folder.filter(|_| package.id == cx.file.package.id);
    let is_near = |of: &Referable<'_>| {
        folder.zip(mesh.file(of.site.file)).is_some_and(|(folder, file)| {
            file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    for of in mesh.referable(package) {
        if may_be_public.as_ref().is_some_and(|test| !test(&of)) {
            continue;
        }
        let tier = if tier == OWN && is_near(&of) { NEAR } else { tier };
        out.push((tier, Candidate::Local { package, of, via: via.clone() }));
    }
}

fn tier(via: &Via) -> u8 {
    match via {
        Via::Own => OWN,
        Via::Package | Via::Transitive => PACKAGE,
        Via::Upstream { declared: true, .. } => UPSTREAM,
        Via::Upstream { declared: false, .. } => LAST_TIER,
    }
}

fn of_upstream<'a>(cx: &Cx<'a>, upstream: &'a Upstream, all: bool, out: &mut Candidates<'a>) {
    let via = Via::Upstream { name: upstream.name.clone(), declared: upstream.is_declared() };
    match &upstream.supply {
        Some(Supply::Live(id)) => {
            if let Some(package) = cx.file.analysis.mesh.package(*id) {
                locals(cx, package, via, all, out);
            }
        }
        Some(Supply::Manifest { manifest, package, .. }) => {
            let tier = tier(&via);
            let indexes = manifest.referable_indexes(package);
            let nodes = indexes.iter().filter_map(|index| Some((*index, manifest.node_at(*index)?)));
            let nodes: Vec<_> = nodes.filter(|(_, node)| node.enabled()).collect();
            // Versions follow each other, lowest first: one stands for all of them.
            for versions in nodes.chunk_by(|(_, a), (_, b)| a.name() == b.name()) {
                let latest = versions.iter().find(|(_, node)| node.is_latest()).or(versions.last());
                let Some((index, node)) = latest else { continue };
                let public = node.resource_type() == ResourceType::Model && node.access() == Access::Public;
                if all || public {
                    let name = node.name();
                    out.push((tier, Candidate::Manifest { manifest, upstream, index: *index, name }));
                }
            }
        }
        None => {}
    }
}
