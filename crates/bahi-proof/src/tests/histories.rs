//! The three answers of a comparison: who may be accused, and of what.

use super::*;

/// The leaves of a log, and those of the same log as it is told to others: from one position on
/// everything is different.
fn two_stories(count: u64, from: u64) -> (Vec<Hash>, Vec<Hash>) {
    let truth = leaves(count);
    let mut other = truth.clone();
    for (number, leaf) in other.iter_mut().enumerate().skip(at(from)) {
        *leaf = leaf_hash(format!("another {number}").as_bytes());
    }
    (truth, other)
}

#[test]
fn a_continued_log_is_consistent_by_either_proof() {
    let all = leaves(40);
    for new in 1..=40 {
        for old in 1..=new {
            let (older, newer) = (head(&all, old), head(&all, new));
            let short = prove_consistency(&Leaves(&all), old, new).unwrap();
            let long = prove_prefix(&Leaves(&all), old, new).unwrap();
            assert_eq!(judge_history(older, newer, &short), History::Consistent);
            assert_eq!(judge_history(older, newer, &long), History::Consistent);
            assert!(verify_consistency(old, older.root, new, newer.root, &short).is_ok());
        }
    }
}

#[test]
fn a_rewritten_log_is_forked_and_its_past_is_shown() {
    for new in 2..=24 {
        for old in 1..=new {
            for from in 0..old {
                let (truth, other) = two_stories(new, from);
                let (older, newer) = (head(&truth, old), head(&other, new));
                let past = head(&other, old).root;
                let proof = prove_prefix(&Leaves(&other), old, new).unwrap();
                assert_eq!(judge_history(older, newer, &proof), History::Forked { past });
                let short = prove_consistency(&Leaves(&other), old, new).unwrap();
                let answer = judge_history(older, newer, &short);
                if old.is_power_of_two() && old < new {
                    // Such a proof leaves out the one hash that would show it.
                    assert!(matches!(answer, History::Unproven(ProofRejected::OtherRoot { .. })));
                } else {
                    assert_eq!(answer, History::Forked { past });
                }
                // What the log would say of the truth does not lead to the newer root.
                let proof = prove_prefix(&Leaves(&truth), old, new).unwrap();
                if old < new {
                    assert!(matches!(judge_history(older, newer, &proof), History::Unproven(_)));
                }
            }
        }
    }
}

#[test]
fn what_changed_after_the_older_head_is_nobody_s_business() {
    for (old, new) in [(3, 9), (4, 9), (8, 16), (5, 6)] {
        let (truth, other) = two_stories(new, old);
        let proof = prove_prefix(&Leaves(&other), old, new).unwrap();
        let answer = judge_history(head(&truth, old), head(&other, new), &proof);
        assert_eq!(answer, History::Consistent);
    }
}

#[test]
fn a_spoilt_proof_never_accuses_an_honest_log() {
    let all = leaves(20);
    for (old, new) in [(1, 2), (3, 7), (4, 7), (6, 8), (8, 13), (7, 20), (16, 20)] {
        let (older, newer) = (head(&all, old), head(&all, new));
        for proof in [
            prove_consistency(&Leaves(&all), old, new).unwrap(),
            prove_prefix(&Leaves(&all), old, new).unwrap(),
        ] {
            for bit in 0..proof.len() * 256 {
                let mut other = proof.clone();
                other[bit / 256] = flipped(other[bit / 256], bit % 256);
                let answer = judge_history(older, newer, &other);
                assert!(matches!(answer, History::Unproven(ProofRejected::OtherRoot { .. })));
            }
            for len in (0..proof.len() + 4).filter(|len| *len != proof.len()) {
                let mut other = proof.clone();
                other.resize(len, all[0]);
                assert!(matches!(judge_history(older, newer, &other), History::Unproven(_)));
            }
            for at in 1..proof.len() {
                let mut other = proof.clone();
                other.swap(at - 1, at);
                assert!(matches!(judge_history(older, newer, &other), History::Unproven(_)));
            }
        }
    }
}

#[test]
fn the_proof_of_one_pair_of_sizes_accuses_at_no_other() {
    let all = leaves(17);
    let pairs: Vec<(u64, u64)> =
        (1..=17).flat_map(|new| (1..=new).map(move |old| (old, new))).collect();
    for (old, new) in &pairs {
        let proof = prove_prefix(&Leaves(&all), *old, *new).unwrap();
        for (other_old, other_new) in &pairs {
            let answer = judge_history(head(&all, *other_old), head(&all, *other_new), &proof);
            assert!(
                !matches!(answer, History::Forked { .. }),
                "{old} {new} {other_old} {other_new}"
            );
        }
    }
}

#[test]
fn what_shows_nothing_is_said_to_show_nothing() {
    let all = leaves(9);
    let (empty, five, nine) = (head(&all, 0), head(&all, 5), head(&all, 9));
    let unproven = History::Unproven;
    assert_eq!(judge_history(empty, nine, &[]), unproven(ProofRejected::Vacuous));
    assert_eq!(judge_history(empty, empty, &[]), unproven(ProofRejected::Vacuous));
    let shrunk = ProofRejected::Shrunk { old_size: 9, new_size: 5 };
    assert_eq!(judge_history(nine, five, &[]), unproven(shrunk));
    let wrong = ProofRejected::WrongLength { expected: 5, found: 0 };
    assert_eq!(judge_history(five, nine, &[]), unproven(wrong));
    let wrong = ProofRejected::WrongLength { expected: 0, found: 1 };
    assert_eq!(judge_history(nine, nine, &[nine.root]), unproven(wrong));
    for old in [1, 2, u64::MAX / 2, 1 << 62] {
        for len in 0..PROOF_HASHES_MAX + 3 {
            let (older, newer) =
                (TreeHead { size: old, ..five }, TreeHead { size: u64::MAX, ..nine });
            let answer = judge_history(older, newer, &vec![EMPTY_ROOT; len]);
            assert!(matches!(answer, History::Unproven(_)), "{old} {len}");
        }
    }
}

#[test]
fn a_tree_at_hand_needs_no_proof() {
    let (truth, other) = two_stories(20, 6);
    for size in 1..=20 {
        for old in 1..=size {
            let older = head(&truth, old);
            assert_eq!(judge_tree(older, &Leaves(&truth), size), Ok(History::Consistent));
            let past = head(&other, old).root;
            let expected = if old > 6 { History::Forked { past } } else { History::Consistent };
            assert_eq!(judge_tree(older, &Leaves(&other), size), Ok(expected));
            if old < size {
                let shrunk = ProofRejected::Shrunk { old_size: size, new_size: old };
                let answer = judge_tree(head(&truth, size), &Leaves(&truth), old);
                assert_eq!(answer, Ok(History::Unproven(shrunk)));
            }
        }
    }
    let vacuous = Ok(History::Unproven(ProofRejected::Vacuous));
    assert_eq!(judge_tree(head(&truth, 0), &Leaves(&truth), 20), vacuous);
}

#[test]
fn two_roots_at_one_size_are_a_fork_without_a_proof() {
    let (truth, other) = two_stories(6, 5);
    let policy = Policy::of_log(log_key().verifier().clone()).unwrap();
    let trust = |leaves: &[Hash]| policy.check(&cosigned(head(leaves, 6), &[])).unwrap();
    let (one, two) = (trust(&truth), trust(&other));
    let past = head(&other, 6).root;
    assert_eq!(one.judge(&two, &[]), Ok(History::Forked { past }));
    assert_eq!(one.judge(&one, &[]), Ok(History::Consistent));
}

#[test]
fn checkpoints_of_two_logs_are_not_compared() {
    let all = leaves(3);
    let key = SigningKey::from_seed("example.org/other", &[2; 32]).unwrap();
    let note = Checkpoint::new("example.org/other", head(&all, 3)).unwrap().sign(&key).unwrap();
    let other = Policy::of_log(key.verifier().clone()).unwrap().check(&note).unwrap();
    let ours = Policy::of_log(log_key().verifier().clone()).unwrap();
    let one = ours.check(&cosigned(head(&all, 3), &[])).unwrap();
    assert!(matches!(one.judge(&other, &[]), Err(Untrusted::OtherLog { .. })));
}

#[test]
fn what_a_witness_is_asked_with_is_read_as_it_is_written() {
    let all = leaves(13);
    for old in [0, 1, 7, 13] {
        let proof =
            if old == 0 { Vec::new() } else { prove_prefix(&Leaves(&all), old, 13).unwrap() };
        let asked = HistoryProof { old_size: old, proof, note: cosigned(head(&all, 13), &[]) };
        let text = asked.to_string();
        assert_eq!(HistoryProof::parse(text.as_bytes()), Ok(asked));
        for wrong in [
            text.replacen("old ", "old  ", 1),
            text.replacen("old ", "old 0", 1),
            text.replacen("old ", "new ", 1),
            text.replacen("\n\n", "\n", 1),
            text.replacen('\n', "\r\n", 1),
            text.clone() + "\n",
        ] {
            assert!(HistoryProof::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
