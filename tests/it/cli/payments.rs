//! Payment files from the program: due, written once, written again the same, refused whole.
//!
//! # Not here
//! Which instructions a file has, and what is recorded of it: `bahi`. Killing the program: beside
//! `bahi-cli`.

#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use bahi_core::hex;
use serde_json::{Value, json};

use super::{ALLOT, APPLY, Place, Ran, SANCTION, fields};

/// The payee's details: an account and a name that nothing but the file may show.
const ACCOUNT: &str = "33544440518";
const DETAILS: &str = r#"{"account_number":"33544440518","name":"ASHA DEVI"}"#;
const PERSON: &str = "0123456789abcdef0123456789abcdef";

const PAYER: &str = include_str!("../../../crates/bahi-recon/samples/payer.toml");

const DDO: [&str; 4] = ["--actor", "ddo-vns", "--role", "drawing_officer"];
const RUN: [&str; 6] = ["--to", "nach306", "--since", "2024-06-01", "--on", "2024-07-01"];

/// A ledger with a case and its instruction, keys and a vault; the payee is not in it.
struct Office {
    place: Place,
}

impl Office {
    fn new() -> Office {
        let office = Office { place: Place::with_rulebook() };
        fs::write(office.path("payer.toml"), PAYER).expect("written");
        office.bahi(&["vault", "keys", "new"]).done();
        // The vault is made by the first details, of somebody else.
        office.put("CASE/OTHER", r#"{"name":"somebody"}"#);
        let account = office.account_key();
        let disburse = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-000000000004","kind":"disburse","actor":"ddo-vns","role":"drawing_officer","effective_day":"2024-06-20","case_ref":"VNS/2024/0042","instalment":1,"amount":"250000.00","payee":{{"account_key":"{account}","ifsc":"SBIN0001234"}},"mode":"nach_credit","reference":"BILL-1"}}"#
        );
        let lines = [ALLOT, APPLY, SANCTION, &disburse].join("\n");
        office.reading(&lines, &["submit"]).done();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.beside().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The account as the ledger's key makes it, by the library.
    fn account_key(&self) -> String {
        let ring = bahi::vault::Keyring::open(&self.path("keys")).expect("keys");
        let prints = ring.prints(bahi::vault::FingerprintKind::Account, ACCOUNT).expect("a print");
        hex(&prints[0].print)
    }

    fn reading(&self, input: &str, words: &[&str]) -> Ran {
        let (keys, vault) = (self.text("keys"), self.text("vault"));
        let named = ["--keys", &keys, "--vault", &vault];
        self.place.reading(input, &[words, &named].concat())
    }

    fn bahi(&self, words: &[&str]) -> Ran {
        self.reading("", words)
    }

    fn put(&self, subject: &str, details: &str) {
        let who = ["--actor", "dic-vns", "--role", "district_office"];
        self.reading(details, &[&["vault", "put", subject][..], &who].concat()).done();
    }

    fn export(&self, out: &str, more: &[&str]) -> Ran {
        let (payer, out) = (self.text("payer.toml"), self.text(out));
        let words = ["payments", "export", "--payer", &payer, "--out", &out];
        self.bahi(&[&words[..], &RUN, more].concat())
    }

    fn files(&self) -> Vec<Value> {
        let answer = self.bahi(&["payments", "files", "--format", "json"]).done().json();
        answer.as_array().expect("a list").clone()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.place.beside()).expect("a directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }
}

#[test]
fn a_payment_file_is_written_once_and_stands() {
    let office = Office::new();
    office.put(PERSON, DETAILS);
    let due = office.bahi(&[&["payments", "due", "--format", "json"][..], &RUN].concat());
    let due = due.done().json();
    assert_eq!(fields(&due), ["form", "left_out", "on", "payments", "total", "unfinished"]);
    assert_eq!(
        (&due["total"], due["payments"].as_array().map(Vec::len)),
        (&json!("250000.00"), Some(1))
    );
    let written = office.export("a.txt", &[&DDO[..], &["--format", "json"]].concat()).done();
    assert!(!written.out.contains(ACCOUNT) && !written.out.contains("ASHA"), "{}", written.out);
    let answer = written.json();
    assert_eq!((&answer["status"], &answer["number"]), (&json!("written"), &json!(1)));
    assert_eq!((&answer["payments"], &answer["total"]), (&json!(1), &json!("250000.00")));
    let bytes = fs::read(office.path("a.txt")).expect("the file");
    assert_eq!(
        hex(bahi::proof::sha256(&bytes).as_bytes()),
        answer["digest"].as_str().expect("hex")
    );
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.contains(ACCOUNT) && text.contains("ASHA DEVI") && text.contains("BILL-1"));
    let mode = fs::metadata(office.path("a.txt")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "its owner's alone");
    let events = office.bahi(&["events", "--format", "jsonl"]).done().out;
    assert!(!events.contains(ACCOUNT) && !events.contains("ASHA"));

    // The same again, another place, and a file that is not ours.
    let position = office.place.position();
    let stands = office.export("a.txt", &[&DDO[..], &["--format", "json"]].concat()).done().json();
    assert_eq!(stands["status"], "stands");
    let nothing = office.export("b.txt", &[&DDO[..], &["--format", "json"]].concat()).done().json();
    assert_eq!(nothing["status"], "nothing_due");
    fs::write(office.path("c.txt"), "another").expect("written");
    let other = office.export("c.txt", &DDO);
    assert!(other.failed(2).contains("another file stands there"), "{other:?}");
    assert_eq!(office.place.position(), position);
    assert_eq!(office.names(), ["a.txt", "c.txt", "keys", "ledger", "payer.toml", "vault"]);
    assert_eq!(fs::read(office.path("a.txt")).expect("the file"), bytes);
    let files = office.files();
    assert_eq!((files.len(), files[0]["written"].is_u64()), (1, true));
    let told = office.bahi(&["payments", "files"]).done().out;
    assert!(told.contains("nach306"), "{told}");
    office.bahi(&["verify"]).done();
}

#[test]
fn a_payee_that_is_not_in_the_vault_is_listed_and_nothing_is_left() {
    let office = Office::new();
    let (position, names) = (office.place.position(), office.names());
    let due = office.bahi(&[&["payments", "due", "--format", "json"][..], &RUN].concat());
    let payment = due.done().json()["payments"][0]["position"].clone();
    let ran = office.export("a.txt", &[&DDO[..], &["--format", "json"]].concat());
    assert!(ran.failed(1).contains("payments that cannot be asked for: 1"), "{ran:?}");
    let answer = ran.json();
    assert_eq!(answer["refusal"], "payments_refused");
    let problem = &answer["problems"][0];
    assert_eq!((&problem["case_ref"], &problem["position"]), (&json!("VNS/2024/0042"), &payment));
    assert_eq!(problem["why"], "the vault has no account number of the payee");
    assert!(office.export("a.txt", &DDO).out.contains("VNS/2024/0042"));
    assert_eq!((office.place.position(), office.names()), (position, names));

    // A role that may not, a ledger without keys, a payer that is none.
    office.put(PERSON, DETAILS);
    let auditor = office.export("a.txt", &["--actor", "ag-7", "--role", "auditor"]);
    assert!(auditor.failed(1).contains("that is for drawing_officer"), "{auditor:?}");
    fs::write(office.path("payer.toml"), "format = 1\n").expect("written");
    let payer = office.export("a.txt", &DDO);
    assert!(payer.failed(2).contains("payer.toml: the description has neither"), "{payer:?}");
    assert_eq!(office.files(), Vec::<Value>::new());
}

#[test]
fn a_file_that_could_not_be_put_in_its_place_is_written_by_the_next_run() {
    let office = Office::new();
    office.put(PERSON, DETAILS);
    // What is recorded and not written, as a program leaves it that is cut off between the two.
    let digest = {
        let mut ledger = bahi::Ledger::open(&office.place.ledger()).expect("a ledger");
        ledger
            .lend_keys(bahi::vault::Keyring::open(&office.path("keys")).expect("keys"))
            .expect("lent");
        let (dir, vault) = (office.place.ledger(), office.path("vault"));
        let (vault, _) = ledger.open_vault(&dir, &vault, bahi::NewVault::No).expect("a vault");
        let run = bahi::PaymentRun {
            form: bahi::recon::PaymentForm::Nach306,
            scheme: None,
            district: None,
            on: bahi_core::Day::parse("2024-07-01").expect("a day"),
            since: Some(bahi_core::Day::parse("2024-06-01").expect("a day")),
        };
        let payer = bahi::recon::Payer::parse(PAYER).expect("a payer");
        let actor = bahi_core::ActorName::new("ddo-vns").expect("a name");
        let by = bahi::Acting { actor, role: bahi_core::Role::DrawingOfficer, authority: None };
        let issued = ledger.issue_payments(&vault, &payer, &run, &by).expect("issued");
        issued.expect("a file").recorded.digest
    };
    let due = office.bahi(&[&["payments", "due"][..], &RUN].concat()).done().out;
    assert!(due.contains("was never seen to be written"), "{due}");
    let again = office.export("z.txt", &[&DDO[..], &["--format", "json"]].concat()).done().json();
    assert_eq!(
        (&again["status"], &again["digest"]),
        (&json!("written_again"), &json!(hex(&digest)))
    );
    let bytes = fs::read(office.path("z.txt")).expect("the file");
    assert_eq!(*bahi::proof::sha256(&bytes).as_bytes(), digest);
    assert_eq!(office.files().len(), 1);
}
