//! What the loader remembers: which projects there are, and what to read again when something changes.

use super::fetch::Fetching;
use super::manifests::Stamps;
use super::reading::catalog_beside;
use super::{Item, LoadEvent, Sink};
use crate::config::Config;
use crossbeam_channel::Sender;
use loader::{Ignores, WatchEvent, WatchMode, WatchPlan, Watcher};
use project::config::ProjectConfig;
use project::flavor::Flavor;
use project::registry::ManifestKey;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The loader's memory.
pub(super) struct State {
    pub(super) sink: Sink,
    pub(super) config: Arc<Config>,
    pub(super) folders: Vec<PathBuf>,
    /// Every package that was loaded, by root (with `/`).
    pub(super) packages: FxHashMap<Arc<str>, Known>,
    /// Every manifest that is wanted, with the stamps of what was read last.
    pub(super) manifests: FxHashMap<ManifestKey, Stamps>,
    /// Manifests are read before going on.
    pub(super) wait_for_manifests: bool,
    /// Manifests from elsewhere.
    pub(super) fetch: Fetching,
    watcher: Option<Watcher>,
}

/// A package that was loaded.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) config: ProjectConfig,
    /// The project it is installed into.
    pub(super) into: Option<Arc<str>>,
    /// Only offered as an upstream.
    pub(super) outside: bool,
    /// The rules its YAML is read by.
    pub(super) flavor: Flavor,
    /// Its `.dbtignore`.
    pub(super) ignores: Option<Arc<Ignores>>,
    /// Upstreams its dependencies.yml names, on disk.
    pub(super) declared: Vec<SmolStr>,
    /// Upstreams its dependencies.yml names as it is typed.
    pub(super) typed: Vec<SmolStr>,
    /// Files that configure its upstreams, wherever they are.
    pub(super) configured_by: Vec<PathBuf>,
    /// When its files were listed last.
    pub(super) read_at: SystemTime,
    /// Hashes of the paths that were there then.
    pub(super) seen: FxHashSet<u64>,
}

impl State {
    pub(super) fn new(sink: Sink) -> State {
        State {
            sink,
            config: Arc::default(),
            folders: Vec::new(),
            packages: FxHashMap::default(),
            manifests: FxHashMap::default(),
            wait_for_manifests: false,
            fetch: Fetching::new(),
            watcher: None,
        }
    }

    /// Starts watching; without a watcher the client's reports must do.
    pub(super) fn watch(&mut self, events: Sender<WatchEvent>) {
        let poll =
            loader::process_env("DBT_MESH_POLL").is_some_and(|value| !value.is_empty() && value != "0");
        let mode = if poll { WatchMode::Poll } else { WatchMode::Native };
        match Watcher::start(mode, events) {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) => tracing::warn!(%error, "cannot watch files"),
        }
    }

    /// The client knows of these changes.
    pub(super) fn told(&self, paths: &[PathBuf]) {
        if let Some(watcher) = &self.watcher {
            watcher.told(paths);
        }
    }

    pub(super) fn tell(&self, event: LoadEvent) {
        (self.sink)(event);
    }

    pub(super) fn sink(&self) -> Sink {
        Arc::clone(&self.sink)
    }

    pub(super) fn send(&self, items: Vec<Item>) {
        if !items.is_empty() {
            self.tell(LoadEvent::Batch(items));
        }
    }

    /// The package whose root is nearest above a path.
    pub(super) fn package_of(&self, path: &Path) -> Option<(&Arc<str>, &Known)> {
        path.ancestors()
            .skip(1)
            .find_map(|folder| self.packages.get_key_value(loader::slashed(folder).as_str()))
    }

    /// Watches what is known now.
    pub(super) fn rewatch(&self) {
        let Some(watcher) = &self.watcher else { return };
        let mut plan = WatchPlan::default();
        for (root, known) in &self.packages {
            if known.into.is_none() {
                plan.add_project(Path::new(&**root), &known.config.target_path, &known.config.packages_path);
            }
            plan.files.extend(known.configured_by.iter().cloned());
        }
        let manifests = self.manifests.keys().map(|key| PathBuf::from(&**key));
        for path in manifests.filter(|path| path.is_absolute()) {
            plan.files.extend(catalog_beside(&path));
            plan.files.push(path);
        }
        plan.folders.extend(self.folders.iter().cloned());
        watcher.set(plan);
    }
}
