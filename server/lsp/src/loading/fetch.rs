//! Manifests from elsewhere: what the cache has at once, newer ones when they are there.
//!
//! The loader thread keeps the books here and never waits; `workers` do. Nothing is asked of anybody for a project
//! that the user has not trusted.

mod entry;
mod workers;

use super::state::State;
use super::{LoadEvent, manifests, offers};
use crate::config::Fetch;
use crossbeam_channel::Receiver;
use entry::{Entry, now};
use ide::Severity;
use loader::remote::trust::Trust;
use loader::remote::{Cache, Watch};
use project::registry::{self, ManifestKey};
use project::upstream::Remote;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use workers::{Came, Done, Job, Pool, There, Value};

/// What the progress of fetching is called.
pub const TITLE: &str = "Fetching upstream manifests";
/// How old a manifest may be before it is asked for again, in seconds, when nobody says otherwise.
const REFRESH: u64 = 60 * 60;
/// How often it is looked what is due.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// The remote manifests that are wanted, and who fetches them.
pub(super) struct Fetching {
    cache: Cache,
    entries: FxHashMap<ManifestKey, Entry>,
    pool: Option<Pool>,
    trust: Trust,
    watch: Watch,
    /// Jobs that have not come back.
    busy: usize,
    /// What was begun before the user stopped it is of an earlier round.
    round: u64,
    /// So many bytes may still be read before going on.
    at_once: u64,
}

/// That a project wants a remote manifest.
pub(super) struct Wish {
    /// Where it is.
    pub(super) remote: Remote,
    /// What the configuration calls it.
    pub(super) label: Option<SmolStr>,
    /// Whether the project may make us ask for it.
    pub(super) trusted: bool,
    /// How old it may be, in seconds.
    pub(super) refresh: Option<u64>,
}

impl Fetching {
    pub(super) fn new() -> Fetching {
        let below = loader::cache_dir(&loader::process_env).unwrap_or_else(|| {
            // Without a home what is fetched is kept for this process only.
            std::env::temp_dir().join(format!("dbt-mesh-ls-{}", std::process::id()))
        });
        Fetching {
            cache: Cache::below(&below),
            entries: FxHashMap::default(),
            pool: None,
            trust: Trust::load(),
            watch: Watch::default(),
            busy: 0,
            round: 0,
            at_once: 0,
        }
    }

    /// Where results come from, once there is work.
    pub(super) fn results(&self) -> Receiver<Done> {
        self.pool.as_ref().map_or_else(crossbeam_channel::never, Pool::results)
    }
}

/// Whether a project's configuration may make us contact hosts: the editor says so, or the user did.
pub(super) fn is_trusted(state: &State, folder: &Path) -> bool {
    state.config.trusted.unwrap_or_else(|| state.fetch.trust.covers(folder))
}

/// Before all wishes are made anew: those that are not repeated are void.
pub(super) fn forget_wishes(state: &mut State) {
    state.fetch.trust = Trust::load();
    state.fetch.entries.values_mut().for_each(|entry| entry.wished = false);
}

/// Notes a wish. The key names the manifest from now on.
pub(super) fn want(state: &mut State, wish: Wish) -> ManifestKey {
    let key = registry::remote_key(&wish.remote);
    let refresh = wish.refresh.unwrap_or(REFRESH);
    let cache = &state.fetch.cache;
    let entry = state.fetch.entries.entry(Arc::clone(&key)).or_insert_with(|| {
        let mut entry = Entry::new(wish.remote.clone());
        if entry.remote.is_pattern() {
            // A short list: read at once, so that what it names can be offered.
            entry.names = There::get(cache, &entry.remote).and_then(|there| {
                entry.loaded = Some(there.version());
                workers::read_names(&there.body.path).ok()
            });
        }
        entry
    });
    if entry.remote != wish.remote {
        // The same words, another value of a variable in them.
        *entry = Entry::new(wish.remote);
    }
    // Several projects may want it: the most eager counts.
    entry.refresh = if entry.wished { entry.refresh.min(refresh) } else { refresh };
    entry.trusted = (entry.wished && entry.trusted) || wish.trusted;
    entry.wished = true;
    entry.label = wish.label.or(entry.label.take());
    key
}

/// Whether a key is one of ours.
pub(super) fn is_remote(state: &State, key: &ManifestKey) -> bool {
    state.fetch.entries.contains_key(key)
}

/// What a pattern is known to name.
pub(super) fn matching(state: &State, key: &ManifestKey) -> Vec<Remote> {
    let Some(entry) = state.fetch.entries.get(key) else { return Vec::new() };
    entry.names.iter().flatten().map(|name| entry.remote.object(name)).collect()
}

/// Whether a pattern was looked up at least once.
pub(super) fn is_listed(state: &State, key: &ManifestKey) -> bool {
    state.fetch.entries.get(key).is_some_and(|entry| entry.names.is_some())
}

/// Reads what the cache has of every new wish, and asks for what is due.
pub(super) fn start(state: &mut State) {
    state.fetch.entries.retain(|_, entry| entry.wished || entry.busy);
    state.fetch.at_once = manifests::AT_ONCE;
    let keys: Vec<ManifestKey> = state.fetch.entries.keys().cloned().collect();
    for key in keys {
        begin(state, &key, false);
    }
}

/// Asks for what has become due.
pub(super) fn tick(state: &mut State) {
    let now = now();
    let due = state.fetch.entries.iter().filter(|(_, entry)| entry.is_due(now));
    let due: Vec<ManifestKey> = due.map(|(key, _)| Arc::clone(key)).collect();
    state.fetch.at_once = 0;
    for key in due {
        begin(state, &key, false);
    }
}

/// Asks for the upstreams of these names, or all, whatever their age.
pub(super) fn refresh(state: &mut State, names: &[String]) {
    offers::all(state);
    let keys: Vec<ManifestKey> = state.fetch.entries.keys().cloned().collect();
    for key in keys {
        let entry = &state.fetch.entries[&key];
        if names.is_empty() || names.iter().any(|name| entry.is_called(name)) {
            begin(state, &key, true);
        }
    }
}

/// Stops what is being fetched.
pub(super) fn stop(state: &mut State) {
    let fetch = &mut state.fetch;
    let stopped = std::mem::take(&mut fetch.watch);
    stopped.stop();
    // A worker may be waiting for a server that says nothing. Nobody waits for the worker.
    fetch.round += 1;
    fetch.busy = 0;
    let mut items = Vec::new();
    for (key, entry) in fetch.entries.iter_mut().filter(|(_, entry)| entry.busy) {
        entry.busy = false;
        entry.failure = Some(workers::STOPPED.to_owned());
        items.extend(entry.tell(key));
    }
    state.send(items);
    state.tell(LoadEvent::Finished { title: TITLE });
}

/// Waits for everything that is under way, for the command line.
pub(super) fn finish(state: &mut State) {
    while state.fetch.busy > 0 {
        let results = state.fetch.results();
        let Ok(done) = results.recv() else { return };
        take(state, done);
    }
}

fn begin(state: &mut State, key: &ManifestKey, force: bool) {
    let (fetch, config) = (&mut state.fetch, &state.config);
    let Some(entry) = fetch.entries.get_mut(key).filter(|entry| !entry.busy && entry.wished) else { return };
    let there = There::get(&fetch.cache, &entry.remote);
    let checked = there.as_ref().map(|there| there.body.checked_at);
    entry.failure = fetch.cache.failure(&entry.remote);
    let unread = there.filter(|there| entry.loaded != Some(there.version()) && !entry.remote.is_pattern());
    let mut items = Vec::new();
    let mut later = None;
    if let Some(there) = unread {
        match fetch.at_once.checked_sub(there.cost()) {
            Some(left) => {
                fetch.at_once = left;
                match workers::read_cached(&entry.remote, &there) {
                    Ok(Value::Manifest(manifest)) => items.push(entry.read(key, manifest, &there)),
                    Ok(Value::Names(_)) => {}
                    Err(why) => {
                        // Now it is due.
                        fetch.cache.forget(&entry.remote);
                        entry.failure = Some(why);
                    }
                }
            }
            None => later = Some(there),
        }
    }
    let is_first = entry.next == 0;
    let force = match &config.fetch {
        Fetch::Now(names) => is_first && (names.is_empty() || names.iter().any(|name| entry.is_called(name))),
        _ => force,
    };
    let may_ask = config.fetch != Fetch::Never && entry.trusted;
    let refresh = may_ask && (force || fetch.cache.is_due(&entry.remote, entry.refresh));
    let from = checked.filter(|_| may_ask && !refresh).unwrap_or_else(now);
    entry.next = from.saturating_add(entry.refresh).max(now() + 1);
    entry.hold = match (&config.fetch, entry.trusted) {
        (Fetch::Never, _) => Some("it is not fetched while working offline".to_owned()),
        (_, false) => Some(NOT_TRUSTED.to_owned()),
        _ => None,
    };
    let job = (refresh || later.is_some()).then(|| Job {
        key: Arc::clone(key),
        remote: entry.remote.clone(),
        read: later,
        loaded: entry.loaded,
        max_age: refresh.then_some(if force { 0 } else { entry.refresh }),
        may_ask,
        round: fetch.round,
        watch: fetch.watch.clone(),
    });
    entry.busy = job.is_some();
    items.extend(entry.tell(key));
    if let Some(job) = job {
        fetch.busy += 1;
        let sink = Arc::clone(&state.sink);
        let pool = fetch.pool.get_or_insert_with(|| Pool::start(&fetch.cache, &sink));
        pool.add(job);
    }
    state.send(items);
}

const NOT_TRUSTED: &str = "it is not fetched since this folder is not trusted: allow it with the quick fix, or with \
    'dbt-mesh-ls trust' in the folder";

/// A worker is done with a job.
pub(super) fn take(state: &mut State, done: Done) {
    let fetch = &mut state.fetch;
    if done.round != fetch.round {
        if fetch.busy == 0 {
            // A report of it may have come just after the stop.
            state.tell(LoadEvent::Finished { title: TITLE });
        }
        return;
    }
    fetch.busy = fetch.busy.saturating_sub(usize::from(done.last));
    if fetch.busy == 0 {
        state.tell(LoadEvent::Finished { title: TITLE });
    }
    let fetch = &mut state.fetch;
    let Some(entry) = fetch.entries.get_mut(&done.key) else { return };
    entry.busy &= !done.last;
    let mut items = Vec::new();
    let mut listed = false;
    match done.came {
        Came::Value { value, there } => {
            entry.failure = None;
            match value {
                Value::Manifest(manifest) => items.push(entry.read(&done.key, manifest, &there)),
                Value::Names(names) => {
                    entry.loaded = Some(there.version());
                    listed = entry.names.as_ref() != Some(&names);
                    entry.names = Some(names);
                }
            }
        }
        Came::Same(there) => {
            entry.failure = None;
            entry.checked = Some(there.body.checked_at);
        }
        Came::Failed(why) => {
            entry.failure = Some(why);
            entry.next = now().saturating_add(entry.refresh.min(5 * 60));
        }
    }
    items.extend(entry.tell(&done.key));
    if done.last && fetch.busy == 0 {
        let wanted = fetch.entries.values().map(|entry| &entry.remote);
        let wanted: Vec<Remote> =
            wanted.flat_map(|one| std::iter::once(one.clone()).chain(one.catalog())).collect();
        fetch.cache.evict(&wanted.iter().collect::<Vec<_>>());
    }
    state.send(items);
    if let Some(text) = done.notice {
        state.tell(LoadEvent::Notice { severity: Severity::Info, text });
    }
    if listed {
        offers::all(state);
    }
}
