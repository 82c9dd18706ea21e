//! Has the store forget what walks have read of it, so that long walks take bounded memory.
//!
//! sled bounds what it keeps of its leaves by when each was last looked at. It notes a look in one of
//! [`QUEUES`] queues, by the leaf, and acts on the notes of a queue only once [`NOTES`] stand in it. A
//! walk looks at a leaf once, so that one over less than some gigabytes leaves everything in memory,
//! whatever the bound. Looking again at what was read last fills the queues.
//!
//! # Invariants
//! * All walks of a store together hold what they read of it in [`WINDOW_BYTES`], and what
//!   [`CACHE_BYTES`] lets the store keep beside it.
//! * It costs some tens of thousands of looks in memory for each window.
//! * A walk of fewer than [`PAGES_APART`] pages, which reads a record or a tile, takes no part in it.
//!
//! [`CACHE_BYTES`]: crate::limits::CACHE_BYTES

use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of pages that walks read before one of them has the store forget.
pub(crate) const WINDOW_BYTES: usize = 64 * 1024 * 1024;

/// The queues that the store notes looks in.
const QUEUES: usize = 256;

/// How many notes of a queue it acts on: as many as fit, and one that does not.
const NOTES: usize = 65;

/// Of how many pages one is looked at again: a leaf has eight or more.
const PAGES_APART: usize = 8;

/// What the walks of a store have read since it last forgot.
#[derive(Clone, Default)]
pub(super) struct Window(Arc<Mutex<Read>>);

#[derive(Default)]
struct Read {
    bytes: usize,
    /// The key of one page in [`PAGES_APART`].
    keys: Vec<sled::IVec>,
}

impl Window {
    /// Adds what was read. The keys, where a window is full.
    fn add(&self, bytes: usize, key: sled::IVec) -> Option<Vec<sled::IVec>> {
        // A walk that panicked has left nothing half done.
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.bytes += bytes;
        read.keys.push(key);
        (read.bytes >= WINDOW_BYTES).then(|| std::mem::take(&mut *read).keys)
    }
}

/// What one walk has read and not yet told of.
pub(super) struct Forget {
    db: sled::Db,
    window: Window,
    bytes: usize,
    pages: usize,
}

impl Forget {
    pub(super) fn new(db: &sled::Db, window: &Window) -> Forget {
        Forget { db: db.clone(), window: window.clone(), bytes: 0, pages: 0 }
    }

    /// Notes a page that was read, and at the end of a window has the store forget.
    pub(super) fn note(&mut self, key: &sled::IVec, bytes: usize) -> sled::Result<()> {
        self.pages += 1;
        self.bytes += bytes;
        if self.pages < PAGES_APART {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.pages = 0;
        let Some(keys) = self.window.add(bytes, key.clone()) else { return Ok(()) };
        let looks = (QUEUES * NOTES).div_ceil(keys.len());
        for key in &keys {
            for _ in 0..looks {
                self.db.contains_key(key)?;
            }
        }
        Ok(())
    }
}
