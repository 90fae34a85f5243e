//! Local manifests: small ones are read at once, large ones in the background; the last good one stays.

use super::reading::{Files, Whole, catalog_beside, parse_body};
use super::state::State;
use super::{Item, LoadEvent, Sink};
use ide::Severity;
use loader::Stamp;
use project::registry::ManifestKey;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

/// Up to so many bytes of manifests are read before the first answers: it takes some milliseconds.
pub(super) const AT_ONCE: u64 = 4 << 20;
const TITLE: &str = "Reading upstream manifests";
/// A manifest that was written less than this ago may still be in the writing.
const YOUNG: Duration = Duration::from_secs(2);
/// Who writes a manifest does not pause for longer.
const MOMENT: Duration = Duration::from_millis(200);
/// How often one that changes under our hands is tried.
const READ_AGAIN: usize = 10;
/// So many are read beside each other.
const THREADS: usize = 4;

/// What tells a manifest and the catalog beside it from other versions of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    manifest: Option<Stamp>,
    catalog: Option<Stamp>,
}

impl Stamps {
    fn of(key: &str) -> Stamps {
        let path = Path::new(key);
        Stamps {
            manifest: loader::stamp(path),
            catalog: catalog_beside(path).and_then(|path| loader::stamp(&path)),
        }
    }
}

/// Reads every wanted manifest that was never read.
pub(super) fn read_new(state: &mut State) {
    let unread = state.manifests.iter().filter(|(_, known)| known.manifest.is_none());
    let new: Vec<ManifestKey> = unread.map(|(key, _)| Arc::clone(key)).collect();
    read(state, new);
}

/// The manifest whose catalog would be at `path`.
pub(super) fn of_catalog(state: &State, path: &Path) -> Option<ManifestKey> {
    path.file_name()?.to_str()?.contains("catalog").then_some(())?;
    let mut keys = state.manifests.keys();
    keys.find(|key| catalog_beside(Path::new(&***key)).as_deref() == Some(path)).cloned()
}

/// Reads those of `keys` whose files are not those read last.
pub(super) fn read(state: &mut State, keys: Vec<ManifestKey>) {
    let mut large = Vec::new();
    let mut left = AT_ONCE;
    for key in keys {
        let stamps = Stamps::of(&key);
        let Some(known) = state.manifests.get_mut(&key) else { continue };
        if stamps.manifest.is_some() && *known == stamps {
            continue;
        }
        let only_catalog = stamps.manifest.is_some() && known.manifest == stamps.manifest;
        *known = stamps;
        let job = Job { key, only_catalog };
        let cost = stamps.manifest.map_or(0, |_| Files::local(Path::new(&*job.key)).cost());
        match left.checked_sub(cost) {
            Some(rest) => {
                left = rest;
                read_one(&state.sink(), &job);
            }
            None => large.push(job),
        }
    }
    if state.wait_for_manifests {
        read_beside_each_other(&state.sink(), &large);
    } else if !large.is_empty() {
        let loading = large.iter().map(|job| Item::ManifestLoading(Arc::clone(&job.key))).collect();
        state.send(loading);
        let sink = state.sink();
        let started = thread::Builder::new()
            .name("manifests".into())
            .spawn(move || read_beside_each_other(&sink, &large));
        if let Err(error) = started {
            tracing::error!(%error, "cannot start reading manifests");
        }
    }
}

/// A manifest to read.
struct Job {
    key: ManifestKey,
    /// The manifest itself is the one that was read last.
    only_catalog: bool,
}

/// Each needs memory for what it reads: a few at a time.
fn read_beside_each_other(sink: &Sink, jobs: &[Job]) {
    if jobs.is_empty() {
        return;
    }
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS).min(jobs.len());
    let work = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (done, total) = (finished.load(Ordering::Relaxed), jobs.len());
            sink(LoadEvent::Progress { title: TITLE, message: job.key.to_string(), done, total });
            read_one(sink, job);
            finished.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // This thread does what others cannot be started for.
            let _ = thread::Builder::new().name("manifest".into()).spawn_scoped(scope, work);
        }
        work();
    });
    sink(LoadEvent::Finished { title: TITLE });
}

fn read_one(sink: &Sink, job: &Job) {
    let key = &job.key;
    // One that is still being written will be noticed again.
    let Some(read) = settled(Path::new(&**key)) else { return };
    let notice = |severity: Severity, text: String| sink(LoadEvent::Notice { severity, text });
    let item = match read {
        Ok(((manifest, problem), stamp)) => {
            let has_problem = problem.is_some();
            if let Some(why) = problem {
                notice(Severity::Info, format!("{why}; columns and types are those of the manifest"));
            }
            if has_problem && job.only_catalog {
                // What the last good catalog said stays.
                return;
            }
            Item::ManifestRead {
                key: Arc::clone(key),
                manifest: Arc::new(manifest),
                modified: seconds(stamp),
            }
        }
        Err(why) => {
            let why = if why.starts_with(&**key) { why } else { format!("{key}: {why}") };
            // That there is none is told where the upstream is declared; it may be of no importance.
            let is_there = Path::new(&**key).exists();
            notice(if is_there { Severity::Warning } else { Severity::Info }, why.clone());
            Item::ManifestFailed { key: Arc::clone(key), why }
        }
    };
    sink(LoadEvent::Batch(vec![item]));
}

/// Reads a manifest. One that was written just now may be in the writing: what is wrong with it, or with its catalog,
/// counts only once it rests. `None` when it does not.
fn settled(path: &Path) -> Option<Result<(Whole, Stamp), String>> {
    for _ in 0..READ_AGAIN {
        let before = stamps(path);
        let young = |stamp: Option<Stamp>| {
            stamp.and_then(|stamp| stamp.modified?.elapsed().ok()).is_some_and(|ago| ago < YOUNG)
        };
        let bad = |read: &Result<(Whole, Stamp), String>| match read {
            Err(_) => young(before.manifest),
            Ok(((_, problem), _)) => problem.is_some() && young(before.catalog),
        };
        match parse(path).transpose() {
            Some(read) if bad(&read) => {
                thread::sleep(MOMENT);
                if stamps(path) == before {
                    return parse(path).transpose();
                }
            }
            Some(read) => return Some(read),
            None => {}
        }
    }
    None
}

fn stamps(path: &Path) -> Stamps {
    path.to_str().map_or_else(Stamps::default, Stamps::of)
}

fn seconds(stamp: Stamp) -> Option<i64> {
    let since = stamp.modified?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// `None` when the manifest was rewritten meanwhile.
fn parse(path: &Path) -> Result<Option<(Whole, Stamp)>, String> {
    let files = Files::local(path);
    let before = loader::stamp(path);
    let (whole, stamp) = match (files.parsed(), before) {
        (Some(manifest), Some(stamp)) => (Ok((manifest, None)), stamp),
        _ => {
            let file = loader::open_manifest(path).map_err(|error| error.to_string())?;
            let stamp = file.stamp;
            let read = parse_body(file.body);
            if loader::stamp(path).is_some_and(|now| now != stamp) {
                return Ok(None);
            }
            (read.map(|manifest| files.complete(manifest)), stamp)
        }
    };
    if loader::stamp(path).is_some_and(|now| now != stamp) {
        return Ok(None);
    }
    Ok(Some((whole?, stamp)))
}

/// Reads a manifest, with its catalog, as it is now. The error is for people.
pub fn read_manifest(path: &Path) -> Result<project::upstream::Manifest, String> {
    let read = parse(path)?;
    read.map(|((manifest, _), _)| manifest).ok_or_else(|| "it is being written".to_owned())
}
