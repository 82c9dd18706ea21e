//! That a replay holds no more memory for a longer log, counted in all threads of a process of its own.
//!
//! # Invariants
//! * The log is read from a backup, which is plain files: a store's cache fills up to its bound, and a
//!   short log would seem to hold less for that alone. What the store keeps is asked of a store.
//! * Totals are kept by fund. Both histories are long enough for nearly every fund to be in them.

use std::{ffi::OsStr, path::Path, process::Command};

use bahi::Ledger;
use bahi_benches::{History, measure::Watch, named};
use bahi_log::{Log, Options};

/// Cases of a block; some two thousand events come of them.
const CASES: u32 = 500;
/// Blocks of the shorter history, and of the longer.
const BLOCKS: [u64; 2] = [48, 192];
/// What may be added: some funds that the shorter history has not, in each part that is folded, cases that
/// were audited, and a page that happens to be full. Four bytes for each further event would be more.
const SLACK: u64 = 512 * 1_024;
/// Bytes of a record of the log that is stored, records of a commit of it, and bytes of it all.
const RECORD_BYTES: usize = 20_000;
const COMMIT: usize = 500;
const STORED_BYTES: usize = 500_000_000;
/// The most that the store may hold of it: a window of 64 MiB that walks read, a leaf or two of a sixth
/// of a megabyte in each of the 256 parts of its cache, and what is about to go.
const STORED_MAX: u64 = 200_000_000;
/// The most that a replay may hold.
const HEAP_MAX: u64 = 64_000_000;

/// Events of a history, and bytes at the peak of a replay.
fn replayed(blocks: u64, dir: &Path) -> [u64; 2] {
    let mut ledger = Ledger::in_memory(&named()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    History { blocks, cases: CASES }.live(&mut ledger, &mut Watch::new());
    ledger.backup(dir, &mut |_| {}).expect("a backup");
    let told = counted(&[dir.as_os_str()]);
    let told: [u64; 2] = told.try_into().expect("two numbers");
    assert_eq!(told[0], ledger.position().0, "every event is replayed");
    told
}

/// The numbers that the program which counts prints.
fn counted(arguments: &[&OsStr]) -> Vec<u64> {
    let output = Command::new(env!("CARGO_BIN_EXE_replay-heap")).args(arguments).output();
    let output = output.expect("the program that counts runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8_lossy(&output.stdout).split_whitespace().flat_map(str::parse).collect()
}

/// A record that nothing makes smaller.
fn drawn(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..RECORD_BYTES / 8).flat_map(|_| next()).collect()
}

#[test]
fn a_store_that_was_read_through_keeps_a_bounded_part_of_it() {
    let place = tempfile::tempdir().expect("a directory");
    let dir = place.path().join("log");
    let mut log = Log::create(&dir, b"first", Options::default()).expect("a log");
    for commit in 0..STORED_BYTES / RECORD_BYTES / COMMIT {
        let records: Vec<Vec<u8>> =
            (0..COMMIT).map(|number| drawn((commit * COMMIT + number + 1) as u64)).collect();
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        log.commit(&records).expect("it is written");
    }
    drop(log);
    let [stored] = counted(&[OsStr::new("--stored"), dir.as_os_str()])[..] else {
        panic!("one number is printed");
    };
    assert!(stored <= STORED_MAX, "{stored} bytes are held of {STORED_BYTES}");
}

#[test]
fn a_replay_of_four_times_the_events_holds_no_more_memory() {
    let place = tempfile::tempdir().expect("a directory");
    let [few, short] = replayed(BLOCKS[0], &place.path().join("short"));
    let [many, long] = replayed(BLOCKS[1], &place.path().join("long"));
    assert!((many - few) * 4 > SLACK, "{many} events are many more than {few}");
    assert!(long <= short + SLACK, "{short} bytes for {few} events, {long} for {many}");
    assert!(long <= HEAP_MAX, "{long} bytes at the peak");
}
