//! From folders on disk to facts for the mesh, on a thread of its own.
//!
//! Lists and reads through `loader`, computes facts through `project`, and tells the main loop in batches.
//! Must not hold the mesh: what is known here is only what must be read again when something changes.

mod changes;
mod configs;
pub mod fetch;
mod manifests;
mod offers;
mod reading;
mod scan;
mod state;

pub use manifests::read_manifest;
pub use reading::{parse_manifest, read_catalog};

use crate::config::Config;
use crossbeam_channel::{Receiver, Sender};
use ide::Severity;
use loader::{Ignores, WatchEvent};
use project::config::ProjectConfig;
use project::flavor::Flavor;
use project::mesh::NewFile;
use project::registry::{ManifestKey, Offer, RemoteState, SupplyKind};
use project::upstream::Manifest;
use project::variables::Values;
use smol_str::SmolStr;
use state::State;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

/// What the loader tells.
#[derive(Debug)]
pub enum LoadEvent {
    /// Facts for the mesh, to be applied in order.
    Batch(Vec<Item>),
    /// Long work is under way; `total` is 0 while unknown. Equal titles share one progress bar.
    Progress { title: &'static str, message: String, done: usize, total: usize },
    /// The work of that title has ended.
    Finished { title: &'static str },
    /// Something the user should know, once.
    Notice { severity: Severity, text: String },
    /// The first complete picture of the workspace folders is there: requests need wait no longer.
    Ready,
    /// The project around an opened file is there, if there is one.
    Opened,
}

/// How many of a package's files come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Some that changed.
    Some,
    /// All: any other that is known is gone.
    All,
    /// A part of a package that is new; others follow, and nothing is loaded in between.
    Part,
    /// The last part. Those of all packages that are loaded together come in one batch.
    Rest,
}

/// One change of the mesh. Roots and paths are absolute, with `/`.
#[derive(Debug)]
pub enum Item {
    /// A package is there (again).
    Package {
        /// Its folder.
        root: Arc<str>,
        /// The project it is installed into, by its root.
        into: Option<Arc<str>>,
        /// It is not in the workspace, only offered as an upstream.
        outside: bool,
        /// What its dbt_project.yml says.
        config: Box<ProjectConfig>,
        /// Whose rules it is read by.
        flavor: Flavor,
        /// Files of it that dbt does not read.
        ignores: Option<Arc<Ignores>>,
    },
    /// A package is gone, with what is installed into it.
    PackageGone(Arc<str>),
    /// A package's files, in path order.
    Files {
        /// The package.
        root: Arc<str>,
        /// How many of its files these are.
        extent: Extent,
        /// Their facts, and their bytes.
        files: Vec<(NewFile, u64)>,
    },
    /// These are the files of a package; any other that is known is gone.
    Present {
        /// The package.
        root: Arc<str>,
        /// Relative to it.
        paths: Vec<Arc<str>>,
    },
    /// A file, or everything below a folder, is gone.
    Gone(String),
    /// What may supply a project's upstreams.
    Offers {
        /// The project.
        root: Arc<str>,
        /// In order of preference.
        offers: Vec<Offer>,
        /// The order its configuration asks for; empty for the usual one.
        order: Vec<SupplyKind>,
        /// Severities from its `dbt_mesh.yml`.
        rules: Vec<(SmolStr, Option<Severity>)>,
        /// How old, in seconds, a fetched manifest may be before it counts as stale.
        stale_after: Option<u64>,
        /// Variables of dbt's command line that its `dbt_mesh.yml` names.
        vars: Values,
    },
    /// What is known of fetching a manifest.
    Remote {
        /// Its address, for people.
        key: ManifestKey,
        /// What is there of it.
        state: RemoteState,
        /// Why it is not the newest, or not there.
        failure: Option<String>,
        /// It is not there yet and being fetched or read.
        loading: bool,
    },
    /// A manifest is being read.
    ManifestLoading(ManifestKey),
    /// A manifest was read.
    ManifestRead {
        /// Its path.
        key: ManifestKey,
        /// What it says.
        manifest: Arc<Manifest>,
        /// When the file was written, seconds since 1970.
        modified: Option<i64>,
    },
    /// A manifest cannot be read: the last good one stays.
    ManifestFailed {
        /// Its path.
        key: ManifestKey,
        /// What is wrong with it.
        why: String,
    },
}

/// What the loader is told.
#[derive(Debug)]
enum Command {
    Load {
        folders: Vec<String>,
        open: Vec<String>,
        config: Arc<Config>,
    },
    Opened(String),
    Changed(Vec<String>),
    /// The projects that a dependencies.yml names, as typed.
    Declared {
        root: Arc<str>,
        names: Vec<SmolStr>,
    },
    Refresh(Vec<String>),
    StopFetching,
    Trust,
}

/// Reads and watches files on threads of its own.
#[derive(Debug)]
pub struct Loader {
    commands: Sender<Command>,
}

impl Loader {
    /// A loader that tells `sink`, from its own thread.
    pub fn new(sink: impl Fn(LoadEvent) + Send + Sync + 'static) -> Loader {
        let (commands, queue) = crossbeam_channel::unbounded();
        let started = thread::Builder::new().name("loader".into()).spawn(move || run(&queue, Arc::new(sink)));
        if let Err(error) = started {
            tracing::error!(%error, "cannot start the loader");
        }
        Loader { commands }
    }

    fn send(&self, command: Command) {
        // Fails only while the process ends.
        _ = self.commands.send(command);
    }

    /// Loads and watches `folders`, and the projects around the `open` files, in place of what was before.
    pub fn load(&self, folders: &[String], open: Vec<String>, config: &Arc<Config>) {
        self.send(Command::Load { folders: folders.to_vec(), open, config: Arc::clone(config) });
    }

    /// A file was opened that may lie in a project of its own, outside the folders. Answered by
    /// [`LoadEvent::Opened`].
    pub fn opened(&self, path: &str) {
        self.send(Command::Opened(path.to_owned()));
    }

    /// These paths changed on disk (made, changed or gone).
    pub fn files_changed(&self, paths: &[String]) {
        self.send(Command::Changed(paths.to_vec()));
    }

    /// A dependencies.yml that is being typed names these projects: some may lie beside it.
    pub fn declared(&self, root: &Arc<str>, names: Vec<SmolStr>) {
        self.send(Command::Declared { root: Arc::clone(root), names });
    }
}

impl Loader {
    /// Asks for the manifests of these upstreams again, or of all when there are no names.
    pub fn refresh(&self, names: Vec<String>) {
        self.send(Command::Refresh(names));
    }

    /// Stops what is being fetched.
    pub fn stop_fetching(&self) {
        self.send(Command::StopFetching);
    }

    /// The user trusts the workspace folders, from now on and for every server.
    pub fn trust(&self) {
        self.send(Command::Trust);
    }
}

/// Where events go; shared with the threads that read manifests.
type Sink = Arc<dyn Fn(LoadEvent) + Send + Sync>;

fn run(queue: &Receiver<Command>, sink: Sink) {
    let (watch_events, watched) = crossbeam_channel::unbounded();
    let mut state = State::new(sink);
    state.watch(watch_events);
    let clock = crossbeam_channel::tick(fetch::TICK);
    loop {
        let fetched = state.fetch.results();
        crossbeam_channel::select! {
            recv(fetched) -> done => if let Ok(done) = done {
                fetch::take(&mut state, done);
            },
            recv(clock) -> _ => fetch::tick(&mut state),
            recv(queue) -> command => match command {
                Ok(command) => obey(&mut state, command, queue),
                Err(_) => return,
            },
            recv(watched) -> event => match event {
                Ok(WatchEvent::Changed(changes)) => {
                    let paths = changes.into_iter().map(|change| change.path).collect();
                    changes::apply(&mut state, paths);
                }
                Ok(WatchEvent::Rescan(reason)) => changes::rescan(&mut state, reason),
                Ok(WatchEvent::Notice(text)) => {
                    state.tell(LoadEvent::Notice { severity: Severity::Info, text });
                }
                Err(_) => {}
            },
        }
    }
}

fn obey(state: &mut State, command: Command, queue: &Receiver<Command>) {
    match command {
        Command::Load { folders, open, config } => {
            // Several settings and folder changes at start mean one load: the last.
            let mut newest = (folders, open, config);
            let mut later = Vec::new();
            while let Ok(next) = queue.try_recv() {
                match next {
                    Command::Load { folders, open, config } => newest = (folders, open, config),
                    other => later.push(other),
                }
            }
            let folders = newest.0.into_iter().map(PathBuf::from).collect();
            scan::load(state, folders, &newest.1, newest.2);
            later.into_iter().for_each(|command| obey(state, command, queue));
        }
        Command::Opened(path) => {
            scan::opened(state, &path);
            state.tell(LoadEvent::Opened);
        }
        Command::Changed(paths) => {
            let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
            state.told(&paths);
            changes::apply(state, paths);
        }
        Command::Declared { root, names } => offers::declared(state, &root, &names),
        Command::Refresh(names) => fetch::refresh(state, &names),
        Command::StopFetching => fetch::stop(state),
        Command::Trust => trust(state),
    }
}

fn trust(state: &mut State) {
    let alone = state.packages.iter().filter(|(_, known)| known.into.is_none() && !known.outside);
    let alone = alone.map(|(root, _)| PathBuf::from(&**root)).filter(|_| state.folders.is_empty());
    for folder in state.folders.iter().cloned().chain(alone) {
        if let Err(error) = loader::remote::trust::add(&folder) {
            let text = format!("cannot remember that {} is trusted: {error}", folder.display());
            state.tell(LoadEvent::Notice { severity: Severity::Warning, text });
        }
    }
    offers::all(state);
}

/// Loads `paths` and waits for everything, upstream manifests included: for the command line. Events come in
/// order, from this thread and from those that read manifests.
pub fn load_now(paths: &[PathBuf], config: Arc<Config>, sink: impl Fn(LoadEvent) + Send + Sync + 'static) {
    let mut state = State::new(Arc::new(sink));
    state.wait_for_manifests = true;
    scan::load_paths(&mut state, paths, config);
}
