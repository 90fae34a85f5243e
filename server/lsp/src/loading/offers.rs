//! What may supply each project's upstreams: our configuration, dbt-loom's, folders beside, publications.

use super::scan::{Wanted, load_packages};
use super::state::State;
use super::{Item, LoadEvent, manifests};
use crate::config;
use ide::Severity;
use project::config::ProjectConfig;
use project::flavor::Flavor;
use project::registry::{ManifestKey, Offer, OfferSource, SupplyKind};
use project::upstream::config::{DbtVersion, MeshConfig, RuleLevel, Supply};
use project::upstream::loom::{LoomManifest, LoomSource};
use project::upstream::{Level, Location, Parsed};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MESH_FILE: &str = "dbt_mesh.yml";
const LOOM_FILE: &str = "dbt_loom.config.yml";

/// Works out the offers of every project, tells the mesh, and reads the manifests they name.
pub(super) fn all(state: &mut State) {
    let roots: Vec<Arc<str>> = state
        .packages
        .iter()
        .filter(|(_, known)| known.into.is_none())
        .map(|(root, _)| Arc::clone(root))
        .collect();
    for root in roots {
        of_project(state, &root);
    }
    manifests::read_new(state);
}

/// Works out the offers of one project.
pub(super) fn of_project(state: &mut State, root: &Arc<str>) {
    let folder = PathBuf::from(&**root);
    let mut files = Vec::new();
    let mut offers = Vec::new();
    let mut outside = Vec::new();
    let mesh = mesh_config(state, &folder, &mut files);
    let settings = state.config.upstreams.clone();
    for entry in &settings {
        offers.extend(from_settings(entry, &folder, &mut outside));
    }
    let (mut order, mut rules) = (Vec::new(), Vec::new());
    for config in &mesh {
        for entry in &config.upstreams {
            let label = entry.name.as_deref().map(SmolStr::new);
            let source = match &entry.supply {
                Supply::Manifest(location) => from_location(location),
                Supply::Project(path) => checkout(path, &mut outside),
            };
            offers.push(Offer::new(SupplyKind::Mesh, label, source));
        }
        order.extend(config.order.iter().copied());
        // The first of a code counts: one rule's own level, then the switch for many.
        rules.extend(config.rules.iter().rev().map(|rule| (SmolStr::new(&rule.code), level(rule.level))));
        rules.extend(config.readiness.into_iter().flat_map(ide::Rules::readiness));
    }
    for manifest in loom_config(state, &folder, &mut files) {
        offers.push(from_loom(&manifest));
    }
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
        if let OfferSource::Manifest(key) = &offer.source {
            state.manifests.entry(Arc::clone(key)).or_insert(None);
        }
    }
    state.send(vec![Item::Offers { root: Arc::clone(root), offers, order, rules }]);
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

fn from_settings(entry: &config::Upstream, folder: &Path, outside: &mut Vec<PathBuf>) -> Option<Offer> {
    let source = match &entry.supply {
        config::Supply::Manifest(written) => match Location::resolve(written, folder) {
            Ok(location) => from_location(&location),
            Err(why) => OfferSource::Unsupported(why),
        },
        config::Supply::Project(path) => checkout(&folder.join(path), outside),
    };
    Some(Offer::new(SupplyKind::Mesh, entry.name.as_deref().map(SmolStr::new), source))
}

fn from_location(location: &Location) -> OfferSource {
    match location {
        Location::File(path) => OfferSource::Manifest(key(path)),
        Location::Url(url) => OfferSource::Unsupported(format!(
            "{url} cannot be fetched by this version: download the manifest and name its path"
        )),
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

/// The dbt that the project's `dbt_mesh.yml` names.
pub(super) fn chosen_flavor(state: &State, folder: &Path) -> Option<Flavor> {
    mesh_files(state, folder).find_map(|path| {
        let text = loader::read_text(&path).ok()?.text.into_owned();
        let dir = path.parent()?.to_path_buf();
        let parsed = project::upstream::config::parse(&text, &dir, &loader::process_env, ide::CODES);
        match parsed.value?.dbt_version {
            DbtVersion::V1 => Some(Flavor::V1),
            DbtVersion::V2 => Some(Flavor::V2),
            DbtVersion::Auto => None,
        }
    })
}

/// The project's own `dbt_mesh.yml`, then those of the folders above it up to the workspace folder, existing or
/// not.
fn mesh_files<'a>(state: &'a State, folder: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    let tops = state.folders.iter().filter(|top| folder.starts_with(top));
    let top = tops.min_by_key(|top| top.as_os_str().len()).map_or(folder, PathBuf::as_path);
    folder.ancestors().take_while(move |dir| dir.starts_with(top)).map(|dir| dir.join(MESH_FILE))
}

/// What the `dbt_mesh.yml` files of a project say, the nearest first.
fn mesh_config(state: &State, folder: &Path, files: &mut Vec<PathBuf>) -> Vec<MeshConfig> {
    let mut found = Vec::new();
    for path in mesh_files(state, folder) {
        if let (Ok(text), Some(dir)) = (loader::read_text(&path), path.parent()) {
            let parsed = project::upstream::config::parse(&text.text, dir, &loader::process_env, ide::CODES);
            found.extend(say(state, &path, &text.text, parsed));
        }
        files.push(path);
    }
    found
}

/// dbt-loom's configuration: `$DBT_LOOM_CONFIG`, the project's, else that of a workspace folder above it, from
/// where dbt may be started (upstreams.md §1).
fn loom_config(state: &State, folder: &Path, files: &mut Vec<PathBuf>) -> Vec<LoomManifest> {
    let named = loader::process_env("DBT_LOOM_CONFIG").filter(|path| !path.is_empty());
    let name = named.as_deref().unwrap_or(LOOM_FILE);
    let above = state.folders.iter().filter(|top| folder.starts_with(top)).map(PathBuf::as_path);
    for base in std::iter::once(folder).chain(above) {
        let path = loader::absolute(base, Path::new(name));
        files.push(path.clone());
        let Ok(text) = loader::read_text(&path) else { continue };
        let parsed = project::upstream::loom::parse(&text.text, base, &loader::process_env);
        return say(state, &path, &text.text, parsed).map(|config| config.manifests).unwrap_or_default();
    }
    Vec::new()
}

/// Says once what is wrong with a configuration file, by file and line.
fn say<T>(state: &State, path: &Path, text: &str, parsed: Parsed<T>) -> Option<T> {
    for problem in &parsed.problems {
        let line = text.get(..problem.range.start().into()).unwrap_or_default().matches('\n').count() + 1;
        let severity = match problem.level {
            Level::Error => Severity::Warning,
            Level::Warning => Severity::Info,
        };
        let text = format!("{}:{line}: {}", path.display(), problem.message);
        state.tell(LoadEvent::Notice { severity, text });
    }
    parsed.value
}

fn from_loom(manifest: &LoomManifest) -> Offer {
    let remote = |what: &str| {
        OfferSource::Unsupported(format!(
            "dbt-loom fetches it from {what}, which this version cannot do: download the manifest and add it to \
             {MESH_FILE} under 'upstreams' as 'manifest: <path>'"
        ))
    };
    let source = match &manifest.source {
        LoomSource::File(location) => from_location(location),
        LoomSource::DbtCloud { .. } => remote("the dbt platform"),
        LoomSource::Paradime { .. } => remote("Paradime"),
        LoomSource::Gcs { .. } => remote("Google Cloud Storage"),
        LoomSource::S3 { .. } => remote("S3"),
        LoomSource::Azure { .. } => remote("Azure"),
        LoomSource::Snowflake { .. } => remote("Snowflake"),
        LoomSource::Databricks { .. } => remote("Databricks"),
    };
    let names = |list: &[String]| list.iter().map(SmolStr::new).collect();
    Offer {
        excluded: names(&manifest.excluded_packages),
        included: names(&manifest.included_packages),
        optional: manifest.optional,
        ..Offer::new(SupplyKind::Loom, Some(SmolStr::new(&manifest.name)), source)
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
