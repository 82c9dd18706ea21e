//! A compact index: from a key to the few things it touches.
//!
//! # Invariants
//! * A key costs its own size, one value, and about sixteen bytes; nearly every key touches one
//!   thing, so only further ones take an allocation.
//! * A value that waits to be placed is found as one that is: an index does not tell when it was
//!   last settled.

mod image;

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use bahi_core::{Places, Rows};
use foldhash::fast::RandomState;

/// How many values wait at most. A new key's bucket is nearly always out of the processor's cache:
/// a processor fetches many such lines at a time if they are asked for together, and one after
/// the other if each is asked for by itself.
pub(crate) const WAITING_MAX: usize = 64;

/// Keys with their values in the order added.
#[derive(Clone, Debug)]
pub(crate) struct Index<K, V> {
    places: Places,
    slots: Rows<Slot<K, V>>,
    /// Further values of the slots that have any.
    further: Vec<Vec<V>>,
    /// The values added last, which are placed together.
    waiting: Vec<Waiting<K, V>>,
    hasher: RandomState,
}

#[derive(Clone, Debug)]
struct Waiting<K, V> {
    hash: u64,
    key: K,
    value: V,
}

#[derive(Clone, PartialEq, Debug)]
struct Slot<K, V> {
    key: K,
    first: V,
    /// The place of the further values, from 1; 0 for none.
    further: u32,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Index {
            places: Places::default(),
            slots: Rows::default(),
            further: Vec::new(),
            waiting: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<K: Clone + Eq + Hash + Ord, V: Copy + Eq> Index<K, V> {
    /// Adds a value to a key, unless it is the key's latest; `false` when the index is full.
    #[must_use]
    pub(crate) fn add(&mut self, key: &K, value: V) -> bool {
        let places = self.slots.len().max(self.further.len()) + WAITING_MAX;
        if places >= u32::MAX as usize {
            return false;
        }
        self.waiting.push(Waiting { hash: self.hasher.hash_one(key), key: key.clone(), value });
        if self.waiting.len() == WAITING_MAX {
            self.settle();
        }
        true
    }

    /// Makes room for as much as another index holds.
    pub(crate) fn reserve(&mut self, other: &Index<K, V>) {
        self.places.reserve(other.places.len());
        self.further.reserve(other.further.len().saturating_sub(self.further.len()));
    }

    /// Every value of a key, in the order added.
    pub(crate) fn values(&self, key: &K) -> Vec<V> {
        let hash = self.hasher.hash_one(key);
        let slot = self.find(hash, key).map(|place| &self.slots[place as usize]);
        let mut values: Vec<V> = slot.into_iter().flat_map(|slot| self.of(slot)).collect();
        for waiting in self.waiting.iter().filter(|waiting| waiting.key == *key) {
            push_other(&mut values, waiting.value);
        }
        values
    }

    /// Every key with its values, in order of key.
    pub(crate) fn sorted(&self) -> Vec<(&K, Vec<V>)> {
        let placed = self.slots.iter().map(|slot| (&slot.key, self.of(slot).collect()));
        let waiting = self.waiting.iter().map(|one| (&one.key, Vec::from([one.value])));
        let mut all: Vec<(&K, Vec<V>)> = placed.chain(waiting).collect();
        // Stable: what waits comes after what is placed, in the order added.
        all.sort_by(|left, right| left.0.cmp(right.0));
        all.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                later.1.iter().for_each(|value| push_other(&mut kept.1, *value));
            }
            same
        });
        all
    }

    /// Whether another index holds the same in the same places. One that does not may yet hold the
    /// same.
    pub(crate) fn is_alike(&self, other: &Index<K, V>) -> bool {
        let waiting = |one: &Waiting<K, V>, other: &Waiting<K, V>| {
            one.key == other.key && one.value == other.value
        };
        self.slots == other.slots
            && self.further == other.further
            && self.waiting.len() == other.waiting.len()
            && self.waiting.iter().zip(&other.waiting).all(|(one, other)| waiting(one, other))
    }

    /// Places the values that wait, in the order added.
    fn settle(&mut self) {
        for waiting in &self.waiting {
            core::hint::black_box(self.places.first(waiting.hash));
        }
        let mut waiting = core::mem::take(&mut self.waiting);
        for Waiting { hash, key, value } in waiting.drain(..) {
            self.place(hash, key, value);
        }
        self.waiting = waiting;
    }

    fn find(&self, hash: u64, key: &K) -> Option<u32> {
        self.places.find(hash, |place| self.slots[place as usize].key == *key)
    }

    fn place(&mut self, hash: u64, key: K, value: V) {
        let Some(place) = self.find(hash, &key) else {
            self.places.insert(hash, number(self.slots.len()));
            self.slots.push(Slot { key, first: value, further: 0 });
            return;
        };
        let slot = &mut self.slots[place as usize];
        if let Some(at) = slot.further.checked_sub(1) {
            push_other(&mut self.further[at as usize], value);
        } else if slot.first != value {
            self.further.push(Vec::from([value]));
            slot.further = number(self.further.len());
        }
    }

    fn of(&self, slot: &Slot<K, V>) -> impl Iterator<Item = V> {
        let further = slot.further.checked_sub(1).and_then(|at| self.further.get(at as usize));
        core::iter::once(slot.first).chain(further.into_iter().flatten().copied())
    }
}

/// Appends a value, unless it is the latest.
fn push_other<V: Copy + Eq>(values: &mut Vec<V>, value: V) {
    if values.last() != Some(&value) {
        values.push(value);
    }
}

/// A place as a number; [`Index::add`] keeps places below what a number holds.
fn number(place: usize) -> u32 {
    u32::try_from(place).expect("an index takes no value it has no place for")
}

#[cfg(test)]
mod tests {
    //! An index against a map of lists, before, while and after values are placed.

    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check(added: &[(u8, u8)]) {
        let mut index: Index<u8, u8> = Index::default();
        let mut lists: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (key, value) in added {
            assert!(index.add(key, *value));
            push_other(lists.entry(*key).or_default(), *value);
            assert_eq!(index.values(key), lists[key]);
            assert_eq!(index.values(&u8::MAX), []);
        }
        let expected: Vec<(&u8, Vec<u8>)> =
            lists.iter().map(|(key, values)| (key, values.clone())).collect();
        assert_eq!(index.sorted(), expected);
    }

    #[test]
    fn an_index_tells_nothing_of_when_it_was_settled() {
        let spread = |count: u32| -> Vec<(u8, u8)> {
            (0..count).map(|at| ((at * 7 % 50) as u8, (at / 90) as u8)).collect()
        };
        let bound = u32::try_from(WAITING_MAX).expect("a small number");
        for count in [0, 1, bound - 1, bound, bound + 1, 3 * bound, 3 * bound + 1] {
            check(&spread(count));
        }
        check(&[(1, 2); 3 * WAITING_MAX]);
    }

    proptest! {
        #[test]
        fn an_index_holds_what_was_added(
            added in prop::collection::vec((0_u8..12, 0_u8..4), 0..300),
        ) {
            check(&added);
        }
    }
}
