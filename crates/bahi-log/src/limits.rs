//! Every bound of the stored form, by name.
//!
//! They hang together: a leaf of the store holds at most 16 entries and is rewritten whole, and a
//! leaf above a quarter of a segment would be written to a file of its own that is never synced.
//! With pages of at most [`PAGE_BYTES_MAX`] and segments of [`SEGMENT_BYTES`] none ever is.

/// The form of pages, anchors and notes that this release writes, and the newest it reads.
pub const FORM_VERSION: u16 = 1;

/// The oldest form that is read: the first that was settled.
pub const FORM_VERSION_FIRST: u16 = 1;

/// The most bytes a record can have.
pub const RECORD_BYTES_MAX: usize = 24 * 1024;

/// The most bytes a stored page can have, header, frontier and check included.
pub const PAGE_BYTES_MAX: usize = 30_000;

/// The most records a page can have. No page crosses a multiple of it, so that a tile of the tree
/// is rebuilt from its own pages alone.
pub const PAGE_RECORDS_MAX: u32 = 256;

/// The bytes of a page before its payload.
pub const PAGE_HEADER_BYTES: usize = 56;

/// The bytes of the check that ends a page.
pub const PAGE_CHECK_BYTES: usize = 4;

/// The most bytes a page's payload can have as stored: what remains of a page when header, check
/// and the largest frontier are taken off. A page therefore never outgrows [`PAGE_BYTES_MAX`].
pub const PAYLOAD_BYTES_MAX: usize =
    PAGE_BYTES_MAX - PAGE_HEADER_BYTES - PAGE_CHECK_BYTES - 32 * bahi_proof::FRONTIER_HASHES_MAX;

/// The most bytes a page's payload can have before compression. Records whose payload is above
/// [`PAYLOAD_BYTES_MAX`] share a page only if they compress to it.
pub const RAW_BYTES_MAX: usize = 48 * 1024;

/// The most pages written in one batch of the store. A larger commit takes several.
pub const BATCH_PAGES_MAX: usize = 93;

/// The most records one commit can have.
pub const COMMIT_RECORDS_MAX: usize = 1 << 20;

/// The most bytes of records one commit can have.
pub const COMMIT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The size of a segment of the store; the store remembers it from creation on.
pub const SEGMENT_BYTES: usize = 4 * 1024 * 1024;

/// What the store is asked to keep in memory. A long walk sees to it that it does.
pub const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// Levels of the tree whose hashes are stored. Everything between is computed from them, and
/// everything below from a tile of records.
pub const STORED_LEVELS: [u32; 3] = [8, 16, 24];

/// The records under one hash of the lowest stored level.
pub const TILE_RECORDS: u64 = 1 << STORED_LEVELS[0];

/// Positions end here, so that the keys of pages sort before all other keys of the store.
pub const SIZE_MAX: u64 = 1 << 62;

const _: () = {
    assert!(RECORD_BYTES_MAX + 2 <= PAYLOAD_BYTES_MAX, "the largest record fits a page");
    assert!(PAYLOAD_BYTES_MAX <= RAW_BYTES_MAX, "a payload may be stored as it is");
    assert!(RECORD_BYTES_MAX <= u16::MAX as usize, "a length fits two bytes");
    assert!(16 * PAGE_BYTES_MAX < SEGMENT_BYTES / 4, "a leaf never leaves its segment");
    assert!(BATCH_PAGES_MAX * PAGE_BYTES_MAX < SEGMENT_BYTES, "a batch fits a segment");
    assert!(PAGE_RECORDS_MAX as u64 == TILE_RECORDS, "a page lies in one tile");
    assert!(
        COMMIT_RECORDS_MAX <= u32::MAX as usize,
        "a page's index in its commit fits four bytes"
    );
};
