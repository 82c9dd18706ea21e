//! Damage is always noticed: never a panic, never silently fewer records.

use std::fs::{self, File};
use std::path::Path;

use super::history::{numbered, slices};
use super::opening::{copy, create, open};
use crate::anchor::{ANCHOR_BYTES, Kind, Reading, read};
use crate::backend::{Backend, MemoryDisk};
use crate::{Fault, Log, Verification};

const FIRST: &[u8] = b"0";

fn disk() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    for (from, count, len) in [(1, 1, 20), (2, 40, 60), (42, 220, 8), (262, 2, 20)] {
        log.commit(&slices(&numbered(from..from + count, len))).unwrap();
    }
    disk
}

/// Opening reports damage, or verification does, and every record is still counted.
fn is_noticed(log: Result<Log, Fault>, size: u64) -> bool {
    match log {
        Err(fault) => {
            fault.is_damage() || matches!(fault, Fault::NewerForm { .. } | Fault::EarlyForm { .. })
        }
        Ok(log) => log.size() == size && !verified(&log).ok(),
    }
}

fn verified(log: &Log) -> Verification {
    log.verify(&mut |_, _| (), &mut |_| ())
}

#[test]
fn every_flipped_bit_of_every_page_is_noticed() {
    let whole = disk();
    for first in whole.firsts() {
        let bytes = whole.page(first).unwrap();
        for bit in 0..bytes.len() * 8 {
            let disk = whole.copy();
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            disk.set_page(first, Some(&flipped));
            let log = Log::with_backend(Box::new(disk.open()), FIRST);
            assert!(is_noticed(log, 264), "bit {bit} of page {first}");
        }
    }
}

#[test]
fn an_altered_byte_whose_check_was_made_anew_is_noticed_or_alters_no_record() {
    let whole = disk();
    let records = |disk: &MemoryDisk| {
        let log = Log::with_backend(Box::new(disk.open()), FIRST)?;
        let mut records = Vec::new();
        for page in log.pages(0) {
            records.extend(page?.records().map(|(_, record)| record.to_vec()));
        }
        Ok::<_, Fault>(records)
    };
    let told = records(&whole).unwrap();
    for first in whole.firsts() {
        let bytes = whole.page(first).unwrap();
        for at in 0..bytes.len() - 4 {
            let disk = whole.copy();
            let mut forged = bytes.to_vec();
            forged[at] ^= 1;
            let end = forged.len() - 4;
            let check = crc32fast::hash(&forged[..end]);
            forged[end..].copy_from_slice(&check.to_le_bytes());
            disk.set_page(first, Some(&forged));
            let log = Log::with_backend(Box::new(disk.open()), FIRST);
            // More than one compressed form can stand for the same records.
            let is_harmless = || records(&disk).is_ok_and(|records| records == told);
            assert!(is_noticed(log, 264) || is_harmless(), "byte {at} of page {first}");
        }
    }
}

#[test]
fn a_page_cut_short_or_gone_is_noticed() {
    let whole = disk();
    for first in whole.firsts() {
        let bytes = whole.page(first).unwrap();
        for len in (0..bytes.len()).step_by(3) {
            let disk = whole.copy();
            disk.set_page(first, Some(&bytes[..len]));
            let log = Log::with_backend(Box::new(disk.open()), FIRST);
            assert!(is_noticed(log, 264), "page {first} of {len} bytes");
        }
        let disk = whole.copy();
        disk.set_page(first, None);
        let log = Log::with_backend(Box::new(disk.open()), FIRST);
        assert!(is_noticed(log, 264), "page {first} is gone");
    }
}

#[test]
fn two_pages_that_change_places_are_noticed() {
    let whole = disk();
    let firsts = whole.firsts();
    for pair in firsts.windows(2) {
        let disk = whole.copy();
        disk.set_page(pair[0], whole.page(pair[1]).as_deref());
        disk.set_page(pair[1], whole.page(pair[0]).as_deref());
        let log = Log::with_backend(Box::new(disk.open()), FIRST);
        assert!(is_noticed(log, 264), "pages {pair:?}");
    }
}

#[test]
fn a_node_that_is_altered_gone_or_too_many_is_noticed() {
    let whole = disk();
    let hash = whole.open().node(8, 0).unwrap().unwrap();
    let mut altered = hash;
    altered.0[0] ^= 1;
    for (index, node) in [(0, Some(altered)), (0, None), (2, Some(hash))] {
        let disk = whole.copy();
        disk.set_node(8, index, node);
        let log = Log::with_backend(Box::new(disk.open()), FIRST);
        assert!(is_noticed(log, 264), "node {index}: {node:?}");
    }
}

#[test]
fn a_node_whose_page_was_cut_off_is_let_go_and_a_page_without_its_node_too() {
    let whole = disk();
    let hash = whole.open().node(8, 0).unwrap().unwrap();
    let disk = whole.copy();
    disk.set_node(8, 1, Some(hash));
    let log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    assert!(log.verify(&mut |_, _| {}, &mut |_| {}).ok(), "nothing is left of the node");
    assert_eq!(disk.open().node(8, 1).unwrap(), None);

    // A commit that completes the second tile, as far as a medium may have it without its anchor.
    let later = whole.copy();
    let mut log = Log::with_backend(Box::new(later.open()), FIRST).unwrap();
    let records: Vec<Vec<u8>> = (log.size()..512).map(|n| n.to_be_bytes().to_vec()).collect();
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    log.commit(&records).unwrap();
    drop(log);
    let page = later.page(264).unwrap();
    let node = later.open().node(8, 1).unwrap();
    assert!(node.is_some(), "the commit completed the tile");
    for (node, size) in [(None, 264), (node, 512)] {
        let disk = whole.copy();
        disk.set_page(264, Some(&page));
        disk.set_node(8, 1, node);
        let log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
        assert_eq!(log.size(), size, "with the node {node:?}");
        assert!(log.verify(&mut |_, _| {}, &mut |_| {}).ok());
    }
}

#[test]
fn reading_past_damage_is_a_fault_in_either_direction() {
    let disk = disk();
    let log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    assert_eq!(log.pages(0).filter(Result::is_err).count(), 0);
    drop(log);
    disk.set_page(2, None);
    let log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    let forward: Vec<bool> = log.pages(0).map(|page| page.is_ok()).collect();
    assert_eq!(forward, [true, true, false], "two pages, then the fault, then no more");
    let backward: Vec<bool> = log.pages_back(263).map(|page| page.is_ok()).collect();
    assert_eq!(backward.iter().filter(|ok| !**ok).count(), 1);
    assert!(log.record(10).unwrap_err().is_damage());
    assert!(log.pages(10).next().unwrap().unwrap_err().is_damage());
    assert!(log.record(42).is_ok());
}

#[test]
fn records_are_told_up_to_the_first_damage() {
    let disk = disk();
    disk.set_page(42, None);
    let log = Log::with_backend(Box::new(disk.open()), FIRST).unwrap();
    let mut told = Vec::new();
    let verification = log.verify(&mut |position, _| told.push(position), &mut |_| ());
    assert_eq!(told, (0..42).collect::<Vec<_>>());
    let failed: Vec<&str> =
        verification.passes.iter().filter(|pass| !pass.ok).map(|pass| pass.name).collect();
    assert_eq!(failed, ["pages", "tree", "nodes", "frontier"]);
    assert!(verification.passes[0].first_problem.as_ref().unwrap().contains("position 42"));
}

/// A ledger on disk with some commits, closed. Gives its size.
fn ledger(dir: &Path) -> u64 {
    let mut log = create(dir);
    for (from, count, len) in [(1, 1, 20), (2, 40, 60), (42, 220, 8), (262, 1, 20), (263, 1, 20)] {
        log.commit(&slices(&numbered(from..from + count, len))).unwrap();
    }
    log.size()
}

#[test]
fn every_flipped_bit_of_the_anchor_is_noticed() {
    let base = tempfile::tempdir().unwrap();
    ledger(base.path());
    let bytes = fs::read(base.path().join("anchor")).unwrap();
    assert_eq!(bytes.len(), ANCHOR_BYTES);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let is_noticed = match read(&flipped, Kind::Anchor) {
            Err(fault) => {
                fault.is_damage()
                    || matches!(fault, Fault::NewerForm { .. } | Fault::EarlyForm { .. })
            }
            Ok(Reading::Witnessed(witness)) => witness.problem.is_some(),
            Ok(Reading::Blank) => false,
        };
        assert!(is_noticed, "bit {bit}");
    }
}

#[test]
fn a_damaged_anchor_never_costs_a_record() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("ledger");
    let size = ledger(&dir);
    let bytes = fs::read(dir.join("anchor")).unwrap();
    for at in (0..84).step_by(9).chain((4096..4180).step_by(9)).chain([90, 8191]) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x40;
        fs::write(dir.join("anchor"), &flipped).unwrap();
        assert!(!crate::examine(&dir).ok(), "byte {at}");
        assert_eq!(open(&dir).unwrap().size(), size, "byte {at}");
    }
    for len in [1, 83, 84, 4096, 4180, 8191, 8193] {
        let mut cut = bytes.clone();
        cut.resize(len, 1);
        fs::write(dir.join("anchor"), &cut).unwrap();
        assert!(open(&dir).unwrap_err().is_damage(), "{len} bytes");
        assert!(!crate::examine(&dir).ok(), "{len} bytes");
    }
    fs::write(dir.join("anchor"), vec![0xa5; ANCHOR_BYTES]).unwrap();
    assert!(open(&dir).unwrap_err().is_damage());
    fs::write(dir.join("anchor"), bytes).unwrap();
    assert!(crate::examine(&dir).ok());
}

/// The length of the data file up to the last byte that is not zero.
fn used(db: &Path) -> usize {
    fs::read(db).unwrap().iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1)
}

#[test]
fn a_data_file_cut_anywhere_is_damage_or_whole() {
    let base = tempfile::tempdir().unwrap();
    let whole = base.path().join("whole");
    let size = ledger(&whole);
    let end = used(&whole.join("pages/db")) as u64;
    let cuts = (0..end).step_by(4096).chain([end / 2, end - 1, end, end + 4096]);
    let mut damaged = 0;
    for (number, len) in cuts.enumerate() {
        let dir = base.path().join(number.to_string());
        copy(&whole, &dir);
        let db = File::options().write(true).open(dir.join("pages/db")).unwrap();
        db.set_len(len).unwrap();
        drop(db);
        match open(&dir) {
            Ok(log) => assert!(log.size() == size && verified(&log).ok(), "cut at {len}"),
            Err(fault) => {
                assert!(fault.is_damage(), "cut at {len}: {fault}");
                damaged += 1;
                assert!(!crate::examine(&dir).ok(), "cut at {len}");
            }
        }
        fs::remove_dir_all(&dir).unwrap();
    }
    assert!(damaged > 2, "cuts do damage");
}

/// A number that the environment gives, for campaigns.
fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Every record of a log, or the damage that keeps one from being read.
fn records(log: &Log) -> Result<Vec<Vec<u8>>, Fault> {
    let mut records = Vec::new();
    for page in log.pages(0) {
        records.extend(page?.records().map(|(_, record)| record.to_vec()));
    }
    Ok(records)
}

/// `BAHI_FLIPS` says how many places are tried, `BAHI_SEED` which; a campaign tries twenty thousand.
#[test]
fn a_flipped_bit_anywhere_in_the_data_file_never_costs_a_record_silently() {
    let base = tempfile::tempdir().unwrap();
    let whole = base.path().join("whole");
    ledger(&whole);
    let told = records(&open(&whole).unwrap()).unwrap();
    let sound = fs::read(whole.join("pages/db")).unwrap();
    let end = used(&whole.join("pages/db")) as u64;
    let (flips, seed) = (number("BAHI_FLIPS", 60), number("BAHI_SEED", 1));
    let (mut refused, mut noticed, mut unread) = (0, 0, 0);
    for flip in 0..flips {
        // Multiples of the golden ratio's share of 2^64 fall everywhere, and nowhere twice.
        let turn = (flip + seed * flips).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let at = usize::try_from((u128::from(turn) * u128::from(end)) >> 64).unwrap();
        let case = format!("seed {seed}, flip {flip} of {flips}: byte {at}");
        let dir = base.path().join("flipped");
        copy(&whole, &dir);
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (turn % 8);
        fs::write(dir.join("pages/db"), bytes).unwrap();
        match open(&dir) {
            Err(fault) => {
                assert!(fault.is_damage(), "{case}: {fault}");
                refused += 1;
            }
            Ok(log) => {
                assert_eq!(log.size(), told.len() as u64, "{case}");
                match (records(&log), verified(&log).ok()) {
                    // The flip lies in what the store no longer reads.
                    (Ok(records), true) => {
                        assert!(records == told, "{case}: other records without a word");
                        unread += 1;
                    }
                    (Ok(_) | Err(_), false) => noticed += 1,
                    (Err(fault), true) => panic!("{case}: verified, and yet {fault}"),
                }
            }
        }
        fs::remove_dir_all(&dir).unwrap();
    }
    assert_eq!(refused + noticed + unread, flips);
    assert!(refused > flips / 10, "flips do damage: {refused}, {noticed} and {unread} of {flips}");
}

#[test]
fn whatever_no_part_claims_is_damage() {
    let base = tempfile::tempdir().unwrap();
    let whole = base.path().join("whole");
    ledger(&whole);
    let verification = crate::examine(&whole);
    assert!(verification.ok(), "{verification:?}");
    let files = verification.passes.last().unwrap();
    assert!(files.checked >= 6, "anchor, lock, pages, conf, db, blobs");
    for stray in ["stray", "pages/blobs/12", "pages/snap.x", "pages/more/", "pages/db.old"] {
        let dir = base.path().join("stray");
        copy(&whole, &dir);
        match stray.strip_suffix('/') {
            Some(name) => fs::create_dir(dir.join(name)).unwrap(),
            None => fs::write(dir.join(stray), "x").unwrap(),
        }
        let problem = format!("no part claims {stray}");
        let examined = crate::examine(&dir).passes.pop().unwrap();
        assert_eq!(examined.first_problem.as_ref(), Some(&problem));
        match open(&dir) {
            Ok(log) => {
                let verified = verified(&log).passes.pop().unwrap();
                assert_eq!((verified.ok, verified.first_problem), (false, Some(problem)));
            }
            // The store itself refuses some of them.
            Err(fault) => assert!(fault.is_damage(), "{stray}: {fault}"),
        }
        fs::remove_dir_all(&dir).unwrap();
    }
}

#[test]
fn a_key_that_no_part_claims_is_damage() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("ledger");
    ledger(&dir);
    let strays: [(&str, &[u8]); 4] = [
        ("", b"stray"),
        ("", &[0xff, 9, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("", &[0xff, 8, 0, 0, 0, 0, 0, 0, 0, 9]),
        ("another tree", b"key"),
    ];
    for (tree, key) in strays {
        let stray = base.path().join("stray");
        copy(&dir, &stray);
        let db = sled::Config::new()
            .path(stray.join("pages"))
            .segment_size(crate::SEGMENT_BYTES)
            .open()
            .unwrap();
        if tree.is_empty() {
            db.insert(key, key)
        } else {
            db.open_tree(tree).unwrap().insert(key, key)
        }
        .unwrap();
        db.flush().unwrap();
        drop(db);
        let verification = verified(&open(&stray).unwrap());
        let keys = verification.passes.iter().find(|pass| pass.name == "keys").unwrap();
        assert!(!keys.ok, "{tree} {key:?}");
        fs::remove_dir_all(&stray).unwrap();
    }
}

#[test]
fn an_examination_writes_nothing() {
    let base = tempfile::tempdir().unwrap();
    ledger(base.path());
    let state = || {
        let mut names = Vec::new();
        crate::directory::walk(base.path(), &mut |name| names.push(name.to_owned())).unwrap();
        names.sort();
        let bytes = |name: &String| fs::read(base.path().join(name)).ok();
        names.iter().map(|name| (name.clone(), bytes(name))).collect::<Vec<_>>()
    };
    let before = state();
    assert!(crate::examine(base.path()).ok());
    assert!(state() == before);
}
