//! The file that a body is fetched into, before anybody takes it for good: with limits, a count, and a way to stop.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use super::client::{WHOLE, io_fault};
use super::error::FetchError;

/// The most bytes that are fetched: far above any real manifest.
const LIMIT: u64 = 2 << 30;
const CHUNK: usize = 64 << 10;

/// What watches over a fetch and may stop it.
#[derive(Clone)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    report: Arc<dyn Fn(u64, Option<u64>) + Send + Sync>,
}

impl Watch {
    /// `report` is told bytes so far and bytes in all, if known.
    pub fn new(report: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Watch {
        Watch { stop: Arc::default(), report: Arc::new(report) }
    }

    /// The same stop for another report.
    pub fn reporting(&self, report: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Watch {
        Watch { stop: Arc::clone(&self.stop), report: Arc::new(report) }
    }

    /// Stops everything that is watched, for good.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether somebody stopped it.
    pub fn is_stopped(&self) -> bool {
        self.check().is_err()
    }

    /// An error once it is stopped.
    pub(super) fn check(&self) -> Result<(), FetchError> {
        if self.stop.load(Ordering::Relaxed) { Err(FetchError::cancelled()) } else { Ok(()) }
    }
}

impl Default for Watch {
    fn default() -> Watch {
        Watch::new(|_, _| {})
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Watch({:?})", self.stop)
    }
}

/// A file being filled. Dropping it removes the file unless it was kept.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    file: File,
    pub(super) watch: Watch,
    since: Instant,
    kept: bool,
}

impl Draft {
    /// A new empty file in `folder`, readable by its owner only.
    pub(super) fn create(folder: &Path, watch: &Watch) -> io::Result<Draft> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        crate::env::private_folder(folder)?;
        let name = format!(".{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok(Draft { path, file, watch: watch.clone(), since: Instant::now(), kept: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces what is in it by everything that `body` gives. `expected`: how many bytes that must be, if known.
    pub(super) fn fill(&mut self, mut body: impl Read, expected: Option<u64>) -> Result<u64, FetchError> {
        let failed = |error: io::Error| FetchError::lasting(unwritable(&error));
        self.file.set_len(0).map_err(failed)?;
        self.file.rewind().map_err(failed)?;
        let mut buffer = vec![0; CHUNK];
        let mut total = 0;
        loop {
            self.watch.check()?;
            if self.since.elapsed() > WHOLE {
                return Err(FetchError::passing("it takes too long: stopped after 15 minutes"));
            }
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(io_fault(&error)),
            };
            total += count as u64;
            if total > LIMIT {
                return Err(FetchError::lasting("it is larger than 2 GiB, which no manifest is"));
            }
            self.file.write_all(&buffer[..count]).map_err(failed)?;
            // Reading may have taken long: a report after the stop would begin a progress that nothing ends.
            if !self.watch.is_stopped() {
                (self.watch.report)(total, expected);
            }
        }
        if expected.is_some_and(|expected| expected != total) {
            return Err(FetchError::passing("the connection broke before everything was there"));
        }
        self.file.flush().map_err(failed)?;
        Ok(total)
    }

    /// Moves it to `to`, in one step.
    pub(super) fn keep(mut self, to: &Path) -> io::Result<()> {
        self.file.sync_data()?;
        fs::rename(&self.path, to)?;
        self.kept = true;
        Ok(())
    }
}

/// What to say when the cache does not take what was fetched.
pub(super) fn unwritable(error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "it is read-only".to_owned(),
        kind => kind.to_string(),
    };
    format!("cannot write into the cache folder: {why}")
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // A leftover is removed by the next cleaning.
            let _ = fs::remove_file(&self.path);
        }
    }
}
