//! From the words of a call to a node, exactly as dbt looks it up (spec §4.2, §10; upstreams.md §2).

use std::sync::Arc;

use smol_str::SmolStr;

use crate::flavor::Flavor;
use crate::layout::FileKind;
use crate::mesh::{Mesh, PackageId};
use crate::names::Space;
use crate::node::{Family, Member, NodeKind, NodeRef, Target, Tri};
use crate::package::Package;
use crate::registry::{State, Supply, Transitive, Upstream, transitive};
use crate::upstream::Manifest;

/// Where a found node belongs, as seen by who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// The asking package itself, or the project it is installed into.
    Own,
    /// Another package of the same project.
    Package,
    /// An upstream.
    Upstream {
        /// Its name.
        name: SmolStr,
        /// A file of the project names it.
        declared: bool,
    },
    /// A package inside an upstream, which dbt-loom leaves open (upstreams.md §2.5).
    Transitive,
}

/// The answer to a lookup.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolution {
    /// dbt finds it.
    Found {
        /// What.
        target: Target,
        /// Whose.
        via: Via,
        /// Found by the key `name.vN` written as a name.
        dotted: bool,
    },
    /// It exists and is disabled.
    Disabled(Target),
    /// Two packages have it and neither is preferred.
    Ambiguous(Vec<Target>),
    /// It is not there.
    Missing(Missing),
    /// Something dynamic, or something not loaded, decides.
    Unknown,
}

/// Why a lookup finds nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// No package, project or upstream of that name is known.
    Project,
    /// One is known whose name differs only in case.
    ProjectCase {
        /// The right spelling.
        name: SmolStr,
    },
    /// The upstream is declared and nothing supplies it.
    NotLoaded {
        /// Its name.
        name: SmolStr,
    },
    /// No such node there.
    Model,
    /// The model has no such version.
    Version {
        /// The versions it has, in YAML order.
        known: Vec<SmolStr>,
        /// What an unpinned ref means.
        latest: Option<SmolStr>,
        /// The version is listed in YAML and has no file.
        listed: bool,
    },
    /// A version is asked of something that has none.
    Unversioned(Target),
    /// The name is the file stem of a version: `m_v1`.
    Stem {
        /// The model's name.
        name: SmolStr,
        /// Its version.
        version: SmolStr,
    },
    /// An upstream's manifest lists it as disabled.
    DisabledUpstream,
    /// Something of that name exists that `ref()` cannot refer to.
    NotReferable(NodeKind),
}

enum Hit {
    Node { node: NodeRef, dotted: bool },
    Dynamic,
    Miss(Missing),
}

enum UpHit {
    Node { index: u32, dotted: bool },
    Unversioned { index: u32 },
    Miss(Missing),
}

/// Looks up names on behalf of one package.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'m> {
    mesh: &'m Mesh,
    own: &'m Package,
    project: &'m Package,
    flavor: Flavor,
}

impl<'m> Resolver<'m> {
    /// A resolver for the files of `package`; `None` when the package is gone.
    pub fn new(mesh: &'m Mesh, package: PackageId) -> Option<Resolver<'m>> {
        let own = mesh.package(package)?;
        let project = mesh.project_of(package)?;
        Some(Resolver { mesh, own, project, flavor: mesh.flavor(package) })
    }

    /// The project that the package belongs to.
    pub fn project(&self) -> &'m Package {
        self.project
    }

    /// The package that asks.
    pub fn own(&self) -> &'m Package {
        self.own
    }

    /// The mesh it looks in.
    pub fn mesh(&self) -> &'m Mesh {
        self.mesh
    }

    /// The engine whose rules are followed.
    pub fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// Packages of the project that can be named: itself, what is installed, and local packages where they lie.
    pub fn packages(&self) -> impl Iterator<Item = &'m Package> {
        let mesh = self.mesh;
        let ids = self.project.installed.iter().chain(mesh.registry.beside(self.project.id));
        std::iter::once(self.project).chain(ids.filter_map(move |id| mesh.package(*id)))
    }

    /// The upstreams of the project, declared or known.
    pub fn upstreams(&self) -> &'m [Upstream] {
        self.mesh.registry.upstreams(self.project.id)
    }

    /// `ref(package, name, v=version)`.
    pub fn reference(&self, package: Option<&str>, name: &str, version: Option<&str>) -> Resolution {
        match package {
            Some(package) => self.in_named(package, name, version),
            None => self.anywhere(name, version),
        }
    }

    fn in_named(&self, package: &str, name: &str, version: Option<&str>) -> Resolution {
        if let Some(local) = self.packages().find(|known| known.name() == package) {
            let via = self.via(local);
            return match self.in_package(local, name, version) {
                Hit::Node { node, dotted } => self.enabled(node, via, dotted),
                Hit::Dynamic => Resolution::Unknown,
                Hit::Miss(missing) => Resolution::Missing(missing),
            };
        }
        if let Some(upstream) = self.upstreams().iter().find(|upstream| upstream.name == package) {
            return self.in_upstream(upstream, name, version);
        }
        if let Some(open) = transitive(self.mesh, self.project, package) {
            return self.in_open(&open, package, name, version);
        }
        if self.may_be_uninstalled(package) {
            return Resolution::Unknown;
        }
        // dbt v2 puts both arguments together, and so finds version 1 of m for `ref('m', 'v1')`.
        if self.flavor == Flavor::V2
            && version.is_none()
            && name.starts_with('v')
            && let found @ Resolution::Found { dotted: true, .. } =
                self.anywhere(&format!("{package}.{name}"), None)
        {
            return found;
        }
        let same = |known: &&str| known.eq_ignore_ascii_case(package) && !known.is_empty();
        let known =
            self.packages().map(Package::name).chain(self.upstreams().iter().map(|up| up.name.as_str()));
        if self.mesh.registry.has_unnamed(self.project.id) {
            return Resolution::Unknown;
        }
        Resolution::Missing(match known.into_iter().find(same) {
            Some(name) => Missing::ProjectCase { name: name.into() },
            None => Missing::Project,
        })
    }

    /// In a package inside an upstream, which dbt-loom leaves open. To dbt-loom analyses are models.
    fn in_open(&self, open: &Transitive<'_>, package: &str, name: &str, version: Option<&str>) -> Resolution {
        match open {
            Transitive::Live(package) => match self.in_package(package, name, version) {
                Hit::Node { node, dotted } => self.enabled(node, Via::Transitive, dotted),
                Hit::Dynamic => Resolution::Unknown,
                Hit::Miss(missing) => Resolution::Missing(missing),
            },
            Transitive::Manifest(manifest, _) => {
                let found = self.found_in_manifest(manifest, package, name, version, Via::Transitive);
                let is_missing = matches!(found, Resolution::Missing(_)) && version.is_none();
                match manifest.index_of(&format!("analysis.{package}.{name}")).filter(|_| is_missing) {
                    Some(node) => {
                        let manifest = Arc::clone(manifest);
                        let target = Target::Upstream { manifest, project: package.into(), node };
                        Resolution::Found { target, via: Via::Transitive, dotted: false }
                    }
                    None => found,
                }
            }
        }
    }

    fn via(&self, package: &Package) -> Via {
        if package.id == self.own.id || package.id == self.project.id { Via::Own } else { Via::Package }
    }

    fn enabled(&self, node: NodeRef, via: Via, dotted: bool) -> Resolution {
        match self.mesh.enabled(&node) {
            Tri::No => Resolution::Disabled(Target::Local(node)),
            _ => Resolution::Found { target: Target::Local(node), via, dotted },
        }
    }

    /// One argument: the preferred packages, then any (spec §4.2). dbt-loom and Fusion put the nodes of
    /// declared upstreams among "any".
    fn anywhere(&self, name: &str, version: Option<&str>) -> Resolution {
        let own_first = self.flavor == Flavor::V2 || self.project.config.own_package_first;
        let preferred = if own_first { [self.own, self.project] } else { [self.project, self.own] };
        let mut disabled = None;
        let mut missing = None;
        let mut dynamic = false;
        for package in preferred {
            match self.in_package(package, name, version) {
                Hit::Node { node, dotted } => match self.enabled(node, Via::Own, dotted) {
                    Resolution::Disabled(target) => {
                        disabled.get_or_insert(target);
                    }
                    found => return found,
                },
                Hit::Dynamic => dynamic = true,
                Hit::Miss(why) => keep_better(&mut missing, why),
            }
        }
        let mut found = Vec::new();
        for package in
            self.packages().filter(|package| package.id != self.own.id && package.id != self.project.id)
        {
            match self.in_package(package, name, version) {
                Hit::Node { node, dotted } => match self.enabled(node, Via::Package, dotted) {
                    Resolution::Found { target, via, dotted } => found.push((target, via, dotted)),
                    Resolution::Disabled(target) => {
                        disabled.get_or_insert(target);
                    }
                    _ => {}
                },
                Hit::Dynamic => dynamic = true,
                Hit::Miss(why) => keep_better(&mut missing, why),
            }
        }
        let mut waiting = false;
        for upstream in self.upstreams().iter().filter(|upstream| upstream.is_declared()) {
            if self.mesh.registry.is_forgiven(self.project.id, upstream) {
                continue;
            }
            waiting |= upstream.state != State::Ready;
            match self.in_upstream(upstream, name, version) {
                Resolution::Found { target, via, dotted } => found.push((target, via, dotted)),
                Resolution::Missing(why) => keep_better(&mut missing, why),
                Resolution::Unknown => waiting = true,
                _ => {}
            }
        }
        let mut open = Vec::new();
        for package in self.mesh.registry.open_packages(self.project.id) {
            let Some(known) = transitive(self.mesh, self.project, package) else { continue };
            match self.in_open(&known, package, name, version) {
                Resolution::Found { target, via, dotted } => open.push((target, via, dotted)),
                Resolution::Missing(why) => keep_better(&mut missing, why),
                Resolution::Unknown => waiting = true,
                _ => {}
            }
        }
        // Which of several dbt takes there follows from the order of the manifests.
        match (found.is_empty(), open.len()) {
            (true, 1) => found.append(&mut open),
            (_, 0) => {}
            _ => return Resolution::Unknown,
        }
        if found.len() > 1 {
            return Resolution::Ambiguous(found.into_iter().map(|(target, ..)| target).collect());
        }
        if let Some((target, via, dotted)) = found.pop() {
            return Resolution::Found { target, via, dotted };
        }
        if dynamic {
            return Resolution::Unknown;
        }
        if let Some(target) = disabled {
            return Resolution::Disabled(target);
        }
        if waiting || self.has_uninstalled() {
            return Resolution::Unknown;
        }
        Resolution::Missing(missing.unwrap_or(Missing::Model))
    }

    /// The node of a name in one package, disabled or not.
    fn in_package(&self, package: &Package, name: &str, version: Option<&str>) -> Hit {
        let mesh = self.mesh;
        if let Some(family) = mesh.family(package, name) {
            return self.in_family(package, &family, version);
        }
        if let Some(node) = mesh.seed(package, name).or_else(|| mesh.snapshot(package, name)) {
            return match version {
                None => Hit::Node { node, dotted: false },
                Some(_) => Hit::Miss(Missing::Unversioned(Target::Local(node))),
            };
        }
        // The key of a version can be written as a name.
        if version.is_none()
            && let Some((base, wanted)) = name.rsplit_once(".v")
            && let Some(family) = mesh.family(package, base)
            && let Some(member) = family.member(wanted)
            && let Some(node) = mesh.member_node(package, &family, Some(member))
        {
            return Hit::Node { node, dotted: true };
        }
        Hit::Miss(self.why_missing(package, name))
    }

    fn in_family(&self, package: &Package, family: &Family, version: Option<&str>) -> Hit {
        let mesh = self.mesh;
        let node = |member: Option<&Member>| mesh.member_node(package, family, member);
        match version {
            None if !family.is_versioned() => match node(None) {
                Some(node) => Hit::Node { node, dotted: false },
                None => Hit::Miss(Missing::Model),
            },
            None => match &family.latest {
                None => Hit::Dynamic,
                Some(latest) => match family.member(latest).and_then(|member| node(Some(member))) {
                    Some(node) => Hit::Node { node, dotted: false },
                    None => Hit::Miss(self.version_missing(family, Some(latest))),
                },
            },
            Some(_) if !family.is_versioned() => match node(None) {
                Some(node) => Hit::Miss(Missing::Unversioned(Target::Local(node))),
                None => Hit::Miss(Missing::Model),
            },
            Some(wanted) => match family.member(wanted).and_then(|member| node(Some(member))) {
                Some(node) => Hit::Node { node, dotted: false },
                None => Hit::Miss(self.version_missing(family, Some(wanted))),
            },
        }
    }

    fn version_missing(&self, family: &Family, wanted: Option<&str>) -> Missing {
        Missing::Version {
            known: family.versions.iter().map(|member| member.version.text.clone()).collect(),
            latest: family.latest.clone(),
            listed: wanted.is_some_and(|wanted| family.member(wanted).is_some()),
        }
    }

    fn why_missing(&self, package: &Package, name: &str) -> Missing {
        let stem = package.sites(Space::VersionFile, name).iter().find_map(|site| {
            let (_, entry) = self.mesh.entry(*site)?;
            let version = entry
                .versions
                .iter()
                .flatten()
                .find(|element| element.stem(&entry.name).is_some_and(|stem| stem == name))?;
            Some(Missing::Stem { name: entry.name.clone(), version: version.version.clone()?.text })
        });
        if let Some(stem) = stem {
            return stem;
        }
        let other = [
            (Space::Analysis, NodeKind::Analysis),
            (Space::Source, NodeKind::Source),
            (Space::SingularTest, NodeKind::Test),
            (Space::Exposure, NodeKind::Exposure),
            (Space::Metric, NodeKind::Metric),
            (Space::SemanticModel, NodeKind::SemanticModel),
            (Space::Function, NodeKind::Function),
        ];
        let found = other.into_iter().find(|(space, _)| package.site(*space, name).is_some());
        found.map_or(Missing::Model, |(_, kind)| Missing::NotReferable(kind))
    }

    fn in_upstream(&self, upstream: &Upstream, name: &str, version: Option<&str>) -> Resolution {
        let via = Via::Upstream { name: upstream.name.clone(), declared: upstream.is_declared() };
        match &upstream.supply {
            Some(Supply::Live(id)) => {
                let Some(package) = self.mesh.package(*id) else { return Resolution::Unknown };
                match self.in_package(package, name, version) {
                    Hit::Node { node, dotted } => self.enabled(node, via, dotted),
                    Hit::Dynamic => Resolution::Unknown,
                    Hit::Miss(missing) => Resolution::Missing(missing),
                }
            }
            Some(Supply::Manifest { manifest, package, .. }) => {
                self.found_in_manifest(manifest, package, name, version, via)
            }
            None => match upstream.state {
                State::Loading => Resolution::Unknown,
                _ => Resolution::Missing(Missing::NotLoaded { name: upstream.name.clone() }),
            },
        }
    }

    fn found_in_manifest(
        &self,
        manifest: &Arc<Manifest>,
        package: &str,
        name: &str,
        version: Option<&str>,
        via: Via,
    ) -> Resolution {
        let target = |node| Target::Upstream { manifest: manifest.clone(), project: package.into(), node };
        match in_manifest(manifest, package, name, version) {
            UpHit::Node { index, dotted } => {
                let enabled = manifest.node_at(index).is_none_or(|node| node.enabled());
                if enabled {
                    Resolution::Found { target: target(index), via, dotted }
                } else {
                    Resolution::Disabled(target(index))
                }
            }
            UpHit::Unversioned { index } => Resolution::Missing(Missing::Unversioned(target(index))),
            UpHit::Miss(missing) => Resolution::Missing(missing),
        }
    }

    /// Whether a package of that name may be missing only because `dbt deps` was not run.
    pub fn may_be_uninstalled(&self, name: &str) -> bool {
        self.uninstalled().any(|package| package.name().is_none_or(|known| known == name))
    }

    /// Whether a listed package is not installed as far as one can tell.
    pub fn has_uninstalled(&self) -> bool {
        self.uninstalled().next().is_some()
    }

    /// Listed packages that are not installed as far as one can tell.
    pub fn uninstalled(&self) -> impl Iterator<Item = &'m crate::deps::PackageDep> {
        let mesh = self.mesh;
        let listed = [FileKind::Packages, FileKind::Dependencies].into_iter().flat_map(move |kind| {
            let name = if kind == FileKind::Packages { "packages.yml" } else { "dependencies.yml" };
            let facts = self.project.file(name).and_then(|file| mesh.facts(file)?.dependencies.as_deref());
            facts.into_iter().flat_map(|facts| facts.packages.iter())
        });
        let listed: Vec<&crate::deps::PackageDep> = listed.collect();
        let installed = self.project.installed.len();
        let complete = listed.len() <= installed;
        let mut known =
            self.project.installed.iter().filter_map(move |id| mesh.package(*id)).map(Package::name);
        let names: Vec<&str> = std::iter::once(self.project.name()).chain(&mut known).collect();
        let is_installed = move |package: &crate::deps::PackageDep| match package.name() {
            Some(name) => names.contains(&name),
            // Of the others only their number is known.
            None => complete,
        };
        listed
            .into_iter()
            .filter(move |package| !complete || package.name().is_some())
            .filter(move |package| !is_installed(package))
    }

    /// `source(source, table)`: the first package that has it; upstreams' sources are never visible
    /// (upstreams.md §2.1).
    pub fn table(&self, source: &str, table: &str) -> Resolution {
        let key = format!("{source}.{table}");
        let own_first = self.flavor == Flavor::V2 || self.project.config.own_package_first;
        let preferred = if own_first { [self.own, self.project] } else { [self.project, self.own] };
        let mut disabled = None;
        for package in preferred.into_iter().chain(self.packages()) {
            let Some(node) = self.mesh.table(package, &key) else { continue };
            match self.enabled(node, self.via(package), false) {
                Resolution::Disabled(target) => {
                    disabled.get_or_insert(target);
                }
                found => return found,
            }
        }
        match disabled {
            Some(target) => Resolution::Disabled(target),
            None if self.has_uninstalled() => Resolution::Unknown,
            None => Resolution::Missing(Missing::Model),
        }
    }
}

/// Keeps the reason that helps most: a wrong version says more than a missing model.
fn keep_better(kept: &mut Option<Missing>, new: Missing) {
    let rank = |missing: &Missing| match missing {
        Missing::Version { .. } | Missing::Unversioned(_) => 3,
        Missing::Stem { .. } => 2,
        Missing::NotReferable(_) => 1,
        _ => 0,
    };
    if matches!(new, Missing::NotLoaded { .. }) {
        return;
    }
    if kept.as_ref().is_none_or(|old| rank(&new) > rank(old)) {
        *kept = Some(new);
    }
}

fn in_manifest(manifest: &Manifest, package: &str, name: &str, version: Option<&str>) -> UpHit {
    let indexes = manifest.by_name(package, name);
    let nodes: Vec<(u32, crate::upstream::NodeRef<'_>)> = indexes
        .iter()
        .filter_map(|index| Some((*index, manifest.node_at(*index)?)))
        .filter(|(_, node)| node.resource_type().is_referable())
        .collect();
    let versions =
        || nodes.iter().filter_map(|(_, node)| node.version().map(SmolStr::new)).collect::<Vec<_>>();
    let latest = || {
        // `latest_version` may be spelled otherwise than the version it names: 2.0 and 2.
        let node = nodes.iter().find(|(_, node)| node.is_latest()).and_then(|(_, node)| node.version());
        node.or_else(|| nodes.iter().find_map(|(_, node)| node.latest_version())).map(SmolStr::new)
    };
    let by_version = |wanted: &str| nodes.iter().find(|(_, node)| node.version() == Some(wanted));
    let unversioned = nodes.iter().find(|(_, node)| node.version().is_none());
    let hit = |index: u32| UpHit::Node { index, dotted: false };
    match version {
        _ if nodes.is_empty() => {
            if version.is_none()
                && let Some((base, wanted)) = name.rsplit_once(".v")
                && let UpHit::Node { index, .. } = in_manifest(manifest, package, base, Some(wanted))
            {
                return UpHit::Node { index, dotted: true };
            }
            if let Some((base, wanted)) = name.rsplit_once("_v")
                && let UpHit::Node { .. } = in_manifest(manifest, package, base, Some(wanted))
            {
                return UpHit::Miss(Missing::Stem { name: base.into(), version: wanted.into() });
            }
            let disabled = manifest.disabled_by_name(package, name).next().is_some();
            UpHit::Miss(if disabled { Missing::DisabledUpstream } else { Missing::Model })
        }
        None => match (unversioned, latest()) {
            (Some((index, _)), _) => hit(*index),
            (None, Some(latest)) => match by_version(&latest) {
                Some((index, _)) => hit(*index),
                None => {
                    UpHit::Miss(Missing::Version { known: versions(), latest: Some(latest), listed: true })
                }
            },
            (None, None) => nodes.last().map_or(UpHit::Miss(Missing::Model), |(index, _)| hit(*index)),
        },
        Some(wanted) => match (by_version(wanted), unversioned) {
            (Some((index, _)), _) => hit(*index),
            (None, Some((index, _))) => UpHit::Unversioned { index: *index },
            (None, _) => UpHit::Miss(Missing::Version { known: versions(), latest: latest(), listed: false }),
        },
    }
}
