//! A tree read from tiles that nobody has to be trusted for.
//!
//! # Invariants
//!
//! * No hash is given out that does not follow from the root the reader was opened with: the tiles
//!   at the right edge lead to that root together, and every other tile to a hash of the tile above
//!   it.
//!
//! # Not here
//!
//! Fetching files: the caller's function does, and answers with the bytes of a tile.

use core::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::tiles::{entries, hashes_of};
use crate::{
    Hash, HashReader, LeafMissing, Tile, TileKind, TreeHead, leaf_hash, root_at, root_of_leaves,
};

/// The hashes of a tile, checked.
type Hashes = Arc<[Hash]>;

/// The most tiles kept at once besides those of the right edge: half a megabyte.
const KEPT_MAX: usize = 64;

/// A log that is read from its tiles and believed on its root alone.
///
/// `fetch` gives the bytes of a tile, exactly as wide as asked for.
#[derive(Debug)]
pub struct TileReader<F> {
    head: TreeHead,
    fetch: F,
    /// The last, partial tile of each level; empty where the level ends with a full one.
    edge: Vec<Hashes>,
    /// Full tiles by level and index.
    kept: RefCell<BTreeMap<(u8, u64), Hashes>>,
}

/// Why a tile is not to be had, or not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileFault<E> {
    /// The file could not be read; the source says what to do.
    #[error("the tile {tile} cannot be read")]
    Unread {
        /// The tile.
        tile: Tile,
        /// Why not.
        #[source]
        source: E,
    },
    /// The file has not the length, or a bundle not the entries, that its place asks for. Fetch it
    /// again.
    #[error("the tile {tile} is not whole")]
    NotWhole {
        /// The tile.
        tile: Tile,
    },
    /// The tiles at the right edge lead to another root: one of them, or the root, is not genuine.
    #[error("the last tiles lead to root {computed} and not to {expected}")]
    OtherRoot {
        /// The root that was to be reached.
        expected: Hash,
        /// The root the tiles lead to.
        computed: Hash,
    },
    /// The file is not the one that the rest of the tree speaks of. Do not rely on it.
    #[error("the tile {tile} is not part of this tree")]
    Foreign {
        /// The tile.
        tile: Tile,
    },
    /// There is no such subtree. Ask within the tree's size.
    #[error(transparent)]
    Missing(#[from] LeafMissing),
}

impl<E, F: Fn(&Tile) -> Result<Vec<u8>, E>> TileReader<F> {
    /// Reads the right edge of the tree and checks that it leads to the root.
    ///
    /// # Errors
    ///
    /// [`TileFault::Unread`], [`TileFault::NotWhole`], [`TileFault::OtherRoot`].
    pub fn open(head: TreeHead, fetch: F) -> Result<Self, TileFault<E>> {
        let mut reader = Self { head, fetch, edge: Vec::new(), kept: RefCell::default() };
        for level in 0..8 {
            let kind = TileKind::Hashes(level);
            let index = kind.hashes(head.size) / 256;
            let last = Tile::of(kind, index, head.size);
            let hashes = last.map_or(Ok(Vec::new()), |tile| reader.fetched(tile))?;
            reader.edge.push(hashes.into());
        }
        let computed = root_at(&reader, head.size)?;
        if computed != head.root {
            return Err(TileFault::OtherRoot { expected: head.root, computed });
        }
        Ok(reader)
    }

    /// The size and root it was opened with.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// The records of one bundle, each checked against its leaf hash.
    ///
    /// # Errors
    ///
    /// [`TileFault::Missing`], then as for hashes, then [`TileFault::NotWhole`] and
    /// [`TileFault::Foreign`] of the bundle.
    pub fn records(&self, index: u64) -> Result<Vec<Vec<u8>>, TileFault<E>> {
        let size = self.head.size;
        let tile = Tile::of(TileKind::Entries, index, size);
        let tile = tile.ok_or(LeafMissing { level: 8, index })?;
        let leaves = self.tile(0, index)?;
        let bytes = (self.fetch)(&tile).map_err(|source| TileFault::Unread { tile, source })?;
        let records = entries(&bytes, tile.width()).ok_or(TileFault::NotWhole { tile })?;
        if !records.iter().map(|record| leaf_hash(record)).eq(leaves.iter().copied()) {
            return Err(TileFault::Foreign { tile });
        }
        Ok(records.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn fetched(&self, tile: Tile) -> Result<Vec<Hash>, TileFault<E>> {
        let bytes = (self.fetch)(&tile).map_err(|source| TileFault::Unread { tile, source })?;
        hashes_of(&bytes, tile.width()).ok_or(TileFault::NotWhole { tile })
    }

    /// A tile of the tree, checked.
    fn tile(&self, level: u8, index: u64) -> Result<Hashes, TileFault<E>> {
        let kind = TileKind::Hashes(level);
        let full = kind.hashes(self.head.size) / 256;
        if index >= full {
            let edge = self.edge.get(usize::from(level)).filter(|_| index == full);
            let missing = LeafMissing { level: u32::from(level) * 8 + 8, index };
            return edge.cloned().ok_or(missing.into());
        }
        if let Some(kept) = self.kept.borrow().get(&(level, index)) {
            return Ok(Arc::clone(kept));
        }
        let missing = LeafMissing { level: u32::from(level) * 8 + 8, index };
        let tile = Tile::of(kind, index, self.head.size).ok_or(missing)?;
        // A full tile is one hash of a tile above it, up to the edge.
        let above = self.tile(level + 1, index / 256)?;
        let at = usize::try_from(index % 256).unwrap_or(usize::MAX);
        let expected = *above.get(at).ok_or(missing)?;
        let hashes = self.fetched(tile)?;
        if root_of_leaves(&hashes) != expected {
            return Err(TileFault::Foreign { tile });
        }
        let hashes: Hashes = hashes.into();
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert((level, index), Arc::clone(&hashes));
        Ok(hashes)
    }
}

impl<E, F: Fn(&Tile) -> Result<Vec<u8>, E>> HashReader for TileReader<F> {
    type Error = TileFault<E>;

    fn hash(&self, level: u32, index: u64) -> Result<Hash, TileFault<E>> {
        let missing = LeafMissing { level, index };
        let end = index.checked_add(1).and_then(|next| next.checked_mul(1_u64.checked_shl(level)?));
        if end.is_none_or(|end| end > self.head.size) {
            return Err(missing.into());
        }
        let (tile_level, height) = (level / 8, level % 8);
        let first = index << height;
        let tile = self.tile(u8::try_from(tile_level).map_err(|_| missing)?, first / 256)?;
        let from = usize::try_from(first % 256).map_err(|_| missing)?;
        let hashes = tile.get(from..from + (1 << height)).ok_or(missing)?;
        Ok(root_of_leaves(hashes))
    }
}
