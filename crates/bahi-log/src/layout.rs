//! How the records of a commit become pages, and the tree grows with them.
//!
//! The records are cut where tiles of the tree begin. Each *stretch* between two cuts is hashed and
//! packed by itself, on several threads where there are many; the pages are then numbered, and the
//! tree grown, in order.
//!
//! # Invariants
//!
//! * The same records at the same place become the same pages, however many threads there are.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use bahi_proof::{FRONTIER_HASHES_MAX, Frontier, Hash, leaf_hash, node_hash, root_of_leaves};

use crate::backend::{Batch, StoredNode, StoredPage};
use crate::limits::{
    BATCH_PAGES_MAX, COMMIT_BYTES_MAX, COMMIT_RECORDS_MAX, PAGE_BYTES_MAX, PAGE_CHECK_BYTES,
    PAGE_HEADER_BYTES, PAYLOAD_BYTES_MAX, RAW_BYTES_MAX, RECORD_BYTES_MAX, STORED_LEVELS,
    TILE_RECORDS,
};
use crate::page::{Header, LZ4, PLAIN};
use crate::{Fault, LedgerId, PageBytes};

/// Payloads shorter than this are not worth compressing.
const COMPRESS_BYTES_MIN: usize = 128;

/// The stretches from which on a second thread is worth being started.
const SHARED_STRETCHES_MIN: usize = 4;

/// The most threads that pack one commit.
const THREADS_MAX: usize = 8;

/// Refuses what no commit may hold.
pub(crate) fn check(records: &[&[u8]]) -> Result<(), Fault> {
    let large = records.iter().enumerate().find(|(_, record)| record.len() > RECORD_BYTES_MAX);
    if let Some((index, record)) = large {
        return Err(Fault::RecordTooLarge { index, len: record.len() });
    }
    refuse_more(records.len(), records.iter().map(|record| record.len()).sum())
}

/// Refuses more records, or more bytes of them, than a commit may hold.
fn refuse_more(records: usize, bytes: usize) -> Result<(), Fault> {
    if records > COMMIT_RECORDS_MAX || bytes > COMMIT_BYTES_MAX {
        return Err(Fault::CommitTooLarge { records, bytes });
    }
    Ok(())
}

/// The pages of one commit, in batches, and the frontier moved on over its records.
pub(crate) fn lay_out(
    ledger: LedgerId,
    frontier: &mut Frontier,
    records: &[&[u8]],
    compress: bool,
) -> Vec<Batch> {
    let packed = pack_each(frontier.size(), records, compress);
    lay_down(ledger, frontier, packed)
}

/// The same of what is packed.
fn lay_down(ledger: LedgerId, frontier: &mut Frontier, packed: Vec<Stretch>) -> Vec<Batch> {
    let commit_first = frontier.size();
    let mut batches: Vec<Batch> = Vec::new();
    let mut stretches = packed.into_iter().peekable();
    let mut index = 0;
    while let Some(stretch) = stretches.next() {
        let mut nodes = Vec::new();
        stretch.tree.grow(frontier, &mut nodes);
        let mut packed = stretch.pages.into_iter().peekable();
        while let Some(page) = packed.next() {
            let last = stretches.peek().is_none() && packed.peek().is_none();
            let stored = page.finish(ledger, commit_first, index, last.then_some(&*frontier));
            if (index as usize).is_multiple_of(BATCH_PAGES_MAX) {
                batches.push(Batch::default());
            }
            let batch = batches.last_mut().expect("the first page opens a batch");
            batch.pages.push(stored);
            index += 1;
        }
        let batch = batches.last_mut().expect("a stretch has a page");
        batch.nodes.append(&mut nodes);
    }
    batches
}

/// Records of a commit to come, hashed and packed as they are given, on whatever thread: what is
/// left to be done at the commit is small. It becomes the pages that
/// [`Log::commit`](crate::Log::commit) would make of the same records.
pub struct Packing {
    ledger: LedgerId,
    first: u64,
    packer: Packer,
    stretches: Vec<Stretch>,
    /// The position after the last record of the stretches.
    next: u64,
    /// Records of a tile that is not full yet.
    rest: Vec<Vec<u8>>,
    records: usize,
    bytes: usize,
    /// The first record that no page holds.
    too_large: Option<(usize, usize)>,
}

impl Packing {
    /// Nothing yet, of a log of this size.
    pub(crate) fn new(ledger: LedgerId, first: u64, compress: bool) -> Self {
        let packer = Packer::new(compress);
        let (stretches, rest) = (Vec::new(), Vec::new());
        let (records, bytes, too_large) = (0, 0, None);
        Self { ledger, first, packer, stretches, next: first, rest, records, bytes, too_large }
    }

    /// How many records were given.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records
    }

    /// Takes the next records. They are copied only where they begin a tile without ending it, so
    /// that it is best given the records of whole tiles; see
    /// [`PAGE_RECORDS_MAX`](crate::PAGE_RECORDS_MAX). More than a commit holds are let go of: the
    /// commit is refused for them.
    pub fn add(&mut self, records: &[&[u8]]) {
        for record in records {
            if record.len() > RECORD_BYTES_MAX && self.too_large.is_none() {
                self.too_large = Some((self.records, record.len()));
            }
            self.records += 1;
            self.bytes += record.len();
        }
        if self.check().is_err() {
            (self.stretches, self.rest) = (Vec::new(), Vec::new());
            return;
        }
        let mut records = records;
        while !records.is_empty() {
            let room = usize::try_from(TILE_RECORDS - self.next % TILE_RECORDS)
                .unwrap_or(usize::MAX)
                .saturating_sub(self.rest.len());
            let (some, after) = records.split_at(room.min(records.len()));
            if some.len() == room && self.rest.is_empty() {
                self.pack(some);
            } else {
                self.rest.extend(some.iter().map(|record| record.to_vec()));
                if some.len() == room {
                    self.pack_rest();
                }
            }
            records = after;
        }
    }

    /// Packs records of one tile.
    fn pack(&mut self, records: &[&[u8]]) {
        self.stretches.push(self.packer.stretch(self.next, records));
        self.next += records.len() as u64;
    }

    fn pack_rest(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.pack(&rest.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
    }

    /// Refuses what no commit may hold.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        if let Some((index, len)) = self.too_large {
            return Err(Fault::RecordTooLarge { index, len });
        }
        refuse_more(self.records, self.bytes)
    }

    /// Refuses to follow a log of another ledger, or of another size.
    pub(crate) fn check_follows(&self, ledger: LedgerId, size: u64) -> Result<(), Fault> {
        if self.ledger != ledger {
            return Err(Fault::OtherLedger { expected: ledger, found: self.ledger });
        }
        if self.first != size {
            return Err(Fault::HeadMoved { expected: self.first, found: size });
        }
        Ok(())
    }

    /// The pages of the commit, in batches, and the frontier moved on over its records.
    pub(crate) fn lay_out(mut self, frontier: &mut Frontier) -> Vec<Batch> {
        self.pack_rest();
        lay_down(self.ledger, frontier, self.stretches)
    }
}

/// Records of one tile, hashed and packed.
struct Stretch {
    tree: Growth,
    pages: Vec<Packed>,
}

/// What a stretch adds to the tree.
enum Growth {
    /// A whole tile, by its root.
    Tile(Hash),
    /// Some leaves of one.
    Leaves(Vec<Hash>),
}

/// A page that does not know its place in the commit yet.
struct Packed {
    first: u64,
    count: usize,
    compression: u8,
    raw_len: usize,
    /// Room for the header, then the payload as stored.
    bytes: Vec<u8>,
}

/// Packs every stretch, in order.
fn pack_each(first: u64, records: &[&[u8]], compress: bool) -> Vec<Stretch> {
    let mut cuts = Vec::new();
    let (mut at, mut rest) = (first, records);
    while !rest.is_empty() {
        let room = usize::try_from(TILE_RECORDS - at % TILE_RECORDS).unwrap_or(usize::MAX);
        let (stretch, after) = rest.split_at(room.min(rest.len()));
        cuts.push((at, stretch));
        (at, rest) = (at + stretch.len() as u64, after);
    }
    let next = AtomicUsize::new(0);
    let pack_some = || {
        let (mut packer, mut packed) = (Packer::new(compress), Vec::new());
        while let Some((first, records)) = cuts.get(next.fetch_add(1, Ordering::Relaxed)) {
            packed.push((*first, packer.stretch(*first, records)));
        }
        packed
    };
    let mut packed = std::thread::scope(|scope| {
        let helpers = threads(cuts.len()) - 1;
        // A thread that cannot be started is not needed.
        let helpers: Vec<_> = (0..helpers)
            .map_while(|_| std::thread::Builder::new().spawn_scoped(scope, pack_some).ok())
            .collect();
        let mut packed = pack_some();
        for helper in helpers {
            packed.extend(helper.join().expect("packing bytes in memory cannot fail"));
        }
        packed
    });
    // Which thread took which stretch is chance.
    packed.sort_unstable_by_key(|(first, _)| *first);
    packed.into_iter().map(|(_, stretch)| stretch).collect()
}

/// How many threads pack so many stretches, this one included.
fn threads(stretches: usize) -> usize {
    if stretches < SHARED_STRETCHES_MIN {
        return 1;
    }
    // Asking the system reads files of its own, which is too long for every commit.
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    *PROCESSORS.get_or_init(|| {
        std::thread::available_parallelism().map_or(1, NonZero::get).clamp(1, THREADS_MAX)
    })
}

impl Growth {
    fn grow(self, frontier: &mut Frontier, nodes: &mut Vec<StoredNode>) {
        let mut note = |level, index, hash| {
            if STORED_LEVELS.contains(&level) {
                nodes.push(StoredNode { level, index, hash });
            }
        };
        match self {
            Self::Tile(root) => push_tile(frontier, root, &mut note),
            Self::Leaves(leaves) => {
                leaves.into_iter().for_each(|leaf| frontier.push_noting(leaf, &mut note));
            }
        }
    }
}

/// Appends a whole tile by its root to a tree of whole tiles.
fn push_tile(frontier: &mut Frontier, root: Hash, note: &mut impl FnMut(u32, u64, Hash)) {
    let tiles = frontier.size() / TILE_RECORDS;
    let mut peaks = frontier.peaks().to_vec();
    let (mut level, mut hash) = (STORED_LEVELS[0], root);
    note(level, tiles, hash);
    for joined in 1..=tiles.trailing_ones() {
        let left = peaks.pop().expect("a tree has a peak for every one-bit of its size");
        hash = node_hash(left, hash);
        level += 1;
        note(level, tiles >> joined, hash);
    }
    peaks.push(hash);
    let bytes: Vec<u8> = peaks.iter().flat_map(|peak| peak.0).collect();
    *frontier = Frontier::from_bytes((tiles + 1) * TILE_RECORDS, &bytes)
        .expect("the peaks were joined as the size has one-bits");
}

struct Packer {
    compress: bool,
    payload: Vec<u8>,
}

impl Packer {
    fn new(compress: bool) -> Self {
        Self { compress, payload: Vec::new() }
    }

    fn stretch(&mut self, first: u64, records: &[&[u8]]) -> Stretch {
        let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
        let is_tile = leaves.len() as u64 == TILE_RECORDS;
        let tree =
            if is_tile { Growth::Tile(root_of_leaves(&leaves)) } else { Growth::Leaves(leaves) };
        Stretch { tree, pages: self.pages(first, records) }
    }

    /// As few pages as these records fit into: what compresses well takes more of them.
    fn pages(&mut self, mut first: u64, mut records: &[&[u8]]) -> Vec<Packed> {
        let mut pages = Vec::new();
        while !records.is_empty() {
            let most = fitting(records, RAW_BYTES_MAX);
            let packed = self.page(first, &records[..most]).or_else(|| {
                let fewer = fitting(records, PAYLOAD_BYTES_MAX);
                self.page(first, &records[..fewer])
            });
            let page = packed.expect("what fits a page uncompressed fits it");
            (first, records) = (first + page.count as u64, &records[page.count..]);
            pages.push(page);
        }
        pages
    }

    /// The page of these records, if they fit one.
    fn page(&mut self, first: u64, records: &[&[u8]]) -> Option<Packed> {
        let payload = &mut self.payload;
        payload.clear();
        for record in records {
            let len = u16::try_from(record.len()).expect("records are below 64 KiB");
            payload.extend_from_slice(&len.to_le_bytes());
        }
        records.iter().for_each(|record| payload.extend_from_slice(record));
        let raw_len = payload.len();
        let (compression, bytes) = pack(self.compress, payload);
        let page = Packed { first, count: records.len(), compression, raw_len, bytes };
        (page.stored_len() <= PAYLOAD_BYTES_MAX).then_some(page)
    }
}

/// How many of these records have a payload of no more than so many bytes.
fn fitting(records: &[&[u8]], bytes_max: usize) -> usize {
    let mut bytes = 0;
    let fits = records.iter().take_while(|record| {
        bytes += record.len() + 2;
        bytes <= bytes_max
    });
    fits.count()
}

/// Room for a header, and the payload as it is stored: compressed where that is shorter.
fn pack(compress: bool, payload: &[u8]) -> (u8, Vec<u8>) {
    if compress && payload.len() >= COMPRESS_BYTES_MIN {
        let most = lz4_flex::block::get_maximum_output_size(payload.len());
        let mut bytes = room(PAGE_HEADER_BYTES + most);
        bytes.resize(PAGE_HEADER_BYTES + most, 0);
        let packed = lz4_flex::block::compress_into(payload, &mut bytes[PAGE_HEADER_BYTES..]);
        if let Some(len) = packed.ok().filter(|len| *len < payload.len()) {
            bytes.truncate(PAGE_HEADER_BYTES + len);
            return (LZ4, bytes);
        }
    }
    let mut bytes = room(PAGE_HEADER_BYTES + payload.len());
    bytes.resize(PAGE_HEADER_BYTES, 0);
    bytes.extend_from_slice(payload);
    (PLAIN, bytes)
}

/// Room for so many bytes and for all that may follow them, so that the end of a page costs no more
/// in a larger tree.
fn room(bytes: usize) -> Vec<u8> {
    Vec::with_capacity(bytes + FRONTIER_HASHES_MAX * size_of::<Hash>() + PAGE_CHECK_BYTES)
}

impl Packed {
    fn stored_len(&self) -> usize {
        self.bytes.len() - PAGE_HEADER_BYTES
    }

    /// The page at its place in the commit; in the last place with the frontier after it.
    fn finish(
        mut self,
        ledger: LedgerId,
        commit_first: u64,
        index: u32,
        frontier: Option<&Frontier>,
    ) -> StoredPage {
        let header = Header {
            last: frontier.is_some(),
            compression: self.compression,
            ledger,
            first: self.first,
            commit_first,
            index,
            count: u32::try_from(self.count).expect("a page has at most 256 records"),
            raw_len: self.raw_len,
            stored_len: self.stored_len(),
        };
        self.bytes[..PAGE_HEADER_BYTES].copy_from_slice(&header.to_bytes());
        if let Some(frontier) = frontier {
            self.bytes.extend_from_slice(&frontier.to_bytes());
        }
        let check = crc32fast::hash(&self.bytes);
        self.bytes.extend_from_slice(&check.to_le_bytes());
        debug_assert!(self.bytes.len() <= PAGE_BYTES_MAX, "the payload's bound keeps the page's");
        StoredPage { first: self.first, bytes: PageBytes::to_be_stored(&self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: LedgerId = LedgerId([5; 16]);

    /// Bytes that compress to half of themselves, or not at all.
    fn record(number: usize, compresses: bool, len: usize) -> Vec<u8> {
        let noise =
            |at: usize| bahi_proof::sha256(&(number * 1000 + at / 32).to_le_bytes()).0[at % 32];
        (0..len).map(|at| if compresses && at % 64 < 40 { 7 } else { noise(at) }).collect()
    }

    fn laid_out(frontier: &mut Frontier, records: &[Vec<u8>]) -> Vec<StoredPage> {
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        lay_out(LEDGER, frontier, &records, true)
            .into_iter()
            .flat_map(|batch| batch.pages)
            .collect()
    }

    #[test]
    fn what_compresses_well_shares_a_page_and_what_does_not_still_fits_one() {
        for (compresses, len, pages) in [
            (true, 130, 1),
            (false, 130, 2),
            (true, 24_000, 128),
            (false, 24_576, 256),
            (true, 0, 1),
        ] {
            let records: Vec<_> = (0..256).map(|at| record(at, compresses, len)).collect();
            let found = laid_out(&mut Frontier::new(), &records);
            assert_eq!(found.len(), pages, "{len} bytes, {compresses}");
            let mut told = Vec::new();
            for stored in found {
                assert!(stored.bytes.len() <= PAGE_BYTES_MAX);
                let page = crate::Page::decode(stored.bytes, stored.first, LEDGER).unwrap();
                told.extend(page.records().map(|(_, record)| record.to_vec()));
            }
            assert_eq!(told, records);
        }
    }

    #[test]
    fn the_tree_grows_by_tiles_as_it_does_by_leaves() {
        let records: Vec<Vec<u8>> = (0..70_000_u32).map(|at| at.to_le_bytes().into()).collect();
        for before in [0, 1, 255, 256, 257, 65_535 - 256] {
            let (mut grown, mut pushed) = (Frontier::new(), Frontier::new());
            for record in &records[..before] {
                grown.push(leaf_hash(record));
                pushed.push(leaf_hash(record));
            }
            let slices: Vec<&[u8]> = records[before..].iter().map(Vec::as_slice).collect();
            let batches = lay_out(LEDGER, &mut grown, &slices, true);
            let nodes: Vec<StoredNode> =
                batches.into_iter().flat_map(|batch| batch.nodes).collect();
            let mut expected = Vec::new();
            for record in slices {
                pushed.push_noting(leaf_hash(record), &mut |level, index, hash| {
                    if STORED_LEVELS.contains(&level) {
                        expected.push(StoredNode { level, index, hash });
                    }
                });
            }
            assert_eq!((grown, nodes), (pushed, expected), "from {before}");
        }
    }

    #[test]
    fn the_pages_are_the_same_however_the_records_are_given() {
        let records: Vec<_> = (0..3_000).map(|at| record(at, at % 3 > 0, at % 400)).collect();
        let slices: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        for first in [0, 1, 255, 256, 300] {
            let mut before = Frontier::new();
            (0..first).for_each(|at: u32| before.push(leaf_hash(&at.to_le_bytes())));
            let mut whole = before.clone();
            let expected = lay_out(LEDGER, &mut whole, &slices, true);
            for portion in [1, 7, 255, 256, 257, 3_000] {
                let mut packing = Packing::new(LEDGER, u64::from(first), true);
                slices.chunks(portion).for_each(|some| packing.add(some));
                assert_eq!(packing.records(), slices.len());
                let mut grown = before.clone();
                let found = packing.lay_out(&mut grown);
                assert_eq!(grown, whole);
                let pages = |batches: &[Batch]| -> Vec<StoredPage> {
                    batches.iter().flat_map(|batch| batch.pages.clone()).collect()
                };
                assert_eq!(pages(&found), pages(&expected), "{portion} at a time from {first}");
            }
        }
    }

    #[test]
    fn the_pages_are_the_same_however_the_threads_share_them() {
        let records: Vec<_> = (0..5_000).map(|at| record(at, at % 3 > 0, at % 400)).collect();
        let alone: Vec<Vec<u8>> = {
            let slices: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
            let mut packer = Packer::new(true);
            let mut at = 0;
            slices
                .chunks(256)
                .flat_map(|stretch| {
                    let pages = packer.stretch(at, stretch).pages;
                    at += stretch.len() as u64;
                    pages.into_iter().map(|page| page.bytes[PAGE_HEADER_BYTES..].to_vec())
                })
                .collect()
        };
        for _ in 0..5 {
            let pages = laid_out(&mut Frontier::new(), &records);
            assert_eq!(pages.len(), alone.len());
            for (page, payload) in pages.iter().zip(&alone) {
                assert_eq!(&page.bytes[PAGE_HEADER_BYTES..][..payload.len()], payload);
            }
        }
    }
}
