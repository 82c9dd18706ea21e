//! The references of cases: text to number, with all texts in one piece.
//!
//! # Invariants
//! * A reference is found by its hash, its place, and itself: three looks into memory and no more,
//!   for in a ledger of a million cases each of them is one that no cache holds.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Case references by number, from 0, in order of application.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseRefs {
    /// Each text with its length before it, in one byte.
    texts: Vec<u8>,
    /// Where each begins.
    starts: Vec<u32>,
    table: HashTable<Place>,
    hasher: FixedState,
}

/// A reference: its number, and where it begins.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Place {
    number: u32,
    start: u32,
}

impl PartialEq for CaseRefs {
    fn eq(&self, other: &CaseRefs) -> bool {
        self.texts == other.texts && self.starts == other.starts
    }
}

impl CaseRefs {
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text.as_bytes());
        let is_it = |place: &Place| text_at(&self.texts, place.start) == text.as_bytes();
        self.table.find(hash, is_it).map(|place| place.number)
    }

    /// Adds a reference that is not there; `false` when there is no room for one more.
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let number = u32::try_from(self.starts.len()).ok().filter(|number| *number < u32::MAX);
        let start = u32::try_from(self.texts.len());
        let (Some(number), Ok(start), Ok(len)) = (number, start, u8::try_from(text.len())) else {
            return false;
        };
        self.texts.push(len);
        self.texts.extend_from_slice(text.as_bytes());
        self.starts.push(start);
        let (texts, hasher) = (&self.texts, &self.hasher);
        let rehash = |place: &Place| hasher.hash_one(text_at(texts, place.start));
        let place = Place { number, start };
        self.table.insert_unique(hasher.hash_one(text.as_bytes()), place, rehash);
        true
    }

    /// Takes the last reference away.
    pub(crate) fn pop(&mut self) {
        let Some(start) = self.starts.pop() else { return };
        let hash = self.hasher.hash_one(text_at(&self.texts, start));
        if let Ok(found) = self.table.find_entry(hash, |held| held.start == start) {
            found.remove();
        }
        self.texts.truncate(start as usize);
    }
}

fn text_at(texts: &[u8], start: u32) -> &[u8] {
    let start = start as usize;
    &texts[start + 1..][..usize::from(texts[start])]
}
