//! Many texts in one allocation, each stored once.
//!
//! A manifest holds hundreds of thousands of small texts, many repeated. They become 4-byte handles into one
//! arena. Must not know what the texts mean.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

/// A text of a [`Strings`]. Handles of equal texts are equal; the default is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub(super) struct Str(u32);

impl Str {
    /// The empty text: also stands for "absent" in the facts.
    pub(super) const EMPTY: Str = Str(0);

    /// Whether this is the empty text.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A finished arena.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Strings {
    bytes: Box<str>,
    /// Where text `i + 1` ends; it starts where the one before ends. Text 0 is the empty one.
    ends: Box<[u32]>,
}

impl Strings {
    /// The text behind a handle; empty for a handle of another arena.
    pub(super) fn get(&self, text: Str) -> &str {
        slice(&self.bytes, &self.ends, text.0)
    }

    /// To add texts: the handles so far stay good.
    pub(super) fn reopen(self) -> Interner {
        let mut out = Interner { bytes: self.bytes.into(), ends: self.ends.into(), slots: Vec::new() };
        let size = (out.ends.len() * 2).next_power_of_two().max(64);
        out.slots = vec![(0, 0); size];
        for id in (1..=out.ends.len()).filter_map(|id| u32::try_from(id).ok()) {
            place(&mut out.slots, (hash(slice(&out.bytes, &out.ends, id)), id));
        }
        out
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends)
    }
}

/// An arena being filled.
#[derive(Default)]
pub(super) struct Interner {
    bytes: String,
    ends: Vec<u32>,
    /// Open addressing by text hash; handle 0 marks a free slot. The length is a power of two.
    slots: Vec<(u32, u32)>,
}

impl Interner {
    /// The handle of `text`, stored now if it is new. Past 4 GiB of texts new ones become empty.
    pub(super) fn intern(&mut self, text: &str) -> Str {
        if text.is_empty() {
            return Str::EMPTY;
        }
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash(text);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (slot_hash, id) = self.slots[at];
            if id == 0 {
                break;
            }
            if slot_hash == hash && slice(&self.bytes, &self.ends, id) == text {
                return Str(id);
            }
            at = (at + 1) & mask;
        }
        let end = self.bytes.len().checked_add(text.len()).and_then(|end| u32::try_from(end).ok());
        let (Some(end), Ok(id)) = (end, u32::try_from(self.ends.len() + 1)) else {
            return Str::EMPTY;
        };
        self.bytes.push_str(text);
        self.ends.push(end);
        self.slots[at] = (hash, id);
        Str(id)
    }

    /// The text behind a handle of this arena.
    pub(super) fn get(&self, text: Str) -> &str {
        slice(&self.bytes, &self.ends, text.0)
    }

    /// Gives the memory of the table back and keeps the texts.
    pub(super) fn finish(self) -> Strings {
        Strings { bytes: self.bytes.into_boxed_str(), ends: self.ends.into_boxed_slice() }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let mut slots = vec![(0, 0); size];
        self.slots.iter().filter(|(_, id)| *id != 0).for_each(|slot| place(&mut slots, *slot));
        self.slots = slots;
    }
}

/// Puts an entry where a search for its hash finds it. The length is a power of two, and there is room.
fn place(slots: &mut [(u32, u32)], slot: (u32, u32)) {
    let mask = slots.len() - 1;
    let mut at = slot.0 as usize & mask;
    while slots[at].1 != 0 {
        at = (at + 1) & mask;
    }
    slots[at] = slot;
}

fn slice<'a>(bytes: &'a str, ends: &[u32], id: u32) -> &'a str {
    let Some(index) = (id as usize).checked_sub(1) else { return "" };
    let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(index).copied().unwrap_or(start);
    bytes.get(start as usize..end as usize).unwrap_or("")
}

fn hash(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    let wide = hasher.finish();
    // The table takes the low bits: mix the high ones in.
    (wide ^ (wide >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::{Interner, Str};

    #[test]
    fn stores_each_text_once() {
        let mut arena = Interner::default();
        let texts: Vec<String> = (0..1000).map(|i| format!("column_{}", i % 300)).collect();
        let ids: Vec<Str> = texts.iter().map(|text| arena.intern(text)).collect();
        assert_eq!(arena.intern(""), Str::EMPTY);
        let done = arena.finish();
        for (text, id) in texts.iter().zip(&ids) {
            assert_eq!(done.get(*id), text);
        }
        assert_eq!(ids[0], ids[300]);
        assert_eq!(done.ends.len(), 300);
        assert_eq!(done.get(Str(99_999)), "");
        let mut again = done.reopen();
        assert!(texts.iter().zip(&ids).all(|(text, id)| again.intern(text) == *id));
        let new = again.intern("another");
        assert_eq!(again.get(new), "another");
        assert_eq!(again.finish().ends.len(), 301);
    }
}
