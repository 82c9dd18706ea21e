//! Files that prove something: each bit of them, each line of them, changed.

use super::*;

fn records(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("record {number}").into_bytes()).collect()
}

fn hashed(records: &[Vec<u8>]) -> Vec<Hash> {
    records.iter().map(|record| leaf_hash(record)).collect()
}

/// Every text that differs from this one by a bit, an ending, a byte more, or its lines.
fn changed(text: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for bit in 0..text.len() * 8 {
        let mut other = text.to_vec();
        other[bit / 8] ^= 1 << (bit % 8);
        all.push(other);
    }
    all.extend((0..text.len()).map(|end| text[..end].to_vec()));
    for at in 0..=text.len() {
        for byte in *b"\n \r\t0=\0" {
            all.push([&text[..at], &[byte], &text[at..]].concat());
        }
    }
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() {
        let (before, after) = (lines[..at].concat(), lines[at + 1..].concat());
        all.push([&before, &after[..]].concat());
        all.push([&before, lines[at], lines[at], &after].concat());
        if at > 0 && lines[at - 1] != lines[at] {
            all.push([&lines[..at - 1].concat(), lines[at], lines[at - 1], &after].concat());
        }
    }
    let crlf = lines.iter().flat_map(|line| [&line[..line.len() - 1], b"\r\n"].concat()).collect();
    all.push(crlf);
    all
}

/// Whether two texts are the same but for the order of their signatures, which says nothing.
fn same_but_for_order(one: &[u8], other: &[u8]) -> bool {
    let sorted = |text: &[u8]| {
        let mut lines: Vec<Vec<u8>> =
            text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let from = lines.iter().position(|line| line.starts_with("— ".as_bytes()));
        lines[from.unwrap_or(0)..].sort();
        lines
    };
    sorted(one) == sorted(other)
}

fn witnesses() -> Vec<CosigningKey> {
    vec![witness(1), witness(2)]
}

fn proof_of(index: u64, count: u64) -> RecordProof {
    let leaves = hashed(&records(count));
    RecordProof::prove(&Leaves(&leaves), index, cosigned(head(&leaves, count), &witnesses()))
        .unwrap()
}

#[test]
fn every_change_of_a_proof_of_a_record_is_rejected() {
    let policy = all_of(&witnesses());
    for (index, count) in [(0, 1), (5, 13), (12, 13)] {
        let record = &records(count)[at(index)];
        let text = proof_of(index, count).to_string().into_bytes();
        let check = |text: &[u8]| RecordProof::parse(text).ok()?.check(record, &policy).ok();
        assert!(check(&text).is_some());
        for other in changed(&text).iter().filter(|other| !same_but_for_order(&text, other)) {
            assert_eq!(check(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}

#[test]
fn every_change_of_the_record_is_rejected() {
    let policy = all_of(&witnesses());
    let proof = proof_of(5, 13);
    let record = &records(13)[5];
    let trusted = proof.check(record, &policy).unwrap();
    assert_eq!(trusted.checkpoint().size(), 13);
    assert_eq!(trusted.cosigned()[1].key, "witness.example/w2");
    for bit in 0..record.len() * 8 {
        let mut other = record.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(proof.check(&other, &policy), Err(CheckFailed::Record(_))));
    }
    for other in [&record[1..], &[], &[record.as_slice(), &[0]].concat()] {
        assert!(matches!(proof.check(other, &policy), Err(CheckFailed::Record(_))));
    }
    // An inner node is no record, though its hash is in the tree.
    let leaves = hashed(&records(2));
    let note = cosigned(head(&leaves, 2), &witnesses());
    let forged = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
    let node = [&[1], leaves[0].as_ref(), leaves[1].as_ref()].concat();
    let forged = RecordProof::parse(forged.as_bytes()).unwrap();
    assert!(matches!(forged.check(&node, &policy), Err(CheckFailed::Record(_))));
    assert!(matches!(forged.check(&node[1..], &policy), Err(CheckFailed::Record(_))));
}

#[test]
fn an_empty_log_holds_no_record() {
    let policy = all_of(&witnesses());
    let note = cosigned(TreeHead { size: 0, root: EMPTY_ROOT }, &witnesses());
    let text = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
    let failed = RecordProof::parse(text.as_bytes()).unwrap().check(b"", &policy).unwrap_err();
    let outside = ProofRejected::OutOfRange { position: 0, size: 0 };
    assert_eq!(failed, CheckFailed::Record(outside));
    let made = RecordProof::prove(&Leaves(&[]), 0, note);
    assert!(matches!(made, Err(ProveFailed::Unavailable(ProofUnavailable::OutOfRange { .. }))));
}

#[test]
fn no_proof_is_made_under_a_checkpoint_of_another_tree() {
    let (leaves, mut others) = (hashed(&records(13)), hashed(&records(13)));
    others[11] = leaf_hash(b"another");
    let note = cosigned(head(&others, 13), &[]);
    let made = RecordProof::prove(&Leaves(&leaves), 5, note);
    assert!(matches!(made, Err(ProveFailed::OtherTree(_))));
    let note = cosigned(head(&leaves, 13), &[]);
    assert!(matches!(
        RecordProof::prove(&Leaves(&leaves[..12]), 5, note),
        Err(ProveFailed::Unavailable(ProofUnavailable::Unread(_)))
    ));
    let note = Note::sign("no checkpoint\n", &log_key()).unwrap();
    let made = RecordProof::prove(&Leaves(&leaves), 5, note);
    assert!(matches!(made, Err(ProveFailed::NoCheckpoint(_))));
}

#[test]
fn a_record_is_proved_at_any_earlier_size() {
    let policy = all_of(&witnesses());
    let (records, leaves) = (records(70), hashed(&records(70)));
    for size in [1, 2, 3, 31, 32, 33, 63, 64, 65, 70] {
        let note = cosigned(head(&leaves, size), &witnesses());
        for index in 0..size {
            let proof = RecordProof::prove(&Leaves(&leaves), index, note.clone()).unwrap();
            let trusted = proof.check(&records[at(index)], &policy).unwrap();
            assert_eq!(trusted.checkpoint().size(), size);
        }
        let beyond = RecordProof::prove(&Leaves(&leaves), size, note);
        assert!(matches!(beyond, Err(ProveFailed::Unavailable(_))));
    }
}

/// A tree of which nothing is known but how often it was asked.
struct Counting(core::cell::Cell<usize>);

impl HashReader for Counting {
    type Error = LeafMissing;

    fn hash(&self, _level: u32, _index: u64) -> Result<Hash, LeafMissing> {
        self.0.set(self.0.get() + 1);
        Ok(EMPTY_ROOT)
    }
}

#[test]
fn a_proof_reads_no_more_hashes_than_the_tree_is_high() {
    for size in [10_000_000, 10_000_001, (1 << 24) - 1, TREE_SIZE_MAX] {
        let most = at(u64::from(u64::BITS - size.leading_zeros())) * 2;
        for one in [1, 2, 3, size / 3, size / 2, size - 1] {
            let counting = Counting(core::cell::Cell::new(0));
            prove_inclusion(&counting, one, size).unwrap();
            assert!(counting.0.take() <= most, "{one} of {size}");
            prove_consistency(&counting, one, size).unwrap();
            assert!(counting.0.take() <= most, "{one} of {size}");
            prove_prefix(&counting, one, size).unwrap();
            assert!(counting.0.take() <= most, "{one} of {size}");
        }
    }
}

#[test]
fn extra_data_is_carried_and_vouched_for_by_nothing() {
    let policy = all_of(&witnesses());
    let plain = proof_of(5, 13);
    let with = plain.clone().with_extra(b"beside".to_vec()).unwrap();
    let read = RecordProof::parse(with.to_string().as_bytes()).unwrap();
    assert_eq!((read.extra(), plain.extra()), (Some(&b"beside"[..]), None));
    assert_eq!(read, with);
    let record = &records(13)[5];
    assert_eq!(read.check(record, &policy), plain.check(record, &policy));
    assert!(plain.clone().with_extra(Vec::new()).is_err());
    assert!(plain.clone().with_extra(vec![0; EXTRA_BYTES_MAX + 1]).is_err());
    let text = plain.with_extra(vec![7; EXTRA_BYTES_MAX]).unwrap().to_string();
    assert!(RecordProof::parse(text.as_bytes()).is_ok());
    for line in ["extra", "extra ", "extra AAA", "extra AAAA ", "extra AAB=", "Extra AAAA"] {
        let text = text.replacen(text.lines().nth(1).unwrap(), line, 1);
        assert!(RecordProof::parse(text.as_bytes()).is_err(), "{line}");
    }
}

/// A record that binds leaves: a word, the size in eight bytes, the root.
fn binding(head: TreeHead) -> Vec<u8> {
    [b"certified".as_slice(), &head.size.to_be_bytes(), head.root.as_ref()].concat()
}

fn head_in(record: &[u8]) -> Option<TreeHead> {
    let rest = record.strip_prefix(b"certified")?;
    let (size, root) = rest.split_first_chunk::<8>()?;
    let root = Hash(root.try_into().ok()?);
    Some(TreeHead { size: u64::from_be_bytes(*size), root })
}

/// Balances, the record that binds them, and the proof that a log holds it.
fn certified(balances: &[Vec<u8>]) -> (Vec<u8>, RecordProof) {
    let leaves = hashed(balances);
    let record = binding(head(&leaves, leaves.len() as u64));
    let mut log = hashed(&records(4));
    log.insert(2, leaf_hash(&record));
    let note = cosigned(head(&log, 5), &witnesses());
    (record, RecordProof::prove(&Leaves(&log), 2, note).unwrap())
}

fn balances(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("fund {number}: 0, 0, {number}00").into_bytes()).collect()
}

fn leaf_proof(index: u64, count: u64) -> LeafProof {
    let balances = balances(count);
    let (record, proof) = certified(&balances);
    let path = prove_inclusion(&Leaves(&hashed(&balances)), index, count).unwrap();
    LeafProof { record, index, leaf: balances[at(index)].clone(), path, proof }
}

fn leaf_set(count: u64) -> LeafSet {
    let leaves = balances(count);
    let (record, proof) = certified(&leaves);
    LeafSet { record, leaves, proof }
}

#[test]
fn every_change_of_a_proof_of_a_leaf_is_rejected() {
    let policy = all_of(&witnesses());
    let check = |text: &[u8]| LeafProof::parse(text).ok()?.check(&policy, head_in).ok();
    for (index, count) in [(0, 1), (3, 7)] {
        let text = leaf_proof(index, count).to_string().into_bytes();
        assert_eq!(LeafProof::parse(&text).unwrap(), leaf_proof(index, count));
        assert!(check(&text).is_some());
        for other in changed(&text).iter().filter(|other| !same_but_for_order(&text, other)) {
            assert_eq!(check(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}

#[test]
fn every_change_of_a_set_of_leaves_is_rejected() {
    let policy = all_of(&witnesses());
    let check = |text: &[u8]| LeafSet::parse(text).ok()?.check(&policy, head_in).ok();
    for count in [0, 1, 5] {
        let text = leaf_set(count).to_string().into_bytes();
        assert_eq!(LeafSet::parse(&text).unwrap(), leaf_set(count));
        assert!(check(&text).is_some(), "{count}");
        for other in changed(&text).iter().filter(|other| !same_but_for_order(&text, other)) {
            assert_eq!(check(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}

#[test]
fn leaves_that_the_record_does_not_bind_are_rejected_by_name() {
    let policy = all_of(&witnesses());
    let mut fewer = leaf_set(5);
    fewer.leaves.pop();
    let counted = CheckFailed::Count { expected: 5, found: 4 };
    assert_eq!(fewer.check(&policy, head_in), Err(counted));
    let mut swapped = leaf_set(5);
    swapped.leaves.swap(1, 2);
    assert!(matches!(swapped.check(&policy, head_in), Err(CheckFailed::Leaf(_))));
    let mut shifted = leaf_proof(3, 7);
    shifted.index = 2;
    assert!(matches!(shifted.check(&policy, head_in), Err(CheckFailed::Leaf(_))));
    let mut beyond = leaf_proof(3, 7);
    beyond.index = 7;
    let outside = CheckFailed::Leaf(ProofRejected::OutOfRange { position: 7, size: 7 });
    assert_eq!(beyond.check(&policy, head_in), Err(outside));
    // A record of the log that is none of this kind, with its own, sound, proof.
    let log = hashed(&records(4));
    let proof =
        RecordProof::prove(&Leaves(&log), 1, cosigned(head(&log, 4), &witnesses())).unwrap();
    let other = LeafProof { record: records(4)[1].clone(), proof, ..leaf_proof(3, 7) };
    assert_eq!(other.check(&policy, head_in), Err(CheckFailed::NoRoot));
    // The leaves of one certificate under the record of another.
    let mixed = LeafSet { leaves: balances(5).into_iter().rev().collect(), ..leaf_set(5) };
    assert!(matches!(mixed.check(&policy, head_in), Err(CheckFailed::Leaf(_))));
}

#[test]
fn what_is_too_large_is_not_read() {
    let long = |max: usize| vec![b'a'; max + 1];
    let flaw = |malformed: Malformed| malformed.flaw;
    let too_long = |max: usize| Flaw::TooLong { max, found: max + 1 };
    assert_eq!(Note::parse(&long(NOTE_BYTES_MAX)).map_err(flaw), Err(too_long(NOTE_BYTES_MAX)));
    let max = RECORD_PROOF_BYTES_MAX;
    assert_eq!(RecordProof::parse(&long(max)).map_err(flaw), Err(too_long(max)));
    let max = HISTORY_PROOF_BYTES_MAX;
    assert_eq!(HistoryProof::parse(&long(max)).map_err(flaw), Err(too_long(max)));
    let max = LEAF_PROOF_BYTES_MAX;
    assert_eq!(LeafProof::parse(&long(max)).map_err(flaw), Err(too_long(max)));
    let max = POLICY_BYTES_MAX;
    assert_eq!(Policy::parse(&long(max)).err().map(flaw), Some(too_long(max)));
    let hashes = format!("{}\n", "A".repeat(43) + "=").repeat(PROOF_HASHES_MAX + 1);
    let text = format!("c2sp.org/tlog-proof@v1\nindex 0\n{hashes}\n");
    let many = Flaw::TooMany { what: "hashes", max: PROOF_HASHES_MAX };
    assert_eq!(
        RecordProof::parse(text.as_bytes()),
        Err(Malformed { line: 3 + PROOF_HASHES_MAX, flaw: many })
    );
    let mut proof = leaf_proof(3, 7);
    proof.leaf = vec![1; LEAF_BYTES_MAX + 1];
    let large = Flaw::TooLong { max: LEAF_BYTES_MAX, found: LEAF_BYTES_MAX + 1 };
    assert_eq!(
        LeafProof::parse(proof.to_string().as_bytes()),
        Err(Malformed { line: 4, flaw: large })
    );
}
