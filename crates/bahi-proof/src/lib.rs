//! A log that can prove what it holds: an RFC 6962 tree, signed checkpoints, and files that
//! strangers check.
//!
//! Bytes in, values out: nothing here reads a file, a clock or a source of randomness.
//!
//! | for | see |
//! | --- | --- |
//! | the tree: roots, proofs that a record is in it, that an older one is its prefix | [`Frontier`], [`prove_inclusion`], [`prove_consistency`] |
//! | whether history was rewritten, told from a proof that is merely bad | [`judge_history`], [`History`] |
//! | who signed: C2SP `signed-note`, `tlog-checkpoint`, `tlog-cosignature` | [`Note`], [`Checkpoint`], [`VerifierKey`], [`SigningKey`], [`CosigningKey`] |
//! | whether a command is its actor's: Ed25519 over given bytes | [`ActorKey`], [`SigningKey::sign_bytes`] |
//! | whom to believe: C2SP `tlog-policy` | [`Policy`], [`Trusted`] |
//! | one record shown by a file: C2SP `tlog-proof` | [`RecordProof`] |
//! | the whole log as static files: C2SP `tlog-tiles` | [`Tile`], [`TileReader`] |
//! | one balance, or all, under a root that a record holds | [`LeafProof`], [`LeafSet`] |
//!
//! The section numbers in these pages are those of RFC 6962.
//!
//! # Promises
//!
//! * The hash of a leaf and the hash of a node MUST NOT share an input: 0x00 stands before a
//!   record, 0x01 before two hashes (section 2.1).
//! * A verifier MUST answer `Ok` only after it has computed a root from the proof and found it
//!   equal to one that a signature, which the caller's policy asks for, covers.
//! * A verifier MUST answer in bounded work and memory, whatever it is given, and MUST NOT panic.
//! * A text that is accepted MUST be the only spelling of what it says: written again, it has the
//!   same bytes.
//! * A signature of a known key that does not verify, or a second one of the same key, MUST reject
//!   the note. One of an unknown key, or of an algorithm unknown here, MUST count for nothing.
//! * A policy MUST NOT hold two keys that a line of signatures could both mean, nor a witness with
//!   the key of a log.
//! * [`History::Forked`] MUST NOT be answered for a proof that someone other than the signer of the
//!   checkpoints could have spoilt.
//! * A private key MUST be wiped when dropped and MUST NOT be shown by `Debug`.
//!
//! And of those who use it:
//!
//! * A log MUST NOT sign two checkpoints of which neither extends the other.
//! * What a note says MUST NOT be used before a [`Policy`] accepted it.
//! * A witness's time MUST NOT be taken for recent by itself: judge it.
//!
//! # Not here
//!
//! Where the records and keys are kept; what a record says.
//!
//! # Example
//!
//! ```
//! use bahi_proof::{Frontier, leaf_hash, node_hash};
//!
//! let mut frontier = Frontier::new();
//! frontier.push(leaf_hash(b"first"));
//! frontier.push(leaf_hash(b"second"));
//! assert_eq!(frontier.size(), 2);
//! assert_eq!(frontier.root(), node_hash(leaf_hash(b"first"), leaf_hash(b"second")));
//! ```

mod hash;
mod tree;
mod frontier;
mod inclusion;
mod consistency;
mod history;
mod text;
mod key;
mod actor_key;
mod note;
mod checkpoint;
mod policy;
mod record_proof;
mod leaf_tree;
mod tiles;
mod tile_reader;

pub use actor_key::{ActorKey, SignatureRejected};
pub use checkpoint::{Checkpoint, TreeHead};
pub use consistency::{prove_consistency, verify_consistency};
pub use frontier::{FRONTIER_HASHES_MAX, Frontier, FrontierMalformed};
pub use hash::{EMPTY_ROOT, Hash, HashMalformed, leaf_hash, node_hash, sha256, sha256_of};
pub use history::{
    HISTORY_PROOF_BYTES_MAX, History, HistoryProof, judge_history, judge_tree, prove_prefix,
};
pub use inclusion::{prove_inclusion, verify_inclusion};
pub use key::{Algorithm, CosigningKey, KeyId, SigningKey, VerifierKey};
pub use leaf_tree::{
    LEAF_BYTES_MAX, LEAF_PROOF_BYTES_MAX, LEAF_SET_BYTES_MAX, LEAVES_MAX, LeafProof, LeafSet,
    RECORD_BYTES_MAX,
};
pub use note::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, Note, NoteSignature};
pub use policy::{Cosigned, POLICY_BYTES_MAX, POLICY_ENTRIES_MAX, Policy, Trusted, Untrusted};
pub use record_proof::{
    CheckFailed, EXTRA_BYTES_MAX, ProveFailed, RECORD_PROOF_BYTES_MAX, RecordProof,
};
pub use text::{Flaw, Malformed, NAME_BYTES_MAX, TREE_SIZE_MAX};
pub use tile_reader::{TileFault, TileReader};
pub use tiles::{ENTRY_BYTES_MAX, EntryTooLong, TILE_WIDTH, Tile, TileKind, entries, push_entry};
pub use tree::{
    HashReader, LeafMissing, Leaves, ProofUnavailable, root_at, root_of, root_of_leaves,
};
pub use zeroize::Zeroizing;

/// The most hashes any proof over a tree of 64-bit size can hold.
pub const PROOF_HASHES_MAX: usize = 65;

/// Why a proof does not prove what it is said to prove.
///
/// The caller treats every variant alike: nothing has been shown. The variant only helps to say
/// what is wrong with the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofRejected {
    /// The position lies outside the tree, so no proof for it can exist. Ask for another position
    /// or a larger tree.
    #[error("position {position} is outside a tree of {size} leaves")]
    OutOfRange {
        /// The position asked about.
        position: u64,
        /// The number of leaves of the tree.
        size: u64,
    },
    /// The older tree is empty, and every tree extends the empty one: such a proof says nothing.
    /// Compare with a tree that has leaves.
    #[error("a proof from an empty tree proves nothing")]
    Vacuous,
    /// The tree said to be older is the larger one. Swap the two, or distrust whoever sent them.
    #[error("the older tree has {old_size} leaves and the newer only {new_size}")]
    Shrunk {
        /// The number of leaves of the tree said to be older.
        old_size: u64,
        /// The number of leaves of the tree said to be newer.
        new_size: u64,
    },
    /// The proof does not have the number of hashes that these sizes require. Fetch it again.
    #[error("the proof holds {found} hashes where {expected} are needed")]
    WrongLength {
        /// The number of hashes needed.
        expected: usize,
        /// The number of hashes given.
        found: usize,
    },
    /// The proof leads to another root than the one it was checked against: the record, the proof
    /// or the root is not genuine. Do not rely on any of them.
    #[error("the proof leads to root {computed} and not to {expected}")]
    OtherRoot {
        /// The root that was to be reached.
        expected: Hash,
        /// The root that the proof leads to.
        computed: Hash,
    },
}

#[cfg(test)]
mod tests;
