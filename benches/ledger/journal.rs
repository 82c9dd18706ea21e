//! The peer that keeps books, `doubleentry`, on all that moves money in the workload.
//!
//! # Not here
//! What it is given, and how: `bahi_benches::books`.

use std::hint::black_box;

use bahi_benches::{
    BATCH,
    books::{self, entry, open, set_up},
    measure::{Measured, Watch},
};
use doubleentry::{Entry, EntryId, Journal, log::leaf_hash};

use crate::{cases::Setting, proofs::spread};

/// Entries of a durable run, for so many cases of the workload: it takes long enough with these.
const CASES_FOR_ONE_ENTRY: usize = 6;
/// Entries recorded one by one, for so many commands of ours awaited singly.
const SINGLES_FOR_ONE_ENTRY: usize = 2;

pub fn in_memory(setting: &Setting) -> Option<Measured> {
    let (entries, mut books) = books_in_memory(setting);
    let mut watch = Watch::new();
    for one in &entries {
        // It takes drafts by value; they are drawn up before, as our commands are.
        let draft = one.clone();
        watch.time(|| books.record(draft)).expect("an entry");
    }
    Some(watch.end(entries.len()))
}

pub fn in_memory_batches(setting: &Setting) -> Option<Measured> {
    Some(books::recorded_in_memory(&setting.workload.moves()))
}

/// The recomputation of the whole journal from its log.
pub fn audit(setting: &Setting) -> Option<Measured> {
    let (_, books) = filled(setting);
    let mut watch = Watch::new();
    let audited = watch.time(|| books.audit()).expect("a sound journal");
    Some(watch.end(audited.size as usize))
}

/// Proofs of entries by their ids, with the entries.
pub fn proof(setting: &Setting) -> Option<Measured> {
    let (ids, books) = filled(setting);
    let mut watch = Watch::new();
    for id in picked(&ids, setting.scale.proofs) {
        watch.time(|| {
            black_box(books.entry(id).expect("it is recorded"));
            black_box(books.prove_entry(id).expect("a proof"));
        });
    }
    Some(watch.end(setting.scale.proofs))
}

/// Checks of such proofs, the hashing of the leaf with them.
pub fn check_proof(setting: &Setting) -> Option<Measured> {
    let (ids, books) = filled(setting);
    let head = books.head();
    let leaves: Vec<Vec<u8>> = books.leaves().map(|leaf| leaf.bytes.to_vec()).collect();
    let proofs = picked(&ids, setting.scale.proofs).map(|id| {
        let proof = books.prove_entry(id).expect("a proof");
        let leaf = &leaves[proof.index as usize];
        (leaf, proof)
    });
    let proofs: Vec<_> = proofs.collect();
    let mut watch = Watch::new();
    watch.time(|| {
        for (leaf, proof) in &proofs {
            proof.verify(&leaf_hash(leaf), &head).expect("a sound proof");
        }
    });
    Some(watch.end(proofs.len()))
}

/// Proofs that the journal continues earlier sizes of it.
pub fn history(setting: &Setting) -> Option<Measured> {
    let (_, books) = filled(setting);
    let size = books.head().size;
    let mut watch = Watch::new();
    for old in spread(size - 1, setting.scale.proofs) {
        watch.time(|| black_box(books.prove_consistency(old + 1, size).expect("a proof")));
    }
    Some(watch.end(setting.scale.proofs))
}

/// Proofs of entries by their ids, from its own SQLite.
pub fn durable_proof(setting: &Setting) -> Option<Measured> {
    let mut moves = setting.workload.moves();
    moves.truncate(setting.scale.cases as usize / CASES_FOR_ONE_ENTRY);
    let url = format!("sqlite://{}?mode=rwc", setting.scratch.join("books.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(set_up(&url, &moves));
    let (store, books) = runtime.block_on(open(&url));
    let mut ids = Vec::with_capacity(moves.len());
    for batch in moves.chunks(BATCH) {
        let recorded = runtime.block_on(books.record_batch(batch.iter().map(entry)));
        ids.extend(recorded.expect("a batch").into_iter().map(|one| one.id));
    }
    let mut watch = Watch::new();
    for id in picked(&ids, setting.scale.proofs.min(ids.len())) {
        watch
            .time(|| runtime.block_on(async { black_box(books.prove_entry(id).await) }))
            .expect("a proof");
    }
    runtime.block_on(store.close());
    Some(watch.end(setting.scale.proofs.min(ids.len())))
}

/// A journal in memory with everything that moves money, and the ids of it.
fn filled(setting: &Setting) -> (Vec<EntryId>, Journal) {
    let (entries, mut books) = books_in_memory(setting);
    let mut ids = Vec::with_capacity(entries.len());
    for batch in entries.chunks(BATCH) {
        let recorded = books.record_batch(batch.to_vec()).expect("a batch");
        ids.extend(recorded.into_iter().map(|one| one.id));
    }
    (ids, books)
}

/// So many of the ids, here and there.
fn picked(ids: &[EntryId], count: usize) -> impl Iterator<Item = EntryId> {
    spread(ids.len() as u64, count).map(|at| ids[at as usize])
}

fn books_in_memory(setting: &Setting) -> (Vec<Entry>, Journal) {
    books::in_memory(&setting.workload.moves())
}

pub fn durable(setting: &Setting) -> Option<Measured> {
    on_sqlite(setting, setting.scale.cases as usize / CASES_FOR_ONE_ENTRY, BATCH)
}

pub fn singly(setting: &Setting) -> Option<Measured> {
    on_sqlite(setting, setting.scale.singles / SINGLES_FOR_ONE_ENTRY, 1)
}

fn on_sqlite(setting: &Setting, most: usize, batch: usize) -> Option<Measured> {
    let mut moves = setting.workload.moves();
    moves.truncate(most);
    Some(books::on_sqlite(&setting.scratch, &moves, batch))
}
