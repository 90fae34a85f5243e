//! Keeping the cache small: what was not asked for longest goes first.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use project::upstream::Remote;

use super::Cache;
use super::meta::Meta;
use crate::env::process_env;

/// All bodies together are kept below this, unless `DBT_MESH_CACHE_MIB` says otherwise.
const LIMIT_MIB: u64 = 8 << 10;
/// A draft this old belongs to a process that is gone.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Addresses.
    pub entries: usize,
    /// Bytes of their files.
    pub bytes: u64,
}

struct Entry {
    folder: PathBuf,
    used: u64,
    bytes: u64,
}

impl Cache {
    /// Removes the entries that were not checked longest until the rest fits; those in `keep` stay. Gives what was
    /// removed.
    pub fn evict(&self, keep: &[&Remote]) -> Size {
        let limit = process_env("DBT_MESH_CACHE_MIB").and_then(|text| text.trim().parse().ok());
        self.evict_to(limit.unwrap_or(LIMIT_MIB) << 20, keep)
    }

    pub(super) fn evict_to(&self, limit: u64, keep: &[&Remote]) -> Size {
        let keep: Vec<PathBuf> = keep.iter().map(|remote| self.entry(remote)).collect();
        let mut entries = self.entries();
        entries.sort_by_key(|entry| entry.used);
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        let mut removed = Size::default();
        for entry in entries {
            if total <= limit {
                break;
            }
            if keep.contains(&entry.folder) || fs::remove_dir_all(&entry.folder).is_err() {
                continue;
            }
            total -= entry.bytes;
            removed.entries += 1;
            removed.bytes += entry.bytes;
        }
        removed
    }

    /// How much there is.
    pub fn size(&self) -> Size {
        let entries = self.entries();
        Size { entries: entries.len(), bytes: entries.iter().map(|entry| entry.bytes).sum() }
    }

    /// Removes everything. Gives what was there.
    pub fn clear(&self) -> std::io::Result<Size> {
        let size = self.size();
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(size),
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        folders.map(|entry| entry.path()).filter(|path| path.is_dir()).map(|path| entry(&path)).collect()
    }
}

fn entry(folder: &Path) -> Entry {
    let mut bytes = 0;
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(metadata) = file.metadata() else { continue };
        let is_draft = file.path().extension().is_some_and(|extension| extension == "tmp");
        let old = metadata
            .modified()
            .is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > LEFTOVER));
        if is_draft && old && fs::remove_file(file.path()).is_ok() {
            continue;
        }
        bytes += metadata.len();
    }
    let used = Meta::read(folder).map_or(0, |meta| {
        meta.checked_at.max(meta.fetched_at).max(meta.failed.map_or(0, |failed| failed.at))
    });
    Entry { folder: folder.to_path_buf(), used, bytes }
}
