//! What is put away beside a ledger, against the same folds of the log.
//!
//! # Invariants
//! * A fold is compared where it stands, as its file says; what no opening would take up, being torn
//!   or of another history, is no problem.
//! * Of a file the hash that ends it is held, and not its bytes.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use bahi_core::Position;
use bahi_proof::Hash;

use crate::{
    beside::{FOLDS, Which},
    resume::{HASH_BYTES, Header, blocks::Closing, read_header, whole_bytes},
};

/// A file of a fold, as it is found.
pub(super) struct PutAway {
    pub(super) which: Which,
    path: PathBuf,
    header: Header,
    head: Vec<u8>,
    hash: [u8; HASH_BYTES],
    /// Whether the log was folded so far, and whether that came to the same.
    same: Option<bool>,
}

impl PutAway {
    /// Every file of a fold of this version beside the ledger in a directory.
    pub(super) fn all(ledger_dir: &Path) -> Vec<PutAway> {
        let dir = ledger_dir.join(FOLDS);
        Which::ALL.into_iter().filter_map(|which| PutAway::of(which, &dir)).collect()
    }

    fn of(which: Which, dir: &Path) -> Option<PutAway> {
        let path = which.kind().place(dir);
        let mut file = File::open(&path).ok()?;
        let (header, head) = read_header(which.kind(), &mut file)?;
        (file.metadata().ok()?.len() == whole_bytes(&header, &head)?).then_some(())?;
        let mut hash = [0; HASH_BYTES];
        file.seek(SeekFrom::End(-(HASH_BYTES as i64))).ok()?;
        file.read_exact(&mut hash).ok()?;
        Some(PutAway { which, path, header, head, hash, same: None })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The last position it says to hold.
    pub(super) const fn position(&self) -> Position {
        self.header.position
    }

    /// Compares it with the image of the same fold up to its position.
    pub(super) fn compare(&mut self, image: &[u8]) {
        self.same = Some(Closing::of(&self.head, image).whole.0 == self.hash);
    }

    /// Whether the log was folded as far as it says to hold.
    pub(super) const fn was_compared(&self) -> bool {
        self.same.is_some()
    }

    /// Whether it differs, and is whole, so that it would be taken up if it is of this history.
    pub(super) fn differs(&self) -> bool {
        let is_whole = || {
            let bytes = std::fs::read(&self.path).ok();
            bytes.and_then(|bytes| {
                let image = bytes.get(self.head.len()..)?;
                let (image, closing) =
                    image.split_at_checked(usize::try_from(self.header.len).ok()?)?;
                Some(Closing::of(&self.head, image).is(closing))
            })
        };
        self.same == Some(false) && is_whole().unwrap_or(false)
    }

    /// The size and the root of the log that it says to be of.
    pub(super) const fn rests_on(&self) -> (u64, Hash) {
        (self.header.position.0 + 1, self.header.root)
    }
}
