//! The upstreams of each project: which names are declared, and what supplies their nodes.
//!
//! Works on what others loaded: packages of the mesh, manifests that were read, plans made from
//! configuration. Must not read files or know where a manifest came from beyond its label.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::flavor::Flavor;
use crate::mesh::{Mesh, PackageId};
use crate::package::{Package, Role};
pub use crate::upstream::config::SupplyKind;
use crate::upstream::{Manifest, Remote};

/// Names a manifest: its path or address.
pub type ManifestKey = Arc<str>;

/// Between what is shown of a key and what is not: in no path and no address.
const HIDDEN: char = '\u{1f}';

/// The key of what is fetched: two places may look the same, since secrets and what stands beside an address are not
/// shown.
pub fn remote_key(remote: &Remote) -> ManifestKey {
    format!("{}{HIDDEN}{}", remote.shown(), remote.digest()).into()
}

/// A key for people: a path or an address.
pub fn shown(key: &str) -> &str {
    key.split(HIDDEN).next().unwrap_or_default()
}

/// What is known of a manifest.
#[derive(Debug, Clone, Default)]
pub struct ManifestSlot {
    /// The last one that could be read.
    pub manifest: Option<Arc<Manifest>>,
    /// Why the last attempt failed.
    pub failure: Option<String>,
    /// An attempt is under way.
    pub loading: bool,
    /// Modification time of the file, seconds since 1970; `None` when not known.
    pub modified: Option<i64>,
    /// For one that is fetched from elsewhere: what is known of that.
    pub remote: Option<RemoteState>,
}

/// What is known of fetching a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteState {
    /// The file that has what was fetched last; `None` before the first time.
    pub file: Option<Arc<str>>,
    /// When that was fetched, seconds since 1970.
    pub fetched: Option<i64>,
    /// When its server last said that it is the newest, seconds since 1970.
    pub checked: Option<i64>,
    /// It is not fetched because the user has not trusted the workspace.
    pub untrusted: bool,
}

/// One thing that may supply an upstream to a project, made from configuration or found beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Where the offer comes from.
    pub kind: SupplyKind,
    /// The name the configuration gives it; only a label for dbt-loom (spec upstreams §2.3).
    pub label: Option<SmolStr>,
    /// What it is.
    pub source: OfferSource,
    /// Packages that dbt-loom leaves out.
    pub excluded: Box<[SmolStr]>,
    /// When not empty, the only packages dbt-loom takes.
    pub included: Box<[SmolStr]>,
    /// dbt-loom: a missing file is no error.
    pub optional: bool,
}

impl Offer {
    /// An offer with nothing special about it.
    pub fn new(kind: SupplyKind, label: Option<SmolStr>, source: OfferSource) -> Offer {
        Offer { kind, label, source, excluded: Box::default(), included: Box::default(), optional: false }
    }

    fn takes(&self, package: &str) -> bool {
        !self.excluded.iter().any(|name| name == package)
            && (self.included.is_empty() || self.included.iter().any(|name| name == package))
    }
}

/// What an [`Offer`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum OfferSource {
    /// A manifest or publication file.
    Manifest(ManifestKey),
    /// A checkout, by the root of its project.
    Checkout(Arc<str>),
    /// Something this version cannot read; the text says what to do.
    Unsupported(String),
}

/// What supplies the nodes of one upstream.
#[derive(Debug, Clone)]
pub enum Supply {
    /// A project of the mesh, live.
    Live(PackageId),
    /// The nodes of one package in a manifest.
    Manifest {
        /// The manifest.
        manifest: Arc<Manifest>,
        /// Which of its packages.
        package: SmolStr,
        /// Its path or address.
        key: ManifestKey,
    },
}

/// Whether an upstream's nodes are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its nodes are known.
    Ready,
    /// Being read.
    Loading,
    /// Something should supply it and cannot; the text says what and why.
    Failed(String),
    /// Nothing supplies it.
    Missing,
}

/// One upstream of a project.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Its project's name.
    pub name: SmolStr,
    /// Listed in `dependencies.yml`.
    pub in_dependencies: bool,
    /// Named by dbt-loom's configuration.
    pub in_loom: bool,
    /// Named by `dbt_mesh.yml`.
    pub in_mesh_file: bool,
    /// Where its nodes come from.
    pub supply: Option<Supply>,
    /// How it came to be supplied.
    pub kind: Option<SupplyKind>,
    /// Whether its nodes are known.
    pub state: State,
    /// When what supplies it is older or was re-read in vain: why.
    pub failure: Option<String>,
    /// Modification time of what supplies it, seconds since 1970.
    pub modified: Option<i64>,
    /// For one that is fetched from elsewhere: what is known of that.
    pub remote: Option<RemoteState>,
}

impl Upstream {
    /// Whether any file of the project names it: else it is merely known to the workspace.
    pub fn is_declared(&self) -> bool {
        self.in_dependencies || self.in_loom || self.in_mesh_file
    }
}

impl Upstream {
    /// Whether it is told already of this upstream why it cannot be read.
    pub fn tells(&self, failure: &str) -> bool {
        matches!(&self.state, State::Failed(why) if why.starts_with(failure))
    }
}

/// A manifest from elsewhere that could not be had, or may not be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Unread<'r> {
    /// Its address, for people by [`shown`].
    pub key: &'r ManifestKey,
    /// Why.
    pub failure: &'r str,
    /// What is known of fetching it.
    pub remote: &'r RemoteState,
}

/// The upstreams of all projects.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// Manifests by path or address.
    pub manifests: FxHashMap<ManifestKey, ManifestSlot>,
    /// What may supply each project, in order of preference.
    pub offers: FxHashMap<PackageId, Vec<Offer>>,
    /// Whose rules each project was read by, where somebody said.
    pub flavors: FxHashMap<PackageId, Flavor>,
    /// What supplies an upstream when several could, best first, where a project says so.
    pub order: FxHashMap<PackageId, Vec<SupplyKind>>,
    /// How old, in seconds, a fetched manifest may be before it counts as stale, where a project says so.
    pub stale_after: FxHashMap<PackageId, u64>,
    /// Projects that are in the mesh only because an offer points at them, outside the workspace.
    pub outside: FxHashSet<PackageId>,
    views: FxHashMap<PackageId, Arc<Vec<Upstream>>>,
    beside: FxHashMap<PackageId, Vec<PackageId>>,
    open: FxHashMap<PackageId, Vec<SmolStr>>,
}

impl Registry {
    /// The upstreams of a project, sorted by name: declared ones and those merely known.
    pub fn upstreams(&self, project: PackageId) -> &[Upstream] {
        self.views.get(&project).map_or(&[], |view| view)
    }

    /// What the project's `dbt_mesh.yml` has fetched and what did not come: nobody knows yet which upstreams those are.
    pub fn unread(&self, project: PackageId) -> impl Iterator<Item = Unread<'_>> {
        self.offers.get(&project).into_iter().flatten().filter_map(|offer| {
            let OfferSource::Manifest(key) = &offer.source else { return None };
            let slot = self.manifests.get(key).filter(|slot| slot.manifest.is_none() && !slot.loading)?;
            let (failure, remote) = (slot.failure.as_deref()?, slot.remote.as_ref()?);
            let is_ours = offer.kind == SupplyKind::Mesh && offer.label.is_none();
            is_ours.then_some(Unread { key, failure, remote })
        })
    }

    /// One upstream of a project.
    pub fn upstream(&self, project: PackageId, name: &str) -> Option<&Upstream> {
        self.upstreams(project).iter().find(|upstream| upstream.name == name)
    }

    /// Projects of the mesh that this one lists as `local` packages and has not installed. What they give can be
    /// named like that of a package: `dbt deps` will only link them.
    pub fn beside(&self, project: PackageId) -> &[PackageId] {
        self.beside.get(&project).map_or(&[], |beside| beside)
    }

    /// Packages inside upstreams' manifests whose nodes `ref('model')` finds as well with dbt-loom (asked of 0.9.6), unless
    /// they are the project's own. See [`transitive`].
    pub fn open_packages(&self, project: PackageId) -> &[SmolStr] {
        self.open.get(&project).map_or(&[], |open| open)
    }

    /// Whether something may supply a project whose name nobody knows yet: a manifest that is not there, or that
    /// dbt-loom's configuration only labels. Then no name can be said to be unknown.
    pub fn has_unnamed(&self, project: PackageId) -> bool {
        self.offers.get(&project).into_iter().flatten().any(|offer| match &offer.source {
            OfferSource::Manifest(key) => {
                let slot = self.manifests.get(key);
                let unread = slot.is_none_or(|slot| slot.manifest.is_none());
                // Only a local file may be missing without a word.
                let missed = !offer.optional || slot.is_some_and(|slot| slot.remote.is_some());
                unread && missed && (offer.label.is_none() || offer.kind == SupplyKind::Loom)
            }
            OfferSource::Unsupported(_) => offer.label.is_none() || offer.kind == SupplyKind::Loom,
            OfferSource::Checkout(_) => false,
        })
    }

    /// Whether dbt-loom goes on without an upstream: the file is missing and the configuration forgives that.
    pub fn is_forgiven(&self, project: PackageId, upstream: &Upstream) -> bool {
        let mut offers = self.offers.get(&project).into_iter().flatten();
        upstream.supply.is_none()
            && offers.any(|offer| match &offer.source {
                OfferSource::Manifest(key)
                    if offer.optional && offer.label.as_ref() == Some(&upstream.name) =>
                {
                    self.manifests
                        .get(key)
                        .is_none_or(|slot| slot.manifest.is_none() && slot.remote.is_none())
                }
                _ => false,
            })
    }

    /// Whether dbt-loom's configuration is in force for a project: its rules replace some of dbt's.
    pub fn has_loom(&self, project: PackageId) -> bool {
        self.offers
            .get(&project)
            .is_some_and(|offers| offers.iter().any(|offer| offer.kind == SupplyKind::Loom))
    }
}

impl Mesh {
    /// Works out the upstreams of every project anew. Call it after packages, project settings, dependencies,
    /// offers or manifests changed; it costs the number of projects, not of files.
    pub fn refresh_upstreams(&mut self) {
        let beside = self.projects().map(|project| (project.id, beside(self, project))).collect();
        Arc::make_mut(&mut self.registry).beside = beside;
        let views: FxHashMap<PackageId, Arc<Vec<Upstream>>> =
            self.projects().map(|project| (project.id, Arc::new(view(self, project)))).collect();
        let opened = self.projects().filter_map(|project| {
            let names = open(self, project, views.get(&project.id)?);
            (!names.is_empty()).then_some((project.id, names))
        });
        let opened = opened.collect();
        let registry = Arc::make_mut(&mut self.registry);
        registry.views = views;
        registry.open = opened;
    }
}

fn beside(mesh: &Mesh, project: &Package) -> Vec<PackageId> {
    let files = ["packages.yml", "dependencies.yml"].into_iter();
    let facts = files.filter_map(|path| mesh.facts(project.file(path)?)?.dependencies.as_deref());
    let folders = facts.flat_map(|facts| &facts.packages).filter_map(|package| package.folder(&project.root));
    let mut out = Vec::new();
    for other in folders.filter_map(|folder| mesh.package_at(&folder)) {
        let installed = project.installed.iter().filter_map(|id| mesh.package(*id));
        let known = other.name().is_empty()
            || out.contains(&other.id)
            || std::iter::once(project).chain(installed).any(|known| known.name() == other.name());
        if other.role == Role::Project && !known {
            out.push(other.id);
        }
    }
    out
}

fn view(mesh: &Mesh, project: &Package) -> Vec<Upstream> {
    let mut found: Vec<Upstream> = Vec::new();
    let declared =
        project.file("dependencies.yml").and_then(|file| mesh.facts(file)?.dependencies.as_deref());
    for dependency in declared.into_iter().flat_map(|facts| facts.projects.iter()) {
        entry(&mut found, &dependency.name).in_dependencies = true;
    }
    let chosen = mesh.registry.order.get(&project.id).into_iter().flatten().copied();
    let mut kinds: Vec<SupplyKind> = chosen.chain(SupplyKind::ALL).collect();
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    for kind in kinds {
        if kind == SupplyKind::Workspace {
            workspace(mesh, project, &mut found);
        }
        let offers = mesh.registry.offers.get(&project.id).into_iter().flatten();
        offers.filter(|offer| offer.kind == kind).for_each(|offer| take(mesh, project, offer, &mut found));
    }
    fill_gaps(mesh, project, &mut found);
    explain(mesh, project, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The other projects of the workspace. A checkout that is only beside the project is an offer instead.
fn workspace(mesh: &Mesh, project: &Package, found: &mut Vec<Upstream>) {
    // Two checkouts of one project may be open: the nearer one is meant.
    let mut others: Vec<&Package> =
        mesh.projects().filter(|other| other.id != project.id && !other.name().is_empty()).collect();
    others.sort_by_key(|other| std::cmp::Reverse(shared_folders(&project.root, &other.root)));
    for other in others {
        let name = other.name();
        if is_local(mesh, project, name) || mesh.registry.outside.contains(&other.id) {
            continue;
        }
        let upstream = entry(found, name);
        if upstream.state != State::Ready {
            upstream.supply = Some(Supply::Live(other.id));
            upstream.kind = Some(SupplyKind::Workspace);
            upstream.state = State::Ready;
            upstream.failure = None;
            upstream.remote = None;
        }
    }
}

/// How many folders two paths have in common.
fn shared_folders(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

fn entry<'a>(found: &'a mut Vec<Upstream>, name: &str) -> &'a mut Upstream {
    let at = found.iter().position(|upstream| upstream.name == name).unwrap_or_else(|| {
        found.push(Upstream {
            name: name.into(),
            in_dependencies: false,
            in_loom: false,
            in_mesh_file: false,
            supply: None,
            kind: None,
            state: State::Missing,
            failure: None,
            modified: None,
            remote: None,
        });
        found.len() - 1
    });
    &mut found[at]
}

/// Whether a name is the project itself or one of its packages: local nodes always win.
fn is_local(mesh: &Mesh, project: &Package, name: &str) -> bool {
    let packages = || project.installed.iter().chain(mesh.registry.beside(project.id));
    project.name() == name
        || packages().any(|id| mesh.package(*id).is_some_and(|package| package.name() == name))
}

fn take(mesh: &Mesh, project: &Package, offer: &Offer, found: &mut Vec<Upstream>) {
    let bare = |state: State| Found { supply: None, state, failure: None, modified: None, remote: None };
    let (name, what) = match &offer.source {
        OfferSource::Checkout(root) => {
            let Some(other) = mesh.package_at(root).filter(|other| other.role == Role::Project) else {
                let Some(label) = &offer.label else { return };
                let why = format!("there is no dbt project in {root}");
                return mark(entry(found, label), offer, bare(State::Failed(why)));
            };
            let live = Found { supply: Some(Supply::Live(other.id)), ..bare(State::Ready) };
            (SmolStr::new(other.name()), live)
        }
        OfferSource::Manifest(key) => {
            let slot = mesh.registry.manifests.get(key).cloned().unwrap_or_default();
            let own = slot.manifest.as_ref().and_then(|manifest| manifest.project_name.clone());
            let Some(name) = own.or_else(|| offer.label.clone()) else { return };
            let supply = slot.manifest.map(|manifest| Supply::Manifest {
                manifest,
                package: name.clone(),
                key: key.clone(),
            });
            let state = match (&supply, &slot.failure, slot.loading) {
                (Some(_), _, _) => State::Ready,
                (None, _, true) => State::Loading,
                (None, Some(why), _) => State::Failed(why.clone()),
                (None, None, _) => State::Missing,
            };
            let (failure, modified, remote) = (slot.failure, slot.modified, slot.remote);
            (name, Found { supply, state, failure, modified, remote })
        }
        OfferSource::Unsupported(why) => {
            let Some(label) = &offer.label else { return };
            return mark(entry(found, label), offer, bare(State::Failed(why.clone())));
        }
    };
    if is_local(mesh, project, &name) || name.is_empty() {
        return;
    }
    mark(entry(found, &name), offer, what);
}

/// What an offer came to.
struct Found {
    supply: Option<Supply>,
    state: State,
    failure: Option<String>,
    modified: Option<i64>,
    remote: Option<RemoteState>,
}

/// Notes who declared the upstream, and takes the supply unless an earlier offer has one.
fn mark(upstream: &mut Upstream, offer: &Offer, what: Found) {
    upstream.in_loom |= offer.kind == SupplyKind::Loom;
    upstream.in_mesh_file |= offer.kind == SupplyKind::Mesh;
    let better = match (&upstream.state, &what.state) {
        (State::Ready, _) => false,
        (_, State::Ready) => true,
        (State::Missing, _) => true,
        _ => false,
    };
    if better {
        upstream.supply = what.supply;
        upstream.state = what.state;
        upstream.kind = Some(offer.kind);
        upstream.failure = what.failure;
        upstream.modified = what.modified;
        upstream.remote = what.remote;
    }
}

/// A declared upstream that nothing supplies may still be known from the copies of its nodes in another
/// upstream's manifest (spec §14: dbt-loom re-exports them).
fn fill_gaps(mesh: &Mesh, project: &Package, found: &mut [Upstream]) {
    let offers = || mesh.registry.offers.get(&project.id).into_iter().flatten();
    for upstream in found.iter_mut().filter(|upstream| upstream.state == State::Missing) {
        let copies = offers().find_map(|offer| {
            let OfferSource::Manifest(key) = &offer.source else { return None };
            let manifest = mesh.registry.manifests.get(key)?.manifest.clone()?;
            let known = offer.takes(&upstream.name) && manifest.packages().any(|name| name == upstream.name);
            known.then(|| {
                (offer.kind, Supply::Manifest { manifest, package: upstream.name.clone(), key: key.clone() })
            })
        });
        if let Some((kind, supply)) = copies {
            upstream.kind = Some(kind);
            upstream.supply = Some(supply);
            upstream.state = State::Ready;
        }
    }
}

/// Upstreams that nothing supplies may be those of manifests that are not read yet, or cannot be: only they would
/// say their project's name.
fn explain(mesh: &Mesh, project: &Package, found: &mut [Upstream]) {
    let offers = mesh.registry.offers.get(&project.id).into_iter().flatten();
    let unnamed = offers.filter_map(|offer| match &offer.source {
        OfferSource::Manifest(key) if offer.label.is_none() => mesh.registry.manifests.get(key),
        _ => None,
    });
    let unread: Vec<&ManifestSlot> = unnamed.filter(|slot| slot.manifest.is_none()).collect();
    let why = unread.iter().find(|slot| slot.loading).or(unread.iter().find(|slot| slot.failure.is_some()));
    let Some(slot) = why else { return };
    for upstream in found.iter_mut().filter(|upstream| upstream.state == State::Missing) {
        upstream.state = match &slot.failure {
            _ if slot.loading => State::Loading,
            Some(why) => {
                State::Failed(format!("{why} (only the manifest says whether it is of this project)"))
            }
            None => continue,
        };
        upstream.remote.clone_from(&slot.remote);
    }
}

/// Whether a package inside an upstream's manifest may be used by a consumer with dbt-loom, and through which
/// offer: packages that belong to no configured upstream are open (spec upstreams §2.5).
pub fn transitive<'m>(mesh: &'m Mesh, project: &Package, name: &str) -> Option<Transitive<'m>> {
    if !mesh.registry.has_loom(project.id) || is_local(mesh, project, name) {
        return None;
    }
    for offer in mesh.registry.offers.get(&project.id)? {
        if offer.kind != SupplyKind::Loom || !offer.takes(name) {
            continue;
        }
        let OfferSource::Manifest(key) = &offer.source else { continue };
        let manifest = mesh.registry.manifests.get(key).and_then(|slot| slot.manifest.as_ref());
        // The live checkout is preferred to the manifest it wrote.
        let label = manifest.and_then(|manifest| manifest.project_name.as_ref()).or(offer.label.as_ref());
        let live = label.and_then(|label| match &mesh.registry.upstream(project.id, label)?.supply {
            Some(Supply::Live(id)) => mesh.package(*id),
            _ => None,
        });
        if let Some(live) = live {
            let package = live
                .installed
                .iter()
                .filter_map(|id| mesh.package(*id))
                .find(|package| package.name() == name);
            if let Some(package) = package {
                return Some(Transitive::Live(package));
            }
        } else if let Some(manifest) = manifest
            && manifest.packages().any(|known| known == name)
        {
            return Some(Transitive::Manifest(manifest, key));
        }
    }
    None
}

/// Names of the packages inside upstreams' manifests that dbt-loom takes along and that belong to no upstream of the
/// project. The first of a name counts.
fn open(mesh: &Mesh, project: &Package, upstreams: &[Upstream]) -> Vec<SmolStr> {
    let mut seen: FxHashSet<SmolStr> =
        upstreams.iter().filter(|up| up.is_declared()).map(|up| up.name.clone()).collect();
    let mut out = Vec::new();
    for offer in mesh.registry.offers.get(&project.id).into_iter().flatten() {
        let OfferSource::Manifest(key) = &offer.source else { continue };
        let manifest = mesh.registry.manifests.get(key).and_then(|slot| slot.manifest.as_ref());
        let Some(manifest) = manifest.filter(|_| offer.kind == SupplyKind::Loom) else { continue };
        for name in manifest.packages().filter(|name| !name.is_empty() && offer.takes(name)) {
            if seen.insert(name.into()) {
                out.push(name.into());
            }
        }
    }
    out
}

/// A package of an upstream.
#[derive(Debug, Clone, Copy)]
pub enum Transitive<'m> {
    /// Installed into a live upstream.
    Live(&'m Package),
    /// In an upstream's manifest.
    Manifest(&'m Arc<Manifest>, &'m ManifestKey),
}
