//! An index from hashes to numbers: what is numbered lies elsewhere, and only the numbers here.
//!
//! # Invariants
//! * A look that finds nothing is one place in memory, and one that finds is one place before what
//!   it found: in a ledger of a million cases each of them is one that no cache holds.
//! * Growing reads the index alone, in order, and nothing of what is numbered.
//! * Between a hash's home and where its number stands no slot is empty.

use alloc::{vec, vec::Vec};

/// Numbers by the upper half of their hash. A slot holds that half, and the number from 1 below it;
/// 0 is a slot that is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    /// A power of two of them, or none.
    slots: Vec<u64>,
    len: usize,
}

/// Slots of the smallest index.
const FEWEST: usize = 16;

impl Slots {
    /// How many numbers there can be: half of what 32 bits of a hash tell apart.
    const MOST: usize = 1 << 31;

    /// Whether there is room for one more.
    pub(crate) const fn has_room(&self) -> bool {
        self.len < Slots::MOST
    }

    /// How many numbers there are.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The slot that a search for a hash looks at first, as it is.
    pub(crate) fn first(&self, hash: u64) -> Option<u64> {
        self.slots.get(home(hash, self.slots.len())).copied()
    }

    /// Makes room for so many, all told.
    pub(crate) fn reserve(&mut self, len: usize) {
        let slots = (len.min(Slots::MOST) * 8).div_ceil(5).next_power_of_two().max(FEWEST);
        if slots > self.slots.len() {
            self.widen(slots);
        }
    }

    /// The number under a hash that `is_it`.
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.place(hash, is_it).map(|at| number(self.slots[at]))
    }

    /// Adds a number under a hash; `false` when there is no room for one more.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) -> bool {
        if !self.has_room() || number == u32::MAX {
            return false;
        }
        // At most five eighths are taken, so that a look that finds nothing ends soon.
        if self.slots.len() * 5 < (self.len + 1) * 8 {
            self.grow();
        }
        put(&mut self.slots, tag(hash) | (u64::from(number) + 1));
        self.len += 1;
        true
    }

    /// Takes a number away that is there under a hash.
    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        let Some(mut hole) = self.place(hash, |held| held == number) else { return };
        let mask = self.slots.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            // What stands past the hole moves into it, unless its home is past the hole too.
            let from_home = at.wrapping_sub(home(slot, self.slots.len())) & mask;
            if from_home >= at.wrapping_sub(hole) & mask {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = 0;
        self.len -= 1;
    }

    /// Puts another number in the place of one that is there under a hash.
    pub(crate) fn replace(&mut self, hash: u64, number: u32, by: u32) {
        if let Some(at) = self.place(hash, |held| held == number) {
            self.slots[at] = tag(hash) | (u64::from(by) + 1);
        }
    }

    /// Where the number under a hash stands that `is_it`.
    fn place(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let tag = tag(hash);
        let mut at = home(tag, self.slots.len());
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot & TAG == tag && is_it(number(slot)) {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.widen((self.slots.len() * 2).max(FEWEST));
    }

    /// Spreads what there is over so many slots, a power of two.
    fn widen(&mut self, slots: usize) {
        let mut wider = vec![0; slots];
        for slot in self.slots.iter().filter(|slot| **slot != 0) {
            put(&mut wider, *slot);
        }
        self.slots = wider;
    }
}

const TAG: u64 = 0xffff_ffff_0000_0000;

const fn tag(hash: u64) -> u64 {
    hash & TAG
}

/// The number of a slot that is taken.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is the number from 1")]
const fn number(slot: u64) -> u32 {
    (slot as u32).wrapping_sub(1)
}

/// Where a slot belongs among so many, a power of two: they are in order of their hashes.
const fn home(slot: u64, slots: usize) -> usize {
    (((slot >> 32) * slots as u64) >> 32) as usize
}

/// Puts a slot into the first empty one from its home on; there is one.
fn put(slots: &mut [u64], slot: u64) {
    let mask = slots.len() - 1;
    let mut at = home(slot, slots.len());
    while slots[at] != 0 {
        at = (at + 1) & mask;
    }
    slots[at] = slot;
}

#[cfg(test)]
mod tests {
    //! The index beside a list that is searched through, with hashes that collide.

    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Remove(usize),
        Replace(usize),
    }

    /// Hashes near one another and near both ends, so that homes are shared and runs wrap around.
    fn hash() -> impl Strategy<Value = u64> {
        let upper = prop_oneof![
            0_u64..4,
            (u64::from(u32::MAX) - 3)..=u64::from(u32::MAX),
            0_u64..=u64::from(u32::MAX)
        ];
        (upper, any::<u32>()).prop_map(|(upper, lower)| upper << 32 | u64::from(lower))
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => hash().prop_map(Step::Insert),
            1 => any::<prop::sample::Index>().prop_map(|at| Step::Remove(at.index(64))),
            1 => any::<prop::sample::Index>().prop_map(|at| Step::Replace(at.index(64))),
        ]
    }

    proptest! {
        #[test]
        fn the_index_holds_what_a_list_holds(steps in prop::collection::vec(step(), 0..200)) {
            let mut slots = Slots::default();
            let mut list: Vec<(u64, u32)> = Vec::new();
            let mut next = 0_u32;
            for step in steps {
                match step {
                    Step::Insert(hash) => {
                        prop_assert!(slots.insert(hash, next));
                        list.push((hash, next));
                        next += 1;
                    }
                    Step::Remove(at) if at < list.len() => {
                        let (hash, number) = list.swap_remove(at);
                        slots.remove(hash, number);
                        prop_assert_eq!(slots.find(hash, |held| held == number), None);
                    }
                    Step::Replace(at) if at < list.len() => {
                        let (hash, number) = list[at];
                        slots.replace(hash, number, next);
                        list[at] = (hash, next);
                        next += 1;
                    }
                    Step::Remove(_) | Step::Replace(_) => {}
                }
                prop_assert_eq!(slots.len(), list.len());
                for (hash, number) in &list {
                    prop_assert_eq!(slots.find(*hash, |held| held == *number), Some(*number));
                }
            }
        }
    }

    #[test]
    fn the_last_number_there_is_finds_no_room() {
        let mut slots = Slots::default();
        assert!(!slots.insert(0, u32::MAX));
        assert!(slots.insert(0, u32::MAX - 1));
        assert_eq!(slots.find(0, |_| true), Some(u32::MAX - 1));
        assert_eq!(slots.find(1 << 32, |_| true), None);
    }
}
