//! Has the store forget what a walk has read of it, so that a long walk takes bounded memory.
//!
//! sled bounds what it keeps of its leaves by when each was last looked at. It notes a look in one of
//! [`QUEUES`] queues, by the leaf, and acts on the notes of a queue only once [`NOTES`] stand in it. A
//! walk looks at a leaf once, so that one over less than some gigabytes leaves everything in memory,
//! whatever the bound. Looking again at what was read last fills the queues.
//!
//! # Invariants
//! * A walk holds what it read of the store in [`WINDOW_BYTES`], and what [`CACHE_BYTES`] lets the
//!   store keep beside it; each walk has its own.
//! * It costs some tens of thousands of looks in memory for each window.
//!
//! [`CACHE_BYTES`]: crate::limits::CACHE_BYTES

/// Bytes of pages that a walk reads before it has the store forget.
pub(crate) const WINDOW_BYTES: usize = 64 * 1024 * 1024;

/// The queues that the store notes looks in.
const QUEUES: usize = 256;

/// How many notes of a queue it acts on: as many as fit, and one that does not.
const NOTES: usize = 65;

/// Of how many pages one is looked at again: a leaf has eight or more.
const PAGES_APART: usize = 8;

/// What a walk has read since the store last forgot.
pub(super) struct Forget {
    db: sled::Db,
    bytes: usize,
    pages: usize,
    /// The key of one page in [`PAGES_APART`].
    keys: Vec<sled::IVec>,
}

impl Forget {
    pub(super) fn new(db: &sled::Db) -> Forget {
        Forget { db: db.clone(), bytes: 0, pages: 0, keys: Vec::new() }
    }

    /// Notes a page that was read, and at the end of a window has the store forget.
    pub(super) fn note(&mut self, key: &sled::IVec, bytes: usize) -> sled::Result<()> {
        if self.pages.is_multiple_of(PAGES_APART) {
            self.keys.push(key.clone());
        }
        self.pages += 1;
        self.bytes += bytes;
        if self.bytes < WINDOW_BYTES {
            return Ok(());
        }
        let looks = (QUEUES * NOTES).div_ceil(self.keys.len());
        for key in &self.keys {
            for _ in 0..looks {
                self.db.contains_key(key)?;
            }
        }
        (self.bytes, self.pages) = (0, 0);
        self.keys.clear();
        Ok(())
    }
}
