//! The workload that the benchmarks share: the demonstration's mix, real ids, full envelopes.

use std::path::Path;

use bahi::{
    Ledger, LedgerName, NewLedger,
    core::Command,
    demo::{self, Demo},
};

/// The commands of a history of so many margin-money cases.
///
/// # Panics
/// Where the demonstration does not live; a benchmark has nobody to hand an error to.
#[must_use]
pub fn commands(cases: u32) -> Vec<Command> {
    demo::commands(Demo { cases, seed: 1 }).expect("the demonstration lives in memory")
}

/// A new ledger with the rulebook.
///
/// # Panics
/// Where the directory cannot hold one.
#[must_use]
pub fn ledger(dir: &Path) -> Ledger {
    let name = LedgerName::new("bench").expect("a name");
    let mut ledger = Ledger::create(dir, &NewLedger::named(name)).expect("a new ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

/// The exact stored bytes of every event of a ledger, in order.
///
/// # Panics
/// Where a record cannot be read.
#[must_use]
pub fn records(ledger: &Ledger) -> Vec<Vec<u8>> {
    (1..=ledger.position().0)
        .map(|at| ledger.record(bahi::core::Position(at)).expect("a record"))
        .collect()
}

/// The bytes of every file below a directory.
#[must_use]
pub fn bytes_on_disk(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_on_disk(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}
