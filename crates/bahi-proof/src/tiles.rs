//! C2SP `tlog-tiles`: a log as files that any static file server can offer.
//!
//! A tile of level *L* holds up to 256 hashes of complete subtrees of 256^*L* leaves each; a bundle
//! of entries holds up to 256 records. Both are full, or the last of their kind and partial.
//!
//! # Invariants
//!
//! * A tile that exists has a path, and the path has but one spelling.
//!
//! # Not here
//!
//! Reading a log that is given as tiles: [`TileReader`](crate::TileReader). Writing files.

use core::fmt;
use core::str::FromStr;

use crate::text::{Flaw, Malformed, TREE_SIZE_MAX, decimal};
use crate::{Hash, HashReader};

/// The hashes or records of a full tile.
pub const TILE_WIDTH: u16 = 256;

/// The most bytes of a record in a bundle of entries.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// The level above which no tree of up to 2^63 − 1 leaves has a hash.
const LEVEL_MAX: u8 = 7;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of complete subtrees of 256^level leaves; level 0 are the leaves.
    Hashes(u8),
    /// Records.
    Entries,
}

/// One file of a tiled log, by its place.
///
/// ```
/// use bahi_proof::{Tile, TileKind};
///
/// let tile: Tile = "tile/0/x001/x234/067.p/3".parse()?;
/// assert_eq!((tile.kind(), tile.index(), tile.width()), (TileKind::Hashes(0), 1_234_067, 3));
/// assert_eq!(tile.to_string(), "tile/0/x001/x234/067.p/3");
/// # Ok::<(), bahi_proof::Malformed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile of a kind and index in the tree of `size` leaves: full, or as wide as the tree is
    /// there. Nothing if the tree does not reach it.
    #[must_use]
    pub fn of(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let hashes = kind.hashes(size);
        let left = hashes.checked_sub(index.checked_mul(u64::from(TILE_WIDTH))?)?;
        let width = u16::try_from(left).unwrap_or(u16::MAX).min(TILE_WIDTH);
        (width > 0).then_some(Self { kind, index, width })
    }

    /// All files of the tree of `size` leaves but the checkpoint: the entries, then the hashes of
    /// each level.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        Self::since(0, size)
    }

    /// The files that the tree of `new_size` leaves has and that of `old_size` has not.
    ///
    /// None, unless the new size is the larger one.
    pub fn since(old_size: u64, new_size: u64) -> impl Iterator<Item = Self> {
        let kinds =
            core::iter::once(TileKind::Entries).chain((0..=LEVEL_MAX).map(TileKind::Hashes));
        kinds.flat_map(move |kind| {
            let (old, new) = (kind.hashes(old_size), kind.hashes(new_size));
            let width = u64::from(TILE_WIDTH);
            let indexes = if old < new { old / width..new.div_ceil(width) } else { 0..0 };
            indexes.filter_map(move |index| Self::of(kind, index, new_size))
        })
    }

    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its place among the tiles of its kind.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or records it holds: 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// The place of its first hash or record among those of its kind.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.index * TILE_WIDTH as u64
    }

    /// The bytes of a tile of hashes, read from a tree that reaches it.
    ///
    /// # Errors
    ///
    /// What the source says; of a tile of entries, nothing is read and there are no bytes.
    pub fn hashes<R: HashReader + ?Sized>(&self, reader: &R) -> Result<Vec<u8>, R::Error> {
        let TileKind::Hashes(level) = self.kind else { return Ok(Vec::new()) };
        let mut bytes = Vec::with_capacity(usize::from(self.width) * 32);
        for index in self.first()..self.first() + u64::from(self.width) {
            bytes.extend(reader.hash(u32::from(level) * 8, index)?.0);
        }
        Ok(bytes)
    }
}

impl TileKind {
    /// How many hashes or records of this kind the tree of `size` leaves has.
    pub(crate) fn hashes(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(u32::from(level) * 8).unwrap_or(0),
        }
    }
}

/// The hashes of a tile from its bytes. Nothing if there are more or fewer than its width.
pub(crate) fn hashes_of(bytes: &[u8], width: u16) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let whole = rest.is_empty() && hashes.len() == usize::from(width);
    whole.then(|| hashes.iter().copied().map(Hash).collect())
}

/// A record is longer than a bundle of entries can say. It cannot be part of a tiled log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a record of {found} bytes, and an entry has at most 65,535")]
pub struct EntryTooLong {
    /// The length of the record.
    pub found: usize,
}

/// Adds a record to the bytes of a bundle: its length as two bytes, the larger first, and itself.
///
/// # Errors
///
/// [`EntryTooLong`].
pub fn push_entry(bundle: &mut Vec<u8>, record: &[u8]) -> Result<(), EntryTooLong> {
    let length = u16::try_from(record.len()).map_err(|_| EntryTooLong { found: record.len() })?;
    bundle.extend(length.to_be_bytes());
    bundle.extend_from_slice(record);
    Ok(())
}

/// The records of a bundle. Nothing if there are more or fewer than `width`, or a byte is left.
#[must_use]
pub fn entries(bundle: &[u8], width: u16) -> Option<Vec<&[u8]>> {
    let mut records = Vec::with_capacity(usize::from(width));
    let mut rest = bundle;
    for _ in 0..width {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (record, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        records.push(record);
        rest = after;
    }
    rest.is_empty().then_some(records)
}

impl fmt::Display for Tile {
    /// The path below the log's prefix.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(out, "tile/{level}/")?,
            TileKind::Entries => out.write_str("tile/entries/")?,
        }
        let mut groups = Vec::new();
        let mut rest = self.index / 1_000;
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        for group in groups.iter().rev() {
            write!(out, "x{group:03}/")?;
        }
        write!(out, "{:03}", self.index % 1_000)?;
        if self.width < TILE_WIDTH { write!(out, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Tile {
    type Err = Malformed;

    /// Reads a path.
    ///
    /// # Errors
    ///
    /// [`Flaw::Expected`].
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let tile = parse(text).filter(|tile| tile.to_string() == text);
        tile.ok_or(Flaw::Expected("path of a tile").into())
    }
}

/// A tile that this may be the path of; whoever asks compares it with its own path.
fn parse(text: &str) -> Option<Tile> {
    let (kind, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => {
            let level = u8::try_from(decimal(level)?).ok()?;
            (level <= LEVEL_MAX).then_some(TileKind::Hashes(level))?
        }
    };
    let (path, width) = match rest.split_once(".p/") {
        Some((path, width)) => (path, u16::try_from(decimal(width)?).ok()?),
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0_u64;
    for group in path.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    let last = index.checked_mul(u64::from(TILE_WIDTH))?.checked_add(u64::from(width))?;
    let fits = (1..=TILE_WIDTH).contains(&width) && last <= kind.hashes(TREE_SIZE_MAX);
    fits.then_some(Tile { kind, index, width })
}
