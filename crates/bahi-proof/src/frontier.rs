//! The right edge of a growing tree: all that is needed to append to it and to know its root.
//!
//! # Invariants
//!
//! * There is one peak for every one-bit of the size, the largest subtree first.

use crate::{EMPTY_ROOT, Hash, node_hash};

/// The most peaks a frontier can have: one for every bit of its size.
pub const FRONTIER_HASHES_MAX: usize = 64;

/// The right edge of a tree: its size and the hashes of its complete subtrees.
///
/// As bytes it is the peaks alone, 32 bytes each, the largest subtree first; the size is kept by
/// whoever keeps the bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// The bytes are not the frontier of a tree of this size. Treat their source as damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frontier of {size} leaves is {expected} bytes, found {found}")]
pub struct FrontierMalformed {
    /// The size that was to be read.
    pub size: u64,
    /// The number of bytes such a frontier has.
    pub expected: usize,
    /// The number of bytes found.
    pub found: usize,
}

impl Clone for Frontier {
    /// A clone has room for every peak a tree can have: who clones one appends to it, and that must
    /// not cost more for a larger tree.
    fn clone(&self) -> Self {
        let mut peaks = Vec::with_capacity(FRONTIER_HASHES_MAX);
        peaks.extend_from_slice(&self.peaks);
        Self { size: self.size, peaks }
    }
}

impl Frontier {
    /// The frontier of the tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the complete subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.push_noting(leaf, &mut |_, _, _| ());
    }

    /// Appends a leaf by its hash and tells `note` of every subtree that this completes: its level
    /// (from 1: two leaves), its index among the subtrees of that level, and its hash.
    ///
    /// The size after 2^64 − 1 leaves would not fit; no log reaches it.
    #[inline]
    pub fn push_noting(&mut self, leaf: Hash, note: &mut impl FnMut(u32, u64, Hash)) {
        let mut hash = leaf;
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(left, hash);
            note(level, self.size >> level, hash);
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree (section 2.1).
    #[must_use]
    pub fn root(&self) -> Hash {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node_hash(left, right))
            .unwrap_or(EMPTY_ROOT)
    }

    /// The peaks as bytes, the largest subtree first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.peaks.len() * 32);
        self.peaks.iter().for_each(|peak| bytes.extend_from_slice(&peak.0));
        bytes
    }

    /// The number of bytes that the frontier of a tree of `size` leaves has.
    #[must_use]
    pub const fn bytes_len(size: u64) -> usize {
        size.count_ones() as usize * 32
    }

    /// Reads the peaks of a tree of `size` leaves.
    ///
    /// # Errors
    ///
    /// [`FrontierMalformed`] unless there are exactly as many peaks as `size` has one-bits.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierMalformed> {
        let expected = Self::bytes_len(size);
        if bytes.len() != expected {
            return Err(FrontierMalformed { size, expected, found: bytes.len() });
        }
        let (peaks, _) = bytes.as_chunks::<32>();
        Ok(Self { size, peaks: peaks.iter().map(|peak| Hash(*peak)).collect() })
    }
}
