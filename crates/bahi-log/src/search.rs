//! Pages found in a file by their own form, wherever they lie in it.
//!
//! A store that does not open, and a page file of which a part is damaged, still hold pages: each
//! begins with its magic and ends with a check.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crate::limits::{PAGE_BYTES_MAX, PAGE_HEADER_BYTES};
use crate::page::{Header, MAGIC, frame};
use crate::{Fault, LedgerId};

/// How much of a file is searched at a time.
const WINDOW_BYTES: usize = 1 << 20;

/// A page whose check holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The position of its first record.
    pub first: u64,
    /// The position after its last record.
    pub end: u64,
    /// The ledger it says it is of.
    pub ledger: LedgerId,
    /// Where in the file it begins.
    pub at: u64,
    /// Its length.
    pub len: usize,
    /// The check over it, by which two copies are told apart.
    pub check: [u8; 4],
}

/// Tells of every page in a file whose check holds, in the order of the file.
pub(crate) fn pages_in(path: &Path, on_page: &mut dyn FnMut(Found)) -> Result<(), Fault> {
    let fault = |source| Fault::io("read", path, source);
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(fault)?,
    };
    let mut window = Vec::with_capacity(WINDOW_BYTES + PAGE_BYTES_MAX);
    // Where in the file the window begins.
    let mut begin = 0_u64;
    loop {
        let read = (&mut file)
            .take((WINDOW_BYTES + PAGE_BYTES_MAX - window.len()) as u64)
            .read_to_end(&mut window)
            .map_err(fault)?;
        let is_end = read == 0 || window.len() < WINDOW_BYTES + PAGE_BYTES_MAX;
        // A page that begins in the last part may end beyond the window.
        let searched = if is_end { window.len() } else { WINDOW_BYTES };
        let mut at = 0;
        while let Some(found) = next_magic(&window, at, searched) {
            at = found + 1;
            if let Some(page) = page_at(&window[found..], begin + found as u64) {
                at = found + page.len;
                on_page(page);
            }
        }
        if is_end {
            return Ok(());
        }
        // What was found may reach beyond the part that was to be searched.
        let done = at.max(searched);
        window.drain(..done);
        begin += done as u64;
    }
}

/// The bytes of a page that was found.
pub(crate) fn read(path: &Path, at: u64, len: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = vec![0; len];
    File::open(path)
        .and_then(|mut file| {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut bytes)
        })
        .map_err(|source| Fault::io("read", path, source))?;
    Ok(bytes)
}

fn next_magic(window: &[u8], from: usize, end: usize) -> Option<usize> {
    let last = end.min(window.len().saturating_sub(MAGIC.len() - 1));
    (from..last).find(|at| window[*at] == MAGIC[0] && window[*at..].starts_with(&MAGIC))
}

fn page_at(bytes: &[u8], at: u64) -> Option<Found> {
    let header = bytes.first_chunk::<PAGE_HEADER_BYTES>()?;
    let frame = frame(header)?;
    let page = bytes.get(..frame.len)?;
    let header = Header::read(page).ok()?;
    let check = *page.last_chunk::<4>()?;
    Some(Found {
        first: header.first,
        end: frame.end,
        ledger: header.ledger,
        at,
        len: frame.len,
        check,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;
    use crate::backend::MemoryDisk;

    #[test]
    fn every_whole_page_is_found_wherever_it_lies() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("file");
        let disk = MemoryDisk::new();
        let mut log = Log::with_backend(Box::new(disk.open()), b"0").unwrap();
        for len in [5, 3_000, 20_000] {
            log.commit(&[&bahi_proof::sha256(b"noise").0.repeat(len / 32 + 1)]).unwrap();
        }
        let pages: Vec<Vec<u8>> =
            disk.firsts().iter().map(|first| disk.page(*first).unwrap().to_vec()).collect();
        let gaps = [0, 1, 3, 4095, WINDOW_BYTES - 40, WINDOW_BYTES, PAGE_BYTES_MAX, 17];
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (number, gap) in gaps.iter().enumerate() {
            bytes.resize(bytes.len() + gap, b'B');
            bytes.extend_from_slice(b"BHPG");
            let page = &pages[number % pages.len()];
            expected.push((bytes.len() as u64, page.len()));
            bytes.extend_from_slice(page);
            // And one that is damaged.
            let mut damaged = page.clone();
            damaged[60] ^= 1;
            bytes.extend_from_slice(&damaged);
            bytes.extend_from_slice(&page[..page.len() - 1]);
        }
        std::fs::write(&path, &bytes).unwrap();
        let mut found = Vec::new();
        pages_in(&path, &mut |page| found.push((page.at, page.len))).unwrap();
        assert_eq!(found, expected);
        for (at, len) in found {
            let start = usize::try_from(at).unwrap();
            assert_eq!(read(&path, at, len).unwrap(), bytes[start..start + len]);
        }
    }
}
