//! One key, one story: what the program signs of ledgers that were restored, copied and rewritten.

use std::fs;

use serde_json::json;

use super::{ALLOT, APPLY, AUDIT, DISBURSE, Place, SANCTION, fields};

/// A place with a ledger, its key, and a backup from before the case was granted anything.
fn kept() -> Place {
    let place = Place::with_rulebook();
    place.reading(&[ALLOT, APPLY].join("\n"), &["submit"]).done();
    let (key, backup) = (path(&place, "key"), path(&place, "backup"));
    place.bahi(&["key", "new", "--key", &key]).done();
    place.bahi(&["backup", &backup]).done();
    place
}

fn path(place: &Place, name: &str) -> String {
    place.beside().join(name).display().to_string()
}

/// The backup in the ledger's place.
fn restore(place: &Place) {
    fs::remove_dir_all(place.ledger()).expect("removed");
    place.bahi(&["restore", &path(place, "backup")]).done();
}

#[test]
fn a_restored_ledger_that_went_another_way_is_not_signed_for() {
    let place = kept();
    let key = path(&place, "key");
    place.reading(&[SANCTION, DISBURSE, AUDIT].join("\n"), &["submit"]).done();
    let note = path(&place, "note");
    place.bahi(&["checkpoint", "--key", &key, "--out", &note]).done();
    let memory = fs::read(path(&place, "key.signed")).expect("a memory");
    assert_eq!(memory, fs::read(&note).expect("a note"), "what was handed out is remembered");
    restore(&place);
    let (proof, tiles) = (path(&place, "proof"), path(&place, "tiles"));
    let signing: [&[&str]; 5] = [
        &["checkpoint", "--key", &key],
        &["checkpoint", "--at", "3", "--key", &key],
        &["prove", "3", "--key", &key, "--out", &proof],
        &["tiles", "export", &tiles, "--key", &key],
        &["prove-balance", "--all", "--key", &key, "--out", &proof],
    ];
    place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
    for words in signing {
        let ran = place.bahi(words);
        let line = ran.failed(1);
        assert!(line.contains("older copy") && line.contains("key.signed"), "{words:?}: {line}");
        assert!(ran.out.is_empty(), "{words:?}: {ran:?}");
    }
    // The same beginning, longer than before, and another story.
    let other = SANCTION.replace("\"250000.00\"", "\"240000.00\"");
    let paid = DISBURSE.replace("250000.00", "240000.00");
    place.reading(&[&other, &paid, AUDIT].join("\n"), &["submit"]).done();
    place.bahi(&["verify"]).done();
    for words in signing {
        let ran = place.bahi(words);
        assert!(ran.failed(1).contains("tells another story"), "{words:?}: {ran:?}");
        assert!(ran.out.is_empty(), "{words:?}: {ran:?}");
    }
    for name in ["proof", "tiles"] {
        assert!(!place.beside().join(name).exists(), "{name} is not handed out");
    }
    assert_eq!(fs::read(path(&place, "key.signed")).expect("a memory"), memory);
    // A rotated key is the same signer.
    place.bahi(&["key", "rotate", "--key", &key]).done();
    place.bahi(signing[0]).failed(1);
    // What was handed out can be told from what stands there, by anybody.
    place.bahi(&["verify", "--against", &note]).failed(1);
}

#[test]
fn a_restored_ledger_that_signed_nothing_beyond_its_backup_goes_on() {
    let place = kept();
    let key = path(&place, "key");
    place.bahi(&["checkpoint", "--key", &key]).done();
    place.reading(SANCTION, &["submit"]).done();
    restore(&place);
    place.reading(&SANCTION.replace("250000.00", "240000.00"), &["submit"]).done();
    place.bahi(&["checkpoint", "--key", &key]).done();
}

#[test]
fn what_a_key_remembers_is_said_and_never_made_up() {
    let place = kept();
    let (key, note, memory) =
        (path(&place, "key"), path(&place, "note"), path(&place, "key.signed"));
    let remember = |rest: &[&str]| {
        let words = [&["key", "remember", "--key", &key][..], rest].concat();
        place.bahi(&words)
    };
    assert!(remember(&[]).done().out.starts_with("no checkpoint of bahi-ledger was signed"));
    place.bahi(&["checkpoint", "--key", &key, "--out", &note]).done();
    let answer = remember(&["--format", "json"]).done().json();
    assert_eq!(fields(&answer), ["file", "origin", "root", "size"]);
    assert_eq!((&answer["size"], &answer["file"]), (&json!(9), &json!(memory)));
    assert!(remember(&["--signed-nothing"]).failed(2).contains("exists"));
    // Without it nothing is signed, whatever the ledger, and nothing is put in its place.
    fs::remove_file(&memory).expect("removed");
    for words in [&["checkpoint", "--key", &key][..], &["prove", "1", "--key", &key]] {
        assert!(place.bahi(words).failed(2).contains("bahi key remember"), "{words:?}");
    }
    remember(&[]).failed(2);
    assert!(!std::path::Path::new(&memory).exists());
    place.bahi(&["key", "show", "--key", &key]).done();
    // Another's note is no help; one's own is.
    let (other, stranger) = (kept(), path(&place, "stranger"));
    let others = path(&other, "key");
    other.bahi(&["checkpoint", "--key", &others, "--out", &stranger]).done();
    assert!(remember(&["--checkpoint", &stranger]).failed(2).contains("no checkpoint that"));
    remember(&["--checkpoint", &key]).failed(2);
    assert!(remember(&["--checkpoint", &note]).done().out.contains("of 9 records"));
    place.bahi(&["checkpoint", "--key", &key]).done();
    remember(&["--checkpoint", &note, "--signed-nothing"]).failed(2);
    // A key whose memory stayed behind on another machine has signed nothing that it knows of.
    fs::remove_file(&memory).expect("removed");
    remember(&["--signed-nothing"]).done();
    place.bahi(&["checkpoint", "--key", &key]).done();
}
