//! Targets of what lies on disk: records, pages, anchors, notes, whole backups, key files.

use std::{fs, path::PathBuf};

use bahi::{
    core::Position,
    proof::{Frontier, leaf_hash, root_of_leaves},
    vault::{FingerprintKind, KEYS_MAX, Keyring, VALUE_BYTES_MAX},
};
use bahi_balances::BalanceLeaf;
use bahi_log::{
    examine_with, salvage,
    testing::foreign::{page, seal_page, seal_pages, seal_slots, witness},
};
use bahi_wire::{decode, decode_checked, decode_first, encode, encode_first, envelope_view};

use super::{
    Target,
    material::{Material, owned},
    mutate::BYTES_MAX,
};

pub(super) fn targets(material: &Material) -> Vec<Target> {
    vec![
        record(material),
        first_record(material),
        pages(material),
        anchor(material, true),
        anchor(material, false),
        page_files(material),
        notes(material),
        store(material),
        key_file(material),
        cells(material),
        signing_keys(material),
        frontier(material),
        leaf(material),
    ]
}

/// Envelope, names, body and, in the records of schemes, terms.
fn record(material: &Material) -> Target {
    let seeds = material.records[1..].to_vec();
    let sound: Vec<_> = seeds.iter().map(|record| (record.clone(), leaf_hash(record))).collect();
    Target::new("record", seeds, move |bytes| {
        let at = Position(42);
        let read = decode(at, bytes);
        assert_eq!(decode_checked(at, bytes), read, "two decoders say two things");
        let Ok(recorded) = read else { return false };
        assert_eq!(encode(&recorded).as_deref(), Ok(bytes), "a second encoding");
        let view = envelope_view(bytes).expect("a record has an envelope");
        assert_eq!(view.kind, recorded.event.kind(), "two envelopes");
        let same = |one: &(Vec<u8>, _)| one.0 != bytes && one.1 == leaf_hash(bytes);
        assert!(!sound.iter().any(same), "two records, one hash");
        true
    })
    .holding((48, 16 * 1024), (2, 64))
}

fn first_record(material: &Material) -> Target {
    let seeds = vec![material.records[0].clone()];
    Target::new("first record", seeds, |bytes| {
        let Ok(first) = decode_first(bytes) else { return false };
        assert_eq!(encode_first(&first).as_deref(), Ok(bytes), "a second encoding");
        true
    })
}

/// A page, its check made anew.
fn pages(material: &Material) -> Target {
    Target::new("page", material.pages.clone(), |bytes| {
        let Some((page, frontier)) = page(bytes) else { return false };
        let records = owned(&page);
        assert_eq!(records.len(), page.count() as usize, "as many records as it says");
        for (record, position) in records.iter().zip(page.first()..) {
            assert_eq!(page.record(position), Some(record.as_slice()), "one by one as in a row");
        }
        assert_eq!(page.record(page.end()), None);
        assert_eq!(frontier.is_some(), page.is_last());
        assert!(frontier.is_none_or(|frontier| frontier.size() == page.end()));
        true
    })
    .repaired(|bytes| seal_page(bytes))
    // A page says itself how much it unpacks to: at most 49,152 bytes, once as a page and once
    // as the copies of its records here.
    .holding((4, 160 * 1024), (1, 700))
}

/// The anchor of a ledger, or the note of a backup, checks made anew.
fn anchor(material: &Material, is_anchor: bool) -> Target {
    let (name, file) =
        if is_anchor { ("anchor", "ledger/anchor") } else { ("note of a backup", "backup/note") };
    Target::new(name, vec![material.file(file)], move |bytes| {
        let other = witness(bytes, !is_anchor);
        assert!(other.is_none(), "an anchor is no note");
        witness(bytes, is_anchor).is_some_and(|(_, size, _)| size > 0)
    })
    .repaired(|bytes| seal_slots(bytes))
}

/// A backup of its own in which one file is spoilt.
struct Backup {
    dir: PathBuf,
    spoilt: PathBuf,
    records: Vec<Vec<u8>>,
}

impl Backup {
    fn new(material: &Material, name: &str, spoilt: &str) -> Backup {
        let dir = material.folder(name);
        fs::create_dir_all(dir.join("files")).expect("a folder");
        for file in ["note", "lock", PAGE_FILE] {
            fs::write(dir.join(file), material.file(&format!("backup/{file}"))).expect("a file");
        }
        Backup { spoilt: dir.join(spoilt), dir, records: material.records.clone() }
    }

    /// Whether the backup is sound with these bytes in the place of a file; if so, the records
    /// are those that were backed up. What is salvaged of it is never more than was said.
    fn is_sound(&self, bytes: &[u8]) -> bool {
        fs::write(&self.spoilt, bytes).expect("the backup can be written");
        let mut given = Vec::new();
        let verification = examine_with(
            &self.dir,
            &mut |at, record| given.push((at, record.to_vec())),
            &mut |_| (),
        );
        if verification.ok() {
            let records: Vec<Vec<u8>> = given.into_iter().map(|(_, record)| record).collect();
            let sound = self.records.starts_with(&records) && !records.is_empty();
            assert!(sound, "another past, and nobody noticed");
        }
        if let Ok(salvaged) = salvage(&self.dir, &mut |_, _| ()) {
            drop(salvaged);
        }
        verification.ok()
    }
}

const PAGE_FILE: &str = "files/00000000000000000000.pages";

/// The files of pages of a backup, checks made anew: only the tree can notice.
fn page_files(material: &Material) -> Target {
    let backup = Backup::new(material, "spoilt-pages", PAGE_FILE);
    let seeds = vec![material.file(&format!("backup/{PAGE_FILE}"))];
    Target::new("page files of a backup", seeds, move |bytes| backup.is_sound(bytes))
        .repaired(|bytes| seal_pages(bytes))
        .slow(20)
        .holding((64, 4 << 20), (4, 20_000))
}

/// The note of a whole backup, checks made anew: it may say less than the files hold, and nothing
/// else.
fn notes(material: &Material) -> Target {
    let backup = Backup::new(material, "spoilt-note", "note");
    let seeds = vec![material.file("backup/note")];
    Target::new("backup under its note", seeds, move |bytes| backup.is_sound(bytes))
        .repaired(|bytes| seal_slots(bytes))
        .slow(20)
        .holding((64, 4 << 20), (4, 20_000))
}

/// The file of a store, in which salvage looks for pages: whatever it gives was there.
fn store(material: &Material) -> Target {
    let dir = material.folder("spoilt-store");
    fs::create_dir_all(dir.join("pages")).expect("a folder");
    fs::write(dir.join("anchor"), material.file("ledger/anchor")).expect("a file");
    let mut seed = material.file("ledger/pages/db");
    let used = seed.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    assert!(used < BYTES_MAX, "the store holds {used} bytes, more than a mutant may");
    seed.truncate(used);
    let (db, records) = (dir.join("pages/db"), material.records.clone());
    Target::new("store to be salvaged", vec![seed], move |bytes| {
        fs::write(&db, bytes).expect("the store can be written");
        let salvaged = salvage(&dir, &mut |at, record| {
            let was = usize::try_from(at).ok().and_then(|at| records.get(at));
            assert_eq!(was.map(Vec::as_slice), Some(record), "position {at} never said this");
        });
        salvaged.is_ok()
    })
    .slow(20)
    .holding((16, 4 << 20), (4, 20_000))
}

/// The file of the fingerprint keys.
fn key_file(material: &Material) -> Target {
    let seeds = vec![material.file("vault")];
    let path = material.folder("spoilt-keys").join("keys");
    Target::new("fingerprint key file", seeds, move |bytes| {
        write_secret(&path, bytes);
        let Ok(keyring) = Keyring::open(&path) else { return false };
        let ids: Vec<u16> = keyring.keys().map(|key| key.id).collect();
        assert!(!ids.is_empty() && ids.len() <= KEYS_MAX, "{} keys", ids.len());
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "ids rise: {ids:?}");
        assert_eq!(keyring.newest().id, ids[ids.len() - 1]);
        true
    })
    .slow(2)
}

/// Writes a file that its owner alone may read.
fn write_secret(path: &std::path::Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("the file can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("it can be closed");
    }
}

/// Cells that identify: however a number is written, its fingerprint is one, and no text is.
fn cells(material: &Material) -> Target {
    let path = material.folder("cells").join("keys");
    write_secret(&path, &material.file("vault"));
    let keyring = Keyring::open(&path).expect("a key file");
    let seeds = ["1234 5678 9012", "00998877665544", "RC-77665544332", "ABCDE1234F"];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
    Target::new("identifying cell", seeds, move |bytes| {
        let Ok(cell) = std::str::from_utf8(bytes) else { return false };
        let kinds = [FingerprintKind::Person, FingerprintKind::Family, FingerprintKind::Account];
        let mut accepted = false;
        for kind in kinds {
            let Ok(Some(prints)) = keyring.of_cell(kind, cell) else { continue };
            let otherwise = format!(" {}- ", cell.to_ascii_lowercase());
            if otherwise.len() <= VALUE_BYTES_MAX {
                let again = keyring.of_cell(kind, &otherwise);
                assert_eq!(again, Ok(Some(prints)), "blanks, hyphens and case do not count");
            }
            accepted = true;
        }
        accepted
    })
}

/// The file of the keys that sign.
fn signing_keys(material: &Material) -> Target {
    let (seed, folder) = (material.file("key"), material.folder("spoilt-signing"));
    let ledger = material.folder("ledger");
    let path = folder.join("key");
    Target::new("signing key file", vec![seed], move |bytes| {
        write_secret(&path, bytes);
        let Ok(keys) = bahi::signing::read(&path, &ledger) else { return false };
        assert!(keys.verifiers().next().is_some(), "a file without a key");
        true
    })
    .slow(4)
    .holding((32, 96 * 1024), (4, 256))
}

/// The right edge of a tree, of any size that its bytes are said to be of.
fn frontier(material: &Material) -> Target {
    let size = material.leaves.len() as u64;
    let mut tree = Frontier::new();
    material.leaves.iter().for_each(|leaf| tree.push(*leaf));
    let seeds = vec![[&size.to_le_bytes()[..], &tree.to_bytes()].concat()];
    let root = root_of_leaves(&material.leaves);
    assert_eq!(tree.root(), root, "two ways to one root");
    let (whole, whole_size) = (seeds[0].clone(), size);
    Target::new("frontier", seeds, move |bytes| {
        let Some((size, hashes)) = bytes.split_first_chunk() else { return false };
        let size = u64::from_le_bytes(*size);
        let Ok(frontier) = Frontier::from_bytes(size, hashes) else { return false };
        assert_eq!((frontier.size(), &frontier.to_bytes()[..]), (size, hashes), "a second form");
        let same = (frontier.size(), frontier.root()) == (whole_size, root);
        assert!(!same || bytes == whole, "two edges of one size and root");
        true
    })
}

/// The text of a certified balance.
fn leaf(material: &Material) -> Target {
    let proof = bahi::proof::LeafSet::parse(&material.file("set.proof")).expect("a set of leaves");
    Target::new("certified balance", proof.leaves, |bytes| {
        let Some(leaf) = BalanceLeaf::parse(bytes) else { return false };
        assert_eq!(leaf.bytes(), bytes, "a second spelling");
        true
    })
}
