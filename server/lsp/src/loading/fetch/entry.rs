//! What is known of one remote manifest, and how the mesh is told of it.

use super::super::Item;
use super::workers::{There, Version};
use project::registry::{ManifestKey, RemoteState};
use project::upstream::{Manifest, Remote};
use smol_str::SmolStr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// One remote manifest, or a pattern that names several.
pub(super) struct Entry {
    pub(super) remote: Remote,
    pub(super) trusted: bool,
    /// Some project wants it.
    pub(super) wished: bool,
    /// A worker has it in hand.
    pub(super) busy: bool,
    /// How old it may be, in seconds.
    pub(super) refresh: u64,
    /// When it is looked at again, seconds since 1970; 0 before the first time.
    pub(super) next: u64,
    /// What the mesh has.
    pub(super) loaded: Option<Version>,
    /// When its server was last asked with success.
    pub(super) checked: Option<u64>,
    /// The file that it was read from.
    file: Option<Arc<str>>,
    /// What the configuration calls it.
    pub(super) label: Option<SmolStr>,
    /// The project's own name, once read.
    project: Option<SmolStr>,
    /// What a pattern names, once looked up.
    pub(super) names: Option<Vec<String>>,
    /// Why the last attempt failed.
    pub(super) failure: Option<String>,
    /// Why there is no attempt.
    pub(super) hold: Option<String>,
    told: Option<(RemoteState, Option<String>, bool)>,
}

impl Entry {
    pub(super) fn new(remote: Remote) -> Entry {
        Entry {
            remote,
            trusted: false,
            wished: false,
            busy: false,
            refresh: 0,
            next: 0,
            loaded: None,
            checked: None,
            file: None,
            label: None,
            project: None,
            names: None,
            failure: None,
            hold: None,
            told: None,
        }
    }

    /// Whether the user means this one by `name`: its project's, the configuration's, or, while the project is not
    /// known, a part of its address.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let is = |known: &Option<SmolStr>| known.as_deref() == Some(name);
        // It may bring anything.
        if self.remote.is_pattern() {
            return true;
        }
        let in_address = || self.remote.shown().split(['/', '@', ':']).any(|part| part == name);
        is(&self.project) || is(&self.label) || self.project.is_none() && in_address()
    }

    /// Whether it is time to look again. A clock that went back counts.
    pub(super) fn is_due(&self, now: u64) -> bool {
        !self.busy && self.wished && (self.next <= now || self.next > now.saturating_add(self.refresh))
    }

    /// A manifest was read from what is there.
    pub(super) fn read(&mut self, key: &ManifestKey, manifest: Arc<Manifest>, there: &There) -> Item {
        self.loaded = Some(there.version());
        self.checked = Some(there.body.checked_at);
        self.file = Some(loader::slashed(&there.body.path).into());
        self.project.clone_from(&manifest.project_name);
        let modified = i64::try_from(there.body.fetched_at).ok();
        Item::ManifestRead { key: Arc::clone(key), manifest, modified }
    }

    /// What the mesh should know, if it does not.
    pub(super) fn tell(&mut self, key: &ManifestKey) -> Option<Item> {
        let seconds = |at: Option<u64>| at.and_then(|at| i64::try_from(at).ok());
        let state = RemoteState {
            file: self.file.clone(),
            fetched: seconds(self.loaded.map(|version| version.body)),
            checked: seconds(self.checked),
            untrusted: self.hold.is_some() && !self.trusted,
        };
        let why = match (&self.failure, &self.hold) {
            // What nobody asks for is not failing.
            (_, Some(hold)) if self.loaded.is_none() || !self.trusted => Some(hold),
            (failure, _) => failure.as_ref(),
        };
        let failure = why.map(|why| format!("{}: {why}", self.remote.shown()));
        let loading = self.busy && self.loaded.is_none();
        let told = Some((state.clone(), failure.clone(), loading));
        if self.told == told {
            return None;
        }
        self.told = told;
        Some(Item::Remote { key: Arc::clone(key), state, failure, loading })
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
