//! Bank files made up from a demonstration's ledger, and their truth.
//!
//! # Not here
//! That each line is in the truth and each file reads back: `bahi`, `bahi-recon`.

use std::{collections::BTreeMap, fs, path::Path};

use bahi_recon::{Options, collect};
use serde_json::{Value, json};

use super::{Place, fields};

/// Every file of a directory, by name.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("a directory");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(&path).expect("a file"))
    };
    entries.map(read).collect()
}

#[test]
fn a_month_of_bank_files_is_made_up_with_its_truth() {
    let place = Place::empty();
    assert_eq!(place.bahi(&["demo", "--cases", "150", "--quiet"]).status, 0);
    let dir = |name: &str| place.beside().join(name);
    let text = |name: &str| dir(name).display().to_string();
    let made = |name: &str, more: &[&str]| {
        let out = text(name);
        let words = ["demo", "statements", "--out", &out, "--format", "json"];
        place.bahi(&[&words, more].concat())
    };
    let position = place.position();
    let answer = made("one", &[]).done().json();
    assert_eq!(fields(&answer), ["fates", "files", "month", "payments", "seed", "truth"]);
    let month = answer["month"].as_str().expect("a month").to_owned();
    let one = files(&dir("one"));
    assert_eq!(one.len(), answer["files"].as_array().expect("files").len() + 1);
    for (name, bytes) in one.iter().filter(|(name, _)| *name != "truth.jsonl") {
        let collected = collect(bytes, &Options::default()).expect("readable");
        assert_eq!(collected.warnings, [], "{name}");
    }
    let truth = String::from_utf8(one["truth.jsonl"].clone()).expect("text");
    let rows: Vec<Value> =
        truth.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    let payments = rows.iter().filter(|row| row["payment"].is_u64()).count();
    assert_eq!(json!(payments), answer["payments"]);
    assert_eq!(place.position(), position, "nothing is recorded");

    // The same again, other shares, and a directory that holds something.
    made("two", &["--month", &month]).done();
    assert_eq!(files(&dir("two")), one);
    made("three", &["--month", &month, "--seed", "5", "--missing", "1000"]).done();
    assert_ne!(files(&dir("three")), one);
    assert!(made("one", &[]).failed(2).contains("not empty"));
    assert!(made("four", &["--month", "1999-01"]).failed(1).contains("1999-01"));
    assert!(made("four", &["--month", "June"]).failed(2).contains("2024-06"));
    assert!(made("four", &["--late", "1001"]).failed(2).contains("1001"));
    assert!(!dir("four").exists());
}
