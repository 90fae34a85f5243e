//! The threads that fetch and read: they may wait for the network, and nobody waits for them.

use super::super::reading::{Files, parse_fetched, read_catalog};
use super::super::{LoadEvent, Sink};
use super::TITLE;
use crossbeam_channel::{Receiver, Sender};
use loader::remote::{Cache, Cached, Refreshed, Watch};
use project::registry::ManifestKey;
use project::upstream::{Manifest, Remote};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So many fetches run beside each other.
const THREADS: usize = 4;
/// Why there is nothing new.
pub(super) const STOPPED: &str = "fetching it was stopped; refresh the upstreams to go on";
/// Reports of progress in between are swallowed.
const THROTTLE: Duration = Duration::from_millis(100);

/// What the cache has of a remote manifest: its body, and that of the catalog beside it.
#[derive(Clone)]
pub(super) struct There {
    pub(super) body: Cached,
    catalog: Option<Cached>,
}

/// Tells what was fetched at one time from what was fetched at another: seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) body: u64,
    catalog: Option<u64>,
}

impl There {
    /// What there is; `None` without a body.
    pub(super) fn get(cache: &Cache, remote: &Remote) -> Option<There> {
        let catalog = remote.catalog().and_then(|remote| cache.get(&remote));
        Some(There { body: cache.get(remote)?, catalog })
    }

    pub(super) fn version(&self) -> Version {
        Version { body: self.body.fetched_at, catalog: self.catalog.as_ref().map(|one| one.fetched_at) }
    }

    /// How much there is to be read, in bytes.
    pub(super) fn cost(&self) -> u64 {
        self.files().cost()
    }

    fn files(&self) -> Files {
        Files::fetched(&self.body, self.catalog.as_ref())
    }
}

/// Something to do about one remote manifest.
pub(super) struct Job {
    pub(super) key: ManifestKey,
    pub(super) remote: Remote,
    /// Read this first.
    pub(super) read: Option<There>,
    /// What the mesh has.
    pub(super) loaded: Option<Version>,
    /// Ask for a newer one if it is older than this, in seconds.
    pub(super) max_age: Option<u64>,
    /// A body that cannot be read may be fetched again.
    pub(super) may_ask: bool,
    pub(super) watch: Watch,
    /// See [`Done::round`].
    pub(super) round: u64,
}

/// What a job came to.
pub(in super::super) struct Done {
    pub(super) key: ManifestKey,
    pub(super) came: Came,
    /// Something the user may want to know.
    pub(super) notice: Option<String>,
    /// Nothing more comes of the job.
    pub(super) last: bool,
    /// When it was begun: before the user last stopped everything, or since.
    pub(super) round: u64,
}

pub(super) enum Came {
    Value { value: Value, there: There },
    Same(There),
    Failed(String),
}

/// What a body says.
pub(super) enum Value {
    Manifest(Arc<Manifest>),
    /// The objects that a pattern matches.
    Names(Vec<String>),
}

/// The threads, and the way to and from them.
pub(super) struct Pool {
    jobs: Sender<Job>,
    results: Receiver<Done>,
    total: Arc<AtomicUsize>,
    finished: Arc<AtomicUsize>,
}

impl Pool {
    pub(super) fn start(cache: &Cache, sink: &Sink) -> Pool {
        let (jobs, queue) = crossbeam_channel::unbounded::<Job>();
        let (done, results) = crossbeam_channel::unbounded();
        let total = Arc::<AtomicUsize>::default();
        let finished = Arc::<AtomicUsize>::default();
        for _ in 0..THREADS {
            let (queue, done, cache) = (queue.clone(), done.clone(), cache.clone());
            let bar =
                Bar { sink: Arc::clone(sink), total: Arc::clone(&total), finished: Arc::clone(&finished) };
            let started = thread::Builder::new().name("fetch".into()).spawn(move || {
                for job in queue {
                    work(&cache, &job, &bar, &done);
                    bar.finished.fetch_add(1, Ordering::Relaxed);
                }
            });
            if let Err(error) = started {
                tracing::error!(%error, "cannot start a thread that fetches");
            }
        }
        Pool { jobs, results, total, finished }
    }

    pub(super) fn add(&self, job: Job) {
        if self.finished.load(Ordering::Relaxed) >= self.total.load(Ordering::Relaxed) {
            // Counted anew after a rest; a job that was given up meanwhile makes the count a little wrong.
            self.finished.store(0, Ordering::Relaxed);
            self.total.store(0, Ordering::Relaxed);
        }
        self.total.fetch_add(1, Ordering::Relaxed);
        // Fails only when no thread could be started.
        _ = self.jobs.send(job);
    }

    pub(super) fn results(&self) -> Receiver<Done> {
        self.results.clone()
    }
}

/// Says how far the fetching is.
#[derive(Clone)]
struct Bar {
    sink: Sink,
    total: Arc<AtomicUsize>,
    finished: Arc<AtomicUsize>,
}

impl Bar {
    /// Watches over one fetch of a job, and reports on it.
    fn watch(&self, job: &Job, remote: &Remote) -> Watch {
        let (bar, remote, last) = (self.clone(), remote.clone(), Mutex::new(Instant::now()));
        if !job.watch.is_stopped() {
            bar.report(&remote, 0, None);
        }
        job.watch.reporting(move |bytes, all| {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.elapsed() > THROTTLE {
                *last = Instant::now();
                bar.report(&remote, bytes, all);
            }
        })
    }

    fn report(&self, remote: &Remote, bytes: u64, all: Option<u64>) {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let size = match all {
            Some(all) => format!("{:.1} of {:.1} MB", megabytes(bytes), megabytes(all)),
            None => format!("{:.1} MB", megabytes(bytes)),
        };
        (self.sink)(LoadEvent::Progress {
            title: TITLE,
            message: format!("{size} from {}", remote.shown()),
            done: self.finished.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        });
    }
}

fn work(cache: &Cache, job: &Job, bar: &Bar, results: &Sender<Done>) {
    let send = |came: Came, notice: Option<String>, last: bool| {
        // Fails only while the process ends.
        _ = results.send(Done { key: Arc::clone(&job.key), came, notice, last, round: job.round });
    };
    let (mut loaded, mut max_age) = (job.loaded, job.max_age);
    if let Some(there) = &job.read {
        let came = match read_cached(&job.remote, there) {
            Ok(value) => {
                loaded = Some(there.version());
                Came::Value { value, there: there.clone() }
            }
            Err(why) => {
                cache.forget(&job.remote);
                max_age = job.may_ask.then_some(0);
                Came::Failed(why)
            }
        };
        send(came, None, max_age.is_none());
    }
    let Some(max_age) = max_age else { return };
    let (came, notice) = fetch(cache, job, max_age, loaded, bar);
    send(came, notice, true);
}

/// Asks for the newest body, and for the catalog beside it.
fn fetch(
    cache: &Cache,
    job: &Job,
    max_age: u64,
    loaded: Option<Version>,
    bar: &Bar,
) -> (Came, Option<String>) {
    let remote = &job.remote;
    let accept = |path: &Path| match remote.is_pattern() {
        true => read_names(path).map(Value::Names),
        false => parse_fetched(path).map(|manifest| Value::Manifest(Arc::new(manifest))),
    };
    let new = match cache.refresh(remote, max_age, &bar.watch(job, remote), accept) {
        Refreshed::New { value, cached: Some(_), .. } => Some(value),
        // Another server may have fetched it.
        Refreshed::Same(_) => None,
        Refreshed::New { value, cached: None, problem } => {
            let there = There { body: Cached::nowhere(remote), catalog: None };
            let notice = problem.map(|why| format!("{}: {why}", remote.shown()));
            return (Came::Value { value, there }, notice);
        }
        Refreshed::Failed(why) => return (Came::Failed(why), None),
        Refreshed::Stopped => {
            return (Came::Failed(STOPPED.to_owned()), None);
        }
    };
    if let Some(catalog) = remote.catalog() {
        // Most projects have none. What was there before stays in use.
        let accept = |path: &Path| read_catalog(path).map(|_| ());
        if let Refreshed::Failed(why) = cache.refresh(&catalog, max_age, &bar.watch(job, &catalog), accept) {
            tracing::debug!(catalog = catalog.shown(), why, "no catalog");
        }
    }
    let Some(there) = There::get(cache, remote) else {
        return (Came::Failed("the cache was emptied meanwhile; refresh the upstreams".to_owned()), None);
    };
    let came = match new {
        None if loaded == Some(there.version()) => Came::Same(there),
        None => match read_cached(remote, &there) {
            Ok(value) => Came::Value { value, there },
            Err(why) => Came::Failed(why),
        },
        Some(Value::Manifest(manifest)) => {
            let manifest = match Arc::try_unwrap(manifest) {
                Ok(manifest) => there.files().complete(manifest).0.into(),
                Err(shared) => shared,
            };
            Came::Value { value: Value::Manifest(manifest), there }
        }
        Some(value) => Came::Value { value, there },
    };
    (came, None)
}

/// What a file in the cache says.
pub(super) fn read_cached(remote: &Remote, there: &There) -> Result<Value, String> {
    if remote.is_pattern() {
        return read_names(&there.body.path).map(Value::Names);
    }
    let files = there.files();
    let manifest = match files.parsed() {
        Some(manifest) => manifest,
        None => files.complete(parse_fetched(&there.body.path)?).0,
    };
    Ok(Value::Manifest(Arc::new(manifest)))
}

/// The list that a pattern was looked up to.
pub(super) fn read_names(path: &Path) -> Result<Vec<String>, String> {
    let text = loader::read_text(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text.text).map_err(|error| error.to_string())
}
