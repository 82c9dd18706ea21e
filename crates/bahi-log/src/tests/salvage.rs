//! Of what is damaged everything intact is given, and everything else is named.

use std::fs;
use std::path::Path;

use super::history::{check, numbered, slices};
use super::opening::{create, open, said};
use crate::search::{Found, pages_in};
use crate::{Fault, Log, Missing, Options, Salvage, Stretch, WhyMissing, salvage, salvage_into};

/// A ledger on disk, and a backup of it, with some commits. Gives the records.
fn both(base: &Path) -> Vec<Vec<u8>> {
    let mut log = create(&base.join("ledger"));
    for (count, len) in [(1, 20), (40, 60), (300, 30), (1, 9), (2, 9), (500, 40)] {
        let from = log.size();
        log.commit(&slices(&numbered(from..from + count, len))).unwrap();
    }
    log.backup(&base.join("backup"), &mut |_| ()).unwrap();
    let pages: Vec<_> = log.pages(0).map(Result::unwrap).collect();
    pages.iter().flat_map(|page| page.records().map(|(_, record)| record.to_vec())).collect()
}

/// Salvages, and holds what is given and what is named to account for every position.
fn salvaged(dir: &Path, records: &[Vec<u8>]) -> Salvage {
    let mut given = Vec::new();
    let salvage = salvage(dir, &mut |position, record| {
        let at = usize::try_from(position).unwrap();
        assert_eq!(record, records[at], "record {position}");
        given.push(position);
    })
    .unwrap();
    let named = salvage.missing.iter().flat_map(|missing| {
        let Stretch { first, end } = missing.positions;
        assert!(first < end);
        first..end
    });
    let mut all: Vec<u64> = given.iter().copied().chain(named).collect();
    assert!(given.is_sorted(), "in order");
    all.sort_unstable();
    assert_eq!(all, (0..salvage.size).collect::<Vec<_>>(), "each position once");
    assert_eq!(salvage.intact, given.len() as u64);
    salvage
}

fn found(file: &Path) -> Vec<Found> {
    let mut pages = Vec::new();
    pages_in(file, &mut |page| pages.push(page)).unwrap();
    pages
}

/// Flips a bit in every copy of the page that begins with this position.
fn damage(file: &Path, first: u64) -> u64 {
    let mut bytes = fs::read(file).unwrap();
    let mut end = 0;
    for page in found(file).into_iter().filter(|page| page.first == first) {
        bytes[usize::try_from(page.at).unwrap() + 58] ^= 4;
        end = page.end;
    }
    fs::write(file, bytes).unwrap();
    end
}

#[test]
fn of_what_is_whole_everything_is_given_and_proved() {
    let base = tempfile::tempdir().unwrap();
    let records = both(base.path());
    for dir in ["ledger", "backup"] {
        let salvage = salvaged(&base.path().join(dir), &records);
        assert!(salvage.is_whole(), "{salvage:?}");
        assert_eq!((salvage.size, salvage.beyond), (845, 0));
    }
    let log = open(&base.path().join("ledger")).unwrap();
    assert_eq!(
        salvage(&base.path().join("backup"), &mut |_, _| ()).unwrap().ledger,
        log.ledger_id()
    );
    let fault = salvage(&base.path().join("ledger"), &mut |_, _| ()).unwrap_err();
    assert!(matches!(fault, Fault::Locked { .. }), "it is not read while it is written");
}

#[test]
fn a_damaged_page_costs_its_own_records_and_the_proof_of_what_follows() {
    for first in [0, 1, 2, 42, 256, 342, 343, 345, 512] {
        let base = tempfile::tempdir().unwrap();
        let records = both(base.path());
        let db = base.path().join("ledger/pages/db");
        let file = found(&db).into_iter().any(|page| page.first == first);
        assert!(file, "a page begins at {first}");
        let end = damage(&db, first);
        let salvage = salvaged(&base.path().join("ledger"), &records);
        let positions = Stretch { first, end };
        assert_eq!(salvage.missing, [Missing { positions, why: WhyMissing::NotFound }]);
        assert!(salvage.proved <= first && !salvage.is_whole());
        assert_eq!(salvage.size, 845);
    }
}

#[test]
fn a_store_that_does_not_open_still_gives_its_pages() {
    let base = tempfile::tempdir().unwrap();
    let records = both(base.path());
    let dir = base.path().join("ledger");
    let db = dir.join("pages/db");
    let mut bytes = fs::read(&db).unwrap();
    bytes[..96].fill(0xa5);
    fs::write(&db, bytes).unwrap();
    fs::write(dir.join("pages/conf"), "nonsense").unwrap();
    let whole = salvaged(&dir, &records);
    assert!(whole.is_whole(), "{whole:?}");
    fs::write(dir.join("anchor"), [0xa5; 8192]).unwrap();
    let unwitnessed = salvaged(&dir, &records);
    assert_eq!((unwitnessed.witnessed, unwitnessed.size, unwitnessed.proved), (None, 845, 845));
    assert!(!unwitnessed.is_whole(), "nothing says that there was no more");
    // Opening may cost what is left: the store clears away what it cannot read.
    let copy = base.path().join("copy");
    super::opening::copy(&dir, &copy);
    assert!(open(&copy).unwrap_err().is_damage());
    fs::write(&db, "nothing").unwrap();
    let fault = salvage(&dir, &mut |_, _| ()).unwrap_err();
    assert!(said(&fault).contains("no intact page is left"), "{fault}");
}

#[test]
fn pages_that_contradict_each_other_are_both_left_out() {
    let base = tempfile::tempdir().unwrap();
    let records = both(base.path());
    let dir = base.path().join("ledger");
    let db = dir.join("pages/db");
    let page = found(&db).into_iter().find(|page| page.first == 342).unwrap();
    let mut bytes = fs::read(&db).unwrap();
    let start = usize::try_from(page.at).unwrap();
    let mut forged = bytes[start..start + page.len].to_vec();
    forged[60] ^= 1;
    let end = forged.len() - 4;
    let check = crc32fast::hash(&forged[..end]);
    forged[end..].copy_from_slice(&check.to_le_bytes());
    bytes.extend_from_slice(&forged);
    fs::write(&db, bytes).unwrap();
    let salvage = salvaged(&dir, &records);
    let positions = Stretch { first: 342, end: 343 };
    assert_eq!(salvage.missing, [Missing { positions, why: WhyMissing::Contradicted }]);
    assert_eq!(salvage.proved, 342);
}

#[test]
fn records_that_were_altered_with_their_check_are_not_proved() {
    let base = tempfile::tempdir().unwrap();
    both(base.path());
    let backup = base.path().join("backup");
    let page_file = fs::read_dir(backup.join("files")).unwrap().next().unwrap().unwrap().path();
    let page = found(&page_file).into_iter().find(|page| page.first == 1);
    let Some(page) = page else { return assert!(page_file.exists()) };
    let mut bytes = fs::read(&page_file).unwrap();
    let (start, len) = (usize::try_from(page.at).unwrap(), page.len);
    bytes[start + 60] ^= 1;
    let check = crc32fast::hash(&bytes[start..start + len - 4]);
    bytes[start + len - 4..start + len].copy_from_slice(&check.to_le_bytes());
    fs::write(&page_file, bytes).unwrap();
    let salvage = salvage(&backup, &mut |_, _| ()).unwrap();
    assert!(salvage.missing.is_empty() && !salvage.is_whole());
    assert_eq!(salvage.proved, 1, "what was before it");
}

#[test]
fn a_backup_damaged_anywhere_loses_no_more_than_what_is_named() {
    let base = tempfile::tempdir().unwrap();
    let records = both(base.path());
    let dir = base.path().join("backup");
    let mut cost = Vec::new();
    for entry in fs::read_dir(dir.join("files")).unwrap() {
        let path = entry.unwrap().path();
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(23) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            fs::write(&path, &bytes).unwrap();
            let salvage = salvaged(&dir, &records);
            assert_eq!(salvage.missing.len(), 1, "byte {at}: {salvage:?}");
            cost.push(845 - salvage.intact);
            fs::write(&path, &whole[..at]).unwrap();
            assert!(!salvaged(&dir, &records).is_whole(), "cut at {at}");
        }
        fs::remove_file(&path).unwrap();
        assert!(!salvaged(&dir, &records).missing.is_empty());
        fs::write(&path, &whole).unwrap();
    }
    assert!(cost.iter().all(|cost| (1..=256).contains(cost)), "a page at most: {cost:?}");
}

#[test]
fn what_is_intact_becomes_a_new_log_with_a_table_of_where_it_lies() {
    let base = tempfile::tempdir().unwrap();
    let records = both(base.path());
    let (dir, into) = (base.path().join("ledger"), base.path().join("new"));
    let end = damage(&dir.join("pages/db"), 42);
    assert_eq!(end, 256);
    let first = b"salvaged from another".to_vec();
    let salvaged = salvage_into(&dir, &into, &first, Options::default()).unwrap();
    let (before, after) = (Stretch { first: 1, end: 42 }, Stretch { first: 256, end: 845 });
    assert_eq!(salvaged.moved, [(before, 1), (after, 42)]);
    let mut expected = vec![first];
    expected.extend_from_slice(&records[1..42]);
    expected.extend_from_slice(&records[256..]);
    let log = open(&into).unwrap();
    check(&log, &expected, &[0, 41, 42, 600]);
    assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
    assert_ne!(log.ledger_id(), salvaged.salvage.ledger);
    assert!(matches!(
        salvage_into(&dir, &into, b"x", Options::default()),
        Err(Fault::AlreadyExists { .. } | Fault::Locked { .. })
    ));
    let nothing = base.path().join("nothing");
    assert!(salvage_into(&nothing, &base.path().join("other"), b"x", Options::default()).is_err());
    assert!(!base.path().join("other").exists());
    drop(log);
    Log::open(&into, Options::default()).unwrap();
}
