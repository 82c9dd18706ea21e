//! What becomes of a commit that did not end as it should.

use std::fs;

use super::history::{check, numbered, slices};
use super::opening::{copy, create, open, said};
use crate::backend::{Backend, Batch, Faulty, Head, Memory, MemoryDisk, Step, StoredPages};
use crate::{BATCH_PAGES_MAX, Fault, Log};

const FIRST: &[u8] = b"0";

fn at(disk: &MemoryDisk) -> Result<Log, Fault> {
    Log::with_backend(Box::new(disk.open()), FIRST)
}

/// A disk with record 0 and a few commits, and the records.
fn some() -> (MemoryDisk, Vec<Vec<u8>>) {
    let disk = MemoryDisk::new();
    let mut log = at(&disk).unwrap();
    let mut records = vec![FIRST.to_vec()];
    for count in [3, 300, 1] {
        let from = records.len() as u64;
        let commit = numbered(from..from + count, 50);
        log.commit(&slices(&commit)).unwrap();
        records.extend(commit);
    }
    (disk, records)
}

#[test]
fn a_commit_whose_end_is_not_stored_is_removed_at_every_cut() {
    let (disk, records) = some();
    let before = disk.head();
    let large = numbered(0..40_000, 90);
    at(&disk).unwrap().commit(&slices(&large)).unwrap();
    let firsts: Vec<u64> =
        disk.firsts().into_iter().filter(|first| *first >= records.len() as u64).collect();
    assert!(firsts.len() > BATCH_PAGES_MAX + 50, "the commit takes more than a batch");
    for kept in [1, 2, BATCH_PAGES_MAX - 1, BATCH_PAGES_MAX, firsts.len() - 1] {
        let cut = disk.copy();
        cut.set_head(before);
        for first in &firsts[kept..] {
            cut.set_page(*first, None);
        }
        let log = at(&cut).unwrap();
        check(&log, &records, &[0, 200, 304]);
        let verification = log.verify(&mut |_, _| (), &mut |_| ());
        assert!(verification.ok(), "nodes are removed with their pages: {verification:?}");
        drop(log);
        assert_eq!(cut.firsts().last().copied(), Some(304), "the rest is gone from the disk");
        at(&cut).unwrap().commit(&slices(&large[..10])).unwrap();
    }
}

#[test]
fn a_commit_with_a_hole_beyond_the_head_is_removed() {
    let (disk, records) = some();
    let before = disk.head();
    at(&disk).unwrap().commit(&slices(&numbered(0..600, 90))).unwrap();
    disk.set_head(before);
    disk.set_page(512, None);
    check(&at(&disk).unwrap(), &records, &[0, 304]);
}

#[test]
fn places_reserved_for_pages_that_never_came_are_removed() {
    let (disk, records) = some();
    let before = disk.head();
    at(&disk).unwrap().commit(&slices(&numbered(0..2_000, 90))).unwrap();
    let beyond: Vec<u64> = disk.firsts().into_iter().filter(|first| *first >= 305).collect();
    assert!(beyond.len() > 5);
    for emptied in [&beyond[..], &beyond[..1], &beyond[3..]] {
        let cut = disk.copy();
        cut.set_head(before);
        emptied.iter().for_each(|first| cut.set_page(*first, Some(&[])));
        let log = at(&cut).unwrap();
        check(&log, &records, &[0, 304]);
        assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
        assert_eq!(cut.firsts().last().copied(), Some(304));
    }
    disk.set_page(304, Some(&[]));
    assert!(at(&disk).unwrap_err().is_damage(), "none lies below the head");
}

#[test]
fn whole_commits_beyond_the_head_are_taken_over() {
    let (disk, mut records) = some();
    let before = disk.head();
    for count in [1, 400, 2] {
        let from = records.len() as u64;
        let commit = numbered(from..from + count, 30);
        at(&disk).unwrap().commit(&slices(&commit)).unwrap();
        records.extend(commit);
    }
    disk.set_head(before);
    check(&at(&disk).unwrap(), &records, &[0, 305, 704]);
    assert_eq!(disk.head().map(|head| head.size), Some(records.len() as u64));
}

#[test]
fn a_store_behind_its_head_is_damage() {
    let (disk, _) = some();
    disk.set_page(304, None);
    let fault = at(&disk).unwrap_err();
    assert!(matches!(fault, Fault::Damage { position: Some(304), .. }), "{fault}");
    assert!(said(&fault).contains("the pages end here"));
}

#[test]
fn another_root_is_damage() {
    let (disk, _) = some();
    let mut head = disk.head().unwrap();
    head.root.0[31] ^= 1;
    disk.set_head(Some(head));
    assert!(at(&disk).unwrap_err().is_damage());
}

#[test]
fn another_first_record_is_another_ledger() {
    let (disk, _) = some();
    let fault = Log::with_backend(Box::new(disk.open()), b"another").unwrap_err();
    assert!(matches!(fault, Fault::OtherLedger { .. }), "{fault}");
}

#[test]
fn a_lost_head_over_records_is_damage() {
    let (disk, _) = some();
    disk.set_head(None);
    assert!(at(&disk).unwrap_err().is_damage());
}

/// One commit of a little over a batch, failing at a step.
fn failing(step: Step, passes: usize) -> (MemoryDisk, Log, Fault) {
    let (disk, _) = some();
    let (faulty, trigger) = Faulty::new(Box::new(disk.open()));
    let mut log = Log::with_backend(Box::new(faulty), FIRST).unwrap();
    trigger.fail_at(step, passes);
    let fault = log.commit(&slices(&numbered(0..40_000, 90))).unwrap_err();
    (disk, log, fault)
}

#[test]
fn a_commit_refused_while_it_is_written_leaves_nothing_and_may_be_tried_again() {
    for step in [Step::BeforeApply, Step::AfterApply, Step::NoSpace] {
        for passes in [0, 1] {
            let (disk, mut log, fault) = failing(step, passes);
            assert!(!fault.may_be_recorded() && fault.may_retry(), "{step:?}: {fault}");
            let full = matches!(fault, Fault::DiskFull { .. });
            assert_eq!(full, step == Step::NoSpace);
            assert!(!log.is_poisoned());
            check(&log, &some().1, &[0, 304]);
            assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
            let committed = log.commit(&[b"again".as_slice()]).unwrap();
            assert_eq!(committed.first, 305);
            drop(log);
            assert_eq!(at(&disk).unwrap().size(), 306);
        }
    }
}

#[test]
fn a_commit_that_fails_once_it_is_written_may_be_recorded_and_poisons_the_log() {
    let cases = [
        (Step::BeforeSync, 305),
        (Step::AfterSync, 40_305),
        (Step::BeforeAdvance, 40_305),
        (Step::AfterAdvance, 40_305),
    ];
    for (step, size) in cases {
        let (disk, mut log, fault) = failing(step, 0);
        assert!(fault.may_be_recorded() && !fault.may_retry(), "{step:?}: {fault}");
        assert!(said(&fault).contains("submit it again"));
        assert!(log.is_poisoned());
        assert!(matches!(log.commit(&[b"more".as_slice()]), Err(Fault::Poisoned)));
        check(&log, &some().1, &[0, 304]);
        drop(log);
        let log = at(&disk).unwrap();
        assert_eq!(log.size(), size, "{step:?}");
        assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
    }
}

#[test]
fn a_commit_that_cannot_be_taken_back_poisons_the_log_and_is_removed_on_opening() {
    let (disk, _) = some();
    let (faulty, trigger) = Faulty::new(Box::new(disk.open()));
    let mut log = Log::with_backend(Box::new(faulty), FIRST).unwrap();
    trigger.fail_at_each(&[Step::AfterApply, Step::BeforeCut]);
    let fault = log.commit(&slices(&numbered(0..40_000, 90))).unwrap_err();
    assert!(fault.may_be_recorded(), "{fault}");
    assert!(log.is_poisoned());
    drop(log);
    check(&at(&disk).unwrap(), &some().1, &[0, 304]);
}

/// A backend whose head another writer moves.
struct Shared(std::sync::Arc<std::sync::Mutex<Memory>>);

impl Shared {
    fn inner(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap()
    }
}

impl Backend for Shared {
    fn head(&self) -> Result<Option<Head>, Fault> {
        self.inner().head()
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        Box::new(self.inner().pages(from).collect::<Vec<_>>().into_iter())
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        Box::new(self.inner().pages_back(upto).collect::<Vec<_>>().into_iter())
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<bahi_proof::Hash>, Fault> {
        self.inner().node(level, index)
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        self.inner().append(expected, batch)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        self.inner().sync()
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        self.inner().advance(expected, head)
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        self.inner().cut(size)
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        self.inner().inventory(on_key, on_file)
    }
}

#[test]
fn a_writer_whose_head_was_moved_writes_nothing_and_stops() {
    let shared = std::sync::Arc::new(std::sync::Mutex::new(Memory::new()));
    let open = || Log::with_backend(Box::new(Shared(shared.clone())), FIRST).unwrap();
    let (mut one, mut two) = (open(), open());
    one.commit(&[b"first come".as_slice()]).unwrap();
    let fault = two.commit(&[b"second".as_slice()]).unwrap_err();
    assert!(matches!(fault, Fault::HeadMoved { expected: 1, found: 2 }), "{fault}");
    assert!(two.is_poisoned() && !fault.may_be_recorded());
    one.commit(&[b"and again".as_slice()]).unwrap();
    let records = [FIRST.to_vec(), b"first come".to_vec(), b"and again".to_vec()];
    check(&open(), &records, &[0, 1, 2]);
}

#[test]
fn a_store_ahead_of_its_anchor_is_taken_over() {
    let base = tempfile::tempdir().unwrap();
    let (dir, anchor) = (base.path().join("ledger"), base.path().join("ledger/anchor"));
    let mut log = create(&dir);
    log.commit(&[b"one".as_slice()]).unwrap();
    let older = fs::read(&anchor).unwrap();
    log.commit(&slices(&numbered(0..30_000, 90))).unwrap();
    let (size, root) = (log.size(), log.root());
    drop(log);
    fs::write(&anchor, older).unwrap();
    let log = open(&dir).unwrap();
    assert_eq!((log.size(), log.root()), (size, root));
    assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
    drop(log);
    assert!(crate::examine(&dir).ok());
    assert_eq!(open(&dir).unwrap().size(), size);
}

#[test]
fn a_store_behind_its_anchor_is_damage() {
    let base = tempfile::tempdir().unwrap();
    let (dir, older) = (base.path().join("ledger"), base.path().join("older"));
    let mut log = create(&dir);
    log.commit(&[b"one".as_slice()]).unwrap();
    drop(log);
    copy(&dir, &older);
    open(&dir).unwrap().commit(&[b"two".as_slice()]).unwrap();
    fs::remove_dir_all(dir.join("pages")).unwrap();
    copy(&older.join("pages"), &dir.join("pages"));
    let fault = open(&dir).unwrap_err();
    assert!(fault.is_damage(), "{fault}");
    assert!(said(&fault).contains("the anchor witnesses 3 records"), "{fault}");
    assert!(!crate::examine(&dir).ok());
}

/// The store's own entries for pages, by position, and how long each is.
fn entries(dir: &std::path::Path) -> Vec<(u64, usize)> {
    let db = sled::Config::new()
        .path(dir.join("pages"))
        .segment_size(crate::SEGMENT_BYTES)
        .open()
        .unwrap();
    let entries = db.range(..=crate::limits::SIZE_MAX.to_be_bytes()).map(|entry| {
        let (key, value) = entry.unwrap();
        (u64::from_be_bytes((*key).try_into().unwrap()), value.len())
    });
    entries.collect()
}

/// Writes an entry without bytes under the key of a page.
fn empty(dir: &std::path::Path, first: u64) {
    let config = sled::Config::new().path(dir.join("pages")).segment_size(crate::SEGMENT_BYTES);
    let db = config.open().unwrap();
    db.insert(first.to_be_bytes(), &[][..]).unwrap();
    db.flush().unwrap();
}

#[test]
fn places_beyond_the_head_are_no_pages_and_are_taken_by_the_pages_to_come() {
    let base = tempfile::tempdir().unwrap();
    let mut log = create(base.path());
    let mut size = 1;
    for count in [700, 1, 3_000, 90, 5_000] {
        let commit = numbered(size..size + count, 40);
        log.commit(&slices(&commit)).unwrap();
        size += count;
        drop(log);
        let (pages, places): (Vec<_>, Vec<_>) =
            entries(base.path()).into_iter().partition(|(_, len)| *len > 0);
        let beyond = places.iter().filter(|(first, _)| *first >= size).count();
        assert!((20..=1_200).contains(&beyond), "the store's leaves split before their pages come");
        assert!(places.iter().all(|(first, _)| {
            if *first < size { first % 256 != 0 && first % 16 == 0 } else { first % 16 == 0 }
        }));
        assert!(pages.iter().all(|(first, _)| *first < size));
        log = open(base.path()).unwrap();
        assert_eq!(log.size(), size);
        assert_eq!(log.pages(0).map(|page| u64::from(page.unwrap().count())).sum::<u64>(), size);
        let verification = log.verify(&mut |_, _| (), &mut |_| ());
        assert!(verification.ok(), "{verification:?}");
        let keys = verification.passes.iter().find(|pass| pass.name == "keys").unwrap();
        assert_eq!(keys.checked, pages.len() as u64 + size / 256, "no place is counted");
    }
}

#[test]
fn an_entry_without_bytes_where_no_place_may_be_is_removed_or_damage() {
    let base = tempfile::tempdir().unwrap();
    let mut log = create(base.path());
    log.commit(&slices(&numbered(1..700, 40))).unwrap();
    drop(log);
    empty(base.path(), 777);
    let mut log = open(base.path()).unwrap();
    assert_eq!(log.size(), 700);
    log.commit(&slices(&numbered(700..800, 40))).unwrap();
    drop(log);
    assert!(entries(base.path()).iter().all(|(first, _)| *first != 777));
    empty(base.path(), 512);
    assert!(open(base.path()).unwrap_err().is_damage());
}

/// Bytes that do not compress, so that there are enough segments for a ratio.
fn noise(number: u64) -> Vec<u8> {
    let hashes =
        (0..4).map(|part| bahi_proof::sha256(&[number, part].map(u64::to_le_bytes).concat()));
    hashes.flat_map(|hash| hash.0).take(90).collect()
}

#[test]
fn the_store_writes_a_page_once_whatever_a_commit_holds() {
    for (records, percent) in [(64, 125), (320, 110), (1_000, 107), (2_300, 107), (10_000, 107)] {
        let base = tempfile::tempdir().unwrap();
        let mut log = create(base.path());
        for commit in 0..100_000 / records {
            let own = commit * records..(commit + 1) * records;
            log.commit(&slices(&own.map(noise).collect::<Vec<_>>())).unwrap();
        }
        drop(log);
        let data = fs::metadata(base.path().join("pages/db")).unwrap().len();
        let pages: usize = entries(base.path()).into_iter().map(|(_, len)| len).sum();
        let written = data * 100 / pages as u64;
        assert!(written <= percent, "by {records}: {written} % of {pages} bytes");
    }
}
