//! Proofs of a log of ten million records: made, and checked as a stranger does.
//!
//! The records are those of the workload, over and over: their bytes are what they are in a ledger,
//! and neither the tree nor the pages ask whether they came before.
//!
//! # Invariants
//! * Each proof is of another place than the one before, far from it: none is in memory already but
//!   as the store's own bounded cache has it.
//! * What is timed as made was checked against the root, outside the watch.

use std::hint::black_box;

use bahi::proof::{Hash, leaf_hash, verify_consistency, verify_inclusion};
use bahi_benches::{
    bytes_on_disk,
    measure::{Measured, Watch},
    stores::APPEND_BATCH,
};
use bahi_log::{Log, Options};

use crate::cases::Setting;

/// So many places below a size, far from one another and in no order.
pub fn spread(size: u64, count: usize) -> impl Iterator<Item = u64> {
    // The golden ratio's share of 2^64: its multiples fall evenly, and never near the last one.
    const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;
    let place = move |number: u64| {
        let turn = number.wrapping_mul(STRIDE);
        u64::try_from((u128::from(turn) * u128::from(size)) >> 64).unwrap_or(0)
    };
    (1..=count as u64).map(place)
}

/// Makes the log that the other cases prove.
pub fn log(setting: &Setting) -> Option<Measured> {
    let records = setting.workload.records();
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    let mut log = Log::create(&setting.proven, b"first", Options::default()).expect("a log");
    let mut watch = Watch::new();
    let mut over_and_over = records.iter().copied().cycle();
    while log.size() < setting.scale.proven {
        let left = setting.scale.proven - log.size();
        let count = usize::try_from(left).unwrap_or(APPEND_BATCH).min(APPEND_BATCH);
        let batch: Vec<&[u8]> = over_and_over.by_ref().take(count).collect();
        watch.time(|| log.commit(&batch)).expect("the log works");
    }
    let size = log.size() as usize;
    drop(log);
    Some(watch.end(size).storing(bytes_on_disk(&setting.proven), size))
}

fn opened(setting: &Setting) -> Log {
    Log::open(&setting.proven, Options::default()).expect("it opens")
}

/// The proof of one record.
struct Proof {
    position: u64,
    leaf: Hash,
    path: Vec<Hash>,
}

/// Proofs of records, each made while the watch runs.
fn proofs(log: &Log, count: usize, watch: &mut Watch) -> Vec<Proof> {
    let size = log.size();
    let mut proofs = Vec::with_capacity(count);
    for position in spread(size, count) {
        let (record, path) = watch.time(|| {
            let record = log.record(position).expect("a record");
            let path = log.prove_inclusion(position, size).expect("a proof");
            (record, path)
        });
        proofs.push(Proof { position, leaf: leaf_hash(&record), path });
    }
    proofs
}

fn check(proofs: &[Proof], size: u64, root: Hash) {
    for Proof { position, leaf, path } in proofs {
        let checked = verify_inclusion(*leaf, *position, size, path, root);
        checked.expect("a sound proof");
    }
}

pub fn record(setting: &Setting) -> Option<Measured> {
    let log = opened(setting);
    let mut watch = Watch::new();
    let proofs = proofs(&log, setting.scale.proofs, &mut watch);
    let measured = watch.end(proofs.len());
    check(&proofs, log.size(), log.root());
    Some(measured)
}

pub fn check_record(setting: &Setting) -> Option<Measured> {
    let log = opened(setting);
    let size = log.size();
    let places: Vec<u64> = spread(size, setting.scale.proofs).collect();
    let records: Vec<_> =
        places.iter().map(|position| log.record(*position).expect("a record")).collect();
    let paths: Vec<Vec<Hash>> = places
        .iter()
        .map(|position| log.prove_inclusion(*position, size).expect("a proof"))
        .collect();
    let root = log.root();
    let mut watch = Watch::new();
    watch.time(|| {
        for ((position, record), path) in places.iter().zip(&records).zip(&paths) {
            let checked = verify_inclusion(leaf_hash(record), *position, size, path, root);
            checked.expect("a sound proof");
        }
    });
    Some(watch.end(places.len()))
}

pub fn history(setting: &Setting) -> Option<Measured> {
    let log = opened(setting);
    let size = log.size();
    let mut watch = Watch::new();
    for old in spread(size - 1, setting.scale.proofs) {
        watch.time(|| black_box(log.prove_consistency(old + 1, size).expect("a proof")));
    }
    Some(watch.end(setting.scale.proofs))
}

pub fn check_history(setting: &Setting) -> Option<Measured> {
    let log = opened(setting);
    let size = log.size();
    let proofs: Vec<(u64, Hash, Vec<Hash>)> = spread(size - 1, setting.scale.proofs)
        .map(|old| {
            let root = log.root_at(old + 1).expect("a root");
            (old + 1, root, log.prove_consistency(old + 1, size).expect("a proof"))
        })
        .collect();
    let root = log.root();
    let mut watch = Watch::new();
    watch.time(|| {
        for (old, past, proof) in &proofs {
            verify_consistency(*old, *past, size, root, proof).expect("a sound proof");
        }
    });
    Some(watch.end(proofs.len()))
}
