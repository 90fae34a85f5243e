//! What may supply each project's upstreams: our configuration, dbt-loom's, folders beside, publications.

use super::configs::{self, MESH_FILE};
use super::fetch::{self, Wish};
use super::scan::{Wanted, load_packages};
use super::state::State;
use super::{Item, manifests};
use crate::config;
use ide::Severity;
use project::config::ProjectConfig;
use project::flavor::Flavor;
use project::registry::{ManifestKey, Offer, OfferSource, SupplyKind};
use project::upstream::config::{RuleLevel, Supply};
use project::upstream::loom::{LoomManifest, LoomSource};
use project::upstream::{Location, Remote};
use project::variables::Values;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Works out the offers of every project, tells the mesh, and reads the manifests they name.
pub(super) fn all(state: &mut State) {
    let roots: Vec<Arc<str>> = state
        .packages
        .iter()
        .filter(|(_, known)| known.into.is_none())
        .map(|(root, _)| Arc::clone(root))
        .collect();
    fetch::forget_wishes(state);
    for root in roots {
        of_project(state, &root);
    }
    manifests::read_new(state);
    fetch::start(state);
}

/// Works out the offers of one project.
fn of_project(state: &mut State, root: &Arc<str>) {
    let folder = PathBuf::from(&**root);
    let mut files = Vec::new();
    let mut outside = Vec::new();
    let mesh = configs::mesh(state, &folder, &mut files);
    let mut out = Offers {
        offers: Vec::new(),
        trusted: fetch::is_trusted(state, &folder),
        refresh: mesh.iter().find_map(|config| config.refresh),
        state: &mut *state,
    };
    for entry in out.state.config.upstreams.clone() {
        let label = entry.name.as_deref().map(SmolStr::new);
        match &entry.supply {
            config::Supply::Manifest(written) => match Location::resolve(written, &folder) {
                Ok(location) => out.place(SupplyKind::Mesh, label, &location),
                Err(why) => out.push(SupplyKind::Mesh, label, OfferSource::Unsupported(why)),
            },
            config::Supply::Project(path) => {
                let source = checkout(&folder.join(path), &mut outside);
                out.push(SupplyKind::Mesh, label, source);
            }
        }
    }
    let (mut order, mut rules) = (Vec::new(), Vec::new());
    let stale_after = mesh.iter().find_map(|config| config.stale_after);
    let mut vars = Values::default();
    for config in &mesh {
        for entry in &config.upstreams {
            let label = entry.name.as_deref().map(SmolStr::new);
            match &entry.supply {
                Supply::Manifest(location) => out.place(SupplyKind::Mesh, label, location),
                Supply::Project(path) => out.push(SupplyKind::Mesh, label, checkout(path, &mut outside)),
            }
        }
        for (name, value) in &config.vars {
            vars.entry(name.clone()).or_insert_with(|| value.clone());
        }
        order.extend(config.order.iter().copied());
        // The first of a code counts: one rule's own level, then the switch for many.
        rules.extend(config.rules.iter().rev().map(|rule| (SmolStr::new(&rule.code), level(rule.level))));
        rules.extend(config.readiness.into_iter().flat_map(ide::Rules::readiness));
    }
    for manifest in configs::loom(out.state, &folder, &mut files) {
        out.loom(&manifest);
    }
    let mut offers = out.offers;
    let declared = declared_on_disk(&folder);
    let typed = state.packages.get(root).map(|known| known.typed.clone()).unwrap_or_default();
    let typed_only = typed.into_iter().filter(|name| !declared.contains(name));
    let names: Vec<SmolStr> = declared.iter().cloned().chain(typed_only).collect();
    neighbours(&folder, &names, &mut offers, &mut outside);
    publications(state, &folder, &mut offers);
    if let Some(known) = state.packages.get_mut(root) {
        known.configured_by = files;
        known.declared = declared;
    }
    load_outside(state, outside);
    for offer in &offers {
        if let OfferSource::Manifest(key) = &offer.source
            && !fetch::is_remote(state, key)
        {
            state.manifests.entry(Arc::clone(key)).or_default();
        }
    }
    state.send(vec![Item::Offers { root: Arc::clone(root), offers, order, rules, stale_after, vars }]);
}

/// The offers of one project, as its configuration is read.
struct Offers<'s> {
    offers: Vec<Offer>,
    /// Whether its configuration may make us contact anybody.
    trusted: bool,
    refresh: Option<u64>,
    state: &'s mut State,
}

impl Offers<'_> {
    fn push(&mut self, kind: SupplyKind, label: Option<SmolStr>, source: OfferSource) {
        self.offers.push(Offer::new(kind, label, source));
    }

    /// What a place of ours names: one manifest, or by a pattern several.
    fn place(&mut self, kind: SupplyKind, label: Option<SmolStr>, location: &Location) {
        match location {
            Location::Remote(remote) if remote.is_pattern() => {
                let key = self.want(remote, None);
                for one in fetch::matching(self.state, &key) {
                    let one = self.want(&one, None);
                    self.push(kind, None, OfferSource::Manifest(one));
                }
                // It stands for those that are not known yet, and for what is wrong with it.
                let label = label.filter(|_| !fetch::is_listed(self.state, &key));
                self.push(kind, label, OfferSource::Manifest(key));
            }
            Location::File(path) if path.to_string_lossy().contains('*') => {
                for file in loader::matching_files(path) {
                    self.push(kind, None, OfferSource::Manifest(key(&file)));
                }
            }
            _ => {
                let source = self.one(location, label.as_ref());
                self.push(kind, label, source);
            }
        }
    }

    fn one(&mut self, location: &Location, label: Option<&SmolStr>) -> OfferSource {
        match location {
            Location::File(path) => OfferSource::Manifest(key(path)),
            Location::Remote(remote) => OfferSource::Manifest(self.want(remote, label)),
        }
    }

    fn want(&mut self, remote: &Remote, label: Option<&SmolStr>) -> ManifestKey {
        let (trusted, refresh) = (self.trusted, self.refresh);
        fetch::want(self.state, Wish { remote: remote.clone(), label: label.cloned(), trusted, refresh })
    }

    fn loom(&mut self, manifest: &LoomManifest) {
        let unsupported = |what: &str, way: &str| {
            OfferSource::Unsupported(format!(
                "dbt-loom fetches it from {what}, which this server cannot do: {way}, and name that under \
                 'upstreams' in {MESH_FILE} as 'manifest: <path or address>'"
            ))
        };
        let label = SmolStr::new(&manifest.name);
        let source = match &manifest.source {
            LoomSource::File(location) => self.one(location, Some(&label)),
            LoomSource::Remote(remote) => OfferSource::Manifest(self.want(remote, Some(&label))),
            LoomSource::Paradime { schedule_name } => unsupported(
                "Paradime",
                &format!(
                    "let the schedule '{schedule_name}' copy its manifest.json to a bucket or download it"
                ),
            ),
            LoomSource::Snowflake { stage, stage_path } => unsupported(
                "a Snowflake stage",
                &format!(
                    "download it (snow stage copy @{stage}/{stage_path} .) or copy it to a bucket as well"
                ),
            ),
        };
        let names = |list: &[String]| list.iter().map(SmolStr::new).collect();
        self.offers.push(Offer {
            excluded: names(&manifest.excluded_packages),
            included: names(&manifest.included_packages),
            optional: manifest.optional,
            ..Offer::new(SupplyKind::Loom, Some(label), source)
        });
    }
}

/// A dependencies.yml that is being typed names these projects: looks beside the project for new ones.
pub(super) fn declared(state: &mut State, root: &Arc<str>, names: &[SmolStr]) {
    let Some(known) = state.packages.get_mut(root) else { return };
    let is_known = |name: &&SmolStr| known.declared.contains(name) || known.typed.contains(name);
    let new: Vec<SmolStr> = names.iter().filter(|name| !is_known(name)).cloned().collect();
    known.typed = names.to_vec();
    // Most names are not finished yet, and nothing of that name lies there.
    let (mut offers, mut outside) = (Vec::new(), Vec::new());
    neighbours(Path::new(&**root), &new, &mut offers, &mut outside);
    if !offers.is_empty() {
        of_project(state, root);
        manifests::read_new(state);
        fetch::start(state);
        state.rewatch();
    }
}

fn load_outside(state: &mut State, outside: Vec<PathBuf>) {
    let wanted: Vec<Wanted> = outside
        .into_iter()
        .filter(|root| !state.packages.contains_key(loader::slashed(root).as_str()))
        .map(|root| Wanted { root, into: None, outside: true })
        .collect();
    if !wanted.is_empty() {
        load_packages(state, wanted);
    }
}

fn checkout(path: &Path, outside: &mut Vec<PathBuf>) -> OfferSource {
    let root = loader::lexical(path);
    outside.push(root.clone());
    OfferSource::Checkout(loader::slashed(&root).into())
}

fn key(path: &Path) -> ManifestKey {
    loader::slashed(&loader::lexical(path)).into()
}

fn level(level: RuleLevel) -> Option<Severity> {
    match level {
        RuleLevel::Off => None,
        RuleLevel::Hint => Some(Severity::Hint),
        RuleLevel::Info => Some(Severity::Info),
        RuleLevel::Warning => Some(Severity::Warning),
        RuleLevel::Error => Some(Severity::Error),
    }
}

fn declared_on_disk(folder: &Path) -> Vec<SmolStr> {
    let Ok(text) = loader::read_text(&folder.join("dependencies.yml")) else { return Vec::new() };
    let facts = project::facts::FileFacts::of(
        project::layout::FileKind::Dependencies,
        "dependencies.yml",
        &text.text,
        Flavor::V1.dialect(),
    );
    let projects = facts.dependencies.map(|facts| facts.projects).unwrap_or_default();
    projects.iter().map(|dep| dep.name.clone()).collect()
}

/// `../<name>` with that name in its dbt_project.yml, live; else its manifest.
fn neighbours(folder: &Path, names: &[SmolStr], offers: &mut Vec<Offer>, outside: &mut Vec<PathBuf>) {
    let Some(parent) = folder.parent() else { return };
    for name in names {
        // A name is a folder's name here, nothing that leads elsewhere.
        if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            continue;
        }
        let beside = parent.join(&**name);
        if beside == folder {
            continue;
        }
        match loader::read_text(&beside.join("dbt_project.yml")) {
            Ok(text) => {
                let config = ProjectConfig::parse(&text.text);
                if config.name.is_some_and(|(own, _)| own == *name) {
                    let source = checkout(&beside, outside);
                    offers.push(Offer::new(SupplyKind::Sibling, Some(name.clone()), source));
                }
            }
            Err(_) => {
                let manifest = beside.join("target").join("manifest.json");
                if loader::stamp(&manifest).is_some() {
                    let source = OfferSource::Manifest(key(&manifest));
                    offers.push(Offer::new(SupplyKind::Sibling, Some(name.clone()), source));
                }
            }
        }
    }
}

/// Publication files: `$DBT_CLOUD_PUBLICATIONS_DIR`, and what Fusion keeps in the target folder.
fn publications(state: &State, folder: &Path, offers: &mut Vec<Offer>) {
    let named = loader::process_env("DBT_CLOUD_PUBLICATIONS_DIR").filter(|dir| !dir.is_empty());
    let target =
        state.packages.get(loader::slashed(folder).as_str()).map(|known| known.config.target_path.clone());
    let dirs = named
        .map(|dir| loader::absolute(folder, Path::new(&dir)))
        .into_iter()
        .chain(target.map(|target| folder.join(&*target).join("dbt_cloud_publications")));
    for path in dirs.flat_map(|dir| loader::files_in(&dir, "json")) {
        offers.push(Offer::new(SupplyKind::Publication, None, OfferSource::Manifest(key(&path))));
    }
}
