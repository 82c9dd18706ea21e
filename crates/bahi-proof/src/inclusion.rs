//! Proofs that one leaf stands at one position of a tree (section 2.1.1).

use crate::tree::range_root;
use crate::{Hash, HashReader, ProofRejected, ProofUnavailable, node_hash};

/// The proof that the leaf at `position` is in the tree of the first `size` leaves: the siblings
/// on the way from the leaf to the root.
///
/// # Errors
///
/// [`ProofUnavailable::OutOfRange`] if `position` is not below `size`; then what the source says.
///
/// ```
/// use bahi_proof::{Leaves, leaf_hash, prove_inclusion, root_of_leaves, verify_inclusion};
///
/// let leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")];
/// let proof = prove_inclusion(&Leaves(&leaves), 1, 3)?;
/// verify_inclusion(leaf_hash(b"b"), 1, 3, &proof, root_of_leaves(&leaves))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn prove_inclusion<R: HashReader + ?Sized>(
    reader: &R,
    position: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofUnavailable<R::Error>> {
    ProofUnavailable::check(position < size, position, size)?;
    let mut proof = Vec::new();
    let (mut first, mut end) = (0, size);
    while end - first > 1 {
        let middle = first + split(end - first);
        let sibling = if position < middle {
            let sibling = (middle, end);
            end = middle;
            sibling
        } else {
            let sibling = (first, middle);
            first = middle;
            sibling
        };
        proof.push(range_root(reader, sibling.0, sibling.1).map_err(ProofUnavailable::Unread)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `leaf` is the leaf hash at `position` in the tree of `size` leaves with this root.
///
/// # Errors
///
/// In this order: [`ProofRejected::OutOfRange`], [`ProofRejected::WrongLength`],
/// [`ProofRejected::OtherRoot`].
pub fn verify_inclusion(
    leaf: Hash,
    position: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofRejected> {
    if position >= size {
        return Err(ProofRejected::OutOfRange { position, size });
    }
    // Below the level where the paths of this leaf and of the last one part, every level has a
    // sibling; above it, only those where the path turns right.
    let inner = u64::BITS - (position ^ (size - 1)).leading_zeros();
    let border = position.checked_shr(inner).unwrap_or(0);
    let expected = (inner + border.count_ones()) as usize;
    if proof.len() != expected {
        return Err(ProofRejected::WrongLength { expected, found: proof.len() });
    }
    let (inside, along) = proof.split_at(inner as usize);
    let mut computed = leaf;
    for (level, sibling) in inside.iter().enumerate() {
        computed = if (position >> level) & 1 == 0 {
            node_hash(computed, *sibling)
        } else {
            node_hash(*sibling, computed)
        };
    }
    for sibling in along {
        computed = node_hash(*sibling, computed);
    }
    if computed == root {
        Ok(())
    } else {
        Err(ProofRejected::OtherRoot { expected: root, computed })
    }
}

/// The largest power of two below `count`, which is at least 2.
pub(crate) fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
