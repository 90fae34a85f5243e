//! The threads that fetch and read: they may wait for the network, and nobody waits for them.

use super::super::manifests::parse_fetched;
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
/// Reports of progress in between are swallowed.
const THROTTLE: Duration = Duration::from_millis(100);

/// Something to do about one remote manifest.
pub(super) struct Job {
    pub(super) key: ManifestKey,
    pub(super) remote: Remote,
    /// Read this first.
    pub(super) read: Option<Cached>,
    /// `fetched_at` of what the mesh has.
    pub(super) loaded: Option<u64>,
    /// Ask for a newer one if it is older than this, in seconds.
    pub(super) max_age: Option<u64>,
    pub(super) watch: Watch,
}

/// What a job came to.
pub(in super::super) struct Done {
    pub(super) key: ManifestKey,
    pub(super) came: Came,
    /// Something the user may want to know.
    pub(super) notice: Option<String>,
    /// Nothing more comes of the job.
    pub(super) last: bool,
}

pub(super) enum Came {
    Value { value: Value, cached: Cached },
    Same(Cached),
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
        Pool { jobs, results, total }
    }

    pub(super) fn add(&self, job: Job) {
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
    fn report(&self, remote: &Remote, bytes: u64, all: Option<u64>) {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let size = match all {
            Some(all) => format!("{:.1} of {:.1} MB", megabytes(bytes), megabytes(all)),
            None => format!("{:.1} MB", megabytes(bytes)),
        };
        (self.sink)(LoadEvent::Progress {
            title: TITLE,
            message: format!("{} ({size})", remote.shown()),
            done: self.finished.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        });
    }
}

fn work(cache: &Cache, job: &Job, bar: &Bar, results: &Sender<Done>) {
    let send = |came: Came, notice: Option<String>, last: bool| {
        // Fails only while the process ends.
        _ = results.send(Done { key: Arc::clone(&job.key), came, notice, last });
    };
    let mut loaded = job.loaded;
    if let Some(cached) = &job.read {
        let came = match read_cached(&job.remote, cached) {
            Ok(value) => {
                loaded = Some(cached.fetched_at);
                Came::Value { value, cached: cached.clone() }
            }
            Err(why) => Came::Failed(why),
        };
        send(came, None, job.max_age.is_none());
    }
    let Some(max_age) = job.max_age else { return };
    let (bar, remote, last) = (bar.clone(), job.remote.clone(), Mutex::new(Instant::now()));
    bar.report(&remote, 0, None);
    let watch = job.watch.reporting(move |bytes, all| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() > THROTTLE {
            *last = Instant::now();
            bar.report(&remote, bytes, all);
        }
    });
    let accept = |path: &Path| read(&job.remote, path);
    let (came, notice) = match cache.refresh(&job.remote, max_age, &watch, accept) {
        Refreshed::New { value, cached: Some(cached), .. } => (Came::Value { value, cached }, None),
        Refreshed::New { value, cached: None, problem } => {
            let cached = Cached::nowhere(&job.remote);
            let notice = problem.map(|why| format!("{}: {why}", job.remote.shown()));
            (Came::Value { value, cached }, notice)
        }
        // Another server fetched it.
        Refreshed::Same(cached) if loaded != Some(cached.fetched_at) => {
            match read_cached(&job.remote, &cached) {
                Ok(value) => (Came::Value { value, cached }, None),
                Err(why) => (Came::Failed(why), None),
            }
        }
        Refreshed::Same(cached) => (Came::Same(cached), None),
        Refreshed::Failed(why) => (Came::Failed(why), None),
        Refreshed::Stopped => {
            (Came::Failed("fetching it was stopped; refresh the upstreams to go on".to_owned()), None)
        }
    };
    send(came, notice, true);
}

/// What a file in the cache says.
pub(super) fn read_cached(remote: &Remote, cached: &Cached) -> Result<Value, String> {
    read(remote, &cached.path)
}

fn read(remote: &Remote, path: &Path) -> Result<Value, String> {
    if remote.is_pattern() {
        return read_names(path).map(Value::Names);
    }
    parse_fetched(path).map(|manifest| Value::Manifest(Arc::new(manifest)))
}

/// The list that a pattern was looked up to.
pub(super) fn read_names(path: &Path) -> Result<Vec<String>, String> {
    let text = loader::read_text(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text.text).map_err(|error| error.to_string())
}
