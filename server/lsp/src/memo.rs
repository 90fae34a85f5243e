//! Facts by content: a file that is opened, saved unchanged, listed again or put back by a branch switch is not
//! read twice. Beside what clients were told of tokens, the one place where threads share something that changes.

use dashmap::DashMap;
use project::facts::FileFacts;
use project::layout::FileKind;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, Weak};
use syntax::yaml::Dialect;

/// So many contents are remembered before those that nobody uses any more are forgotten.
const SWEEP_AT: usize = 4096;

type Key = (u64, usize, FileKind, Dialect);

static FACTS: LazyLock<DashMap<Key, Weak<FileFacts>>> = LazyLock::new(DashMap::new);

/// The facts of a file; see [`FileFacts::of`]. Equal contents of one kind share theirs.
pub fn facts(kind: FileKind, path: &str, text: &str, dialect: Dialect) -> Arc<FileFacts> {
    // Every byte of a project goes through it; nobody gains by making two of their own files look alike.
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    // Of the path only the extension matters.
    path.rsplit('.').next().hash(&mut hasher);
    let key = (hasher.finish(), text.len(), kind, dialect);
    // The guard is gone before the map is touched again: a shard's lock is not reentrant.
    let known = FACTS.get(&key).and_then(|known| known.upgrade());
    if let Some(known) = known {
        return known;
    }
    let facts = Arc::new(FileFacts::of(kind, path, text, dialect));
    FACTS.insert(key, Arc::downgrade(&facts));
    facts
}

/// Forgets contents that nobody uses any more, when there may be many.
pub fn sweep(in_use: usize) {
    if FACTS.len() > in_use * 2 + SWEEP_AT {
        FACTS.retain(|_, facts| facts.strong_count() > 0);
        FACTS.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_contents_share_their_facts_and_others_do_not() {
        let of = |kind, text| facts(kind, "models/a.sql", text, Dialect::V1_1);
        let first = of(FileKind::Model, "select * from {{ ref('memo_test') }}");
        assert!(Arc::ptr_eq(&first, &of(FileKind::Model, "select * from {{ ref('memo_test') }}")));
        assert!(!Arc::ptr_eq(&first, &of(FileKind::Model, "select * from {{ ref('memo_test2') }}")));
        assert!(!Arc::ptr_eq(&first, &of(FileKind::Macro, "select * from {{ ref('memo_test') }}")));
    }
}
