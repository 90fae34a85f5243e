//! Pulls of the whole workspace's diagnostics that have nothing new to hear: they wait for the next change.
//!
//! LSP 3.17 leaves such a request open as long as the server likes. Answering at once would make clients ask again
//! and again, and every answer looks at every file.

use crate::event::Reply;
use crate::lsp;
use std::time::{Duration, Instant};

type Pull = (lsp::WorkspaceDiagnosticParams, Reply<lsp::WorkspaceDiagnosticReport>);

/// After a change the workspace is judged again once typing rests this long.
const REST: Duration = Duration::from_millis(500);

/// The pulls that wait.
#[derive(Debug, Default)]
pub struct LongPoll {
    waiting: Vec<Pull>,
    /// The revision that was told last.
    told: Option<u64>,
    /// A newer revision, and since when it is there.
    seen: Option<(u64, Instant)>,
}

impl LongPoll {
    /// A pull that came in: given back when there is something to tell.
    pub fn take(&mut self, pull: Pull, revision: u64) -> Option<Pull> {
        let knows_all = self.told == Some(revision) && !pull.0.previous_result_ids.is_empty();
        if knows_all {
            self.waiting.push(pull);
            return None;
        }
        Some(pull)
    }

    /// An answer was begun from this revision.
    pub fn answered(&mut self, revision: u64) {
        self.told = Some(revision);
        self.seen = None;
    }

    /// The pulls whose time has come. Who no longer waits is forgotten.
    pub fn due(&mut self, revision: u64, now: Instant) -> Vec<Pull> {
        self.waiting.retain(|(_, reply)| !reply.token().is_cancelled());
        if self.waiting.is_empty() || self.told == Some(revision) {
            self.seen = None;
            return Vec::new();
        }
        match self.seen {
            Some((seen, since)) if seen == revision && now >= since + REST => {
                std::mem::take(&mut self.waiting)
            }
            Some((seen, _)) if seen == revision => Vec::new(),
            _ => {
                self.seen = Some((revision, now));
                Vec::new()
            }
        }
    }

    /// When [`LongPoll::due`] wants to be asked again.
    pub fn deadline(&self) -> Option<Instant> {
        self.seen.map(|(_, since)| since + REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pull(knows: bool) -> Pull {
        let known = if knows { json!([{ "uri": "file:///a.sql", "value": "1" }]) } else { json!([]) };
        let params = serde_json::from_value(json!({ "previousResultIds": known })).unwrap();
        let (reply, pending) = Reply::new("test");
        std::mem::forget(pending);
        (params, reply)
    }

    #[test]
    fn who_knows_all_waits_for_a_change_and_for_rest() {
        let mut poll = LongPoll::default();
        let now = Instant::now();
        assert!(poll.take(pull(false), 1).is_some(), "the first pull is answered");
        poll.answered(1);
        assert!(poll.take(pull(true), 1).is_none(), "nothing is new");
        assert!(poll.due(1, now).is_empty());
        assert_eq!(poll.deadline(), None);
        assert!(poll.due(2, now).is_empty(), "typing goes on");
        assert!(poll.due(3, now + REST).is_empty(), "and on");
        assert_eq!(poll.due(3, now + REST * 2).len(), 1);
        poll.answered(3);
        assert!(poll.take(pull(false), 3).is_some(), "who knows nothing is told");
    }

    #[test]
    fn who_no_longer_waits_is_forgotten() {
        let mut poll = LongPoll::default();
        poll.answered(1);
        let (params, reply) = pull(true);
        reply.token().cancel();
        assert!(poll.take((params, reply), 1).is_none());
        assert!(poll.due(2, Instant::now()).is_empty());
        assert_eq!(poll.deadline(), None);
    }
}
