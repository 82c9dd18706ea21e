//! Any history of commits reads as the list of its records, both ways, from any position.

use bahi_proof::{Hash, leaf_hash, node_hash, verify_consistency, verify_inclusion};
use proptest::prelude::*;

use crate::backend::MemoryDisk;
use crate::{Fault, Log, PAGE_RECORDS_MAX, RECORD_BYTES_MAX};

/// The root by its definition.
pub(super) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => bahi_proof::EMPTY_ROOT,
        [leaf] => *leaf,
        leaves => {
            let split = 1 << (leaves.len() - 1).ilog2();
            node_hash(naive_root(&leaves[..split]), naive_root(&leaves[split..]))
        }
    }
}

pub(super) fn slices(records: &[Vec<u8>]) -> Vec<&[u8]> {
    records.iter().map(Vec::as_slice).collect()
}

/// Records of a length, each unlike the others.
pub(super) fn numbered(range: std::ops::Range<u64>, len: usize) -> Vec<Vec<u8>> {
    range
        .map(|number| {
            let mut record = vec![0; len.max(8)];
            record[..8].copy_from_slice(&number.to_be_bytes());
            record
        })
        .collect()
}

/// Everything that can be read from a log is what the list holds.
pub(super) fn check(log: &Log, records: &[Vec<u8>], probes: &[u64]) {
    let size = records.len() as u64;
    assert_eq!(log.size(), size);
    let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
    assert_eq!(log.root(), naive_root(&leaves));
    for probe in probes {
        let from = probe % (size + 1);
        reads_forward(log, records, from);
        reads_backward(log, records, from);
        let at = usize::try_from(from).unwrap();
        assert_eq!(log.root_at(from).unwrap(), naive_root(&leaves[..at]), "root at {from}");
        if from < size {
            assert_eq!(&*log.record(from).unwrap(), &*records[at]);
            assert_eq!(log.leaf_hash(from).unwrap(), leaves[at]);
            let proof = log.prove_inclusion(from, size).unwrap();
            verify_inclusion(leaves[at], from, size, &proof, log.root()).unwrap();
        }
        if from > 0 {
            let proof = log.prove_consistency(from, size).unwrap();
            let old = log.root_at(from).unwrap();
            verify_consistency(from, old, size, log.root(), &proof).unwrap();
        }
    }
    assert!(matches!(log.record(size), Err(Fault::OutOfRange { .. })));
    assert!(matches!(log.root_at(size + 1), Err(Fault::OutOfRange { .. })));
}

fn reads_forward(log: &Log, records: &[Vec<u8>], from: u64) {
    let mut next = None;
    for page in log.pages(from) {
        let page = page.unwrap();
        if next.is_none() {
            assert!((page.first()..page.end()).contains(&from));
        }
        assert_eq!(page.first(), next.unwrap_or(page.first()));
        assert_eq!(page.records().len(), page.count() as usize);
        for (position, record) in page.records() {
            assert_eq!(record, records[usize::try_from(position).unwrap()]);
            assert_eq!(page.record(position), Some(record));
        }
        next = Some(page.end());
    }
    let size = records.len() as u64;
    assert_eq!(next, (from < size).then_some(size));
}

fn reads_backward(log: &Log, records: &[Vec<u8>], from: u64) {
    let mut end = None;
    for page in log.pages_back(from) {
        let page = page.unwrap();
        if end.is_none() {
            assert!((page.first()..page.end()).contains(&from.min(log.size() - 1)));
        }
        assert_eq!(page.end(), end.unwrap_or(page.end()));
        for (position, record) in page.records() {
            assert_eq!(record, records[usize::try_from(position).unwrap()]);
        }
        end = Some(page.first());
    }
    assert_eq!(end, Some(0));
}

fn history() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let record = prop_oneof![
        8 => prop::collection::vec(any::<u8>(), 0..80),
        4 => (any::<u8>(), 0..400_usize).prop_map(|(byte, len)| vec![byte; len]),
        1 => prop::collection::vec(any::<u8>(), 2_000..9_000),
        1 => any::<u8>().prop_map(|byte| vec![byte; RECORD_BYTES_MAX]),
    ];
    prop::collection::vec(prop::collection::vec(record, 0..90), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_reads_as_its_records(
        history in history(),
        probes in prop::collection::vec(any::<u64>(), 6),
        reopen in any::<u16>(),
    ) {
        let disk = MemoryDisk::new();
        let first = b"the first".to_vec();
        let mut records = vec![first.clone()];
        let mut log = Log::with_backend(Box::new(disk.open()), &first).unwrap();
        for (index, commit) in history.iter().enumerate() {
            let committed = log.commit(&slices(commit)).unwrap();
            prop_assert_eq!(committed.first, records.len() as u64);
            prop_assert_eq!(committed.count, commit.len() as u64);
            records.extend(commit.iter().cloned());
            prop_assert_eq!(committed.size, records.len() as u64);
            prop_assert_eq!(committed.root, log.root());
            if (reopen >> index) & 1 == 1 {
                drop(log);
                log = Log::with_backend(Box::new(disk.open()), &first).unwrap();
            }
        }
        check(&log, &records, &probes);
        let verification = log.verify(&mut |_, _| (), &mut |_| ());
        prop_assert!(verification.ok(), "{:?}", verification);
    }
}

#[test]
fn pages_end_where_a_tile_ends() {
    for count in [254, 255, 256, 257, 511, 512, 513] {
        let mut log = Log::in_memory(b"0").unwrap();
        let mut records = vec![b"0".to_vec()];
        records.extend(numbered(1..count, 60));
        log.commit(&slices(&records[1..])).unwrap();
        for page in log.pages(0) {
            let page = page.unwrap();
            let tile = u64::from(PAGE_RECORDS_MAX);
            assert_eq!(page.first() / tile, (page.end() - 1) / tile);
        }
        check(&log, &records, &[0, 1, 254, 255, 256, 257, 510, 511, 512]);
    }
}

#[test]
fn the_largest_record_is_taken_and_a_larger_one_refused() {
    let mut log = Log::in_memory(b"0").unwrap();
    // Bytes that do not compress make the largest page.
    let noise: Vec<u8> = (0..RECORD_BYTES_MAX as u64 / 32)
        .flat_map(|number| bahi_proof::sha256(&number.to_be_bytes()).0)
        .collect();
    log.commit(&[noise.as_slice(), b"", noise.as_slice()]).unwrap();
    check(&log, &[b"0".to_vec(), noise.clone(), Vec::new(), noise.clone()], &[0, 1, 2, 3]);
    let larger = vec![0; RECORD_BYTES_MAX + 1];
    let refused = log.commit(&[b"x".as_slice(), &larger]);
    assert!(matches!(refused, Err(Fault::RecordTooLarge { index: 1, len: 24_577 })));
    assert_eq!(log.size(), 4);
    assert!(!log.is_poisoned());
    assert!(matches!(Log::in_memory(&larger), Err(Fault::RecordTooLarge { index: 0, .. })));
}

#[test]
fn a_commit_beyond_its_bounds_is_refused_whole() {
    let mut log = Log::in_memory(b"0").unwrap();
    let empty: &[u8] = b"";
    let many = vec![empty; crate::COMMIT_RECORDS_MAX + 1];
    assert!(matches!(log.commit(&many), Err(Fault::CommitTooLarge { .. })));
    assert_eq!(log.size(), 1);
}

#[test]
fn a_commit_of_nothing_changes_nothing() {
    let mut log = Log::in_memory(b"0").unwrap();
    let root = log.root();
    let committed = log.commit(&[]).unwrap();
    assert_eq!((committed.first, committed.count, committed.size), (1, 0, 1));
    assert_eq!((committed.root, log.root()), (root, root));
}

#[test]
fn roots_agree_across_the_second_stored_level() {
    let mut log = Log::in_memory(b"0").unwrap();
    let mut records = vec![b"0".to_vec()];
    records.extend(numbered(1..66_000, 8));
    log.commit(&slices(&records[1..40_000])).unwrap();
    log.commit(&slices(&records[40_000..])).unwrap();
    let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
    for size in [1, 255, 256, 257, 4_095, 39_999, 65_535, 65_536, 65_537, 65_800, 66_000] {
        let at = usize::try_from(size).unwrap();
        assert_eq!(log.root_at(size).unwrap(), naive_root(&leaves[..at]), "root at {size}");
    }
    assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
}

#[test]
fn a_page_may_be_read_on_another_thread() {
    fn both<T: Send + Sync>(_: &T) {}
    let log = Log::in_memory(b"0").unwrap();
    both(&log);
    let page = log.page(0).unwrap();
    both(&page);
    let read = std::thread::spawn(move || page.record(0).map(<[u8]>::to_vec)).join().unwrap();
    assert_eq!(read, Some(b"0".to_vec()));
}
