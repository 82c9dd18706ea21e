//! A compact index: from a key to the few things it touches.
//!
//! # Invariants
//! * A key costs its own size, one value, and about a dozen bytes; nearly every key touches one
//!   thing, so only further ones take an allocation.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Keys with their values in the order added.
#[derive(Clone, Debug)]
pub(crate) struct Index<K, V> {
    places: HashTable<u32>,
    slots: Vec<Slot<K, V>>,
    /// Further values of the slots that have any.
    further: Vec<Vec<V>>,
    hasher: RandomState,
}

#[derive(Clone, Debug)]
struct Slot<K, V> {
    key: K,
    first: V,
    /// The place of the further values, from 1; 0 for none.
    further: u32,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Index {
            places: HashTable::new(),
            slots: Vec::new(),
            further: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<K: Clone + Eq + Hash + Ord, V: Copy + Eq> Index<K, V> {
    /// Adds a value to a key, unless it is the key's latest; `false` when the index is full.
    #[must_use]
    pub(crate) fn add(&mut self, key: &K, value: V) -> bool {
        let hash = self.hasher.hash_one(key);
        let found = self.places.find(hash, |place| self.slots[*place as usize].key == *key);
        let Some(place) = found.copied() else { return self.insert(hash, key, value) };
        let slot = &mut self.slots[place as usize];
        let Some(at) = slot.further.checked_sub(1) else {
            if slot.first == value {
                return true;
            }
            let Ok(number) = u32::try_from(self.further.len() + 1) else { return false };
            slot.further = number;
            self.further.push(Vec::from([value]));
            return true;
        };
        let list = &mut self.further[at as usize];
        if list.last() != Some(&value) {
            list.push(value);
        }
        true
    }

    /// Every value of a key, in the order added.
    pub(crate) fn values(&self, key: &K) -> impl Iterator<Item = V> {
        let hash = self.hasher.hash_one(key);
        let found = self.places.find(hash, |place| self.slots[*place as usize].key == *key);
        let slot = found.map(|place| &self.slots[*place as usize]);
        slot.into_iter().flat_map(|slot| self.of(slot))
    }

    /// Every key with its values, in order of key.
    pub(crate) fn sorted(&self) -> Vec<(&K, Vec<V>)> {
        let mut all: Vec<(&K, Vec<V>)> =
            self.slots.iter().map(|slot| (&slot.key, self.of(slot).collect())).collect();
        all.sort_unstable_by(|left, right| left.0.cmp(right.0));
        all
    }

    fn of(&self, slot: &Slot<K, V>) -> impl Iterator<Item = V> {
        let further = slot.further.checked_sub(1).and_then(|at| self.further.get(at as usize));
        core::iter::once(slot.first).chain(further.into_iter().flatten().copied())
    }

    fn insert(&mut self, hash: u64, key: &K, value: V) -> bool {
        let Ok(place) = u32::try_from(self.slots.len()) else { return false };
        self.slots.push(Slot { key: key.clone(), first: value, further: 0 });
        let (slots, hasher) = (&self.slots, &self.hasher);
        self.places
            .insert_unique(hash, place, |place| hasher.hash_one(&slots[*place as usize].key));
        true
    }
}
