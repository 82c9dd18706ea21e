//! C2SP `tlog-proof`: a file that shows, by itself, that a log holds a record.
//!
//! # Not here
//!
//! What the record says; and that nothing was left out of the log, which no such file can show.

use core::fmt;

use crate::note::NOTE_BYTES_MAX;
use crate::text::{self, Flaw, Lines, Malformed, below};
use crate::{
    Checkpoint, Hash, HashReader, Note, PROOF_HASHES_MAX, Policy, ProofRejected, ProofUnavailable,
    Trusted, Untrusted, leaf_hash, prove_inclusion, verify_inclusion,
};

/// The most bytes of extra data.
pub const EXTRA_BYTES_MAX: usize = 1 << 16;

/// The most bytes of the text of a [`RecordProof`].
pub const RECORD_PROOF_BYTES_MAX: usize =
    NOTE_BYTES_MAX + EXTRA_BYTES_MAX * 4 / 3 + 128 + 45 * PROOF_HASHES_MAX;

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That the record at one position of a log is this one.
///
/// ```
/// use bahi_proof::*;
///
/// let records = [&b"opened"[..], b"allotted", b"sanctioned"];
/// let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
/// // The log, with a key that nobody should use.
/// let key = SigningKey::from_seed("example.org/ledger", &[7; 32])?;
/// let head = TreeHead { size: 3, root: root_of_leaves(&leaves) };
/// let note = Checkpoint::new("example.org/ledger", head)?.sign(&key)?;
/// let text = RecordProof::prove(&Leaves(&leaves), 1, note)?.to_string();
/// // A stranger, with the file, the record, and the log's public key.
/// let policy = Policy::of_log(key.verifier().clone())?;
/// let proof = RecordProof::parse(text.as_bytes())?;
/// proof.check(b"allotted", &policy)?;
/// assert!(proof.check(b"allotted!", &policy).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordProof {
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Hash>,
    note: Note,
}

/// Why a file does not show what it is said to show. The caller relies on nothing in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckFailed {
    /// The checkpoint is not to be believed.
    #[error("the checkpoint is not to be believed")]
    Untrusted(#[from] Untrusted),
    /// The record is not where the proof says, or the proof is not whole.
    #[error("the record is not shown to be in the log")]
    Record(#[source] ProofRejected),
    /// The record that was to hold the root of the other tree holds none.
    #[error("the record holds no root")]
    NoRoot,
    /// There are other leaves, or more or fewer, than the record speaks of.
    #[error("the leaf is not shown to be under the root in the record")]
    Leaf(#[source] ProofRejected),
    /// There are not as many leaves as the record speaks of.
    #[error("the record speaks of {expected} leaves and {found} are given")]
    Count {
        /// How many the record speaks of.
        expected: u64,
        /// How many there are.
        found: u64,
    },
}

/// Why no file could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveFailed<E> {
    /// The note is no checkpoint. Give another.
    #[error("the note is no checkpoint")]
    NoCheckpoint(#[source] Malformed),
    /// There is no such position, or the tree cannot be read; the source says what to do.
    #[error("the proof cannot be made")]
    Unavailable(#[source] ProofUnavailable<E>),
    /// The tree does not have the checkpoint's root: it is of another log, or of another history.
    /// Find out which before anything else is signed.
    #[error("the checkpoint is not of this tree")]
    OtherTree(#[source] ProofRejected),
}

impl RecordProof {
    /// Makes the proof for the record at `index` under a signed checkpoint, and checks it.
    ///
    /// # Errors
    ///
    /// [`ProveFailed::NoCheckpoint`], [`ProveFailed::Unavailable`], [`ProveFailed::OtherTree`].
    pub fn prove<R: HashReader + ?Sized>(
        reader: &R,
        index: u64,
        note: Note,
    ) -> Result<Self, ProveFailed<R::Error>> {
        let checkpoint = Checkpoint::parse(note.text()).map_err(ProveFailed::NoCheckpoint)?;
        let (size, root) = (checkpoint.size(), checkpoint.root());
        let path = prove_inclusion(reader, index, size).map_err(ProveFailed::Unavailable)?;
        let unread = |error| ProveFailed::Unavailable(ProofUnavailable::Unread(error));
        let leaf = reader.hash(0, index).map_err(unread)?;
        verify_inclusion(leaf, index, size, &path, root).map_err(ProveFailed::OtherTree)?;
        Ok(Self { extra: None, index, path, note })
    }

    /// Adds data that nothing in the proof vouches for.
    ///
    /// # Errors
    ///
    /// [`Flaw::Expected`] for no data, [`Flaw::TooLong`] for more than 65,536 bytes.
    pub fn with_extra(mut self, extra: Vec<u8>) -> Result<Self, Malformed> {
        extra_fits(&extra).map_err(|flaw| Malformed::at(2, flaw))?;
        self.extra = Some(extra);
        Ok(self)
    }

    /// Reads the text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut lines = Lines::of(text, RECORD_PROOF_BYTES_MAX)?;
        if lines.line()? != HEADER {
            return Err(lines.flaw(Flaw::Expected(HEADER)));
        }
        let extra = if lines.begins("extra") {
            let extra = text::bytes(lines.word("extra")?);
            let extra = extra.ok_or_else(|| lines.flaw(Flaw::Expected("base64")))?;
            extra_fits(&extra).map_err(|flaw| lines.flaw(flaw))?;
            Some(extra)
        } else {
            None
        };
        let index = text::decimal(lines.word("index")?);
        let index = index.ok_or_else(|| lines.flaw(Flaw::Expected("index")))?;
        let path = lines.hashes(PROOF_HASHES_MAX)?;
        let (note, above) = lines.rest();
        let note = Note::parse(note.as_bytes()).map_err(below(above))?;
        Ok(Self { extra, index, path, note })
    }

    /// Data beside the proof, which nothing vouches for.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The position that is spoken of.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The siblings on the way from the leaf to the root.
    #[must_use]
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// The checkpoint as it was signed.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Checks that a log which the policy knows holds this record at [`index`](Self::index).
    ///
    /// # Errors
    ///
    /// [`CheckFailed::Untrusted`], then [`CheckFailed::Record`].
    pub fn check(&self, record: &[u8], policy: &Policy) -> Result<Trusted, CheckFailed> {
        let trusted = policy.check(&self.note)?;
        let head = trusted.checkpoint().head();
        verify_inclusion(leaf_hash(record), self.index, head.size, &self.path, head.root)
            .map_err(CheckFailed::Record)?;
        Ok(trusted)
    }
}

fn extra_fits(extra: &[u8]) -> Result<(), Flaw> {
    match extra.len() {
        0 => Err(Flaw::Expected("extra")),
        found if found > EXTRA_BYTES_MAX => Err(Flaw::TooLong { max: EXTRA_BYTES_MAX, found }),
        _ => Ok(()),
    }
}

impl fmt::Display for RecordProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", text::base64(extra))?;
        }
        let mut hashes = String::new();
        text::push_hashes(&mut hashes, &self.path);
        write!(out, "index {}\n{hashes}\n{}", self.index, self.note)
    }
}
