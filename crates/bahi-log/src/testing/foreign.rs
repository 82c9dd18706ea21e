//! What the log makes of bytes that somebody else wrote, one form at a time; and their checks made
//! anew, so that noise reaches what lies behind a check.
//!
//! # Not here
//!
//! What the log makes of a store or a backup as a whole: [`examine`](crate::examine).

use bahi_proof::{Frontier, Hash};

use crate::anchor::{self, BLOCK_BYTES, Kind, Reading, SLOT_BYTES};
use crate::limits::{PAGE_CHECK_BYTES, PAGE_HEADER_BYTES};
use crate::page::{Header, frame};
use crate::{LedgerId, Page, PageBytes};

/// The page that bytes are, at the place and of the ledger they say themselves, with the frontier
/// it holds; none where they are refused.
#[must_use]
pub fn page(bytes: &[u8]) -> Option<(Page, Option<Frontier>)> {
    let header = Header::read(bytes).ok()?;
    let page = Page::decode(PageBytes::from(bytes), header.first, header.ledger).ok()?;
    let frontier = page.frontier().transpose().ok()?;
    Some((page, frontier))
}

/// The ledger, size and root that bytes witness, as an anchor where `anchor` says so and as a
/// backup's note else; none where they are refused or blank.
#[must_use]
pub fn witness(bytes: &[u8], anchor: bool) -> Option<(LedgerId, u64, Hash)> {
    let kind = if anchor { Kind::Anchor } else { Kind::Note };
    match anchor::read(bytes, kind).ok()? {
        Reading::Blank => None,
        Reading::Witnessed(witness) => {
            let head = witness.head();
            Some((head.ledger, head.size, head.root))
        }
    }
}

/// Makes the check of a page anew.
pub fn seal_page(bytes: &mut [u8]) {
    let Some((body, check)) = bytes.split_last_chunk_mut::<PAGE_CHECK_BYTES>() else { return };
    *check = crc32fast::hash(body).to_le_bytes();
}

/// Makes the checks of a file of pages anew, for as far as it looks like pages.
pub fn seal_pages(mut bytes: &mut [u8]) {
    while let Some(header) = bytes.first_chunk::<PAGE_HEADER_BYTES>() {
        let Some(found) = frame(header).filter(|found| found.len <= bytes.len()) else { return };
        let (own, rest) = bytes.split_at_mut(found.len);
        seal_page(own);
        bytes = rest;
    }
}

/// Makes the checks of the two slots of an anchor or a note anew, but for an empty slot's.
pub fn seal_slots(bytes: &mut [u8]) {
    for block in bytes.chunks_mut(BLOCK_BYTES) {
        let Some((slot, _)) = block.split_first_chunk_mut::<SLOT_BYTES>() else { return };
        if slot.iter().any(|byte| *byte != 0) {
            let check = crc32fast::hash(&slot[..80]);
            slot[80..].copy_from_slice(&check.to_le_bytes());
        }
    }
}
