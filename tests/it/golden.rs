//! Ledgers of every form that was ever settled, kept as backups: they are read as they always were,
//! and what is in them is written as it always was.
//!
//! A folder holds a backup (`backup/`), its events as `bahi export events --to jsonl` writes them
//! (`events.jsonl`) and its sums as `bahi balances --by scheme,district,head,fy --format json` does
//! (`balances.json`).
//!
//! # Invariants
//! * A file of `tests/golden` never changes. For a further kind or schema a folder is added.
//!
//! # Not here
//! Single records of every kind, made up: `crates/bahi-wire`. The reader in another language:
//! `second_reader`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use bahi::core::{EventKind, Position, hex};
use bahi_log::Log;
use bahi_wire::{
    FORM_VERSION, SCHEMA_AT, decode, decode_checked, decode_first, encode, encode_first,
    envelope_view, newest_schema,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    cli::{Ran, bahi},
    tree,
};

/// What to do where this module fails.
const WHAT_TO_DO: &str = "ledgers are stored in this form and read for ever: do not change the \
    golden file, keep reading and writing it. What is new takes a further schema, kind or form \
    version, as docs/FORMAT.md says, and a further folder in tests/golden";

/// Every golden file of bytes: how many of them are settled, and their SHA-256. A file of lines may
/// grow at its end.
const SETTLED: &[(&str, usize, &str)] = &[
    (
        "crates/bahi-wire/src/tests/golden_version_1.txt",
        22_582,
        "7af3e5bfcfbd3e0b782c6df14404d552e154bc9957f914d7eb29649f3134f20d",
    ),
    (
        "crates/bahi-wire/src/tests/golden_numbers_1.txt",
        4_980,
        "f4643eea3d1b5b28907fe670fafebe72e14c33db65156eb85b6b1f1dac9cf759",
    ),
    (
        "crates/bahi-wire/src/tests/golden_content_1.txt",
        8_995,
        "1d19ab37a178cb896ee60a075f14bd5d51e532a8fd709292432a95520387dc46",
    ),
    (
        "tests/golden/version_1/backup/files/00000000000000000000.pages",
        18_423,
        "e210cd8c27b0dd0550990df3e37267a478d70f391380e467b3a1fe2b3c6b6082",
    ),
    (
        "tests/golden/version_1/backup/files/00000000000000000269.pages",
        3_015,
        "41b3a4a422f8cdc4a2f09c06b43af045cb666e0a2d6b7f7ccf9c4b77e83a24fd",
    ),
    (
        "tests/golden/version_1/backup/note",
        8_192,
        "556d5480cc36791abacc095f63583d7ebe0322b08a5b57b726d3a56d45e0fe60",
    ),
    (
        "tests/golden/version_1/balances.json",
        2_533,
        "17614adab62d7c09b1d19c891f25a02716cdc30df0da168fba8b1e1fdd2e7014",
    ),
    (
        "tests/golden/version_1/events.jsonl",
        287_261,
        "f94df0518f98e9e6072d102c07c3322e11040b16fc9ae54eee7fb0f4bb2cb24f",
    ),
    (
        "tests/golden/version_1_matches/balances.json",
        673,
        "a656f2951a14865d958c422f3c16baa5367525ad36366b61f44e5418b07c59b6",
    ),
    (
        "tests/golden/version_1_matches/events.jsonl",
        123_599,
        "effcc790eb29f786c161b8b4487a4be9de856fd4acbad5b685f13eccedb6b189",
    ),
    (
        "tests/golden/version_1_matches/backup/note",
        8_192,
        "1697525e221e559ebf705106d726c5203fa6b54c9585790da89b20c95982f76e",
    ),
    (
        "tests/golden/version_1_matches/backup/files/00000000000000000000.pages",
        14_142,
        "2c90b33266a4c4b464f0a4808757e3953f62645f2a455ad9f50155e7cc8cb586",
    ),
    (
        "tests/golden/version_1_limits/backup/files/00000000000000000000.pages",
        11_281,
        "202875a76bbc7540922664b15dca1f7f39332fe4abcc2ba1504363e9018164b9",
    ),
    (
        "tests/golden/version_1_limits/backup/note",
        8_192,
        "7eea94939f13f03f80295868fb66f11200fa613d9c0069dcec6ae2c0893ed100",
    ),
    (
        "tests/golden/version_1_limits/balances.json",
        666,
        "ba15b65402c410a4677ece4089f3699d09475c56abf71d7ac6217341430c6888",
    ),
    (
        "tests/golden/version_1_limits/events.jsonl",
        103_870,
        "862dec140393b205004975bc983625cea666677eebb5044061f434bff44da974",
    ),
    (
        "tests/golden/version_1_signed/backup/files/00000000000000000000.pages",
        11_532,
        "1995c02f86bbdf6a161552a30f57ad8b561b0fc173ca239bf55e00329b29dd0f",
    ),
    (
        "tests/golden/version_1_signed/backup/note",
        8_192,
        "caec6e9611d899ce7474e21d53e83b4a862409fdf978a729ae98351e4de4c952",
    ),
    (
        "tests/golden/version_1_signed/balances.json",
        661,
        "7c81c2ad2485bfe027d2443fc392b22eaab9d871004eacf5fe58e41967e1b8a8",
    ),
    (
        "tests/golden/version_1_signed/events.jsonl",
        101_843,
        "5af09f1d269253e40bcd4d35a300d2a00b6c2a34442339801be01cc9bd8ba99e",
    ),
];

/// The bytes of a page before its payload, and where in them its compression and the length of the
/// payload as stored are told.
const PAGE_HEADER_BYTES: usize = 56;
const COMPRESSION_AT: usize = 7;
const STORED_AT: usize = 52;

fn folder() -> PathBuf {
    tree::root().join("tests/golden")
}

/// The golden ledgers, each by its folder.
pub(crate) fn ledgers() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the golden ledgers are there");
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// A copy of a golden ledger's backup, so that nothing is written beside the golden one.
pub(crate) fn copy_of(golden: &Path) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let backup = dir.path().join("backup");
    fs::create_dir_all(backup.join("files")).expect("a directory");
    fs::copy(golden.join("backup/note"), backup.join("note")).expect("the note is there");
    for file in page_files(&golden.join("backup")) {
        let name = file.file_name().expect("a file has a name");
        fs::copy(&file, backup.join("files").join(name)).expect("a file of pages");
    }
    dir
}

fn page_files(backup: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(backup.join("files")).expect("the files of a backup");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

/// Runs a command on a backup or ledger.
fn on(ledger: &Path, arguments: &[&str]) -> Ran {
    let ledger = ledger.to_str().expect("a path of plain characters");
    bahi(&[arguments, &["--ledger", ledger]].concat())
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Whatever the golden document says is said; further fields may be.
fn is_said(golden: &Value, told: &Value) -> bool {
    match (golden, told) {
        (Value::Object(golden), Value::Object(told)) => {
            golden.iter().all(|(name, part)| told.get(name).is_some_and(|told| is_said(part, told)))
        }
        (Value::Array(golden), Value::Array(told)) => {
            golden.len() == told.len()
                && golden.iter().zip(told).all(|(golden, told)| is_said(golden, told))
        }
        (golden, told) => golden == told,
    }
}

fn check_lines(what: &str, golden: &str, told: &str) {
    let (golden, told) = (lines(golden), lines(told));
    assert_eq!(golden.len(), told.len(), "{what}: {WHAT_TO_DO}");
    for (golden, told) in golden.iter().zip(&told) {
        assert!(is_said(golden, told), "{what} was\n{golden}\nand is\n{told}\n{WHAT_TO_DO}");
    }
}

#[test]
fn the_golden_ledger_is_read_as_it_always_was() {
    for golden in ledgers() {
        let dir = copy_of(&golden);
        let backup = dir.path().join("backup");
        let out = dir.path().join("events.jsonl");
        let to = out.to_str().expect("a path of plain characters");
        on(&backup, &["export", "events", "--to", "jsonl", "--out", to]);
        check_lines("an event", &text(&golden.join("events.jsonl")), &text(&out));
        let by = ["balances", "--by", "scheme,district,head,fy", "--format", "json"];
        let balances = on(&backup, &by).done().json();
        let expected: Value = serde_json::from_str(&text(&golden.join("balances.json")))
            .expect("the golden balances");
        assert!(is_said(&expected, &balances), "{balances}\n{WHAT_TO_DO}");
        let verified = on(&backup, &["verify", "--redecide", "--format", "json"]).done().json();
        assert_eq!(verified["ok"], true, "{verified}");
    }
}

/// Restored, it is verified as any ledger, and what is said of it is the same.
#[test]
fn a_golden_ledger_is_restored_and_goes_on() {
    for golden in ledgers() {
        let dir = copy_of(&golden);
        let backup = dir.path().join("backup");
        let ledger = dir.path().join("ledger");
        let from = backup.to_str().expect("a path of plain characters");
        on(&ledger, &["restore", from]).done();
        let before = on(&ledger, &["balances", "--format", "json"]).done().json();
        let expected = on(&backup, &["balances", "--format", "json"]).done().json();
        assert_eq!(before, expected);
        on(&ledger, &["certify", "--as-of", "2030-03-31"]).done();
        let after = on(&ledger, &["verify", "--format", "json"]).done().json();
        assert_eq!(after["ok"], true, "{after}");
        let next = before["position"].as_u64().expect("a position") + 1;
        assert_eq!(after["position"].as_u64(), Some(next));
    }
}

/// A record that only a newer program can have written: the ledger is not said to be damaged, and
/// its pages, tree and anchor hold.
#[test]
fn a_record_of_a_newer_program_is_named_and_is_no_damage() {
    for (at, value, why) in [
        (0, 200, "no kind of event known here has the number 200: a newer program is needed"),
        (2, 9, "the kind of event 22 has no schema 9: a newer program is needed"),
        (
            3,
            4,
            "flags at byte 3 is unsound: the number 4 is not known here: a newer program is needed",
        ),
    ] {
        let golden = &ledgers()[0];
        let dir = copy_of(golden);
        let ledger = dir.path().join("ledger");
        let backup = dir.path().join("backup");
        on(&ledger, &["restore", backup.to_str().expect("a plain path")]).done();
        let step = |record: &Vec<u8>| u16::from_le_bytes([record[0], record[1]]) == 22;
        let mut record = records(golden).into_iter().skip(1).find(step).expect("a step");
        record[at] = value;
        let mut log = Log::open(&ledger, bahi_log::Options::default()).expect("a ledger");
        let position = log.size();
        log.commit(&[&record]).expect("a log does not look into records");
        drop(log);
        let ran = on(&ledger, &["balances"]);
        let said = ran.failed(3);
        let expected = format!("the record at position {position} cannot be read: {why}");
        assert!(said.ends_with(&expected), "{said}");
        let verified = on(&ledger, &["verify", "--format", "json"]);
        assert_eq!(verified.status, 1, "{verified:?}");
        for pass in verified.json()["passes"].as_array().expect("passes") {
            let name = pass["name"].as_str().expect("a name");
            let holds = pass["ok"] == true;
            assert!(holds || ["records", "links"].contains(&name), "{pass}");
            assert!(!holds || name != "records", "{pass}");
        }
    }
}

/// A proof is of the bytes that are stored: it holds for a record of an older schema as for any.
#[test]
fn a_record_of_an_older_schema_is_proved_as_any() {
    for golden in ledgers() {
        let dir = copy_of(&golden);
        let backup = dir.path().join("backup");
        let path = |name: &str| dir.path().join(name).to_str().expect("a plain path").to_owned();
        let (key, proof, event) = (path("key"), path("proof"), path("event"));
        on(&backup, &["key", "new", "--key", &key]).done();
        let public = on(&backup, &["key", "show", "--key", &key]).done().out;
        let mut proved = BTreeSet::new();
        for (position, record) in records(&golden).iter().enumerate().skip(1) {
            let view = envelope_view(record).expect("an envelope");
            let schema = record[SCHEMA_AT];
            let is_older = schema < newest_schema(view.kind);
            if !is_older || !proved.insert((view.kind, schema)) {
                continue;
            }
            let at = position.to_string();
            on(&backup, &["prove", &at, "--key", &key, "--out", &proof, "--force"]).done();
            fs::write(&event, record).expect("a file");
            let words = ["check-proof", &proof, "--event", &event, "--key", public.trim()];
            bahi(&words).done();
            fs::write(&event, [&record[..2], &[schema + 1], &record[3..]].concat())
                .expect("a file");
            assert_eq!(bahi(&words).status, 1, "another schema is another record");
        }
        assert!(!proved.is_empty());
    }
}

/// The records of a golden ledger, record 0 among them.
pub(crate) fn records(golden: &Path) -> Vec<Vec<u8>> {
    let dir = copy_of(golden);
    let log = Log::open_backup(&dir.path().join("backup")).expect("a backup that is read");
    let pages = log.pages(0).map(|page| page.expect("a sound page"));
    pages
        .flat_map(|page| page.records().map(|(_, record)| record.to_vec()).collect::<Vec<_>>())
        .collect()
}

/// Each record is the one stored form of what is read from it, whatever its schema, and has the
/// hash that is told.
#[test]
fn every_golden_record_is_written_as_it_always_was() {
    let mut found = BTreeSet::new();
    for golden in ledgers() {
        let told = lines(&text(&golden.join("events.jsonl")));
        let records = records(&golden);
        assert_eq!(records.len(), told.len() + 1);
        let first = decode_first(&records[0]).expect("the ledger's own record");
        assert!(first.form_version <= FORM_VERSION);
        assert_eq!(encode_first(&first).as_ref(), Ok(&records[0]), "{WHAT_TO_DO}");
        for (told, record) in told.iter().zip(&records[1..]) {
            let at = Position(told["position"].as_u64().expect("a position"));
            let event = decode(at, record).unwrap_or_else(|error| panic!("{at}: {error}"));
            assert_eq!(decode_checked(at, record).as_ref(), Ok(&event), "{WHAT_TO_DO}");
            assert_eq!(encode(&event).as_ref(), Ok(record), "{WHAT_TO_DO}");
            assert_eq!(told["kind"], event.event.kind().name());
            let leaf = Sha256::new().chain_update([0]).chain_update(record).finalize();
            assert_eq!(told["leaf_hash"], hex(&leaf), "{at}");
            let view = envelope_view(record).expect("an envelope");
            found.insert((view.kind, record[SCHEMA_AT]));
        }
    }
    for kind in EventKind::ALL {
        for schema in 1..=newest_schema(kind) {
            let is_there = found.contains(&(kind, schema));
            assert!(is_there, "no golden ledger has a {} in schema {schema}", kind.name());
        }
    }
}

/// A page: its place, its index in its commit, how many records it has, whether it is packed; then
/// what does not depend on how well it was packed.
type Parts<'f> = ((u64, u32, u32, bool), [&'f [u8]; 3]);

/// The page at a place of a file, and where the next one begins.
fn page_at(file: &[u8], at: usize) -> (Parts<'_>, usize) {
    let number =
        |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("a range of four bytes"));
    let first = u64::from_le_bytes(file[at + 24..at + 32].try_into().expect("eight bytes"));
    let count = number(at + 44);
    let is_packed = file[at + COMPRESSION_AT] == 1;
    let payload_at = at + PAGE_HEADER_BYTES;
    let frontier_at = payload_at + number(at + STORED_AT) as usize;
    let is_last = file[at + 6] == 1;
    let hashes = if is_last { (first + u64::from(count)).count_ones() as usize } else { 0 };
    let check_at = frontier_at + 32 * hashes;
    let payload = if is_packed { &[] } else { &file[payload_at..frontier_at] };
    let parts = [&file[at..at + STORED_AT], payload, &file[frontier_at..check_at]];
    (((first, number(at + 40), count, is_packed), parts), check_at + 4)
}

fn pages_of(file: &[u8]) -> Vec<Parts<'_>> {
    let (mut at, mut pages) = (0, Vec::new());
    while at < file.len() {
        let (page, next) = page_at(file, at);
        pages.push(page);
        at = next;
    }
    pages
}

/// The same records in the same commits give the same note, and the same pages as far as the form
/// says: how many records share a page, which are packed and how well is the writer's own affair.
#[test]
fn the_golden_pages_are_written_as_they_always_were() {
    for golden in ledgers() {
        let dir = copy_of(&golden);
        let backup = dir.path().join("backup");
        let log = Log::open_backup(&backup).expect("a backup that is read");
        let again = dir.path().join("again");
        let mut written = Log::in_memory(&log.record(0).expect("record 0")).expect("a log");
        let files = page_files(&backup);
        let starts: Vec<u64> = files
            .iter()
            .map(|file| {
                let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
                stem.parse().expect("a position")
            })
            .collect();
        let mut commit: Vec<Vec<u8>> = Vec::new();
        for page in log.pages(0).map(|page| page.expect("a sound page")) {
            if page.first() > 0 {
                commit.extend(page.records().map(|(_, record)| record.to_vec()));
            }
            if page.is_last() && !commit.is_empty() {
                let records: Vec<&[u8]> = commit.iter().map(Vec::as_slice).collect();
                written.commit(&records).expect("memory takes a commit");
                commit.clear();
            }
            if starts.contains(&page.end()) || page.end() == log.size() {
                written.backup(&again, &mut |_| {}).expect("a backup is taken");
            }
        }
        assert_eq!(written.root(), log.root());
        let note = |dir: &Path| fs::read(dir.join("note")).expect("a note");
        assert_eq!(note(&again), note(&backup), "{WHAT_TO_DO}");
        let others = page_files(&again);
        assert_eq!(others.len(), files.len());
        let mut compared = 0;
        for (file, other) in files.iter().zip(&others) {
            assert_eq!(file.file_name(), other.file_name());
            let (file, other) = (fs::read(file).expect("pages"), fs::read(other).expect("pages"));
            let others: BTreeMap<_, _> = pages_of(&other).into_iter().collect();
            for (which, parts) in pages_of(&file) {
                if let Some(other) = others.get(&which) {
                    assert_eq!(*other, parts, "{WHAT_TO_DO}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 4, "pages are made so otherwise that nothing is compared any more");
    }
}

/// Whoever changes a golden file has to change this table too, and to read what it says.
#[test]
fn no_golden_file_is_another() {
    let mut said = String::new();
    for (path, bytes, expected) in SETTLED {
        let file = fs::read(tree::root().join(path)).expect("a golden file");
        let settled = file.get(..*bytes).unwrap_or_default();
        let found = hex(&Sha256::digest(settled));
        if found != *expected {
            said.push_str(&format!(
                "(\"{path}\", {}, \"{}\"),\n",
                file.len(),
                hex(&Sha256::digest(&file))
            ));
        }
    }
    assert!(said.is_empty(), "{WHAT_TO_DO}. Changed:\n{said}");
    let mut files: BTreeSet<String> = SETTLED.iter().map(|(path, ..)| (*path).to_owned()).collect();
    for golden in ledgers() {
        let name = golden.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut inside =
            vec!["events.jsonl".to_owned(), "balances.json".into(), "backup/note".into()];
        for file in page_files(&golden.join("backup")) {
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
            inside.push(format!("backup/files/{name}"));
        }
        for file in inside {
            let path = format!("tests/golden/{name}/{file}");
            assert!(files.remove(&path), "{path} is not in the table of settled files");
        }
    }
    let of_lines = ["content_1", "numbers_1", "version_1"];
    let of_lines = of_lines.map(|name| format!("crates/bahi-wire/src/tests/golden_{name}.txt"));
    assert_eq!(files, of_lines.into());
}

/// The page that strangers read has every schema of every kind.
#[test]
fn the_page_of_the_form_has_a_row_for_every_schema() {
    for path in ["docs/FORMAT.md", "crates/bahi-wire/src/picture.md"] {
        let page = tree::read(path);
        for kind in EventKind::ALL {
            let begin = format!("| {} `{}`", kind.number(), kind.name());
            let newest = newest_schema(kind);
            for schema in 1..=newest {
                let row = match newest {
                    1 => format!("{begin} |"),
                    _ => format!("{begin}, schema {schema} |"),
                };
                let count = page.lines().filter(|line| line.starts_with(&row)).count();
                assert_eq!(count, 1, "{path}: {row}");
            }
        }
    }
}
