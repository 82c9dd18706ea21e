//! Whether a newer tree continues an older one: yes, not shown, or no.
//!
//! The three answers accuse differently. A proof that fails shows nothing: anybody on the way may
//! have spoilt it. A proof that leads to the newer root, and to another past than the older root,
//! shows that whoever signed both has told two stories.
//!
//! # Invariants
//!
//! * [`History::Forked`] is answered only when the newer root itself, through a proof whose shape
//!   the two sizes fix, gives a root for the older size that is not the older root. To make up such
//!   a proof between two heads of one honest log, one would need two inputs with one SHA-256.

use core::fmt;

use crate::consistency::{proof_len, walk};
use crate::note::NOTE_BYTES_MAX;
use crate::text::{self, Flaw, Lines, Malformed, below};
use crate::tree::range_root;
use crate::{
    Hash, HashReader, Note, PROOF_HASHES_MAX, ProofRejected, ProofUnavailable, TreeHead,
    prove_consistency,
};

/// What two heads of one log and a proof say of its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The older tree is a prefix of the newer one: nothing was rewritten.
    Consistent,
    /// The proof shows nothing, for this reason. Ask for another; accuse nobody.
    Unproven(ProofRejected),
    /// The newer root holds another past. If both heads were signed by the log, then the two notes
    /// and this proof are the evidence: keep all three.
    Forked {
        /// The root that the newer tree had at the older size.
        past: Hash,
    },
}

/// Whether the tree with the head `newer` continues the one with the head `older`.
///
/// Both roots must be known to be of one log, from notes that a policy accepted: see
/// [`Trusted::judge`](crate::Trusted::judge). The proof is that of [`prove_consistency`]; where the
/// older size is a power of two such a proof cannot show a fork, and that of [`prove_prefix`] can.
///
/// ```
/// use bahi_proof::*;
///
/// let truth = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")];
/// let other = [leaf_hash(b"a"), leaf_hash(b"B"), leaf_hash(b"c")];
/// let head = |leaves: &[Hash], size| {
///     TreeHead { size, root: root_of_leaves(&leaves[..size as usize]) }
/// };
/// let proof = prove_prefix(&Leaves(&other), 2, 3)?;
/// assert_eq!(judge_history(head(&other, 2), head(&other, 3), &proof), History::Consistent);
/// let past = head(&other, 2).root;
/// assert_eq!(judge_history(head(&truth, 2), head(&other, 3), &proof), History::Forked { past });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn judge_history(older: TreeHead, newer: TreeHead, proof: &[Hash]) -> History {
    let (old_size, new_size) = (older.size, newer.size);
    if old_size == 0 {
        return History::Unproven(ProofRejected::Vacuous);
    }
    if old_size > new_size {
        return History::Unproven(ProofRejected::Shrunk { old_size, new_size });
    }
    let (expected, found) = (proof_len(old_size, new_size), proof.len());
    // Where the older tree is a whole subtree, the RFC's proof leaves its root out.
    let left_out = old_size.is_power_of_two() && old_size < new_size;
    let told = left_out && found == expected + 1;
    if found != expected && !told {
        return History::Unproven(ProofRejected::WrongLength { expected, found });
    }
    let (past, present) = match proof.split_first() {
        None => (newer.root, newer.root),
        Some(_) if left_out && !told => walk(old_size, new_size, older.root, proof),
        Some((seed, rest)) => walk(old_size, new_size, *seed, rest),
    };
    if present != newer.root {
        let rejected = ProofRejected::OtherRoot { expected: newer.root, computed: present };
        return History::Unproven(rejected);
    }
    if past == older.root { History::Consistent } else { History::Forked { past } }
}

/// Whether a tree that one holds oneself continues an older head: needs no proof, and is never
/// unproven but for [`ProofRejected::Vacuous`] and, if the tree was shortened,
/// [`ProofRejected::Shrunk`].
///
/// # Errors
///
/// What the source says.
pub fn judge_tree<R: HashReader + ?Sized>(
    older: TreeHead,
    reader: &R,
    size: u64,
) -> Result<History, R::Error> {
    if older.size == 0 {
        return Ok(History::Unproven(ProofRejected::Vacuous));
    }
    if older.size > size {
        let (old_size, new_size) = (older.size, size);
        return Ok(History::Unproven(ProofRejected::Shrunk { old_size, new_size }));
    }
    let past = range_root(reader, 0, older.size)?;
    Ok(if past == older.root { History::Consistent } else { History::Forked { past } })
}

/// The proof of which root the tree of `new_size` leaves had at `old_size`.
///
/// It is that of [`prove_consistency`], with the root of the older tree before it where that one
/// leaves it out: if `old_size` is a power of two below `new_size`.
///
/// # Errors
///
/// As [`prove_consistency`].
pub fn prove_prefix<R: HashReader + ?Sized>(
    reader: &R,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Hash>, ProofUnavailable<R::Error>> {
    let mut proof = prove_consistency(reader, old_size, new_size)?;
    if old_size.is_power_of_two() && old_size < new_size {
        let root = range_root(reader, 0, old_size).map_err(ProofUnavailable::Unread)?;
        proof.insert(0, root);
    }
    Ok(proof)
}

/// A newer checkpoint and its proof from an older size, as a text: what a witness is asked with.
///
/// The form is the body of C2SP `tlog-witness`' `add-checkpoint`: `old` and the older size, the
/// hashes one a line, an empty line, the note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryProof {
    /// The older size; 0 where nothing is known to extend.
    pub old_size: u64,
    /// The proof.
    pub proof: Vec<Hash>,
    /// The newer checkpoint, signed.
    pub note: Note,
}

/// The most bytes of the text of a [`HistoryProof`].
pub const HISTORY_PROOF_BYTES_MAX: usize = NOTE_BYTES_MAX + 64 + 45 * PROOF_HASHES_MAX;

impl HistoryProof {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut lines = Lines::of(text, HISTORY_PROOF_BYTES_MAX)?;
        let old_size = text::decimal(lines.word("old")?);
        let old_size = old_size.ok_or_else(|| lines.flaw(Flaw::Expected("size")))?;
        let proof = lines.hashes(PROOF_HASHES_MAX)?;
        let (note, above) = lines.rest();
        let note = Note::parse(note.as_bytes()).map_err(below(above))?;
        Ok(Self { old_size, proof, note })
    }
}

impl fmt::Display for HistoryProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hashes = String::new();
        text::push_hashes(&mut hashes, &self.proof);
        write!(out, "old {}\n{hashes}\n{}", self.old_size, self.note)
    }
}
