//! The tree against its definition, the RFC's figures, and another implementation.

mod files;
mod histories;
mod keys;
mod policies;
mod tiled;

use ct_merkle::RootHash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;

use crate::*;

/// The root by its definition (section 2.1).
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            node_hash(naive_root(left), naive_root(right))
        }
    }
}

fn naive_split(count: usize) -> usize {
    let mut split = 1;
    while split * 2 < count {
        split *= 2;
    }
    split
}

/// PATH(m, D[n]) by its definition (section 2.1.1).
fn naive_path(position: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let split = naive_split(leaves.len());
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if position < split {
        (naive_path(position, left), right)
    } else {
        (naive_path(position - split, right), left)
    };
    path.push(naive_root(sibling));
    path
}

/// SUBPROOF(m, D[n], b) by its definition (section 2.1.2).
fn naive_subproof(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = naive_split(leaves.len());
    let (left, right) = leaves.split_at(split);
    let (mut proof, sibling) = if old <= split {
        (naive_subproof(old, left, known), right)
    } else {
        (naive_subproof(old - split, right, false), left)
    };
    proof.push(naive_root(sibling));
    proof
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn at(size: u64) -> usize {
    usize::try_from(size).unwrap()
}

/// The eight inputs and the roots over them that transparency logs have been tested with since the
/// first implementation of the RFC.
#[test]
fn roots_are_those_of_the_known_vectors() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(root_of(inputs[..size].iter().copied()).to_string(), *root);
    }
}

#[test]
fn the_empty_root_is_the_hash_of_nothing() {
    assert_eq!(EMPTY_ROOT, sha256(b""));
    assert_eq!(crate::sha256_of(&[b"te", b"", b"xt"]), sha256(b"text"));
    assert_eq!(Frontier::new().root(), EMPTY_ROOT);
    assert_eq!(root_of_leaves(&[]), EMPTY_ROOT);
}

#[test]
fn roots_and_proofs_are_those_of_the_definition() {
    let all = leaves(70);
    for size in 0..=70 {
        let tree = &all[..at(size)];
        assert_eq!(root_of_leaves(tree), naive_root(tree));
        assert_eq!(root_at(&Leaves(&all), size), Ok(naive_root(tree)));
        for position in 0..size {
            let proof = prove_inclusion(&Leaves(&all), position, size).unwrap();
            assert_eq!(proof, naive_path(at(position), tree));
            verify_inclusion(all[at(position)], position, size, &proof, naive_root(tree)).unwrap();
        }
        for old in 1..=size {
            let proof = prove_consistency(&Leaves(&all), old, size).unwrap();
            assert_eq!(proof, naive_subproof(at(old), tree, true));
            let old_root = naive_root(&all[..at(old)]);
            verify_consistency(old, old_root, size, naive_root(tree), &proof).unwrap();
        }
    }
}

#[test]
fn another_implementation_agrees() {
    let mut other = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut frontier = Frontier::new();
    let mut roots = Vec::new();
    for number in 0..200_u64 {
        let record = number.to_le_bytes().repeat(at(number % 9));
        other.push(record.clone());
        frontier.push(leaf_hash(&record));
        let root: RootHash<_> = other.root();
        assert_eq!(root.as_bytes()[..], frontier.root().0[..]);
        roots.push(frontier.root());
    }
    let root = frontier.root();
    for position in 0..200_u64 {
        let record = position.to_le_bytes().repeat(at(position % 9));
        let proof = hashes(other.prove_inclusion(at(position)).as_bytes());
        verify_inclusion(leaf_hash(&record), position, 200, &proof, root).unwrap();
    }
    for old in 1..200_u64 {
        let proof = hashes(other.prove_consistency(at(200 - old)).as_bytes());
        verify_consistency(old, roots[at(old - 1)], 200, root, &proof).unwrap();
    }
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    assert_eq!(bytes.len() % 32, 0);
    bytes.as_chunks::<32>().0.iter().map(|hash| Hash(*hash)).collect()
}

#[test]
fn the_subtrees_noted_are_those_of_the_definition() {
    let all = leaves(300);
    let mut frontier = Frontier::new();
    let mut noted = 0;
    for leaf in &all {
        frontier.push_noting(*leaf, &mut |level, index, hash| {
            let first = at(index << level);
            assert_eq!(hash, naive_root(&all[first..first + (1 << level)]));
            assert_eq!(Leaves(&all).hash(level, index), Ok(hash));
            noted += 1;
        });
    }
    let complete: u64 = (1..64).map(|level| 300 >> level).sum();
    assert_eq!(noted, complete);
}

#[test]
fn a_frontier_is_its_bytes_and_nothing_else() {
    let mut frontier = Frontier::new();
    for leaf in leaves(130) {
        let bytes = frontier.to_bytes();
        assert_eq!(bytes.len(), Frontier::bytes_len(frontier.size()));
        assert_eq!(Frontier::from_bytes(frontier.size(), &bytes).as_ref(), Ok(&frontier));
        for wrong in [bytes.len() + 1, bytes.len() + 32, bytes.len().wrapping_sub(1)] {
            let mut other = bytes.clone();
            other.resize(wrong.min(4096), 0);
            assert!(Frontier::from_bytes(frontier.size(), &other).is_err());
        }
        assert!(Frontier::from_bytes(u64::MAX, &bytes).is_err());
        frontier.push(leaf);
    }
}

#[test]
fn every_flipped_bit_of_a_proof_is_rejected() {
    for (position, size) in [(0, 2), (1, 2), (2, 3), (6, 7), (3, 8), (4, 13), (12, 13)] {
        let all = leaves(size);
        let root = root_of_leaves(&all);
        let proof = prove_inclusion(&Leaves(&all), position, size).unwrap();
        let verify = |leaf: &Hash, proof: &[Hash], root: &Hash| {
            verify_inclusion(*leaf, position, size, proof, *root)
        };
        let leaf = all[at(position)];
        assert_eq!(verify(&leaf, &proof, &root), Ok(()));
        for bit in 0..256 {
            assert!(verify(&flipped(leaf, bit), &proof, &root).is_err());
            assert!(verify(&leaf, &proof, &flipped(root, bit)).is_err());
            for hash in 0..proof.len() {
                let mut other = proof.clone();
                other[hash] = flipped(other[hash], bit);
                assert!(verify(&leaf, &other, &root).is_err());
            }
        }
    }
    for (old, new) in [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (8, 13), (7, 7)] {
        let all = leaves(new);
        let (old_root, new_root) = (root_of_leaves(&all[..at(old)]), root_of_leaves(&all));
        let proof = prove_consistency(&Leaves(&all), old, new).unwrap();
        for bit in 0..256 {
            let other = flipped(old_root, bit);
            assert!(verify_consistency(old, other, new, new_root, &proof).is_err());
            let other = flipped(new_root, bit);
            assert!(verify_consistency(old, old_root, new, other, &proof).is_err());
            for hash in 0..proof.len() {
                let mut other = proof.clone();
                other[hash] = flipped(other[hash], bit);
                assert!(verify_consistency(old, old_root, new, new_root, &other).is_err());
            }
        }
    }
}

fn flipped(mut hash: Hash, bit: usize) -> Hash {
    hash.0[bit / 8] ^= 1 << (bit % 8);
    hash
}

#[test]
fn a_proof_for_another_position_or_size_is_rejected() {
    let all = leaves(24);
    let root = root_of_leaves(&all);
    let proof = prove_inclusion(&Leaves(&all), 9, 24).unwrap();
    for position in (0..30).filter(|position| *position != 9) {
        assert!(verify_inclusion(all[9], position, 24, &proof, root).is_err());
    }
    let proof = prove_consistency(&Leaves(&all), 9, 24).unwrap();
    let old_root = root_of_leaves(&all[..9]);
    for old in (0..30).filter(|old| *old != 9) {
        assert!(verify_consistency(old, old_root, 24, root, &proof).is_err());
    }
}

#[test]
fn what_proves_nothing_is_rejected_by_name() {
    let all = leaves(5);
    let root = root_of_leaves(&all);
    let proof = prove_inclusion(&Leaves(&all), 4, 5).unwrap();
    let reject = |position, size, proof: &[Hash]| {
        verify_inclusion(all[4], position, size, proof, root).unwrap_err()
    };
    assert_eq!(reject(5, 5, &proof), ProofRejected::OutOfRange { position: 5, size: 5 });
    assert_eq!(reject(0, 0, &[]), ProofRejected::OutOfRange { position: 0, size: 0 });
    assert_eq!(reject(4, 5, &[]), ProofRejected::WrongLength { expected: 1, found: 0 });
    let long = vec![root; 100_000];
    assert_eq!(reject(4, 5, &long), ProofRejected::WrongLength { expected: 1, found: 100_000 });
    let reject =
        |old, new, proof: &[Hash]| verify_consistency(old, root, new, root, proof).unwrap_err();
    assert_eq!(reject(0, 5, &[]), ProofRejected::Vacuous);
    assert_eq!(reject(0, 0, &[]), ProofRejected::Vacuous);
    assert_eq!(reject(6, 5, &[]), ProofRejected::Shrunk { old_size: 6, new_size: 5 });
    assert_eq!(reject(5, 5, &[root]), ProofRejected::WrongLength { expected: 0, found: 1 });
    assert_eq!(reject(3, 5, &[root]), ProofRejected::WrongLength { expected: 4, found: 1 });
    let asked = |position, size| prove_inclusion(&Leaves(&all), position, size);
    assert!(matches!(asked(5, 5), Err(ProofUnavailable::OutOfRange { .. })));
    assert!(matches!(asked(0, 0), Err(ProofUnavailable::OutOfRange { .. })));
    assert!(matches!(asked(0, 6), Err(ProofUnavailable::Unread(_))));
    for (old, new) in [(0, 5), (6, 5)] {
        let asked = prove_consistency(&Leaves(&all), old, new);
        assert!(matches!(asked, Err(ProofUnavailable::OutOfRange { .. })));
    }
}

#[test]
fn the_largest_sizes_neither_overflow_nor_run_long() {
    let proof = vec![EMPTY_ROOT; PROOF_HASHES_MAX + 1];
    for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 1] {
        for other in [0, 1, size / 2, size - 1, size] {
            for len in 0..=proof.len() {
                let proof = &proof[..len];
                assert!(verify_inclusion(EMPTY_ROOT, other, size, proof, EMPTY_ROOT).is_err());
                if other != size || len > 0 {
                    let answer = verify_consistency(other, EMPTY_ROOT, size, EMPTY_ROOT, proof);
                    assert!(answer.is_err());
                }
            }
        }
    }
}

#[test]
fn a_hash_is_read_from_its_own_text_alone() {
    let hash = sha256(b"text");
    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert_eq!(format!("{hash:?}"), format!("Hash({hash})"));
    let text = hash.to_string();
    let wrong = [
        String::new(),
        text[1..].to_owned(),
        format!("{text}0"),
        text.to_uppercase(),
        format!("g{}", &text[1..]),
        format!("+{}", &text[1..]),
        format!("é{}", &text[2..]),
    ];
    for wrong in wrong {
        assert_eq!(wrong.parse::<Hash>(), Err(HashMalformed), "{wrong}");
    }
}

/// The head of the first leaves of a tree.
fn head(leaves: &[Hash], size: u64) -> TreeHead {
    TreeHead { size, root: root_of_leaves(&leaves[..at(size)]) }
}

const ORIGIN: &str = "example.org/ledger";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn witness(number: u8) -> CosigningKey {
    let name = format!("witness.example/w{number}");
    CosigningKey::from_seed(&name, &[100 + number; 32]).unwrap()
}

/// A checkpoint, signed by the log and cosigned by these witnesses.
fn cosigned(head: TreeHead, witnesses: &[CosigningKey]) -> Note {
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let mut note = checkpoint.sign(&log_key()).unwrap();
    for (time, witness) in (1_790_000_000..).zip(witnesses) {
        note.add(witness.cosign(&checkpoint, time)).unwrap();
    }
    note
}

/// A policy that asks for all of these witnesses.
fn all_of(witnesses: &[CosigningKey]) -> Policy {
    let mut text = format!("log {}\n", log_key().verifier());
    let mut names = String::new();
    for (number, witness) in witnesses.iter().enumerate() {
        text += &format!("witness w{number} {}\n", witness.verifier());
        names += &format!(" w{number}");
    }
    text += &format!("group everybody all{names}\nquorum everybody\n");
    Policy::parse(text.as_bytes()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_hold_for_any_sizes(count in 1..2_000_u64, one in any::<u64>(), two in any::<u64>()) {
        let all = leaves(count);
        let size = one % count + 1;
        let root = root_of_leaves(&all[..at(size)]);
        let position = two % size;
        let proof = prove_inclusion(&Leaves(&all), position, size).unwrap();
        prop_assert!(proof.len() <= PROOF_HASHES_MAX);
        verify_inclusion(all[at(position)], position, size, &proof, root).unwrap();
        let old = position + 1;
        let proof = prove_consistency(&Leaves(&all), old, size).unwrap();
        let old_root = root_of_leaves(&all[..at(old)]);
        verify_consistency(old, old_root, size, root, &proof).unwrap();
    }
}
