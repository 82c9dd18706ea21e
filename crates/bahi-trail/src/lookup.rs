//! `Lookup`: one case found in the image of a trail, of which a few blocks are read and nothing else.
//!
//! # Invariants
//! * What is found is what the trail that the image is of would give, but for refusals, which are
//!   found by the hash of a reference: whoever asks looks at each and leaves those of another.
//! * Any bytes are safe to look in: no panic, and no memory beyond that of the blocks read.
//!
//! # Not here
//! What an image is: `trail/image.rs`. That its bytes are those once put away: whoever reads them.

use alloc::vec::Vec;

use bahi_core::{Position, image::Reader};

use crate::trail::image::{
    BLOCK_BYTES, BLOCK_CASES, Head, REF_BYTES, REFUSAL_BYTES, SHARED_BYTES, Told, ref_hash,
};

/// Reads bytes of an image: from where, and how many. `None` where they are not there, or not
/// whole.
pub type Read<'a> = &'a mut dyn FnMut(u64, usize) -> Option<Vec<u8>>;

/// The image of a trail, in which cases are found.
#[derive(Clone, Copy)]
pub struct Lookup {
    head: Head,
    directory: u64,
    refs: u64,
    refusals: u64,
    shared: u64,
}

/// What an image says of one reference.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The case that had it first: the position of its `Applied`.
    pub case: Option<Position>,
    /// Every event of that case, and what it shares with others; rising.
    pub events: Vec<Position>,
    /// Refusals that name this reference or, seldom, another of the same hash; rising.
    pub refused: Vec<Position>,
}

impl Lookup {
    /// How many bytes of an image tell where everything in it is.
    pub const HEAD_BYTES: usize = Head::BYTES;

    /// The image that begins with these bytes; `None` where none does.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Lookup> {
        let head = Head::take(&mut Reader::new(head))?;
        let directory = head.stream.checked_add(Head::BYTES as u64)?;
        let refs = directory.checked_add(head.blocks().checked_mul(BLOCK_BYTES)?)?;
        let refusals = refs.checked_add(head.refs.checked_mul(REF_BYTES)?)?;
        let shared = refusals.checked_add(head.refusals.checked_mul(REFUSAL_BYTES)?)?;
        shared.checked_add(head.shared.checked_mul(SHARED_BYTES)?)?;
        Some(Lookup { head, directory, refs, refusals, shared })
    }

    /// The last event of which the image tells.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.head.position
    }

    /// What the image says of a reference; `None` where it cannot be read or is none.
    #[must_use]
    pub fn find(&self, case_ref: &str, read: Read<'_>) -> Option<Found> {
        let (hash, mut found) = (ref_hash(case_ref), Found::default());
        let mut at =
            partition(self.head.refs, |at| Some(u32_at(read, self.refs + at * REF_BYTES)? < hash))?;
        while at < self.head.refs && u32_at(read, self.refs + at * REF_BYTES)? == hash {
            let number = u32_at(read, self.refs + at * REF_BYTES + 4)?;
            let told = self.case(u64::from(number), read)?;
            if told.text == case_ref {
                let events = core::iter::once(told.first).chain(told.links);
                found.events = self.with_shared(events.map(Position).collect(), read)?;
                found.case = Some(Position(told.first));
                break;
            }
            at += 1;
        }
        let mut at = partition(self.head.refusals, |at| {
            Some(u32_at(read, self.refusals + at * REFUSAL_BYTES)? < hash)
        })?;
        while at < self.head.refusals && u32_at(read, self.refusals + at * REFUSAL_BYTES)? == hash {
            found.refused.push(Position(u64_at(read, self.refusals + at * REFUSAL_BYTES + 4)?));
            at += 1;
        }
        Some(found)
    }

    /// Events with what several cases share that is about one of them, and what is about that.
    fn with_shared(&self, mut events: Vec<Position>, read: Read<'_>) -> Option<Vec<Position>> {
        let mut next = 0;
        while let Some(about) = events.get(next).copied().filter(|_| self.head.shared > 0) {
            let place = |at: u64| self.shared + at * SHARED_BYTES;
            let mut at =
                partition(self.head.shared, |at| Some(u64_at(read, place(at))? < about.0))?;
            while at < self.head.shared && u64_at(read, place(at))? == about.0 {
                let one = Position(u64_at(read, place(at) + 8)?);
                // What is about an event comes after it, so this ends.
                (one > about).then_some(())?;
                events.push(one);
                at += 1;
            }
            next += 1;
        }
        events.sort_unstable();
        events.dedup();
        Some(events)
    }

    /// The case of a number, from 0.
    fn case(&self, number: u64, read: Read<'_>) -> Option<Told> {
        (number < self.head.cases).then_some(())?;
        let block = number / BLOCK_CASES;
        let mut begins = |block: u64| match block < self.head.blocks() {
            true => u64_at(read, self.directory + block * BLOCK_BYTES + 8),
            false => Some(self.head.stream),
        };
        let (begin, end) = (begins(block)?, begins(block + 1)?);
        (begin <= end && end <= self.head.stream).then_some(())?;
        let bytes = read(Head::BYTES as u64 + begin, usize::try_from(end - begin).ok()?)?;
        let (mut from, mut told) = (Reader::new(&bytes), Told::default());
        for _ in 0..=number % BLOCK_CASES {
            told.next(&mut from)?;
        }
        Some(told)
    }
}

fn u32_at(read: Read<'_>, at: u64) -> Option<u32> {
    Some(u32::from_le_bytes(read(at, 4)?.try_into().ok()?))
}

fn u64_at(read: Read<'_>, at: u64) -> Option<u64> {
    Some(u64::from_le_bytes(read(at, 8)?.try_into().ok()?))
}

/// The first place of so many that is not before; `None` where one cannot be read.
fn partition(len: u64, mut is_before: impl FnMut(u64) -> Option<bool>) -> Option<u64> {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? { low = middle + 1 } else { high = middle }
    }
    Some(low)
}
