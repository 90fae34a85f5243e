//! Watching a folder by looking at it again and again.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::batch::What;
use crate::read::Stamp;
use crate::walk::FileKind;

/// What a folder held when last looked at: folders, and the stamps of files of a known kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Snapshot(FxHashMap<OsString, Option<Stamp>>);

impl Snapshot {
    /// The folder as it is now; empty if it is not there.
    pub(super) fn of(dir: &Path) -> Snapshot {
        let Ok(entries) = fs::read_dir(dir) else { return Snapshot::default() };
        let entries = entries.flatten().filter_map(|entry| {
            let name = entry.file_name();
            let kind = entry.file_type().ok()?;
            if kind.is_dir() {
                return Some((name, None));
            }
            if !kind.is_symlink() && FileKind::of(&name.to_string_lossy()).is_none() {
                return None;
            }
            let metadata = fs::metadata(entry.path()).ok()?;
            Some((name, (!metadata.is_dir()).then(|| Stamp::of(&metadata))))
        });
        Snapshot(entries.collect())
    }

    /// Takes a file for there, unless it is known already: the next look says that it changed or is gone.
    pub(super) fn expect(&mut self, name: &OsStr) {
        // No file looks like a folder.
        self.0.entry(name.to_owned()).or_insert(None);
    }

    /// What happened between this snapshot and a later one, in no order.
    pub(super) fn until(&self, later: &Snapshot) -> Vec<(OsString, What)> {
        let gone = self
            .0
            .keys()
            .filter(|name| !later.0.contains_key(*name))
            .map(|name| (name.clone(), What::Removed));
        let come = later.0.iter().filter_map(|(name, stamp)| match self.0.get(name) {
            None => Some((name.clone(), What::Created)),
            Some(before) if before != stamp => Some((name.clone(), What::Touched)),
            Some(_) => None,
        });
        gone.chain(come).collect()
    }
}
