//! The peer that keeps books: the crate `doubleentry`, durable on its own SQLite and in memory.
//!
//! It is given what of our history it has a form for: an entry of two postings for each event that
//! moves money, with its id, day, kind, case and paper; accounts for each fund, which its limits
//! keep from being overdrawn. Its log and tree are always on; its SQLite runs as it sets it up
//! itself, in WAL with `synchronous=FULL`. What it has no form for is left out of its work and kept
//! in ours: applications, audits, refusals, entitlements, who acted.
//!
//! # Invariants
//! * Accounts, periods and the currency stand before the clock runs, and their bytes do not count.

use std::{collections::BTreeSet, hint::black_box, ops::RangeInclusive};

use bahi_benches::{BATCH, Move, bytes_on_disk};
use doubleentry::{
    AccountKind, AccountSpec, Amount, BalanceLimit, Currency, Date, Document, Entry, EntryId,
    Journal, Ledger, LedgerId,
    log::leaf_hash,
    store::{SqlStore, Sqlite},
};
use tokio::runtime::Runtime;

use crate::{
    cases::Setting,
    measure::{Measured, Watch},
    proofs::spread,
};

/// 1970-01-01 in the days that its dates are counted in.
const EPOCH: i32 = 2_440_588;

/// Entries of a durable run, for so many cases of the workload: it takes long enough with these.
const CASES_FOR_ONE_ENTRY: usize = 6;
/// Entries recorded one by one, for so many commands of ours awaited singly.
const SINGLES_FOR_ONE_ENTRY: usize = 2;

fn rupees() -> Currency {
    Currency::new("INR").expect("a currency")
}

fn date(epoch_day: i32) -> Date {
    Date::from_julian_day(EPOCH + epoch_day).expect("a day of this century")
}

fn ledger_id() -> LedgerId {
    LedgerId::new("example.com/bench").expect("a name")
}

/// What must stand before moves can be recorded.
struct Needs {
    from: Date,
    years: RangeInclusive<i32>,
    accounts: Vec<AccountSpec>,
}

impl Needs {
    fn of(moves: &[Move]) -> Needs {
        let years = || moves.iter().map(|one| date(one.epoch_day).year());
        let first = years().min().expect("a history moves money");
        let last = years().max().expect("a history moves money");
        let from = Date::from_ordinal_date(first, 1).expect("a first of January");
        let paths: BTreeSet<&str> =
            moves.iter().flat_map(|one| [one.debit.as_str(), one.credit.as_str()]).collect();
        let spec = |path: &str| {
            let name = path.rsplit(':').next().unwrap_or_default();
            let guarded = Move::GUARDED.contains(&name);
            let kind = if name == "allotted" { AccountKind::Equity } else { AccountKind::Asset };
            let limit =
                if guarded { BalanceLimit::NoCreditBalance } else { BalanceLimit::Unlimited };
            AccountSpec::new(path, kind, from).limit(limit)
        };
        Needs { from, years: first..=last, accounts: paths.into_iter().map(spec).collect() }
    }
}

fn entry(one: &Move) -> Entry {
    let amount = Amount::from_minor(i128::from(one.paise)).expect("an amount");
    let document = |kind, name: &str| Document::new(kind, name).expect("a reference");
    let mut entry = Entry::new(one.key.as_str(), date(one.epoch_day))
        .kind(one.kind.as_str())
        .debit(one.debit.as_str(), amount, rupees())
        .credit(one.credit.as_str(), amount, rupees());
    if !one.case_ref.is_empty() {
        entry = entry.document(document("case", &one.case_ref));
    }
    if !one.paper.is_empty() {
        entry = entry.document(document("paper", &one.paper));
    }
    entry
}

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
    let (entries, mut books) = books_in_memory(setting);
    let mut watch = Watch::new();
    for batch in entries.chunks(BATCH) {
        let drafts = batch.to_vec();
        watch.time(|| books.record_batch(drafts)).expect("a batch");
    }
    Some(watch.end(entries.len()))
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
    let moves = setting.workload.moves();
    let needs = Needs::of(&moves);
    let mut books = Journal::new(ledger_id());
    books.declare_currency(rupees(), 2, needs.from).expect("a currency");
    for year in needs.years {
        books.define_months(year, 1..=12).expect("the months of a year");
    }
    for account in needs.accounts {
        books.register(account).expect("an account");
    }
    (moves.iter().map(entry).collect(), books)
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
    let entries: Vec<Entry> = moves.iter().map(entry).collect();
    let file = setting.scratch.join("books.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(set_up(&url, &moves));
    // Its store is closed in between, so that the file holds all of what was set up.
    let before = bytes_on_disk(&setting.scratch);
    let (store, books) = runtime.block_on(open(&url));
    let mut watch = Watch::new();
    for batch in entries.chunks(batch) {
        record(&runtime, &books, batch, &mut watch);
    }
    let measured = watch.end(entries.len());
    runtime.block_on(store.close());
    Some(measured.storing(bytes_on_disk(&setting.scratch) - before, entries.len()))
}

fn record(runtime: &Runtime, books: &Ledger<SqlStore<Sqlite>>, batch: &[Entry], watch: &mut Watch) {
    if let [one] = batch {
        let draft = one.clone();
        watch.time(|| runtime.block_on(books.record(draft))).expect("an entry");
    } else {
        let drafts = batch.to_vec();
        watch.time(|| runtime.block_on(books.record_batch(drafts))).expect("a batch");
    }
}

async fn open(url: &str) -> (SqlStore<Sqlite>, Ledger<SqlStore<Sqlite>>) {
    let store = SqlStore::sqlite(url).await.expect("a store");
    let books = Ledger::new(store.clone(), ledger_id()).await.expect("its ledger");
    (store, books)
}

async fn set_up(url: &str, moves: &[Move]) {
    let (store, books) = open(url).await;
    let needs = Needs::of(moves);
    books.declare_currency(rupees(), 2, needs.from).await.expect("a currency");
    for year in needs.years {
        books.define_months(year, 1..=12).await.expect("the months of a year");
    }
    for account in needs.accounts {
        books.register(account).await.expect("an account");
    }
    store.close().await;
}
