//! The references of cases: text to number.
//!
//! # Invariants
//! * A short reference lies in its case, which whoever finds it looks at anyway; long ones lie one
//!   after another, in order of application.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use bahi_core::{Places, Rows};
use foldhash::fast::FixedState;

use super::Case;

/// Where cases are found by their references, by number from 0, in order of application.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseRefs {
    /// The texts of those that are not short.
    long: Vec<u8>,
    places: Places,
    hasher: FixedState,
}

/// The most bytes of a reference that its case holds.
const SHORT_BYTES_MAX: usize = 23;

/// A case's reference as the case holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeldRef {
    len: u8,
    /// The text, where it is short, and zeros; else where it begins among the long ones.
    bytes: [u8; SHORT_BYTES_MAX],
}

impl HeldRef {
    fn new(text: &[u8], begins: u64) -> Option<HeldRef> {
        let mut held = HeldRef { len: u8::try_from(text.len()).ok()?, bytes: [0; SHORT_BYTES_MAX] };
        match held.bytes.get_mut(..text.len()) {
            Some(short) => short.copy_from_slice(text),
            None => held.bytes[..8].copy_from_slice(&begins.to_le_bytes()),
        }
        Some(held)
    }

    fn is_short(&self) -> bool {
        usize::from(self.len) <= SHORT_BYTES_MAX
    }

    /// Where a long one begins.
    fn begins(&self) -> usize {
        let [a, b, c, d, e, f, g, h, ..] = self.bytes;
        usize::try_from(u64::from_le_bytes([a, b, c, d, e, f, g, h])).unwrap_or(usize::MAX)
    }
}

impl PartialEq for CaseRefs {
    fn eq(&self, other: &CaseRefs) -> bool {
        self.long == other.long && self.places.len() == other.places.len()
    }
}

impl CaseRefs {
    /// The case of a reference.
    pub(crate) fn find<'a>(&self, text: &str, cases: &'a Rows<Case>) -> Option<&'a Case> {
        let text = text.as_bytes();
        // Of a long one only the text itself can be compared.
        let short = HeldRef::new(text, 0).filter(HeldRef::is_short);
        let is_it = |number: u32| {
            cases.get(number as usize).is_some_and(|case| match &short {
                Some(short) => case.reference == *short,
                None => self.text(&case.reference) == text,
            })
        };
        let number = self.places.find(self.hash(text), is_it)?;
        cases.get(number as usize)
    }

    /// What a search for a reference looks at first.
    pub(crate) fn first(&self, text: &str) -> Option<u64> {
        self.first_under(self.hash(text.as_bytes()))
    }

    /// The same by the reference's hash.
    pub(crate) fn first_under(&self, hash: u64) -> Option<u64> {
        self.places.first(hash)
    }

    /// The number of the case that a reference of this hash is most likely of: its text is not
    /// compared.
    pub(crate) fn likely(&self, hash: u64) -> Option<usize> {
        self.places.find(hash, |_| true).map(|number| number as usize)
    }

    /// Makes room for as many as others are.
    pub(crate) fn reserve(&mut self, others: &CaseRefs) {
        self.places.reserve(others.places.len());
        self.long.reserve(others.long.len().saturating_sub(self.long.len()));
    }

    /// Adds a reference that is not there, of the case of a number; `None` when there is no room for
    /// one more.
    pub(crate) fn push(&mut self, text: &str, number: u32) -> Option<HeldRef> {
        let text = text.as_bytes();
        let held = HeldRef::new(text, self.long.len() as u64)?;
        if !self.places.insert(self.hash(text), number) {
            return None;
        }
        if !held.is_short() {
            self.long.extend_from_slice(text);
        }
        Some(held)
    }

    /// Holds the reference of the next case, which is then to be placed under the hash.
    pub(super) fn hold(&mut self, text: &[u8]) -> Option<(u64, HeldRef)> {
        let held = HeldRef::new(text, self.long.len() as u64)?;
        if !held.is_short() {
            self.long.extend_from_slice(text);
        }
        Some((self.hash(text), held))
    }

    /// Places references that are held, each by its hash and the number of its case.
    pub(super) fn place(&mut self, hashes: Vec<(u64, u32)>) -> Option<()> {
        self.places.reserve(hashes.len() + hashes.len() / 4);
        self.places.insert_all(hashes.into_iter()).then_some(())
    }

    /// Takes the reference of the last case away.
    pub(crate) fn pop(&mut self, held: &HeldRef, number: u32) {
        let hash = self.hash(self.text(held));
        self.places.remove(hash, number);
        if !held.is_short() {
            self.long.truncate(held.begins());
        }
    }

    pub(crate) fn text<'a>(&'a self, held: &'a HeldRef) -> &'a [u8] {
        let len = usize::from(held.len);
        if held.is_short() {
            return held.bytes.get(..len).unwrap_or_default();
        }
        let from = held.begins();
        self.long.get(from..from.saturating_add(len)).unwrap_or_default()
    }

    pub(super) fn hash(&self, text: &[u8]) -> u64 {
        self.hasher.hash_one(text)
    }
}
