//! Finding projects, and reading all of their files at once.

use super::state::{Known, State};
use super::{Extent, Item, LoadEvent, configs, fetch, offers};
use crate::config::{Config, DbtVersion};
use crate::memo;
use ide::Severity;
use loader::{Fault, HiddenFiles, Ignores, ListOptions, ProjectDirs};
use project::config::ProjectConfig;
use project::flavor::Flavor;
use project::layout::{self, FileKind};
use project::mesh::NewFile;
use rustc_hash::FxHashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

const TITLE: &str = "Indexing dbt projects";

/// The first load hands over so many files at a time, so that they are indexed while the next are read. Nothing is
/// answered before all are there; later loads come in one piece.
const PART: usize = 2048;

/// A package to be loaded.
pub(super) struct Wanted {
    pub(super) root: PathBuf,
    pub(super) into: Option<Arc<str>>,
    pub(super) outside: bool,
}

/// Loads everything below `folders`, and the projects around `open` files, in place of what was there.
pub(super) fn load(state: &mut State, folders: Vec<PathBuf>, open: &[String], config: Arc<Config>) {
    state.config = config;
    let mut roots = loader::roots_in(&folders, &dirs_of, &|| false);
    for path in open.iter().map(Path::new) {
        let is_upstream = state.package_of(path).is_some_and(|(_, known)| known.outside);
        if !is_upstream && !roots.iter().any(|root| path.starts_with(root)) {
            roots.extend(loader::root_above(path, &dirs_of));
        }
    }
    state.folders = folders;
    replace(state, roots);
}

/// Loads the projects below or above `paths`, for the command line.
pub(super) fn load_paths(state: &mut State, paths: &[PathBuf], config: Arc<Config>) {
    state.config = config;
    let here = loader::here();
    let paths: Vec<PathBuf> = paths.iter().map(|path| loader::absolute(&here, path)).collect();
    let folders: Vec<PathBuf> = paths.iter().filter(|path| path.is_dir()).cloned().collect();
    let mut roots = loader::roots_in(&folders, &dirs_of, &|| false);
    for path in &paths {
        let found = roots.iter().any(|root| root.starts_with(path));
        let above = (!found).then(|| loader::root_above(path, &dirs_of)).flatten();
        roots.extend(above.filter(|root| !roots.contains(root)));
    }
    state.folders = folders;
    replace(state, roots);
}

fn replace(state: &mut State, roots: Vec<PathBuf>) {
    let keep: FxHashSet<String> = roots.iter().map(|root| loader::slashed(root)).collect();
    let gone: Vec<Arc<str>> = state
        .packages
        .iter()
        .filter(|(root, known)| known.into.is_none() && !keep.contains(&***root))
        .map(|(root, _)| Arc::clone(root))
        .collect();
    for root in &gone {
        forget(state, root);
    }
    state.send(gone.into_iter().map(Item::PackageGone).collect());
    let wanted = roots.into_iter().map(|root| Wanted { root, into: None, outside: false }).collect();
    let first = state.packages.is_empty();
    load_as(state, wanted, first);
    offers::all(state);
    if state.wait_for_manifests {
        fetch::finish(state);
    }
    state.tell(LoadEvent::Ready);
    state.rewatch();
}

/// Forgets a package and what is installed into it.
pub(super) fn forget(state: &mut State, root: &str) {
    state.packages.retain(|known, package| &**known != root && package.into.as_deref() != Some(root));
}

/// A file was opened: loads the project around it when it is not known.
pub(super) fn opened(state: &mut State, path: &str) {
    let path = Path::new(path);
    if state.package_of(path).is_some() {
        return;
    }
    let Some(root) = loader::root_above(path, &dirs_of) else { return };
    load_packages(state, vec![Wanted { root, into: None, outside: false }]);
    offers::all(state);
    state.rewatch();
}

/// A dbt_project.yml appeared in a workspace folder: loads it if discovery would find it there.
pub(super) fn discovered(state: &mut State, file: &Path) {
    let Some(dir) = file.parent() else { return };
    if loader::root_above(file, &dirs_of).as_deref() == Some(dir) {
        load_packages(state, vec![Wanted { root: dir.to_path_buf(), into: None, outside: false }]);
    }
}

/// Where a `dbt_project.yml` keeps things.
pub(super) fn dirs_of(text: &str) -> ProjectDirs {
    dirs(&ProjectConfig::parse(text))
}

fn dirs(config: &ProjectConfig) -> ProjectDirs {
    let mut resource_dirs: Vec<String> = config.paths.folders().map(ToString::to_string).collect();
    resource_dirs.sort();
    resource_dirs.dedup();
    ProjectDirs {
        resource_dirs,
        packages_install_path: config.packages_path.to_string(),
        target_path: config.target_path.to_string(),
    }
}

/// A file to read, of which package.
struct Job {
    package: usize,
    path: String,
    abs: PathBuf,
    kind: FileKind,
}

/// Loads packages and everything installed into them, and tells the mesh.
pub(super) fn load_packages(state: &mut State, wanted: Vec<Wanted>) {
    load_as(state, wanted, false);
}

/// The same; `in_parts` only while nothing is answered.
fn load_as(state: &mut State, wanted: Vec<Wanted>, in_parts: bool) {
    let mut items = Vec::new();
    let mut jobs = Vec::new();
    let mut loaded: Vec<(Arc<str>, Flavor)> = Vec::new();
    let mut queue = std::collections::VecDeque::from(wanted);
    while let Some(next) = queue.pop_front() {
        let Some((root, mut known)) = open(state, &next) else { continue };
        if next.into.is_none() {
            for package in loader::list_packages(&next.root, &known.config.packages_path) {
                queue.push_back(Wanted {
                    root: package.root,
                    into: Some(Arc::clone(&root)),
                    outside: next.outside,
                });
            }
        }
        let first = jobs.len();
        list(state, &next.root, &known, loaded.len(), &mut jobs);
        known.seen = jobs[first..].iter().map(|job| hash(&job.path)).collect();
        items.push(Item::Package {
            root: Arc::clone(&root),
            into: next.into,
            outside: next.outside,
            config: Box::new(known.config.clone()),
            flavor: known.flavor,
            ignores: known.ignores.clone(),
        });
        loaded.push((Arc::clone(&root), known.flavor));
        state.packages.insert(root, known);
    }
    let long = jobs.len() > 100;
    let progress = |done: usize| {
        if long {
            let (message, total) = (format!("{} files", jobs.len()), jobs.len());
            state.tell(LoadEvent::Progress { title: TITLE, message, done, total });
        }
    };
    progress(0);
    if in_parts && jobs.len() > PART {
        let mut done = 0;
        for part in jobs.chunks(PART) {
            read(state, &loaded, part, Extent::Part, &mut items);
            state.send(std::mem::take(&mut items));
            done += part.len();
            progress(done);
        }
        items.extend(loaded.into_iter().map(|(root, _)| Item::Files {
            root,
            extent: Extent::Rest,
            files: Vec::new(),
        }));
    } else {
        read(state, &loaded, &jobs, Extent::All, &mut items);
    }
    state.send(items);
    if long {
        state.tell(LoadEvent::Finished { title: TITLE });
    }
}

/// Reads a package's own dbt_project.yml; `None` when there is none.
fn open(state: &State, wanted: &Wanted) -> Option<(Arc<str>, Known)> {
    let text = loader::read_text(&wanted.root.join("dbt_project.yml")).ok()?;
    let config = ProjectConfig::parse(&text.text);
    let root: Arc<str> = loader::slashed(&wanted.root).into();
    // A package is read by the rules of the project that it is installed into.
    let flavor = match wanted.into.as_ref().and_then(|into| state.packages.get(into)) {
        Some(project) => project.flavor,
        None => flavor(state, &wanted.root, &config),
    };
    let known = Known {
        config,
        into: wanted.into.clone(),
        outside: wanted.outside,
        flavor,
        ignores: Ignores::of(&wanted.root).map(Arc::new),
        declared: Vec::new(),
        typed: Vec::new(),
        configured_by: Vec::new(),
        read_at: SystemTime::now(),
        seen: FxHashSet::default(),
    };
    Some((root, known))
}

/// The rules a project is read by: the user's choice, `dbt_mesh.yml`'s, `require-dbt-version`, the dbt that wrote
/// its own manifest, else v1 (spec §20).
fn flavor(state: &State, root: &Path, config: &ProjectConfig) -> Flavor {
    match state.config.dbt_version {
        DbtVersion::V1 => Flavor::V1,
        DbtVersion::V2 => Flavor::V2,
        DbtVersion::Auto => configs::chosen_flavor(state, root)
            .or_else(|| config.flavor())
            .or_else(|| Flavor::of_dbt_version(&own_dbt(root, config)?))
            .unwrap_or_default(),
    }
}

/// Projects that must be read by other rules than they were.
pub(super) fn misread(state: &State) -> Vec<Arc<str>> {
    let projects = state.packages.iter().filter(|(_, known)| known.into.is_none());
    let misread =
        projects.filter(|(root, known)| flavor(state, Path::new(&***root), &known.config) != known.flavor);
    misread.map(|(root, _)| Arc::clone(root)).collect()
}

/// The dbt that wrote a project's manifest: its metadata stand at the file's head.
fn own_dbt(root: &Path, config: &ProjectConfig) -> Option<String> {
    let head = loader::read_head(&root.join(&*config.target_path).join("manifest.json"), 4096)?;
    let rest = head.split_once("\"dbt_version\"")?.1.trim_start().strip_prefix(':')?;
    Some(rest.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned())
}

fn list(state: &State, root: &Path, known: &Known, package: usize, jobs: &mut Vec<Job>) {
    let dirs = dirs(&known.config);
    let skipped = [dirs.target_path, dirs.packages_install_path];
    let hidden = if known.flavor == Flavor::V2 { HiddenFiles::Keep } else { HiddenFiles::Skip };
    let listing = loader::list_files(
        root,
        ListOptions { resource_dirs: &dirs.resource_dirs, skipped_dirs: &skipped, hidden },
    );
    for problem in listing.problems {
        let text = format!("{}: {}", problem.path.display(), problem.message);
        state.tell(LoadEvent::Notice { severity: Severity::Info, text });
    }
    for file in listing.files {
        if let Some(kind) = layout::classify(&file.path, &known.config) {
            jobs.push(Job { package, path: file.path, abs: file.abs, kind });
        }
    }
}

/// Reads all files in parallel; facts are computed where the text is, and the text dropped.
fn read(state: &State, packages: &[(Arc<str>, Flavor)], jobs: &[Job], extent: Extent, items: &mut Vec<Item>) {
    let slots: Vec<OnceLock<(NewFile, u64)>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let paths: Vec<&Path> = jobs.iter().map(|job| job.abs.as_path()).collect();
    let sink = state.sink();
    loader::read_many(&paths, |at, path, text| {
        let job = &jobs[at];
        let unread = matches!(job.kind, FileKind::Seed | FileKind::Fixture);
        let (facts, bytes) = match text {
            Ok(text) if !unread => {
                let dialect = packages[job.package].1.dialect();
                (memo::facts(job.kind, &job.path, &text.text, dialect), text.text.len() as u64)
            }
            Ok(_) => (Arc::default(), 0),
            Err(error) if matches!(error.fault, Fault::NotFound) => return,
            Err(error) => {
                if !unread {
                    let text = format!("{}: {error}", path.display());
                    sink(LoadEvent::Notice { severity: Severity::Info, text });
                }
                (Arc::default(), 0)
            }
        };
        let file = NewFile { path: job.path.as_str().into(), kind: job.kind, facts };
        // Each slot is written once, by the one who read its file.
        _ = slots[at].set((file, bytes));
    });
    let mut files: Vec<Vec<(NewFile, u64)>> = packages.iter().map(|_| Vec::new()).collect();
    for (job, slot) in jobs.iter().zip(slots) {
        files[job.package].extend(slot.into_inner());
    }
    for ((root, _), files) in packages.iter().zip(files) {
        if extent == Extent::All || !files.is_empty() {
            items.push(Item::Files { root: Arc::clone(root), extent, files });
        }
    }
}

/// Reads some files of a package again.
pub(super) fn reread(state: &State, root: &Arc<str>, known: &Known, paths: &[PathBuf]) {
    let mut jobs = Vec::new();
    for abs in paths {
        let Some(path) = loader::relative(Path::new(&**root), abs) else { continue };
        if known.ignores.as_ref().is_some_and(|ignores| ignores.hides_file(&path)) {
            continue;
        }
        if let Some(kind) = layout::classify(&path, &known.config) {
            jobs.push(Job { package: 0, path, abs: abs.clone(), kind });
        }
    }
    let mut items = Vec::new();
    read(state, &[(Arc::clone(root), known.flavor)], &jobs, Extent::Some, &mut items);
    state.send(items);
}

fn hash(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// Compares a package with what is on disk: reads what is new or was written since, forgets what is gone.
pub(super) fn catch_up(state: &mut State, root: &Arc<str>) {
    let Some(mut known) = state.packages.remove(root) else { return };
    let mut jobs = Vec::new();
    let now = SystemTime::now();
    list(state, Path::new(&**root), &known, 0, &mut jobs);
    let paths = jobs.iter().map(|job| job.path.as_str().into()).collect();
    let seen: FxHashSet<u64> = jobs.iter().map(|job| hash(&job.path)).collect();
    // File systems keep times to two seconds at worst.
    let since = known.read_at.checked_sub(Duration::from_secs(2)).unwrap_or(known.read_at);
    jobs.retain(|job| {
        let written = || loader::stamp(&job.abs).and_then(|stamp| stamp.modified);
        !known.seen.contains(&hash(&job.path)) || written().is_none_or(|written| written >= since)
    });
    let mut items = vec![Item::Present { root: Arc::clone(root), paths }];
    read(state, &[(Arc::clone(root), known.flavor)], &jobs, Extent::Some, &mut items);
    state.send(items);
    known.seen = seen;
    known.read_at = now;
    state.packages.insert(Arc::clone(root), known);
}
