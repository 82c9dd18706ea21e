//! The references of cases: text to number, with all texts in one piece.

use alloc::{string::String, vec::Vec};
use core::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Case references by number, from 0, in order of application.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseRefs {
    texts: String,
    /// Where each text ends; it begins where the one before ends.
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: FixedState,
}

impl PartialEq for CaseRefs {
    fn eq(&self, other: &CaseRefs) -> bool {
        self.texts == other.texts && self.ends == other.ends
    }
}

impl CaseRefs {
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |number| text_of(&self.texts, &self.ends, *number) == text).copied()
    }

    /// Adds a reference that is not there; `false` when there is no room for one more.
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let number = u32::try_from(self.ends.len()).ok().filter(|number| *number < u32::MAX);
        let end = u32::try_from(self.texts.len() + text.len());
        let (Some(number), Ok(end)) = (number, end) else { return false };
        self.texts.push_str(text);
        self.ends.push(end);
        let (texts, ends, hasher) = (&self.texts, &self.ends, &self.hasher);
        let rehash = |number: &u32| hasher.hash_one(text_of(texts, ends, *number));
        self.table.insert_unique(hasher.hash_one(text), number, rehash);
        true
    }

    /// Takes the last reference away.
    pub(crate) fn pop(&mut self) {
        let Some(number) = self.ends.len().checked_sub(1).and_then(|n| u32::try_from(n).ok())
        else {
            return;
        };
        let hash = self.hasher.hash_one(text_of(&self.texts, &self.ends, number));
        if let Ok(found) = self.table.find_entry(hash, |held| *held == number) {
            found.remove();
        }
        self.ends.pop();
        self.texts.truncate(self.ends.last().map_or(0, |end| *end as usize));
    }
}

fn text_of<'a>(texts: &'a str, ends: &[u32], number: u32) -> &'a str {
    let number = number as usize;
    let from = number.checked_sub(1).map_or(0, |before| ends[before] as usize);
    &texts[from..ends[number] as usize]
}
