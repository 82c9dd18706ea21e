//! The peer that keeps books: the crate `doubleentry`, durable on its own SQLite and in memory.
//!
//! It is given what of our history it has a form for: an entry of two postings for each event that
//! moves money, with its id, day, kind, case and paper; accounts for each fund, which its limits
//! keep from being overdrawn. Its log and tree are always on; its SQLite runs as it sets it up
//! itself, in WAL with `synchronous=FULL`. What it has no form for is left out of its work and kept
//! in ours: applications, audits, refusals, entitlements by terms, who acted.
//!
//! # Invariants
//! * Accounts, periods and the currency stand before the clock runs, and their bytes do not count.

use std::{collections::BTreeSet, ops::RangeInclusive, path::Path};

use doubleentry::{
    AccountKind, AccountSpec, Amount, BalanceLimit, Currency, Date, Document, Entry, Journal,
    Ledger, LedgerId,
    store::{SqlStore, Sqlite},
};
use tokio::runtime::Runtime;

use crate::{
    BATCH, Move, bytes_on_disk,
    measure::{Measured, Watch},
};

/// 1970-01-01 in the days that its dates are counted in.
const EPOCH: i32 = 2_440_588;

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

/// An entry of a move, as the peer takes it.
///
/// # Panics
/// Never: what moves has an amount and names.
#[must_use]
pub fn entry(one: &Move) -> Entry {
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

/// A journal in memory with all that must stand, and the entries for it.
///
/// # Panics
/// Where it refuses what must stand.
#[must_use]
pub fn in_memory(moves: &[Move]) -> (Vec<Entry>, Journal) {
    let needs = Needs::of(moves);
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

/// Entries recorded in memory, in batches of [`BATCH`].
///
/// # Panics
/// Where it refuses one.
#[must_use]
pub fn recorded_in_memory(moves: &[Move]) -> Measured {
    let (entries, mut books) = in_memory(moves);
    let mut watch = Watch::new();
    for batch in entries.chunks(BATCH) {
        let drafts = batch.to_vec();
        watch.time(|| books.record_batch(drafts)).expect("a batch");
    }
    watch.end(entries.len())
}

/// Entries recorded on its SQLite below a directory, so many at a time.
///
/// # Panics
/// Where it refuses one.
#[must_use]
pub fn on_sqlite(dir: &Path, moves: &[Move], batch: usize) -> Measured {
    let entries: Vec<Entry> = moves.iter().map(entry).collect();
    let file = dir.join("books.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(set_up(&url, moves));
    // Its store is closed in between, so that the file holds all of what was set up.
    let before = bytes_on_disk(dir);
    let (store, books) = runtime.block_on(open(&url));
    let mut watch = Watch::new();
    for batch in entries.chunks(batch) {
        record(&runtime, &books, batch, &mut watch);
    }
    let measured = watch.end(entries.len());
    runtime.block_on(store.close());
    measured.storing(bytes_on_disk(dir) - before, entries.len())
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

/// Its store at an address, and the ledger there.
///
/// # Panics
/// Where it does not open.
pub async fn open(url: &str) -> (SqlStore<Sqlite>, Ledger<SqlStore<Sqlite>>) {
    let store = SqlStore::sqlite(url).await.expect("a store");
    let books = Ledger::new(store.clone(), ledger_id()).await.expect("its ledger");
    (store, books)
}

/// Makes all that must stand for moves.
///
/// # Panics
/// Where it refuses that.
pub async fn set_up(url: &str, moves: &[Move]) {
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
