//! Backups hold what the log holds, say where they are damaged, and become ledgers again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::history::{check, numbered, slices};
use super::opening::{create, open, said};
use crate::backend::MemoryDisk;
use crate::{Fault, Log, Options, Verification};

const FIRST: &[u8] = b"the ledger's own record";

/// Appends commits of these counts and lengths, and gives all records.
fn grow(log: &mut Log, commits: &[(u64, usize)]) -> Vec<Vec<u8>> {
    for (count, len) in commits {
        let from = log.size();
        log.commit(&slices(&numbered(from..from + count, *len))).unwrap();
    }
    records(log)
}

fn records(log: &Log) -> Vec<Vec<u8>> {
    let pages: Vec<_> = log.pages(0).map(Result::unwrap).collect();
    pages.iter().flat_map(|page| page.records().map(|(_, record)| record.to_vec())).collect()
}

fn backup(log: &Log, dir: &Path) -> Result<crate::BackedUp, Fault> {
    log.backup(dir, &mut |_| ())
}

fn restore(from: &Path, to: &Path) -> Result<Log, Fault> {
    Log::restore(from, to, Options::default(), &mut |_| ())
}

fn verified(log: &Log) -> Verification {
    log.verify(&mut |_, _| (), &mut |_| ())
}

/// Every file below a directory, by name, with its bytes.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    crate::directory::walk(dir, &mut |name| {
        let bytes =
            if name.ends_with('/') { Vec::new() } else { fs::read(dir.join(name)).unwrap() };
        files.insert(name.to_owned(), bytes);
    })
    .unwrap();
    files
}

const COMMITS: [(u64, usize); 9] =
    [(1, 20), (40, 60), (220, 8), (2, 20), (600, 30), (1, 9), (1, 9), (300, 100), (7, 3000)];

#[test]
fn a_backup_reads_as_its_log_and_nothing_is_written_by_reading_it() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("a/backup");
    let mut log = create(&base.path().join("ledger"));
    let records = grow(&mut log, &COMMITS);
    let done = backup(&log, &dir).unwrap();
    assert_eq!((done.before, done.size, done.root), (0, log.size(), log.root()));
    assert!(done.files > 2, "{done:?}");
    let before = contents(&dir);
    let read = Log::open_backup(&dir).unwrap();
    check(&read, &records, &[0, 1, 41, 255, 256, 262, 800, 863, 1170, 1173]);
    assert_eq!(read.ledger_id(), log.ledger_id());
    let verification = verified(&read);
    assert!(verification.ok(), "{verification:?}");
    assert_eq!(verification.size, log.size());
    assert!(matches!(
        Log::open_backup(&dir).unwrap().commit(&[b"more".as_slice()]),
        Err(Fault::ForReading)
    ));
    assert!(!read.is_poisoned() && read.is_for_reading());
    assert_eq!(contents(&dir), before);
}

#[test]
fn a_second_backup_adds_what_is_new_and_changes_no_page_file() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("backup");
    let mut log = create(&base.path().join("ledger"));
    let mut seen = BTreeMap::new();
    for commit in COMMITS {
        let records = grow(&mut log, &[commit]);
        let before = seen.len();
        let done = backup(&log, &dir).unwrap();
        assert_eq!((done.size, done.files > 0), (log.size(), true));
        let mut files = contents(&dir.join("files"));
        for (name, bytes) in &seen {
            assert_eq!(files.get(name), Some(bytes), "{name}");
        }
        assert!(files.len() > before);
        std::mem::swap(&mut seen, &mut files);
        let read = Log::open_backup(&dir).unwrap();
        check(&read, &records, &[0, done.before, done.size - 1]);
        assert!(verified(&read).ok());
    }
    let done = backup(&log, &dir).unwrap();
    assert_eq!((done.before, done.files, done.bytes), (log.size(), 0, 0), "nothing was new");
}

#[test]
fn a_restored_ledger_has_the_same_pages_and_takes_commits() {
    let base = tempfile::tempdir().unwrap();
    let (dir, restored) = (base.path().join("backup"), base.path().join("x/restored"));
    let mut log = create(&base.path().join("ledger"));
    let mut commits = COMMITS.to_vec();
    commits.push((20_000, 120));
    let mut records = grow(&mut log, &commits);
    backup(&log, &dir).unwrap();
    let mut again = restore(&dir, &restored).unwrap();
    let stored = |log: &Log| log.backend.pages(0).map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(stored(&again), stored(&log));
    assert!(verified(&again).ok());
    let next = numbered(0..3, 40);
    let one = again.commit(&slices(&next)).unwrap();
    let other = log.commit(&slices(&next)).unwrap();
    assert_eq!(one, other, "both go on alike");
    records.extend(next);
    drop(again);
    assert!(crate::examine(&restored).ok());
    let again = open(&restored).unwrap();
    check(&again, &records, &[0, 21_000, 21_175]);
    assert!(matches!(
        restore(&dir, &restored),
        Err(Fault::AlreadyExists { .. } | Fault::Locked { .. })
    ));
}

#[test]
fn a_restore_cut_short_is_no_ledger_and_is_completed_by_doing_it_again() {
    let base = tempfile::tempdir().unwrap();
    let (dir, half) = (base.path().join("backup"), base.path().join("half"));
    let mut log = create(&base.path().join("ledger"));
    let records = grow(&mut log, &COMMITS);
    backup(&log, &dir).unwrap();
    drop(restore(&dir, &half).unwrap());
    fs::remove_file(half.join("anchor")).unwrap();
    fs::write(half.join("restoring"), "").unwrap();
    assert!(matches!(open(&half), Err(Fault::Unfinished { .. })));
    assert!(matches!(Log::create(&half, FIRST, Options::default()), Err(Fault::Unfinished { .. })));
    check(&restore(&dir, &half).unwrap(), &records, &[0, 900]);
    assert!(!half.join("restoring").exists());
    fs::write(half.join("restoring"), "").unwrap();
    assert_eq!(open(&half).unwrap().size(), records.len() as u64, "the anchor was there");
    assert!(!half.join("restoring").exists());
    fs::remove_file(half.join("anchor")).unwrap();
    assert!(restore(&dir, &half).unwrap_err().is_damage(), "an anchor was lost, not a restore cut");
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("backup");
    let mut log = create(&base.path().join("ledger"));
    grow(&mut log, &COMMITS);
    backup(&log, &dir).unwrap();
    let (name, bytes) = contents(&dir.join("files")).pop_first().unwrap();
    let mut flipped = bytes;
    flipped[70] ^= 1;
    fs::write(dir.join("files").join(name), flipped).unwrap();
    let to = base.path().join("to");
    assert!(restore(&dir, &to).unwrap_err().is_damage());
    assert!(matches!(open(&to), Err(Fault::Unfinished { .. })));
}

#[test]
fn a_snapshot_stays_as_it_is_while_the_log_grows() {
    let base = tempfile::tempdir().unwrap();
    let mut on_disk = create(&base.path().join("ledger"));
    let disk = MemoryDisk::new();
    let mut in_memory = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    for (number, log) in [&mut on_disk, &mut in_memory].into_iter().enumerate() {
        let records = grow(log, &COMMITS[..5]);
        let mut snapshot = log.snapshot().unwrap();
        assert!(matches!(snapshot.commit(&[FIRST]), Err(Fault::ForReading)));
        let dir = base.path().join(format!("backup-{number}"));
        let taken = std::thread::scope(|scope| {
            let taking = scope.spawn(|| {
                let done = backup(&snapshot, &dir).unwrap();
                assert!(verified(&snapshot).ok(), "{:?}", verified(&snapshot));
                done
            });
            grow(log, &[(300, 50), (1, 10), (9_000, 90)]);
            taking.join().unwrap()
        });
        assert_eq!(taken.size, records.len() as u64);
        check(&snapshot, &records, &[0, 300, 863]);
        check(&Log::open_backup(&dir).unwrap(), &records, &[0, 300, 863]);
        assert!(verified(&snapshot).ok());
        let again = snapshot.snapshot().unwrap();
        assert_eq!(again.root(), snapshot.root());
    }
}

/// A backup that is small and yet has several files.
fn small(base: &Path) -> (Log, std::path::PathBuf) {
    let dir = base.join("backup");
    let mut log = create(&base.join("ledger"));
    for commits in [&[(1, 20), (40, 20)][..], &[(3, 40)], &[(230, 8), (1, 9)]] {
        grow(&mut log, commits);
        backup(&log, &dir).unwrap();
    }
    (log, dir)
}

/// What a damaged backup says of itself, on opening or verifying; `None` if nothing.
fn complaint(dir: &Path) -> Option<String> {
    let is_whole = crate::examine(dir).ok();
    let complaint = complaint_on_reading(dir);
    assert_eq!(complaint.is_none(), is_whole, "{complaint:?}");
    complaint
}

fn complaint_on_reading(dir: &Path) -> Option<String> {
    match Log::open_backup(dir) {
        Err(fault) => {
            assert!(
                fault.is_damage()
                    || matches!(
                        fault,
                        Fault::NewerForm { .. }
                            | Fault::EarlyForm { .. }
                            | Fault::Unfinished { .. }
                    ),
                "{fault}"
            );
            Some(said(&fault))
        }
        Ok(log) => verified(&log).passes.into_iter().find_map(|pass| pass.first_problem),
    }
}

#[test]
fn every_flipped_byte_of_every_file_of_a_backup_is_noticed() {
    let base = tempfile::tempdir().unwrap();
    let (_, dir) = small(base.path());
    let files = contents(&dir);
    assert!(files.len() >= 6, "note, lock, files/, and three files: {:?}", files.keys());
    assert_eq!(complaint(&dir), None);
    for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with('/')) {
        // A note's padding is one rule, not eight thousand.
        let step = |at: &usize| name != "note" || at % 4096 < 100 || at.is_multiple_of(97);
        for at in (0..bytes.len()).filter(step) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(dir.join(name), flipped).unwrap();
            assert!(complaint(&dir).is_some(), "byte {at} of {name}");
        }
        fs::write(dir.join(name), bytes).unwrap();
    }
    fs::write(dir.join("lock"), "x").unwrap();
    assert!(complaint(&dir).unwrap().contains("lock"));
}

#[test]
fn a_backup_cut_at_any_length_is_noticed_and_says_where() {
    let base = tempfile::tempdir().unwrap();
    let (log, dir) = small(base.path());
    for (name, bytes) in contents(&dir) {
        if name.ends_with('/') || name == "lock" {
            continue;
        }
        let step = if name == "note" { 61 } else { 1 };
        for len in (0..bytes.len()).step_by(step) {
            fs::write(dir.join(&name), &bytes[..len]).unwrap();
            assert!(complaint(&dir).is_some(), "{name} of {len} bytes");
        }
        let mut longer = bytes.clone();
        longer.extend_from_slice(&bytes);
        for more in [1, bytes.len()] {
            fs::write(dir.join(&name), &longer[..bytes.len() + more]).unwrap();
            assert!(complaint(&dir).is_some(), "{name} with {more} bytes more");
        }
        fs::remove_file(dir.join(&name)).unwrap();
        assert!(complaint(&dir).is_some(), "{name} is gone");
        fs::write(dir.join(&name), &bytes).unwrap();
        assert_eq!(complaint(&dir), None);
    }
    let middle = dir.join("files").join(crate::directory::page_file(42));
    let bytes = fs::read(&middle).unwrap();
    fs::write(&middle, &bytes[..60]).unwrap();
    let said = complaint(&dir).unwrap();
    assert!(said.contains("position 42") && said.contains("at byte 0"), "{said}");
    assert_eq!(backup(&log, &dir).unwrap().files, 0, "the end of it is whole");
}

#[test]
fn a_file_too_many_or_in_another_s_place_is_noticed() {
    let base = tempfile::tempdir().unwrap();
    let (_, dir) = small(base.path());
    for stray in ["stray", "files/stray", "files/7.pages", "anchor"] {
        fs::write(dir.join(stray), "x").unwrap();
        if stray == "anchor" {
            assert!(matches!(Log::open_backup(&dir), Err(Fault::NotABackup { .. })));
        } else {
            assert_eq!(complaint(&dir), Some(format!("no part claims {stray}")));
        }
        fs::remove_file(dir.join(stray)).unwrap();
    }
    let names: Vec<String> = contents(&dir.join("files")).into_keys().collect();
    let path = |at: usize| dir.join("files").join(&names[at]);
    let (one, two) = (fs::read(path(0)).unwrap(), fs::read(path(1)).unwrap());
    fs::write(path(0), &two).unwrap();
    fs::write(path(1), &one).unwrap();
    assert!(complaint(&dir).is_some());
}

#[test]
fn a_backup_cut_short_anywhere_is_continued() {
    let base = tempfile::tempdir().unwrap();
    let (mut log, dir) = small(base.path());
    let (before, size) = (contents(&dir), log.size());
    let records = grow(&mut log, &COMMITS);
    backup(&log, &dir).unwrap();
    let after = contents(&dir);
    let mut added: Vec<&String> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    added.sort_unstable();
    assert!(added.len() > 2);
    // The first file that was added, at some lengths, beside the note as it was.
    for len in [0, 1, 60, 2000, after[added[0]].len()] {
        fs::remove_dir_all(&dir).unwrap();
        fs::create_dir_all(dir.join("files")).unwrap();
        for (name, bytes) in before.iter().filter(|(name, _)| !name.ends_with('/')) {
            fs::write(dir.join(name), bytes).unwrap();
        }
        fs::write(dir.join(added[0]), &after[added[0]][..len]).unwrap();
        let read = Log::open_backup(&dir).unwrap();
        assert_eq!((read.size(), verified(&read).ok()), (size, true), "{len} bytes");
        drop(read);
        let done = backup(&log, &dir).unwrap();
        assert_eq!((done.before, done.files), (size, added.len() as u64));
        let read = Log::open_backup(&dir).unwrap();
        check(&read, &records, &[0, size, size + 500]);
        for name in &added {
            assert_eq!(&fs::read(dir.join(name)).unwrap(), &after[*name], "{name}");
        }
    }
}

#[test]
fn what_is_no_backup_of_this_log_is_left_alone() {
    let base = tempfile::tempdir().unwrap();
    let (mut log, dir) = small(base.path());
    let before = contents(&dir);
    let other = Log::in_memory(b"another").unwrap();
    assert!(matches!(backup(&other, &dir), Err(Fault::OtherLedger { .. })));
    let mut forked = Log::in_memory(FIRST).unwrap();
    assert!(matches!(backup(&forked, &dir), Err(Fault::OtherHistory { size: 276 })));
    forked.commit(&slices(&numbered(1000..1400, 9))).unwrap();
    let fault = backup(&forked, &dir).unwrap_err();
    assert!(said(&fault).contains("276 records that are not the ledger's"), "{fault}");
    assert_eq!(contents(&dir), before);

    assert!(matches!(open(&dir), Err(Fault::NotALedger { .. })));
    assert!(matches!(Log::create(&dir, FIRST, Options::default()), Err(Fault::NotALedger { .. })));
    assert!(matches!(restore(&dir, &dir), Err(Fault::NotALedger { .. })));
    let ledger = base.path().join("ledger");
    assert!(matches!(backup(&log, &ledger), Err(Fault::NotABackup { .. })));
    assert!(matches!(Log::open_backup(&ledger), Err(Fault::NotABackup { .. })));
    assert!(matches!(Log::open_backup(base.path()), Err(Fault::NotABackup { .. })));
    fs::write(base.path().join("file"), "x").unwrap();
    assert!(matches!(backup(&log, &base.path().join("file")), Err(Fault::NotABackup { .. })));
    grow(&mut log, &[(1, 9)]);
    assert_eq!(contents(&dir), before);

    let open_here = Log::open_backup(&dir).unwrap();
    assert!(matches!(backup(&log, &dir), Err(Fault::Locked { .. })), "it is being read");
    drop(open_here);
    backup(&log, &dir).unwrap();
}
