//! Identifying numbers through the whole program: in as columns, kept as fingerprints, found again.
//!
//! # Invariants
//! * Every number here is made up by the check it has to pass, and is no person's.
//!
//! # Not here
//! The key file's own form and custody: `bahi-vault`. Mappings without identifying columns:
//! `imports`.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use bahi_core::looks_like_aadhaar;
use serde_json::{Value, json};

use super::{ALLOT, APPLY, DISBURSE, Place, Ran, SANCTION};

const MAPPING: &str = r#"format = 1
name = "office-list"
version = 1
scheme = "margin-money"
head = "odop"
case_prefix = "OL"
treat_as = "disbursed"
[file]
encoding = "utf-8"
delimiter = ","
header = "required"
amounts = "strict"
ignored_columns = ["Remarks"]
[columns]
district = "District"
financial_year = "Year"
[applicant]
person = { column = "Aadhaar No" }
family = { column = "Ration Card", optional = true }
[[fact]]
name = "project_cost"
column = "Cost"
kind = "money"
[application]
day = "04-15"
actor = "dic"
role = "district_office"
[sanction]
day = "05-15"
actor = "dm"
role = "sanctioning_authority"
authority = { order = "861", date = "2018-09-24" }
[disbursement]
day = "06-15"
actor = "ddo"
role = "drawing_officer"
account = { column = "Account" }
ifsc = "IFSC"
reference = "UTR"
[allotment]
amount = "sum_of_entitlements_per_year_and_district"
day = "first_day_of_year"
actor = "fin"
role = "finance"
authority = { order = "861", date = "2018-09-24" }
"#;

const HEADER: &str = "District,Year,Aadhaar No,Ration Card,Cost,Remarks,Account,IFSC,UTR\n";

/// Eleven digits and the one that makes them look like an Aadhaar number.
fn number(head: &str) -> String {
    let all = (0..10).map(|digit| format!("{head}{digit}"));
    let found = all.into_iter().find(|number| looks_like_aadhaar(number));
    found.expect("one of ten digits is the check digit")
}

/// The numbers of a made-up list: persons, families, accounts and a bank's reference.
struct Numbers {
    asha: String,
    bina: String,
    family: String,
    account: String,
    other_account: String,
    reference: String,
}

impl Numbers {
    fn made_up() -> Numbers {
        Numbers {
            asha: number("29990001112"),
            bina: number("38880002223"),
            family: "RC-77665544332".to_owned(),
            account: "00998877665544".to_owned(),
            other_account: "112233445566778".to_owned(),
            reference: number("47770003334"),
        }
    }

    /// Each as it may be written, whole and without the padding and blanks of a spreadsheet.
    fn each(&self) -> Vec<String> {
        let grouped = |number: &str| {
            let (a, rest) = number.split_at(4);
            format!("{a} {} {}", &rest[..4], &rest[4..])
        };
        let (family, account) = (self.family.replace('-', ""), self.account.replace("00", ""));
        vec![
            self.asha.clone(),
            grouped(&self.asha),
            self.bina.clone(),
            grouped(&self.bina),
            self.family.clone(),
            family,
            self.account.clone(),
            account,
            self.other_account.clone(),
            self.reference.clone(),
        ]
    }

    /// Two cases of one person, one of another; all three equal save for whom they name.
    fn list(&self) -> String {
        let Numbers { asha, bina, family, account, other_account, reference } = self;
        let (a, b, c) = (&asha[..4], &asha[4..8], &asha[8..]);
        format!(
            "{HEADER}\
             Agra,2020-21,{a} {b} {c},{family},1000000,,{account},SBIN0001234,UTR1\n\
             Agra,2020-21,{bina},,1000000,,{other_account},SBIN0001234,UTR1\n\
             Agra,2020-21,{asha},{family},500000,,{account},SBIN0001234,{reference}\n"
        )
    }
}

/// A ledger with the rulebook, and a key file, a mapping and a list beside it.
struct Office {
    place: Place,
    numbers: Numbers,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: Place::with_rulebook(), numbers: Numbers::made_up() };
        office.write("mapping.toml", MAPPING);
        office.write("list.csv", &office.numbers.list());
        office
    }

    fn with_keys() -> Office {
        let office = Office::new();
        office.keys("keys", &["new"]).done();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.beside().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("a temporary path is text").to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the file can be written");
    }

    fn keys(&self, file: &str, words: &[&str]) -> Ran {
        let file = self.text(file);
        let words = [&["vault", "keys"], words, &["--keys", &file]].concat();
        self.place.bahi(&words)
    }

    fn import(&self, list: &str, more: &[&str]) -> Ran {
        let (list, mapping) = (self.text(list), self.text("mapping.toml"));
        let words = ["import", "cases", &list, "--map", &mapping, "--format", "json"];
        self.place.bahi(&[&words, more].concat())
    }

    fn import_with(&self, list: &str, keys: &str) -> Ran {
        self.import(list, &["--keys", &self.text(keys)])
    }

    /// The events of a kind, each as JSON.
    fn events(&self, kind: &str) -> Vec<Value> {
        self.place.bahi(&["events", "--kind", kind, "--format", "jsonl"]).done().json_lines()
    }

    /// The person's key of each application, in order.
    fn persons(&self) -> Vec<String> {
        let key = |event: &Value| find(event, "person_key").expect("an application has a person");
        self.events("Applied").iter().map(key).collect()
    }
}

/// The text of a field, wherever in a document it stands.
fn find(document: &Value, field: &str) -> Option<String> {
    match document {
        Value::Object(fields) => match fields.get(field) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
            None => fields.values().find_map(|value| find(value, field)),
        },
        Value::Array(values) => values.iter().find_map(|value| find(value, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Every file below a directory, with its bytes; those held in compressed pages too, as the
/// records that the export gives.
fn files(dir: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).expect("the directory can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = fs::read(&path).expect("the file can be read");
            found.push((path, bytes));
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn no_number_is_found_in_the_ledger_in_what_is_said_or_in_exports() {
    let office = Office::with_keys();
    let mut said = Vec::new();
    let check = office.import("list.csv", &["--keys", &office.text("keys"), "--check"]).done();
    let ran = office.import_with("list.csv", "keys").done();
    assert_eq!(ran.json()["accepted"], json!(10), "{ran:?}");
    assert_eq!(ran.json()["disbursed"], json!("625000.00"));
    said.extend([check, ran]);
    let table = office.text("list.csv");
    let (mapping, keys) = (office.text("mapping.toml"), office.text("keys"));
    let words = ["import", "cases", &table, "--map", &mapping, "--keys", &keys];
    said.push(office.place.bahi(&words).done());
    for words in [
        &["events"][..],
        &["events", "--format", "json"],
        &["trail", "--case", &case_refs(&office)[0]],
        &["verify"],
        &["replay", "--compare"],
    ] {
        said.push(office.place.bahi(words).done());
    }
    said.push(office.keys("keys", &["show"]).done());
    let (events, postings) = (office.text("events.jsonl"), office.text("postings.csv"));
    said.push(office.place.bahi(&["export", "events", "--to", "jsonl", "--out", &events]).done());
    said.push(office.place.bahi(&["export", "postings", "--to", "csv", "--out", &postings]).done());

    let mut searched = Vec::new();
    files(&office.place.ledger(), &mut searched);
    assert!(searched.len() >= 2, "the ledger has files");
    for exported in ["events.jsonl", "postings.csv"] {
        let bytes = fs::read(office.path(exported)).expect("the export is there");
        assert!(bytes.len() > 500, "{exported}");
        searched.push((office.path(exported), bytes));
    }
    let ledger = bahi::Ledger::open(&office.place.ledger()).expect("the ledger opens");
    for position in 0..=ledger.position().0 {
        let record = ledger.record(bahi::core::Position(position)).expect("a record");
        searched.push((PathBuf::from(format!("record {position}")), record));
    }
    for number in office.numbers.each() {
        assert!(holds(office.numbers.list().as_bytes(), &number) || number.len() > 9);
        for (path, bytes) in &searched {
            assert!(!holds(bytes, &number), "{number} stands in {}", path.display());
        }
        for ran in &said {
            assert!(!ran.out.contains(&number) && !ran.err.contains(&number), "{number}: {ran:?}");
        }
    }
    // The search finds what is there.
    assert!(searched.iter().any(|(_, bytes)| holds(bytes, "SBIN0001234")));
}

fn case_refs(office: &Office) -> Vec<String> {
    let of = |event: &Value| find(event, "case_ref").expect("an application has a reference");
    office.events("Applied").iter().map(of).collect()
}

#[test]
fn the_trail_of_a_person_finds_every_case_however_the_number_was_written() {
    let office = Office::with_keys();
    let imported = office.import_with("list.csv", "keys").done().json();
    let beyond = imported["beyond_limits"].as_array().expect("a list");
    assert_eq!(beyond.len(), 1, "a person had it twice: kept as the source has it, and told");
    assert_eq!(beyond[0]["limit"], "once_per_family");
    let persons = office.persons();
    assert_eq!(persons.len(), 3);
    assert_eq!(persons[0], persons[2], "one person, written in two ways");
    assert_ne!(persons[0], persons[1]);
    let trail = office.place.bahi(&["trail", "--person", &persons[0], "--format", "json"]);
    let cases = trail.done().json()["cases"].as_array().map(Vec::len);
    assert_eq!(cases, Some(2));
    let accounts: Vec<_> =
        office.events("Disbursed").iter().filter_map(|event| find(event, "account_key")).collect();
    assert_eq!((accounts.len(), accounts[0] == accounts[2]), (3, true), "{accounts:?}");
    let paid = office.place.bahi(&["trail", "--account", &accounts[0], "--format", "json"]);
    assert_eq!(paid.done().json()["cases"].as_array().map(Vec::len), Some(2));
}

#[test]
fn under_rotated_keys_a_list_is_still_the_same_and_a_new_row_is_told_apart() {
    let office = Office::with_keys();
    office.import_with("list.csv", "keys").done();
    let rotated = office.keys("keys", &["rotate", "--actor", "kavita", "--format", "json"]);
    let rotated = rotated.done().json();
    assert_eq!(rotated["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(rotated["recorded"].as_array().map(Vec::len), Some(1));
    let heard = office.events("KeyRotated");
    assert_eq!(heard.iter().filter(|event| event["actor"] == json!("kavita")).count(), 1);
    let before = office.place.position();
    let again = office.import_with("list.csv", "keys").done().json();
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(9)));
    assert_eq!(office.place.position(), before);

    // Rows that are equal save for whom they name may change places, and others may come between.
    let Numbers { asha, bina, family, account, other_account, reference } = &office.numbers;
    let third = number("59990004445");
    office.write(
        "longer.csv",
        &format!(
            "{HEADER}\
             Agra,2020-21,{third},,1000000,,{other_account},SBIN0001234,UTR1\n\
             Agra,2020-21,{bina},,1000000,,{other_account},SBIN0001234,UTR1\n\
             Agra,2020-21,{asha},{family},1000000,,{account},SBIN0001234,UTR1\n\
             Agra,2020-21,{asha},{family},500000,,{account},SBIN0001234,{reference}\n\
             Agra,2020-21,{asha},{family},700000,,{account},SBIN0001234,UTR4\n"
        ),
    );
    let longer = office.import_with("longer.csv", "keys").done().json();
    // An allotment for both, and for each an application, a sanction and a payment.
    assert_eq!((&longer["accepted"], &longer["duplicates"]), (&json!(7), &json!(9)), "{longer}");
    let again = office.import_with("longer.csv", "keys").done().json();
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(15)));
    let persons = office.persons();
    assert_eq!(persons.len(), 5);
    assert_ne!(persons[4], persons[0], "another key, another fingerprint");
    let of_key_2: Value = serde_json::from_str(&persons[4]).expect("a print under its key's id");
    let digits = of_key_2["2"].as_str().expect("a print of key 2");
    let key = format!("2:{digits}");
    let trail = office.place.bahi(&["trail", "--person", &key, "--format", "json"]).done().json();
    assert_eq!(trail["cases"].as_array().map(Vec::len), Some(1), "{trail}");
    assert_eq!(trail["subject"]["id"], json!(key));
    assert!(office.place.bahi(&["trail", "--person", digits]).failed(1).contains("knows nothing"));
    assert_eq!(office.place.bahi(&["verify", "--format", "json"]).done().json()["ok"], json!(true));

    // Once the older key is destroyed nobody can tell, so nothing is recorded twice.
    office.keys("keys", &["destroy", "1"]).done();
    assert_eq!(office.events("KeyRotated").len(), 3);
    let before = office.place.position();
    let lost = office.import_with("list.csv", "keys");
    assert_eq!(lost.status, 2, "{lost:?}");
    assert!(lost.err.contains("fingerprint key 1, which is not held"), "{lost:?}");
    assert_eq!(office.place.position(), before);
}

#[test]
fn another_ledgers_keys_are_refused_and_change_nothing() {
    let office = Office::with_keys();
    office.import_with("list.csv", "keys").done();
    let other = Office::with_keys();
    fs::copy(other.path("keys"), office.path("others")).expect("the file can be copied");
    let before = office.place.position();
    let refused = [
        office.import_with("list.csv", "others"),
        office.place.reading(APPLY, &["submit", "--keys", &office.text("others")]),
        office.place.bahi(&["balances", "--keys", &office.text("others")]),
        office.keys("others", &["rotate"]),
        office.keys("others", &["record"]),
    ];
    for ran in refused {
        assert!(ran.failed(2).contains("not the one this ledger recorded"), "{ran:?}");
        assert_eq!(ran.out, "");
    }
    let held = other.keys("keys", &["show", "--format", "json"]).done().json();
    let kept = office.keys("others", &["show", "--format", "json"]).done().json();
    assert_eq!(held["keys"], kept["keys"], "a file that was refused is as it was");
    assert!(office.keys("second", &["new"]).failed(2).contains("already"));
    assert!(!office.path("second").exists());
    assert_eq!(office.place.position(), before);
}

#[test]
fn a_key_file_is_refused_where_it_is_not_safe() {
    let office = Office::with_keys();
    fs::set_permissions(office.path("keys"), fs::Permissions::from_mode(0o640))
        .expect("the mode can be set");
    for ran in [office.import_with("list.csv", "keys"), office.keys("keys", &["show"])] {
        assert!(ran.failed(2).contains("run chmod 600"), "{ran:?}");
    }
    assert!(office.keys("missing", &["show"]).failed(2).contains("is not there"));
    assert!(office.keys("ledger/keys", &["new"]).failed(2).contains("inside the ledger"));
    assert!(!office.path("ledger/keys").exists());
    let ran = office.import_with("list.csv", "ledger/keys");
    assert!(ran.failed(2).contains("inside the ledger"), "{ran:?}");
    assert!(office.place.bahi(&["vault", "keys", "show"]).failed(2).contains("--keys FILE"));
    assert!(office.keys("keys", &["destroy", "0"]).failed(2).contains("0"));
}

#[test]
fn without_keys_and_with_numbers_out_of_place_nothing_is_taken_and_nothing_quoted() {
    let office = Office::new();
    let ran = office.import("list.csv", &[]);
    let line = ran.failed(2);
    assert!(line.contains("--keys FILE") && line.contains("Aadhaar No"), "{line}");

    office.keys("keys", &["new"]).done();
    let Numbers { asha, account, .. } = &office.numbers;
    let typo = format!("{}{}", &asha[..11], (asha.as_bytes()[11] - b'0' + 1) % 10);
    let masked = format!("XXXXXXXX{}", &asha[8..]);
    let tail = format!("{account},SBIN0001234,UTR1");
    let rows = [
        (format!("{asha},2020-21,{asha},,1000000,,{tail}"), "District: the cell looks like"),
        (format!("{typo},2020-21,{asha},,1000000,,{tail}"), "District: no district is called"),
        (format!("Agra,{asha},{asha},,1000000,,{tail}"), "Year: the cell looks like"),
        (format!("Agra,2020-21,{asha},,{asha},,{tail}"), "Cost: the cell looks like"),
        (format!("Agra,2020-21,{asha},,1000000,see {asha},{tail}"), "Remarks: the cell looks like"),
        (format!("Agra,2020-21,{masked},,1000000,,{tail}"), "Aadhaar No: the value is masked"),
        (format!("Agra,2020-21,,,1000000,,{tail}"), "Aadhaar No: the cell is empty"),
        (
            format!("Agra,2020-21,{asha},,1000000,,{asha}{asha},SBIN0001234,U"),
            "Account: an account",
        ),
        (format!("Agra,2020-21,{asha},,1000000,,{account},{typo},U"), "IFSC: what the cell says"),
        (format!("Agra,2020-21,{asha},,1000000,,{account},SBIN0001234,"), "UTR: what the cell"),
    ];
    for (row, what) in rows {
        office.write("bad.csv", &format!("{HEADER}{row}\n"));
        let ran = office.import_with("bad.csv", "keys");
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(&format!(":2:{what}")), "{what}: {}", ran.err);
        for hidden in [asha, &typo, &masked, account] {
            assert!(!ran.err.contains(hidden.as_str()), "{what}: {}", ran.err);
        }
    }
    // A list without a header is not quoted as one.
    let list = office.numbers.list();
    office.write("bare.csv", list.strip_prefix(HEADER).expect("a header"));
    let ran = office.import_with("bare.csv", "keys");
    assert!(ran.err.contains("line 1 must name the columns"), "{ran:?}");
    office.numbers.each().iter().for_each(|number| assert!(!ran.err.contains(number), "{ran:?}"));
    assert_eq!(office.events("Applied").len(), 0);
}

#[test]
fn a_bank_reference_that_looks_like_a_persons_number_needs_keys() {
    let office = Office::new();
    let reference = &office.numbers.reference;
    let paid = DISBURSE.replace("BILL-1", reference);
    office.place.reading(&[ALLOT, APPLY, SANCTION].join("\n"), &["submit"]).done();
    let before = office.place.position();
    let refused = office.place.reading(&paid, &["submit"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert_eq!(refused.json()["refusal"], json!("fingerprint_key_missing"));
    assert_eq!(office.place.position(), before, "it leaves no evidence");

    office.keys("keys", &["new"]).done();
    let keys = office.text("keys");
    let taken = office.place.reading(&paid, &["submit", "--keys", &keys]).done().json();
    assert_eq!(taken["status"], json!("accepted"));
    let stored = find(&office.events("Disbursed")[0], "reference").expect("a reference");
    assert!(stored.starts_with("print:1:"), "{stored}");
    office.keys("keys", &["rotate"]).done();
    let again = office.place.reading(&paid, &["submit", "--keys", &keys]).done().json();
    assert_eq!(again["status"], json!("duplicate"));
    let mut searched = Vec::new();
    files(&office.place.ledger(), &mut searched);
    for (path, bytes) in searched {
        assert!(!holds(&bytes, reference), "{}", path.display());
    }
}

#[test]
fn a_ledger_hears_of_keys_that_were_made_and_rotated_without_it() {
    let place = Place::empty();
    let keys = place.beside().join("keys").to_str().expect("text").to_owned();
    let made = place.bahi(&["vault", "keys", "new", "--keys", &keys, "--format", "json"]).done();
    assert_eq!(made.json()["recorded"], Value::Null);
    place.bahi(&["init"]).done();
    let start = place.position();
    place.reading(ALLOT, &["submit", "--keys", &keys, "--dry-run"]).done();
    assert_eq!(place.position(), start, "a dry run records no key");
    place.reading(ALLOT, &["submit", "--keys", &keys]).done();
    assert_eq!(place.position(), start + 2, "the first key, and the allotment");

    // Rotated twice and one destroyed while the ledger was elsewhere.
    let elsewhere = Place::empty();
    for words in [&["rotate"][..], &["rotate"], &["destroy", "2"]] {
        let words = [&["vault", "keys"], words, &["--keys", &keys]].concat();
        elsewhere.bahi(&words).done();
    }
    let ran = place.reading(APPLY, &["submit", "--keys", &keys]);
    assert!(ran.failed(2).contains("bahi vault keys record"), "{ran:?}");
    let record = ["vault", "keys", "record", "--keys", &keys, "--format", "json"];
    let heard = place.bahi(&record).done().json();
    assert_eq!(heard["recorded"].as_array().map(Vec::len), Some(3), "{heard}");
    let heard = place.bahi(&record).done().json();
    assert_eq!(heard["recorded"], json!([]));
    let said = place.bahi(&["vault", "keys", "show", "--keys", &keys]).done().out;
    let secret = fs::read_to_string(&keys).expect("the key file can be read");
    let secrets: Vec<&str> = secret.split_whitespace().filter(|word| word.len() == 64).collect();
    assert_eq!(secrets.len(), 2, "the file has two secrets");
    assert!(secrets.iter().all(|secret| !said.contains(secret)));
}
