//! Personal details through the whole program: in, shown to who may, and erased for good.
//!
//! # Invariants
//! * Everybody here is made up.
//!
//! # Not here
//! The vault's own files and what is cut off in changing them: `bahi-vault`. Killing the program:
//! beside `bahi-cli`.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use bahi_core::looks_like_aadhaar;
use serde_json::{Value, json};

use super::{ALLOT, APPLY, Place, Ran, bahi, fields};

/// The person of the case that every ledger here has.
const ASHA: &str = "0123456789abcdef0123456789abcdef";
const DETAILS: &str = r#"{"name":"Asha Devi","spouse_name":"Om Prakash",
    "address":"12 Kabir Chaura\nVaranasi","mobile":"+91 90000 00001","account":"0998877665544",
    "formula":"=1+1","language":"हिन्दी"}"#;
/// What of these details no file may hold.
const TEXTS: [&str; 6] =
    ["Asha Devi", "Om Prakash", "Kabir Chaura", "90000 00001", "0998877665544", "हिन्दी"];

const OFFICE: [&str; 4] = ["--actor", "dic-vns", "--role", "district_office"];
const AUDITOR: [&str; 4] = ["--actor", "ag-7", "--role", "auditor"];
const RECORDS: [&str; 4] = ["--actor", "records", "--role", "administrator"];

/// A ledger with a case, its vault, a backup and a signing key beside it.
struct Office {
    place: Place,
}

impl Office {
    fn new() -> Office {
        Office { place: Place::with_a_case() }
    }

    fn with_asha() -> Office {
        let office = Office::new();
        office.put(ASHA, DETAILS, &[]).done();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.beside().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn vault(&self, words: &[&str], who: &[&str], input: &str) -> Ran {
        let dir = self.text("vault");
        let words = [&["vault"], words, who, &["--vault", &dir]].concat();
        self.place.reading(input, &words)
    }

    fn put(&self, subject: &str, details: &str, more: &[&str]) -> Ran {
        self.vault(&[&["put", subject], more].concat(), &OFFICE, details)
    }

    fn show(&self, subject: &str) -> Ran {
        self.vault(&["show", subject, "--format", "json"], &AUDITOR, "")
    }

    fn erase(&self, subject: &str) -> Ran {
        self.vault(&["erase", subject, "--format", "json"], &RECORDS, "")
    }

    fn accesses(&self, subject: &str) -> Vec<(String, u64)> {
        let words = ["vault", "accesses", subject, "--format", "jsonl"];
        let found = self.place.bahi(&words).done().json_lines();
        let row = |row: &Value| {
            let access = row["access"].as_str().expect("a word").to_owned();
            (access, row["position"].as_u64().expect("a position"))
        };
        found.iter().map(row).collect()
    }

    fn denials(&self) -> usize {
        let words = ["events", "--kind", "AccessDenied", "--format", "jsonl"];
        self.place.bahi(&words).done().json_lines().len()
    }

    /// The only key of the vault: its file and the key in it.
    fn key(&self) -> (PathBuf, Vec<u8>) {
        let found = files(&self.path("vault/keys"));
        let of_somebody = |(path, _): &&(PathBuf, Vec<u8>)| !path.ends_with("vault");
        let (path, bytes) = found.iter().find(of_somebody).expect("a key").clone();
        (path, bytes["bahi-person-key 1\n".len()..][..32].to_vec())
    }
}

/// Every file below a directory, with its bytes.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut dirs) = (Vec::new(), vec![dir.to_path_buf()]);
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).expect("the directory can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let bytes = fs::read(&path).expect("the file can be read");
                found.push((path, bytes));
            }
        }
    }
    found
}

/// The files that hold some bytes.
fn holding(files: &[(PathBuf, Vec<u8>)], bytes: &[u8]) -> Vec<PathBuf> {
    let within = |all: &[u8]| all.windows(bytes.len()).any(|part| part == bytes);
    files.iter().filter(|(_, all)| within(all)).map(|(path, _)| path.clone()).collect()
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the mode can be set");
}

#[test]
fn erased_details_are_in_no_file_and_every_proof_and_balance_stays() {
    let office = Office::with_asha();
    let (key, backup) = (office.text("key"), office.text("backup"));
    let (proof, record, balance) = (office.text("proof"), office.text("record"), office.text("b"));
    let public = office.place.bahi(&["key", "new", "--key", &key]).done();
    fs::write(office.path("keys"), public.out).expect("written");
    office.show(ASHA).done();
    office.place.bahi(&["backup", &backup, "--vault", &office.text("vault")]).done();
    office.place.bahi(&["prove", "12", "--event", &record, "--key", &key, "--out", &proof]).done();
    office.place.bahi(&["certify", "--as-of", "2024-06-30"]).done();
    office.place.bahi(&["prove-balance", "--all", "--key", &key, "--out", &balance]).done();
    let last = office.place.position().to_string();
    let answers = || {
        [
            &["balances", "--at", &last, "--format", "json"][..],
            &["balances", "--at", &last, "--format", "csv"],
            &["events", "--to", &last, "--format", "jsonl", "--limit", "1000"],
        ]
        .map(|words| office.place.bahi(words).done().out)
    };
    let trail = || {
        let answer = office.place.bahi(&["trail", "--person", ASHA, "--format", "json"]);
        let answer = answer.done().json();
        (answer["cases"].clone(), answer["entries"].clone())
    };
    let checks = || {
        let keys = office.text("keys");
        bahi(&["check-proof", &proof, "--key", &keys, "--event", &record]).done();
        bahi(&["check-proof", &balance, "--key", &keys]).done();
        office.place.bahi(&["verify"]).done();
        bahi(&["verify", "--ledger", &backup]).done();
    };
    let (before, followed) = (answers(), trail());
    checks();
    let (file, secret) = office.key();
    let vault = files(&office.path("vault"));
    assert_eq!(holding(&vault, &secret), [file.as_path()], "the key is in one file");
    let sealed =
        vault.iter().find(|(path, _)| path.parent().is_some_and(|dir| dir.ends_with("sealed")));
    let ciphertext = sealed.expect("a sealed file").1[120..].to_vec();

    let answer = office.erase(ASHA).done().json();
    assert_eq!(fields(&answer), ["before", "position", "subject", "vault"]);
    assert_eq!((&answer["before"], &answer["subject"]), (&json!(false), &json!(ASHA)));
    office.place.bahi(&["backup", &backup]).done();
    let events = office.text("events.jsonl");
    office.place.bahi(&["export", "events", "--to", "jsonl", "--out", &events]).done();
    let all = files(office.place.beside());
    assert!(all.len() > 8, "ledger, backup, vault and what was exported: {}", all.len());
    // Not even a quarter of the key, nor the sealed bytes, nor a word of the details.
    for part in secret.chunks(8).chain(ciphertext.chunks(16).filter(|part| part.len() == 16)) {
        assert_eq!(holding(&all, part), [] as [PathBuf; 0]);
    }
    for text in TEXTS {
        assert_eq!(holding(&all, text.as_bytes()), [] as [PathBuf; 0], "{text}");
    }
    assert!(answers() == before && trail() == followed, "an answer of before is another");
    checks();
    // What erasing cannot reach, and says so: the pseudonym and its events.
    let said = office.vault(&["erase", ASHA], &RECORDS, "").done().out;
    assert!(said.contains("the ledger keeps the pseudonym"), "{said}");
    assert_eq!(followed.1.as_array().map(Vec::len), Some(4));
}

#[test]
fn details_come_back_as_they_were_in_every_form() {
    let office = Office::with_asha();
    let answer = office.show(ASHA).done().json();
    assert_eq!(fields(&answer), ["fields", "position", "subject"]);
    assert_eq!(answer["fields"], serde_json::from_str::<Value>(DETAILS).expect("JSON"));
    assert_eq!(answer["position"], json!(13));
    let show = |form: &str| office.vault(&["show", ASHA, "--format", form], &AUDITOR, "").done();
    let rows = show("jsonl").json_lines();
    assert_eq!((rows.len(), &rows[4]), (7, &json!({"field": "mobile", "text": "+91 90000 00001"})));
    let csv = show("csv").out;
    assert!(csv.starts_with("field,text\naccount,0998877665544\n"), "{csv}");
    assert!(csv.contains("formula,'=1+1\n") && csv.contains("mobile,'+91 90000 00001\n"), "{csv}");
    let table = show("table").out;
    for text in ["Asha Devi", "12 Kabir Chaura", "shown as position 16 records"] {
        assert!(table.contains(text), "{text}: {table}");
    }
    // From a file, in the place of what was there.
    fs::write(office.path("new.json"), r#"{"name":"Asha Verma"}"#).expect("written");
    let again = office.put(ASHA, "", &[&office.text("new.json"), "--format", "json"]).done().json();
    assert_eq!((&again["before"], &again["fields"]), (&json!(true), &json!(1)));
    assert_eq!(office.show(ASHA).done().json()["fields"], json!({"name": "Asha Verma"}));
    let expected =
        ["put", "show", "show", "show", "show", "put", "show"].map(|one| format!("vault_{one}"));
    let found = office.accesses(ASHA);
    assert_eq!(found.iter().map(|(access, _)| access.clone()).collect::<Vec<_>>(), expected);
    assert_eq!(found.iter().map(|(_, at)| *at).collect::<Vec<_>>(), [12, 13, 14, 15, 16, 17, 18]);
}

#[test]
fn who_may_not_sees_nothing_and_leaves_an_event() {
    let office = Office::with_asha();
    let treasury = ["--actor", "job", "--role", "treasury_job"];
    let refused = [
        office.vault(&["show", ASHA, "--format", "json"], &treasury, ""),
        office.vault(&["erase", ASHA, "--format", "json"], &AUDITOR, ""),
        office.vault(&["put", ASHA, "--format", "json"], &AUDITOR, r#"{"name":"X"}"#),
    ];
    for (at, ran) in refused.iter().enumerate() {
        assert!(ran.failed(1).contains(" may not "), "{ran:?}");
        let answer = ran.json();
        assert_eq!(answer["refusal"], json!("access_denied"));
        assert_eq!(answer["position"], json!(13 + at));
    }
    assert_eq!(office.denials(), 3);
    assert_eq!(office.show(ASHA).done().json()["fields"]["name"], json!("Asha Devi"));
    // Nobody is asked in nobody's name.
    for words in [&["show", ASHA][..], &["erase", ASHA], &["show", ASHA, "--actor", "x"]] {
        assert!(office.vault(words, &[], "").failed(2).contains("--role"), "{words:?}");
    }
}

#[test]
fn erased_details_stay_erased_until_the_person_gives_them_anew() {
    let office = Office::with_asha();
    let at = office.erase(ASHA).done().json()["position"].clone();
    let again = office.erase(ASHA).done().json();
    assert_eq!((&again["before"], &again["position"]), (&json!(true), &at));
    let shown = office.show(ASHA);
    assert!(shown.failed(1).contains(&format!("erased, as position {at} records")), "{shown:?}");
    assert_eq!(shown.json()["refusal"], json!("details_erased"));
    assert_eq!(shown.json()["position"], at);
    let put = office.put(ASHA, DETAILS, &[]);
    assert!(put.failed(1).contains(&format!("position {at}")), "{put:?}");
    assert_eq!(office.place.position(), at.as_u64().expect("a position"));
    office.put(ASHA, DETAILS, &["--again"]).done();
    office.show(ASHA).done();
    let nobody = office.show("NOBODY/1");
    assert!(nobody.failed(1).contains("no details of NOBODY/1"), "{nobody:?}");
    assert_eq!(nobody.json()["refusal"], json!("no_details"));
}

#[test]
fn what_is_no_details_is_refused_and_never_quoted() {
    let office = Office::new();
    let number = (0..10).map(|digit| format!("29990001112{digit}"));
    let number = number.into_iter().find(|number| looks_like_aadhaar(number)).expect("a number");
    let long = format!(r#"{{"name":"Secret{}"}}"#, "x".repeat(1024));
    let many: Vec<String> = (0..65).map(|at| format!(r#""f{at}":"Secret""#)).collect();
    let inputs = [
        (String::new(), "not one JSON object"),
        ("Secret".to_owned(), "not one JSON object"),
        (r#"{"name":"Secret"} Secret"#.to_owned(), ":1:19: not one JSON object"),
        (r#"["Secret"]"#.to_owned(), "not one JSON object"),
        ("{}".to_owned(), "there is no field"),
        (r#"{"name":9000000001}"#.to_owned(), ":1:18: not one JSON object"),
        (r#"{"name":{"Secret":"x"}}"#.to_owned(), "not one JSON object"),
        (r#"{"Name":"Secret"}"#.to_owned(), "a field's name is"),
        ("{\"name\":\"Secret\",\n\"name\":\"x\"}".to_owned(), ":2: name stands there twice"),
        (r#"{"name":" "}"#.to_owned(), "name is empty"),
        (r#"{"name":"Secret\u001b[2J"}"#.to_owned(), "control character at 7"),
        (long, "longer than 1024 bytes"),
        (format!("{{{}}}", many.join(",")), "more than 64 fields"),
        (format!(r#"{{"note":"Secret {number}"}}"#), "looks like an Aadhaar number"),
        (" ".repeat(600 * 1024), "longer than 524288 bytes"),
    ];
    for (input, what) in inputs {
        let ran = office.put(ASHA, &input, &[]);
        let line = ran.failed(2);
        assert!(line.contains(what) && line.contains("standard input"), "{what}: {line}");
        for hidden in ["Secret", "9000000001", &number] {
            assert!(!line.contains(hidden), "{line}");
        }
    }
    for (subject, what) in [
        (number.as_str(), "looks like an Aadhaar number"),
        ("0123456789ABCDEF0123456789ABCDEF", "32 lower-case hex digits"),
        ("", "at least one character"),
    ] {
        let ran = office.put(subject, DETAILS, &[]);
        let line = ran.failed(2);
        assert!(line.contains(what) && !line.contains(&number), "{line}");
    }
    assert_eq!(office.place.position(), 11, "nothing was recorded");
    assert!(!office.path("vault").exists());
}

#[test]
fn a_vault_belongs_to_one_ledger_outside_of_it_and_to_its_owner() {
    let office = Office::with_asha();
    let position = office.place.position();
    let at = |dir: &str| {
        let words = [&["vault", "show", ASHA, "--vault", dir][..], &AUDITOR].concat();
        office.place.bahi(&words)
    };
    for (dir, what) in [
        (office.text("ledger/vault"), "inside the ledger"),
        (office.place.beside().display().to_string(), "lies inside the vault"),
        (office.text("missing"), "holds no vault"),
    ] {
        assert!(at(&dir).failed(2).contains(what), "{dir}");
    }
    let words = [&["vault", "show", ASHA][..], &AUDITOR].concat();
    assert!(office.place.bahi(&words).failed(2).contains("--vault DIR or BAHI_VAULT"));
    let other = Office::with_asha();
    assert!(at(&other.text("vault")).failed(2).contains("the vault of another ledger"));
    let put = |more: &[&str]| {
        let dir = office.text("second");
        let words = [&["vault", "put", ASHA, "--vault", &dir][..], &OFFICE, more].concat();
        office.place.reading(DETAILS, &words)
    };
    assert!(put(&[]).failed(2).contains("say --new where it is lost"));
    assert!(!office.path("second").exists());
    let within = office.text("vault/backup");
    let backup = ["backup", &within, "--vault", &office.text("vault")];
    assert!(office.place.bahi(&backup).failed(2).contains("lies inside the vault"));
    mode(&office.path("vault"), 0o750);
    assert!(office.show(ASHA).failed(2).contains("run chmod go= on it"));
    mode(&office.path("vault"), 0o700);
    let (key, _) = office.key();
    mode(&key, 0o604);
    assert!(office.show(ASHA).failed(2).contains("open to others"));
    mode(&key, 0o600);
    fs::write(office.path("ledger/details.json"), DETAILS).expect("written");
    let ran = office.put(ASHA, "", &[&office.text("ledger/details.json")]);
    assert!(ran.failed(2).contains("inside the ledger's directory"), "{ran:?}");
    fs::remove_file(office.path("ledger/details.json")).expect("removed");
    assert_eq!(office.place.position(), position);
    put(&["--new"]).done();
    office.show(ASHA).done();
}

#[test]
fn damage_and_a_missing_key_are_faults_with_the_files_name() {
    let office = Office::with_asha();
    let (path, _) = office.key();
    let key = fs::read(&path).expect("a key");
    let mut flipped = key.clone();
    flipped[30] ^= 0x10;
    fs::write(&path, &flipped).expect("written");
    let ran = office.show(ASHA);
    assert!(ran.failed(3).contains(&path.display().to_string()), "{ran:?}");
    fs::remove_file(&path).expect("removed");
    let ran = office.show(ASHA);
    assert!(ran.failed(3).contains("without it nobody reads these details"), "{ran:?}");
    assert_eq!(ran.out, "");
    assert_eq!(office.accesses(ASHA).len(), 1, "what was not shown is no access");
    office.erase(ASHA).done();
    office.put(ASHA, DETAILS, &["--again"]).done();
    office.show(ASHA).done();
}

#[test]
fn a_backup_tells_who_had_access_and_gives_no_details() {
    let office = Office::with_asha();
    let backup = office.text("backup");
    office.place.bahi(&["backup", &backup]).done();
    let words = ["vault", "accesses", ASHA, "--ledger", &backup, "--format", "json"];
    let listed = bahi(&words).done().json();
    assert_eq!(listed["accesses"][0]["actor"], json!("dic-vns"));
    let table = bahi(&words[..5]).done().out;
    assert!(table.contains("vault_put") && table.contains("district_office"), "{table}");
    let vault = office.text("vault");
    let show = ["vault", "show", ASHA, "--ledger", &backup, "--vault", &vault];
    let ran = bahi(&[&show[..], &AUDITOR].concat());
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
}

#[test]
fn two_prints_of_one_person_are_two_subjects_and_a_reference_is_one() {
    let place = Place::with_rulebook();
    place.reading(&[ALLOT, APPLY].join("\n"), &["submit"]).done();
    let office = Office { place };
    let second = format!("2:{ASHA}");
    for subject in [ASHA, &second, "VNS/2024/0042"] {
        office.put(subject, &format!(r#"{{"name":"{subject}"}}"#), &[]).done();
    }
    office.erase(ASHA).done();
    for subject in [&second, "VNS/2024/0042"] {
        let answer = office.show(subject).done().json();
        assert_eq!(
            (&answer["subject"], &answer["fields"]["name"]),
            (&json!(subject), &json!(subject))
        );
    }
    // The form with its key's number is the same person.
    assert_eq!(office.show(&format!("1:{ASHA}")).status, 1);
}
