//! Exports as files: what lies beside them, who can tell that they were touched, what the ledger keeps.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{ALLOT, APPLY, AUDIT, DISBURSE, Place, SANCTION, bahi, fields};

fn path(place: &Place, name: &str) -> String {
    place.beside().join(name).display().to_string()
}

/// A ledger with a case and a key, and the file of the key's public half.
fn kept() -> (Place, String, String) {
    let place = Place::with_a_case();
    let (key, public) = (path(&place, "key"), path(&place, "keys"));
    place.bahi(&["key", "new", "--key", &key]).done();
    let shown = place.bahi(&["key", "show", "--key", &key]).done();
    fs::write(&public, shown.out).expect("written");
    (place, key, public)
}

/// Every table in every form it has.
const EXPORTS: [(&str, &str); 21] = [
    ("events", "csv"),
    ("events", "jsonl"),
    ("events", "parquet"),
    ("events", "xlsx"),
    ("postings", "csv"),
    ("postings", "jsonl"),
    ("postings", "parquet"),
    ("postings", "xlsx"),
    ("postings", "hledger"),
    ("postings", "beancount"),
    ("gl-detail", "csv"),
    ("gl-detail", "jsonl"),
    ("gl-detail", "xlsx"),
    ("cases", "csv"),
    ("cases", "jsonl"),
    ("cases", "parquet"),
    ("cases", "xlsx"),
    ("balances", "csv"),
    ("balances", "jsonl"),
    ("balances", "parquet"),
    ("balances", "xlsx"),
];

#[test]
fn every_table_in_every_form_is_signed_for_checked_without_the_ledger_and_recorded_first() {
    let (place, key, public) = kept();
    for (table, form) in EXPORTS {
        let out = path(&place, &format!("{table}.{form}"));
        let before = place.position();
        let words = ["export", table, "--to", form, "--out", &out, "--key", &key];
        let said = place.bahi(&[&words[..], &["--format", "json"]].concat()).done().json();
        assert_eq!(said["position"], before, "{table} {form}: what it is of was there before");
        assert_eq!(said["exported_at"], before + 1, "{table} {form}");
        assert_eq!(place.position(), before + 1);
        let words = ["check-export", &out, "--key", &public, "--format", "json"];
        let checked = bahi(&words).done().json();
        assert_eq!(checked["ok"], true);
        assert_eq!(checked["signed_by"], said["signed_by"]);
        for same in ["position", "root", "rows", "totals", "as_of", "known_on"] {
            assert_eq!(checked[same], said[same], "{table} {form}: {same}");
        }
        let words = ["events", "--from", &(before + 1).to_string(), "--format", "jsonl"];
        let event = &place.bahi(&words).done().json_lines()[0];
        assert_eq!(event["kind"], "Exported", "{event}");
        assert_eq!(
            (&event["what"], &event["upto"]),
            (&Value::from(table.replace('-', "_")), &said["position"])
        );
        // The event names the text that is signed.
        let note = fs::read_to_string(format!("{out}.manifest")).expect("a manifest");
        let (text, _) = note.rsplit_once("\n\n").expect("a signed note");
        let digest = sha256(format!("{text}\n").as_bytes());
        assert_eq!(event["digest"], digest.as_str());
        // From the manifest to its export, and after both are moved.
        if form != "parquet" {
            let (moved, beside) = (path(&place, "moved"), path(&place, "moved.manifest"));
            fs::copy(&out, &moved).expect("copied");
            fs::copy(format!("{out}.manifest"), &beside).expect("copied");
            bahi(&["check-export", &beside, "--key", &public]).done();
        }
        // It is there: nothing is replaced unasked.
        let again = place.bahi(&["export", table, "--to", form, "--out", &out]);
        assert!(again.failed(2).contains("name another"), "{again:?}");
        assert_eq!(place.position(), before + 1, "what is not handed over leaves no event");
    }
    place.bahi(&["verify"]).done();
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_journal_is_of_postings_and_files_are_no_text() {
    let place = Place::with_rulebook();
    let out = path(&place, "out");
    for (words, said) in [
        (["events", "--to", "hledger", "--out", &out], "hledger is no form of events"),
        (["balances", "--to", "beancount", "--out", &out], "beancount is no form of balances"),
        (["gl-detail", "--to", "parquet", "--out", &out], "parquet is no form of gl_detail"),
        (["postings", "--to", "xlsx", "--out", "-"], "no text"),
        (["events", "--to", "parquet", "--out", "-"], "no text"),
    ] {
        let ran = place.bahi(&[&["export"][..], &words[..]].concat());
        assert!(ran.failed(2).contains(said), "{ran:?}");
    }
    assert!(!PathBuf::from(&out).exists());
}

#[test]
fn a_ledger_without_an_event_has_empty_exports_that_are_sound() {
    let place = Place::with_rulebook();
    for (table, form) in EXPORTS {
        let out = path(&place, &format!("{table}.{form}"));
        // Nothing counts before the first scheme was opened.
        let words = ["export", table, "--to", form, "--out", &out, "--at", "0"];
        let said = place.bahi(&[&words[..], &["--format", "json"]].concat()).done().json();
        assert_eq!((&said["rows"], &said["position"]), (&Value::from(0), &Value::from(0)));
        let checked = bahi(&["check-export", &out, "--format", "json"]).done().json();
        assert_eq!((&checked["ok"], &checked["rows"]), (&Value::from(true), &Value::from(0)));
    }
}

/// What was done to an export, and what is said of it.
type Touch<'a> = (&'a str, &'a dyn Fn(&str), &'a str);

fn edit(path: &str, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a text");
    assert!(text.contains(from), "{from} is not in {path}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

#[test]
fn whatever_was_touched_is_said() {
    let (place, key, public) = kept();
    let sound = path(&place, "sound.csv");
    place.bahi(&["export", "postings", "--to", "csv", "--out", &sound, "--key", &key]).done();
    let other = path(&place, "other.csv");
    let words = ["export", "postings", "--to", "csv", "--out", &other, "--key", &key];
    place.bahi(&[&words[..], &["--as-of", "2024-06-10"]].concat()).done();
    let manifest = |path: &str| format!("{path}.manifest");
    let touches: [Touch<'_>; 9] = [
        (
            "cut short",
            &|path| {
                let bytes = fs::read(path).expect("read");
                fs::write(path, &bytes[..bytes.len() - 30]).expect("written");
            },
            "bytes, the manifest says",
        ),
        ("an amount", &|path| edit(path, "250000.00", "250001.00"), "its bytes are not those"),
        ("a name", &|path| edit(path, "VNS/2024/0042", "VNS/2024/0043"), "its bytes are not those"),
        (
            "another's manifest",
            &|path| {
                fs::copy(manifest(&other), manifest(path)).expect("copied");
            },
            "bytes, the manifest says",
        ),
        (
            "a total",
            &|path| {
                edit(&manifest(path), "total debit ", "total debit 1");
            },
            "no key given signed",
        ),
        ("the root", &|path| edit(&manifest(path), "\nroot ", "\nroot 0"), "the manifest: line"),
        ("the signer", &|path| edit(&manifest(path), "signed-by ", "signed-by x"), "no key given"),
        (
            "no signature",
            &|path| {
                let text = fs::read_to_string(manifest(path)).expect("read");
                let (text, _) = text.rsplit_once("\n\n").expect("a note");
                fs::write(manifest(path), format!("{text}\n")).expect("written");
            },
            "is to have signed it, and did not",
        ),
        (
            "signed by nobody",
            &|path| {
                let text = fs::read_to_string(manifest(path)).expect("read");
                let (text, _) = text.rsplit_once("\n\n").expect("a note");
                let (before, after) = text.split_once("signed-by ").expect("a signer");
                let (_, after) = after.split_once('\n').expect("files");
                fs::write(manifest(path), format!("{before}signed-by nobody\n{after}\n"))
                    .expect("written");
            },
            "nobody signed the manifest",
        ),
    ];
    for (what, touch, said) in touches {
        let path = path(&place, "touched.csv");
        fs::copy(&sound, &path).expect("copied");
        fs::copy(manifest(&sound), manifest(&path)).expect("copied");
        bahi(&["check-export", &path, "--key", &public]).done();
        touch(&path);
        let ran = bahi(&["check-export", &path, "--key", &public]);
        assert!(ran.failed(1).contains(said), "{what}: {ran:?}");
        assert!(ran.out.is_empty(), "{what}: {ran:?}");
    }
    fs::remove_file(manifest(&sound)).expect("removed");
    bahi(&["check-export", &sound, "--key", &public]).failed(2);
}

#[test]
fn a_directory_has_the_files_of_its_manifest_and_no_other() {
    let place = Place::with_a_case();
    let out = path(&place, "postings");
    place.bahi(&["export", "postings", "--to", "parquet", "--out", &out]).done();
    bahi(&["check-export", &out]).done();
    let part = format!("{out}/scheme=margin-money/fy=2024-25/part-00000.parquet");
    let bytes = fs::read(&part).expect("a part");
    let more = format!("{out}/scheme=margin-money/more");
    fs::write(&more, "more").expect("written");
    assert!(bahi(&["check-export", &out]).failed(1).contains("does not name it"));
    fs::remove_file(&more).expect("removed");
    fs::remove_file(&part).expect("removed");
    assert!(bahi(&["check-export", &out]).failed(1).contains("it is missing"));
    fs::write(&part, &bytes[..bytes.len() - 1]).expect("written");
    assert!(bahi(&["check-export", &out]).failed(1).contains("bytes, the manifest says"));
    fs::write(&part, &bytes).expect("written");
    bahi(&["check-export", &out]).done();
}

#[test]
fn totals_are_computed_again_even_where_every_hash_is_right() {
    let place = Place::with_a_case();
    for (form, from, to, said) in [
        ("csv", "total debit ", "total debit 9", "adds up to"),
        ("jsonl", "rows ", "rows 9", "rows"),
        ("hledger", "total credit ", "total credit 9", "adds up to"),
        ("xlsx", "total debit ", "total debit 9", "adds up to"),
        ("parquet", "total debit ", "total debit 9", "adds up to"),
    ] {
        let out = path(&place, &format!("postings.{form}"));
        place.bahi(&["export", "postings", "--to", form, "--out", &out]).done();
        bahi(&["check-export", &out]).done();
        edit(&format!("{out}.manifest"), from, to);
        let ran = bahi(&["check-export", &out]);
        assert!(ran.failed(1).contains(said), "{form}: {ran:?}");
    }
}

#[test]
fn another_ledgers_key_signs_for_no_export_of_this_one() {
    let (place, key, public) = kept();
    let other = Place::empty();
    other.bahi(&["init", "--name", "another"]).done();
    let theirs = path(&other, "key");
    other.bahi(&["key", "new", "--key", &theirs]).done();
    let out = path(&place, "events.csv");
    let ran = place.bahi(&["export", "events", "--to", "csv", "--out", &out, "--key", &theirs]);
    assert!(ran.status != 0 && !PathBuf::from(&out).exists(), "{ran:?}");
    place.bahi(&["export", "events", "--to", "csv", "--out", &out, "--key", &key]).done();
    let shown = other.bahi(&["key", "show", "--key", &theirs]).done();
    let their_public = path(&other, "keys");
    fs::write(&their_public, shown.out).expect("written");
    bahi(&["check-export", &out, "--key", &public]).done();
    let ran = bahi(&["check-export", &out, "--key", &their_public]);
    assert!(ran.failed(1).contains("no key given signed"), "{ran:?}");
}

#[test]
fn a_checkpoint_at_the_same_position_has_the_same_root() {
    let (place, key, public) = kept();
    let out = path(&place, "balances.csv");
    let words = ["export", "balances", "--to", "csv", "--out", &out, "--key", &key];
    let said = place.bahi(&[&words[..], &["--format", "json"]].concat()).done().json();
    let at = said["position"].to_string();
    for (at, status) in [(at.as_str(), 0), ("3", 1)] {
        let note = path(&place, &format!("{at}.note"));
        place.bahi(&["checkpoint", "--at", at, "--key", &key, "--out", &note]).done();
        let ran = bahi(&["check-export", &out, "--key", &public, "--checkpoint", &note]);
        assert_eq!(ran.status, status, "{ran:?}");
    }
}

#[test]
fn a_backup_is_exported_and_says_that_it_keeps_no_event() {
    let place = Place::with_a_case();
    let (backup, out) = (path(&place, "backup"), path(&place, "cases.jsonl"));
    place.bahi(&["backup", &backup]).done();
    let words = ["export", "cases", "--to", "jsonl", "--out", &out, "--ledger", &backup];
    let ran = bahi(&words).done();
    assert!(ran.out.contains("leaves none in it"), "{ran:?}");
    assert!(ran.out.contains("signed by nobody"), "{ran:?}");
    let checked = bahi(&["check-export", &out]).done();
    assert!(checked.out.contains("anybody can have made it"), "{checked:?}");
    let json = bahi(&[&words[..], &["--force", "--format", "json"]].concat()).done().json();
    assert_eq!(json["exported_at"], Value::Null);
}

#[test]
fn a_case_is_one_row_with_its_figures() {
    let place = Place::with_a_case();
    let rows = |view: &[&str]| {
        let words = ["export", "cases", "--to", "jsonl", "--out", "-"];
        place.bahi(&[&words[..], view].concat()).done().json_lines()
    };
    let now = rows(&[]);
    assert_eq!(now.len(), 1);
    for (field, is) in [
        ("case", "VNS/2024/0042"),
        ("status", "paid"),
        ("sanctioned", "250000.00"),
        ("disbursed", "250000.00"),
        ("returned", "0.00"),
        ("applied_on", "2024-05-02"),
        ("fy", "2024-25"),
        ("head", "odop"),
        ("last_effective_day", "2025-02-01"),
    ] {
        assert_eq!(now[0][field], is, "{field}");
    }
    assert_eq!((&now[0]["audits"], &now[0]["events"]), (&Value::from(1), &Value::from(4)));
    assert_eq!(fields(&now[0]).len(), 19);
    let before = rows(&["--as-of", "2024-06-10"]);
    assert_eq!((&before[0]["status"], &before[0]["head"]), (&"sanctioned".into(), &"odop".into()));
    assert_eq!(rows(&["--as-of", "2024-05-02"])[0]["head"], Value::Null);
    assert!(rows(&["--as-of", "2024-05-01"]).is_empty());
    assert!(rows(&["--district", "pool"]).is_empty());
}

#[test]
fn names_that_are_formulas_quotes_and_directives_come_through_every_form() {
    let place = Place::with_rulebook();
    let name = r#"=HYPERLINK(\"x\"),[2001-01-01];date:2001-01-01"#;
    let lines = [ALLOT, APPLY, SANCTION, DISBURSE, AUDIT].join("\n");
    place.reading(&lines.replace("VNS/2024/0042", name), &["submit"]).done();
    let out = |form: &str| path(&place, &format!("postings.{form}"));
    for form in ["csv", "jsonl", "xlsx", "parquet", "hledger", "beancount"] {
        place.bahi(&["export", "postings", "--to", form, "--out", &out(form)]).done();
        bahi(&["check-export", &out(form)]).done();
    }
    let csv = fs::read_to_string(out("csv")).expect("a text");
    assert!(csv.contains(r#","'=HYPERLINK(""x""),[2001-01-01];date:2001-01-01","#), "{csv}");
    let journal = fs::read_to_string(out("hledger")).expect("a text");
    let said =
        "; case: --3dHYPERLINK--28--22x--22--29--2c--5b2001-01-01--5d--3bdate--3a2001-01-01\n";
    assert!(journal.contains(said), "{journal}");
    let beancount = fs::read_to_string(out("beancount")).expect("a text");
    assert!(beancount.contains(r#"  case: "=HYPERLINK(\"x\"),[2001"#), "{beancount}");
}

#[test]
fn the_audit_data_standard_has_the_same_postings_under_its_names() {
    let place = Place::with_a_case();
    let lines = |table| {
        let words = ["export", table, "--to", "jsonl", "--out", "-"];
        place.bahi(&words).done().json_lines()
    };
    let (ours, theirs) = (lines("postings"), lines("gl-detail"));
    assert_eq!(ours.len(), theirs.len());
    let mut numbers = std::collections::BTreeMap::new();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let number = numbers.entry(ours["position"].as_u64()).or_insert(0_u64);
        *number += 1;
        assert_eq!(theirs["Journal_ID_Line_Number"], *number);
        let debit = theirs["Amount_Credit_Debit_Indicator"] == "D";
        let (side, other) = if debit { ("debit", "credit") } else { ("credit", "debit") };
        assert_eq!(ours[other], "0.00");
        for (ours, theirs) in [
            (&ours["position"], &theirs["Journal_ID"]),
            (&ours["kind"], &theirs["JE_Header_Description"]),
            (&ours["case"], &theirs["JE_Line_Description"]),
            (&ours["district"], &theirs["Business_Unit_Code"]),
            (&ours["effective_day"], &theirs["Effective_Date"]),
            (&ours["fy"], &theirs["Fiscal_Year"]),
            (&ours["ledger_account"], &theirs["GL_Account_Number"]),
            (&ours[side], &theirs["Amount"]),
            (&ours["currency"], &theirs["Amount_Currency"]),
            (&ours["scheme"], &theirs["Segment01"]),
            (&ours["head"], &theirs["Segment02"]),
        ] {
            assert_eq!(ours, theirs);
        }
        let entered = ["Entered_Date", "Entered_Time"].map(|part| theirs[part].as_str());
        let entered = entered.map(|part| part.expect("a text")).join("T");
        assert_eq!(ours["recorded_at"], entered.as_str());
    }
}
