//! Reading manifests: small ones at once, large ones in the background; the last good one stays.

use super::state::State;
use super::{Item, LoadEvent, Sink};
use ide::Severity;
use loader::{ManifestBody, Stamp};
use project::registry::ManifestKey;
use project::upstream::manifest;
use project::upstream::{Manifest, ManifestError, publication};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

/// Up to this size a manifest is read before the first answers: it takes some milliseconds.
const AT_ONCE: u64 = 4 << 20;
const TITLE: &str = "Reading upstream manifests";
/// A manifest that was written less than this ago may still be in the writing.
const YOUNG: Duration = Duration::from_secs(2);
/// Who writes a manifest does not pause for longer.
const MOMENT: Duration = Duration::from_millis(200);
/// How often one that changes under our hands is tried.
const READ_AGAIN: usize = 10;

/// Reads every wanted manifest that was never read.
pub(super) fn read_new(state: &mut State) {
    let new: Vec<ManifestKey> =
        state.manifests.iter().filter(|(_, stamp)| stamp.is_none()).map(|(key, _)| Arc::clone(key)).collect();
    read(state, new);
}

/// Reads those of `keys` whose file is not the one read last.
pub(super) fn read(state: &mut State, keys: Vec<ManifestKey>) {
    let mut large = Vec::new();
    for key in keys {
        let stamp = loader::stamp(Path::new(&*key));
        let Some(known) = state.manifests.get_mut(&key) else { continue };
        if stamp.is_some() && *known == stamp {
            continue;
        }
        *known = stamp;
        if stamp.is_some_and(|stamp| stamp.len > AT_ONCE) && !state.wait_for_manifests {
            state.send(vec![Item::ManifestLoading(Arc::clone(&key))]);
            large.push(key);
        } else {
            read_one(&state.sink(), &key);
        }
    }
    if large.is_empty() {
        return;
    }
    let sink = state.sink();
    let started = thread::Builder::new().name("manifests".into()).spawn(move || {
        let total = large.len();
        for (done, key) in large.iter().enumerate() {
            sink(LoadEvent::Progress { title: TITLE, message: key.to_string(), done, total });
            read_one(&sink, key);
        }
        sink(LoadEvent::Finished { title: TITLE });
    });
    if let Err(error) = started {
        tracing::error!(%error, "cannot start reading manifests");
    }
}

fn read_one(sink: &Sink, key: &ManifestKey) {
    // One that is still being written will be noticed again.
    let Some(read) = settled(Path::new(&**key)) else { return };
    let item = match read {
        Ok((manifest, stamp)) => Item::ManifestRead {
            key: Arc::clone(key),
            manifest: Arc::new(manifest),
            modified: seconds(stamp),
        },
        Err(why) => {
            let why = if why.starts_with(&**key) { why } else { format!("{key}: {why}") };
            // That there is none is told where the upstream is declared; it may be of no importance.
            let is_there = Path::new(&**key).exists();
            let severity = if is_there { Severity::Warning } else { Severity::Info };
            sink(LoadEvent::Notice { severity, text: why.clone() });
            Item::ManifestFailed { key: Arc::clone(key), why }
        }
    };
    sink(LoadEvent::Batch(vec![item]));
}

/// Reads a manifest. One that was written just now may be in the writing: what is wrong with it counts only once
/// it rests. `None` when it does not.
fn settled(path: &Path) -> Option<Result<(Manifest, Stamp), String>> {
    for _ in 0..READ_AGAIN {
        let before = loader::stamp(path);
        let written = before.and_then(|stamp| stamp.modified?.elapsed().ok());
        match parse(path).transpose() {
            Some(Err(_)) if written.is_some_and(|ago| ago < YOUNG) => {
                thread::sleep(MOMENT);
                if loader::stamp(path) == before {
                    return parse(path).transpose();
                }
            }
            Some(read) => return Some(read),
            None => {}
        }
    }
    None
}

fn seconds(stamp: Stamp) -> Option<i64> {
    let since = stamp.modified?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// A manifest, or a publication file, which has another shape and the same meaning.
/// `None` when it was rewritten meanwhile.
fn parse(path: &Path) -> Result<Option<(Manifest, Stamp)>, String> {
    let read = |read: fn(ManifestBody) -> Result<Manifest, ManifestError>| {
        let file = loader::open_manifest(path).map_err(|error| error.to_string())?;
        let stamp = file.stamp;
        let result = read(file.body).map_err(|error| error.to_string());
        if loader::stamp(path).is_some_and(|now| now != stamp) {
            return Ok(None);
        }
        Ok(Some((result?, stamp)))
    };
    let as_manifest = |body| match body {
        ManifestBody::Whole(bytes) => manifest::read_slice(&bytes),
        ManifestBody::Stream(reader) => manifest::read_from(reader),
    };
    let as_publication = |body| match body {
        ManifestBody::Whole(bytes) => publication::read_slice(&bytes),
        ManifestBody::Stream(reader) => publication::read_from(reader),
    };
    let is_publication = loader::read_head(path, 64 << 10).is_some_and(|head| {
        head.contains("/publication/") || head.contains("\"public_models\"") && !head.contains("\"nodes\"")
    });
    if is_publication { read(as_publication) } else { read(as_manifest) }
}
