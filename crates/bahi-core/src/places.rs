//! `Places`: where a thing stands in a list, found by the hash of its key; for whoever folds events.
//!
//! # Invariants
//! * A look that finds nothing is one place in memory, and one that finds is one before the thing
//!   itself: in a ledger of a million cases each of them is one that no cache holds.
//! * At most two thirds of the buckets are taken, so every walk meets an empty one and soon ends;
//!   between a hash's home and where its place stands none is empty.
//! * Growing reads the buckets alone, in order, and no key.
//!
//! # Not here
//! The keys: whoever holds the list compares them. Of a hash the upper 32 bits are kept.

use alloc::vec::Vec;

/// The buckets of the smallest table.
const BUCKETS_MIN: usize = 16;

/// How many buckets are fetched together.
const TOGETHER: usize = 64;

/// The upper half of a hash, in a bucket.
const UPPER: u64 = 0xffff_ffff_0000_0000;

/// A table of places in a list. Each takes twelve to eighteen bytes.
///
/// A bucket is 0, or holds a hash's upper half and a place, from 1. A hash's bucket is in
/// proportion to it, which makes growing one pass over the old and the new buckets alike.
///
/// ```
/// use bahi_core::Places;
///
/// let list = ["lamp", "carpet"];
/// let hash = |text: &str| (text.len() as u64) << 32;
/// let mut places = Places::default();
/// assert!(places.insert(hash("lamp"), 0) && places.insert(hash("carpet"), 1));
/// let find = |text: &str| places.find(hash(text), |place| list[place as usize] == text);
/// assert_eq!((find("carpet"), find("bronze"), find("brass")), (Some(1), None, None));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Places {
    buckets: Vec<u64>,
    taken: usize,
}

impl Places {
    /// How many places there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.taken
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.taken == 0
    }

    /// The place under a hash that `is` takes for the one looked for.
    #[must_use]
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.bucket(hash, is).and_then(|at| place_in(self.buckets[at]))
    }

    /// The first bucket that a search for a hash looks at, as it is. Who asks for several ahead has
    /// them fetched together.
    #[must_use]
    pub fn first(&self, hash: u64) -> Option<u64> {
        self.buckets.get(home(hash, self.buckets.len())).copied()
    }

    /// Makes room for so many, all told.
    pub fn reserve(&mut self, len: usize) {
        let buckets = (len + len.div_ceil(2)).max(BUCKETS_MIN);
        if buckets > self.buckets.len() {
            self.widen(buckets);
        }
    }

    /// Puts in a place that is not there; `false` for `u32::MAX`, which is none.
    pub fn insert(&mut self, hash: u64, place: u32) -> bool {
        let Some(from_one) = place.checked_add(1) else { return false };
        if (self.taken + 1) * 3 > self.buckets.len() * 2 {
            // Half as many again.
            self.widen((self.buckets.len() + self.buckets.len() / 2).max(BUCKETS_MIN));
        }
        self.put(hash & UPPER | u64::from(from_one));
        self.taken += 1;
        true
    }

    /// Puts in many places that are not there, each under its hash; `false` where one is `u32::MAX`,
    /// which is none. Their buckets are fetched together.
    pub fn insert_all(&mut self, places: impl Iterator<Item = (u64, u32)>) -> bool {
        let mut places = places.fuse();
        let mut some = Vec::with_capacity(TOGETHER);
        loop {
            some.extend(places.by_ref().take(TOGETHER));
            if some.is_empty() {
                return true;
            }
            for (hash, _) in &some {
                core::hint::black_box(self.first(*hash));
            }
            if !some.drain(..).all(|(hash, place)| self.insert(hash, place)) {
                return false;
            }
        }
    }

    /// Takes away a place under a hash, where it is there.
    pub fn remove(&mut self, hash: u64, place: u32) {
        let Some(mut hole) = self.bucket(hash, |held| held == place) else { return };
        let len = self.buckets.len();
        let mut at = after(hole, len);
        while self.buckets[at] != 0 {
            // What stands past the hole moves into it, unless its home is past the hole too.
            if distance(home(self.buckets[at], len), at, len) >= distance(hole, at, len) {
                self.buckets[hole] = self.buckets[at];
                hole = at;
            }
            at = after(at, len);
        }
        self.buckets[hole] = 0;
        self.taken -= 1;
    }

    /// Puts another place where one stands under a hash; `false` where it is not there, or for
    /// `u32::MAX`.
    pub fn replace(&mut self, hash: u64, place: u32, by: u32) -> bool {
        let at = self.bucket(hash, |held| held == place);
        let (Some(at), Some(from_one)) = (at, by.checked_add(1)) else { return false };
        self.buckets[at] = hash & UPPER | u64::from(from_one);
        true
    }

    /// The bucket of the place under a hash that `is` takes for the one looked for.
    fn bucket(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<usize> {
        let mut at = home(hash, self.buckets.len());
        loop {
            let bucket = *self.buckets.get(at)?;
            let place = place_in(bucket)?;
            if bucket & UPPER == hash & UPPER && is(place) {
                return Some(at);
            }
            at = after(at, self.buckets.len());
        }
    }

    fn widen(&mut self, len: usize) {
        // Zeros are written here and not had from the system, whose fresh memory is one page of zeros
        // until it is written to: a bucket is read before it is written, so that each page would be
        // given out twice, the second time with a word to every processor that it moved.
        let mut buckets = core::hint::black_box(Vec::with_capacity(len));
        buckets.resize(len, 0);
        let old = core::mem::replace(&mut self.buckets, buckets);
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

/// The place that a bucket holds; none in an empty one.
const fn place_in(bucket: u64) -> Option<u32> {
    (bucket as u32).checked_sub(1)
}

/// The bucket in proportion to the upper half of a hash.
fn home(hash: u64, buckets: usize) -> usize {
    ((u128::from(hash >> 32) * buckets as u128) >> 32) as usize
}

const fn after(at: usize, buckets: usize) -> usize {
    if at + 1 == buckets { 0 } else { at + 1 }
}

/// How many steps it is from one bucket on to another.
const fn distance(from: usize, to: usize, buckets: usize) -> usize {
    if to >= from { to - from } else { to + buckets - from }
}

#[cfg(test)]
mod tests {
    //! Places beside a list that is searched through, for hashes that spread, collide and wrap.

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Remove(prop::sample::Index),
        Replace(prop::sample::Index),
        Reserve(usize),
    }

    /// Hashes near one another and near both ends, so that homes are shared and runs wrap around.
    fn hash() -> impl Strategy<Value = u64> {
        let ends = prop_oneof![0_u64..4, (0_u64..4).prop_map(|few| u64::from(u32::MAX) - few)];
        prop_oneof![
            any::<u64>(),
            (ends, any::<u32>()).prop_map(|(upper, lower)| { upper << 32 | u64::from(lower) })
        ]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => hash().prop_map(Step::Insert),
            3 => any::<prop::sample::Index>().prop_map(Step::Remove),
            2 => any::<prop::sample::Index>().prop_map(Step::Replace),
            1 => (0_usize..100).prop_map(Step::Reserve),
        ]
    }

    proptest! {
        #[test]
        fn places_are_what_a_list_holds(steps in prop::collection::vec(step(), 0..200)) {
            let mut places = Places::default();
            let mut list: Vec<(u64, u32)> = Vec::new();
            let mut next = 0_u32;
            for step in steps {
                match step {
                    Step::Insert(hash) => {
                        prop_assert!(places.insert(hash, next));
                        list.push((hash, next));
                        next += 1;
                    }
                    Step::Reserve(len) => places.reserve(len),
                    Step::Remove(_) | Step::Replace(_) if list.is_empty() => {}
                    Step::Remove(at) => {
                        let (hash, place) = list.swap_remove(at.index(list.len()));
                        places.remove(hash, place);
                        prop_assert_eq!(places.find(hash, |held| held == place), None);
                        places.remove(hash, place);
                    }
                    Step::Replace(at) => {
                        let at = at.index(list.len());
                        let one = &mut list[at];
                        prop_assert!(places.replace(one.0, one.1, next));
                        prop_assert!(!places.replace(one.0, one.1, next + 1));
                        one.1 = next;
                        next += 1;
                    }
                }
                prop_assert_eq!(places.len(), list.len());
                prop_assert!(places.taken * 3 <= places.buckets.len() * 2);
                for (hash, place) in &list {
                    prop_assert_eq!(places.find(*hash, |held| held == *place), Some(*place));
                    prop_assert_eq!(places.find(*hash, |_| false), None);
                    let strange = hash ^ 1 << 32;
                    let there = list.iter().any(|one| one.0 >> 32 == strange >> 32);
                    prop_assert_eq!(places.find(strange, |_| true).is_some(), there);
                }
            }
        }
    }

    #[test]
    fn many_that_spread_and_many_that_collide_are_found() {
        let spread: Vec<u64> =
            (1..5_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        for hashes in [&spread[..], &[u64::MAX; 100], &[0; 100]] {
            let mut places = Places::default();
            for (place, hash) in (0_u32..).zip(hashes) {
                assert!(places.insert(*hash, place));
            }
            for (place, hash) in (0_u32..).zip(hashes) {
                assert_eq!(places.find(*hash, |one| one == place), Some(place), "{hash:x}");
            }
        }
    }

    #[test]
    fn many_put_in_together_are_found_as_those_put_in_one_by_one() {
        let hashes = || (1..1_000_u64).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for count in [0, 1, TOGETHER, TOGETHER + 1, 999] {
            let (mut together, mut each) = (Places::default(), Places::default());
            assert!(together.insert_all(hashes().zip(0..).take(count)));
            assert!(hashes().zip(0..).take(count).all(|(hash, place)| each.insert(hash, place)));
            assert_eq!(together.buckets, each.buckets);
        }
        assert!(!Places::default().insert_all([(0, 1), (7, u32::MAX), (9, 2)].into_iter()));
    }

    #[test]
    fn the_largest_place_is_held_and_the_number_above_it_is_none() {
        let mut places = Places::default();
        assert!(places.is_empty() && places.first(7).is_none());
        assert!(!places.insert(7, u32::MAX));
        assert!(places.insert(7, u32::MAX - 1));
        assert_eq!(places.find(7, |_| true), Some(u32::MAX - 1));
    }
}
