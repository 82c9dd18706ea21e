//! That a replay holds no more memory for a longer log, counted in all threads of a process of its own.
//!
//! # Invariants
//! * The log is read from a backup, which is plain files: a store's cache fills up to its bound, and a
//!   short log would seem to hold less for that alone.
//! * Totals are kept by fund. Both histories are long enough for nearly every fund to be in them.

use std::{path::Path, process::Command};

use bahi::Ledger;
use bahi_benches::{History, measure::Watch, named};

/// Cases of a block; some two thousand events come of them.
const CASES: u32 = 500;
/// Blocks of the shorter history, and of the longer.
const BLOCKS: [u64; 2] = [48, 192];
/// What may be added: some funds that the shorter history has not, in each part that is folded, cases that
/// were audited, and a page that happens to be full. Four bytes for each further event would be more.
const SLACK: u64 = 512 * 1_024;
/// The most that a replay may hold.
const HEAP_MAX: u64 = 64_000_000;

/// Events of a history, what the store holds once it was read through, and what a replay at its peak.
fn replayed(blocks: u64, dir: &Path) -> [u64; 3] {
    let mut ledger = Ledger::in_memory(&named()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    History { blocks, cases: CASES }.live(&mut ledger, &mut Watch::new());
    ledger.backup(dir, &mut |_| {}).expect("a backup");
    let output = Command::new(env!("CARGO_BIN_EXE_replay-heap")).arg(dir).output();
    let output = output.expect("the program that counts runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<u64> = answer.split_whitespace().flat_map(str::parse).collect();
    let told = numbers.try_into();
    let told: [u64; 3] = told.unwrap_or_else(|_| panic!("three numbers, and not {answer}"));
    assert_eq!(told[0], ledger.position().0, "every event is replayed");
    told
}

#[test]
fn a_replay_of_four_times_the_events_holds_no_more_memory() {
    let place = tempfile::tempdir().expect("a directory");
    let [few, _, short] = replayed(BLOCKS[0], &place.path().join("short"));
    let [many, stored, long] = replayed(BLOCKS[1], &place.path().join("long"));
    assert!((many - few) * 4 > SLACK, "{many} events are many more than {few}");
    assert!(long <= short + SLACK, "{short} bytes for {few} events, {long} for {many}");
    assert!(stored <= long && long <= HEAP_MAX, "{stored} bytes of the store, {long} at the peak");
}
