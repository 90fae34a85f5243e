//! Copy-on-write containers: cloning is cheap, and a change after a clone copies one small piece.
//!
//! A snapshot of the mesh is taken for every request, and the owner goes on editing: with these, an edit
//! costs a piece of a container however large the project is. Knows nothing of dbt.

use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

const SHARDS: usize = 64;
const CHUNK: usize = 256;

/// A hash map in 64 shards, each shared between clones until it is changed.
#[derive(Debug, Clone)]
pub struct CowMap<K, V> {
    shards: Arc<[Arc<FxHashMap<K, V>>]>,
    len: usize,
}

impl<K, V> Default for CowMap<K, V> {
    fn default() -> CowMap<K, V> {
        CowMap { shards: (0..SHARDS).map(|_| Arc::default()).collect(), len: 0 }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> CowMap<K, V> {
    fn shard(key: &K) -> usize {
        // The map inside uses the low bits (and the top seven); take bits from the middle.
        (FxBuildHasher.hash_one(key) >> 40) as usize % SHARDS
    }

    fn shard_mut(&mut self, shard: usize) -> &mut FxHashMap<K, V> {
        Arc::make_mut(&mut Arc::make_mut(&mut self.shards)[shard])
    }

    /// The value of `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.shards[Self::shard(key)].get(key)
    }

    /// Sets the value of `key`, giving the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let shard = Self::shard(&key);
        let old = self.shard_mut(shard).insert(key, value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Removes `key`, giving the value it had. A key that is not there copies nothing.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let shard = Self::shard(key);
        if !self.shards[shard].contains_key(key) {
            return None;
        }
        self.len -= 1;
        self.shard_mut(shard).remove(key)
    }

    /// Changes the value of `key`, starting from the default.
    pub fn update(&mut self, key: K, change: impl FnOnce(&mut V))
    where
        V: Default,
    {
        let shard = Self::shard(&key);
        let known = self.shards[shard].contains_key(&key);
        self.len += usize::from(!known);
        change(self.shard_mut(shard).entry(key).or_default());
    }

    /// Every entry, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Gives back the memory that growing left over.
    pub fn shrink(&mut self) {
        for shard in Arc::make_mut(&mut self.shards) {
            Arc::make_mut(shard).shrink_to_fit();
        }
    }
}

/// A growing list in chunks of 256, each shared between clones until it is changed.
#[derive(Debug, Clone)]
pub struct CowVec<T> {
    chunks: Arc<Vec<Arc<Vec<T>>>>,
    len: usize,
}

impl<T> Default for CowVec<T> {
    fn default() -> CowVec<T> {
        CowVec { chunks: Arc::default(), len: 0 }
    }
}

impl<T: Clone> CowVec<T> {
    /// Appends, giving the index.
    pub fn push(&mut self, item: T) -> usize {
        let chunks = Arc::make_mut(&mut self.chunks);
        if self.len.is_multiple_of(CHUNK) {
            chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        if let Some(chunk) = chunks.last_mut() {
            Arc::make_mut(chunk).push(item);
        }
        self.len += 1;
        self.len - 1
    }

    /// The item at an index.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// The item at an index, to change.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(index / CHUNK)?;
        Arc::make_mut(chunk).get_mut(index % CHUNK)
    }

    /// Every item in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_saw() {
        let mut map: CowMap<u32, u32> = CowMap::default();
        (0..1000).for_each(|n| _ = map.insert(n, n));
        let before = map.clone();
        map.insert(7, 70);
        map.remove(&8);
        map.update(9, |value| *value += 1);
        assert_eq!((before.get(&7), before.get(&8), before.get(&9)), (Some(&7), Some(&8), Some(&9)));
        assert_eq!((map.get(&7), map.get(&8), map.get(&9)), (Some(&70), None, Some(&10)));
        assert_eq!((before.len(), map.len(), map.iter().count()), (1000, 999, 999));
    }

    #[test]
    fn a_change_copies_one_shard_only() {
        let mut map: CowMap<u32, u32> = CowMap::default();
        (0..1000).for_each(|n| _ = map.insert(n, n));
        let before = map.clone();
        map.insert(7, 70);
        let shared = (0..SHARDS).filter(|n| Arc::ptr_eq(&map.shards[*n], &before.shards[*n])).count();
        assert_eq!(shared, SHARDS - 1);
    }

    #[test]
    fn a_list_clone_keeps_what_it_saw() {
        let mut list: CowVec<usize> = CowVec::default();
        assert!((0..1000).all(|n| list.push(n) == n));
        let before = list.clone();
        *list.get_mut(300).unwrap() = 0;
        assert_eq!((before.get(300), list.get(300), list.get(1000)), (Some(&300), Some(&0), None));
        assert_eq!((list.len(), list.iter().count()), (1000, 1000));
    }
}
