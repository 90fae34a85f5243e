//! What changed on disk: reads just that again.

use super::state::State;
use super::{Item, manifests, offers, scan};
use loader::RescanReason;
use project::registry::ManifestKey;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Applies changes of these paths: made, written or gone.
pub(super) fn apply(state: &mut State, paths: Vec<PathBuf>) {
    let mut todo = Todo::default();
    for path in paths {
        sort_in(state, path, &mut todo);
    }
    carry_out(state, todo);
}

/// Anything may have changed: compares what is known with what is there.
pub(super) fn rescan(state: &mut State, reason: RescanReason) {
    let mut todo =
        Todo { manifests: state.manifests.keys().cloned().collect(), offers: true, ..Todo::default() };
    if reason == RescanReason::Overflow {
        let roots = loader::roots_in(&state.folders, &scan::dirs_of, &|| false);
        todo.discover.extend(roots.into_iter().map(|root| root.join("dbt_project.yml")));
    }
    let mut known = Vec::new();
    for (root, package) in &state.packages {
        let file = Path::new(&**root).join("dbt_project.yml");
        let written = loader::stamp(&file).and_then(|stamp| stamp.modified);
        if written.is_none_or(|written| written > package.read_at) {
            todo.reload.insert(package.into.clone().unwrap_or_else(|| Arc::clone(root)));
        } else {
            known.push(Arc::clone(root));
        }
        let installed = state.packages.values().filter(|other| other.into.as_ref() == Some(root)).count();
        let listed = || loader::list_packages(Path::new(&**root), &package.config.packages_path).len();
        if package.into.is_none() && listed() != installed {
            todo.reload.insert(Arc::clone(root));
        }
    }
    for root in known.iter().filter(|root| !todo.reload.contains(*root)) {
        scan::catch_up(state, root);
    }
    carry_out(state, todo);
}

#[derive(Default)]
struct Todo {
    /// Projects to load whole.
    reload: FxHashSet<Arc<str>>,
    /// New dbt_project.yml files.
    discover: Vec<PathBuf>,
    /// Files to read, by package.
    files: FxHashMap<Arc<str>, Vec<PathBuf>>,
    /// Files and folders that are gone.
    gone: Vec<PathBuf>,
    manifests: Vec<ManifestKey>,
    /// The files that configure upstreams changed.
    offers: bool,
    /// Projects whose dependencies.yml on disk is the newest again.
    saved: Vec<Arc<str>>,
}

fn sort_in(state: &State, path: PathBuf, todo: &mut Todo) {
    let text = loader::slashed(&path);
    if let Some((key, _)) = state.manifests.get_key_value(text.as_str()) {
        todo.manifests.push(Arc::clone(key));
        return;
    }
    todo.manifests.extend(manifests::of_catalog(state, &path));
    if state.packages.values().any(|known| known.configured_by.contains(&path)) {
        todo.offers = true;
    }
    if !path.exists() {
        taken_along(state, &path, todo);
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let owner = state.package_of(&path).map(|(root, known)| (Arc::clone(root), known));
    if name == "dbt_project.yml" {
        match owner.filter(|(root, _)| path.parent().is_some_and(|dir| loader::slashed(dir) == **root)) {
            Some((root, known)) => {
                todo.reload.insert(known.into.clone().unwrap_or(root));
            }
            // In a packages folder it is a newly installed package of the project around it.
            None => {
                match state.package_of(&path).filter(|(root, known)| in_packages(root, &known.config, &path))
                {
                    Some((root, _)) => drop(todo.reload.insert(Arc::clone(root))),
                    None => todo.discover.push(path),
                }
            }
        }
        return;
    }
    let Some((root, known)) = owner else { return };
    if name == ".dbtignore" {
        todo.reload.insert(known.into.clone().unwrap_or(root));
        return;
    }
    if known.into.is_none() && in_packages(&root, &known.config, &path) {
        // A package came or went: `dbt deps`, `dbt clean`.
        todo.reload.insert(root);
        return;
    }
    if name == "dependencies.yml" {
        todo.saved.push(Arc::clone(&root));
    }
    if !path.exists() {
        todo.gone.push(path.clone());
    } else if path.is_dir() {
        todo.reload.insert(known.into.clone().unwrap_or(root));
        return;
    } else {
        todo.files.entry(root).or_default().push(path.clone());
    }
    todo.offers |= matches!(name.as_str(), "dependencies.yml" | "dbt_loom.config.yml" | "dbt_mesh.yml");
}

/// A folder that is gone took along the projects, manifests and configurations in it.
fn taken_along(state: &State, folder: &Path, todo: &mut Todo) {
    for (root, known) in &state.packages {
        if Path::new(&**root).starts_with(folder) {
            todo.reload.insert(known.into.clone().unwrap_or_else(|| Arc::clone(root)));
        }
        todo.offers |= known.configured_by.iter().any(|file| file.starts_with(folder));
    }
    let inside = state.manifests.keys().filter(|key| Path::new(&***key).starts_with(folder));
    todo.manifests.extend(inside.cloned());
}

/// Whether a path is a project's packages folder, or in it.
fn in_packages(root: &str, config: &project::config::ProjectConfig, path: &Path) -> bool {
    let folder = loader::absolute(Path::new(root), Path::new(config.packages_path.trim()));
    path.starts_with(folder)
}

fn carry_out(state: &mut State, mut todo: Todo) {
    for root in &todo.saved {
        if let Some(known) = state.packages.get_mut(root) {
            known.typed.clear();
        }
    }
    if todo.offers {
        todo.reload.extend(scan::misread(state));
    }
    let gone: Vec<Item> = todo.gone.iter().map(|path| Item::Gone(loader::slashed(path))).collect();
    state.send(gone);
    for (root, paths) in &todo.files {
        // The project is read whole below.
        if todo.reload.contains(root) {
            continue;
        }
        if let Some(known) = state.packages.get(root).cloned() {
            scan::reread(state, root, &known, paths);
        }
    }
    let mut loaded = false;
    for root in todo.reload {
        loaded = true;
        reload(state, &root);
    }
    for path in todo.discover {
        let known =
            path.parent().is_some_and(|dir| state.packages.contains_key(loader::slashed(dir).as_str()));
        if known || !path.exists() {
            continue;
        }
        loaded = true;
        scan::discovered(state, &path);
    }
    if loaded || todo.offers {
        offers::all(state);
        state.rewatch();
    }
    manifests::read(state, todo.manifests);
}

/// Loads a project again, or forgets it when its dbt_project.yml is gone.
fn reload(state: &mut State, root: &Arc<str>) {
    let outside = state.packages.get(root).is_some_and(|known| known.outside);
    let installed: Vec<Arc<str>> = state
        .packages
        .iter()
        .filter(|(_, known)| known.into.as_ref() == Some(root))
        .map(|(root, _)| Arc::clone(root))
        .collect();
    scan::forget(state, root);
    let path = PathBuf::from(&**root);
    if !path.join("dbt_project.yml").is_file() {
        state.send(vec![Item::PackageGone(Arc::clone(root))]);
        return;
    }
    scan::load_packages(state, vec![scan::Wanted { root: path, into: None, outside }]);
    let gone = installed.into_iter().filter(|root| !state.packages.contains_key(root));
    let gone: Vec<Item> = gone.map(Item::PackageGone).collect();
    state.send(gone);
}
