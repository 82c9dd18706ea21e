//! The blocks of a fold's image, each hashed by itself, so that a part is read and known to be whole.
//!
//! # Invariants
//! * What ends a file is the hash of everything before the image and of the hashes of its blocks.
//!
//! # Not here
//! What stands before the image: `resume`.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use bahi_core::Position;
use bahi_log::Log;
use bahi_proof::{Hash, sha256, sha256_of};

use super::{HASH_BYTES, Kind, header_of};

/// How many bytes of an image are hashed together.
pub(crate) const BLOCK_BYTES: usize = 1 << 14;
/// How many blocks are held at a time by whoever reads parts.
const HELD_MAX: usize = 256;

/// What stands after an image: the hashes of its blocks, and the hash over all.
pub(crate) struct Closing {
    pub(crate) blocks: Vec<u8>,
    pub(crate) whole: Hash,
}

impl Closing {
    /// The closing of an image, by what stands before it.
    pub(crate) fn of(head: &[u8], image: &[u8]) -> Closing {
        let mut blocks = Vec::with_capacity(image.len().div_ceil(BLOCK_BYTES) * HASH_BYTES);
        for block in image.chunks(BLOCK_BYTES) {
            blocks.extend_from_slice(&sha256(block).0);
        }
        let whole = sha256_of(&[head, &blocks]);
        Closing { blocks, whole }
    }

    /// Whether bytes are this closing.
    pub(crate) fn is(&self, bytes: &[u8]) -> bool {
        bytes
            .split_at_checked(self.blocks.len())
            .is_some_and(|(blocks, whole)| blocks == self.blocks && whole == self.whole.0)
    }
}

/// How many bytes stand after an image of so many.
pub(crate) fn closing_bytes(image: u64) -> Option<u64> {
    image.div_ceil(BLOCK_BYTES as u64).checked_add(1)?.checked_mul(HASH_BYTES as u64)
}

/// A fold that is put away, of whose image parts are read.
pub(crate) struct Parts {
    file: File,
    begin: u64,
    len: u64,
    hashes: Vec<u8>,
    held: BTreeMap<u64, Vec<u8>>,
    position: Position,
}

impl Parts {
    /// The fold of a kind that is put away in a directory; `None` where there is none of this log
    /// and this version.
    pub(crate) fn open(log: &Log, dir: &Path, kind: Kind) -> Option<Parts> {
        let mut file = File::open(kind.place(dir)).ok()?;
        let (header, head) = header_of(log, kind, &mut file)?;
        let begin = head.len() as u64;
        file.seek(SeekFrom::Start(begin.checked_add(header.len)?)).ok()?;
        let mut hashes = Vec::new();
        file.read_to_end(&mut hashes).ok()?;
        let blocks = hashes.len().checked_sub(HASH_BYTES)?;
        let whole = hashes.split_off(blocks);
        (sha256_of(&[&head, &hashes]).0[..] == whole).then_some(())?;
        let (len, position) = (header.len, header.position);
        Some(Parts { file, begin, len, hashes, held: BTreeMap::new(), position })
    }

    /// The last event the fold holds.
    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    /// Bytes of the image, from where and how many; `None` where they are not there, or not those
    /// that were put away.
    pub(crate) fn read(&mut self, at: u64, len: usize) -> Option<Vec<u8>> {
        let end = at.checked_add(len as u64).filter(|end| *end <= self.len)?;
        let mut out = Vec::with_capacity(len);
        let mut at = at;
        while at < end {
            let number = at / BLOCK_BYTES as u64;
            let from = usize::try_from(at % BLOCK_BYTES as u64).ok()?;
            let block = self.block(number)?;
            let to = block.len().min(from + usize::try_from(end - at).ok()?);
            out.extend_from_slice(block.get(from..to)?);
            at += (to - from) as u64;
        }
        Some(out)
    }

    fn block(&mut self, number: u64) -> Option<&[u8]> {
        if !self.held.contains_key(&number) {
            let from = number.checked_mul(BLOCK_BYTES as u64)?;
            let len = self.len.checked_sub(from)?.min(BLOCK_BYTES as u64);
            let mut block = vec![0; usize::try_from(len).ok()?];
            self.file.seek(SeekFrom::Start(self.begin + from)).ok()?;
            self.file.read_exact(&mut block).ok()?;
            let hash = usize::try_from(number).ok()?.checked_mul(HASH_BYTES)?;
            let hash = self.hashes.get(hash..hash + HASH_BYTES)?;
            (sha256(&block).0[..] == *hash).then_some(())?;
            if self.held.len() >= HELD_MAX {
                self.held.clear();
            }
            self.held.insert(number, block);
        }
        self.held.get(&number).map(Vec::as_slice)
    }
}
