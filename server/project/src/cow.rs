//! Copy-on-write containers: cloning is cheap, and a change after a clone copies one small piece.
//!
//! A snapshot of the mesh is taken for every request, and the owner goes on editing: with these, an edit
//! costs a piece of a container however large the project is. Knows nothing of dbt.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

/// A shard holds at most this many entries on average, so a change copies that much; there are as many shards as that
/// takes.
const SHARD: usize = 96;
const CHUNK: usize = 256;

/// A map in shards by hash, each a list in order of hash that is shared between clones until it is changed.
///
/// Lists, not hash tables: of a table half of the places are empty, and there are many of these maps. Hashes are kept,
/// so that a search compares numbers, and keys only where numbers are equal.
#[derive(Debug, Clone)]
pub struct CowMap<K, V> {
    /// None, or a power of two.
    shards: Arc<Vec<Shard<K, V>>>,
    len: usize,
}

type Shard<K, V> = Arc<Vec<Entry<K, V>>>;

#[derive(Debug, Clone)]
struct Entry<K, V> {
    /// Of the key.
    hash: u32,
    key: K,
    value: V,
}

impl<K, V> Default for CowMap<K, V> {
    fn default() -> CowMap<K, V> {
        CowMap { shards: Arc::default(), len: 0 }
    }
}

/// The hash whose first bits choose a shard: a map that grows splits each shard into two neighbours.
fn hash_of<Q: Hash + ?Sized>(key: &Q) -> u32 {
    // Fx leaves its best bits at the low end.
    (FxBuildHasher.hash_one(key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

fn shard_of(hash: u32, shards: usize) -> usize {
    match shards {
        0 | 1 => 0,
        _ => (hash >> (u32::BITS - shards.trailing_zeros())) as usize,
    }
}

/// Where a key is, or where it is to be inserted: the shard, and the place in it.
type Found = (usize, Result<usize, usize>);

impl<K: Hash + Ord + Clone, V: Clone> CowMap<K, V> {
    fn find<Q: Hash + Ord + ?Sized>(&self, key: &Q) -> Option<Found>
    where
        K: Borrow<Q>,
    {
        self.find_hashed(hash_of(key), key)
    }

    /// None in a map without shards.
    fn find_hashed<Q: Hash + Ord + ?Sized>(&self, hash: u32, key: &Q) -> Option<Found>
    where
        K: Borrow<Q>,
    {
        let shard = shard_of(hash, self.shards.len());
        let order = |entry: &Entry<K, V>| {
            entry.hash.cmp(&hash).then_with(|| Borrow::<Q>::borrow(&entry.key).cmp(key))
        };
        Some((shard, self.shards.get(shard)?.binary_search_by(order)))
    }

    fn shard_mut(&mut self, shard: usize) -> &mut Vec<Entry<K, V>> {
        Arc::make_mut(&mut Arc::make_mut(&mut self.shards)[shard])
    }

    /// The value of `key`.
    pub fn get<Q: Hash + Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (shard, at) = self.find(key)?;
        Some(&self.shards[shard][at.ok()?].value)
    }

    /// Sets the value of `key`, giving the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let hash = hash_of(&key);
        match self.find_hashed(hash, &key) {
            Some((shard, Ok(at))) => Some(std::mem::replace(&mut self.shard_mut(shard)[at].value, value)),
            missing => {
                self.add(missing, Entry { hash, key, value });
                None
            }
        }
    }

    /// Inserts a key that is not there. `place` is where it was looked for; a map that grows has another.
    fn add(&mut self, place: Option<Found>, entry: Entry<K, V>) {
        let place = if self.len >= self.shards.len() * SHARD {
            self.grow();
            self.find_hashed(entry.hash, &entry.key)
        } else {
            place
        };
        self.len += 1;
        let (shard, at) = place.map_or((0, 0), |(shard, Ok(at) | Err(at))| (shard, at));
        self.shard_mut(shard).insert(at, entry);
    }

    fn grow(&mut self) {
        if self.shards.is_empty() {
            Arc::make_mut(&mut self.shards).push(Arc::default());
            return;
        }
        let wanted = self.shards.len() * 2;
        let mut split = Vec::with_capacity(wanted);
        for shard in Arc::unwrap_or_clone(std::mem::take(&mut self.shards)) {
            // The half with the larger hashes is the list's end.
            let mut low = Arc::unwrap_or_clone(shard);
            let half = low.partition_point(|entry| shard_of(entry.hash, wanted).is_multiple_of(2));
            let high = low.split_off(half);
            split.extend([Arc::new(low), Arc::new(high)]);
        }
        self.shards = Arc::new(split);
    }

    /// Removes `key`, giving the value it had. A key that is not there copies nothing.
    pub fn remove<Q: Hash + Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (shard, at) = self.find(key)?;
        let at = at.ok()?;
        self.len -= 1;
        Some(self.shard_mut(shard).remove(at).value)
    }

    /// Changes the value of `key`, starting from the default.
    pub fn update(&mut self, key: K, change: impl FnOnce(&mut V))
    where
        V: Default,
    {
        let hash = hash_of(&key);
        match self.find_hashed(hash, &key) {
            Some((shard, Ok(at))) => change(&mut self.shard_mut(shard)[at].value),
            missing => {
                let mut value = V::default();
                change(&mut value);
                self.add(missing, Entry { hash, key, value });
            }
        }
    }

    /// Every entry, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter().map(|entry| (&entry.key, &entry.value)))
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
        if self.shards.iter().any(|shard| shard.capacity() > shard.len()) {
            for shard in Arc::make_mut(&mut self.shards) {
                Arc::make_mut(shard).shrink_to_fit();
            }
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
        let shards = map.shards.len();
        let shared = (0..shards).filter(|n| Arc::ptr_eq(&map.shards[*n], &before.shards[*n])).count();
        assert_eq!((shards, shared), (16, 15));
    }

    #[test]
    fn shards_stay_small_however_many_entries_there_are() {
        let mut map: CowMap<String, u32> = CowMap::default();
        (0..20_000).for_each(|n| _ = map.insert(format!("model_{n:06}"), n));
        let longest = map.shards.iter().map(|shard| shard.len()).max();
        assert!(longest.is_some_and(|longest| longest < 2 * SHARD), "{longest:?} of {}", map.shards.len());
        assert!((0..20_000).all(|n| map.get(format!("model_{n:06}").as_str()) == Some(&n)));
        assert_eq!(map.get("model_020000"), None);
        assert_eq!((map.remove("model_000007"), map.len()), (Some(7), 19_999));
        (0..20_000).for_each(|n| _ = map.remove(format!("model_{n:06}").as_str()));
        assert_eq!((map.len(), map.iter().count()), (0, 0));
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
