//! The references of cases: text to number, with all texts in one piece.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::slots::Slots;

/// Case references by number, from 0, in order of application.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseRefs {
    /// The texts, one after another.
    texts: Vec<u8>,
    /// Where each begins, with its length, which is below 256, in the lowest eight bits.
    places: Vec<u64>,
    slots: Slots,
    hasher: FixedState,
}

impl PartialEq for CaseRefs {
    fn eq(&self, other: &CaseRefs) -> bool {
        self.texts == other.texts && self.places == other.places
    }
}

impl CaseRefs {
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let text = text.as_bytes();
        self.slots.find(self.hash(text), |number| self.text(number) == text)
    }

    /// What a search for a reference looks at first.
    pub(crate) fn first(&self, text: &str) -> Option<u64> {
        self.slots.first(self.hash(text.as_bytes()))
    }

    /// Makes room for as many as others are.
    pub(crate) fn reserve(&mut self, others: &CaseRefs) {
        self.slots.reserve(others.slots.len());
        self.places.reserve(others.places.len().saturating_sub(self.places.len()));
        self.texts.reserve(others.texts.len().saturating_sub(self.texts.len()));
    }

    /// Adds a reference that is not there; `false` when there is no room for one more.
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let (Ok(number), Ok(len)) = (u32::try_from(self.places.len()), u8::try_from(text.len()))
        else {
            return false;
        };
        if !self.slots.insert(self.hash(text.as_bytes()), number) {
            return false;
        }
        self.places.push((self.texts.len() as u64) << 8 | u64::from(len));
        self.texts.extend_from_slice(text.as_bytes());
        true
    }

    /// Takes the last reference away.
    pub(crate) fn pop(&mut self) {
        let Some(number) = self.places.len().checked_sub(1).and_then(|at| u32::try_from(at).ok())
        else {
            return;
        };
        let text = self.text(number);
        let (hash, rest) = (self.hash(text), self.texts.len() - text.len());
        self.slots.remove(hash, number);
        self.texts.truncate(rest);
        self.places.pop();
    }

    fn text(&self, number: u32) -> &[u8] {
        let place = self.places[number as usize];
        &self.texts[(place >> 8) as usize..][..(place & 0xff) as usize]
    }

    fn hash(&self, text: &[u8]) -> u64 {
        self.hasher.hash_one(text)
    }
}
