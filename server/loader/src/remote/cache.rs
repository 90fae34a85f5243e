//! What was fetched last, by address, in the user's cache folder: shared by all servers of this user.
//!
//! Each address has a folder: `body` as it came, `meta.json` about it, `parsed` if somebody left a faster form, `lock`.
//! A body is replaced in one step and only by one that was accepted; `meta.json` follows it, so that a crash in between
//! means one request too many and nothing else.

mod evict;
mod meta;
#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use project::upstream::Remote;

pub use self::evict::Size;
use self::meta::{Meta, now};
use crate::parsed::ParsedFile;

use super::draft::{Draft, Watch, unwritable};
use super::error::{FetchError, FetchFault};
use super::{Answer, Validators, attempt, retry};

/// How long another process may hold an entry: as long as a large fetch over a slow line takes.
const LOCK: Duration = Duration::from_secs(120);
/// After a failure it is tried again so much later.
const AFTER_FAILURE: u64 = 5 * 60;

/// The cache.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// What the cache has of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// The file with the body.
    pub path: PathBuf,
    /// The address for people.
    pub shown: String,
    /// When the body came, seconds since 1970.
    pub fetched_at: u64,
    /// When the server last said that it is the newest, seconds since 1970.
    pub checked_at: u64,
    /// Why the last attempt to refresh it failed.
    pub failure: Option<String>,
    /// The body's size.
    pub bytes: u64,
}

impl Cached {
    /// What was fetched just now and could not be kept.
    pub fn nowhere(remote: &Remote) -> Cached {
        let at = now();
        Cached {
            path: PathBuf::new(),
            shown: remote.shown().to_owned(),
            fetched_at: at,
            checked_at: at,
            failure: None,
            bytes: 0,
        }
    }

    /// The file for the faster form of the body.
    pub fn parsed(&self) -> ParsedFile {
        ParsedFile::beside(&self.path)
    }
}

/// What a refresh came to.
#[derive(Debug)]
pub enum Refreshed<T> {
    /// The newest is what is there already.
    Same(Cached),
    /// A new body was accepted.
    New {
        /// What accepting it gave.
        value: T,
        /// Where it is now; `None` when the cache did not take it.
        cached: Option<Cached>,
        /// Why the cache did not take it.
        problem: Option<String>,
    },
    /// It failed: why. What was there before still is.
    Failed(String),
    /// It was stopped.
    Stopped,
}

impl Cache {
    /// The cache below the folder that [`crate::cache_dir`] gives.
    pub fn below(cache_dir: &Path) -> Cache {
        Cache { folder: cache_dir.join("upstreams") }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn entry(&self, remote: &Remote) -> PathBuf {
        self.folder.join(remote.digest())
    }

    /// What is there of an address; `None` when it was never fetched.
    pub fn get(&self, remote: &Remote) -> Option<Cached> {
        cached(&self.entry(remote))
    }

    /// Why the last attempt at an address failed, also when nothing ever came of it.
    pub fn failure(&self, remote: &Remote) -> Option<String> {
        Some(Meta::read(&self.entry(remote))?.failed?.why)
    }

    /// Drops what is there of an address: it turned out to be no good, and the server would say that it is the newest.
    pub fn forget(&self, remote: &Remote) {
        let folder = self.entry(remote);
        // What cannot be removed is found to be no good again.
        let _ = fs::remove_file(folder.join("meta.json"));
        let _ = fs::remove_file(folder.join("body"));
    }

    /// Whether it is time to ask again. `max_age` in seconds.
    pub fn is_due(&self, remote: &Remote, max_age: u64) -> bool {
        Meta::read(&self.entry(remote)).is_none_or(|meta| is_due(&meta, max_age))
    }

    /// Asks for the newest body, unless what is there was checked less than `max_age` seconds ago. `accept` looks at a
    /// new one, in a file that is gone afterwards; what it refuses never replaces a good one. Blocks.
    pub fn refresh<T>(
        &self,
        remote: &Remote,
        max_age: u64,
        watch: &Watch,
        accept: impl FnOnce(&Path) -> Result<T, String>,
    ) -> Refreshed<T> {
        let began = now();
        let folder = self.entry(remote);
        // Held until the end; an entry that nobody can lock is refreshed all the same.
        let (_lock, waited) = match lock(&folder, watch) {
            Ok(lock) => lock,
            Err(error) if error.kind == FetchFault::Cancelled => return Refreshed::Stopped,
            Err(error) => return Refreshed::Failed(error.message),
        };
        let before = Meta::read(&folder);
        if let (Some(meta), Some(cached)) = (&before, cached(&folder)) {
            // Somebody else may have refreshed it while we waited.
            let just_now = waited && meta.checked_at >= began && meta.checked_at <= now();
            if meta.failed.is_none() && (just_now || !is_due(meta, max_age)) {
                return Refreshed::Same(cached);
            }
        }
        let mut meta = before.unwrap_or_else(|| Meta::new(remote.shown()));
        // Where nothing can be kept it can still be used.
        let (draft, unkept) = match Draft::create(&folder, watch) {
            Ok(draft) => (Ok(draft), None),
            Err(error) => (Draft::create(&std::env::temp_dir(), watch), Some(error)),
        };
        let mut draft = match draft {
            Ok(draft) => draft,
            Err(error) => return Refreshed::Failed(unwritable(&error)),
        };
        let known = if cached(&folder).is_some() { meta.validators.clone() } else { Validators::default() };
        let answer = retry::with_retries(watch, || attempt(remote, &known, &mut draft));
        match answer {
            Ok(Answer::Unchanged) => {
                meta.checked(now());
                // Its age cannot be kept: the next start asks again.
                let _ = meta.write(&folder);
                match cached(&folder) {
                    Some(cached) => Refreshed::Same(cached),
                    None => Refreshed::Failed(
                        "the server has nothing new, but what it sent before is gone".to_owned(),
                    ),
                }
            }
            Ok(Answer::Body(validators)) => match accept(draft.path()) {
                Ok(value) => {
                    meta.validators = validators;
                    let taken = match unkept {
                        Some(error) => Err(error),
                        None => take(draft, &folder, &mut meta),
                    };
                    match taken {
                        Ok(()) => Refreshed::New { value, cached: cached(&folder), problem: None },
                        Err(error) => {
                            Refreshed::New { value, cached: None, problem: Some(unwritable(&error)) }
                        }
                    }
                }
                Err(why) => {
                    drop(draft);
                    failed(meta, &folder, format!("what the server sent is no manifest: {why}"))
                }
            },
            Err(error) if error.kind == FetchFault::Cancelled => Refreshed::Stopped,
            Err(error) => {
                // It may fill the disk on which the failure is noted.
                drop(draft);
                failed(meta, &folder, error.message)
            }
        }
    }
}

fn failed<T>(mut meta: Meta, folder: &Path, why: String) -> Refreshed<T> {
    meta.failed_because(now(), &why);
    // Only memory: the next start tries at once.
    let _ = meta.write(folder);
    Refreshed::Failed(why)
}

fn take(draft: Draft, folder: &Path, meta: &mut Meta) -> io::Result<()> {
    // Made of the old body.
    let _ = fs::remove_file(folder.join("parsed"));
    let body = folder.join("body");
    draft.keep(&body)?;
    meta.bytes = fs::metadata(&body)?.len();
    meta.fetched_at = now();
    meta.checked(now());
    meta.write(folder)
}

fn cached(folder: &Path) -> Option<Cached> {
    let meta = Meta::read(folder)?;
    let path = folder.join("body");
    let bytes = fs::metadata(&path).ok().filter(|metadata| metadata.is_file())?.len();
    Some(Cached {
        path,
        shown: meta.shown,
        fetched_at: meta.fetched_at,
        checked_at: meta.checked_at,
        failure: meta.failed.map(|failed| failed.why),
        bytes,
    })
}

/// A clock that went back makes a date in the future: then it is time, too.
fn is_due(meta: &Meta, max_age: u64) -> bool {
    let passed = |at: u64, age: u64| now().checked_sub(at).is_none_or(|passed| passed >= age);
    match &meta.failed {
        Some(failed) => passed(failed.at, AFTER_FAILURE.min(max_age)),
        None => passed(meta.checked_at, max_age),
    }
}

/// Waits until no other process refreshes the entry; gives whether one did. No file when it cannot be locked at all.
fn lock(folder: &Path, watch: &Watch) -> Result<(Option<File>, bool), FetchError> {
    if crate::env::private_folder(folder).is_err() {
        return Ok((None, false));
    }
    let Ok(file) = File::options().create(true).truncate(false).write(true).open(folder.join("lock")) else {
        return Ok((None, false));
    };
    let began = Instant::now();
    let mut waited = false;
    while began.elapsed() < LOCK {
        match file.try_lock() {
            Ok(()) => return Ok((Some(file), waited)),
            Err(TryLockError::WouldBlock) => retry::rest(watch, Duration::from_millis(100))?,
            // Some network file systems have no locks.
            Err(TryLockError::Error(_)) => return Ok((None, waited)),
        }
        waited = true;
    }
    Err(FetchError::passing("another server has been fetching it for two minutes"))
}
