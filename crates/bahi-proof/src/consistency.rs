//! Proofs that an older tree is a prefix of a newer one (section 2.1.2).

use crate::inclusion::split;
use crate::tree::range_root;
use crate::{Hash, HashReader, ProofRejected, ProofUnavailable, node_hash};

/// The proof that the tree of the first `old_size` leaves is a prefix of the tree of the first
/// `new_size`.
///
/// It is empty if the two are the same tree.
///
/// # Errors
///
/// [`ProofUnavailable::OutOfRange`] unless `old_size` is from 1 to `new_size`; then what the source
/// says.
///
/// ```
/// use bahi_proof::{Leaves, leaf_hash, prove_consistency, root_of_leaves, verify_consistency};
///
/// let leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")];
/// let proof = prove_consistency(&Leaves(&leaves), 2, 3)?;
/// let (old, new) = (root_of_leaves(&leaves[..2]), root_of_leaves(&leaves));
/// verify_consistency(2, old, 3, new, &proof)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn prove_consistency<R: HashReader + ?Sized>(
    reader: &R,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Hash>, ProofUnavailable<R::Error>> {
    ProofUnavailable::check(old_size > 0 && old_size <= new_size, old_size, new_size)?;
    let mut proof = Vec::new();
    let (mut first, mut end) = (0, new_size);
    let read = |from, to| range_root(reader, from, to).map_err(ProofUnavailable::Unread);
    while end != old_size {
        let middle = first + split(end - first);
        if old_size <= middle {
            proof.push(read(middle, end)?);
            end = middle;
        } else {
            proof.push(read(first, middle)?);
            first = middle;
        }
    }
    // The old root itself is known to the verifier only if it is a whole left subtree.
    if first > 0 {
        proof.push(read(first, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree of `old_size` leaves with root `old_root` is a prefix of the tree of
/// `new_size` leaves with root `new_root`.
///
/// # Errors
///
/// In this order: [`ProofRejected::Vacuous`], [`ProofRejected::Shrunk`],
/// [`ProofRejected::WrongLength`], [`ProofRejected::OtherRoot`].
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofRejected> {
    if old_size == 0 {
        return Err(ProofRejected::Vacuous);
    }
    if old_size > new_size {
        return Err(ProofRejected::Shrunk { old_size, new_size });
    }
    let expected = proof_len(old_size, new_size);
    if proof.len() != expected {
        return Err(ProofRejected::WrongLength { expected, found: proof.len() });
    }
    if old_size == new_size {
        return same(old_root, new_root);
    }
    // The seed is the lowest complete subtree at the right edge of the old tree.
    let (seed, rest) = match proof.split_first() {
        Some((first, rest)) if !old_size.is_power_of_two() => (*first, rest),
        Some(_) | None => (old_root, proof),
    };
    let (old, new) = walk(old_size, new_size, seed, rest);
    same(old_root, old)?;
    same(new_root, new)
}

/// The roots of the older and the newer tree to which a proof of the right length leads from its
/// seed. The older size is at least 1 and below the newer.
pub(crate) fn walk(old_size: u64, new_size: u64, seed: Hash, rest: &[Hash]) -> (Hash, Hash) {
    let (mut old, mut new) = (seed, seed);
    let shift = (old_size - 1).trailing_ones();
    let mut old_path = (old_size - 1).checked_shr(shift).unwrap_or(0);
    let mut new_path = (new_size - 1).checked_shr(shift).unwrap_or(0);
    for sibling in rest {
        if old_path & 1 == 1 || old_path == new_path {
            old = node_hash(*sibling, old);
            new = node_hash(*sibling, new);
            while old_path & 1 == 0 && old_path != 0 {
                old_path >>= 1;
                new_path >>= 1;
            }
        } else {
            new = node_hash(new, *sibling);
        }
        old_path >>= 1;
        new_path >>= 1;
    }
    (old, new)
}

fn same(expected: Hash, computed: Hash) -> Result<(), ProofRejected> {
    if expected == computed { Ok(()) } else { Err(ProofRejected::OtherRoot { expected, computed }) }
}

/// How many hashes the proof between these sizes has (section 2.1.2).
pub(crate) fn proof_len(old_size: u64, new_size: u64) -> usize {
    let (mut first, mut end, mut count) = (0, new_size, 0);
    while end != old_size {
        let middle = first + split(end - first);
        if old_size <= middle {
            end = middle
        } else {
            first = middle
        }
        count += 1;
    }
    count + usize::from(first > 0)
}
