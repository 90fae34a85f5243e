//! Reading manifests: small ones at once, large ones in the background; the last good one stays.

use super::state::State;
use super::{Item, LoadEvent, Sink};
use ide::Severity;
use loader::{ManifestBody, Stamp};
use project::registry::ManifestKey;
use project::upstream::manifest;
use project::upstream::{Manifest, publication};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

/// Up to this size a manifest is read before the first answers: it takes some milliseconds.
pub(super) const AT_ONCE: u64 = 4 << 20;
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
    let file = loader::open_manifest(path).map_err(|error| error.to_string())?;
    let stamp = file.stamp;
    let result = parse_body(file.body);
    if loader::stamp(path).is_some_and(|now| now != stamp) {
        return Ok(None);
    }
    Ok(Some((result?, stamp)))
}

/// Reads a manifest as it is now. The error is for people.
pub fn read_manifest(path: &Path) -> Result<Manifest, String> {
    let read = parse(path)?;
    read.map(|(manifest, _)| manifest).ok_or_else(|| "it is being written".to_owned())
}

/// Reads a file that nobody writes to: one that was fetched.
pub(super) fn parse_fetched(path: &Path) -> Result<Manifest, String> {
    // Its path says nothing to people.
    let file = loader::open_manifest(path).map_err(|error| match error.fault {
        loader::Fault::NotFound => "it is gone".to_owned(),
        loader::Fault::Io(error) => format!("cannot be read: {error}"),
        _ => "cannot be read".to_owned(),
    })?;
    parse_body(file.body)
}

/// Reads a manifest or publication that is in memory.
pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest, String> {
    let read =
        if is_publication(bytes) { publication::read_slice(bytes) } else { manifest::read_slice(bytes) };
    read.map_err(|error| error.to_string())
}

fn parse_body(body: ManifestBody) -> Result<Manifest, String> {
    let manifest = match body {
        ManifestBody::Whole(bytes) => return parse_manifest(&bytes),
        ManifestBody::Stream(mut reader) => {
            let mut head = Vec::new();
            let read = reader.by_ref().take(HEAD as u64).read_to_end(&mut head);
            read.map_err(|error| format!("cannot be read: {error}"))?;
            let is_publication = is_publication(&head);
            let whole = std::io::Cursor::new(head).chain(reader);
            if is_publication { publication::read_from(whole) } else { manifest::read_from(whole) }
        }
    };
    manifest.map_err(|error| error.to_string())
}

/// Both say what they are near their start.
const HEAD: usize = 64 << 10;

fn is_publication(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    head.contains("/publication/") || head.contains("\"public_models\"") && !head.contains("\"nodes\"")
}
