//! Roots of any prefix of a tree, from whatever hashes of it are kept.

use crate::{EMPTY_ROOT, Hash, leaf_hash, node_hash};

/// A source of the hashes of complete subtrees.
pub trait HashReader {
    /// What goes wrong while reading.
    type Error;

    /// The hash of the complete subtree over the 2^`level` leaves from `index` · 2^`level` on.
    /// Level 0 are the leaves.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from answering.
    fn hash(&self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// Why a proof or a root could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofUnavailable<E> {
    /// There is no such position or size in the tree. Ask for one that exists.
    #[error("{asked} is outside a tree of {size} leaves")]
    OutOfRange {
        /// The position or older size asked for.
        asked: u64,
        /// The number of leaves of the tree.
        size: u64,
    },
    /// The hashes could not be read; the source says what to do.
    #[error("a hash of the tree cannot be read")]
    Unread(#[source] E),
}

/// Leaf hashes held in memory, as a [`HashReader`].
///
/// It recomputes what is asked for: right for tests and small trees.
#[derive(Clone, Copy, Debug)]
pub struct Leaves<'a>(pub &'a [Hash]);

impl HashReader for Leaves<'_> {
    type Error = LeafMissing;

    fn hash(&self, level: u32, index: u64) -> Result<Hash, LeafMissing> {
        let missing = LeafMissing { level, index };
        let width = 1_u64.checked_shl(level).ok_or(missing)?;
        let first = index.checked_mul(width).ok_or(missing)?;
        let end = first.checked_add(width).ok_or(missing)?;
        let range = usize::try_from(first).ok().zip(usize::try_from(end).ok());
        let (first, end) = range.ok_or(missing)?;
        Ok(root_of_leaves(self.0.get(first..end).ok_or(missing)?))
    }
}

/// No such subtree is complete in these leaves. Ask within the tree's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no complete subtree {index} at level {level}")]
pub struct LeafMissing {
    /// The level asked for.
    pub level: u32,
    /// The index asked for.
    pub index: u64,
}

/// The root over these leaf hashes (section 2.1).
///
/// ```
/// use bahi_proof::{EMPTY_ROOT, leaf_hash, root_of_leaves};
///
/// assert_eq!(root_of_leaves(&[]), EMPTY_ROOT);
/// assert_eq!(root_of_leaves(&[leaf_hash(b"only")]), leaf_hash(b"only"));
/// ```
#[must_use]
pub fn root_of_leaves(leaves: &[Hash]) -> Hash {
    let mut frontier = crate::Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The root over these records' leaf hashes (section 2.1).
pub fn root_of<'a>(records: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    let mut frontier = crate::Frontier::new();
    for record in records {
        frontier.push(leaf_hash(record));
    }
    frontier.root()
}

/// The root over the leaves `from` to `end`, where `from` begins a subtree that can hold them all.
pub(crate) fn range_root<R: HashReader + ?Sized>(
    reader: &R,
    from: u64,
    end: u64,
) -> Result<Hash, R::Error> {
    let mut peaks = [EMPTY_ROOT; 64];
    let mut count = 0;
    let mut next = from;
    while next < end {
        let level = (end - next).ilog2();
        peaks[count] = reader.hash(level, next >> level)?;
        count += 1;
        next += 1 << level;
    }
    let folded = peaks[..count].iter().rev().copied().reduce(|right, left| node_hash(left, right));
    Ok(folded.unwrap_or(EMPTY_ROOT))
}

impl<E> ProofUnavailable<E> {
    pub(crate) fn check(holds: bool, asked: u64, size: u64) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self::OutOfRange { asked, size }) }
    }
}

/// The root of the tree's first `size` leaves, read from a source of at least so many.
///
/// # Errors
///
/// What the source says.
pub fn root_at<R: HashReader + ?Sized>(reader: &R, size: u64) -> Result<Hash, R::Error> {
    range_root(reader, 0, size)
}
