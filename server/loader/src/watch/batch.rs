//! Collecting raw changes until they pause: editors write a file in several steps, and tools whole trees.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

/// A pause this long ends a batch.
const QUIET: Duration = Duration::from_millis(120);
/// A batch is not held back longer than this, even if changes keep coming …
const PATIENCE: Duration = Duration::from_millis(500);
/// … unless it has this many paths: then a tool is at work, and its work is best seen as a whole.
const STORM: usize = 100;
const STORM_PATIENCE: Duration = Duration::from_secs(3);
/// More paths than this are not worth telling apart.
const FLOOD: usize = 50_000;

/// What is known to have happened to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Created,
    Touched,
    Removed,
}

#[derive(Default)]
pub(super) struct Batch {
    paths: FxHashMap<PathBuf, What>,
    /// When the first and the latest change came.
    times: Option<(Instant, Instant)>,
}

impl Batch {
    /// Adds a change. The first word stands, except that what was removed and came again has changed.
    pub(super) fn add(&mut self, path: PathBuf, what: What, now: Instant) {
        self.times = Some((self.times.map_or(now, |(first, _)| first), now));
        self.paths
            .entry(path)
            .and_modify(|before| {
                if *before == What::Removed && what != What::Removed {
                    *before = What::Touched;
                }
            })
            .or_insert(what);
    }

    /// Drops what was collected below a folder that turns out not to matter.
    pub(super) fn forget_under(&mut self, dir: &Path) {
        self.paths.retain(|path, _| !path.starts_with(dir));
    }

    pub(super) fn is_flooded(&self) -> bool {
        self.paths.len() > FLOOD
    }

    /// When the batch should be sent; `None` while it is empty.
    pub(super) fn due(&self) -> Option<Instant> {
        let (first, last) = self.times?;
        let patience = if self.paths.len() < STORM { PATIENCE } else { STORM_PATIENCE };
        Some((last + QUIET).min(first + patience))
    }

    /// Takes everything, sorted by path.
    pub(super) fn take(&mut self) -> Vec<(PathBuf, What)> {
        self.times = None;
        let mut paths: Vec<_> = std::mem::take(&mut self.paths).into_iter().collect();
        paths.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_waits_for_quiet_but_not_for_ever() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut batch = Batch::default();
        assert_eq!(batch.due(), None);
        batch.add("a".into(), What::Touched, at(0));
        assert_eq!(batch.due(), Some(at(120)));
        batch.add("a".into(), What::Touched, at(100));
        assert_eq!(batch.due(), Some(at(220)));
        batch.add("a".into(), What::Touched, at(450));
        assert_eq!(batch.due(), Some(at(500)));
        for n in 0..STORM {
            batch.add(format!("{n}").into(), What::Removed, at(490));
        }
        assert_eq!(batch.due(), Some(at(610)));
        assert_eq!(batch.take().len(), STORM + 1);
        assert_eq!(batch.due(), None);
    }

    #[test]
    fn removed_and_created_again_is_a_change() {
        let mut batch = Batch::default();
        for (path, what) in [
            ("replaced", What::Removed),
            ("replaced", What::Created),
            ("new", What::Created),
            ("new", What::Touched),
            ("new", What::Removed),
            ("gone", What::Touched),
            ("gone", What::Removed),
        ] {
            batch.add(path.into(), what, Instant::now());
        }
        let expected = [("gone", What::Touched), ("new", What::Created), ("replaced", What::Touched)];
        assert_eq!(batch.take(), expected.map(|(path, what)| (path.into(), what)));
    }
}
