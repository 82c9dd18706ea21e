//! How the records of a commit become pages, and the tree grows with them.

use bahi_proof::{Frontier, leaf_hash};

use crate::backend::{Batch, StoredNode, StoredPage};
use crate::limits::{
    BATCH_PAGES_MAX, COMMIT_BYTES_MAX, COMMIT_RECORDS_MAX, PAGE_BYTES_MAX, PAGE_RECORDS_MAX,
    PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX, STORED_LEVELS,
};
use crate::page::{Header, LZ4, PLAIN};
use crate::{Fault, LedgerId};

/// Payloads shorter than this are not worth compressing.
const COMPRESS_BYTES_MIN: usize = 128;

/// Refuses what no commit may hold.
pub(crate) fn check(records: &[&[u8]]) -> Result<(), Fault> {
    let large = records.iter().enumerate().find(|(_, record)| record.len() > RECORD_BYTES_MAX);
    if let Some((index, record)) = large {
        return Err(Fault::RecordTooLarge { index, len: record.len() });
    }
    let bytes = records.iter().map(|record| record.len()).sum();
    if records.len() > COMMIT_RECORDS_MAX || bytes > COMMIT_BYTES_MAX {
        return Err(Fault::CommitTooLarge { records: records.len(), bytes });
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
    let mut writer = Writer {
        ledger,
        compress,
        commit_first: frontier.size(),
        index: 0,
        payload: Vec::new(),
        packed: Vec::new(),
        batches: Vec::new(),
    };
    let mut rest = records;
    while !rest.is_empty() {
        let (page, after) = rest.split_at(page_count(frontier.size(), rest));
        writer.page(frontier, page, after.is_empty());
        rest = after;
    }
    writer.batches
}

/// How many of these records the page beginning at `first` takes.
fn page_count(first: u64, records: &[&[u8]]) -> usize {
    let tile = u64::from(PAGE_RECORDS_MAX);
    let room = usize::try_from(tile - first % tile).unwrap_or(usize::MAX);
    let mut bytes = 0;
    let fits = records.iter().take(room).take_while(|record| {
        bytes += record.len() + 2;
        bytes <= PAYLOAD_BYTES_MAX
    });
    fits.count()
}

struct Writer {
    ledger: LedgerId,
    compress: bool,
    commit_first: u64,
    index: u32,
    payload: Vec<u8>,
    packed: Vec<u8>,
    batches: Vec<Batch>,
}

impl Writer {
    fn page(&mut self, frontier: &mut Frontier, records: &[&[u8]], last: bool) {
        let first = frontier.size();
        if (self.index as usize).is_multiple_of(BATCH_PAGES_MAX) {
            self.batches.push(Batch::default());
        }
        let batch = self.batches.last_mut().expect("the first page opens a batch");
        self.payload.clear();
        for record in records {
            let len = u16::try_from(record.len()).expect("records are below 64 KiB");
            self.payload.extend_from_slice(&len.to_le_bytes());
        }
        for record in records {
            self.payload.extend_from_slice(record);
            frontier.push_noting(leaf_hash(record), &mut |level, index, hash| {
                if STORED_LEVELS.contains(&level) {
                    batch.nodes.push(StoredNode { level, index, hash });
                }
            });
        }
        let (compression, stored) = pack(self.compress, &self.payload, &mut self.packed);
        let header = Header {
            last,
            compression,
            ledger: self.ledger,
            first,
            commit_first: self.commit_first,
            index: self.index,
            count: u32::try_from(records.len()).expect("a page has at most 256 records"),
            raw_len: self.payload.len(),
            stored_len: stored.len(),
        };
        let mut page = Vec::with_capacity(stored.len() + 512);
        header.write(&mut page);
        page.extend_from_slice(stored);
        if last {
            page.extend_from_slice(&frontier.to_bytes());
        }
        page.extend_from_slice(&crc32fast::hash(&page).to_le_bytes());
        debug_assert!(page.len() <= PAGE_BYTES_MAX, "the payload's bound keeps the page's");
        batch.pages.push(StoredPage { first, bytes: page.into() });
        self.index += 1;
    }
}

/// The payload as it is stored: compressed where that is shorter.
fn pack<'a>(compress: bool, payload: &'a [u8], packed: &'a mut Vec<u8>) -> (u8, &'a [u8]) {
    if !compress || payload.len() < COMPRESS_BYTES_MIN {
        return (PLAIN, payload);
    }
    packed.resize(lz4_flex::block::get_maximum_output_size(payload.len()), 0);
    match lz4_flex::block::compress_into(payload, packed) {
        Ok(len) if len < payload.len() => (LZ4, &packed[..len]),
        Ok(_) | Err(_) => (PLAIN, payload),
    }
}
