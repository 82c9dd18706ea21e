//! What opening and creating say of every kind of directory.

use std::fs;
use std::path::Path;

use super::history::{check, numbered, slices};
use crate::{Fault, Log, Options};

const FIRST: &[u8] = b"the ledger's own record";

pub(super) fn create(dir: &Path) -> Log {
    Log::create(dir, FIRST, Options::default()).unwrap()
}

pub(super) fn open(dir: &Path) -> Result<Log, Fault> {
    Log::open(dir, Options::default())
}

/// The words of a fault, which must be one line, in lower case, without a full stop.
pub(super) fn said(fault: &Fault) -> String {
    let text = fault.to_string();
    assert!(!text.contains('\n') && !text.ends_with('.'), "{text}");
    text
}

fn refused(dir: &Path) -> String {
    said(&open(dir).unwrap_err())
}

#[test]
fn a_new_ledger_is_there_after_it_is_closed() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("a").join("b");
    let id = create(&dir).ledger_id();
    let log = open(&dir).unwrap();
    assert_eq!(log.ledger_id(), id);
    assert_eq!(id.to_string().len(), 32);
    check(&log, &[FIRST.to_vec()], &[0, 1]);
}

#[test]
fn a_ledger_is_whole_when_reopened_after_every_commit() {
    let base = tempfile::tempdir().unwrap();
    let mut log = create(base.path());
    let mut records = vec![FIRST.to_vec()];
    for (index, count) in [1, 1, 2, 30, 1, 257, 1, 300, 5, 1].into_iter().enumerate() {
        let from = records.len() as u64;
        let commit = numbered(from..from + count, 40 * index);
        log.commit(&slices(&commit)).unwrap();
        records.extend(commit);
        drop(log);
        log = open(base.path()).unwrap();
        check(&log, &records, &[0, from, from + 1, from + count]);
        assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok());
    }
}

#[test]
fn a_commit_of_more_than_a_batch_is_whole_when_reopened() {
    let base = tempfile::tempdir().unwrap();
    let records: Vec<Vec<u8>> =
        std::iter::once(FIRST.to_vec()).chain(numbered(1..30_000, 90)).collect();
    let mut log = create(base.path());
    log.commit(&slices(&records[1..])).unwrap();
    assert!(log.pages(0).count() > crate::BATCH_PAGES_MAX);
    drop(log);
    check(&open(base.path()).unwrap(), &records, &[0, 12_345, 29_999]);
}

#[test]
fn each_kind_of_directory_that_is_no_ledger_is_told_apart() {
    let base = tempfile::tempdir().unwrap();
    let missing = base.path().join("missing");
    assert!(refused(&missing).contains("there is no such directory"));
    assert!(!missing.exists(), "opening creates nothing");

    let empty = base.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(refused(&empty).contains("is empty"));
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);

    let file = base.path().join("file");
    fs::write(&file, "text").unwrap();
    assert!(refused(&file).contains("it is a file"));

    let foreign = base.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("notes.txt"), "text").unwrap();
    assert!(refused(&foreign).contains("holds other files"));
    for dir in [&file, &foreign] {
        let fault = Log::create(dir, FIRST, Options::default()).unwrap_err();
        assert!(matches!(fault, Fault::NotALedger { .. }), "{fault}");
    }
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1);
}

#[test]
fn a_ledger_is_not_created_where_one_is() {
    let base = tempfile::tempdir().unwrap();
    drop(create(base.path()));
    let fault = Log::create(base.path(), b"another", Options::default()).unwrap_err();
    assert!(matches!(fault, Fault::AlreadyExists { .. }), "{fault}");
    assert_eq!(&*open(base.path()).unwrap().record(0).unwrap(), FIRST);
}

#[test]
fn a_ledger_in_use_names_its_holder() {
    let base = tempfile::tempdir().unwrap();
    let held = create(base.path());
    for fault in [
        open(base.path()).unwrap_err(),
        Log::create(base.path(), FIRST, Options::default()).unwrap_err(),
    ] {
        assert!(matches!(fault, Fault::Locked { pid: Some(pid), .. } if pid == std::process::id()));
        assert!(fault.may_retry());
        assert!(said(&fault).contains(&format!("by process {}", std::process::id())));
    }
    let verification = crate::examine(base.path());
    assert!(!verification.ok());
    assert!(verification.passes[0].first_problem.as_ref().unwrap().contains("in use"));
    drop(held);
    assert!(open(base.path()).is_ok());
}

/// Where the other process of the test below is told the directory.
const HELD: &str = "BAHI_LOG_TEST_HELD";

#[test]
fn another_process_is_told_who_holds_the_ledger() {
    if let Some(dir) = std::env::var_os(HELD) {
        let holder = fs::read_to_string(Path::new(&dir).join("lock")).unwrap();
        let fault = open(Path::new(&dir)).unwrap_err();
        assert!(said(&fault).contains(&format!("by process {}", holder.trim())), "{fault}");
        return;
    }
    let base = tempfile::tempdir().unwrap();
    let _held = create(base.path());
    let other = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::opening::another_process_is_told_who_holds_the_ledger"])
        .env(HELD, base.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&other.stdout);
    assert!(other.status.success() && told.contains("1 passed"), "{told}");
}

/// Takes away what a creation had not come to.
type Cut = fn(&Path);

#[test]
fn a_creation_cut_short_anywhere_is_completed_by_creating_again() {
    let base = tempfile::tempdir().unwrap();
    let whole = base.path().join("whole");
    drop(create(&whole));
    let cuts: [(&str, Cut); 6] = [
        ("nothing but the lock", |dir| {
            fs::remove_dir_all(dir.join("pages")).unwrap();
            fs::remove_file(dir.join("anchor")).unwrap();
        }),
        ("no data file", |dir| {
            fs::remove_file(dir.join("pages/db")).unwrap();
            fs::remove_file(dir.join("anchor")).unwrap();
        }),
        ("no anchor", |dir| fs::remove_file(dir.join("anchor")).unwrap()),
        ("an empty anchor", |dir| fs::write(dir.join("anchor"), "").unwrap()),
        ("half a blank anchor", |dir| fs::write(dir.join("anchor"), [0; 4096]).unwrap()),
        ("a blank anchor", |dir| fs::write(dir.join("anchor"), [0; 8192]).unwrap()),
    ];
    for (name, cut) in cuts {
        let dir = base.path().join(name);
        copy(&whole, &dir);
        cut(&dir);
        let fault = open(&dir).unwrap_err();
        assert!(matches!(fault, Fault::Unfinished { .. }), "{name}: {fault}");
        assert!(said(&fault).contains("create it again"));
        let other = b"another nonce";
        let log = Log::create(&dir, other, Options::default()).unwrap();
        check(&log, &[other.to_vec()], &[0]);
        assert!(log.verify(&mut |_, _| (), &mut |_| ()).ok(), "{name}");
        drop(log);
        assert!(open(&dir).is_ok(), "{name}");
    }
}

#[test]
fn a_lost_anchor_over_records_is_damage_and_not_an_unfinished_creation() {
    let base = tempfile::tempdir().unwrap();
    create(base.path()).commit(&[b"an event".as_slice()]).unwrap();
    for blank in [None, Some(0), Some(8192)] {
        match blank {
            None => fs::remove_file(base.path().join("anchor")).unwrap(),
            Some(len) => fs::write(base.path().join("anchor"), vec![0; len]).unwrap(),
        }
        assert!(open(base.path()).unwrap_err().is_damage());
        let again = Log::create(base.path(), FIRST, Options::default()).unwrap_err();
        assert!(again.is_damage(), "{again}");
    }
}

#[test]
fn a_form_that_is_not_read_is_named() {
    let base = tempfile::tempdir().unwrap();
    drop(create(base.path()));
    let anchor = base.path().join("anchor");
    for (form, expected) in [
        (9_u16, "the ledger has form 9 and this release knows up to 1; use a newer release"),
        (0, "the ledger has form 0, which was never settled; enter its commands again"),
    ] {
        let mut bytes = fs::read(&anchor).unwrap();
        bytes[8..10].copy_from_slice(&form.to_le_bytes());
        let check = crc32fast::hash(&bytes[..80]);
        bytes[80..84].copy_from_slice(&check.to_le_bytes());
        fs::write(&anchor, bytes).unwrap();
        let fault = open(base.path()).unwrap_err();
        assert!(!fault.is_damage() && !fault.may_retry(), "{fault}");
        assert_eq!(said(&fault), expected);
        assert!(!crate::examine(base.path()).ok());
    }
}

/// Whatever a later release keeps there, an older one neither reads it nor takes it for damage.
#[test]
fn a_cache_is_no_part_of_a_ledger() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("ledger");
    drop(create(&dir));
    fs::create_dir_all(dir.join("folds/balances")).unwrap();
    fs::write(dir.join("folds/balances/1"), b"anything").unwrap();
    assert!(crate::examine(&dir).ok());
    let log = open(&dir).unwrap();
    let backup = base.path().join("backup");
    log.backup(&backup, &mut |_| {}).unwrap();
    assert!(!backup.join("folds").exists());
    drop(log);
    fs::rename(dir.join("folds"), dir.join("caches")).unwrap();
    assert!(!crate::examine(&dir).ok());
}

#[test]
fn missing_parts_of_a_ledger_are_damage() {
    let base = tempfile::tempdir().unwrap();
    let whole = base.path().join("whole");
    drop(create(&whole));
    for part in ["pages", "pages/db", "pages/conf"] {
        let dir = base.path().join(part.replace('/', "-"));
        copy(&whole, &dir);
        let path = dir.join(part);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        assert!(refused(&dir).contains(&format!("{part} is missing")));
        assert!(!crate::examine(&dir).ok());
    }
}

#[test]
fn a_half_made_snapshot_is_removed() {
    let base = tempfile::tempdir().unwrap();
    drop(create(base.path()));
    let half = base.path().join("pages/snap.00000000000000FF.generating");
    fs::write(&half, "half").unwrap();
    assert!(crate::examine(base.path()).ok(), "it is no damage");
    assert!(half.exists(), "an examination leaves it");
    // What no cut leaves is nobody's.
    for name in ["snap.00000000000000FF.generating.old", "snap.x.generating"] {
        let other = base.path().join("pages").join(name);
        fs::write(&other, "half").unwrap();
        assert!(!crate::examine(base.path()).ok(), "{name}");
        fs::remove_file(other).unwrap();
    }
    assert!(open(base.path()).unwrap().verify(&mut |_, _| (), &mut |_| ()).ok());
    assert!(!half.exists());
}

#[test]
fn the_system_s_refusals_are_told_apart() {
    use std::io::{Error, ErrorKind};

    let io = |kind| Fault::io("write", Path::new("ledger"), Error::from(kind));
    assert!(matches!(io(ErrorKind::StorageFull), Fault::DiskFull { .. }));
    assert!(matches!(io(ErrorKind::QuotaExceeded), Fault::DiskFull { .. }));
    assert!(matches!(io(ErrorKind::ReadOnlyFilesystem), Fault::ReadOnly { .. }));
    assert!(matches!(io(ErrorKind::PermissionDenied), Fault::ReadOnly { .. }));
    assert!(matches!(io(ErrorKind::Other), Fault::Io { .. }));
}

/// Copies a directory with everything below it.
pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
