//! What a ledger's keys signed last, kept beside their file, so that they never sign another story.
//!
//! The memory of the key file `K` is the file `K.signed`: the largest checkpoint that any key of `K`
//! signed, as a note. A new key's is that of an empty log, which every log continues.
//!
//! # Invariants
//! * A signature is given out after the memory of it is on the medium, never before.
//! * The memory only grows: what was signed is a beginning of what it remembers.
//! * A memory that is missing, or that no key of the file signed, is said and never made up for.

use std::path::{Path, PathBuf};

use bahi_core::Position;
use bahi_log::Log;
use bahi_proof::{
    Checkpoint, EMPTY_ROOT, Hash, History, NOTE_BYTES_MAX, Note, TreeHead, judge_tree,
};
use thiserror::Error as ThisError;

use super::{KeyFileError, SigningKeys, custody, parsed};
use crate::{Error, Provable, ProveError};

/// What the name of a key file's memory ends with.
const SUFFIX: &str = ".signed";

/// Why nothing was signed, or remembered.
#[derive(Debug, ThisError)]
pub enum SignError {
    /// The key file, or its memory, is of no use; the message says what to do.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The ledger has no such checkpoint; the message says what to do.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The ledger has fewer records than the key has signed for: it is an older copy, or was cut
    /// short. Find the later one; where it is lost for good, see `docs/OPERATING.md`.
    #[error(
        "this ledger has {size} records, and the key signed a checkpoint of {signed} ({}): it is an older copy, and would sign another story from here; use the later one, or see the page on operating", memory.display()
    )]
    Shortened {
        /// How many records the ledger has.
        size: u64,
        /// How many the largest checkpoint has that the key signed.
        signed: u64,
        /// The file that says so.
        memory: PathBuf,
    },
    /// The ledger has other records than the key has signed for: a copy that went another way, or
    /// was rewritten. Keep everything, and find out which is the office's.
    #[error(
        "this ledger tells another story than the checkpoint of {signed} records that the key signed ({}): its root there is {past}; keep both, and see the page on operating", memory.display()
    )]
    Forked {
        /// How many records that checkpoint has.
        signed: u64,
        /// The root that this ledger has at that size.
        past: Hash,
        /// The file that says so.
        memory: PathBuf,
    },
    /// What was to be remembered is no checkpoint that this key, or one it replaced, signed. Give one
    /// of this ledger's own.
    #[error(
        "this is no checkpoint that the key, or one it replaced, signed; give the ledger's own"
    )]
    NotSigned,
    /// The key signed two roots for one size. Both notes together show that; keep them, stop signing,
    /// and find out who else has the key.
    #[error(
        "the key signed two stories: with {size} records, root {given} here and root {remembered} in {}; keep both, and sign no more with this key", memory.display()
    )]
    TwoStories {
        /// The size.
        size: u64,
        /// The root of the checkpoint given.
        given: Hash,
        /// The root remembered.
        remembered: Hash,
        /// The file that remembers it.
        memory: PathBuf,
    },
}

impl From<Error> for SignError {
    fn from(error: Error) -> SignError {
        SignError::Prove(ProveError::Ledger(error))
    }
}

/// The memory of a key file.
#[must_use]
pub fn memory_of(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}

/// The checkpoint of a ledger as it was when a position was the last, signed by the key in use of a
/// file, once it is remembered. `dir` is the ledger's directory.
///
/// Of two ledgers of one name that went different ways, as a restored one and the one it was copied
/// from do, only that is signed for whose records the key signed for before.
///
/// # Errors
/// Those of [`read`](super::read) and [`KeyFileError::Forgotten`], [`KeyFileError::MemoryMalformed`],
/// [`KeyFileError::MemoryOpenToOthers`] in [`SignError::KeyFile`]; those of
/// [`Ledger::checkpoint`](crate::Ledger::checkpoint) in [`SignError::Prove`]; [`SignError::Shortened`], [`SignError::Forked`];
/// [`KeyFileError::Io`] where it cannot be remembered.
pub fn checkpoint(
    key: &Path,
    dir: &Path,
    ledger: &(impl Provable + ?Sized),
    at: Position,
) -> Result<Note, SignError> {
    let (keys, _held) = locked(key, dir)?;
    let memory = memory_of(key);
    // Of another ledger's key that is said, and not how that key's own ledger goes.
    let note = ledger.checkpoint(&keys.signing, at)?;
    let remembered = recalled(&memory, &keys)?;
    continues(ledger.shown().log, &remembered, &memory)?;
    if at.0 + 1 > remembered.size() {
        custody::put(&memory, note.to_string().as_bytes())?;
    }
    Ok(note)
}

/// The largest checkpoint that the keys of a file remember to have signed; of size 0 where they
/// signed none.
///
/// # Errors
/// Those of [`read`](super::read); [`KeyFileError::Forgotten`], [`KeyFileError::MemoryMalformed`],
/// [`KeyFileError::MemoryOpenToOthers`].
pub fn remembered(key: &Path, dir: &Path) -> Result<Checkpoint, KeyFileError> {
    recalled(&memory_of(key), &super::read(key, dir)?)
}

/// Has the keys of a file remember a checkpoint that they signed elsewhere, or before their memory
/// was lost. A smaller one than they remember changes nothing. Gives what they remember then.
///
/// # Errors
/// Those of [`read`](super::read); [`SignError::NotSigned`]; [`SignError::TwoStories`]; of a memory
/// that is there, [`KeyFileError::MemoryMalformed`] and [`KeyFileError::MemoryOpenToOthers`];
/// [`KeyFileError::Io`].
pub fn remember(key: &Path, dir: &Path, note: &Note) -> Result<Checkpoint, SignError> {
    let (keys, _held) = locked(key, dir)?;
    let memory = memory_of(key);
    let given = signed_by(note, &keys).ok_or(SignError::NotSigned)?;
    let before = match recalled(&memory, &keys) {
        Ok(before) => Some(before),
        Err(KeyFileError::Forgotten { .. }) => None,
        Err(other) => return Err(other.into()),
    };
    if let Some(before) = before.filter(|before| before.size() >= given.size()) {
        if before.size() == given.size() && before.root() != given.root() {
            let (given, remembered) = (given.root(), before.root());
            return Err(SignError::TwoStories { size: before.size(), given, remembered, memory });
        }
        return Ok(before);
    }
    custody::put(&memory, note.to_string().as_bytes())?;
    Ok(given)
}

/// Begins the memory of keys that never signed anything. Of a key that did, that would let it sign
/// another story: give [`remember`] its largest checkpoint.
///
/// # Errors
/// Those of [`read`](super::read); [`KeyFileError::Exists`] where there is a memory;
/// [`KeyFileError::Io`].
pub fn remember_nothing(key: &Path, dir: &Path) -> Result<Checkpoint, KeyFileError> {
    let (keys, _held) = locked(key, dir)?;
    begin(key, &keys)
}

/// Makes the memory of keys that signed nothing yet, which must not be there.
pub(super) fn begin(key: &Path, keys: &SigningKeys) -> Result<Checkpoint, KeyFileError> {
    let memory = memory_of(key);
    let name = keys.signing.verifier().name();
    let empty = Checkpoint::new(name, TreeHead { size: 0, root: EMPTY_ROOT });
    let signed = empty.and_then(|empty| Ok((empty.sign(&keys.signing)?, empty)));
    let malformed = |_| KeyFileError::MemoryMalformed { path: memory.clone() };
    let (note, empty) = signed.map_err(malformed)?;
    custody::create(&memory, note.to_string().as_bytes())?;
    Ok(empty)
}

/// The keys of a file, which nobody else signs with or changes until the second is dropped.
fn locked(key: &Path, dir: &Path) -> Result<(SigningKeys, custody::Held), KeyFileError> {
    custody::outside(key, dir)?;
    let (bytes, held) = custody::read(key)?;
    held.lock()?;
    Ok((parsed(key, &bytes)?, held))
}

fn recalled(memory: &Path, keys: &SigningKeys) -> Result<Checkpoint, KeyFileError> {
    let bytes = custody::recall(memory, NOTE_BYTES_MAX)?;
    let note = Note::parse(&bytes).ok();
    let malformed = || KeyFileError::MemoryMalformed { path: memory.to_path_buf() };
    note.and_then(|note| signed_by(&note, keys)).ok_or_else(malformed)
}

/// The checkpoint of a note, provided that one of these keys signed it for its own log.
fn signed_by(note: &Note, keys: &SigningKeys) -> Option<Checkpoint> {
    let checkpoint = Checkpoint::parse(note.text()).ok()?;
    let is_own = checkpoint.origin() == keys.signing.verifier().name();
    (is_own && keys.verifiers().any(|key| note.is_signed_by(key))).then_some(checkpoint)
}

/// Makes sure that a ledger continues what was signed.
fn continues(log: &Log, signed: &Checkpoint, memory: &Path) -> Result<(), SignError> {
    if signed.size() == 0 {
        return Ok(());
    }
    let (memory, size) = (memory.to_path_buf(), log.size());
    if signed.size() > size {
        return Err(SignError::Shortened { size, signed: signed.size(), memory });
    }
    match judge_tree(signed.head(), log, size).map_err(Error::from)? {
        History::Consistent => Ok(()),
        History::Forked { past } => Err(SignError::Forked { signed: signed.size(), past, memory }),
        History::Unproven(_) => {
            Err(Error::Bug("a tree was not compared with its beginning").into())
        }
    }
}
