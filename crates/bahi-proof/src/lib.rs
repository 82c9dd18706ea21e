//! An RFC 6962 Merkle tree over byte records: hashes, frontiers, roots and proofs.
//!
//! A tree of size *n* has the records 0 to *n* − 1 as leaves. Its root is a promise about every
//! one of them and about their order. An [inclusion proof](prove_inclusion) shows that one record
//! is a leaf under a root; a [consistency proof](prove_consistency) shows that an older root is
//! the root of a prefix of a newer tree, so that nothing was rewritten in between.
//!
//! The section numbers in these pages are those of RFC 6962.
//!
//! # Invariants
//!
//! * The hash of a leaf and the hash of a node never share an input: 0x00 stands before a record,
//!   0x01 before two hashes (section 2.1).
//! * A verifier answers `Ok` only after it has computed a root from the proof and found it equal.
//!   It answers in bounded work, whatever it is given.
//!
//! # Not here
//!
//! Where the records are kept, and who signs a root.
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

mod consistency;
mod frontier;
mod hash;
mod inclusion;
mod tree;

pub use consistency::{prove_consistency, verify_consistency};
pub use frontier::{FRONTIER_HASHES_MAX, Frontier, FrontierMalformed};
pub use hash::{EMPTY_ROOT, Hash, HashMalformed, leaf_hash, node_hash, sha256};
pub use inclusion::{prove_inclusion, verify_inclusion};
pub use tree::{
    HashReader, LeafMissing, Leaves, ProofUnavailable, root_at, root_of, root_of_leaves,
};

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
