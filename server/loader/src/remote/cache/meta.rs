//! What is known about a body in the cache, as a small JSON file. Holds no secrets and no address that has one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::super::Validators;

/// The file's format: another one counts as not there.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    format: u32,
    /// The address for people.
    pub(super) shown: String,
    #[serde(flatten)]
    pub(super) validators: Validators,
    /// Seconds since 1970; 0 when nothing was fetched yet.
    pub(super) fetched_at: u64,
    /// Seconds since 1970.
    pub(super) checked_at: u64,
    pub(super) bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failed: Option<Failed>,
}

/// The last attempt, if it failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Failed {
    /// Seconds since 1970.
    pub(super) at: u64,
    pub(super) why: String,
}

impl Meta {
    pub(super) fn new(shown: &str) -> Meta {
        Meta {
            format: FORMAT,
            shown: shown.to_owned(),
            validators: Validators::default(),
            fetched_at: 0,
            checked_at: 0,
            bytes: 0,
            failed: None,
        }
    }

    /// What the folder's file says; `None` when there is none of this version.
    pub(super) fn read(folder: &Path) -> Option<Meta> {
        let text = fs::read(folder.join("meta.json")).ok()?;
        let meta: Meta = serde_json::from_slice(&text).ok()?;
        (meta.format == FORMAT).then_some(meta)
    }

    /// Replaces the folder's file in one step.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        let draft = folder.join(format!(".meta-{}.tmp", std::process::id()));
        let written = fs::File::create(&draft).and_then(|mut file| file.write_all(&text));
        written.and_then(|()| fs::rename(&draft, folder.join("meta.json"))).inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })
    }

    /// What is there is the newest.
    pub(super) fn checked(&mut self, at: u64) {
        self.checked_at = at;
        self.failed = None;
    }

    /// It could not be refreshed.
    pub(super) fn failed_because(&mut self, at: u64, why: &str) {
        self.failed = Some(Failed { at, why: why.to_owned() });
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
