//! The image of an index: its keys in the order they came, each with its values, and what waits.
//!
//! # Invariants
//! * The index that is taken holds the same in the same places, and waits for the same.

use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hash};

use bahi_core::image::{Reader, put_short};

use super::{Index, Slot, WAITING_MAX, Waiting};

/// The fewest bytes of a key with a value.
const SLOT_BYTES_MIN: usize = 3;

impl<K: Clone + Eq + Hash + Ord, V: Copy + Eq + Default> Index<K, V> {
    /// Puts the index; a value is put by how it differs from the one before it.
    pub(crate) fn put(
        &self,
        out: &mut Vec<u8>,
        put_key: impl Fn(&mut Vec<u8>, &K),
        put_value: impl Fn(&mut Vec<u8>, &V, &V),
    ) {
        put_short(out, self.slots.len() as u64);
        let mut before = V::default();
        for slot in &self.slots {
            put_key(out, &slot.key);
            let further = slot.further.checked_sub(1).and_then(|at| self.further.get(at as usize));
            let further = further.map_or(&[][..], Vec::as_slice);
            put_short(out, further.len() as u64);
            put_value(out, &slot.first, &before);
            before = slot.first;
            let mut last = slot.first;
            for value in further {
                put_value(out, value, &last);
                last = *value;
            }
        }
        // Which key had a second value first cannot be told from the keys.
        let mut order: Vec<(u32, usize)> =
            self.slots.iter().map(|slot| slot.further).zip(0..).collect();
        order.retain(|(further, _)| *further > 0);
        order.sort_unstable();
        put_short(out, order.len() as u64);
        order.iter().for_each(|(_, place)| put_short(out, *place as u64));
        put_short(out, self.waiting.len() as u64);
        for waiting in &self.waiting {
            put_key(out, &waiting.key);
            put_value(out, &waiting.value, &V::default());
        }
    }

    /// Takes an index into one that is empty.
    pub(crate) fn take(
        &mut self,
        from: &mut Reader<'_>,
        key: impl Fn(&mut Reader<'_>) -> Option<K>,
        value: impl Fn(&mut Reader<'_>, &V) -> Option<V>,
    ) -> Option<()> {
        let len = from.short_count(SLOT_BYTES_MIN)?;
        let mut lists: Vec<(usize, Vec<V>)> = Vec::new();
        let mut before = V::default();
        for place in 0..len {
            let key = key(from)?;
            let more = from.short_count(1)?;
            let first = value(from, &before)?;
            before = first;
            let (mut list, mut last) = (Vec::with_capacity(more), first);
            for _ in 0..more {
                last = value(from, &last)?;
                list.push(last);
            }
            if more > 0 {
                lists.push((place, list));
            }
            self.slots.push(Slot { key, first, further: 0 });
        }
        self.order(from, lists)?;
        self.places.reserve(len + len / 4);
        let hashes = self.slots.iter().map(|slot| self.hasher.hash_one(&slot.key));
        let mut places = core::mem::take(&mut self.places);
        let placed = places.insert_all(hashes.zip(0_u32..));
        self.places = places;
        placed.then_some(())?;
        let waiting = from.short_count(SLOT_BYTES_MIN - 1)?;
        (waiting < WAITING_MAX).then_some(())?;
        for _ in 0..waiting {
            let (key, value) = (key(from)?, value(from, &V::default())?);
            self.waiting.push(Waiting { hash: self.hasher.hash_one(&key), key, value });
        }
        Some(())
    }

    /// Puts the lists of further values into the order they were begun in.
    fn order(&mut self, from: &mut Reader<'_>, lists: Vec<(usize, Vec<V>)>) -> Option<()> {
        (from.short_count(1)? == lists.len()).then_some(())?;
        let mut lists: Vec<(usize, Option<Vec<V>>)> =
            lists.into_iter().map(|(place, list)| (place, Some(list))).collect();
        for number in 1..=u32::try_from(lists.len()).ok()? {
            let place = usize::try_from(from.short()?).ok()?;
            let at = lists.binary_search_by_key(&place, |(place, _)| *place).ok()?;
            self.further.push(lists.get_mut(at)?.1.take()?);
            self.slots.get_mut(place)?.further = number;
        }
        Some(())
    }
}
