//! Watching: our own, because some editors report nothing and none reports files outside the workspace.
//!
//! A thread owns everything and sends batches of plain values over a channel. What a change means, and whether
//! the content really differs, is for the receiver to find out. Must not know dbt beyond file kinds.

mod batch;
mod dirs;
mod poll;
mod run;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crossbeam_channel::Sender;

use crate::paths::absolute;

/// What to watch. All paths are absolute; events spell them the same way.
#[derive(Debug, Clone, Default)]
pub struct WatchPlan {
    /// Watched at every depth for files of a known [`FileKind`](crate::FileKind).
    pub trees: Vec<ProjectWatch>,
    /// Watched one by one wherever they lie, existing or not: manifests, catalogs.
    pub files: Vec<PathBuf>,
    /// Workspace folders: a `dbt_project.yml` that appears in one, or in a new folder directly in it, is reported.
    pub folders: Vec<PathBuf>,
}

impl WatchPlan {
    /// Adds a project: its tree with its packages but without the inside of its target folder, of which only
    /// `manifest.json` and `catalog.json` are watched. The two folders are as configured, relative to `root`.
    pub fn add_project(&mut self, root: &Path, target_path: &str, packages_install_path: &str) {
        let target = absolute(root, Path::new(target_path.trim()));
        let packages = absolute(root, Path::new(packages_install_path.trim()));
        self.files.extend(["manifest.json", "catalog.json"].map(|name| target.join(name)));
        let skipped: Vec<PathBuf> = (!root.starts_with(&target)).then_some(target).into_iter().collect();
        if !packages.starts_with(root) && !root.starts_with(&packages) {
            self.trees.push(ProjectWatch { root: packages, skipped: skipped.clone() });
        }
        self.trees.push(ProjectWatch { root: root.to_path_buf(), skipped });
    }
}

/// A folder watched at every depth, except `.git`, `node_modules`, virtual environments and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectWatch {
    /// The folder. It may come and go.
    pub root: PathBuf,
    /// Folders not to enter.
    pub skipped: Vec<PathBuf>,
}

/// How to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchMode {
    /// By the system's notifications; where it has no more of them to give, by polling.
    Native,
    /// By polling: for network file systems, which notify of local changes only.
    Poll,
}

/// What the watcher has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchEvent {
    /// Some paths changed, each once, to be applied in this order (by path, so that a folder that was replaced
    /// is first removed). Writes that follow each other closely come as one batch.
    Changed(Vec<Change>),
    /// Anything may have changed unseen: list the files again and compare their stamps.
    Rescan(RescanReason),
    /// Something to tell the user, once.
    Notice(String),
}

/// Why everything must be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RescanReason {
    /// Watching has begun for folders of a new plan; what happened before was not seen.
    Armed,
    /// The system dropped notifications.
    Overflow,
}

/// A change of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// A file; or, if removed, perhaps a folder: then everything that was below it is gone too.
    pub path: PathBuf,
    /// What happened, as far as it can be told.
    pub kind: ChangeKind,
}

/// What happened to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new here, or was put in the place of another.
    Created,
    /// It was written to.
    Changed,
    /// It is gone.
    Removed,
}

/// A running watcher; dropping it ends its thread.
pub struct Watcher {
    control: Sender<run::Input>,
}

impl Watcher {
    /// Starts a thread that watches nothing yet and sends to `events` until that is closed or `self` dropped.
    /// Fails only if no thread can be started.
    pub fn start(mode: WatchMode, events: Sender<WatchEvent>) -> std::io::Result<Watcher> {
        Watcher::start_with(mode, dirs::NATIVELY_RECURSIVE, events)
    }

    fn start_with(mode: WatchMode, recursive: bool, events: Sender<WatchEvent>) -> std::io::Result<Watcher> {
        let (control, inputs) = crossbeam_channel::unbounded();
        let from_system = control.clone();
        std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || run::run(mode, recursive, from_system, &inputs, events))?;
        Ok(Watcher { control })
    }

    /// Replaces what is watched, without waiting. Once it stands, [`RescanReason::Armed`] is sent if any folder
    /// is newly watched. Best set after the first reading of all files: reading makes notifications of its own.
    pub fn set(&self, plan: WatchPlan) {
        // A thread that ended has nobody to report to.
        let _ = self.control.send(run::Input::Plan(plan));
    }

    /// Somebody else saw these paths change: polling, which may not have looked since, will say what becomes of them.
    pub fn told(&self, paths: &[PathBuf]) {
        let _ = self.control.send(run::Input::Told(paths.to_vec()));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.control.send(run::Input::Stop);
    }
}
