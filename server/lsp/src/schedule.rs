//! When diagnostics are computed and whether they are still true when they come back.
//!
//! The document being typed in comes first and at once; the other open documents follow when typing rests. A
//! result is shown only for the very version and revision it was computed from. Clients that pull are only
//! told when to pull again.

use crate::cancel::Token;
use crate::documents::DocKey;
use crate::event::{Diagnosed, Event};
use crate::handlers::diagnostic;
use crate::pool::{Pool, Pools};
use crate::world::{Changes, World};
use crate::{lsp, uri};
use crossbeam_channel::Sender;
use ide::Depth;
use rustc_hash::FxHashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The other documents wait for a pause in typing this long …
const REST: Duration = Duration::from_millis(150);
/// … but not longer than this.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// What is computed, shown and due.
#[derive(Debug, Default)]
pub struct Schedule {
    documents: FxHashMap<DocKey, State>,
    /// When the other documents are due, and since when they wait.
    others: Option<(Instant, Instant)>,
    was_ready: bool,
    /// The revision for which the client was last asked to draw its views again.
    refreshed: u64,
    /// Pieces of work begun so far.
    jobs: u64,
}

#[derive(Debug, Default)]
struct State {
    /// The work under way.
    running: Option<Token>,
    /// Its number: of work that was given up the result still comes.
    job: u64,
    /// The version and revision it reads.
    running_for: Option<(i32, u64)>,
    /// The world changed meanwhile: again, after this.
    again: bool,
    /// What runs, or ran last, looked only at what typing needs.
    fast: bool,
    /// What the client shows, and for which version and revision it was computed.
    shown: Option<(i32, u64, Vec<lsp::Diagnostic>)>,
}

impl Schedule {
    /// When [`Schedule::turn`] wants to be called again at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        self.others.map(|(due, _)| due)
    }

    /// Called after each burst of events: starts what is due.
    pub fn turn(&mut self, world: &mut World, pools: &Pools, events: &Sender<Event>, now: Instant) {
        let changes = world.take_changes();
        self.forget_closed(world, &changes);
        if !world.ready {
            self.was_ready = false;
            return;
        }
        let first = !std::mem::replace(&mut self.was_ready, true);
        if !world.caps.pull_diagnostics {
            for key in &changes.edited {
                self.start(key, world, &pools.interactive, events, Depth::Fast);
            }
        }
        if changes.mesh || !changes.edited.is_empty() && !world.caps.pull_diagnostics {
            self.postpone_others(now);
        }
        if !self.take_due(now) && !first {
            return;
        }
        self.others = None;
        refresh_documents(world);
        // Tokens, hints and lenses of a document that is typed in are asked for anyway.
        if std::mem::replace(&mut self.refreshed, world.revision) != world.revision {
            world.client.refresh_views(&world.caps);
        }
        if world.caps.pull_diagnostics {
            world.client.refresh_diagnostics();
        } else {
            let open: Vec<_> = world.documents.keys().cloned().collect();
            for key in &open {
                if !self.is_newest(key, world) {
                    self.start(key, world, &pools.background, events, Depth::Full);
                }
            }
        }
    }

    fn postpone_others(&mut self, now: Instant) {
        let since = self.others.map_or(now, |(_, since)| since);
        self.others = Some(((now + REST).min(since + MAX_WAIT), since));
    }

    fn take_due(&mut self, now: Instant) -> bool {
        let due = self.others.is_some_and(|(due, _)| due <= now);
        if due {
            self.others = None;
        }
        due
    }

    /// Whether what the client shows, or what is being computed at this moment, is the newest and complete.
    fn is_newest(&self, key: &DocKey, world: &World) -> bool {
        let now = world.documents.get(key).map(|document| (document.version, world.revision));
        self.documents.get(key).filter(|state| !state.fast).is_some_and(|state| {
            state.running_for == now
                || state.shown.as_ref().map(|(version, revision, _)| (*version, *revision)) == now
        })
    }

    fn forget_closed(&mut self, world: &World, changes: &Changes) {
        for (key, uri) in &changes.closed {
            // Closed and opened again within one burst is an edit, whose result is owed in any case.
            if world.documents.get(key).is_some() {
                if let Some(state) = self.documents.get_mut(key) {
                    state.shown = None;
                }
                continue;
            }
            if let Some(state) = self.documents.remove(key) {
                if let Some(token) = state.running {
                    token.cancel();
                }
                if state.shown.is_some_and(|(.., items)| !items.is_empty()) {
                    world.client.publish(uri.clone(), Vec::new(), None);
                }
            }
        }
    }

    fn start(&mut self, key: &DocKey, world: &mut World, pool: &Pool, events: &Sender<Event>, depth: Depth) {
        let state = self.documents.entry(Arc::clone(key)).or_default();
        if let Some(token) = &state.running {
            token.cancel();
            // What keeps pace with typing ends at once. A look at everything may take its time to notice; typing does
            // not wait for that.
            if state.fast || depth == Depth::Full {
                state.again = true;
                return;
            }
        }
        let token = Token::new();
        // Taking the snapshot may advance the revision: it comes first.
        let snap = world.snapshot(token.clone());
        let Some(version) = snap.documents.get(key).map(|document| document.version) else { return };
        let revision = world.revision;
        let shown = state.shown.take();
        let (running_for, fast) = (Some((version, revision)), depth == Depth::Fast);
        self.jobs += 1;
        let job = self.jobs;
        *state = State { running: Some(token), job, running_for, again: false, fast, shown };
        let (key, events) = (Arc::clone(key), events.clone());
        pool.spawn_patient(move || {
            let computed = catch_unwind(AssertUnwindSafe(|| diagnostic::of_document(&snap, &key, depth)));
            if computed.is_err() {
                // Sending fails only while the process ends; the same below.
                _ = events.send(Event::Panicked("textDocument/publishDiagnostics"));
            }
            let result = computed.ok().and_then(Result::ok);
            _ = events.send(Event::Diagnostics(Diagnosed { key, job, version, revision, result }));
        });
    }

    /// A worker is done: shows the result if it is still true, else starts again.
    pub fn done(&mut self, done: Diagnosed, world: &mut World, pools: &Pools, events: &Sender<Event>) {
        let Some(state) = self.documents.get_mut(&done.key).filter(|state| state.job == done.job) else {
            return;
        };
        state.running = None;
        state.running_for = None;
        let Some(document) = world.documents.get(&done.key) else { return };
        let current = document.version == done.version && world.revision == done.revision && !state.again;
        if !current {
            let (pool, depth) = if document.version == done.version {
                (&pools.background, Depth::Full)
            } else {
                (&pools.interactive, Depth::Fast)
            };
            let key = Arc::clone(&done.key);
            return self.start(&key, world, pool, events, depth);
        }
        let Some(items) = done.result else { return };
        let known = state.shown.as_ref().is_some_and(|(v, _, shown)| *v == done.version && *shown == items);
        if !known {
            world.client.publish(document.uri.clone(), items.clone(), Some(done.version));
        }
        state.shown = Some((done.version, done.revision, items));
    }
}

/// Documents of ours that are open may tell of an older manifest.
fn refresh_documents(world: &World) {
    if world.caps.virtual_documents {
        let open = world.documents.keys().filter_map(|key| world.documents.get(key));
        open.filter(|document| document.uri.scheme() == uri::SCHEME)
            .for_each(|document| world.client.refresh_document(document.uri.clone()));
    }
}
