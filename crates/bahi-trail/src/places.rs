//! `Places`: where a thing stands in a list, found by the hash of its key.
//!
//! # Invariants
//! * A place costs ten to fifteen bytes, and putting one in touches one line of memory.
//! * At most four fifths of the buckets are taken, so every walk meets an empty one and ends.
//!
//! # Not here
//! The keys: whoever holds the list compares them. Of a hash 32 bits are kept, so that growing
//! looks at no key.

use alloc::{vec, vec::Vec};

/// The buckets of the smallest table.
const BUCKETS_MIN: usize = 16;

/// A table of places in a list that only grows.
///
/// A bucket is 0, or holds a hash's upper half and a place, from 1. A hash's bucket is in
/// proportion to it, which makes growing one pass over the old and the new buckets alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    buckets: Vec<u64>,
    taken: usize,
}

impl Places {
    /// The place under a hash that `is` takes for the one looked for.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = home(hash, self.buckets.len());
        loop {
            let bucket = *self.buckets.get(at)?;
            let place = (bucket as u32).checked_sub(1)?;
            if bucket >> 32 == hash >> 32 && is(place) {
                return Some(place);
            }
            at = after(at, self.buckets.len());
        }
    }

    /// The first bucket that a search for a hash looks at, as it is.
    pub(crate) fn first(&self, hash: u64) -> Option<u64> {
        self.buckets.get(home(hash, self.buckets.len())).copied()
    }

    /// Puts in a place that is not there. The place is below `u32::MAX`.
    pub(crate) fn insert(&mut self, hash: u64, place: u32) {
        let from_one = place.checked_add(1).expect("a place below the largest number");
        if (self.taken + 1) * 5 > self.buckets.len() * 4 {
            self.grow();
        }
        self.put((hash >> 32) << 32 | u64::from(from_one));
        self.taken += 1;
    }

    /// Makes room for as many as others are.
    pub(crate) fn reserve(&mut self, others: &Places) {
        if others.buckets.len() > self.buckets.len() {
            self.widen(others.buckets.len());
        }
    }

    /// Half as many buckets again.
    fn grow(&mut self) {
        self.widen((self.buckets.len() + self.buckets.len() / 2).max(BUCKETS_MIN));
    }

    fn widen(&mut self, len: usize) {
        let old = core::mem::replace(&mut self.buckets, vec![0; len]);
        old.into_iter().filter(|bucket| *bucket != 0).for_each(|bucket| self.put(bucket));
    }

    /// Writes a bucket at the first empty one from its home on.
    fn put(&mut self, bucket: u64) {
        let mut at = home(bucket, self.buckets.len());
        while self.buckets[at] != 0 {
            at = after(at, self.buckets.len());
        }
        self.buckets[at] = bucket;
    }
}

/// The bucket in proportion to the upper half of a hash.
fn home(hash: u64, buckets: usize) -> usize {
    ((u128::from(hash >> 32) * buckets as u128) >> 32) as usize
}

fn after(at: usize, buckets: usize) -> usize {
    if at + 1 == buckets { 0 } else { at + 1 }
}

#[cfg(test)]
mod tests {
    //! Places against a list, for hashes that spread, that collide and that stand at the end.

    use proptest::prelude::*;

    use super::*;

    fn check(hashes: &[u64]) {
        let mut places = Places::default();
        assert_eq!(places.find(0, |_| true), None);
        for (place, hash) in (0_u32..).zip(hashes) {
            places.insert(*hash, place);
            assert!(places.taken * 5 <= places.buckets.len() * 4);
        }
        for (place, hash) in (0_u32..).zip(hashes) {
            assert_eq!(places.find(*hash, |one| one == place), Some(place), "{hash:x}");
            assert_eq!(places.find(*hash, |_| false), None);
            let same = hashes.iter().position(|one| one >> 32 == hash >> 32);
            let first = places.find(*hash, |one| hashes[one as usize] >> 32 == hash >> 32);
            assert!(first.is_some() == same.is_some());
            let strange = hash ^ 1 << 32;
            if hashes.iter().all(|one| one >> 32 != strange >> 32) {
                assert_eq!(places.find(strange, |_| true), None, "{strange:x}");
            }
        }
    }

    #[test]
    fn every_place_is_found_again_however_its_hashes_fall() {
        let spread: Vec<u64> =
            (1..5_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        for hashes in [&spread[..], &[u64::MAX; 100], &[0; 100], &[u64::MAX << 32, 0, u64::MAX]] {
            check(hashes);
        }
    }

    #[test]
    fn the_largest_place_is_held() {
        let mut places = Places::default();
        places.insert(7, u32::MAX - 1);
        assert_eq!(places.find(7, |_| true), Some(u32::MAX - 1));
    }

    proptest! {
        #[test]
        fn places_are_those_put_in(
            hashes in prop::collection::vec(
                prop_oneof![any::<u64>(), (0_u64..4).prop_map(|few| few.wrapping_neg() << 32)],
                0..200,
            ),
        ) {
            check(&hashes);
        }
    }
}
