//! Keeping a ledger: backups taken, read and restored; damaged ones looked at and salvaged.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::{Value, json};

use super::{ALLOT, APPLY, Place, Ran, bahi, fields};

/// Every file below, with its bytes and when it was last written.
fn files(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
            continue;
        }
        let written = fs::metadata(&path).and_then(|about| about.modified());
        let bytes = fs::read(&path).expect("a file");
        found.insert(path, (bytes, written.expect("a time")));
    }
    found
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// Runs the program on another directory than the place's ledger.
fn on(dir: &Path, words: &[&str]) -> Ran {
    bahi(&[words, &["--ledger", &text(dir)]].concat())
}

/// A ledger with a case, and a backup of it.
fn backed_up() -> (Place, PathBuf) {
    let place = Place::with_a_case();
    let backup = place.beside().join("backup");
    place.bahi(&["backup", &text(&backup)]).done();
    (place, backup)
}

#[test]
fn a_backup_says_what_it_added_and_goes_on_where_it_stopped() {
    let place = Place::with_a_case();
    let backup = text(&place.beside().join("backup"));
    let words = ["backup", &backup, "--format", "json"];
    let first = place.bahi(&words).done().json();
    let names = ["backup", "before", "bytes", "files", "ledger_id", "position", "root"];
    assert_eq!(fields(&first), names);
    assert_eq!((&first["before"], &first["position"]), (&Value::Null, &json!(11)));
    assert!(first["files"] == json!(1) && first["bytes"].as_u64() > Some(0), "{first}");
    let again = place.bahi(&words).done().json();
    let figures = (&again["before"], &again["files"], &again["bytes"]);
    assert_eq!(figures, (&json!(11), &json!(0), &json!(0)));
    let more = ALLOT.replace("000000000001", "000000000099");
    place.reading(&more, &["submit"]).done();
    let third = place.bahi(&words).done().json();
    assert_eq!((&third["before"], &third["position"]), (&json!(11), &json!(12)));
    let live = place.bahi(&["balances", "--format", "json"]).done().json();
    assert_eq!(third["root"], live["root"]);
    assert!(place.bahi(&["backup", &backup]).done().out.contains("has everything already"));
    let rows = place.bahi(&["backup", &backup, "--format", "csv"]).done().out;
    assert!(rows.starts_with("backup,ledger_id,before,position,root,files,bytes\n"), "{rows}");
}

#[test]
fn whatever_only_reads_answers_from_a_backup_as_from_the_ledger_and_writes_nothing() {
    let (place, backup) = backed_up();
    let before = files(&backup);
    let asking: [&[&str]; 13] = [
        &["balances", "--by", "scheme,district,head,fy", "--format", "json"],
        &["balances", "--as-of", "2024-06-15", "--format", "csv"],
        &["balances", "--at", "9", "--format", "json"],
        &["trail", "--case", "VNS/2024/0042", "--format", "json"],
        &["trail", "--order", "S-7/2024"],
        &["events", "--format", "jsonl"],
        &["events", "--reverse"],
        &["schemes", "--format", "json"],
        &["districts"],
        &["export", "postings", "--to", "csv", "--out", "-"],
        &["export", "events", "--to", "jsonl", "--out", "-"],
        &["salvage"],
        &["submit", "--dry-run"],
    ];
    for words in asking {
        let (live, kept) = (place.bahi(words).done(), on(&backup, words).done());
        assert_eq!(kept.out, live.out, "{words:?}");
    }
    on(&backup, &["verify"]).done();
    let replay = on(&backup, &["replay", "--compare", "--format", "json"]).done().json();
    assert_eq!(replay["compared"]["equal"], json!(true), "{replay}");
    let copy = place.beside().join("copy");
    on(&backup, &["backup", &text(&copy)]).done();
    on(&copy, &["verify"]).done();
    assert_eq!(files(&backup), before);
}

#[test]
fn a_backup_takes_no_command_and_is_left_alone() {
    let (_place, backup) = backed_up();
    let before = files(&backup);
    let words = ["submit", "--ledger", &text(&backup)].map(Into::into);
    let ran = super::bahi_reading(APPLY.as_bytes(), &words);
    assert!(ran.failed(2).contains("restore the backup"), "{ran:?}");
    assert_eq!(ran.out, "");
    assert!(on(&backup, &["init"]).failed(2).contains("it is a backup"));
    assert_eq!(files(&backup), before);
}

#[test]
fn a_restored_ledger_says_the_same_and_goes_on() {
    let (place, backup) = backed_up();
    let again = place.beside().join("again");
    let restored = on(&again, &["restore", &text(&backup), "--format", "json"]).done().json();
    assert_eq!(fields(&restored), ["ledger", "ledger_id", "name", "position", "root"]);
    for words in [&["events", "--format", "jsonl"][..], &["balances", "--format", "json"]] {
        assert_eq!(on(&again, words).done().out, place.bahi(words).done().out);
    }
    on(&again, &["verify"]).done();
    // A retry of what is in it is known, and something new is taken.
    let words = ["submit", "--ledger", &text(&again)].map(Into::into);
    let lines = format!("{ALLOT}\n{}", ALLOT.replace("000000000001", "000000000099"));
    let ran = super::bahi_reading(lines.as_bytes(), &words).done();
    let statuses: Vec<Value> = ran.json_lines().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [json!("duplicate"), json!("accepted")]);
    // Now two histories have the same beginning: neither may be written over the other's backup.
    place.reading(&ALLOT.replace("000000000001", "000000000098"), &["submit"]).done();
    place.bahi(&["backup", &text(&backup)]).done();
    assert!(on(&again, &["backup", &text(&backup)]).failed(3).contains("keep both"));
}

#[test]
fn places_that_are_taken_are_misuse() {
    let (place, backup) = backed_up();
    let (ledger, dir) = (text(&place.ledger()), text(place.beside()));
    let cases: [(&[&str], &str); 6] = [
        (&["backup", &ledger], "inside the ledger's directory"),
        (&["backup", &format!("{ledger}/pages/new")], "inside the ledger's directory"),
        (&["backup", &dir], "holds other files"),
        (&["restore", &text(&backup)], "already holds a ledger"),
        (&["restore", &format!("{dir}/none")], "no such directory"),
        (&["salvage", "--into", &dir], "holds something else"),
    ];
    for (words, why) in cases {
        let ran = place.bahi(words);
        assert!(ran.failed(2).contains(why), "{words:?}: {ran:?}");
    }
    place.bahi(&["verify"]).done();
}

/// Flips a byte of every page, in any file of the ledger, that begins at a position.
fn spoil(dir: &Path, position: u64) {
    let path = dir.join("pages/db");
    let mut bytes = fs::read(&path).expect("the store has a file");
    let begins: Vec<usize> = (0..bytes.len().saturating_sub(60))
        .filter(|at| &bytes[*at..at + 4] == b"BHPG")
        .filter(|at| bytes[at + 24..at + 32] == position.to_le_bytes())
        .collect();
    assert!(!begins.is_empty(), "no page begins at {position}");
    begins.into_iter().for_each(|at| bytes[at + 60] ^= 1);
    fs::write(&path, bytes).expect("the file can be written");
}

/// A ledger whose events from the seventh on have a page each, of which one is spoilt.
fn damaged(position: u64) -> Place {
    let place = Place::with_rulebook();
    let lines = [ALLOT, APPLY, super::SANCTION, super::DISBURSE, super::AUDIT].join("\n");
    place.reading(&lines, &["submit", "--batch", "1"]).done();
    spoil(&place.ledger(), position);
    place
}

#[test]
fn looking_at_a_damaged_ledger_changes_nothing_of_it() {
    for position in [7, 9, 11] {
        let place = damaged(position);
        let before = files(&place.ledger());
        place.bahi(&["verify"]).failed(1);
        place.bahi(&["verify", "--format", "json"]).failed(1);
        place.bahi(&["salvage"]).failed(1);
        assert_eq!(files(&place.ledger()), before, "{position}");
    }
}

#[test]
fn salvage_makes_a_ledger_of_the_sound_beginning_and_lists_the_rest() {
    let place = damaged(9);
    let rescued = place.beside().join("rescued");
    let words = ["salvage", "--into", &text(&rescued), "--format", "json"];
    let ran = place.bahi(&words);
    assert!(ran.failed(1).contains("the record at position 9 is lost"), "{ran:?}");
    let answer = ran.json();
    assert_eq!(fields(&answer), ["lost", "not_in_ledger", "summary"]);
    let summary = &answer["summary"];
    let figures = (&summary["last"], &summary["kept"]["position"], &summary["lost"]);
    assert_eq!(figures, (&json!(11), &json!(8), &json!(1)));
    let lost = &answer["lost"][0];
    assert_eq!((&lost["from"], &lost["to"]), (&json!(9), &json!(9)));
    // The payment follows the lost event in the log of its case, which still has its name.
    assert_eq!(lost["known"][0]["case_ref"], json!("VNS/2024/0042"));
    let left = answer["not_in_ledger"].as_array().expect("a list");
    let left: Vec<_> = left
        .iter()
        .map(|event| (&event["position"], &event["kind"], &event["case_ref"], &event["amount"]))
        .collect();
    let case = json!("VNS/2024/0042");
    let (paid, nothing) = (json!("250000.00"), json!("0.00"));
    let (ten, eleven) = (json!(10), json!(11));
    let (disbursed, audited) = (json!("Disbursed"), json!("Audited"));
    assert_eq!(left, [(&ten, &disbursed, &case, &paid), (&eleven, &audited, &case, &nothing)]);
    // The file says the same, a line each.
    let report = fs::read_to_string(place.beside().join("rescued.report.jsonl"));
    let report = report.expect("the report is there");
    let kinds: Vec<Value> = report
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("an object")["what"].clone())
        .collect();
    assert_eq!(kinds, ["not_in_ledger", "not_in_ledger", "lost", "summary"]);
    let lines = place.bahi(&["salvage", "--format", "jsonl"]).out;
    assert_eq!(lines.lines().count(), 4);
    assert_eq!(lines.lines().next(), report.lines().next());
    // The rescued ledger is the damaged one at an earlier position, and goes on.
    on(&rescued, &["verify"]).done();
    let balances = on(&rescued, &["balances", "--format", "json"]).done().json();
    assert_eq!(balances["root"], summary["kept"]["root"]);
    let words = ["submit", "--ledger", &text(&rescued)].map(Into::into);
    super::bahi_reading(super::SANCTION.as_bytes(), &words).done();
    let shown = place.bahi(&["salvage"]).out;
    for part in ["lost, 1 positions", "intact and not in it, 2 records", "2,50,000.00"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let rows = place.bahi(&["salvage", "--format", "csv"]).out;
    assert!(rows.contains("\nlost,9,9,") && rows.contains("\nnot_in_ledger,10,10,"), "{rows}");
}

/// An output that somebody closed.
struct Closed;

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_report_of_what_is_left_is_whole_though_nobody_reads_the_answer() {
    let place = damaged(9);
    let (first, second) = (place.beside().join("first"), place.beside().join("second"));
    place.bahi(&["salvage", "--into", &text(&first)]).failed(1);
    let told = |into: &Path| {
        let report = fs::read_to_string(format!("{}.report.jsonl", text(into)));
        let report = report.expect("the report is there");
        report.lines().take(3).map(str::to_owned).collect::<Vec<_>>()
    };
    for format in ["jsonl", "json", "csv", "table"] {
        let words = ["salvage", "--into", &text(&second), "--format", format];
        let (_, err) = place.streaming(&words, &mut io::empty(), &mut Closed);
        assert_eq!(err, "", "{format}");
        assert_eq!(told(&second), told(&first), "{format}");
        on(&second, &["verify"]).done();
        fs::remove_dir_all(&second).expect("it can be removed");
        fs::remove_file(format!("{}.report.jsonl", text(&second))).expect("it can be removed");
    }
}

#[test]
fn a_ledger_without_its_own_record_gives_a_list_and_no_ledger() {
    let place = damaged(0);
    let rescued = place.beside().join("rescued");
    let ran = place.bahi(&["salvage", "--into", &text(&rescued)]);
    assert!(ran.failed(1).contains("the record at position 0 is lost"), "{ran:?}");
    assert!(ran.out.contains("no ledger can be made") && !rescued.exists(), "{ran:?}");
    assert!(place.beside().join("rescued.report.jsonl").exists());
}
